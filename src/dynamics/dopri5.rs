//! The adaptive method: Dormand–Prince 5(4) with dense output.
//!
//! Seven stages, the last equal to the first of the next step (FSAL); the fifth-order result is
//! kept and its difference from the embedded fourth-order one steers the step by a PI controller.
//! Between steps the solution is a cubic Hermite polynomial with a quartic correction, of fourth
//! order. The error of a step is the root mean square of eᵢ / (atol + rtol·max(|yᵢ|, |yᵢ new|)).
//!
//! The coefficients are in `tableau`. Sources: Dormand & Prince (1980); Hairer, Nørsett & Wanner
//! (1993), §II.4 for the starting step, §II.6 for the dense output; Gustafsson (1991) for the
//! controller.

use serde::{Deserialize, Serialize};

use super::error::DynamicsError;
use super::model::{Model, Statistics, Trajectory, check_finite};
use super::step_control::StepControl;
use super::tableau::{ERROR, NODES, QUARTIC, STAGES};
use crate::base::num::pow;

/// Largest number of steps, taken or rejected.
const STEPS_MAX: u64 = 5_000_000;

/// Tolerances of the local error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tolerance {
    /// Relative to the size of the variable; default 1e-10.
    pub rtol: f64,
    /// Absolute, in the unit of the variable; default 1e-12.
    pub atol: f64,
}

impl Default for Tolerance {
    fn default() -> Self {
        Self {
            rtol: 1e-10,
            atol: 1e-12,
        }
    }
}

/// Integrates from t = 0 and gives the state at every time of `times_s` (ascending, ≥ 0).
///
/// # Errors
/// [`DynamicsError::StepUnderflow`], [`DynamicsError::NonFinite`], [`DynamicsError::TooManySteps`],
/// [`DynamicsError::Invalid`] for tolerances that are not positive.
pub fn integrate(
    model: &dyn Model,
    start: &[f64],
    times_s: &[f64],
    tolerance: Tolerance,
) -> Result<Trajectory, DynamicsError> {
    let mut solver = Dopri5::new(model, start, tolerance)?;
    let mut states = Vec::with_capacity(times_s.len());
    // No step need reach beyond the last time.
    let end = times_s.last().copied().unwrap_or(0.0);
    for &t in times_s {
        while solver.t() < t {
            solver.advance(end)?;
        }
        let mut state = vec![0.0; start.len()];
        solver.sample(t, &mut state);
        states.push(state);
    }
    Ok(Trajectory {
        states,
        statistics: solver.statistics,
    })
}

/// A solver that advances step by step and can be read anywhere within the last step.
pub struct Dopri5<'m> {
    model: &'m dyn Model,
    tolerance: Tolerance,
    t: f64,
    y: Vec<f64>,
    control: StepControl,
    last_h: f64,
    last_y: Vec<f64>,
    /// Slopes of the last step; `k[6]` is the slope at (t, y).
    k: Vec<Vec<f64>>,
    next_k: Vec<Vec<f64>>,
    stage: Vec<f64>,
    /// Work so far.
    pub statistics: Statistics,
}

impl<'m> Dopri5<'m> {
    /// A solver at t = 0.
    ///
    /// # Errors
    /// [`DynamicsError::NonFinite`] when the start or its slope is not finite,
    /// [`DynamicsError::Invalid`] for tolerances that are not positive and finite.
    pub fn new(
        model: &'m dyn Model,
        start: &[f64],
        tolerance: Tolerance,
    ) -> Result<Self, DynamicsError> {
        for (path, value) in [
            ("options.rtol", tolerance.rtol),
            ("options.atol", tolerance.atol),
        ] {
            if !(value.is_finite() && value > 0.0) {
                return Err(DynamicsError::invalid(path, value, "a positive number"));
            }
        }
        let zeros = vec![0.0; start.len()];
        let mut solver = Self {
            model,
            tolerance,
            t: 0.0,
            y: start.to_vec(),
            control: StepControl::default(),
            last_h: 0.0,
            last_y: start.to_vec(),
            k: vec![zeros.clone(); 7],
            next_k: vec![zeros.clone(); 7],
            stage: zeros,
            statistics: Statistics::default(),
        };
        check_finite(model, 0.0, &solver.y)?;
        model.rhs(0.0, &solver.y, &mut solver.k[6]);
        check_finite(model, 0.0, &solver.k[6])?;
        solver.control.step_s = solver.starting_step();
        solver.statistics.evaluations = 2;
        Ok(solver)
    }

    /// Time of the state, s.
    #[must_use]
    pub fn t(&self) -> f64 {
        self.t
    }

    /// The state.
    #[must_use]
    pub fn y(&self) -> &[f64] {
        &self.y
    }

    /// Length of the last step taken, s.
    #[must_use]
    pub fn last_step(&self) -> f64 {
        self.last_h
    }

    fn scale(&self, i: usize, other: f64) -> f64 {
        self.tolerance.atol + self.tolerance.rtol * self.y[i].abs().max(other.abs())
    }

    fn scaled_rms(&self, values: &[f64], other: &[f64]) -> f64 {
        let mut sum = 0.0;
        for (i, (value, other)) in values.iter().zip(other).enumerate() {
            let ratio = value / self.scale(i, *other);
            sum += ratio * ratio;
        }
        (sum / values.len().max(1) as f64).sqrt()
    }

    /// A first step such that an explicit Euler step changes y by about 1 % of its scale, and the
    /// fifth-order error stays near 1 % of the tolerance.
    fn starting_step(&mut self) -> f64 {
        let size = self.scaled_rms(&self.y, &self.y);
        let speed = self.scaled_rms(&self.k[6], &self.y);
        let guess = if size < 1e-5 || speed < 1e-5 {
            1e-6
        } else {
            0.01 * size / speed
        };
        for (stage, (y, k)) in self.stage.iter_mut().zip(self.y.iter().zip(&self.k[6])) {
            *stage = y + guess * k;
        }
        self.model.rhs(guess, &self.stage, &mut self.next_k[0]);
        let bend: Vec<f64> = self.next_k[0]
            .iter()
            .zip(&self.k[6])
            .map(|(a, b)| (a - b) / guess)
            .collect();
        let steepest = self.scaled_rms(&bend, &self.y).max(speed);
        let careful = if steepest <= 1e-15 || !steepest.is_finite() {
            (guess * 1e-3).max(1e-6)
        } else {
            pow(0.01 / steepest, 0.2)
        };
        careful.min(100.0 * guess)
    }

    /// Takes one step that does not pass `limit`; tries again with smaller steps until it succeeds.
    ///
    /// # Errors
    /// As [`integrate`].
    pub fn advance(&mut self, limit: f64) -> Result<(), DynamicsError> {
        loop {
            let work = self.statistics.steps + self.statistics.rejected;
            if work >= STEPS_MAX {
                return Err(DynamicsError::TooManySteps {
                    limit: STEPS_MAX,
                    t: self.t,
                });
            }
            let remaining = limit - self.t;
            // A hair more than the step is taken at once, so no sliver is left over.
            let is_last = self.control.step_s * 1.000_001 >= remaining;
            let h = if is_last {
                remaining
            } else {
                self.control.step_s
            };
            // Steps that are all but accepted shrink too.
            if !is_last && self.control.underflows(self.t) {
                return Err(self.underflow(h));
            }
            let error = self.attempt(h);
            if error <= 1.0 {
                let t = if is_last { limit } else { self.t + h };
                return self.accept(t, h, error);
            }
            self.reject(h, error)?;
        }
    }

    /// Fills `next_k` and leaves the new state in `stage`; gives the scaled error.
    fn attempt(&mut self, h: f64) -> f64 {
        self.next_k[0].copy_from_slice(&self.k[6]);
        for s in 1..7 {
            for (i, stage) in self.stage.iter_mut().enumerate() {
                let mut sum = 0.0;
                for (j, a) in STAGES[s].iter().enumerate().take(s) {
                    sum += a * self.next_k[j][i];
                }
                *stage = self.y[i] + h * sum;
            }
            self.model
                .rhs(self.t + NODES[s] * h, &self.stage, &mut self.next_k[s]);
        }
        self.statistics.evaluations += 6;
        // An infinite state would have an infinite scale and pass with no error at all.
        if self.stage.iter().all(|y| y.is_finite()) {
            self.scaled_rms(&self.local_error(h), &self.stage)
        } else {
            f64::INFINITY
        }
    }

    fn local_error(&self, h: f64) -> Vec<f64> {
        (0..self.y.len())
            .map(|i| h * weighted(&self.next_k, &ERROR, i))
            .collect()
    }

    fn accept(&mut self, t: f64, h: f64, error: f64) -> Result<(), DynamicsError> {
        self.control.accept(h, error);
        self.last_h = h;
        self.t = t;
        std::mem::swap(&mut self.last_y, &mut self.y);
        self.y.copy_from_slice(&self.stage);
        std::mem::swap(&mut self.k, &mut self.next_k);
        self.statistics.steps += 1;
        check_finite(self.model, self.t, &self.y)
    }

    fn reject(&mut self, h: f64, error: f64) -> Result<(), DynamicsError> {
        self.control.reject(h, error);
        self.statistics.rejected += 1;
        if !self.control.underflows(self.t) {
            return Ok(());
        }
        Err(self.underflow(h))
    }

    fn underflow(&self, h: f64) -> DynamicsError {
        DynamicsError::StepUnderflow {
            t: self.t,
            h: self.control.step_s,
            variable: self.model.variable(self.worst_variable(h)),
        }
    }

    /// The first variable that the last attempt lost, or the one with the largest scaled error.
    fn worst_variable(&self, h: f64) -> usize {
        if let Some(lost) = self.stage.iter().position(|y| !y.is_finite()) {
            return lost;
        }
        let mut worst = (0, -1.0);
        for (i, error) in self.local_error(h).iter().enumerate() {
            let ratio = error.abs() / self.scale(i, self.stage[i]);
            if ratio > worst.1 {
                worst = (i, ratio);
            }
        }
        worst.0
    }

    /// Writes the state at time `t` of the last step, from its dense output.
    pub fn sample(&self, t: f64, out: &mut [f64]) {
        if t >= self.t || self.last_h == 0.0 {
            out.copy_from_slice(&self.y);
            return;
        }
        let (h, left) = (self.last_h, (self.t - t) / self.last_h);
        let theta = 1.0 - left;
        for (i, out) in out.iter_mut().enumerate() {
            let change = self.y[i] - self.last_y[i];
            let start_bend = h * self.k[0][i] - change;
            let end_bend = change - h * self.k[6][i] - start_bend;
            let quartic = h * weighted(&self.k, &QUARTIC, i);
            let inner = end_bend + left * quartic;
            let bend = start_bend + theta * inner;
            *out = self.last_y[i] + theta * (change + left * bend);
        }
    }
}

fn weighted(k: &[Vec<f64>], weights: &[f64; 7], i: usize) -> f64 {
    let mut sum = 0.0;
    for (k, w) in k.iter().zip(weights) {
        sum += w * k[i];
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::model::Harmonic;
    use super::super::modes::damped_motion;
    use super::super::network::Network;
    use super::*;
    use proptest::prelude::*;

    fn oscillator(omega: f64, gamma: f64) -> Harmonic {
        Harmonic::new(vec![omega], vec![gamma], 0.0, Network::isolated(1)).unwrap()
    }

    proptest! {
        #[test]
        fn dense_output_follows_the_closed_form_between_steps(
            omega in 0.2..4.0f64, gamma in 0.0..3.0f64, x in -2.0..2.0f64, v in -2.0..2.0f64,
        ) {
            let model = oscillator(omega, gamma);
            let times: Vec<f64> = (0..40).map(|k| f64::from(k) * 0.173).collect();
            let run = integrate(&model, &[x, v], &times, Tolerance::default()).unwrap();
            for (t, state) in times.iter().zip(&run.states) {
                let (x, v) = damped_motion(omega, gamma, (x, v), *t);
                prop_assert!((state[0] - x).abs() < 1e-8 && (state[1] - v).abs() < 1e-8);
            }
        }
    }

    #[test]
    fn tighter_tolerances_cost_steps_and_gain_digits() {
        let model = oscillator(1.0, 0.1);
        let exact = damped_motion(1.0, 0.1, (1.0, 0.0), 50.0).0;
        let run = |rtol| {
            let tolerance = Tolerance {
                rtol,
                atol: 1e-3 * rtol,
            };
            let run = integrate(&model, &[1.0, 0.0], &[50.0], tolerance).unwrap();
            ((run.states[0][0] - exact).abs(), run.statistics)
        };
        let ((loose, few), (tight, many)) = (run(1e-5), run(1e-11));
        assert!(tight < 1e-9 && loose > 10.0 * tight, "{loose} {tight}");
        assert!(many.steps > 5 * few.steps);
        assert_eq!(many.evaluations, 2 + 6 * (many.steps + many.rejected));
    }

    #[test]
    fn equal_and_zero_times_give_the_start() {
        let run = integrate(
            &oscillator(1.0, 0.0),
            &[1.0, 2.0],
            &[0.0, 0.0],
            Tolerance::default(),
        );
        assert_eq!(run.unwrap().states, [[1.0, 2.0], [1.0, 2.0]]);
        let bad = integrate(
            &oscillator(1.0, 0.0),
            &[f64::NAN, 2.0],
            &[1.0],
            Tolerance::default(),
        );
        assert!(
            matches!(bad, Err(DynamicsError::NonFinite { variable, .. }) if variable == "x[0]")
        );
    }
}
