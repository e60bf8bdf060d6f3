//! The scene's `populations` and `dynamics` parts.

use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::base::num::PI;

use super::distribution::Distribution;
use super::integrator::Integrator;

/// How the plant is integrated.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DynamicsSpec {
    /// The integrator.
    pub integrator: Integrator,
}

/// A named set of like resonators.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PopulationSpec {
    /// Its name, by which sensors and loops refer to it.
    pub name: String,
    /// Number of vertices.
    pub count: usize,
    /// Model, parameters and initial state.
    #[serde(default)]
    pub model: ModelSpec,
    /// Coupling strength κ, which multiplies the weights of incoming edges.
    #[serde(default)]
    pub coupling: f64,
    /// Noise intensity σ.
    #[serde(default)]
    pub noise: f64,
}

/// The resonator models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum ModelSpec {
    /// Kuramoto–Sakaguchi phase oscillators.
    Kuramoto {
        /// Natural frequencies, rad/s.
        #[serde(default = "unit")]
        omega: Distribution,
        /// Phase lag α, rad.
        #[serde(default)]
        alpha: f64,
        /// Initial phases, rad.
        #[serde(default = "circle")]
        phase: Distribution,
    },
    /// Damped driven harmonic oscillators.
    Harmonic {
        /// Natural frequencies, rad/s.
        #[serde(default = "unit")]
        omega: Distribution,
        /// Damping rates γ = 2ζω, 1/s.
        #[serde(default = "tenth")]
        gamma: Distribution,
        /// Amplitude F of a force F cos Ωt.
        #[serde(default = "zero")]
        force: Distribution,
        /// Angular frequency Ω of that force, rad/s.
        #[serde(default = "zero")]
        force_omega: Distribution,
        /// Initial displacements.
        #[serde(default = "standard")]
        x: Distribution,
        /// Initial velocities, 1/s.
        #[serde(default = "zero")]
        v: Distribution,
    },
}

fn unit() -> Distribution {
    Distribution::Constant(1.0)
}

fn tenth() -> Distribution {
    Distribution::Constant(0.1)
}

fn zero() -> Distribution {
    Distribution::Constant(0.0)
}

fn circle() -> Distribution {
    Distribution::Uniform { low: -PI, high: PI }
}

fn standard() -> Distribution {
    Distribution::Normal { mean: 0.0, sd: 1.0 }
}

impl Default for ModelSpec {
    fn default() -> Self {
        Self::Harmonic {
            omega: unit(),
            gamma: tenth(),
            force: zero(),
            force_omega: zero(),
            x: standard(),
            v: zero(),
        }
    }
}

impl ModelSpec {
    /// Whether these are phase oscillators.
    #[must_use]
    pub fn is_phase(&self) -> bool {
        matches!(self, Self::Kuramoto { .. })
    }
}

impl PopulationSpec {
    /// Collects what is wrong with the population at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str) {
        let valid_name = !self.name.is_empty() && self.name != "cluster";
        problems.require(
            valid_name,
            &format!("{path}.name"),
            format!("{:?}", self.name),
            "a name that is not empty and not \"cluster\", which means all vertices",
        );
        problems.count(&format!("{path}.count"), self.count as u64, 1, 10_000_000);
        problems.range(&format!("{path}.coupling"), self.coupling, -1e6, 1e6, "");
        problems.range(&format!("{path}.noise"), self.noise, 0.0, 1e6, "");
        let model = format!("{path}.model");
        let check = |problems: &mut Problems, name: &str, values: &Distribution, unit: &str| {
            values.validate(problems, &format!("{model}.{name}"), self.count, unit);
        };
        match &self.model {
            ModelSpec::Kuramoto {
                omega,
                alpha,
                phase,
            } => {
                check(problems, "omega", omega, " rad/s");
                problems.range(&format!("{model}.alpha"), *alpha, -PI, PI, " rad");
                check(problems, "phase", phase, " rad");
            }
            ModelSpec::Harmonic {
                omega,
                gamma,
                force,
                force_omega,
                x,
                v,
            } => {
                check(problems, "omega", omega, " rad/s");
                check(problems, "gamma", gamma, " 1/s");
                check(problems, "force", force, "");
                check(problems, "force_omega", force_omega, " rad/s");
                check(problems, "x", x, "");
                check(problems, "v", v, " 1/s");
            }
        }
    }
}
