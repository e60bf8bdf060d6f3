//! Modes: of the damped wave equation on a box, and of oscillators on a network.
//!
//! A mode of u_tt = c² ∇²u − γ u_t is a damped oscillator of its own, so its amplitude has a closed
//! form; second-order differences in space and the leapfrog in time each shift its frequency by a
//! known amount. Sources: Morse & Ingard (1968), §5.2; Strikwerda (2004), §5.1 for the differences.

use nalgebra::{DMatrix, SymmetricEigen};

use super::network::Network;
use crate::base::num::{PI, asin, exp, exp_m1, sin, sin_cos};

/// Largest network whose spectrum is found by the dense solver.
pub const DENSE_MAX: usize = 512;

/// Boundary of the box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boundary {
    /// u = 0 at both ends: modes sin(π m x / L), m ≥ 1.
    Dirichlet,
    /// Period L: modes cos(2π m x / L), m ≥ 0.
    Periodic,
}

/// A wave equation on a box of one or more dimensions.
#[derive(Clone, Debug)]
pub struct WaveBox {
    /// Kind of boundary.
    pub boundary: Boundary,
    /// Lengths of the sides.
    pub length: Vec<f64>,
    /// Spacing of the grid along each side.
    pub dx: Vec<f64>,
    /// Wave speed.
    pub c: f64,
    /// Damping rate, 1/s.
    pub gamma: f64,
}

impl WaveBox {
    /// Wave numbers of a mode along each side, rad per length.
    fn wave_numbers(&self, mode: &[u32]) -> impl Iterator<Item = f64> {
        let turn = match self.boundary {
            Boundary::Dirichlet => PI,
            Boundary::Periodic => 2.0 * PI,
        };
        mode.iter()
            .zip(&self.length)
            .map(move |(&m, l)| turn * f64::from(m) / l)
    }

    /// Angular frequency c|k| of the undamped mode, rad/s.
    #[must_use]
    pub fn omega_continuum(&self, mode: &[u32]) -> f64 {
        self.c * self.wave_numbers(mode).map(|k| k * k).sum::<f64>().sqrt()
    }

    /// Angular frequency c √Σ (2/dx sin(k dx/2))² of the mode under second-order differences in
    /// space and exact time, undamped, rad/s.
    #[must_use]
    pub fn omega_semidiscrete(&self, mode: &[u32]) -> f64 {
        let sides = self.wave_numbers(mode).zip(&self.dx);
        let square: f64 = sides
            .map(|(k, dx)| {
                let side = 2.0 / dx * sin(0.5 * k * dx);
                side * side
            })
            .sum();
        self.c * square.sqrt()
    }

    /// Angular frequency (2/dt) asin(ω dt/2) of the mode under the leapfrog with step `dt` as well,
    /// undamped, rad/s; `None` beyond the stability bound ω dt > 2.
    #[must_use]
    pub fn omega_leapfrog(&self, mode: &[u32], dt: f64) -> Option<f64> {
        let half = 0.5 * dt * self.omega_semidiscrete(mode);
        (half <= 1.0).then(|| 2.0 / dt * asin(half))
    }

    /// The largest stable step 1 / (c √Σ dx⁻²) of the leapfrog, s.
    #[must_use]
    pub fn cfl_limit(&self) -> f64 {
        1.0 / (self.c * self.dx.iter().map(|dx| 1.0 / (dx * dx)).sum::<f64>().sqrt())
    }
}

/// Position and velocity at time t of x″ = −γ x′ − ω² x from (x₀, v₀): closed form.
///
/// Units: γ in 1/s ≥ 0, ω in rad/s ≥ 0, t in s ≥ 0. Holds under, at and over critical damping.
#[must_use]
pub fn damped_motion(omega: f64, gamma: f64, start: (f64, f64), t: f64) -> (f64, f64) {
    let (x0, v0) = start;
    let half = 0.5 * gamma;
    let square = (omega - half) * (omega + half);
    // c and s solve y″ = −square·y from (1, 0) and (0, 1), each times e^{−γt/2}.
    let (c, s) = if square > 0.0 {
        let rate = square.sqrt();
        let (sine, cosine) = sin_cos(rate * t);
        let decay = exp(-half * t);
        (decay * cosine, decay * sine / rate)
    } else if square < 0.0 {
        let rate = (-square).sqrt();
        // The slow exponent −γ/2 + rate = −ω²/(γ/2 + rate) is free of cancellation.
        let slow = exp(-omega * omega / (half + rate) * t);
        let gap = exp_m1(-2.0 * rate * t);
        (slow * (1.0 + 0.5 * gap), slow * -gap / (2.0 * rate))
    } else {
        let decay = exp(-half * t);
        (decay, decay * t)
    };
    (
        x0 * (c + half * s) + v0 * s,
        v0 * (c - half * s) - x0 * omega * omega * s,
    )
}

/// Angular frequencies √(ω₀ᵢ² + K λ) of the undamped modes of oscillators on a symmetric network,
/// ascending, rad/s. `restoring` holds ω₀ᵢ² in 1/s². An unstable mode (negative square) is NaN.
#[must_use]
pub fn network_frequencies(network: &Network, coupling: f64, restoring: &[f64]) -> Vec<f64> {
    let uniform = restoring.windows(2).all(|w| w[0] == w[1]);
    // Squares near 0 lose half their digits in the root, so rounding of the spectrum is cut off,
    // and an equal restoring rate is added afterwards.
    let (shift, diagonal) = if uniform {
        (
            restoring.first().copied().unwrap_or(0.0),
            vec![0.0; restoring.len()],
        )
    } else {
        (0.0, restoring.to_vec())
    };
    let squares = spectrum(network, coupling, &diagonal);
    let largest = squares.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
    let rounding = 4.0 * f64::EPSILON * largest * squares.len() as f64;
    let clean = squares
        .iter()
        .map(|&s| if s.abs() <= rounding { 0.0 } else { s });
    clean.map(|s| (s + shift).sqrt()).collect()
}

/// Angular frequency of the mode a shape belongs to, by the Rayleigh quotient, rad/s.
///
/// √(xᵀ(diag(ω₀²) + K L)x / xᵀx), exact when x is a mode of a symmetric network. `None` for x = 0.
#[must_use]
pub fn shape_frequency(
    network: &Network,
    coupling: f64,
    restoring: &[f64],
    x: &[f64],
) -> Option<f64> {
    let (mut top, mut bottom) = (0.0, 0.0);
    for (i, own) in x.iter().enumerate() {
        top += own * (restoring[i] * own - coupling * network.diffusion(i, x));
        bottom += own * own;
    }
    (bottom > 0.0).then(|| (top / bottom).max(0.0).sqrt())
}

/// Largest square frequency of diag(ω₀²) + K L, or a bound below it, 1/s².
///
/// Exact for symmetric networks of up to [`DENSE_MAX`] vertices, otherwise the largest diagonal.
#[must_use]
pub fn stiffness(network: &Network, coupling: f64, restoring: &[f64]) -> f64 {
    let n = network.vertex_count();
    let diagonal = (0..n).map(|i| restoring[i] + coupling * network.strength(i));
    if network.is_symmetric() && n <= DENSE_MAX && network.edge_count() > 0 {
        spectrum(network, coupling, restoring)
            .last()
            .copied()
            .unwrap_or(0.0)
    } else {
        diagonal.fold(0.0, f64::max)
    }
}

/// Eigenvalues of diag(`diagonal`) + K L, ascending; L is the weighted Laplacian.
fn spectrum(network: &Network, coupling: f64, diagonal: &[f64]) -> Vec<f64> {
    let n = network.vertex_count();
    let mut matrix = DMatrix::zeros(n, n);
    for i in 0..n {
        matrix[(i, i)] = diagonal[i] + coupling * network.strength(i);
        for (j, w) in network.incoming(i) {
            matrix[(i, j)] -= coupling * w;
        }
    }
    let mut values: Vec<f64> = SymmetricEigen::new(matrix)
        .eigenvalues
        .iter()
        .copied()
        .collect();
    values.sort_by(f64::total_cmp);
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_closed_form_solves_its_equation(
            omega in 0.1..5.0f64, gamma in 0.0..12.0f64, t in 0.1..4.0f64, v0 in -2.0..2.0f64,
        ) {
            let h = 1e-4;
            let at = |t| damped_motion(omega, gamma, (1.0, v0), t);
            let ((xa, va), (x, v), (xb, vb)) = (at(t - h), at(t), at(t + h));
            prop_assert!(((xb - xa) / (2.0 * h) - v).abs() < 1e-4);
            let pull = -gamma * v - omega * omega * x;
            prop_assert!(((vb - va) / (2.0 * h) - pull).abs() < 1e-3);
        }
    }

    #[test]
    fn critical_damping_is_the_limit_of_both_sides() {
        let at = |gamma| damped_motion(2.0, gamma, (1.0, 0.5), 1.3);
        for side in [4.0 - 1e-9, 4.0 + 1e-9] {
            assert!((at(4.0).0 - at(side).0).abs() < 1e-8);
            assert!((at(4.0).1 - at(side).1).abs() < 1e-8);
        }
        assert_eq!(at(4.0), damped_motion(2.0, 4.0, (1.0, 0.5), 1.3));
    }
}
