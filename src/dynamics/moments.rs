//! Exact moments of linear stochastic processes, of the equations and of the schemes that step
//! them, and the reduced equation of the Lorentzian Kuramoto population.
//!
//! Sources: Gardiner (2009), §4.4.4 and §4.4.6; Ott & Antonsen (2008) for the order parameter.

use nalgebra::{Matrix3, Vector3};

use super::error::DynamicsError;
use super::sde::SdeScheme;
use crate::base::num::{exp, exp_m1};

/// Variance at time t of dx = −θ x dt + σ dW from x(0) = 0: σ²/(2θ) (1 − e^{−2θt}).
///
/// θ > 0 in 1/s, σ in unit per √s, t in s.
#[must_use]
pub fn ou_variance(theta: f64, sigma: f64, t: f64) -> f64 {
    -sigma * sigma / (2.0 * theta) * exp_m1(-2.0 * theta * t)
}

/// Stationary variance of a scheme with step `dt` on dx = −θ x dt + σ dW.
///
/// Both schemes are x ← a x + b N(0, 1): Euler–Maruyama with a = 1 − θh, b = σ√h; Heun with
/// a = 1 − θh + θ²h²/2, b = σ√h (1 − θh/2). The variance b²/(1 − a²) is infinite or negative when
/// the step is unstable (θh ≥ 2).
#[must_use]
pub fn ou_stationary(scheme: SdeScheme, theta: f64, sigma: f64, dt: f64) -> f64 {
    let s = theta * dt;
    // 1 − a² = (1 − a)(1 + a) without cancellation.
    let (loss, gain) = match scheme {
        SdeScheme::EulerMaruyama => (s * (2.0 - s), 1.0),
        SdeScheme::Heun => {
            let one_less_a = s * (1.0 - 0.5 * s);
            (one_less_a * (2.0 - one_less_a), 1.0 - 0.5 * s)
        }
    };
    sigma * sigma * dt * gain * gain / loss
}

/// Second moments of an oscillator's position and velocity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// ⟨x²⟩.
    pub var_x: f64,
    /// ⟨v²⟩.
    pub var_v: f64,
    /// ⟨x v⟩.
    pub cov_xv: f64,
}

/// Stationary moments of dx = v dt, dv = (−γ v − ω² x) dt + σ dW: σ²/(2γω²), σ²/(2γ), 0.
///
/// γ > 0 in 1/s, ω > 0 in rad/s.
#[must_use]
pub fn langevin_stationary(gamma: f64, omega: f64, sigma: f64) -> Moments {
    let var_v = sigma * sigma / (2.0 * gamma);
    Moments {
        var_x: var_v / (omega * omega),
        var_v,
        cov_xv: 0.0,
    }
}

/// Stationary moments of symplectic Euler with step `dt` on the same oscillator.
///
/// v ← p v − q x + σ√h N, x ← x + h v with p = 1 − γh, q = ω²h; the moments solve the discrete
/// Lyapunov equation P = A P Aᵀ + Q, three linear equations.
///
/// # Errors
/// [`DynamicsError::NotConverged`] when the step is unstable, so there is no stationary state.
pub fn langevin_symplectic(
    gamma: f64,
    omega: f64,
    sigma: f64,
    dt: f64,
) -> Result<Moments, DynamicsError> {
    let (p, q) = (1.0 - gamma * dt, omega * omega * dt);
    let unstable = || DynamicsError::NotConverged {
        what: "the stationary state of symplectic Euler".to_owned(),
        detail: format!("dt = {dt} is unstable for gamma = {gamma}, omega = {omega}"),
    };
    if omega * omega * dt * dt >= 4.0 - 2.0 * gamma * dt {
        return Err(unstable());
    }
    // x ← a x + b v + h s, v ← −q x + p v + s with a = 1 − hq, b = hp, ⟨s²⟩ = σ²h.
    let (a, b, power) = (1.0 - dt * q, dt * p, sigma * sigma * dt);
    let matrix = Matrix3::new(
        1.0 - a * a,
        -b * b,
        -2.0 * a * b,
        -q * q,
        1.0 - p * p,
        2.0 * q * p,
        a * q,
        -b * p,
        1.0 - a * p + b * q,
    );
    let source = Vector3::new(dt * dt * power, power, dt * power);
    let solved = matrix.lu().solve(&source).ok_or_else(unstable)?;
    Ok(Moments {
        var_x: solved[0],
        var_v: solved[1],
        cov_xv: solved[2],
    })
}

/// Order parameter at time t of infinitely many Kuramoto oscillators with Lorentzian frequencies
/// of half width γ, from r₀ on the Ott–Antonsen manifold.
///
/// r′ = −γ r + (K/2)(r − r³) is linear in r⁻²; with a = K/2 − γ,
/// r² = r₀² / (e^{−2at} + K r₀² (1 − e^{−2at})/(2a)). γ, K in 1/s, r₀ in [0, 1], t in s.
#[must_use]
pub fn ott_antonsen(gamma: f64, coupling: f64, r0: f64, t: f64) -> f64 {
    let rate = 2.0 * (0.5 * coupling - gamma);
    let square = r0 * r0;
    let grown = if rate == 0.0 {
        t
    } else {
        -exp_m1(-rate * t) / rate
    };
    let bottom = exp(-rate * t) + coupling * square * grown;
    if bottom.is_finite() {
        (square / bottom).sqrt()
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::dopri5::{self, Tolerance};
    use super::super::model::Model;
    use super::*;
    use proptest::prelude::*;

    struct Reduced(f64, f64);

    impl Model for Reduced {
        fn name(&self) -> &'static str {
            "ott_antonsen"
        }
        fn dimension(&self) -> usize {
            1
        }
        fn rhs(&self, _t: f64, y: &[f64], dy: &mut [f64]) {
            let r = y[0];
            dy[0] = -self.0 * r + 0.5 * self.1 * (r - r * r * r);
        }
    }

    proptest! {
        #[test]
        fn the_closed_form_solves_the_reduced_equation(
            gamma in 0.0..2.0f64, k in 0.0..5.0f64, r0 in 0.01..1.0f64, t in 0.0..20.0f64,
        ) {
            let model = Reduced(gamma, k);
            let run = dopri5::integrate(&model, &[r0], &[t], Tolerance::default()).unwrap();
            prop_assert!((run.states[0][0] - ott_antonsen(gamma, k, r0, t)).abs() < 1e-8);
        }
    }

    #[test]
    fn small_steps_approach_the_equation() {
        let exact = langevin_stationary(0.3, 1.5, 0.7);
        let fine = langevin_symplectic(0.3, 1.5, 0.7, 1e-5).unwrap();
        assert!((fine.var_x / exact.var_x - 1.0).abs() < 1e-4);
        assert!((fine.var_v / exact.var_v - 1.0).abs() < 1e-4);
        assert!(langevin_symplectic(0.3, 1.5, 0.7, 2.0).is_err());
        for scheme in [SdeScheme::EulerMaruyama, SdeScheme::Heun] {
            let ratio = ou_stationary(scheme, 2.0, 0.4, 1e-6) / (0.4 * 0.4 / 4.0);
            assert!((ratio - 1.0).abs() < 1e-5);
        }
        assert!((ou_variance(2.0, 0.4, 50.0) - 0.04).abs() < 1e-15);
    }
}
