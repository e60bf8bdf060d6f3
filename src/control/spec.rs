//! The scene's `control` part.

use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::registry::metric::{Metric, MetricScope};
use crate::registry::site::{PopulationRanges, find_scope, unknown_scope};
use crate::registry::{MetricId, Metrics, Need};
use crate::signal::readings;

use super::original::AdaptiveSpec;
use super::pid::PidSpec;

/// The controllers of a scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Law {
    /// 0.5 · (1 − coherence), whatever the loop's measure and setpoint.
    #[default]
    Original,
    /// A PID controller.
    Pid(PidSpec),
}

/// The entry of the drive that a loop moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Output {
    /// Coupling strength κ.
    #[default]
    Coupling,
    /// Force.
    Force,
    /// Natural frequency, rad/s.
    FrequencyShift,
    /// Damping rate, 1/s.
    Damping,
    /// Gain with which the field is felt.
    FieldGain,
    /// Noise intensity σ.
    Noise,
}

impl LoopSpec {
    /// Whether it needs the signals of its scope: for its measure, its law or its adaptation.
    #[must_use]
    pub fn hears_signals(&self, metric: Option<&Metric>) -> bool {
        let measures = metric.is_none_or(|own| own.needs == Need::Signals);
        measures || self.law == Law::Original || self.adaptive.is_some()
    }
}

impl ControlSpec {
    /// Collects the loops that drive noise, which an adaptive integrator cannot follow.
    pub fn refuse_noise(&self, problems: &mut Problems) {
        let expected = "expected none with DormandPrince, whose step follows a smooth solution";
        for (k, spec) in self.loops.iter().enumerate() {
            if spec.output == Output::Noise {
                problems.add(
                    format!("control.loops[{k}].output"),
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

    /// Collects what is wrong with this part of a scene. `has_channels` tells whether a scope is
    /// sensed, `has_phases_only` whether all its resonators are phases.
    pub fn validate(
        &self,
        problems: &mut Problems,
        populations: &PopulationRanges,
        has_channels: &dyn Fn(&str) -> bool,
        phases_only: &dyn Fn(&str) -> bool,
        metrics: &Metrics,
    ) {
        for (k, spec) in self.loops.iter().enumerate() {
            let path = format!("control.loops[{k}]");
            let metric = metrics.find(&spec.measure.metric());
            let fits = |own: &Metric| own.needs != Need::Placement;
            problems.require(
                metric.is_some_and(fits),
                &format!("{path}.measure"),
                format!("{:?}", spec.measure.metric().as_str()),
                &format!("one of {}", metrics.names(fits)),
            );
            if metric.is_some_and(|own| own.scope == MetricScope::Cluster)
                && spec.scope != "cluster"
            {
                problems.add(
                    format!("{path}.scope"),
                    format!(
                        "{:?} has no {}, expected \"cluster\"",
                        spec.scope,
                        spec.measure.metric()
                    ),
                );
            }
            let hears = spec.hears_signals(metric);
            if find_scope(&spec.scope, populations).is_none() {
                unknown_scope(problems, &format!("{path}.scope"), &spec.scope, populations);
            } else if hears && !has_channels(&spec.scope) {
                problems.add(
                    format!("{path}.scope"),
                    format!(
                        "{:?} has no sensor, expected a scope that some sensor gives channels to",
                        spec.scope
                    ),
                );
            }
            if spec.output == Output::Damping && phases_only(&spec.scope) {
                problems.add(
                    format!("{path}.output"),
                    "Damping moves nothing here, expected harmonic resonators in the loop's scope",
                );
            }
            let setpoint = format!("{path}.setpoint");
            match spec.measure {
                Measure::Coherence | Measure::EntropyNormalized => {
                    problems.range(&setpoint, spec.setpoint, 0.0, 1.0, "");
                }
                Measure::Entropy | Measure::Resonance => {
                    problems.range(&setpoint, spec.setpoint, 0.0, f64::INFINITY, "");
                }
                Measure::Metric(_) => problems.require(
                    spec.setpoint.is_finite(),
                    &setpoint,
                    spec.setpoint,
                    "a finite number",
                ),
            }
            problems.range(
                &format!("{path}.noise_per_temperature"),
                spec.noise_per_temperature,
                0.0,
                1e6,
                "",
            );
            if let Law::Pid(pid) = &spec.law {
                for (field, expected) in pid.validate() {
                    problems.add(format!("{path}.law.{field}"), expected);
                }
            }
            if let Some(adaptive) = &spec.adaptive {
                for (field, expected) in adaptive.validate() {
                    problems.add(format!("{path}.adaptive.{field}"), expected);
                }
            }
        }
    }
}
