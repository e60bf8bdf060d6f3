//! The scene's `control` part.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::registry::metric::Metric;
use crate::registry::part::{CustomSpec, Value, distinct};
use crate::registry::site::{PopulationRanges, find_scope, unknown_scope};
use crate::registry::{MetricId, Metrics, Need};
use crate::signal::metrics as readings;

use super::law::Laws;
use super::original::AdaptiveSpec;
use super::pid::PidSpec;

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
}

fn cluster() -> String {
    "cluster".to_owned()
}

fn one() -> f64 {
    1.0
}

/// What a loop measures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Measure {
    /// Coherence, 0 … 1.
    #[default]
    Coherence,
    /// Spectral entropy, nats.
    Entropy,
    /// Spectral entropy over its greatest value, 0 … 1.
    EntropyNormalized,
    /// Resonance, ≥ 0.
    Resonance,
    /// Any other metric of the loop's scope, by its name in the head of metrics.csv.
    Metric(MetricId),
}

impl Measure {
    /// The metric that it is.
    #[must_use]
    pub fn metric(&self) -> MetricId {
        match self {
            Self::Coherence => readings::COHERENCE,
            Self::Entropy => readings::ENTROPY,
            Self::EntropyNormalized => readings::ENTROPY_NORMALIZED,
            Self::Resonance => readings::RESONANCE,
            Self::Metric(id) => id.clone(),
        }
    }
}

/// The control laws.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Law {
    /// 0.5 · (1 − coherence), whatever the loop's measure and setpoint.
    #[default]
    Original,
    /// A PID controller.
    Pid(PidSpec),
    /// A law of the program's catalog; see `phantom list parts`.
    Custom(LawSpec),
}

/// A law of the program's catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LawSpec {
    /// The name under which the program knows it.
    pub name: String,
    /// Its parameters by name; the law's own defaults where none is given.
    #[serde(default, deserialize_with = "distinct")]
    pub parameters: BTreeMap<String, Value>,
    /// What it measures besides the loop's measure, in the order in which the law takes them.
    #[serde(default)]
    pub measures: Vec<Measure>,
    /// What it moves besides the loop's output, in the order in which the law gives them.
    #[serde(default)]
    pub outputs: Vec<Output>,
}

impl LawSpec {
    /// Name and parameters.
    #[must_use]
    pub fn part(&self) -> CustomSpec {
        CustomSpec {
            name: self.name.clone(),
            parameters: self.parameters.clone(),
        }
    }
}

/// What a loop moves. Its command is added to what the populations of its scope have of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Output {
    /// Added to the coupling strength κ, as `populations[].coupling`.
    #[default]
    Coupling,
    /// A force on every resonator.
    Force,
    /// Added to the natural frequency, rad/s.
    FrequencyShift,
    /// Added to the damping rate, 1/s.
    Damping,
    /// Added to the gain with which the field is felt.
    FieldGain,
    /// Added to the noise intensity σ.
    Noise,
}

impl Output {
    /// The field of a population to which the output is added, when it has one of that kind.
    #[must_use]
    pub fn adds_to(self) -> Option<&'static str> {
        match self {
            Self::Coupling => Some("coupling"),
            Self::Noise => Some("noise"),
            Self::Force | Self::FrequencyShift | Self::Damping | Self::FieldGain => None,
        }
    }
}

impl LoopSpec {
    /// Whether it needs the signals of its scope: for a measure, its law or its adaptation.
    #[must_use]
    pub fn hears_signals(&self, metrics: &Metrics) -> bool {
        let is_signal = |own: &Measure| {
            let metric = metrics.find(&own.metric());
            metric.is_none_or(|metric| metric.needs == Need::Signals)
        };
        let measures = self.measures().any(is_signal);
        measures || self.law == Law::Original || self.adaptive.is_some()
    }

    /// Everything that it measures: its own measure, then those of its law.
    pub fn measures(&self) -> impl Iterator<Item = &Measure> {
        let further = match &self.law {
            Law::Custom(law) => law.measures.as_slice(),
            _ => &[],
        };
        std::iter::once(&self.measure).chain(further)
    }

    /// Everything that it moves: its own output, then those of its law.
    pub fn outputs(&self) -> impl Iterator<Item = Output> {
        let further = match &self.law {
            Law::Custom(law) => law.outputs.as_slice(),
            _ => &[],
        };
        std::iter::once(self.output).chain(further.iter().copied())
    }

    /// Where below the loop's path an output is named, if it is.
    fn output_path(&self, output: Output) -> Option<String> {
        Some(match self.outputs().position(|own| own == output)? {
            0 => "output".to_owned(),
            k => format!("law.outputs[{}]", k - 1),
        })
    }

    /// Everything that it measures with the path of each below that of the loop.
    fn paths(&self) -> impl Iterator<Item = (String, &Measure)> {
        self.measures().enumerate().map(|(k, own)| match k {
            0 => ("measure".to_owned(), own),
            k => (format!("law.measures[{}]", k - 1), own),
        })
    }
}

impl ControlSpec {
    /// Collects the loops that drive noise, which an adaptive integrator cannot follow.
    pub fn refuse_noise(&self, problems: &mut Problems) {
        let expected = "expected none with DormandPrince, whose step follows a smooth solution";
        for (k, spec) in self.loops.iter().enumerate() {
            if let Some(own) = spec.output_path(Output::Noise) {
                problems.add(
                    format!("control.loops[{k}].{own}"),
                    format!("this loop drives noise, {expected}"),
                );
            }
            if spec.noise_per_temperature != 0.0 {
                problems.add(
                    format!("control.loops[{k}].noise_per_temperature"),
                    format!("{}, {expected}", spec.noise_per_temperature),
                );
            }
        }
    }

    /// Collects what is wrong with this part of a scene.
    pub fn validate(&self, problems: &mut Problems, about: &ControlFacts) {
        for (k, spec) in self.loops.iter().enumerate() {
            spec.validate(problems, &format!("control.loops[{k}]"), about);
        }
    }
}

/// What a loop is judged by.
pub struct ControlFacts<'a> {
    /// The populations.
    pub populations: &'a PopulationRanges,
    /// Whether a scope is sensed.
    pub has_channels: &'a dyn Fn(&str) -> bool,
    /// Whether all resonators of a scope are phases.
    pub phases_only: &'a dyn Fn(&str) -> bool,
    /// The metrics.
    pub metrics: &'a Metrics,
    /// The laws that scenes may name.
    pub laws: &'a Laws,
}

impl LoopSpec {
    fn validate(&self, problems: &mut Problems, path: &str, about: &ControlFacts) {
        for (own, measure) in self.paths() {
            self.validate_measure(problems, path, (&own, measure), about.metrics);
        }
        let scope = format!("{path}.scope");
        if find_scope(&self.scope, about.populations).is_none() {
            unknown_scope(problems, &scope, &self.scope, about.populations);
        } else if self.hears_signals(about.metrics) && !(about.has_channels)(&self.scope) {
            problems.add(
                scope,
                format!(
                    "{:?} has no sensor, expected a scope that some sensor gives channels to",
                    self.scope
                ),
            );
        }
        let damps = self.output_path(Output::Damping);
        if let Some(own) = damps.filter(|_| (about.phases_only)(&self.scope)) {
            problems.add(
                format!("{path}.{own}"),
                "Damping moves nothing here, expected harmonic resonators in the loop's scope",
            );
        }
        let setpoint = format!("{path}.setpoint");
        match self.measure {
            Measure::Coherence | Measure::EntropyNormalized => {
                problems.range(&setpoint, self.setpoint, 0.0, 1.0, "");
            }
            Measure::Entropy | Measure::Resonance => {
                problems.range(&setpoint, self.setpoint, 0.0, f64::INFINITY, "");
            }
            Measure::Metric(_) => problems.require(
                self.setpoint.is_finite(),
                &setpoint,
                self.setpoint,
                "a finite number",
            ),
        }
        let noise = format!("{path}.noise_per_temperature");
        problems.range(&noise, self.noise_per_temperature, 0.0, 1e6, "");
        match &self.law {
            Law::Original => {}
            Law::Pid(pid) => pid.validate(problems, &format!("{path}.law")),
            Law::Custom(law) => {
                about
                    .laws
                    .check(problems, &format!("{path}.law"), &law.part());
            }
        }
        if let Some(adaptive) = &self.adaptive {
            adaptive.validate(problems, &format!("{path}.adaptive"));
        }
    }

    fn validate_measure(
        &self,
        problems: &mut Problems,
        path: &str,
        (own, measure): (&str, &Measure),
        metrics: &Metrics,
    ) {
        let id = measure.metric();
        let metric = metrics.find(&id);
        let fits = |own: &Metric| own.needs != Need::Placement;
        if !metric.is_some_and(fits) {
            let message = format!("found {:?}, {}", id.as_str(), metrics.expected(&id, fits));
            problems.add(format!("{path}.{own}"), message);
        }
        if let Some(own) = metric {
            own.refuse_scope(problems, &format!("{path}.scope"), &self.scope);
        }
    }
}
