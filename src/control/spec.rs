//! The scene's `control` part.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::registry::{Metrics, Need};

use super::laws::Law;
use super::measure::Measure;
use super::original::AdaptiveSpec;
use super::output::{FollowerSpec, Output};

/// The controllers of a scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ControlSpec {
    /// Whether commands are given at all.
    pub enabled: bool,
    /// The loops.
    pub loops: Vec<LoopSpec>,
}

impl Default for ControlSpec {
    fn default() -> Self {
        Self {
            enabled: true,
            loops: Vec::new(),
        }
    }
}

/// One feedback loop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoopSpec {
    /// Its name.
    pub name: String,
    /// The population that it measures and drives, or "cluster".
    #[serde(default = "cluster")]
    pub scope: String,
    /// What it measures.
    #[serde(default)]
    pub measure: Measure,
    /// Where it measures: a population or "cluster"; the loop's own scope when absent.
    #[serde(default)]
    pub measure_of: Option<String>,
    /// The value that it steers for, in the unit of the measure.
    #[serde(default = "one")]
    pub setpoint: f64,
    /// How the deviation becomes an output.
    #[serde(default)]
    pub law: Law,
    /// What the output moves.
    #[serde(default)]
    pub output: Output,
    /// Adaptation of the gain, if any.
    #[serde(default)]
    pub adaptive: Option<AdaptiveSpec>,
    /// Noise σ added for each nat of temperature, when adaptive.
    #[serde(default)]
    pub noise_per_temperature: f64,
    /// Feed-forward: measured disturbances that are added to the law's output.
    #[serde(default)]
    pub feeds: Vec<FeedSpec>,
    /// Further outputs that follow the loop's command.
    #[serde(default)]
    pub also: Vec<FollowerSpec>,
    /// Whether the output is `manual_output` instead of the law's. The output of a law that
    /// follows it, as PID does, does not jump when this ends.
    #[serde(default)]
    pub manual: bool,
    /// The output in manual mode.
    #[serde(default)]
    pub manual_output: f64,
    /// What gives the output while safety does not trust the law.
    #[serde(default)]
    pub fallback: Fallback,
}

/// A measured disturbance: gain · measure is added to the law's output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedSpec {
    /// What is measured.
    pub measure: Measure,
    /// Where: a population or "cluster"; the loop's own scope when absent.
    #[serde(default)]
    pub of: Option<String>,
    /// Output for each unit of the measure.
    pub gain: f64,
}

/// What gives a loop's output while safety does not trust its law: when a rule falls back, when
/// barriers conflict, or when the filter of the barriers meets a number that is not finite.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Fallback {
    /// Nothing is driven: output 0.
    #[default]
    Release,
    /// This output.
    Value(f64),
    /// A law that was verified, on the same measures and setpoint. It is run beside the loop's own.
    Law(Box<Law>),
}

impl Fallback {
    /// Whether nothing is driven.
    #[must_use]
    pub fn is_release(&self) -> bool {
        *self == Self::Release
    }
}

fn cluster() -> String {
    "cluster".to_owned()
}

fn one() -> f64 {
    1.0
}

impl LoopSpec {
    /// Whether it needs the signals of its scope: for a measure, its law or its adaptation.
    #[must_use]
    pub fn hears_signals(&self, metrics: &Metrics) -> bool {
        let is_signal = |own: &Measure| {
            let metric = metrics.find(&own.metric());
            metric.is_none_or(|metric| metric.needs == Need::Signals)
        };
        let mut here = self.asks().filter(|(_, _, of)| of.is_none());
        here.any(|(_, own, _)| is_signal(own)) || self.adaptive.is_some()
    }

    /// Everything that its law measures: the loop's own measure, then those of the law.
    pub fn measures(&self) -> impl Iterator<Item = &Measure> {
        std::iter::once(&self.measure).chain(self.law.measures())
    }

    /// Everything that it measures with the place of each below the loop's path and the scope
    /// where it is measured, if that is another than the loop's.
    pub fn asks(&self) -> impl Iterator<Item = (String, &Measure, Option<&str>)> {
        let elsewhere = self.measure_of.as_deref();
        let own = self.measures().enumerate().map(move |(k, own)| match k {
            0 => ("measure".to_owned(), own, elsewhere),
            k => (format!("law.measures[{}]", k - 1), own, elsewhere),
        });
        let beside = match &self.fallback {
            Fallback::Law(law) => law.measures(),
            _ => &[],
        };
        let beside = beside.iter();
        let beside = beside.map(move |own| ("fallback".to_owned(), own, elsewhere));
        let feeds = self.feeds.iter().enumerate();
        let feeds = feeds.map(|(k, own)| {
            (
                format!("feeds[{k}].measure"),
                &own.measure,
                own.of.as_deref(),
            )
        });
        own.chain(beside).chain(feeds)
    }

    /// Everything that it moves: its own output, those of its law, and those that follow it.
    pub fn outputs(&self) -> impl Iterator<Item = Output> {
        let further = match &self.law {
            Law::Custom(law) => law.outputs.as_slice(),
            _ => &[],
        };
        let followers = self.also.iter().map(|own| own.output);
        let own = std::iter::once(self.output).chain(further.iter().copied());
        own.chain(followers)
    }

    /// Number of outputs that its law gives.
    #[must_use]
    pub fn law_outputs(&self) -> usize {
        self.outputs().count() - self.also.len()
    }

    /// Where below the loop's path an output is named, if it is.
    pub(super) fn output_path(&self, output: Output) -> Option<String> {
        let of_law = self.law_outputs();
        Some(match self.outputs().position(|own| own == output)? {
            0 => "output".to_owned(),
            k if k < of_law => format!("law.outputs[{}]", k - 1),
            k => format!("also[{}].output", k - of_law),
        })
    }

    /// The least and the greatest value of each output that a gate of this limit lets pass.
    pub fn reach(&self, gate: f64) -> impl Iterator<Item = (Output, [f64; 2])> {
        let of_law = |law: &Law| {
            let [low, high] = law.reach();
            [low.unwrap_or(-gate), high.unwrap_or(gate)]
        };
        let [mut low, mut high] = of_law(&self.law);
        let other = match &self.fallback {
            Fallback::Release => [0.0; 2],
            Fallback::Value(own) => [*own; 2],
            Fallback::Law(law) => of_law(law),
        };
        if self.adaptive.is_some() || !self.feeds.is_empty() {
            // Something is multiplied with them or added to them.
            let wide = |end: f64| if end == 0.0 { 0.0 } else { gate.copysign(end) };
            (low, high) = match self.feeds.is_empty() {
                true => (wide(low), wide(high)),
                false => (-gate, gate),
            };
        }
        if !self.fallback.is_release() {
            (low, high) = (low.min(other[0]), high.max(other[1]));
        }
        let own = [low.max(-gate), high.min(gate)];
        let of_law = self.law_outputs();
        self.outputs().enumerate().map(move |(k, output)| {
            let follower = k.checked_sub(of_law).and_then(|k| self.also.get(k));
            let span = follower.map_or(own, |by| {
                let ends = own.map(|u| (by.offset + by.gain * u).clamp(-gate, gate));
                [ends[0].min(ends[1]), ends[0].max(ends[1])]
            });
            (output, span)
        })
    }
}
