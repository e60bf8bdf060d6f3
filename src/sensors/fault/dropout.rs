//! Samples that do not arrive.

use std::collections::VecDeque;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

use super::kind::{FaultKind, FaultMoment, Sample};
use super::window::FaultWindow;

/// Single samples that do not arrive: there is none, and a flag.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropoutFault {
    /// The share of samples that are lost, each for itself, 0 … 1.
    pub probability: f64,
    /// When it begins, s of plant time.
    #[serde(default)]
    pub from_s: f64,
    /// When it is over, s of plant time; never where none is given.
    #[serde(default)]
    pub to_s: Option<f64>,
}

impl FaultKind for DropoutFault {
    fn validate(&self, problems: &mut Problems, path: &str) {
        let at = format!("{path}.probability");
        problems.range(&at, self.probability, 0.0, 1.0, "");
    }

    fn window(&self) -> FaultWindow {
        let (from_s, to_s) = (self.from_s, self.to_s);
        FaultWindow { from_s, to_s }
    }

    fn words(&self) -> String {
        format!("{} % of the samples are lost", 100.0 * self.probability)
    }

    fn act(&self, at: &FaultMoment, _: &mut VecDeque<Sample>, sample: &mut Sample) {
        if at.random().uniform() < self.probability {
            sample.value = f64::NAN;
        }
    }
}
