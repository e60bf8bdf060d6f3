//! Steps of adaptive length: Dormand–Prince 5(4) over the arrays of one machine or several.
//!
//! All resonators take the same step. Its error is the largest of |eᵢ| / (atol + rtol·|yᵢ|), with 1
//! in place of |yᵢ| for phases, which grow without end. The largest of all does not depend on how
//! slots are spread, and so neither does the step.

use super::plant::DensePlant;
use super::scheme::{Scheme, StageClock};
use crate::base::VertexId;
use crate::dynamics::dopri5::Tolerance;
use crate::dynamics::step_control::StepControl;
use crate::dynamics::tableau::{ERROR, STAGES};

/// The most steps, taken or rejected, from one call.
const STEPS_MAX: u64 = 1_000_000;

/// k₁ … k₇ of one variable.
pub(super) type Seven = [f64; 7];

/// The largest scaled error of a step and the vertex that has it, the first of equals.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Worst {
    /// The error; 1 is what the tolerances allow. Infinite where a state was lost.
    pub error: f64,
    /// The vertex; none where there are no resonators.
    pub vertex: Option<VertexId>,
}

impl Worst {
    /// The worse of two.
    pub fn merge(&mut self, other: Self) {
        let earlier = other.error == self.error && other.vertex < self.vertex;
        if self.vertex.is_none() || other.vertex.is_some() && (other.error > self.error || earlier)
        {
            *self = other;
        }
    }

    pub(super) fn see(&mut self, error: f64, vertex: VertexId) {
        let error = if error.is_finite() {
            error
        } else {
            f64::INFINITY
        };
        self.merge(Self {
            error,
            vertex: Some(vertex),
        });
    }
}

/// One variable of a chunk's slots.
pub(super) struct Variable<'a> {
    /// The state at the start of the step.
    pub(super) start: &'a [f64],
    /// The state at its end.
    pub(super) end: &'a mut [f64],
    pub(super) slopes: &'a mut [Seven],
}

impl Variable<'_> {
    /// Keeps the slopes of a stage and turns them into the state of the next stage.
    pub(super) fn advance(&mut self, stage: usize, h: f64, known: bool, k: &mut [f64]) {
        let row = &STAGES[stage + 1];
        for (((start, end), slopes), k) in self
            .start
            .iter()
            .zip(&mut *self.end)
            .zip(&mut *self.slopes)
            .zip(k)
        {
            if !known {
                slopes[stage] = *k;
            }
            let mut sum = 0.0;
            for (weight, slope) in row.iter().zip(&slopes[..=stage]) {
                sum += weight * slope;
            }
            *k = start + h * sum;
            *end = *k;
        }
    }

    /// Keeps the slopes where the step ends, judges it, and leaves its end in `k`.
    pub(super) fn judge(
        &mut self,
        h: f64,
        (tolerance, is_angle): (Tolerance, bool),
        k: &mut [f64],
        (ids, worst): (&[VertexId], &mut Worst),
    ) {
        for ((((start, end), slopes), k), id) in self
            .start
            .iter()
            .zip(&*self.end)
            .zip(&mut *self.slopes)
            .zip(k)
            .zip(ids)
        {
            slopes[6] = *k;
            let mut sum = 0.0;
            for (weight, slope) in ERROR.iter().zip(&*slopes) {
                sum += weight * slope;
            }
            let size = if is_angle {
                1.0
            } else {
                start.abs().max(end.abs())
            };
            let scale = tolerance.atol + tolerance.rtol * size;
            // A lost state would have a lost scale, and pass.
            let error = if end.is_finite() {
                h * sum.abs() / scale
            } else {
                f64::INFINITY
            };
            worst.see(error, *id);
            *k = *end;
        }
    }
}

/// Arrays, here and elsewhere, that take their steps together.
pub trait Steppers {
    /// Why a stage could not be run.
    type Error;
    /// Says that states or what acts on them may have changed since the last step.
    fn begin(&mut self);
    /// Runs a stage everywhere.
    ///
    /// # Errors
    /// When it cannot be run.
    fn stage(&mut self, clock: StageClock) -> Result<(), Self::Error>;
    /// The worst error of the step, after its last stage.
    fn worst(&self) -> Worst;
    /// Makes the end of the step the state.
    fn accept(&mut self);
}

impl Steppers for DensePlant {
    type Error = std::convert::Infallible;

    fn begin(&mut self) {
        self.begin_steps();
    }

    fn stage(&mut self, clock: StageClock) -> Result<(), Self::Error> {
        self.take_own_means();
        DensePlant::stage(self, 1, Scheme::DormandPrince, clock);
        Ok(())
    }

    fn worst(&self) -> Worst {
        DensePlant::worst(self)
    }

    fn accept(&mut self) {
        self.accept_step();
    }
}

/// Why adaptive steps did not reach their end.
#[derive(Clone, Debug, PartialEq)]
pub enum StepFailure<E> {
    /// A stage could not be run.
    Stage(E),
    /// The step became too short for time to move: the solution blows up, or is stiff.
    Underflow {
        /// Time, s.
        t_s: f64,
        /// The step, s.
        step_s: f64,
        /// The vertex with the worst error.
        vertex: Option<VertexId>,
    },
    /// There were too many steps.
    TooMany {
        /// Time, s.
        t_s: f64,
        /// The most there may be.
        limit: u64,
    },
}

impl<E: std::fmt::Display> std::fmt::Display for StepFailure<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Self::Stage(error) => error.fmt(f),
            Self::Underflow {
                t_s,
                step_s,
                vertex,
            } => {
                write!(
                    f,
                    "the adaptive step fell to {step_s:.1e} s at t = {t_s} s, where time no longer \
                     moves: the solution blows up or is stiff"
                )?;
                vertex.map_or(Ok(()), |vertex| {
                    write!(f, "; vertex {vertex} has the worst error")
                })
            }
            Self::TooMany { t_s, limit } => write!(
                f,
                "more than {limit} adaptive steps were needed in one tick, at t = {t_s} s: the \
                 tolerances are too tight or the equations are stiff"
            ),
        }
    }
}

/// Advances from `time_s` by `span_s` in steps of adaptive length.
///
/// # Errors
/// When a stage cannot be run, the step becomes too short, or there are too many steps.
pub fn advance<S: Steppers>(
    plants: &mut S,
    control: &mut StepControl,
    (time_s, span_s): (f64, f64),
) -> Result<(), StepFailure<S::Error>> {
    let end = time_s + span_s;
    let (mut t, tried) = (time_s, control.taken + control.rejected);
    if control.step_s == 0.0 {
        control.step_s = span_s;
    }
    let mut worst = Worst::default();
    plants.begin();
    while t < end {
        if control.underflows(t) {
            return Err(StepFailure::Underflow {
                t_s: t,
                step_s: control.step_s,
                vertex: worst.vertex,
            });
        }
        if control.taken + control.rejected - tried >= STEPS_MAX {
            return Err(StepFailure::TooMany {
                t_s: t,
                limit: STEPS_MAX,
            });
        }
        let planned = control.step_s;
        // A hair more than the step is taken at once, so no sliver is left over.
        let is_last = planned * 1.000_001 >= end - t;
        let h = if is_last { end - t } else { planned };
        for stage in 0..Scheme::DormandPrince.stages() {
            let clock = StageClock {
                stage,
                step: 0,
                step_s: h,
                time_s: t,
            };
            plants.stage(clock).map_err(StepFailure::Stage)?;
        }
        worst = plants.worst();
        if worst.error <= 1.0 {
            plants.accept();
            control.accept(h, worst.error);
            if is_last {
                // The end of the tick cut the step short; that says nothing about the next.
                control.step_s = control.step_s.max(planned);
            }
            t = if is_last { end } else { t + h };
            continue;
        }
        control.reject(h, worst.error);
    }
    Ok(())
}
