//! What is measured and how, as a measurement takes it.

use serde::{Deserialize, Serialize};

use super::gauss::Measure;

/// A measure of integrated information.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PhiMeasure {
    /// Mutual information of the two sides at one instant.
    #[default]
    Mi1,
    /// Mutual information of the two sides' pasts and presents together.
    Mi,
    /// Stochastic interaction (Barrett & Seth 2011): what the parts' own pasts leave unexplained.
    Si,
    /// Φ*: information lost to a decoder that takes the sides for independent (Oizumi 2016).
    Star,
    /// Φ_G: distance to the nearest dynamics without influences between the sides (Oizumi 2016).
    Geo,
    /// φ_s of IIT 4.0, of binary units (Albantakis 2023).
    Iit4,
}

impl PhiMeasure {
    /// The measure of a Gaussian system, unless it is φ_s.
    #[must_use]
    pub fn gaussian(self) -> Option<Measure> {
        match self {
            Self::Mi1 => Some(Measure::Mi1),
            Self::Mi => Some(Measure::Mi),
            Self::Si => Some(Measure::Si),
            Self::Star => Some(Measure::Star),
            Self::Geo => Some(Measure::Geo),
            Self::Iit4 => None,
        }
    }
}

/// What the measure is taken of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PhiSource {
    /// The window of samples: its covariance, or its counted transitions between binary states.
    #[default]
    Window,
    /// The noisy dynamics, linearised around the plant's present state.
    Linearised,
    /// The model, run on from every joint state of the units.
    Perturbed,
}

/// How the minimum bipartition of a Gaussian measure is searched for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PhiSearch {
    /// Queyranne where it is exact, else every bipartition up to 12 units, else Queyranne.
    #[default]
    Auto,
    /// Every bipartition.
    Exhaustive,
    /// Queyranne's algorithm; exact for MI1 and MI.
    Queyranne,
    /// Cuts of the correlation graph; a heuristic.
    Spectral,
    /// Replica-exchange Monte Carlo; a heuristic.
    ReplicaExchange,
}

/// How to measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhiSettings {
    /// The measure.
    pub measure: PhiMeasure,
    /// What is measured.
    pub source: PhiSource,
    /// How the minimum partition of a Gaussian measure is searched for.
    pub search: PhiSearch,
    /// The most units.
    pub max_units: usize,
    /// Ticks between past and present.
    pub lag_ticks: u64,
    /// Observable from which a unit is on.
    pub threshold: f64,
    /// Runs from each perturbed state.
    pub repetitions: u32,
    /// Share of the diagonal that covariances are shrunk towards, 0 … 1.
    pub shrinkage: f64,
    /// Whether complexes are searched for.
    pub complexes: bool,
    /// Whether the cause–effect structure is unfolded.
    pub structure: bool,
    /// Whether the value without each unit is measured.
    pub lesions: bool,
    /// Surrogates to compare with; 0 for none.
    pub surrogates: usize,
    /// Units of work ([`super::work`]) that the measurement may take, all in all.
    pub budget: u64,
}
