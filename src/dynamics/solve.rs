//! How trajectories are solved: the options of the caller, and what a family hands back.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::dopri5::{self, Tolerance};
use super::error::DynamicsError;
use super::fixed::{self, Scheme};
use super::model::{Model, Statistics, Trajectory};
use super::quantities::Quantity;

/// Which integrator solves trajectories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Integrator {
    /// Dormand–Prince 5(4), adaptive.
    #[default]
    Auto,
    /// Symplectic Euler with fixed step.
    SymplecticEuler,
    /// Leapfrog (Störmer–Verlet, damping split off) with fixed step.
    Leapfrog,
    /// Classic Runge–Kutta with fixed step.
    Rk4,
    /// Dormand–Prince 5(4), adaptive.
    Dopri5,
}

/// How a case is answered.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Integrator of trajectories.
    pub integrator: Integrator,
    /// Fixed step, s; 0.01 when not given. Also the step of simulated populations when given.
    pub dt: Option<f64>,
    /// Relative tolerance of the adaptive method.
    pub rtol: f64,
    /// Absolute tolerance of the adaptive method.
    pub atol: f64,
    /// Seed of simulated populations.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        let Tolerance { rtol, atol } = Tolerance::default();
        Self {
            integrator: Integrator::Auto,
            dt: None,
            rtol,
            atol,
            seed: 42,
        }
    }
}

/// Fixed step when none is given, s.
const DT_DEFAULT: f64 = 0.01;

impl Options {
    /// The given step, checked; `default` when none is given.
    ///
    /// # Errors
    /// [`DynamicsError::Invalid`] at `options.dt`.
    pub fn step_or(&self, default: f64) -> Result<f64, DynamicsError> {
        let dt = self.dt.unwrap_or(default);
        if dt.is_finite() && dt > 0.0 {
            Ok(dt)
        } else {
            Err(DynamicsError::invalid(
                "options.dt",
                dt,
                "a positive number of seconds",
            ))
        }
    }

    /// Solves a model from `start`, states at `times_s`; gives the integrator's report as well.
    ///
    /// # Errors
    /// As [`dopri5::integrate`] and [`fixed::integrate`].
    pub fn solve(
        &self,
        model: &dyn Model,
        start: &[f64],
        times_s: &[f64],
    ) -> Result<(Trajectory, Value), DynamicsError> {
        let scheme = match self.integrator {
            Integrator::Auto | Integrator::Dopri5 => {
                let tolerance = Tolerance {
                    rtol: self.rtol,
                    atol: self.atol,
                };
                let run = dopri5::integrate(model, start, times_s, tolerance)?;
                let mut report = report("dopri5", run.statistics);
                report["rtol"] = json!(self.rtol);
                report["atol"] = json!(self.atol);
                return Ok((run, report));
            }
            Integrator::SymplecticEuler => Scheme::SymplecticEuler,
            Integrator::Leapfrog => Scheme::Leapfrog,
            Integrator::Rk4 => Scheme::Rk4,
        };
        let dt = self.step_or(DT_DEFAULT)?;
        let run = fixed::integrate(model, scheme, start, times_s, dt)?;
        let mut report = report(scheme.name(), run.statistics);
        report["dt"] = json!(dt);
        Ok((run, report))
    }
}

/// The report of an integrator: name, steps, rejected, evaluations.
#[must_use]
pub fn report(name: &str, statistics: Statistics) -> Value {
    json!({
        "name": name,
        "steps": statistics.steps,
        "rejected": statistics.rejected,
        "evaluations": statistics.evaluations,
    })
}

/// What a family has to say about a case.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// One object per output time.
    pub expect: Vec<Value>,
    /// Quantities the family knows.
    pub quantities: Vec<Quantity>,
    /// Report of the integrator.
    pub integrator: Value,
    /// Further keys, such as `modes` and `measured`.
    pub extra: Vec<(&'static str, Value)>,
}
