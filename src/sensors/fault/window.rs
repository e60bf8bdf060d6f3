//! When a fault acts.

use crate::base::Problems;

/// From a time on, and up to another, s of plant time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaultWindow {
    /// When it begins.
    pub from_s: f64,
    /// When it is over; `None` for never.
    pub to_s: Option<f64>,
}

impl FaultWindow {
    /// Whether a sample that was taken at this time is within.
    #[must_use]
    pub fn holds(&self, time_s: f64) -> bool {
        time_s >= self.from_s && self.to_s.is_none_or(|to_s| time_s < to_s)
    }

    /// Collects what is wrong with it for the fault at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str) {
        let at = format!("{path}.from_s");
        problems.range(&at, self.from_s, 0.0, f64::INFINITY, " s");
        if let Some(to_s) = self.to_s {
            let later = to_s.is_finite() && to_s > self.from_s;
            let expected = "a finite time after from_s, s";
            problems.require(later, &format!("{path}.to_s"), to_s, expected);
        }
    }

    /// In words; empty for always.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.from_s, self.to_s) {
            (0.0, None) => String::new(),
            (from_s, None) => format!(" from {from_s} s on"),
            (from_s, Some(to_s)) => format!(" from {from_s} s to {to_s} s"),
        }
    }
}
