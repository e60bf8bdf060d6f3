//! Why there is no report.

use thiserror::Error;

use super::covariance::WindowError;
use super::gauss::GaussError;
use super::iit4::Iit4Error;
use super::linearise::VARIABLES_MAX;

/// Why there is no report.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum PhiError {
    /// The window is unusable.
    #[error(transparent)]
    Window(#[from] WindowError),
    /// A Gaussian system is unusable.
    #[error(transparent)]
    Gauss(#[from] GaussError),
    /// A discrete system is unusable.
    #[error(transparent)]
    Iit4(#[from] Iit4Error),
    /// There are more units than allowed.
    #[error("{found} units, expected at most {limit}")]
    TooMany {
        /// Units given.
        found: usize,
        /// The most that are allowed.
        limit: usize,
    },
    /// The model is too large to be linearised.
    #[error(
        "the plant has {found} variables, expected at most {VARIABLES_MAX} to linearise; \
         phi.source: Window has no such limit"
    )]
    TooLarge {
        /// State variables.
        found: usize,
    },
    /// The linearised dynamics has no noise.
    #[error(
        "no noise acts on the plant, so its linearised dynamics has no stationary covariance; set \
         populations[…].noise above 0"
    )]
    Noiseless,
    /// A unit that did not change in the window.
    #[error(
        "unit {unit} was {state} in the whole window, so nothing is known of what it does; \
         phi.threshold: {threshold}"
    )]
    Constant {
        /// The unit.
        unit: usize,
        /// `on` or `off`.
        state: &'static str,
        /// The threshold.
        threshold: f64,
    },
    /// A measure that this source cannot give.
    #[error("{0}")]
    Unfit(&'static str),
    /// The measurement cannot be done, or not even begin, with the work that is allowed.
    #[error("{what} takes at least {needed} units of work, phi.budget allows {allowed}; {advice}")]
    TooMuchWork {
        /// What takes so much.
        what: &'static str,
        /// Units of work that it takes, or more.
        needed: u64,
        /// Units of work that are allowed.
        allowed: u64,
        /// What to change.
        advice: &'static str,
    },
    /// The run ended, or was asked to stop.
    #[error("the measurement was stopped")]
    Stopped,
    /// The plant could not be run.
    #[error("the perturbed plant: {0}")]
    Plant(String),
}
