//! Samples that arrive late.

use std::collections::VecDeque;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

use super::kind::{FaultKind, FaultMoment, Sample};
use super::window::FaultWindow;

/// The most ticks of a delay.
const MOST: u64 = 4096;

/// Samples arrive later. Before the first of them there is none, and when the fault is over those
/// on their way are lost.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DelayFault {
    /// By how many ticks, 1 … 4096.
    pub ticks: u64,
    /// When it begins, s of plant time.
    #[serde(default)]
    pub from_s: f64,
    /// When it is over, s of plant time; never where none is given.
    #[serde(default)]
    pub to_s: Option<f64>,
}

impl FaultKind for DelayFault {
    fn validate(&self, problems: &mut Problems, path: &str) {
        problems.count(&format!("{path}.ticks"), self.ticks, 1, MOST);
    }

    fn window(&self) -> FaultWindow {
        let (from_s, to_s) = (self.from_s, self.to_s);
        FaultWindow { from_s, to_s }
    }

    fn words(&self) -> String {
        format!("samples arrive {} ticks late", self.ticks)
    }

    fn act(&self, _: &FaultMoment, memory: &mut VecDeque<Sample>, sample: &mut Sample) {
        memory.push_back(*sample);
        let arrived = match memory.len() as u64 > self.ticks {
            true => memory.pop_front(),
            false => None,
        };
        *sample = arrived.unwrap_or(Sample {
            value: f64::NAN,
            taken: None,
        });
    }

    fn pass(&self, memory: &mut VecDeque<Sample>, _: &Sample) {
        memory.clear();
    }

    fn remembers(&self) -> bool {
        true
    }
}
