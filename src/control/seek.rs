//! Extremum seeking by a sinusoidal perturbation: a law that steers to where its measure is
//! greatest or least, without a setpoint and without a model.
//!
//! For the sample number i, with s = sin(ω i Ts): u = θ + a s is the output, J the measure that
//! answers it; η begins at the first J; x = J − η; η += ωh Ts x; g += ωl Ts (x s − g);
//! θ += ± k Ts g, + to maximise. Krstić & Wang, Automatica 36 (2000) 595. Near an optimum of
//! curvature J″ the error falls at the rate k a |J″|/2 · ω²/(ω² + ωh²) for slow enough k: ω must be
//! well above that rate and well below what the plant can follow.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{Problems, num};

/// Parameters of extremum seeking. Output and θ have the unit of the output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SeekSpec {
    /// Whether the measure is to become greatest or least.
    pub goal: Goal,
    /// Amplitude a of the perturbation, > 0, in the unit of the output.
    pub amplitude: f64,
    /// Angular frequency ω of the perturbation, rad/s, > 0 and below π/Ts.
    pub frequency_rad_s: f64,
    /// Corner ωh of the high-pass that takes the mean from the measure, rad/s, > 0.
    pub washout_rad_s: f64,
    /// Corner ωl of the low-pass of the demodulated measure, rad/s, > 0.
    pub smoothing_rad_s: f64,
    /// Gain k of the integration, > 0: how fast θ follows the slope of the measure.
    pub gain: f64,
    /// Phase φ by which the plant delays the perturbation, rad: the measure is demodulated by
    /// sin(ω i Ts − φ). 0 for a plant that answers at once.
    pub phase_rad: f64,
    /// θ before the first sample.
    pub start: f64,
    /// Least θ; unlimited when absent. The perturbation goes beyond it by a.
    pub theta_min: Option<f64>,
    /// Greatest θ; unlimited when absent.
    pub theta_max: Option<f64>,
}

/// What the measure is to become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Goal {
    /// As great as possible.
    #[default]
    Maximise,
    /// As small as possible.
    Minimise,
}

impl Default for SeekSpec {
    fn default() -> Self {
        Self {
            goal: Goal::Maximise,
            amplitude: 0.1,
            frequency_rad_s: 10.0,
            washout_rad_s: 3.0,
            smoothing_rad_s: 3.0,
            gain: 1.0,
            phase_rad: 0.0,
            start: 0.0,
            theta_min: None,
            theta_max: None,
        }
    }
}

/// What extremum seeking remembers. The default is the state before the first output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeekState {
    /// θ, once there was an output; before that it is the parameter `start`.
    pub theta: Option<f64>,
    /// η, the slow mean of the measure, once there was one.
    pub mean: Option<f64>,
    /// g, the slow slope of the measure over the output, times a/2.
    pub slope: f64,
    /// Number i of the output that the next measure answers.
    pub sample: u64,
}

/// One sample of extremum seeking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeekStep {
    /// u = θ + a s.
    pub output: f64,
    /// θ, the estimate of the optimum.
    pub theta: f64,
    /// g.
    pub slope: f64,
    /// Whether a number was not finite, so that nothing changed.
    pub held: bool,
}

impl SeekSpec {
    fn within(&self, theta: f64) -> f64 {
        let low = self.theta_min.unwrap_or(f64::NEG_INFINITY);
        theta.max(low).min(self.theta_max.unwrap_or(f64::INFINITY))
    }

    fn theta(&self, state: &SeekState) -> f64 {
        state.theta.unwrap_or_else(|| self.within(self.start))
    }

    /// The output θ + a sin(ω i Ts) of the state.
    #[must_use]
    pub fn probe(&self, state: &SeekState, sample_s: f64) -> f64 {
        let s = num::sin(self.frequency_rad_s * state.sample as f64 * sample_s);
        self.theta(state) + self.amplitude * s
    }

    /// Takes in the measure that answers [`probe`](Self::probe), and goes on to the next sample.
    /// Gives false, and leaves the state, when a number is not finite.
    pub fn learn(&self, state: &mut SeekState, measured: f64, sample_s: f64) -> bool {
        let angle = self.frequency_rad_s * state.sample as f64 * sample_s;
        let s = num::sin(angle - self.phase_rad);
        let before = state.mean.unwrap_or(measured);
        let x = measured - before;
        let mean = before + self.washout_rad_s * sample_s * x;
        let slope = state.slope + self.smoothing_rad_s * sample_s * (x * s - state.slope);
        let direction = match self.goal {
            Goal::Maximise => self.gain,
            Goal::Minimise => -self.gain,
        };
        let theta = self.theta(state) + direction * sample_s * slope;
        let numbers = [measured, mean, slope, theta, sample_s];
        if sample_s <= 0.0 || numbers.iter().any(|x| !x.is_finite()) {
            return false;
        }
        *state = SeekState {
            theta: Some(self.within(theta)),
            mean: Some(mean),
            slope,
            sample: state.sample.saturating_add(1),
        };
        true
    }

    /// One sample in a loop: `measured` answers the output of the sample before; of the first
    /// sample nothing is learnt. What is not finite leaves the state as it is and holds the output.
    pub fn step(&self, state: &mut SeekState, measured: f64, sample_s: f64) -> SeekStep {
        let held = if state.theta.is_none() {
            state.theta = Some(self.within(self.start));
            !measured.is_finite()
        } else {
            !self.learn(state, measured, sample_s)
        };
        SeekStep {
            output: self.probe(state, sample_s),
            theta: self.theta(state),
            slope: state.slope,
            held,
        }
    }

    /// The rate at which the error falls near an optimum of curvature `curvature`, 1/s; the
    /// average over the perturbation, for slow gains.
    #[must_use]
    pub fn averaged_rate(&self, curvature: f64) -> f64 {
        let (w, wh) = (self.frequency_rad_s, self.washout_rad_s);
        let passed = w * w / (w * w + wh * wh);
        self.gain * self.amplitude * curvature.abs() / 2.0 * passed
    }

    /// Collects what is wrong with these parameters at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str) {
        let at = |field: &str| format!("{path}.{field}");
        problems.positive(&at("amplitude"), self.amplitude, "");
        problems.positive(&at("frequency_rad_s"), self.frequency_rad_s, " rad/s");
        problems.positive(&at("washout_rad_s"), self.washout_rad_s, " rad/s");
        problems.positive(&at("smoothing_rad_s"), self.smoothing_rad_s, " rad/s");
        problems.positive(&at("gain"), self.gain, "");
        let infinite = (f64::NEG_INFINITY, f64::INFINITY);
        problems.range(
            &at("phase_rad"),
            self.phase_rad,
            -num::TAU,
            num::TAU,
            " rad",
        );
        problems.range(&at("start"), self.start, infinite.0, infinite.1, "");
        let low = self.theta_min.unwrap_or(infinite.0);
        let high = self.theta_max.unwrap_or(infinite.1);
        let expected = format!("a number > theta_min, {low}");
        problems.require(low < high, &at("theta_max"), high, &expected);
    }

    /// Collects what is wrong with these parameters at `path` for a loop of the sample time
    /// `sample_s`, s: the perturbation needs more than two samples a period, and the filters at
    /// least one sample.
    pub fn validate_for(&self, problems: &mut Problems, path: &str, sample_s: f64) {
        let most = num::PI / sample_s;
        let expected = format!("less than π/Ts = {most} rad/s");
        let at = |field: &str| format!("{path}.{field}");
        let w = self.frequency_rad_s;
        problems.require(w < most, &at("frequency_rad_s"), w, &expected);
        let expected = format!("less than 2/Ts = {} rad/s, to be stable", 2.0 / sample_s);
        for (field, own) in [
            ("washout_rad_s", self.washout_rad_s),
            ("smoothing_rad_s", self.smoothing_rad_s),
        ] {
            problems.require(own * sample_s < 2.0, &at(field), own, &expected);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(text: &str) -> SeekSpec {
        ron::from_str(text).unwrap()
    }

    #[test]
    fn it_finds_the_optimum_of_either_kind_from_its_own_outputs() {
        for (goal, sign) in [("Maximise", -1.0), ("Minimise", 1.0)] {
            let law = spec(&format!("(goal: {goal}, amplitude: 0.2, gain: 2)"));
            let mut state = SeekState::default();
            let mut output = law.step(&mut state, 0.0, 0.01).output;
            for _ in 0..4000 {
                let measured = 5.0 + sign * 2.0 * (output - 1.5) * (output - 1.5);
                output = law.step(&mut state, measured, 0.01).output;
            }
            let theta = state.theta.unwrap();
            assert!((theta - 1.5).abs() < 0.02, "{goal}: {theta}");
        }
    }

    #[test]
    fn the_error_falls_at_the_averaged_rate() {
        let law = spec("(amplitude: 0.05, gain: 0.4, frequency_rad_s: 40, smoothing_rad_s: 20)");
        let mut state = SeekState::default();
        let rate = law.averaged_rate(4.0);
        let count = (1.0 / rate / 0.001) as usize;
        for _ in 0..count {
            let u = law.probe(&state, 0.001);
            assert!(law.learn(&mut state, -2.0 * (u - 1.0) * (u - 1.0), 0.001));
        }
        let left = 1.0 - state.theta.unwrap();
        assert!((left - num::exp(-1.0)).abs() < 0.02, "{left}");
    }

    #[test]
    fn what_is_not_finite_is_held_and_bounds_hold() {
        let law = spec("(theta_max: Some(0.3), gain: 50)");
        let mut state = SeekState::default();
        for _ in 0..2000 {
            let u = law.probe(&state, 0.01);
            assert!(law.learn(&mut state, u, 0.01));
            assert!(state.theta.unwrap() <= 0.3);
        }
        assert_eq!(state.theta, Some(0.3));
        let before = state;
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let step = law.step(&mut state, bad, 0.01);
            assert!(step.held && step.output == law.probe(&before, 0.01));
            assert!(!law.learn(&mut state, 0.0, bad) && !law.learn(&mut state, 0.0, 0.0));
        }
        assert_eq!(state, before);
        let mut fresh = SeekState::default();
        assert!(law.step(&mut fresh, f64::NAN, 0.01).held);
    }

    #[test]
    fn wrong_parameters_are_named() {
        let wrong =
            spec("(amplitude: 0, gain: -1, start: NaN, theta_min: Some(1), theta_max: Some(0))");
        let mut problems = Problems::default();
        wrong.validate(&mut problems, "law");
        let paths: Vec<&str> = problems
            .list()
            .iter()
            .map(|own| own.path.as_str())
            .collect();
        assert_eq!(
            paths,
            ["law.amplitude", "law.gain", "law.start", "law.theta_max"]
        );
        let mut problems = Problems::default();
        SeekSpec::default().validate(&mut problems, "law");
        SeekSpec::default().validate_for(&mut problems, "law", 0.01);
        assert!(problems.is_empty());
        SeekSpec::default().validate_for(&mut problems, "law", 0.5);
        assert_eq!(problems.list().len(), 1);
    }
}
