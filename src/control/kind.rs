//! What the control room asks of a law of its own: one file for each, and a line in `spec.rs`.

use serde::{Serialize, de::DeserializeOwned};

use crate::base::Problems;

use super::law::Sample;
use super::measure::Measure;

/// The most terms that a law of this program has.
pub const LAW_TERMS: usize = 10;

/// A number of a law that may be changed while it runs.
pub struct LawNumber<'a> {
    /// Its field in scenes.
    pub name: &'static str,
    /// Its unit, empty for pure numbers.
    pub unit: &'static str,
    /// What it does, and when to raise it.
    pub help: &'static str,
    /// The upper end of its slider.
    pub slider: f64,
    /// Where it is.
    pub place: &'a mut f64,
}

/// A control law of this program: its parameters in scenes.
pub trait LawKind: Clone + PartialEq {
    /// What it remembers between steps.
    type Memory: Clone + Default + PartialEq + Serialize + DeserializeOwned;

    /// Names of its terms, at most [`LAW_TERMS`], as they end the names of metrics.
    const TERMS: &'static [&'static str];

    /// What it measures besides the loop's own measure.
    fn measures(&self) -> &'static [Measure] {
        &[]
    }

    /// One step: the output, in the unit of what it moves; writes its terms.
    fn step(&self, memory: &mut Self::Memory, sample: &Sample, terms: &mut [f64]) -> f64;

    /// One step while something else gives the loop's output, so that the next step of its own
    /// begins there. A law that remembers nothing of its output has nothing to do.
    fn track(&self, _memory: &mut Self::Memory, _sample: &Sample, _output: f64) {}

    /// Makes up for a change of its parameters from `before`, so that the output does not jump.
    fn retune(&self, _before: &Self, _memory: &mut Self::Memory, _setpoint: f64, _measured: f64) {}

    /// Its live numbers.
    fn numbers(&mut self) -> Vec<LawNumber<'_>> {
        Vec::new()
    }

    /// The least and the greatest output, where it has such limits.
    fn reach(&self) -> [Option<f64>; 2] {
        [None, None]
    }

    /// Collects what is wrong with its parameters at `path`.
    fn validate(&self, _problems: &mut Problems, _path: &str) {}
}
