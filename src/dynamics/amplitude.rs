//! The Stuart–Landau oscillator: the amplitude equation of a Hopf bifurcation, alone or coupled:
//! z′ = (μ + iω) z − (1 + ic₂) |z|² z + K Σ w (zⱼ − z).

use super::error::DynamicsError;
use super::model::{Model, check_length, paired_variable};
use super::network::Network;

/// Coupled Stuart–Landau oscillators, z = x + i y.
///
/// zᵢ′ = (μᵢ + i ωᵢ) zᵢ − (1 + i c₂) |zᵢ|² zᵢ + K Σⱼ wᵢⱼ (zⱼ − zᵢ)
///
/// The state is `[x₀ … xₙ₋₁, y₀ … yₙ₋₁]`. Units: μ, K in 1/s, ω in rad/s; z without unit.
/// Source: Kuramoto (1984), ch. 2; Aronson, Ermentrout & Kopell (1990) for the pair.
#[derive(Clone, Debug)]
pub struct StuartLandau {
    mu: Vec<f64>,
    omega: Vec<f64>,
    c2: Vec<f64>,
    coupling: f64,
    network: Network,
}

impl StuartLandau {
    /// A network of Stuart–Landau oscillators.
    ///
    /// # Errors
    /// [`DynamicsError::Invalid`] when an array does not have one entry per vertex.
    pub fn new(
        mu: Vec<f64>,
        omega: Vec<f64>,
        c2: Vec<f64>,
        coupling: f64,
        network: Network,
    ) -> Result<Self, DynamicsError> {
        let n = network.vertex_count();
        check_length("params.mu", &mu, n)?;
        check_length("params.omega", &omega, n)?;
        check_length("params.c2", &c2, n)?;
        Ok(Self {
            mu,
            omega,
            c2,
            coupling,
            network,
        })
    }
}

impl Model for StuartLandau {
    fn name(&self) -> &'static str {
        "stuart_landau"
    }

    fn dimension(&self) -> usize {
        2 * self.mu.len()
    }

    fn rhs(&self, _t: f64, state: &[f64], slope: &mut [f64]) {
        let n = self.mu.len();
        let (x, y) = state.split_at(n);
        let (dx, dy) = slope.split_at_mut(n);
        for i in 0..n {
            let square = x[i] * x[i] + y[i] * y[i];
            let growth = self.mu[i] - square;
            let turning = self.omega[i] - self.c2[i] * square;
            let pull_x = self.coupling * self.network.diffusion(i, x);
            let pull_y = self.coupling * self.network.diffusion(i, y);
            dx[i] = growth * x[i] - turning * y[i] + pull_x;
            dy[i] = growth * y[i] + turning * x[i] + pull_y;
        }
    }

    fn variable(&self, index: usize) -> String {
        paired_variable(["x", "y"], self.mu.len(), index)
    }
}

/// Growth rate of the origin of two oscillators with frequencies ±Δ/2 that couple diffusively, 1/s.
///
/// λ = μ − K + √(K² − (Δ/2)²), the real part when the root is imaginary. Negative: amplitude death,
/// for μ = 1 when K > 1 and Δ > 2√(2K − 1). Source: Aronson, Ermentrout & Kopell (1990).
#[must_use]
pub fn pair_growth_rate(mu: f64, coupling: f64, delta: f64) -> f64 {
    let half = 0.5 * delta;
    let root = ((coupling - half) * (coupling + half)).max(0.0).sqrt();
    mu - coupling + root
}

#[cfg(test)]
mod tests {
    use super::super::dopri5::{self, Tolerance};
    use super::*;

    #[test]
    fn amplitude_dies_exactly_where_the_origin_is_stable() {
        let network = Network::new(2, true, &[(0, 1, 1.0)]).unwrap();
        for (k, delta) in [(2.0, 4.0), (2.0, 3.0), (1.5, 2.0), (3.0, 8.0), (0.5, 8.0)] {
            let omega = vec![0.5 * delta, -0.5 * delta];
            let model =
                StuartLandau::new(vec![1.0; 2], omega, vec![0.0; 2], k, network.clone()).unwrap();
            for size in [0.01, 3.0] {
                let start = [size, 0.7 * size, -0.3 * size, 0.5 * size];
                let run = dopri5::integrate(&model, &start, &[60.0], Tolerance::default()).unwrap();
                let dead = run.states[0].iter().all(|v| v.abs() < 1e-3);
                assert_eq!(
                    dead,
                    pair_growth_rate(1.0, k, delta) < 0.0,
                    "K = {k}, {delta}"
                );
            }
        }
    }
}
