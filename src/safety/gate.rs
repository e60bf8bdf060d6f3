//! The gate that every command passes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What becomes of a value beyond its limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OnExcess {
    /// It is refused; the last safe value stays.
    #[default]
    Reject,
    /// It is replaced by the limit, with its sign.
    Clamp,
}

/// The rule that a value broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GateRule {
    /// Its magnitude exceeds the limit.
    OverLimit,
    /// It is not a finite number.
    NonFinite,
}

impl fmt::Display for GateRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OverLimit => "over_limit",
            Self::NonFinite => "non_finite",
        })
    }
}

/// The gate's answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum GateVerdict {
    /// The value passes as it is.
    Pass(f64),
    /// The limit passes in its place.
    Clamped(f64, GateRule),
    /// Nothing passes.
    Rejected(GateRule),
}

/// Judges a value against the limit of its magnitude. The limit itself passes; what is not finite
/// never does.
#[must_use]
pub fn gate(value: f64, limit: f64, on_excess: OnExcess) -> GateVerdict {
    if !value.is_finite() {
        GateVerdict::Rejected(GateRule::NonFinite)
    } else if value.abs() <= limit {
        GateVerdict::Pass(value)
    } else {
        match on_excess {
            OnExcess::Reject => GateVerdict::Rejected(GateRule::OverLimit),
            OnExcess::Clamp => GateVerdict::Clamped(limit.copysign(value), GateRule::OverLimit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_passes_and_the_next_number_does_not() {
        use GateRule::{NonFinite, OverLimit};
        let judge = |value, how| gate(value, 10.0, how);
        assert_eq!(judge(10.0, OnExcess::Reject), GateVerdict::Pass(10.0));
        assert_eq!(judge(-10.0, OnExcess::Clamp), GateVerdict::Pass(-10.0));
        let beyond = judge(10.0001, OnExcess::Reject);
        assert_eq!(beyond, GateVerdict::Rejected(OverLimit));
        let clamped = judge(-10.000_000_000_000_002, OnExcess::Clamp);
        assert_eq!(clamped, GateVerdict::Clamped(-10.0, OverLimit));
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let refused = GateVerdict::Rejected(NonFinite);
            assert_eq!(judge(value, OnExcess::Clamp), refused);
        }
    }
}
