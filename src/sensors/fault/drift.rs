//! A zero that wanders.

use std::collections::VecDeque;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

use super::kind::{FaultKind, FaultMoment, Sample};
use super::window::FaultWindow;

/// What grows evenly from the beginning of the fault on is added; when it is over, nothing is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DriftFault {
    /// How fast it grows, units of the channels per s.
    pub per_s: f64,
    /// When it begins, s of plant time.
    #[serde(default)]
    pub from_s: f64,
    /// When it is over, s of plant time; never where none is given.
    #[serde(default)]
    pub to_s: Option<f64>,
}

impl FaultKind for DriftFault {
    fn validate(&self, problems: &mut Problems, path: &str) {
        problems.range(&format!("{path}.per_s"), self.per_s, -1e9, 1e9, " 1/s");
    }

    fn window(&self) -> FaultWindow {
        let (from_s, to_s) = (self.from_s, self.to_s);
        FaultWindow { from_s, to_s }
    }

    fn words(&self) -> String {
        format!("what grows by {} a second is added", self.per_s)
    }

    fn act(&self, at: &FaultMoment, _: &mut VecDeque<Sample>, sample: &mut Sample) {
        sample.value += self.per_s * (at.time_s - self.from_s);
    }
}
