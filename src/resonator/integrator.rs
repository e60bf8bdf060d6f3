//! The integrators of a scene.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::dynamics::dense::Scheme;

/// An integrator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Integrator {
    /// The classical Runge–Kutta method of fourth order (Kutta, 1901).
    #[default]
    Rk4,
    /// Symplectic Euler: v first, then x with the new v (Hairer, Lubich & Wanner, 2006, §I.1.2).
    /// On models of first order it is the explicit Euler method. First order.
    SymplecticEuler,
    /// Velocity Verlet with exactly split damping, for models with a velocity. Second order.
    Leapfrog,
    /// Euler–Maruyama, of the Itô equation (Kloeden & Platen, 1992, §10.2).
    EulerMaruyama,
    /// Stochastic Heun, of the Stratonovich equation (Rümelin, 1982). Second order without noise.
    StochasticHeun,
    /// Dormand–Prince 5(4): as many steps in a tick as the tolerances ask for, without noise.
    DormandPrince,
}

impl Integrator {
    /// The plant's scheme.
    #[must_use]
    pub fn scheme(self) -> Scheme {
        match self {
            Self::Rk4 => Scheme::Rk4,
            Self::SymplecticEuler => Scheme::SymplecticEuler,
            Self::Leapfrog => Scheme::Leapfrog,
            Self::EulerMaruyama => Scheme::EulerMaruyama,
            Self::StochasticHeun => Scheme::StochasticHeun,
            Self::DormandPrince => Scheme::DormandPrince,
        }
    }

    /// Evaluations of the slope per step; halos are exchanged after each.
    #[must_use]
    pub fn stages(self) -> u32 {
        self.scheme().stages()
    }

    /// Whether it chooses its steps by itself.
    #[must_use]
    pub fn is_adaptive(self) -> bool {
        self == Self::DormandPrince
    }

    /// Whether noise may depend on the state.
    #[must_use]
    pub fn takes_multiplicative_noise(self) -> bool {
        matches!(self, Self::EulerMaruyama | Self::StochasticHeun)
    }

    /// Largest step times angular frequency at which an undamped oscillation does not grow, where
    /// the method has such a bound: 2√2 for RK4 and 2 for the symplectic methods (Hairer & Wanner,
    /// 1996, §IV.2). The others let every undamped oscillation grow, however slowly.
    #[must_use]
    pub fn oscillation_bound(self) -> Option<f64> {
        match self {
            Self::Rk4 => Some(8f64.sqrt()),
            Self::SymplecticEuler | Self::Leapfrog => Some(2.0),
            Self::EulerMaruyama | Self::StochasticHeun | Self::DormandPrince => None,
        }
    }

    /// Largest step times decay rate at which a decay does not turn into growth, where the method
    /// has such a bound: 2.785 for RK4, 2 for the methods of first and second order. Leapfrog damps
    /// exactly.
    #[must_use]
    pub fn decay_bound(self) -> Option<f64> {
        match self {
            Self::Rk4 => Some(2.785),
            Self::SymplecticEuler | Self::EulerMaruyama | Self::StochasticHeun => Some(2.0),
            Self::Leapfrog | Self::DormandPrince => None,
        }
    }
}
