//! Random stable systems, for tests and for measuring speed.

use nalgebra::DMatrix;

use super::draws::{Draw, stream};
use super::error::GaussError;
use super::linear::multiply_transposed;
use super::lyapunov::{spectral_radius, stationary_map};
use super::system::GaussianSystem;

/// A stationary system x' = A x + e of `units` units, one step apart: A has normal entries and
/// spectral radius 0.8, the noise a covariance I + B Bᵀ / n with normal B. The same `seed` gives
/// the same system.
///
/// # Errors
/// When there are no units.
pub fn random_system(units: usize, seed: u64) -> Result<GaussianSystem, GaussError> {
    let draw = |matrix: u64| {
        let mut rng = stream(seed, Draw::Start, u64::MAX - matrix);
        DMatrix::from_fn(units, units, |_, _| rng.normal())
    };
    let a = draw(0);
    let scale = 0.8 / spectral_radius(&a).max(1e-6);
    let root = draw(1);
    let noise = multiply_transposed(&root, &root).map(|x| x / units as f64);
    let noise = noise + DMatrix::identity(units, units);
    stationary_map(&a.map(|x| x * scale), &noise, 1)
}

/// The same with independent noise and a share `density` of the connections; some units may be
/// apart from all others.
///
/// # Errors
/// When there are no units.
pub fn sparse_system(units: usize, density: f64, seed: u64) -> Result<GaussianSystem, GaussError> {
    let mut rng = stream(seed, Draw::Start, u64::MAX - 2);
    let a = DMatrix::from_fn(units, units, |i, j| {
        let (chance, weight) = (rng.uniform(), rng.normal());
        if i == j || chance < density {
            weight
        } else {
            0.0
        }
    });
    let scale = 0.9 / spectral_radius(&a).max(0.1);
    stationary_map(&a.map(|x| x * scale), &DMatrix::identity(units, units), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_repeat_by_seed() {
        assert_eq!(random_system(4, 1), random_system(4, 1));
        assert_ne!(random_system(4, 1), random_system(4, 2));
        assert!(random_system(0, 1).is_err());
    }
}
