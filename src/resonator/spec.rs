//! The scene's `populations` part.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

use super::model_spec::ModelSpec;
use super::places::Places;
use super::plasticity::Plasticity;

/// The greatest magnitude of a coupling strength or noise intensity.
pub const STRENGTH_MAX: f64 = 1e6;

/// A coupling of a population's vertices to the mean over a population: to r e^{iψ} of phases, or
/// to the mean displacement or amplitude.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeanFieldSpec {
    /// The population whose mean is felt.
    pub of: String,
    /// Its strength K: phases gain K r sin(ψ − θ − α), others K (mean − own).
    pub strength: f64,
}

/// A named set of like resonators.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// Coupling to means over whole populations.
    #[serde(default)]
    pub mean_field: Vec<MeanFieldSpec>,
    /// How the weights of its incoming edges adapt, if they do.
    #[serde(default)]
    pub plasticity: Option<Plasticity>,
    /// Where its vertices are in the field.
    #[serde(default)]
    pub places: Places,
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
        problems.range(
            &format!("{path}.coupling"),
            self.coupling,
            -STRENGTH_MAX,
            STRENGTH_MAX,
            "",
        );
        problems.range(&format!("{path}.noise"), self.noise, 0.0, STRENGTH_MAX, "");
        for (k, mean) in self.mean_field.iter().enumerate() {
            let path = format!("{path}.mean_field[{k}].strength");
            problems.range(&path, mean.strength, -STRENGTH_MAX, STRENGTH_MAX, "");
        }
        if let Some(rule) = &self.plasticity {
            rule.validate(problems, &format!("{path}.plasticity"));
        }
        self.places
            .validate(problems, &format!("{path}.places"), self.count);
        self.model
            .validate(problems, &format!("{path}.model"), self.count);
    }
}
