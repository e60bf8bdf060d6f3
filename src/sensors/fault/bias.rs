//! A zero that is off.

use std::collections::VecDeque;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

use super::kind::{FaultKind, FaultMoment, Sample};
use super::window::FaultWindow;

/// A constant that is added.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BiasFault {
    /// The constant, in the unit of the channels.
    pub offset: f64,
    /// When it begins, s of plant time.
    #[serde(default)]
    pub from_s: f64,
    /// When it is over, s of plant time; never where none is given.
    #[serde(default)]
    pub to_s: Option<f64>,
}

impl FaultKind for BiasFault {
    fn validate(&self, problems: &mut Problems, path: &str) {
        problems.range(&format!("{path}.offset"), self.offset, -1e9, 1e9, "");
    }

    fn window(&self) -> FaultWindow {
        let (from_s, to_s) = (self.from_s, self.to_s);
        FaultWindow { from_s, to_s }
    }

    fn words(&self) -> String {
        format!("{} is added", self.offset)
    }

    fn act(&self, _: &FaultMoment, _: &mut VecDeque<Sample>, sample: &mut Sample) {
        sample.value += self.offset;
    }
}
