//! A value that stays.

use std::collections::VecDeque;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

use super::kind::{FaultKind, FaultMoment, Sample};
use super::window::FaultWindow;

/// The last value before the beginning stays, and looks fresh. Where there was none, the first one
/// stays.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StuckFault {
    /// When it begins, s of plant time.
    #[serde(default)]
    pub from_s: f64,
    /// When it is over, s of plant time; never where none is given.
    #[serde(default)]
    pub to_s: Option<f64>,
}

impl FaultKind for StuckFault {
    fn validate(&self, _: &mut Problems, _: &str) {}

    fn window(&self) -> FaultWindow {
        let (from_s, to_s) = (self.from_s, self.to_s);
        FaultWindow { from_s, to_s }
    }

    fn words(&self) -> String {
        "the last value stays".to_owned()
    }

    fn act(&self, _: &FaultMoment, memory: &mut VecDeque<Sample>, sample: &mut Sample) {
        match memory.front() {
            Some(kept) => sample.value = kept.value,
            None if sample.value.is_finite() => memory.push_back(*sample),
            None => {}
        }
    }

    fn pass(&self, memory: &mut VecDeque<Sample>, sample: &Sample) {
        if sample.value.is_finite() {
            memory.clear();
            memory.push_back(*sample);
        }
    }

    fn remembers(&self) -> bool {
        true
    }
}
