//! The control laws of the system's first sketch, kept by name, and the adaptive law in a form that
//! stays bounded.

use serde::{Deserialize, Serialize};

use crate::base::num;

/// The law `original`: u = 0.5 · (1 − R) for a coherence R.
#[must_use]
pub fn original_gain(coherence: f64) -> f64 {
    0.5 * (1.0 - coherence)
}

/// The sketched adaptation, unbounded: gain ← gain · s. It overflows after 309 steps of s = 10 and
/// is here to compare with.
#[must_use]
pub fn unbounded_gain(gain: f64, suggested: f64) -> f64 {
    gain * suggested
}

/// Parameters of the adaptive law.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdaptiveSpec {
    /// Greatest factor by which the gain changes in one step, > 1.
    pub max_step: f64,
    /// Least gain, > 0.
    pub gain_min: f64,
    /// Greatest gain.
    pub gain_max: f64,
    /// Share of the temperature that a step keeps, 0 … 1.
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
    /// Factor on the loop's output.
    pub gain: f64,
    /// Temperature, nats.
    pub temperature: f64,
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
    /// One step: ln g += clip(ln s, ± ln max_step) within its bounds, and
    /// T ← keep · T + (1 − keep) · H. A suggestion ≤ 0 or not finite counts as the smallest step;
    /// an entropy that is not finite leaves the temperature.
    pub fn step(&self, state: &mut AdaptiveState, suggested: f64, entropy_nats: f64) {
        let reach = num::ln(self.max_step);
        let wanted = if suggested.is_finite() && suggested > 0.0 {
            num::ln(suggested).clamp(-reach, reach)
        } else {
            -reach
        };
        let grown = num::exp(num::ln(state.gain) + wanted);
        state.gain = grown.clamp(self.gain_min, self.gain_max);
        if entropy_nats.is_finite() {
            let keep = self.temperature_keep;
            state.temperature = keep * state.temperature + (1.0 - keep) * entropy_nats;
        }
    }

    /// What is wrong with these parameters, as (field, found and expected).
    #[must_use]
    pub fn validate(&self) -> Vec<(&'static str, String)> {
        let mut list = Vec::new();
        if !(self.max_step.is_finite() && self.max_step > 1.0) {
            let found = self.max_step;
            list.push(("max_step", format!("found {found}, expected a factor > 1")));
        }
        if !(self.gain_min > 0.0 && self.gain_min < self.gain_max && self.gain_max.is_finite()) {
            let (low, high) = (self.gain_min, self.gain_max);
            let message = format!("found {low} … {high}, expected 0 < gain_min < gain_max");
            list.push(("gain_min", message));
        }
        if !(0.0..=1.0).contains(&self.temperature_keep) {
            let found = self.temperature_keep;
            let message = format!("found {found}, expected a number in 0 … 1");
            list.push(("temperature_keep", message));
        }
        list
    }
}
