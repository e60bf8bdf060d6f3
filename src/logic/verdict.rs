//! What is told of an instant.

/// A sample that the verdict depends on is no finite number.
pub(super) const BAD: u8 = 1;
/// A sample that it depends on is no number, or arithmetic gave none.
pub(super) const NAN: u8 = 2;

/// The final verdict of an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// The sample, counted from 0.
    pub instant: u64,
    /// Positive where the formula holds, negative where it does not, by how much; ±∞ possible. −∞
    /// when a sample that it depends on is NaN; never NaN.
    pub robustness: f64,
    /// Whether all samples that it depends on are finite numbers.
    pub valid: bool,
}

impl Verdict {
    pub(super) fn new(instant: u64, robustness: f64, flags: u8) -> Self {
        Self {
            instant,
            robustness: if flags & NAN != 0 {
                f64::NEG_INFINITY
            } else {
                robustness
            },
            valid: flags == 0,
        }
    }

    /// Whether the formula holds: `Some(false)` for invalid instants, `None` when the robustness is
    /// exactly 0, which decides nothing.
    #[must_use]
    pub fn decided(&self) -> Option<bool> {
        decide(self.valid, self.robustness, self.robustness)
    }
}

/// What is certain of an instant before its verdict is final: whatever finite numbers follow, and
/// wherever the trace ends, its robustness lies in [low, high].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Early {
    /// The sample, counted from 0: the oldest without a final verdict.
    pub instant: u64,
    /// The least robustness that is possible; −∞ when there is none.
    pub low: f64,
    /// The greatest robustness that is possible; +∞ when there is none.
    pub high: f64,
    /// Whether the instant is invalid for certain, since a sample that it depends on is no finite
    /// number.
    pub invalid: bool,
}

impl Early {
    pub(super) fn new(instant: u64, low: f64, high: f64, flags: u8) -> Self {
        let nan = flags & NAN != 0;
        let lost = f64::NEG_INFINITY;
        let (low, high) = if nan { (lost, lost) } else { (low, high) };
        Self {
            instant,
            low,
            high,
            invalid: flags != 0,
        }
    }

    /// Whether the formula holds for certain: `Some(true)` when low > 0, `Some(false)` when
    /// high < 0 or the instant is invalid, else `None`.
    #[must_use]
    pub fn decided(&self) -> Option<bool> {
        decide(!self.invalid, self.low, self.high)
    }
}

fn decide(valid: bool, low: f64, high: f64) -> Option<bool> {
    match () {
        () if !valid || high < 0.0 => Some(false),
        () if low > 0.0 => Some(true),
        () => None,
    }
}
