//! The control laws of the system's first sketch, kept by name, and the adaptive law in a form that
//! stays bounded.
//!
//! The sketch: u = 0.5 (1 − R) for a coherence R; gain ← gain · s for a suggested gain s, after
//! each command; T ← 0.9 T + 0.1 H for an entropy H. The gain overflows: s = 10 does it in 309
//! steps. The bounded form moves ln g by no more than a step and keeps g within limits.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

use super::kind::LawKind;
use super::law::Sample;
use super::measure::Measure;

/// The law `original` of a loop: it acts on the coherence, whatever the loop's measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OriginalLaw;

impl LawKind for OriginalLaw {
    type Memory = ();

    const TERMS: &'static [&'static str] = &[];

    fn measures(&self) -> &'static [Measure] {
        &[Measure::Coherence]
    }

    fn step(&self, (): &mut (), sample: &Sample, _terms: &mut [f64]) -> f64 {
        let coherence = sample.measured.last().copied();
        original_gain(coherence.unwrap_or(f64::NAN))
    }

    fn reach(&self) -> [Option<f64>; 2] {
        [Some(0.0), Some(original_gain(0.0))]
    }
}

/// The law `original`: u = 0.5 · (1 − R) for a coherence R of 0 … 1. The result, 0 … 0.5, is in
/// the unit of whatever the loop moves. A coherence that is not a number gives none.
#[must_use]
pub fn original_gain(coherence: f64) -> f64 {
    0.5 * (1.0 - coherence)
}

/// The sketched adaptation, unbounded: gain ← gain · s. It overflows to infinity after 309 steps of
/// s = 10 and is here to compare with; no loop uses it.
#[must_use]
pub fn unbounded_gain(gain: f64, suggested: f64) -> f64 {
    gain * suggested
}

/// Parameters of the adaptive law in its bounded form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AdaptiveSpec {
    /// Greatest factor by which the gain changes in one step, > 1.
    pub max_step: f64,
    /// Least gain, > 0.
    pub gain_min: f64,
    /// Greatest gain.
    pub gain_max: f64,
    /// Share of the temperature that a step keeps, 0 … 1; entropy makes up the rest. With 0.9, the
    /// temperature is within 5 % of a constant entropy after 29 steps.
    pub temperature_keep: f64,
}

impl Default for AdaptiveSpec {
    fn default() -> Self {
        Self {
            max_step: 1.1,
            gain_min: 0.01,
            gain_max: 100.0,
            temperature_keep: 0.9,
        }
    }
}

/// What the adaptive law remembers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdaptiveState {
    /// Factor on the loop's output, `gain_min` … `gain_max`.
    pub gain: f64,
    /// Temperature T, nats: the entropy, smoothed over some ten steps.
    pub temperature: f64,
}

/// What a step of the adaptive law did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdaptiveStep {
    /// Whether a number was not finite, so that neither gain nor temperature changed.
    pub held: bool,
}

impl Default for AdaptiveState {
    fn default() -> Self {
        Self {
            gain: 1.0,
            temperature: 0.0,
        }
    }
}

impl AdaptiveSpec {
    /// One step: ln g += clip(ln s, ± ln max_step), g within its limits, and
    /// T ← keep · T + (1 − keep) · H. A suggestion ≤ 0, which has no logarithm, counts as the
    /// smallest step; what is not finite leaves the state as it is.
    pub fn step(
        &self,
        state: &mut AdaptiveState,
        suggested: f64,
        entropy_nats: f64,
    ) -> AdaptiveStep {
        let factor = if suggested > 0.0 {
            // Clipping the factor is clipping its logarithm, and exact.
            suggested.max(1.0 / self.max_step).min(self.max_step)
        } else {
            1.0 / self.max_step
        };
        let gain = (state.gain * factor).max(self.gain_min).min(self.gain_max);
        let keep = self.temperature_keep;
        let temperature = keep * state.temperature + (1.0 - keep) * entropy_nats;
        let numbers = [suggested, entropy_nats, gain, temperature];
        if numbers.iter().any(|x| !x.is_finite()) {
            return AdaptiveStep { held: true };
        }
        *state = AdaptiveState { gain, temperature };
        AdaptiveStep { held: false }
    }

    /// Collects what is wrong with these parameters at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str) {
        let at = |field: &str| format!("{path}.{field}");
        let step = self.max_step;
        let holds = step.is_finite() && step > 1.0;
        problems.require(holds, &at("max_step"), step, "a factor > 1");
        let (low, high) = (self.gain_min, self.gain_max);
        let holds = low > 0.0 && low < high && high.is_finite();
        let found = format!("{low} … {high}");
        problems.require(holds, &at("gain_min"), found, "0 < gain_min < gain_max");
        let keep = self.temperature_keep;
        problems.range(&at("temperature_keep"), keep, 0.0, 1.0, "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_original_law_rests_where_all_agree() {
        assert_eq!([0.0, 0.5, 1.0].map(original_gain), [0.5, 0.25, 0.0]);
        assert!(original_gain(f64::NAN).is_nan());
    }

    #[test]
    fn the_sketch_explodes_and_the_bounded_form_does_not() {
        let spec = AdaptiveSpec::default();
        let (mut literal, mut state) = (1.0, AdaptiveState::default());
        let mut steps = 0;
        while literal < f64::INFINITY {
            literal = unbounded_gain(literal, 10.0);
            assert!(!spec.step(&mut state, 10.0, 4.0).held);
            steps += 1;
        }
        assert_eq!((steps, state.gain), (309, 100.0));
        assert!((state.temperature - 4.0).abs() < 1e-12);
        for _ in 0..200 {
            spec.step(&mut state, 0.0, 4.0);
        }
        assert_eq!(state.gain, 0.01);
    }

    #[test]
    fn steps_are_no_greater_than_allowed() {
        let spec = AdaptiveSpec::default();
        for (suggested, gain) in [
            (1.05, 1.05),
            (10.0, 1.1),
            (f64::MAX, 1.1),
            (0.95, 0.95),
            (5e-324, 1.0 / 1.1),
            (0.0, 1.0 / 1.1),
            (-3.0, 1.0 / 1.1),
        ] {
            let mut state = AdaptiveState::default();
            assert!(!spec.step(&mut state, suggested, 0.0).held);
            assert_eq!(state.gain, gain, "{suggested}");
        }
    }

    #[test]
    fn what_is_not_finite_changes_nothing() {
        let spec = AdaptiveSpec::default();
        let before = AdaptiveState {
            gain: 3.0,
            temperature: 2.0,
        };
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for (suggested, entropy) in [(bad, 1.0), (1.05, bad), (bad, bad)] {
                let mut state = before;
                assert!(spec.step(&mut state, suggested, entropy).held);
                assert_eq!(state, before);
            }
        }
    }

    #[test]
    fn wrong_parameters_are_named() {
        let found = |own: &AdaptiveSpec| {
            let mut problems = Problems::default();
            own.validate(&mut problems, "a");
            let paths = problems.list().iter();
            paths.map(|own| own.path.clone()).collect::<Vec<_>>()
        };
        assert!(found(&AdaptiveSpec::default()).is_empty());
        let wrong = AdaptiveSpec {
            max_step: 1.0,
            gain_min: 5.0,
            gain_max: 1.0,
            temperature_keep: f64::NAN,
        };
        let expected = ["a.max_step", "a.gain_min", "a.temperature_keep"];
        assert_eq!(found(&wrong), expected);
    }
}
