//! The integrators as tables: which share of the slope goes where at each stage.

use serde::{Deserialize, Serialize};

/// A fixed-step integrator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Integrator {
    /// The classical Runge–Kutta method of fourth order (Kutta, 1901).
    #[default]
    Rk4,
    /// Symplectic Euler: v first, then x with the new v (Hairer, Lubich & Wanner, 2006, §I.1.2).
    /// On phases it is the explicit Euler method. First order.
    SymplecticEuler,
}

impl Integrator {
    /// Evaluations of the slope per step; halos are exchanged after each.
    #[must_use]
    pub fn stages(self) -> u32 {
        match self {
            Self::Rk4 => 4,
            Self::SymplecticEuler => 1,
        }
    }

    /// Where in the step stage number `stage` evaluates the slope, as a fraction of the step.
    #[must_use]
    pub fn node(self, stage: u32) -> f64 {
        match (self, stage) {
            (Self::Rk4, 1 | 2) => 0.5,
            (Self::Rk4, 3) => 1.0,
            _ => 0.0,
        }
    }

    /// The weight of the slope of `stage` in the step.
    #[must_use]
    pub fn weight(self, stage: u32) -> f64 {
        match (self, stage) {
            (Self::Rk4, 0 | 3) => 1.0 / 6.0,
            (Self::Rk4, _) => 1.0 / 3.0,
            (Self::SymplecticEuler, _) => 1.0,
        }
    }
}
