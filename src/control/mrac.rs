//! Model reference adaptive control of a first-order plant, by Lyapunov's rule with σ-modification.
//!
//! Plant y' = −a y + b u with unknown a and b of known sign; reference model ym' = −am ym + bm r;
//! u = θ1 r − θ2 y; e = y − ym; θ1' = −γ r e − σ θ1; θ2' = γ y e − σ θ2. With σ = 0 the error goes
//! to 0 for a plant of that form; σ > 0 keeps the parameters bounded under noise and costs a rest
//! of error. Åström & Wittenmark, "Adaptive Control" (1995), §5.4; Ioannou & Kokotović (1984) for
//! σ. Integrated by the classic Runge–Kutta step of fourth order, r held over the sample.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

/// Parameters of model reference adaptive control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MracSpec {
    /// Rate am of the reference model, 1/s, > 0: the loop answers with the time constant 1/am.
    pub model_rate_per_s: f64,
    /// Gain bm of the reference model, measure over setpoint per s; am for a static gain of 1.
    pub model_gain_per_s: f64,
    /// Gain γ of the adaptation, per s and square of the measure; negative for a plant that acts in
    /// reverse (b < 0).
    pub gamma: f64,
    /// Leak σ of the parameters, 1/s, ≥ 0.
    pub sigma_per_s: f64,
    /// θ1, the gain of the setpoint, before the first sample.
    pub theta1_start: f64,
    /// θ2, the gain of the measure, before the first sample.
    pub theta2_start: f64,
    /// Greatest |θ1| and |θ2|, > 0; unlimited when absent.
    pub theta_limit: Option<f64>,
    /// Least output; unlimited when absent.
    pub output_min: Option<f64>,
    /// Greatest output; unlimited when absent.
    pub output_max: Option<f64>,
}

impl Default for MracSpec {
    fn default() -> Self {
        Self {
            model_rate_per_s: 1.0,
            model_gain_per_s: 1.0,
            gamma: 1.0,
            sigma_per_s: 0.0,
            theta1_start: 0.0,
            theta2_start: 0.0,
            theta_limit: None,
            output_min: None,
            output_max: None,
        }
    }
}

/// What the law remembers. The default is the state before the first sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MracState {
    /// ym, θ1 and θ2, once there was a sample. ym begins at the first measure.
    pub memory: Option<[f64; 3]>,
    /// u of the sample before, if there was one.
    pub output: Option<f64>,
}

/// One sample of the law.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MracStep {
    /// u = θ1 r − θ2 y within limits.
    pub output: f64,
    /// ym that y was compared with.
    pub model: f64,
    /// θ1 that was used.
    pub theta1: f64,
    /// θ2 that was used.
    pub theta2: f64,
    /// e = y − ym.
    pub error: f64,
    /// Whether a limit changed the output.
    pub saturated: bool,
    /// Whether a number was not finite, so that the output was held and nothing remembered.
    pub held: bool,
}

/// A plant y' = −a y + b u.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FirstOrderPlant {
    /// a, 1/s; negative for an unstable plant.
    pub a: f64,
    /// b, measure over output per s.
    pub b: f64,
}

/// The classic Runge–Kutta step of fourth order.
fn runge_kutta<const N: usize>(
    x: [f64; N],
    step_s: f64,
    slope: impl Fn([f64; N]) -> [f64; N],
) -> [f64; N] {
    let along = |k: &[f64; N], h: f64| std::array::from_fn(|i| x[i] + h * k[i]);
    let k1 = slope(x);
    let k2 = slope(along(&k1, step_s / 2.0));
    let k3 = slope(along(&k2, step_s / 2.0));
    let k4 = slope(along(&k3, step_s));
    std::array::from_fn(|i| x[i] + step_s / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]))
}

impl MracSpec {
    fn limit(&self, u: f64) -> f64 {
        let low = self.output_min.unwrap_or(f64::NEG_INFINITY);
        u.max(low).min(self.output_max.unwrap_or(f64::INFINITY))
    }

    fn output(&self, setpoint: f64, measured: f64, theta: [f64; 2]) -> f64 {
        self.limit(theta[0] * setpoint - theta[1] * measured)
    }

    /// Slopes of ym, θ1 and θ2.
    fn slopes(&self, setpoint: f64, measured: f64, [ym, theta1, theta2]: [f64; 3]) -> [f64; 3] {
        let error = measured - ym;
        let (gamma, sigma) = (self.gamma, self.sigma_per_s);
        [
            -self.model_rate_per_s * ym + self.model_gain_per_s * setpoint,
            -gamma * setpoint * error - sigma * theta1,
            gamma * measured * error - sigma * theta2,
        ]
    }

    fn project(&self, [ym, theta1, theta2]: [f64; 3]) -> [f64; 3] {
        let most = self.theta_limit.unwrap_or(f64::INFINITY);
        let within = |own: f64| own.max(-most).min(most);
        [ym, within(theta1), within(theta2)]
    }

    fn start(&self, measured: f64) -> [f64; 3] {
        self.project([measured, self.theta1_start, self.theta2_start])
    }

    /// One sample in a loop: the output for `setpoint` and `measured`, then model and parameters
    /// over `sample_s` > 0 seconds with both held. What is not finite holds the output and changes
    /// nothing.
    pub fn step(
        &self,
        state: &mut MracState,
        setpoint: f64,
        measured: f64,
        sample_s: f64,
    ) -> MracStep {
        let before = state.memory.unwrap_or_else(|| self.start(measured));
        let [model, theta1, theta2] = before;
        let wanted = theta1 * setpoint - theta2 * measured;
        let output = self.limit(wanted);
        let slope = |own| self.slopes(setpoint, measured, own);
        let after = self.project(runge_kutta(before, sample_s, slope));
        let numbers = [
            measured, wanted, output, sample_s, after[0], after[1], after[2],
        ];
        if sample_s <= 0.0 || numbers.iter().any(|x| !x.is_finite()) {
            let [model, theta1, theta2] = state.memory.unwrap_or_default();
            return MracStep {
                output: state.output.unwrap_or_else(|| self.limit(0.0)),
                model,
                theta1,
                theta2,
                held: true,
                ..MracStep::default()
            };
        }
        *state = MracState {
            memory: Some(after),
            output: Some(output),
        };
        MracStep {
            output,
            model,
            theta1,
            theta2,
            error: measured - model,
            saturated: output != wanted,
            held: false,
        }
    }

    /// Plant, model and parameters together over `sample_s` seconds, with the setpoint held and
    /// the law acting throughout: from y, ym, θ1, θ2 to the same afterwards.
    #[must_use]
    pub fn advance(
        &self,
        plant: &FirstOrderPlant,
        at: [f64; 4],
        setpoint: f64,
        sample_s: f64,
    ) -> [f64; 4] {
        let after = runge_kutta(at, sample_s, |[y, ym, theta1, theta2]| {
            let u = self.output(setpoint, y, [theta1, theta2]);
            let [model, first, second] = self.slopes(setpoint, y, [ym, theta1, theta2]);
            [-plant.a * y + plant.b * u, model, first, second]
        });
        let [y, ym, theta1, theta2] = after;
        let [ym, theta1, theta2] = self.project([ym, theta1, theta2]);
        [y, ym, theta1, theta2]
    }

    /// θ1 and θ2 with which the loop is the model: bm/b and (am − a)/b.
    #[must_use]
    pub fn ideal(&self, plant: &FirstOrderPlant) -> [f64; 2] {
        [
            self.model_gain_per_s / plant.b,
            (self.model_rate_per_s - plant.a) / plant.b,
        ]
    }

    /// Collects what is wrong with these parameters at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str) {
        let at = |field: &str| format!("{path}.{field}");
        problems.positive(&at("model_rate_per_s"), self.model_rate_per_s, " /s");
        for (field, value) in [
            ("model_gain_per_s", self.model_gain_per_s),
            ("gamma", self.gamma),
            ("theta1_start", self.theta1_start),
            ("theta2_start", self.theta2_start),
        ] {
            problems.range(&at(field), value, f64::NEG_INFINITY, f64::INFINITY, "");
        }
        problems.range(
            &at("sigma_per_s"),
            self.sigma_per_s,
            0.0,
            f64::INFINITY,
            " /s",
        );
        let most = self.theta_limit.unwrap_or(1.0);
        problems.positive(&at("theta_limit"), most, "");
        let low = self.output_min.unwrap_or(f64::NEG_INFINITY);
        let high = self.output_max.unwrap_or(f64::INFINITY);
        let expected = format!("a number > output_min, {low}");
        problems.require(low < high, &at("output_max"), high, &expected);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLANT: FirstOrderPlant = FirstOrderPlant { a: 1.0, b: 0.5 };

    fn spec(text: &str) -> MracSpec {
        ron::from_str(text).unwrap()
    }

    /// The error of the second half of a run with a square wave as setpoint.
    fn rest(law: &MracSpec, plant: FirstOrderPlant, count: usize) -> f64 {
        let (mut state, mut y, ts) = (MracState::default(), 0.0, 0.01);
        let mut sum = 0.0;
        for k in 0..count {
            let setpoint = if (k / 1000) % 2 == 0 { 1.0 } else { -1.0 };
            let step = law.step(&mut state, setpoint, y, ts);
            assert!(!step.held);
            if k >= count / 2 {
                sum += step.error * step.error;
            }
            let kept = crate::base::num::exp(-plant.a * ts);
            y = kept * y + (1.0 - kept) / plant.a * plant.b * step.output;
        }
        (sum / (count - count / 2) as f64).sqrt()
    }

    #[test]
    fn a_sampled_plant_comes_to_follow_the_model() {
        let law = spec("(model_rate_per_s: 2, model_gain_per_s: 2, gamma: 2)");
        assert!(rest(&law, PLANT, 60_000) < 0.05);
        // A plant that acts in reverse, with the sign of γ; one that is unstable.
        let reverse = MracSpec {
            gamma: -2.0,
            ..law.clone()
        };
        let plant = FirstOrderPlant { a: 1.0, b: -0.5 };
        assert!(rest(&reverse, plant, 60_000) < 0.05);
        let plant = FirstOrderPlant { a: -0.5, b: 1.0 };
        assert!(rest(&law, plant, 60_000) < 0.05);
        assert_eq!(law.ideal(&PLANT), [4.0, 2.0]);
    }

    #[test]
    fn parameters_and_outputs_keep_their_bounds() {
        let law =
            spec("(gamma: 100, theta_limit: Some(3), output_min: Some(-1), output_max: Some(2))");
        let mut state = MracState::default();
        let mut saturated = 0;
        for k in 0..2000 {
            let step = law.step(&mut state, 5.0, f64::from(k % 7), 0.01);
            assert!((-1.0..=2.0).contains(&step.output));
            assert!(step.theta1.abs() <= 3.0 && step.theta2.abs() <= 3.0);
            saturated += usize::from(step.saturated);
        }
        assert!(saturated > 0);
    }

    #[test]
    fn what_is_not_finite_is_held() {
        let law = spec("(theta1_start: 1, output_min: Some(0.5))");
        let mut state = MracState::default();
        assert_eq!(law.step(&mut state, 1.0, f64::NAN, 0.1).output, 0.5);
        assert_eq!(state, MracState::default());
        let output = law.step(&mut state, 1.0, 0.25, 0.1).output;
        let before = state;
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for (r, y, ts) in [(bad, 0.0, 0.1), (1.0, bad, 0.1), (1.0, 0.0, bad)] {
                let step = law.step(&mut state, r, y, ts);
                assert!(step.held && step.output == output);
            }
        }
        assert!(law.step(&mut state, 1e200, 1e200, 0.1).held);
        assert_eq!(state, before);
    }

    #[test]
    fn wrong_parameters_are_named() {
        let text = "(model_rate_per_s: 0, gamma: NaN, sigma_per_s: -1, theta_limit: Some(0))";
        let mut problems = Problems::default();
        spec(text).validate(&mut problems, "law");
        let paths: Vec<&str> = problems
            .list()
            .iter()
            .map(|own| own.path.as_str())
            .collect();
        let expected = ["model_rate_per_s", "gamma", "sigma_per_s", "theta_limit"];
        assert!(paths.iter().map(|path| &path[4..]).eq(expected));
    }
}
