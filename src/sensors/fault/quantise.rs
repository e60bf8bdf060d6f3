//! Steps of a converter.

use std::collections::VecDeque;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

use super::kind::{FaultKind, FaultMoment, Sample};
use super::window::FaultWindow;

/// Values rounded to whole steps, as a converter gives them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuantiseFault {
    /// The step, in the unit of the channels.
    pub step: f64,
    /// When it begins, s of plant time.
    #[serde(default)]
    pub from_s: f64,
    /// When it is over, s of plant time; never where none is given.
    #[serde(default)]
    pub to_s: Option<f64>,
}

impl FaultKind for QuantiseFault {
    fn validate(&self, problems: &mut Problems, path: &str) {
        problems.positive(&format!("{path}.step"), self.step, "");
    }

    fn window(&self) -> FaultWindow {
        let (from_s, to_s) = (self.from_s, self.to_s);
        FaultWindow { from_s, to_s }
    }

    fn words(&self) -> String {
        format!("values are rounded to steps of {}", self.step)
    }

    fn act(&self, _: &FaultMoment, _: &mut VecDeque<Sample>, sample: &mut Sample) {
        let steps = (sample.value / self.step).round();
        // A step so small that their number is no double rounds nothing.
        if steps.is_finite() {
            sample.value = steps * self.step;
        }
    }
}
