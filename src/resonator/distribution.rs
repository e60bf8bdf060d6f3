//! Distributions from which parameters and initial states are drawn.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::num;
use crate::base::random::{KeyedRng, Purpose};
use crate::base::{Problems, VertexId};
use crate::files::dialect::DialectOptions;

/// One value per vertex: given, or drawn once when the scene is built.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Distribution {
    /// The same for all.
    Constant(f64),
    /// Uniform in [low, high).
    Uniform {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// Normal.
    Normal {
        /// Mean.
        mean: f64,
        /// Standard deviation, ≥ 0.
        sd: f64,
    },
    /// Lorentz (Cauchy).
    Lorentz {
        /// Centre.
        center: f64,
        /// Half width at half height, ≥ 0.
        width: f64,
    },
    /// One value for each vertex of the population, in order.
    Values(Vec<f64>),
    /// One value for each vertex from a column of a table or array.
    File(FileValues),
}

/// A column of a file, found relative to the scene. Its rows are the vertices of the population in
/// order, or all vertices of the scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileValues {
    /// The file: a text, `.npy` or `.npz`, also compressed (`.gz`).
    pub path: String,
    /// The column, by name or by number from 1; may be absent when there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What values are multiplied by, for example 6.283185307 from Hz to rad/s.
    #[serde(default = "one")]
    pub scale: f64,
    /// The dialect of a text, as far as it is not to be detected.
    #[serde(default, skip_serializing_if = "DialectOptions::is_plain")]
    pub dialect: DialectOptions,
    /// The array of an `.npz` archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array: Option<String>,
}

fn one() -> f64 {
    1.0
}

impl Distribution {
    /// The value of vertex `vertex`, number `index` in its population. `what` keeps the draws of
    /// different parameters of one vertex apart.
    #[must_use]
    pub fn draw(
        &self,
        seed: u64,
        purpose: Purpose,
        vertex: VertexId,
        what: u64,
        index: usize,
    ) -> f64 {
        let mut rng = KeyedRng::new(seed, purpose, vertex.0, what);
        match self {
            Self::Constant(value) => *value,
            Self::Uniform { low, high } => low + (high - low) * rng.uniform(),
            Self::Normal { mean, sd } => mean + sd * rng.normal(),
            Self::Lorentz { center, width } => {
                let (s, c) = num::sin_cos(num::PI * (rng.uniform() - 0.5));
                center + width * s / c.max(1e-12)
            }
            Self::Values(values) => values.get(index).copied().unwrap_or(f64::NAN),
            // Read before anything is drawn: see `ModelSpec::read_files`.
            Self::File(_) => f64::NAN,
        }
    }

    /// Collects what is wrong with a distribution for `count` vertices.
    pub fn validate(&self, problems: &mut Problems, path: &str, count: usize, unit: &str) {
        let finite = |problems: &mut Problems, path: &str, value: f64| {
            problems.range(path, value, f64::NEG_INFINITY, f64::INFINITY, unit);
        };
        match self {
            Self::Constant(value) => finite(problems, path, *value),
            Self::Uniform { low, high } => {
                finite(problems, &format!("{path}.low"), *low);
                problems.range(&format!("{path}.high"), *high, *low, f64::INFINITY, unit);
            }
            Self::Normal { mean, sd } => {
                finite(problems, &format!("{path}.mean"), *mean);
                problems.range(&format!("{path}.sd"), *sd, 0.0, f64::INFINITY, unit);
            }
            Self::Lorentz { center, width } => {
                finite(problems, &format!("{path}.center"), *center);
                problems.range(&format!("{path}.width"), *width, 0.0, f64::INFINITY, unit);
            }
            Self::Values(values) => {
                let message = format!("{} values", values.len());
                let expected = format!("{count} values, one for each vertex of the population");
                problems.require(values.len() == count, path, message, &expected);
                for (k, value) in values.iter().enumerate() {
                    finite(problems, &format!("{path}[{k}]"), *value);
                }
            }
            Self::File(file) => finite(problems, &format!("{path}.scale"), file.scale),
        }
    }

    /// Adds a problem when a draw may lie below `least`.
    pub fn validate_least(&self, problems: &mut Problems, path: &str, least: f64, unit: &str) {
        let (found, path) = match self {
            Self::Constant(value) => (*value, path.to_owned()),
            Self::Uniform { low, .. } => (*low, format!("{path}.low")),
            // A normal or Lorentz tail reaches below any bound; what counts is where it is centred.
            Self::Normal { mean, .. } => (*mean, format!("{path}.mean")),
            Self::Lorentz { center, .. } => (*center, format!("{path}.center")),
            Self::Values(values) => {
                let low = values.iter().position(|value| *value < least);
                let Some(k) = low else { return };
                (values[k], format!("{path}[{k}]"))
            }
            // Judged once it is read.
            Self::File(_) => return,
        };
        let bound = match least == 0.0 {
            true => "at least 0",
            false => "more than 0",
        };
        problems.require(found >= least, &path, format!("{found}{unit}"), bound);
    }
}
