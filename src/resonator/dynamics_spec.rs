//! The scene's `dynamics` part.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::dynamics::dense::NoiseKind;
use crate::dynamics::dopri5::Tolerance;

use super::integrator::Integrator;
use super::spec::PopulationSpec;

/// How the plant is integrated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DynamicsSpec {
    /// The integrator.
    pub integrator: Integrator,
    /// Relative tolerance of a step of `DormandPrince`; 1e-8 when absent.
    pub rtol: Option<f64>,
    /// Its absolute tolerance, in the units of the states; 1e-10 when absent.
    pub atol: Option<f64>,
    /// Whether noise is the same in every state or in proportion to it.
    pub noise: NoiseKind,
    /// How vertices are ordered in memory. It changes speed, never results.
    pub order: SlotOrder,
    /// Whether steps of fixed length are compared with two halves now and then, and a step that is
    /// too long is told. It only observes.
    pub step_check: bool,
}

impl Default for DynamicsSpec {
    fn default() -> Self {
        Self {
            integrator: Integrator::default(),
            rtol: None,
            atol: None,
            noise: NoiseKind::default(),
            order: SlotOrder::default(),
            step_check: true,
        }
    }
}

/// How the vertices of a node are ordered in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SlotOrder {
    /// By reverse Cuthill–McKee from 20,000 vertices on, where that brings neighbours nearer.
    #[default]
    Auto,
    /// By number.
    Scene,
    /// By reverse Cuthill–McKee.
    Locality,
}

impl DynamicsSpec {
    /// The tolerances of the adaptive integrator.
    #[must_use]
    pub fn tolerance(&self) -> Tolerance {
        Tolerance {
            rtol: self.rtol.unwrap_or(1e-8),
            atol: self.atol.unwrap_or(1e-10),
        }
    }

    fn validate_tolerances(&self, problems: &mut Problems) {
        for (name, value, least) in [("rtol", self.rtol, 1e-14), ("atol", self.atol, 1e-300)] {
            let (path, Some(value)) = (format!("dynamics.{name}"), value) else {
                continue;
            };
            if self.integrator.is_adaptive() {
                problems.range(&path, value, least, 1.0, "");
            } else {
                let found = format!(
                    "{value} with {:?}, whose steps are fixed; expected DormandPrince",
                    self.integrator
                );
                problems.add(path, found);
            }
        }
    }

    /// Collects what populations cannot have together with this integrator and noise.
    pub fn validate(&self, problems: &mut Problems, populations: &[PopulationSpec]) {
        self.validate_tolerances(problems);
        let multiplicative = self.noise == NoiseKind::Multiplicative;
        if multiplicative && !self.integrator.takes_multiplicative_noise() {
            problems.add(
                "dynamics.noise".to_owned(),
                format!(
                    "noise in proportion to the state with {:?}, expected EulerMaruyama (Itô) or \
                     StochasticHeun (Stratonovich)",
                    self.integrator
                ),
            );
        }
        let by_name: BTreeMap<&str, &PopulationSpec> = populations
            .iter()
            .rev()
            .map(|own| (own.name.as_str(), own))
            .collect();
        for (k, population) in populations.iter().enumerate() {
            let path = format!("populations[{k}]");
            let name = &population.name;
            if self.integrator == Integrator::Leapfrog && !population.model.has_velocity() {
                problems.add(
                    "dynamics.integrator".to_owned(),
                    format!(
                        "Leapfrog moves a position and its velocity, which {name:?} does not have; \
                         expected Rk4"
                    ),
                );
            }
            if self.integrator.is_adaptive() && population.noise != 0.0 {
                problems.add(
                    format!("{path}.noise"),
                    format!(
                        "{} with DormandPrince, whose step follows a smooth solution; expected 0, \
                         or EulerMaruyama or StochasticHeun",
                        population.noise
                    ),
                );
            }
            if multiplicative && population.noise > 0.0 && population.model.is_phase() {
                problems.add(
                    format!("{path}.noise"),
                    format!(
                        "noise in proportion to the phases of {name:?} has no meaning, expected 0"
                    ),
                );
            }
            for (m, mean) in population.mean_field.iter().enumerate() {
                let path = format!("{path}.mean_field[{m}].of");
                match by_name.get(mean.of.as_str()) {
                    None => {
                        let names: Vec<&str> = populations
                            .iter()
                            .map(|p| p.name.as_str())
                            .take(13)
                            .collect();
                        let names = names.join(", ");
                        let message = format!("{:?}, expected one of: {names}", mean.of);
                        problems.add(path, message);
                    }
                    Some(other) if other.model.shows() != population.model.shows() => {
                        let (own, others) = (population.model.shows(), other.model.shows());
                        problems.add(
                            path,
                            format!(
                                "{:?} are {}, expected a population of {}",
                                mean.of,
                                others.plural(),
                                own.plural()
                            ),
                        );
                    }
                    Some(_) => {}
                }
            }
        }
    }
}
