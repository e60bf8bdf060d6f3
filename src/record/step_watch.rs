//! Steps that are too long for what they follow: what is known of it, by population.

use std::fmt;

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::input::exact_f64;
use crate::base::{Tick, num};
use crate::resonator::integrator::TOLERANCE;
use crate::resonator::rates::{Acts, StepCause, Strain, rounded};

/// The flag of rows whose population moves in steps that are too long.
pub const STEP_TOO_LONG: &str = "step_too_long";

/// A step that is too long for a population.
///
/// `error` is what one step of length h adds to the states, as a share of their scale: with y₁ the
/// states after one step and y₂ those after two of h/2, both from the present states and without
/// noise, it is the mean over the population of |y₁ − y₂| / (1 − 2⁻ᵖ) / s, since a method of order
/// p leaves C hᵖ⁺¹ in the one and 2⁻ᵖ of it in the other. The scale s is the greatest magnitude of
/// the same variable in the population, before or after, and 1 rad for phases; the rate of a phase
/// with inertia counts times h, and no vertex counts more than s. It is visible from [`TOLERANCE`]
/// on. A mean, since a few vertices that no step could follow change nothing that is seen of many.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepWarning {
    /// What is too fast for the step.
    pub cause: StepCause,
    /// The error of a step, as a share of the scale of the states.
    #[serde(with = "exact_f64")]
    pub error: f64,
    /// The rate of the cause times the step.
    #[serde(with = "exact_f64")]
    pub rate_dt: f64,
    /// What the integrator bears of it.
    #[serde(with = "exact_f64")]
    pub limit: f64,
    /// A step that would do, s.
    #[serde(with = "exact_f64")]
    pub would_do_s: f64,
}

impl StepWarning {
    /// Judges a step of `dt_s` by a method of order `order`; `None` when it is short enough. What
    /// was told already ends only clearly below the limits.
    #[must_use]
    pub fn judge(
        error: f64,
        strain: Option<Strain>,
        (dt_s, order): (f64, u32),
        is_told: bool,
    ) -> Option<Self> {
        let strain = strain?;
        let share = if is_told { 0.5 } else { 1.0 };
        if error <= share * TOLERANCE && strain.ratio() <= share.max(0.9) {
            return None;
        }
        let power = 1.0 / f64::from(order + 1);
        let by_error = match error > TOLERANCE {
            true => 0.9 * dt_s * num::pow(TOLERANCE / error, power),
            false => dt_s,
        };
        Some(Self {
            cause: strain.rate.cause,
            error: rounded(error, f64::round),
            rate_dt: rounded(strain.rate_dt, f64::round),
            limit: rounded(strain.limit, f64::round),
            would_do_s: rounded(by_error.min(dt_s * strain.shorter()), f64::floor),
        })
    }

    /// Whether it is so much worse than `told` that it is told again.
    #[must_use]
    pub fn is_worse_than(&self, told: &Self) -> bool {
        self.error >= 10.0 * told.error.max(TOLERANCE) || self.rate_dt >= 10.0 * told.rate_dt
    }
}

impl fmt::Display for StepWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: rate × step {} (limit {}), a step errs by {} of the scale",
            self.cause,
            self.rate_dt,
            self.limit,
            format_args!("{} %", rounded(100.0 * self.error, f64::round))
        )
    }
}

/// What is known of a population.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// What was told last, while it holds.
    pub told: Option<StepWarning>,
    /// The worst that was told in the whole run.
    pub worst: Option<StepWarning>,
    /// When that was first told.
    pub since: Tick,
    /// What acted at the last comparison.
    pub acts: Acts,
    /// The greatest weighted degree then.
    pub weight: f64,
}

/// What is known of all populations by number, with a place for the whole cluster first, and when
/// the next comparison may be. It is saved, so that a run that goes on from a snapshot tells the
/// same; it decides nothing of the run and is in no digest.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StepWatch {
    /// The populations.
    pub standings: Vec<Standing>,
    /// Ticks whose share of work was not spent on comparisons.
    pub credit: u64,
}

impl StepWatch {
    /// Whether a population's step is too long; of the cluster, that of any.
    #[must_use]
    pub fn is_too_long(&self, scope: usize) -> bool {
        match scope {
            0 => self.standings.iter().any(|own| own.told.is_some()),
            scope => self
                .standings
                .get(scope)
                .is_some_and(|own| own.told.is_some()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resonator::rates::{Nature, Rate};

    fn strain(rate_dt: f64) -> Option<Strain> {
        let (cause, nature) = (StepCause::Coupling, Nature::Decay);
        Some(Strain {
            rate: Rate {
                cause,
                nature,
                per_s: rate_dt / 0.02,
            },
            rate_dt,
            limit: 2.0,
        })
    }

    #[test]
    fn what_was_told_ends_below_the_limit_only() {
        let judge = |error, rate, told| StepWarning::judge(error, strain(rate), (0.02, 4), told);
        assert_eq!(judge(0.009, 1.9, false), None);
        assert!(judge(0.009, 1.0, true).is_some());
        assert!(judge(0.001, 1.9, true).is_some());
        assert_eq!(judge(0.004, 1.7, true), None);
        let fast = judge(0.001, 4.0, false).unwrap();
        // Half of the limit: a quarter of the step.
        assert_eq!((fast.rate_dt, fast.would_do_s), (4.0, 0.005));
        let wrong = judge(1.0, 1.0, false).unwrap();
        assert!(wrong.would_do_s < 0.0075, "{wrong:?}");
        assert!(wrong.is_worse_than(&fast) && !fast.is_worse_than(&wrong));
    }
}
