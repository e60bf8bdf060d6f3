//! How long the next step of an adaptive method may be.

use serde::{Deserialize, Serialize};

use crate::base::num::pow;

/// Exponents of the PI controller: of the present and of the previous error.
const PI: (f64, f64) = (0.17, 0.04);
/// Safety factor and bounds of the change of the step.
const SAFETY: f64 = 0.9;
const SHRINK_MIN: f64 = 0.2;
const GROW_MAX: f64 = 10.0;

/// The PI controller of Gustafsson (1991) for a method of fifth order with an embedded fourth.
///
/// Errors are scaled: 1 is what the tolerances allow.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepControl {
    /// Length of the next step, s; 0 before the first.
    pub step_s: f64,
    last_error: f64,
    was_rejected: bool,
    /// Steps taken.
    pub taken: u64,
    /// Steps tried in vain.
    pub rejected: u64,
}

impl Default for StepControl {
    fn default() -> Self {
        Self {
            step_s: 0.0,
            last_error: 1e-4,
            was_rejected: false,
            taken: 0,
            rejected: 0,
        }
    }
}

impl StepControl {
    /// After a step of length `h` whose error was at most 1.
    pub fn accept(&mut self, h: f64, error: f64) {
        let bounded = error.max(1e-10);
        let factor = SAFETY * pow(bounded, -PI.0) * pow(self.last_error, PI.1);
        let grow_max = if self.was_rejected { 1.0 } else { GROW_MAX };
        self.step_s = h * factor.clamp(SHRINK_MIN, grow_max);
        self.last_error = bounded.max(1e-4);
        self.was_rejected = false;
        self.taken += 1;
    }

    /// After a step of length `h` whose error was greater, infinite or not a number.
    pub fn reject(&mut self, h: f64, error: f64) {
        let factor = if error.is_finite() {
            SAFETY * pow(error, -0.2)
        } else {
            SHRINK_MIN
        };
        self.step_s = h * factor.clamp(SHRINK_MIN, 1.0);
        self.was_rejected = true;
        self.rejected += 1;
    }

    /// Whether time `t` would hardly move by the next step.
    #[must_use]
    pub fn underflows(&self, t: f64) -> bool {
        self.step_s <= 8.0 * f64::EPSILON * t.abs().max(f64::MIN_POSITIVE / f64::EPSILON)
    }
}
