//! One sample of the PID law.

use serde::{Deserialize, Serialize};

use super::spec::{AntiWindup, Mode, PidSpec};

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

/// The limit that made the output differ from what the law asked for; the last one that acted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bound {
    /// None.
    #[default]
    None,
    /// The least output.
    Min,
    /// The greatest output.
    Max,
    /// The greatest change per second.
    Rate,
}

/// One sample's output and its terms: v = P + I + D + u_ff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PidStep {
    /// u, after all limits.
    pub output: f64,
    /// v, before all limits; in manual mode u, to which the terms add up there.
    pub unlimited: f64,
    /// P.
    pub proportional: f64,
    /// I as used in this sample.
    pub integral: f64,
    /// D.
    pub derivative: f64,
    /// u_ff.
    pub feed_forward: f64,
    /// Whether a limit acted: u ≠ v, in manual mode u ≠ the value asked for.
    pub saturated: bool,
    /// Which limit acted.
    pub bound: Bound,
    /// Whether a number was not finite, so that the output was held and nothing remembered. A loop
    /// that was held before it gave any output gives 0 within its limits; v, P are then 0.
    pub held: bool,
}

/// The parts of v that follow from this sample alone.
struct Terms {
    proportional: f64,
    derivative: f64,
    feed_forward: f64,
    weighted: f64,
}

impl PidSpec {
    fn limit(&self, v: f64) -> (f64, Bound) {
        let low = self.output_min.unwrap_or(f64::NEG_INFINITY);
        let high = self.output_max.unwrap_or(f64::INFINITY);
        if v > high {
            (high, Bound::Max)
        } else if v < low {
            (low, Bound::Min)
        } else {
            (v, Bound::None)
        }
    }

    fn proportional(&self, setpoint: f64, measured: f64) -> f64 {
        self.kp * (self.setpoint_weight * setpoint - measured)
    }

    fn terms(&self, state: &PidState, setpoint: f64, measured: f64, sample_s: f64) -> Terms {
        let weighted = self.derivative_weight * setpoint - measured;
        let span = self.derivative_filter_s + sample_s;
        let change = state.weighted.map_or(0.0, |before| weighted - before);
        let kept = self.derivative_filter_s / span * state.derivative;
        Terms {
            proportional: self.proportional(setpoint, measured),
            derivative: kept + self.kd / span * change,
            feed_forward: self.feed_forward + self.feed_forward_gain * setpoint,
            weighted,
        }
    }

    fn held_output(&self, state: &PidState) -> f64 {
        state.output.unwrap_or_else(|| self.limit(0.0).0)
    }

    fn hold(&self, state: &PidState) -> PidStep {
        PidStep {
            output: self.held_output(state),
            integral: state.integral,
            derivative: state.derivative,
            held: true,
            ..PidStep::default()
        }
    }

    /// One sample: the output for `setpoint` and `measured`, `sample_s` > 0 seconds after the last.
    pub fn step(
        &self,
        state: &mut PidState,
        setpoint: f64,
        measured: f64,
        sample_s: f64,
    ) -> PidStep {
        self.automatic(state, setpoint, measured, sample_s)
    }

    /// One sample in a mode.
    pub fn step_in(
        &self,
        mode: Mode,
        state: &mut PidState,
        setpoint: f64,
        measured: f64,
        sample_s: f64,
    ) -> PidStep {
        match mode {
            Mode::Automatic => self.automatic(state, setpoint, measured, sample_s),
            Mode::Manual(value) => self.manual(state, setpoint, measured, value, sample_s),
        }
    }

    fn automatic(
        &self,
        state: &mut PidState,
        setpoint: f64,
        measured: f64,
        sample_s: f64,
    ) -> PidStep {
        let own = self.terms(state, setpoint, measured, sample_s);
        let integral = if self.ki == 0.0 { 0.0 } else { state.integral };
        let v = own.proportional + integral + own.derivative + own.feed_forward;
        let (mut u, mut bound) = self.limit(v);
        if let (Some(rate), Some(before)) = (self.rate_per_s, state.output) {
            let reach = rate * sample_s;
            let near = u.max(before - reach).min(before + reach);
            if near != u {
                (u, bound) = (near, Bound::Rate);
            }
        }
        let next = PidState {
            integral: integral + self.increment(setpoint - measured, v, u, sample_s),
            derivative: own.derivative,
            weighted: Some(own.weighted),
            output: Some(u),
        };
        // A setpoint or measurement that is not finite makes v so too, even with gains of 0.
        let numbers = [sample_s, v, u, next.integral, own.weighted];
        if sample_s <= 0.0 || numbers.iter().any(|x| !x.is_finite()) {
            return self.hold(state);
        }
        *state = next;
        PidStep {
            output: u,
            unlimited: v,
            proportional: own.proportional,
            integral,
            derivative: own.derivative,
            feed_forward: own.feed_forward,
            saturated: u != v,
            bound: if u == v { Bound::None } else { bound },
            held: false,
        }
    }

    /// What the integral gains after a sample.
    fn increment(&self, error: f64, v: f64, u: f64, sample_s: f64) -> f64 {
        if self.ki == 0.0 {
            return 0.0;
        }
        let own = self.ki * sample_s * error;
        let tracking_s = match self.anti_windup {
            AntiWindup::None => return own,
            AntiWindup::Conditional => {
                let beyond = v - u;
                let deeper = (beyond > 0.0 && own > 0.0) || (beyond < 0.0 && own < 0.0);
                return if deeper { 0.0 } else { own };
            }
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

    fn manual(
        &self,
        state: &mut PidState,
        setpoint: f64,
        measured: f64,
        value: f64,
        sample_s: f64,
    ) -> PidStep {
        if !value.is_finite() {
            return self.hold(state);
        }
        let (u, bound) = self.limit(value);
        let own = self.terms(state, setpoint, measured, sample_s);
        let integral = match self.ki == 0.0 {
            true => 0.0,
            false => u - own.proportional - own.derivative - own.feed_forward,
        };
        let numbers = [integral, own.weighted, own.derivative, own.proportional];
        state.output = Some(u);
        if numbers.iter().any(|x| !x.is_finite()) {
            return PidStep {
                output: u,
                ..self.hold(state)
            };
        }
        state.integral = integral;
        state.derivative = own.derivative;
        state.weighted = Some(own.weighted);
        PidStep {
            output: u,
            unlimited: u,
            proportional: own.proportional,
            integral,
            derivative: own.derivative,
            feed_forward: own.feed_forward,
            saturated: u != value,
            bound,
            held: false,
        }
    }

    /// One sample in manual mode: the output is `manual` within limits, and the integral follows so
    /// that the next automatic sample continues there: I = u − P − D − u_ff. A law without integral
    /// has nothing that could follow and continues at its own P + D + u_ff. What is not finite is
    /// not followed; a `manual` that is not finite holds the output.
    pub fn track(
        &self,
        state: &mut PidState,
        setpoint: f64,
        measured: f64,
        manual: f64,
        sample_s: f64,
    ) -> f64 {
        self.manual(state, setpoint, measured, manual, sample_s)
            .output
    }

    /// Makes up for a change of gains and weights from `before` to these, before the first step
    /// with these, so that v stays where it is: D is scaled by the ratio of the derivative gains,
    /// so that it stands for the same slope, w is put to the new weight, and I takes the rest,
    /// I += P_old − P_new + D_old − D_new + (f_old − f_new) r. A new filter time acts from D on. A
    /// new constant `feed_forward` acts at once: that is what it is for.
    pub fn retune(&self, before: &Self, state: &mut PidState, setpoint: f64, measured: f64) {
        let mut next = *state;
        if before.kd == 0.0 || self.kd == 0.0 {
            next.derivative = 0.0;
        } else if before.kd != self.kd {
            next.derivative *= self.kd / before.kd;
        }
        let weight = self.derivative_weight - before.derivative_weight;
        if weight != 0.0 {
            next.weighted = next.weighted.map(|own| own + weight * setpoint);
        }
        let ahead = |own: &Self| own.proportional(setpoint, measured);
        let fed = (before.feed_forward_gain - self.feed_forward_gain) * setpoint;
        let moved = state.derivative - next.derivative;
        next.integral += (ahead(before) - ahead(self)) + moved + fed;
        let numbers = [next.integral, next.derivative, next.weighted.unwrap_or(0.0)];
        if numbers.iter().all(|x| x.is_finite()) {
            *state = next;
        }
    }

    /// The part of [`retune`](Self::retune) that textbooks give: I += P_old − P_new, with D kept as
    /// it is. A change of Kd then moves the output by what D was.
    pub fn retune_proportional(
        &self,
        before: &Self,
        state: &mut PidState,
        setpoint: f64,
        measured: f64,
    ) {
        let part = |spec: &Self| spec.proportional(setpoint, measured);
        let integral = state.integral + (part(before) - part(self));
        if integral.is_finite() {
            state.integral = integral;
        }
    }
}
