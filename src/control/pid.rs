//! The PID law with parallel gains, sampled at a fixed period Ts.
//!
//! P = Kp (b r − y); w = c r − y; D ← Tf/(Tf+Ts) D + Kd/(Tf+Ts) (w − w₋₁); v = P + I + D + u_ff;
//! u = v within limits, then within the rate limit; afterwards I ← I + Ki Ts e and anti-windup, so
//! the integral in use holds errors up to the sample before (forward Euler). Åström & Murray,
//! "Feedback Systems" (2008), §10.5. A sample that is not finite, or brings forth a number that is
//! not, changes nothing: the output is held and the step says so. Units: r, y, e have that of the
//! measure; u, v, P, I, D that of the output; "gain" below is output over measure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

/// Parameters of the PID law. Gains may be negative, for a plant that acts in reverse.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PidSpec {
    /// Proportional gain Kp, gain.
    pub kp: f64,
    /// Integral gain Ki, gain per s.
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
    /// Constant u_ff added to the output, in its unit.
    pub feed_forward: f64,
    /// Least output; unlimited when absent.
    pub output_min: Option<f64>,
    /// Greatest output; unlimited when absent.
    pub output_max: Option<f64>,
    /// Greatest change of the output per second, > 0; unlimited when absent. It acts after the
    /// other limits, and not on the first sample.
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
    /// v < min and Ki e < 0.
    #[default]
    Clamping,
    /// I ← I + Ki Ts e + (Ts/Tt) (u − v), with u after all limits.
    BackCalculation {
        /// Tracking time Tt, s, > 0; at least the sample time to be stable. When absent,
        /// √(Ti Td) = √(Kd/Ki) with a derivative part and Ti/2 = Kp/2Ki without; where that is no
        /// time, as in a purely integral law, increments are skipped as in `Clamping`.
        #[serde(default)]
        tracking_s: Option<f64>,
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

/// What the law remembers between samples. The default is the state before the first one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PidState {
    /// I, for the next sample.
    pub integral: f64,
    /// D of the sample before.
    pub derivative: f64,
    /// w of the sample before, if there was one.
    pub weighted: Option<f64>,
    /// u of the sample before, if there was one.
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
    /// I as used in this sample.
    pub integral: f64,
    /// D.
    pub derivative: f64,
    /// Whether a limit acted: u ≠ v.
    pub saturated: bool,
    /// Whether a number was not finite, so that the output was held and nothing remembered. A loop
    /// that was held before it gave any output gives 0 within its limits; v, P are then 0.
    pub held: bool,
}

impl PidSpec {
    fn limit(&self, v: f64) -> f64 {
        let low = self.output_min.unwrap_or(f64::NEG_INFINITY);
        let high = self.output_max.unwrap_or(f64::INFINITY);
        v.max(low).min(high)
    }

    fn proportional(&self, setpoint: f64, measured: f64) -> f64 {
        self.kp * (self.setpoint_weight * setpoint - measured)
    }

    fn derivative(&self, state: &PidState, weighted: f64, sample_s: f64) -> f64 {
        let span = self.derivative_filter_s + sample_s;
        let change = state.weighted.map_or(0.0, |before| weighted - before);
        let kept = self.derivative_filter_s / span * state.derivative;
        kept + self.kd / span * change
    }

    fn held_output(&self, state: &PidState) -> f64 {
        state.output.unwrap_or_else(|| self.limit(0.0))
    }

    /// One sample: the output for `setpoint` and `measured`, `sample_s` > 0 seconds after the last.
    pub fn step(
        &self,
        state: &mut PidState,
        setpoint: f64,
        measured: f64,
        sample_s: f64,
    ) -> PidStep {
        let proportional = self.proportional(setpoint, measured);
        let weighted = self.derivative_weight * setpoint - measured;
        let derivative = self.derivative(state, weighted, sample_s);
        let v = proportional + state.integral + derivative + self.feed_forward;
        let mut u = self.limit(v);
        if let (Some(rate), Some(before)) = (self.rate_per_s, state.output) {
            let reach = rate * sample_s;
            u = u.max(before - reach).min(before + reach);
        }
        let next = PidState {
            integral: state.integral + self.increment(setpoint - measured, v, u, sample_s),
            derivative,
            weighted: Some(weighted),
            output: Some(u),
        };
        // A setpoint or measurement that is not finite makes v so too, even with gains of 0.
        let numbers = [sample_s, v, u, next.integral, weighted];
        if sample_s <= 0.0 || numbers.iter().any(|x| !x.is_finite()) {
            return PidStep {
                output: self.held_output(state),
                integral: state.integral,
                derivative: state.derivative,
                held: true,
                ..PidStep::default()
            };
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
        *state = next;
        step
    }

    /// What the integral gains after a sample.
    fn increment(&self, error: f64, v: f64, u: f64, sample_s: f64) -> f64 {
        let own = self.ki * sample_s * error;
        let tracking_s = match self.anti_windup {
            AntiWindup::None => return own,
            AntiWindup::Clamping => None,
            AntiWindup::BackCalculation { tracking_s } => {
                tracking_s.or_else(|| self.default_tracking_s())
            }
        };
        if let Some(tracking_s) = tracking_s {
            return own + sample_s / tracking_s * (u - v);
        }
        let above = v > self.output_max.unwrap_or(f64::INFINITY);
        let below = v < self.output_min.unwrap_or(f64::NEG_INFINITY);
        let deeper = (above && own > 0.0) || (below && own < 0.0);
        if deeper { 0.0 } else { own }
    }

    fn default_tracking_s(&self) -> Option<f64> {
        let time = if self.kd == 0.0 {
            0.5 * self.kp / self.ki
        } else {
            (self.kd / self.ki).sqrt()
        };
        (time.is_finite() && time > 0.0).then_some(time)
    }

    /// One sample in manual mode: the output is `manual` within limits, and the integral follows so
    /// that the next automatic sample continues there: I = u − P − D − u_ff. What is not finite is
    /// not followed; a `manual` that is not finite holds the output.
    pub fn track(
        &self,
        state: &mut PidState,
        setpoint: f64,
        measured: f64,
        manual: f64,
        sample_s: f64,
    ) -> f64 {
        if !manual.is_finite() {
            return self.held_output(state);
        }
        let u = self.limit(manual);
        let weighted = self.derivative_weight * setpoint - measured;
        let derivative = self.derivative(state, weighted, sample_s);
        let proportional = self.proportional(setpoint, measured);
        let integral = u - proportional - derivative - self.feed_forward;
        if integral.is_finite() && weighted.is_finite() {
            state.integral = integral;
            state.derivative = derivative;
            state.weighted = Some(weighted);
        }
        state.output = Some(u);
        u
    }

    /// Makes up for a change of Kp and b from `before` to these, so that the output does not jump:
    /// I += P_old − P_new, before the first step with these. D is kept.
    pub fn retune(&self, before: &Self, state: &mut PidState, setpoint: f64, measured: f64) {
        let part = |spec: &Self| spec.proportional(setpoint, measured);
        let integral = state.integral + (part(before) - part(self));
        if integral.is_finite() {
            state.integral = integral;
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(text: &str) -> PidSpec {
        ron::from_str(text).unwrap()
    }

    #[test]
    fn what_is_not_finite_is_held_and_never_integrated() {
        let bad = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        let limited = spec("(kp: 2, ki: 1, output_min: Some(0.5))");
        let mut state = PidState::default();
        // Before any output, 0 within limits.
        assert_eq!(limited.step(&mut state, f64::NAN, 0.0, 0.1).output, 0.5);
        assert_eq!(state, PidState::default());
        let spec = spec("(kp: 2, ki: 1)");
        let output = spec.step(&mut state, 1.0, 0.25, 0.1).output;
        let before = state;
        for x in bad {
            for (r, y, ts) in [(x, 0.0, 0.1), (1.0, x, 0.1), (1.0, 0.0, x)] {
                let step = spec.step(&mut state, r, y, ts);
                assert!(step.held && step.output == output, "{r} {y} {ts}");
            }
            assert_eq!(spec.track(&mut state, 1.0, 0.0, x, 0.1), output);
            spec.retune(&limited, &mut state, x, 0.0);
        }
        // Finite, but not what comes of it.
        assert!(spec.step(&mut state, f64::MAX, -f64::MAX, 0.1).held);
        assert!(spec.step(&mut state, 1.0, 0.0, 0.0).held);
        assert_eq!(state, before);
        assert!(!spec.step(&mut state, 1.0, 0.25, 0.1).held);
        // Gains and weights of 0 do not hide a setpoint that is no number.
        assert!(PidSpec::default().step(&mut state, f64::NAN, 1.0, 0.1).held);
    }

    #[test]
    fn manual_mode_keeps_the_terms_adding_up_to_its_output() {
        let text = "(kp: 2, ki: 1, kd: 0.3, derivative_filter_s: 0.2, feed_forward: 0.7)";
        let spec = spec(text);
        let mut state = PidState::default();
        spec.track(&mut state, 0.5, 0.0, 9.0, 0.1);
        assert_eq!(spec.track(&mut state, 1.0, 0.4, 2.0, 0.1), 2.0);
        assert!((2.0 * 0.6 + state.integral + state.derivative + 0.7 - 2.0).abs() < 1e-12);
        assert!(state.derivative < -0.1);
    }

    #[test]
    fn limits_hold_on_both_sides_and_the_rate_after_them() {
        let text = "(kp: 2, output_min: Some(-0.5), output_max: Some(2), rate_per_s: Some(10))";
        let spec = spec(text);
        let mut state = PidState::default();
        let outputs = [100.0, -100.0, -100.0, -100.0, -100.0]
            .map(|r| spec.step(&mut state, r, 0.0, 0.1).output);
        assert_eq!(outputs, [2.0, 1.0, 0.0, -0.5, -0.5]);
    }

    #[test]
    fn back_calculation_knows_a_time_of_its_own() {
        // v = 3 Kp, u = 1 and I = Ki Ts e + Ts/Tt (u − v) with Ts = 0.1, e = 3; Tt = 1 and 2.
        for (gains, integral) in [
            ("ki: 1", 0.3 + 0.1 * (1.0 - 6.0)),
            ("ki: 1, kd: 4", 0.3 + 0.05 * (1.0 - 6.0)),
            ("ki: 1, kd: -4", 0.0),
            ("ki: 0", 0.0),
        ] {
            let rest = "output_max: Some(1), anti_windup: BackCalculation()";
            let law = spec(&format!("(kp: 2, {gains}, {rest})"));
            let mut state = PidState::default();
            law.step(&mut state, 3.0, 0.0, 0.1);
            assert!((state.integral - integral).abs() < 1e-15, "{law:?}");
        }
    }

    #[test]
    fn clamping_asks_for_the_sign_of_the_increment() {
        for [gain, error] in [[2.0, 3.0], [2.0, -3.0], [-2.0, 3.0], [-2.0, -3.0]] {
            let text =
                format!("(kp: {gain}, ki: {gain}, output_min: Some(-1), output_max: Some(1))");
            // At a limit from the start; beyond it with I on the same side, then on the other.
            for start in [0.0f64, 10.0, -10.0] {
                let mut state = PidState {
                    integral: start,
                    ..PidState::default()
                };
                spec(&text).step(&mut state, error, 0.0, 0.1);
                let back = if start * gain * error < 0.0 { 0.6 } else { 0.0 };
                assert!(
                    (state.integral.abs() - start.abs() + back).abs() < 1e-12,
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn the_law_reads_well_and_names_what_is_wrong() {
        let good = spec("(anti_windup: BackCalculation(), output_max: Some(1.5))");
        assert_eq!((good.output_min, good.output_max), (None, Some(1.5)));
        let wrong = |own: &PidSpec| {
            let mut problems = Problems::default();
            own.validate(&mut problems, "law");
            let paths = problems.list().iter();
            paths.map(|own| own.path.clone()).collect::<Vec<_>>()
        };
        assert!(wrong(&good).is_empty());
        assert!(ron::from_str::<PidSpec>("(kpp: 2.0)").is_err());
        let text = "(kp: NaN, derivative_filter_s: -1, output_min: Some(2), output_max: Some(2), \
                    rate_per_s: Some(0), anti_windup: BackCalculation(tracking_s: Some(-1)))";
        let expected = "kp derivative_filter_s output_max rate_per_s anti_windup.tracking_s";
        let expected = expected.split(' ').map(|field| format!("law.{field}"));
        assert!(wrong(&spec(text)).into_iter().eq(expected));
    }
}
