//! External forces: sines, pulses and ramps on chosen vertices.
//!
//! A force is constant through a tick and has there its mean over the tick, so that what it gives
//! in all is exact while its form within a tick is an approximation of first order. It enters where
//! drives do: as `Force` it is the f of x″ = … + f, of Re ż = … + f and of θ′ = … − f sin θ; as
//! `Rate` it is added to the natural frequency, so that θ′ = … + f of a phase (a torque f of one
//! with inertia).

use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::num::{self, TAU};
use crate::base::{Problems, VertexId};
use crate::registry::selection::Selection;
use crate::registry::site::PopulationRanges;

/// A force of a scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForceSpec {
    /// The vertices that it acts on.
    #[serde(default)]
    pub on: Selection,
    /// What it is over time.
    pub shape: ForceShape,
    /// Where it enters.
    #[serde(default)]
    pub acts: ForceKind,
}

/// Where a force enters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ForceKind {
    /// As a force: f of x″, of Re ż, and −f sin θ of θ′.
    #[default]
    Force,
    /// As a shift of the natural frequency, rad/s.
    Rate,
}

/// A force over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum ForceShape {
    /// a sin(2π f t + φ).
    Sine {
        /// Amplitude a.
        amplitude: f64,
        /// Frequency f, Hz.
        frequency_hz: f64,
        /// Phase φ, rad.
        #[serde(default)]
        phase: f64,
    },
    /// a from `start_s` on for `duration_s`, once or every `period_s`.
    Pulse {
        /// Height a.
        amplitude: f64,
        /// Begin, s.
        start_s: f64,
        /// Length, s.
        duration_s: f64,
        /// Time between begins, s; once when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        period_s: Option<f64>,
    },
    /// `from` until `start_s`, a straight line to `to` at `end_s`, then `to`.
    Ramp {
        /// First value.
        from: f64,
        /// Last value.
        to: f64,
        /// Begin, s.
        start_s: f64,
        /// End, s.
        end_s: f64,
    },
}

impl ForceSpec {
    /// Collects what is wrong with the force at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str, ranges: &PopulationRanges) {
        self.on.validate(problems, &format!("{path}.on"), ranges);
        let at = |field: &str| format!("{path}.shape.{field}");
        match self.shape {
            ForceShape::Sine {
                amplitude,
                frequency_hz,
                phase,
            } => {
                problems.range(&at("amplitude"), amplitude, -1e9, 1e9, "");
                problems.range(&at("frequency_hz"), frequency_hz, 0.0, 1e9, " Hz");
                problems.range(&at("phase"), phase, -1e6, 1e6, " rad");
            }
            ForceShape::Pulse {
                amplitude,
                start_s,
                duration_s,
                period_s,
            } => {
                problems.range(&at("amplitude"), amplitude, -1e9, 1e9, "");
                problems.range(&at("start_s"), start_s, 0.0, 1e12, " s");
                problems.positive(&at("duration_s"), duration_s, " s");
                if let Some(period_s) = period_s {
                    problems.range(&at("period_s"), period_s, duration_s, 1e12, " s");
                }
            }
            ForceShape::Ramp {
                from,
                to,
                start_s,
                end_s,
            } => {
                problems.range(&at("from"), from, -1e9, 1e9, "");
                problems.range(&at("to"), to, -1e9, 1e9, "");
                problems.range(&at("start_s"), start_s, 0.0, 1e12, " s");
                problems.range(&at("end_s"), end_s, start_s, 1e12, " s");
            }
        }
    }
}

impl ForceShape {
    /// The mean from `t_s` on for `span_s` > 0.
    #[must_use]
    pub fn mean(&self, t_s: f64, span_s: f64) -> f64 {
        let end = t_s + span_s;
        match *self {
            Self::Sine {
                amplitude,
                frequency_hz,
                phase,
            } => {
                let half = 0.5 * TAU * frequency_hz * span_s;
                let middle = TAU * frequency_hz * (t_s + 0.5 * span_s) + phase;
                let share = if half == 0.0 {
                    1.0
                } else {
                    num::sin(half) / half
                };
                amplitude * num::sin(middle) * share
            }
            Self::Pulse {
                amplitude,
                start_s,
                duration_s,
                period_s,
            } => {
                let overlap = |begin: f64| (end.min(begin + duration_s) - t_s.max(begin)).max(0.0);
                let covered = match period_s {
                    None => overlap(start_s),
                    Some(period) => {
                        let first = ((t_s - start_s - duration_s) / period).floor().max(0.0);
                        let last = ((end - start_s) / period).floor();
                        let mut sum = 0.0;
                        let mut k = first;
                        // As many begins as lie in the span, and one before.
                        while k <= last {
                            sum += overlap(start_s + k * period);
                            k += 1.0;
                        }
                        sum
                    }
                };
                amplitude * covered / span_s
            }
            Self::Ramp {
                from,
                to,
                start_s,
                end_s,
            } => {
                // The area under the line from the beginning of time to t.
                let area = |t: f64| {
                    let before = from * t.min(start_s);
                    let within = (t.min(end_s) - start_s).max(0.0);
                    let length = (end_s - start_s).max(f64::MIN_POSITIVE);
                    let risen = from * within + 0.5 * (to - from) * within * within / length;
                    before + risen + to * (t - end_s).max(0.0)
                };
                (area(end) - area(t_s)) / span_s
            }
        }
    }
}

/// The forces of a scene with the vertices that they act on.
#[derive(Clone, Debug, Default)]
pub struct ForceSet(Arc<[(BTreeSet<VertexId>, ForceShape, ForceKind)]>);

/// What acts in a tick: the sets, and the value of each.
#[derive(Clone, Debug, Default)]
pub struct ForcesNow<'a>(Vec<(&'a BTreeSet<VertexId>, f64, ForceKind)>);

impl ForceSet {
    /// Of these specs.
    #[must_use]
    pub fn new(specs: &[ForceSpec], ranges: &PopulationRanges) -> Self {
        let one = |spec: &ForceSpec| {
            let on: BTreeSet<VertexId> = spec.on.resolve(ranges).into_iter().collect();
            (on, spec.shape.clone(), spec.acts)
        };
        Self(specs.iter().map(one).collect())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What acts from `t_s` on for `span_s`.
    #[must_use]
    pub fn now(&self, t_s: f64, span_s: f64) -> ForcesNow<'_> {
        let now = self
            .0
            .iter()
            .map(|(on, shape, acts)| (on, shape.mean(t_s, span_s), *acts));
        ForcesNow(now.filter(|(_, value, _)| *value != 0.0).collect())
    }
}

impl ForcesNow<'_> {
    /// Whether nothing acts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sum of what acts on a vertex as this kind.
    #[must_use]
    pub fn on(&self, vertex: VertexId, kind: ForceKind) -> f64 {
        let own = self
            .0
            .iter()
            .filter(|(on, _, acts)| *acts == kind && on.contains(&vertex));
        own.map(|(_, value, _)| value).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_over_a_tick_are_those_of_the_integral() {
        let sine = ForceShape::Sine {
            amplitude: 2.0,
            frequency_hz: 0.5,
            phase: 0.3,
        };
        let pulse = |period_s| ForceShape::Pulse {
            amplitude: 3.0,
            start_s: 0.25,
            duration_s: 0.5,
            period_s,
        };
        let ramp = ForceShape::Ramp {
            from: 1.0,
            to: -2.0,
            start_s: 0.5,
            end_s: 1.5,
        };
        let value = |shape: &ForceShape, t: f64| match shape {
            ForceShape::Sine { .. } => 2.0 * num::sin(TAU * 0.5 * t + 0.3),
            ForceShape::Pulse { period_s, .. } => {
                let since = t - 0.25;
                let since = period_s.map_or(since, |period| since.rem_euclid(period));
                if (0.0..0.5).contains(&since) && t >= 0.25 {
                    3.0
                } else {
                    0.0
                }
            }
            ForceShape::Ramp { .. } => 1.0 - 3.0 * (t - 0.5).clamp(0.0, 1.0),
        };
        for shape in [sine, pulse(None), pulse(Some(0.8)), ramp] {
            for (t, span) in [(0.0, 0.1), (0.2, 0.5), (0.7, 2.3), (1.4, 0.4)] {
                let steps = 200_000;
                let middle = |k: usize| t + span * (k as f64 + 0.5) / steps as f64;
                let sum: f64 = (0..steps).map(|k| value(&shape, middle(k))).sum();
                let found = shape.mean(t, span);
                let close = (found - sum / steps as f64).abs() < 1e-4;
                assert!(close, "{shape:?} {t} {span} {found}");
            }
        }
    }
}
