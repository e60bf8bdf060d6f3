//! What loops measure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::registry::MetricId;
use crate::signal::metrics as readings;

/// What a loop measures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Measure {
    /// Coherence, 0 … 1.
    #[default]
    Coherence,
    /// Spectral entropy, nats.
    Entropy,
    /// Spectral entropy over its greatest value, 0 … 1.
    EntropyNormalized,
    /// Resonance, ≥ 0.
    Resonance,
    /// Any other metric of the loop's scope, by its name in the head of metrics.csv.
    Metric(MetricId),
}

impl Measure {
    /// The metric that it is.
    #[must_use]
    pub fn metric(&self) -> MetricId {
        match self {
            Self::Coherence => readings::COHERENCE,
            Self::Entropy => readings::ENTROPY,
            Self::EntropyNormalized => readings::ENTROPY_NORMALIZED,
            Self::Resonance => readings::RESONANCE,
            Self::Metric(id) => id.clone(),
        }
    }
}
