//! Parameters of the PID law.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

/// Parameters of the PID law. Gains may be negative, for a plant that acts in reverse.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PidSpec {
    /// Proportional gain Kp, gain.
    pub kp: f64,
    /// Integral gain Ki, gain per s; 0 for a law without integral.
    pub ki: f64,
    /// Derivative gain Kd, gain · s.
    pub kd: f64,
    /// Time constant Tf of the derivative's first-order filter, s, ≥ 0; 0 filters nothing.
    pub derivative_filter_s: f64,
    /// Setpoint weight b of the proportional part, usually 0 … 1.
    pub setpoint_weight: f64,
    /// Setpoint weight c of the derivative part: 0 for the derivative of the measurement alone, 1
    /// for that of the error, which kicks when the setpoint jumps.
    pub derivative_weight: f64,
    /// Constant f₀ of the feed-forward u_ff = f₀ + f r, in the unit of the output.
    pub feed_forward: f64,
    /// Factor f of the setpoint in the feed-forward, gain; the inverse of the plant's static gain
    /// lets the output start where it will end.
    pub feed_forward_gain: f64,
    /// Least output; unlimited when absent.
    pub output_min: Option<f64>,
    /// Greatest output; unlimited when absent.
    pub output_max: Option<f64>,
    /// Greatest change of the output per second, > 0; unlimited when absent. It acts after the
    /// other limits, not on the first sample and not in manual mode.
    pub rate_per_s: Option<f64>,
    /// What the integral does while the output is limited.
    pub anti_windup: AntiWindup,
}

/// Anti-windup: what keeps the integral from growing while the output is limited.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum AntiWindup {
    /// Nothing.
    None,
    /// An increment that would push further beyond a limit is skipped: v > max and Ki e > 0, or
    /// v < min and Ki e < 0. The rate limit does not count.
    #[default]
    Clamping,
    /// Conditional integration: while u ≠ v, for whichever limit, the rate's too, only increments
    /// towards u are taken; one with the sign of v − u is skipped. It is `Clamping` for laws
    /// without a rate limit.
    Conditional,
    /// I ← I + Ki Ts e + (Ts/Tt) (u − v), with u after all limits.
    BackCalculation {
        /// Tracking time Tt, s, > 0; at least the sample time to be stable. When absent,
        /// √(Ti Td) = √(Kd/Ki) with a derivative part and Ti/2 = Kp/2Ki without; where that is no
        /// time, as in a purely integral law, increments are skipped as in `Clamping`.
        #[serde(default)]
        tracking_s: Option<f64>,
    },
}

/// Who sets the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Mode {
    /// The law.
    #[default]
    Automatic,
    /// A person, to this value, in the unit of the output.
    Manual(f64),
}

impl Default for PidSpec {
    fn default() -> Self {
        Self {
            kp: 0.0,
            ki: 0.0,
            kd: 0.0,
            derivative_filter_s: 0.0,
            setpoint_weight: 1.0,
            derivative_weight: 0.0,
            feed_forward: 0.0,
            feed_forward_gain: 0.0,
            output_min: None,
            output_max: None,
            rate_per_s: None,
            anti_windup: AntiWindup::Clamping,
        }
    }
}

impl PidSpec {
    /// Collects what is wrong with these parameters at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str) {
        let at = |field: &str| format!("{path}.{field}");
        for (field, value) in [
            ("kp", self.kp),
            ("ki", self.ki),
            ("kd", self.kd),
            ("setpoint_weight", self.setpoint_weight),
            ("derivative_weight", self.derivative_weight),
            ("feed_forward", self.feed_forward),
            ("feed_forward_gain", self.feed_forward_gain),
        ] {
            problems.range(&at(field), value, f64::NEG_INFINITY, f64::INFINITY, "");
        }
        let tf = self.derivative_filter_s;
        problems.range(&at("derivative_filter_s"), tf, 0.0, f64::INFINITY, " s");
        let low = self.output_min.unwrap_or(f64::NEG_INFINITY);
        let high = self.output_max.unwrap_or(f64::INFINITY);
        let expected = format!("a number > output_min, {low}");
        problems.require(low < high, &at("output_max"), high, &expected);
        let rate = self.rate_per_s.unwrap_or(1.0);
        let expected = "a number > 0 per second";
        problems.require(rate > 0.0, &at("rate_per_s"), rate, expected);
        if let AntiWindup::BackCalculation { tracking_s } = self.anti_windup {
            let tt = tracking_s.unwrap_or(1.0);
            let path = at("anti_windup.tracking_s");
            problems.require(tt > 0.0, &path, tt, "a number > 0 s");
        }
    }
}
