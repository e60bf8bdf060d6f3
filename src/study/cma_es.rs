//! Evolution strategy with covariance matrix adaptation, (μ/μ_w, λ)-CMA-ES.
//!
//! Candidates are x = m + σ B D z with z standard normal, C = B D² Bᵀ. From the best μ of λ
//! candidates follow the mean m, the evolution paths, the covariance C (rank one and rank μ) and
//! the step size σ, with the constants of Hansen, "The CMA Evolution Strategy: A Tutorial"
//! (arXiv 1604.00772), equations 49 to 58. The search lies in the unit cube: a coordinate beyond a
//! side is mirrored at it before it is evaluated.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

use crate::base::num;
use crate::base::random::{KeyedRng, Purpose};

/// A search in a unit cube. The same seed and costs give the same candidates.
#[derive(Clone, Debug)]
pub struct CmaEs {
    seed: u64,
    generation: u64,
    mean: DVector<f64>,
    sigma: f64,
    covariance: DMatrix<f64>,
    path_c: DVector<f64>,
    path_sigma: DVector<f64>,
    /// Weights of the best candidates, their sum 1.
    weights: Vec<f64>,
    lambda: usize,
    /// The candidates that were asked for, before mirroring.
    asked: Vec<DVector<f64>>,
}

/// The strategy's constants for a dimension and weights.
struct Constants {
    mu_eff: f64,
    c_sigma: f64,
    d_sigma: f64,
    c_c: f64,
    c_1: f64,
    c_mu: f64,
    /// Expected length of a standard normal vector.
    chi: f64,
}

impl CmaEs {
    /// Begins at a point of the unit cube, with steps of `sigma`. `lambda` candidates a generation;
    /// 4 + 3 ln n, rounded down, when absent.
    #[must_use]
    pub fn new(start: &[f64], sigma: f64, lambda: Option<usize>, seed: u64) -> Self {
        let n = start.len();
        let usual = 4 + (3.0 * num::ln(n.max(1) as f64)) as usize;
        let lambda = lambda.unwrap_or(usual).max(4);
        let mu = lambda / 2;
        let raw: Vec<f64> = (1..=mu)
            .map(|rank| num::ln((lambda as f64 + 1.0) / 2.0) - num::ln(rank as f64))
            .collect();
        let sum: f64 = raw.iter().sum();
        Self {
            seed,
            generation: 0,
            mean: DVector::from_column_slice(start),
            sigma,
            covariance: DMatrix::identity(n, n),
            path_c: DVector::zeros(n),
            path_sigma: DVector::zeros(n),
            weights: raw.into_iter().map(|weight| weight / sum).collect(),
            lambda,
            asked: Vec::new(),
        }
    }

    fn constants(&self) -> Constants {
        let n = self.mean.len() as f64;
        let mu_eff = 1.0
            / self
                .weights
                .iter()
                .map(|weight| weight * weight)
                .sum::<f64>();
        let c_sigma = (mu_eff + 2.0) / (n + mu_eff + 5.0);
        let excess = ((mu_eff - 1.0) / (n + 1.0)).sqrt() - 1.0;
        let c_1 = 2.0 / ((n + 1.3) * (n + 1.3) + mu_eff);
        let rank_mu = 2.0 * (mu_eff - 2.0 + 1.0 / mu_eff) / ((n + 2.0) * (n + 2.0) + mu_eff);
        Constants {
            mu_eff,
            c_sigma,
            d_sigma: 1.0 + 2.0 * excess.max(0.0) + c_sigma,
            c_c: (4.0 + mu_eff / n) / (n + 4.0 + 2.0 * mu_eff / n),
            c_1,
            c_mu: rank_mu.min(1.0 - c_1),
            chi: n.sqrt() * (1.0 - 1.0 / (4.0 * n) + 1.0 / (21.0 * n * n)),
        }
    }

    /// Candidates of the next generation, in the unit cube.
    pub fn ask(&mut self) -> Vec<Vec<f64>> {
        let n = self.mean.len();
        let eigen = SymmetricEigen::new(self.covariance.clone());
        let scales = eigen.eigenvalues.map(|value| value.max(0.0).sqrt());
        self.asked = (0..self.lambda as u64)
            .map(|number| {
                let mut rng = KeyedRng::new(self.seed, Purpose::Search, self.generation, number);
                let z = DVector::from_fn(n, |k, _| rng.normal() * scales[k]);
                &self.mean + (&eigen.eigenvectors * z) * self.sigma
            })
            .collect();
        let mirrored = self
            .asked
            .iter()
            .map(|own| own.iter().map(|x| mirror(*x)).collect());
        mirrored.collect()
    }

    /// Takes the costs of the candidates that were asked for last; NaN counts as the worst.
    pub fn tell(&mut self, costs: &[f64]) {
        let mut order: Vec<usize> = (0..self.asked.len().min(costs.len())).collect();
        let cost = |k: usize| {
            if costs[k].is_nan() {
                f64::INFINITY
            } else {
                costs[k]
            }
        };
        order.sort_by(|a, b| cost(*a).total_cmp(&cost(*b)));
        if order.len() < self.weights.len() || self.mean.is_empty() {
            return;
        }
        let n = self.mean.len() as f64;
        let Constants {
            mu_eff,
            c_sigma,
            d_sigma,
            c_c,
            c_1,
            c_mu,
            chi,
        } = self.constants();
        let steps: Vec<DVector<f64>> = order
            .iter()
            .take(self.weights.len())
            .map(|k| (&self.asked[*k] - &self.mean) / self.sigma)
            .collect();
        let zero = DVector::zeros(self.mean.len());
        let both = steps.iter().zip(&self.weights);
        let step = both.fold(zero, |sum, (own, weight)| sum + own * *weight);
        self.mean += &step * self.sigma;

        let eigen = SymmetricEigen::new(self.covariance.clone());
        let inverse = eigen.eigenvalues.map(|value| match value > 0.0 {
            true => 1.0 / value.sqrt(),
            false => 0.0,
        });
        let turned = eigen.eigenvectors.transpose() * &step;
        let whitened = &eigen.eigenvectors * turned.component_mul(&inverse);
        self.path_sigma = &self.path_sigma * (1.0 - c_sigma)
            + whitened * (c_sigma * (2.0 - c_sigma) * mu_eff).sqrt();
        let length = self.path_sigma.norm();
        self.generation += 1;
        let decay = 1.0 - num::pow(1.0 - c_sigma, 2.0 * self.generation as f64);
        let moves = length / decay.sqrt() < (1.4 + 2.0 / (n + 1.0)) * chi;
        let h = f64::from(u8::from(moves));
        self.path_c =
            &self.path_c * (1.0 - c_c) + &step * (h * (c_c * (2.0 - c_c) * mu_eff).sqrt());
        let lost = (1.0 - h) * c_c * (2.0 - c_c);
        let kept = 1.0 + c_1 * lost - c_1 - c_mu;
        let mut covariance = &self.covariance * kept + &self.path_c * self.path_c.transpose() * c_1;
        for (own, weight) in steps.iter().zip(&self.weights) {
            covariance += own * own.transpose() * (c_mu * weight);
        }
        // Rounding must not make it asymmetric.
        self.covariance = (&covariance + covariance.transpose()) * 0.5;
        let grows = (c_sigma / d_sigma) * (length / chi - 1.0);
        self.sigma = (self.sigma * num::exp(grows)).clamp(1e-12, 1.0);
    }

    /// The step size as a share of the cube's side, times the longest axis of the candidates.
    #[must_use]
    pub fn spread(&self) -> f64 {
        let largest = (0..self.mean.len()).map(|k| self.covariance[(k, k)]);
        self.sigma * largest.fold(0.0, f64::max).sqrt()
    }
}

/// A coordinate mirrored at the sides of the unit interval until it lies within.
#[must_use]
pub fn mirror(x: f64) -> f64 {
    if !x.is_finite() {
        return 0.5;
    }
    let turn = x.rem_euclid(2.0);
    if turn > 1.0 { 2.0 - turn } else { turn }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solve(
        cost: impl Fn(&[f64]) -> f64,
        n: usize,
        seed: u64,
        generations: usize,
    ) -> (Vec<f64>, f64) {
        let mut own = CmaEs::new(&vec![0.5; n], 0.3, None, seed);
        let mut best = (Vec::new(), f64::INFINITY);
        for _ in 0..generations {
            let asked = own.ask();
            let costs: Vec<f64> = asked.iter().map(|x| cost(x)).collect();
            for (x, cost) in asked.iter().zip(&costs) {
                if *cost < best.1 {
                    best = (x.clone(), *cost);
                }
            }
            own.tell(&costs);
        }
        best
    }

    #[test]
    fn it_finds_minima_of_bent_valleys_and_of_corners() {
        // Rosenbrock's valley on [-2, 2]², the minimum at (1, 1).
        let rosenbrock = |x: &[f64]| {
            let (a, b) = (4.0 * x[0] - 2.0, 4.0 * x[1] - 2.0);
            (1.0 - a) * (1.0 - a) + 100.0 * (b - a * a) * (b - a * a)
        };
        for seed in 1..=5 {
            let (at, cost) = solve(rosenbrock, 2, seed, 150);
            assert!(cost < 1e-8, "seed {seed}: {cost} at {at:?}");
            assert!((at[0] - 0.75).abs() < 1e-3 && (at[1] - 0.75).abs() < 1e-3);
        }
        let corner = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>();
        assert!(solve(corner, 5, 3, 200).1 < 1e-9);
        // An ellipsoid whose axes differ by a thousand.
        let narrow = |x: &[f64]| {
            let axes = x.iter().enumerate();
            axes.map(|(k, x)| num::pow(10.0, k as f64) * (x - 0.3) * (x - 0.3))
                .sum::<f64>()
        };
        assert!(solve(narrow, 4, 9, 200).1 < 1e-8);
    }

    #[test]
    fn the_same_seed_gives_the_same_search_and_nan_is_the_worst() {
        let cost = |x: &[f64]| {
            if x[0] > 0.8 {
                f64::NAN
            } else {
                (x[0] - 0.6).abs()
            }
        };
        let (first, second) = (solve(cost, 1, 4, 40), solve(cost, 1, 4, 40));
        assert_eq!(first, second);
        assert!(first.1 < 1e-4, "{first:?}");
        assert_ne!(first, solve(cost, 1, 5, 40));
    }

    #[test]
    fn coordinates_are_mirrored_into_the_cube() {
        for (x, expected) in [
            (0.25, 0.25),
            (1.25, 0.75),
            (-0.25, 0.25),
            (2.5, 0.5),
            (f64::NAN, 0.5),
        ] {
            assert_eq!(mirror(x), expected);
        }
    }
}
