//! The models of a scene's populations, with their parameters and initial states.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::num::PI;
use crate::base::random::Purpose;
use crate::base::{Problems, VertexId};
use crate::dynamics::own_model::{PARAMETERS_MAX, Registered};
use crate::registry::part::distinct;

use super::components::{
    Amplitude, Harmonic, Inertial, Kuramoto, Motion, Own, Phase, Planar, Rotor, StuartLandau,
    VanDerPol,
};
use super::distribution::Distribution;
use super::model::{ModelImage, Shows};

/// The resonator models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// Phase oscillators with inertia.
    Inertial {
        /// Natural frequencies, rad/s.
        #[serde(default = "unit")]
        omega: Distribution,
        /// Inertia m > 0, s.
        #[serde(default = "unit")]
        inertia: Distribution,
        /// Phase lag α, rad.
        #[serde(default)]
        alpha: f64,
        /// Initial phases, rad.
        #[serde(default = "circle")]
        phase: Distribution,
        /// Initial rates, rad/s.
        #[serde(default = "zero")]
        v: Distribution,
    },
    /// Van der Pol oscillators.
    VanDerPol {
        /// Natural frequencies, rad/s.
        #[serde(default = "unit")]
        omega: Distribution,
        /// Nonlinear damping μ, 1/s.
        #[serde(default = "unit")]
        mu: Distribution,
        /// Initial displacements.
        #[serde(default = "standard")]
        x: Distribution,
        /// Initial velocities, 1/s.
        #[serde(default = "zero")]
        v: Distribution,
    },
    /// Stuart–Landau oscillators.
    StuartLandau {
        /// Natural frequencies, rad/s.
        #[serde(default = "unit")]
        omega: Distribution,
        /// Growth rates μ, 1/s.
        #[serde(default = "unit")]
        mu: Distribution,
        /// Nonlinear frequency shifts c₂.
        #[serde(default = "zero")]
        c2: Distribution,
        /// Initial Re z.
        #[serde(default = "standard")]
        x: Distribution,
        /// Initial Im z.
        #[serde(default = "standard")]
        y: Distribution,
    },
    /// Resonators of a model of one's own.
    Custom {
        /// The model, by the name under which the program registered it.
        name: Registered,
        /// Its parameters by name; the model tells those that are not given.
        #[serde(default, deserialize_with = "distinct")]
        parameters: BTreeMap<String, Distribution>,
        /// Initial x.
        #[serde(default = "standard")]
        x: Distribution,
        /// Initial y.
        #[serde(default = "zero")]
        y: Distribution,
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
        self.shows() == Shows::Phase
    }

    /// What they show to each other.
    #[must_use]
    pub fn shows(&self) -> Shows {
        match self {
            Self::Kuramoto { .. } | Self::Inertial { .. } => Shows::Phase,
            Self::Harmonic { .. } | Self::VanDerPol { .. } | Self::Custom { .. } => {
                Shows::Displacement
            }
            Self::StuartLandau { .. } => Shows::Amplitude,
        }
    }

    /// Whether their state has a second number: all but plain phases.
    #[must_use]
    pub fn has_second(&self) -> bool {
        !matches!(self, Self::Kuramoto { .. })
    }

    /// Whether their state has a velocity.
    #[must_use]
    pub fn has_velocity(&self) -> bool {
        matches!(
            self,
            Self::Harmonic { .. } | Self::Inertial { .. } | Self::VanDerPol { .. }
        )
    }

    /// Model and state of vertex `vertex`, number `index` in its population, drawn from `seed`.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "waits to be split")]
    pub fn draw(&self, seed: u64, vertex: VertexId, index: usize) -> ModelImage {
        let parameter = |values: &Distribution, what| {
            values.draw(seed, Purpose::Parameter, vertex, what, index)
        };
        let initial =
            |values: &Distribution, what| values.draw(seed, Purpose::Initial, vertex, what, index);
        match self {
            Self::Kuramoto {
                omega,
                alpha,
                phase,
            } => {
                let omega = parameter(omega, 0);
                let alpha = *alpha;
                ModelImage::Kuramoto(Kuramoto { omega, alpha }, Phase(initial(phase, 0)))
            }
            Self::Harmonic {
                omega,
                gamma,
                force,
                force_omega,
                x,
                v,
            } => ModelImage::Harmonic(
                Harmonic {
                    omega: parameter(omega, 0),
                    gamma: parameter(gamma, 1),
                    force: parameter(force, 2),
                    force_omega: parameter(force_omega, 3),
                },
                Motion {
                    x: initial(x, 0),
                    v: initial(v, 1),
                },
            ),
            Self::Inertial {
                omega,
                inertia,
                alpha,
                phase,
                v,
            } => ModelImage::Inertial(
                Inertial {
                    omega: parameter(omega, 0),
                    alpha: *alpha,
                    inertia: parameter(inertia, 1),
                },
                Rotor {
                    theta: initial(phase, 0),
                    v: initial(v, 1),
                },
            ),
            Self::VanDerPol { omega, mu, x, v } => ModelImage::VanDerPol(
                VanDerPol {
                    omega: parameter(omega, 0),
                    mu: parameter(mu, 1),
                },
                Motion {
                    x: initial(x, 0),
                    v: initial(v, 1),
                },
            ),
            Self::StuartLandau {
                omega,
                mu,
                c2,
                x,
                y,
            } => ModelImage::StuartLandau(
                StuartLandau {
                    omega: parameter(omega, 0),
                    mu: parameter(mu, 1),
                    c2: parameter(c2, 2),
                },
                Amplitude {
                    x: initial(x, 0),
                    y: initial(y, 1),
                },
            ),
            Self::Custom {
                name: model,
                parameters,
                x,
                y,
            } => {
                let mut own = Own {
                    model: *model,
                    parameters: [0.0; PARAMETERS_MAX],
                };
                for (k, (name, usual)) in model.parameters().iter().enumerate() {
                    let given = parameters.get(*name);
                    own.parameters[k] = given.map_or(*usual, |own| parameter(own, k as u64));
                }
                let (x, y) = (initial(x, 0), initial(y, 1));
                ModelImage::Own(own, Planar { x, y })
            }
        }
    }

    /// The parameters that are drawn, by name, with their units and least values.
    fn drawn(&self) -> Vec<(&'static str, &Distribution, &'static str, Option<f64>)> {
        const FREE: Option<f64> = None;
        const POSITIVE: Option<f64> = Some(f64::MIN_POSITIVE);
        const NOT_NEGATIVE: Option<f64> = Some(0.0);
        match self {
            Self::Kuramoto { omega, phase, .. } => {
                vec![
                    ("omega", omega, " rad/s", FREE),
                    ("phase", phase, " rad", FREE),
                ]
            }
            Self::Harmonic {
                omega,
                gamma,
                force,
                force_omega,
                x,
                v,
            } => vec![
                ("omega", omega, " rad/s", NOT_NEGATIVE),
                ("gamma", gamma, " 1/s", FREE),
                ("force", force, "", FREE),
                ("force_omega", force_omega, " rad/s", FREE),
                ("x", x, "", FREE),
                ("v", v, " 1/s", FREE),
            ],
            Self::Inertial {
                omega,
                inertia,
                phase,
                v,
                ..
            } => vec![
                ("omega", omega, " rad/s", FREE),
                ("inertia", inertia, " s", POSITIVE),
                ("phase", phase, " rad", FREE),
                ("v", v, " rad/s", FREE),
            ],
            Self::VanDerPol { omega, mu, x, v } => vec![
                ("omega", omega, " rad/s", NOT_NEGATIVE),
                ("mu", mu, " 1/s", FREE),
                ("x", x, "", FREE),
                ("v", v, " 1/s", FREE),
            ],
            Self::StuartLandau {
                omega,
                mu,
                c2,
                x,
                y,
            } => vec![
                ("omega", omega, " rad/s", FREE),
                ("mu", mu, " 1/s", FREE),
                ("c2", c2, "", FREE),
                ("x", x, "", FREE),
                ("y", y, "", FREE),
            ],
            Self::Custom { x, y, .. } => vec![("x", x, "", FREE), ("y", y, "", FREE)],
        }
    }

    /// Collects what is wrong with the model at `path` of `count` vertices.
    pub(super) fn validate(&self, problems: &mut Problems, path: &str, count: usize) {
        for (name, values, unit, least) in self.drawn() {
            let path = format!("{path}.{name}");
            values.validate(problems, &path, count, unit);
            if let Some(least) = least {
                values.validate_least(problems, &path, least, unit);
            }
        }
        if let Self::Custom {
            name, parameters, ..
        } = self
        {
            let known: Vec<&str> = name.parameters().iter().map(|(own, _)| *own).collect();
            for (own, values) in parameters {
                let path = format!("{path}.parameters.{own}");
                values.validate(problems, &path, count, "");
                if !known.contains(&own.as_str()) {
                    let expected = match &known[..] {
                        [] => "none".to_owned(),
                        known => known.join(", "),
                    };
                    let found = format!("{name:?} has no parameter {own:?}, expected {expected}");
                    problems.add(path, found);
                }
            }
        }
        if let Self::Kuramoto { alpha, .. } | Self::Inertial { alpha, .. } = self {
            problems.range(&format!("{path}.alpha"), *alpha, -PI, PI, " rad");
        }
    }
}
