//! The gate that every command passes.
//!
//! The energy of a command is the magnitude of the value that it asks for, and each command has a
//! budget of its own: |c| ≤ `safety.max_energy`, 10 unless the scene says otherwise. Energies are
//! not summed over loops or ticks. The same rule holds for the amplitudes of the field and the
//! resonators with `safety.max_amplitude`, 1000. The unit is that of the value.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What becomes of a value beyond its limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OnExcess {
    /// It is refused; the last safe value stays.
    #[default]
    Reject,
    /// It is replaced by the limit, with its own sign.
    Clamp,
}

/// The rule that a value broke. Displayed as `over_limit` or `non_finite`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GateRule {
    /// Its magnitude exceeds the limit, by however little.
    OverLimit,
    /// It is not a finite number. There is nothing to clamp it to, so it is always refused.
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

/// Judges a value against the limit ≥ 0 of its magnitude: |value| ≤ limit passes unchanged, the
/// limit itself included; what is not finite never does. A limit that is not a number, or below 0,
/// lets nothing pass in any form.
#[must_use]
pub fn gate(value: f64, limit: f64, on_excess: OnExcess) -> GateVerdict {
    if !value.is_finite() {
        GateVerdict::Rejected(GateRule::NonFinite)
    } else if value.abs() <= limit {
        GateVerdict::Pass(value)
    } else if on_excess == OnExcess::Clamp && limit >= 0.0 {
        GateVerdict::Clamped(limit.copysign(value), GateRule::OverLimit)
    } else {
        GateVerdict::Rejected(GateRule::OverLimit)
    }
}

#[cfg(test)]
mod tests {
    use super::GateRule::{NonFinite, OverLimit};
    use super::*;

    #[test]
    fn the_limit_passes_and_the_next_number_does_not() {
        for (limit, beyond) in [(10.0f64, 10.0001), (1000.0, 1000.1), (0.0, 5e-324)] {
            for sign in [1.0, -1.0] {
                for how in [OnExcess::Reject, OnExcess::Clamp] {
                    let at_limit = gate(sign * limit, limit, how);
                    assert_eq!(at_limit, GateVerdict::Pass(sign * limit));
                }
                for value in [sign * beyond, sign * limit.next_up(), sign * f64::MAX] {
                    let refused = gate(value, limit, OnExcess::Reject);
                    assert_eq!(refused, GateVerdict::Rejected(OverLimit));
                    let clamped = gate(value, limit, OnExcess::Clamp);
                    assert_eq!(clamped, GateVerdict::Clamped(sign * limit, OverLimit));
                }
            }
        }
    }

    #[test]
    fn what_is_not_finite_is_refused_whatever_the_limit() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for limit in [10.0, f64::INFINITY, f64::NAN] {
                for how in [OnExcess::Reject, OnExcess::Clamp] {
                    assert_eq!(gate(value, limit, how), GateVerdict::Rejected(NonFinite));
                }
            }
        }
    }

    #[test]
    fn a_limit_that_is_none_lets_nothing_pass() {
        for limit in [f64::NAN, -1.0, f64::NEG_INFINITY] {
            for how in [OnExcess::Reject, OnExcess::Clamp] {
                assert_eq!(gate(0.0, limit, how), GateVerdict::Rejected(OverLimit));
            }
        }
    }

    #[test]
    fn rules_have_names() {
        assert_eq!(
            [OverLimit, NonFinite].map(|rule| rule.to_string()),
            ["over_limit", "non_finite"]
        );
    }
}
