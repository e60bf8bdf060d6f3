//! Methods of fixed step: symplectic Euler, leapfrog, Heun, explicit Euler and classic Runge–Kutta.
//!
//! Sources: Hairer, Lubich & Wanner (2006), §I.1.2 and §I.1.4 for the symplectic methods; Kutta
//! (1901) for the fourth-order method. Second-order splitting of the damping: Strang (1968).

use serde::{Deserialize, Serialize};

use super::error::DynamicsError;
use super::model::{Model, Split, Statistics, Trajectory, check_finite};
use super::runge_kutta::{NODES, offset, rk4_end, rk4_slopes};
use crate::base::num::exp;

/// Largest number of steps of one integration.
const STEPS_MAX: u64 = 200_000_000;

/// A method of fixed step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// y ← y + h f(t, y). First order.
    Euler,
    /// v ← v + h a(t, x, v), then x ← x + h v with the new v. First order.
    SymplecticEuler,
    /// Half a damping and a kick, a drift, half a kick and a damping; damping exact over half a
    /// step for a constant rate. Second order (Störmer–Verlet when nothing damps).
    Leapfrog,
    /// Explicit trapezoid: y ← y + h/2 (f(t, y) + f(t + h, y + h f)). Second order.
    Heun,
    /// Explicit midpoint: y ← y + h f(t + h/2, y + h/2 f). Second order.
    Midpoint,
    /// Classic Runge–Kutta. Fourth order.
    Rk4,
}

impl Scheme {
    /// Name in results and messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Euler => "euler",
            Self::SymplecticEuler => "symplectic_euler",
            Self::Leapfrog => "leapfrog",
            Self::Heun => "heun",
            Self::Midpoint => "midpoint",
            Self::Rk4 => "rk4",
        }
    }

    /// Order of convergence.
    #[must_use]
    pub fn order(self) -> u32 {
        match self {
            Self::Euler | Self::SymplecticEuler => 1,
            Self::Leapfrog | Self::Heun | Self::Midpoint => 2,
            Self::Rk4 => 4,
        }
    }

    fn slopes_per_step(self) -> u64 {
        match self {
            Self::Euler | Self::SymplecticEuler => 1,
            Self::Leapfrog | Self::Heun | Self::Midpoint => 2,
            Self::Rk4 => 4,
        }
    }

    fn is_symplectic(self) -> bool {
        matches!(self, Self::SymplecticEuler | Self::Leapfrog)
    }
}

/// Integrates from t = 0 and gives the state at every time of `times_s` (ascending, ≥ 0).
///
/// Each stretch between two times is cut into ⌈Δt/dt⌉ equal steps, so every time is hit exactly.
///
/// # Errors
/// [`DynamicsError::Unsupported`] for a symplectic scheme on a model without a split form,
/// [`DynamicsError::UnstableStep`] when ω·dt > 2 for one, [`DynamicsError::NonFinite`] when a
/// variable is lost, [`DynamicsError::TooManySteps`], [`DynamicsError::Invalid`] for dt ≤ 0.
pub fn integrate(
    model: &dyn Model,
    scheme: Scheme,
    start: &[f64],
    times_s: &[f64],
    dt: f64,
) -> Result<Trajectory, DynamicsError> {
    check(model, scheme, dt)?;
    let mut stepper = Stepper::new(model, scheme, start);
    let mut states = Vec::with_capacity(times_s.len());
    let mut t = 0.0;
    for &target in times_s {
        // The slack keeps a quotient such as 0.5 / 0.01 from rounding up to one more step.
        let count = ((target - t) / dt - 1e-9).ceil().max(0.0);
        if count + stepper.steps as f64 > STEPS_MAX as f64 {
            return Err(DynamicsError::TooManySteps {
                limit: STEPS_MAX,
                t,
            });
        }
        let h = if count > 0.0 {
            (target - t) / count
        } else {
            0.0
        };
        for k in 0..count as u64 {
            stepper.step(t + k as f64 * h, h)?;
        }
        t = target;
        states.push(stepper.y.clone());
    }
    let statistics = Statistics {
        steps: stepper.steps,
        rejected: 0,
        evaluations: stepper.steps * scheme.slopes_per_step(),
    };
    Ok(Trajectory { states, statistics })
}

fn check(model: &dyn Model, scheme: Scheme, dt: f64) -> Result<(), DynamicsError> {
    if !(dt.is_finite() && dt > 0.0) {
        return Err(DynamicsError::invalid(
            "options.dt",
            dt,
            "a positive number of seconds",
        ));
    }
    if !scheme.is_symplectic() {
        return Ok(());
    }
    let Some(split) = model.split() else {
        return Err(DynamicsError::Unsupported {
            integrator: scheme.name().to_owned(),
            model: model.name().to_owned(),
            reason: "it needs positions and velocities, and the model is of first order".to_owned(),
        });
    };
    let omega = split.omega_max();
    if omega * dt > 2.0 {
        return Err(DynamicsError::UnstableStep {
            method: scheme.name().to_owned(),
            dt,
            omega,
            product: omega * dt,
            limit: 2.0 / omega,
        });
    }
    Ok(())
}

struct Stepper<'m> {
    model: &'m dyn Model,
    scheme: Scheme,
    y: Vec<f64>,
    stage: Vec<f64>,
    k: [Vec<f64>; 4],
    steps: u64,
}

impl<'m> Stepper<'m> {
    fn new(model: &'m dyn Model, scheme: Scheme, start: &[f64]) -> Self {
        let zeros = vec![0.0; start.len()];
        let k = [zeros.clone(), zeros.clone(), zeros.clone(), zeros.clone()];
        Self {
            model,
            scheme,
            y: start.to_vec(),
            stage: zeros,
            k,
            steps: 0,
        }
    }

    fn step(&mut self, t: f64, h: f64) -> Result<(), DynamicsError> {
        match (self.scheme, self.model.split()) {
            (Scheme::SymplecticEuler, Some(_)) => self.symplectic_euler(t, h),
            (Scheme::Leapfrog, Some(split)) => self.leapfrog(split, t, h),
            (Scheme::Heun, _) => self.two_stage(t, h, 1.0),
            (Scheme::Midpoint, _) => self.two_stage(t, h, 0.5),
            (Scheme::Rk4, _) => self.rk4(t, h),
            _ => self.euler(t, h),
        }
        self.steps += 1;
        check_finite(self.model, t + h, &self.y)
    }

    fn euler(&mut self, t: f64, h: f64) {
        self.model.rhs(t, &self.y, &mut self.k[0]);
        for (y, k) in self.y.iter_mut().zip(&self.k[0]) {
            *y += h * k;
        }
    }

    fn symplectic_euler(&mut self, t: f64, h: f64) {
        self.model.rhs(t, &self.y, &mut self.k[0]);
        let n = self.y.len() / 2;
        let (x, v) = self.y.split_at_mut(n);
        for i in 0..n {
            v[i] += h * self.k[0][n + i];
            x[i] += h * v[i];
        }
    }

    fn leapfrog(&mut self, split: &dyn Split, t: f64, h: f64) {
        let n = self.y.len() / 2;
        let (x, v) = self.y.split_at_mut(n);
        let (rate, force) = self.stage.split_at_mut(n);
        split.damping(x, rate);
        split.force(t, x, force);
        for i in 0..n {
            v[i] = v[i] * exp(-0.5 * h * rate[i]) + 0.5 * h * force[i];
            x[i] += h * v[i];
        }
        split.force(t + h, x, force);
        split.damping(x, rate);
        for i in 0..n {
            v[i] = (v[i] + 0.5 * h * force[i]) * exp(-0.5 * h * rate[i]);
        }
    }

    /// The second-order methods of two stages with the second slope at t + c·h.
    fn two_stage(&mut self, t: f64, h: f64, c: f64) {
        let [k1, k2, ..] = &mut self.k;
        self.model.rhs(t, &self.y, k1);
        offset(&mut self.stage, &self.y, c * h, k1);
        self.model.rhs(t + c * h, &self.stage, k2);
        let second = 0.5 / c;
        for (y, (k1, k2)) in self.y.iter_mut().zip(k1.iter().zip(k2.iter())) {
            *y += h * ((1.0 - second) * k1 + second * k2);
        }
    }

    fn rk4(&mut self, t: f64, h: f64) {
        let model = self.model;
        model.rhs(t, &self.y, &mut self.k[0]);
        rk4_slopes(
            &self.y,
            h,
            &mut self.k,
            &mut self.stage,
            |number, y, into| {
                model.rhs(t + NODES[number] * h, y, into);
            },
        );
        for (i, y) in self.y.iter_mut().enumerate() {
            *y = rk4_end(*y, h, &self.k, i);
        }
    }
}
