//! The schemes, stage by stage.

use crate::dynamics::tableau::NODES;

/// A scheme that advances all slots by a common step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// The classical Runge–Kutta method of fourth order (Kutta, 1901).
    #[default]
    Rk4,
    /// v first, then x with the new v (Hairer, Lubich & Wanner, 2006, §I.1.2); explicit Euler for
    /// models of first order. Order 1.
    SymplecticEuler,
    /// Velocity Verlet with exactly split damping; second-order models only. Order 2.
    Leapfrog,
    /// Euler–Maruyama, Itô (Kloeden & Platen, 1992, §10.2). Explicit Euler without noise.
    EulerMaruyama,
    /// Stochastic Heun, Stratonovich (Rümelin, 1982). Order 2 without noise.
    StochasticHeun,
    /// Dormand–Prince 5(4), of adaptive step (Dormand & Prince, 1980); see [`super::adaptive`].
    DormandPrince,
}

impl Scheme {
    /// Evaluations of the slopes per step.
    #[must_use]
    pub fn stages(self) -> u32 {
        match self {
            Self::Rk4 => 4,
            Self::SymplecticEuler | Self::EulerMaruyama => 1,
            Self::Leapfrog | Self::StochasticHeun => 2,
            Self::DormandPrince => 7,
        }
    }

    /// Whether slopes and noise see velocities that are kept apart from those of the state.
    pub(super) fn keeps_held(self) -> bool {
        !matches!(self, Self::SymplecticEuler | Self::Leapfrog)
    }

    /// Where in the step a stage evaluates the slopes, as a fraction of it.
    #[must_use]
    pub fn node(self, stage: u32) -> f64 {
        match (self, stage) {
            (_, 0) => 0.0,
            (Self::Rk4, 1 | 2) => 0.5,
            (Self::DormandPrince, stage) => NODES[stage as usize],
            _ => 1.0,
        }
    }
}

/// Which stage of which step is due.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StageClock {
    /// Stage within the step, from 0.
    pub stage: u32,
    /// Step of the run, from 0.
    pub step: u64,
    /// Step length h, s.
    pub step_s: f64,
    /// Time at the start of the step, s.
    pub time_s: f64,
}
