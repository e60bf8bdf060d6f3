//! The PID law with parallel gains, sampled at a fixed period Ts.
//!
//! P = Kp (b r − y); w = c r − y; D ← Tf/(Tf+Ts) D + Kd/(Tf+Ts) (w − w₋₁); v = P + I + D + u_ff;
//! u = v within limits, then within the rate limit; afterwards I ← I + Ki Ts e and anti-windup, so
//! the integral in use holds errors up to the sample before (forward Euler). Åström & Murray,
//! "Feedback Systems" (2008), §10.5.

use serde::{Deserialize, Serialize};

/// Parameters of the PID law.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PidSpec {
    /// Proportional gain Kp.
    pub kp: f64,
    /// Integral gain Ki, 1/s.
    pub ki: f64,
    /// Derivative gain Kd, s.
    pub kd: f64,
    /// Time constant Tf of the derivative's filter, s.
    pub derivative_filter_s: f64,
    /// Setpoint weight b of the proportional part.
    pub setpoint_weight: f64,
    /// Setpoint weight c of the derivative part.
    pub derivative_weight: f64,
    /// Constant u_ff added to the output.
    pub feed_forward: f64,
    /// Least output; unlimited when absent.
    pub output_min: Option<f64>,
    /// Greatest output; unlimited when absent.
    pub output_max: Option<f64>,
    /// Greatest change of the output per second; unlimited when absent.
    pub rate_per_s: Option<f64>,
    /// What the integral does while the output is limited.
    pub anti_windup: AntiWindup,
}

/// Anti-windup.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum AntiWindup {
    /// Nothing.
    None,
    /// An increment that would push further beyond a limit is skipped.
    #[default]
    Clamping,
    /// I ← I + Ki Ts e + (Ts/Tt) (u − v).
    BackCalculation {
        /// Tracking time Tt, s.
        tracking_s: f64,
    },
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
            output_min: None,
            output_max: None,
            rate_per_s: None,
            anti_windup: AntiWindup::Clamping,
        }
    }
}

/// What the law remembers between samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PidState {
    /// I.
    pub integral: f64,
    /// D.
    pub derivative: f64,
    /// w of the sample before.
    pub weighted: Option<f64>,
    /// u of the sample before.
    pub output: Option<f64>,
}

/// One sample's output and its terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PidStep {
    /// u, after all limits.
    pub output: f64,
    /// v, before all limits.
    pub unlimited: f64,
    /// P.
    pub proportional: f64,
    /// I.
    pub integral: f64,
    /// D.
    pub derivative: f64,
    /// Whether a limit acted.
    pub saturated: bool,
    /// Whether setpoint or measurement were not finite, so that the output was held.
    pub held: bool,
}

impl PidSpec {
    fn limit(&self, v: f64) -> f64 {
        let low = self.output_min.unwrap_or(f64::NEG_INFINITY);
        let high = self.output_max.unwrap_or(f64::INFINITY);
        v.max(low).min(high)
    }

    fn derivative(&self, state: &PidState, weighted: f64, sample_s: f64) -> f64 {
        let span = self.derivative_filter_s + sample_s;
        let change = state.weighted.map_or(0.0, |before| weighted - before);
        self.derivative_filter_s / span * state.derivative + self.kd / span * change
    }

    /// One sample: the output for `setpoint` and `measured`, `sample_s` seconds after the last.
    pub fn step(
        &self,
        state: &mut PidState,
        setpoint: f64,
        measured: f64,
        sample_s: f64,
    ) -> PidStep {
        if !(setpoint.is_finite() && measured.is_finite()) {
            return PidStep {
                output: state.output.unwrap_or_else(|| self.limit(0.0)),
                integral: state.integral,
                derivative: state.derivative,
                held: true,
                ..PidStep::default()
            };
        }
        let proportional = self.kp * (self.setpoint_weight * setpoint - measured);
        let weighted = self.derivative_weight * setpoint - measured;
        let derivative = self.derivative(state, weighted, sample_s);
        let v = proportional + state.integral + derivative + self.feed_forward;
        let mut u = self.limit(v);
        if let (Some(rate), Some(before)) = (self.rate_per_s, state.output) {
            let reach = rate * sample_s;
            u = u.max(before - reach).min(before + reach);
        }
        let step = PidStep {
            output: u,
            unlimited: v,
            proportional,
            integral: state.integral,
            derivative,
            saturated: u != v,
            held: false,
        };
        state.integral += self.increment(setpoint - measured, v, u, sample_s);
        state.derivative = derivative;
        state.weighted = Some(weighted);
        state.output = Some(u);
        step
    }

    fn increment(&self, error: f64, v: f64, u: f64, sample_s: f64) -> f64 {
        let own = self.ki * sample_s * error;
        match self.anti_windup {
            AntiWindup::None => own,
            AntiWindup::Clamping => {
                let above = v > self.output_max.unwrap_or(f64::INFINITY);
                let below = v < self.output_min.unwrap_or(f64::NEG_INFINITY);
                if (above && own > 0.0) || (below && own < 0.0) {
                    0.0
                } else {
                    own
                }
            }
            AntiWindup::BackCalculation { tracking_s } => own + sample_s / tracking_s * (u - v),
        }
    }

    /// One sample in manual mode: the output is `manual` within limits, and the integral follows so
    /// that the next automatic sample continues there.
    pub fn track(
        &self,
        state: &mut PidState,
        setpoint: f64,
        measured: f64,
        manual: f64,
        sample_s: f64,
    ) -> f64 {
        let u = self.limit(manual);
        if setpoint.is_finite() && measured.is_finite() {
            let proportional = self.kp * (self.setpoint_weight * setpoint - measured);
            let weighted = self.derivative_weight * setpoint - measured;
            let derivative = self.derivative(state, weighted, sample_s);
            state.integral = u - proportional - derivative - self.feed_forward;
            state.derivative = derivative;
            state.weighted = Some(weighted);
        }
        state.output = Some(u);
        u
    }

    /// Makes up for a change of Kp and b from `before` to these, so that the output does not jump:
    /// I += P_old − P_new.
    pub fn retune(&self, before: &Self, state: &mut PidState, setpoint: f64, measured: f64) {
        let part = |spec: &Self| spec.kp * (spec.setpoint_weight * setpoint - measured);
        let jump = part(before) - part(self);
        if jump.is_finite() {
            state.integral += jump;
        }
    }

    /// What is wrong with these parameters, as (field, found and expected).
    #[must_use]
    pub fn validate(&self) -> Vec<(&'static str, String)> {
        let mut list = Vec::new();
        let mut finite = |field, value: f64| {
            if !value.is_finite() {
                list.push((field, format!("found {value}, expected a finite number")));
            }
        };
        finite("kp", self.kp);
        finite("ki", self.ki);
        finite("kd", self.kd);
        finite("setpoint_weight", self.setpoint_weight);
        finite("derivative_weight", self.derivative_weight);
        finite("feed_forward", self.feed_forward);
        let filter = self.derivative_filter_s;
        if !(filter.is_finite() && filter >= 0.0) {
            let message = format!("found {filter}, expected a finite number ≥ 0 s");
            list.push(("derivative_filter_s", message));
        }
        let low = self.output_min.unwrap_or(f64::NEG_INFINITY);
        let high = self.output_max.unwrap_or(f64::INFINITY);
        if low.is_nan() || high.is_nan() || low >= high {
            let message = format!("found {low} … {high}, expected output_min < output_max");
            list.push(("output_max", message));
        }
        if self
            .rate_per_s
            .is_some_and(|rate| rate.is_nan() || rate <= 0.0)
        {
            list.push(("rate_per_s", "expected a number > 0 per second".to_owned()));
        }
        if let AntiWindup::BackCalculation { tracking_s } = self.anti_windup
            && (tracking_s.is_nan() || tracking_s <= 0.0)
        {
            let message = format!("found {tracking_s}, expected a number > 0 s");
            list.push(("anti_windup.tracking_s", message));
        }
        list
    }
}
