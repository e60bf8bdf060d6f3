//! What is measured, of what, and how the weakest cut is searched for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gauss::Measure;

/// Surrogates of a report that nobody asked for: the least number with which a value can lie above
/// chance at 5 %.
pub const SURROGATES: usize = 19;

/// A measure of integrated information.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// The name of the quantity: each measure has one of its own, since they are not one number.
    #[must_use]
    pub const fn quantity(self) -> &'static str {
        match self {
            Self::Mi1 => "MI1",
            Self::Mi => "MI",
            Self::Si => "SI",
            Self::Star => "Φ*",
            Self::Geo => "Φ_G",
            Self::Iit4 => "φ_s",
        }
    }

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
