//! The integrators of a scene.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::num;
use crate::dynamics::dense::Scheme;

/// The error of one step, as a share of the scale of the states, from which it is visible: one in a
/// hundred, and 0.01 rad of a phase.
pub const TOLERANCE: f64 = 0.01;

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

    /// Its order p without noise: the error of a step of length h is of order h^(p+1).
    #[must_use]
    pub fn order(self) -> u32 {
        match self {
            Self::SymplecticEuler | Self::EulerMaruyama => 1,
            Self::Leapfrog | Self::StochasticHeun => 2,
            Self::Rk4 => 4,
            Self::DormandPrince => 5,
        }
    }

    /// Step times rate at which the first term of e^x that a step leaves out, x^(p+1)/(p+1)!, is
    /// [`TOLERANCE`]: 1.04 for RK4, 0.39 for methods of second order, 0.14 for those of first.
    #[must_use]
    pub fn resolved_bound(self) -> f64 {
        let terms = self.order() + 1;
        let factorial: f64 = (1..=terms).map(f64::from).product();
        num::pow(TOLERANCE * factorial, 1.0 / f64::from(terms))
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
