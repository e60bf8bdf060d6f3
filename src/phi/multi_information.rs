//! Multi-information across a bipartition of a Gaussian system.
//!
//! For S and its complement: f(S) = H(S) + H(S̄) − H(all) = ½ ln (det Σ_S · det Σ_S̄ / det Σ), the
//! mutual information of the two sides in nats (MI1 of Kitazono, Kanai & Oizumi 2018). Since
//! det Σ_S̄ = det Σ · det Λ_S with Λ = Σ⁻¹, it is f(S) = ½ (ln det Σ_S + ln det Λ_S): two principal
//! minors of the same rows.

use nalgebra::DMatrix;

use crate::base::num;

/// A covariance with its inverse.
#[derive(Clone, Debug)]
pub struct GaussianSystem {
    /// Σ.
    pub covariance: DMatrix<f64>,
    /// Σ⁻¹.
    pub precision: DMatrix<f64>,
}

impl GaussianSystem {
    /// A system with this covariance; `None` when it is not positive definite beyond rounding: a
    /// pivot of its Cholesky factor must exceed 1e-12 of its variance, or the logarithm of a
    /// determinant would be one of rounding.
    #[must_use]
    pub fn new(covariance: DMatrix<f64>) -> Option<Self> {
        let factor = covariance.clone().cholesky()?;
        let l = factor.l_dirty();
        let sound = (0..l.nrows()).all(|k| l[(k, k)] * l[(k, k)] > 1e-12 * covariance[(k, k)]);
        let precision = sound.then(|| factor.inverse())?;
        Some(Self {
            covariance,
            precision,
        })
    }

    /// Number of units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.covariance.nrows()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The system of some units alone.
    #[must_use]
    pub fn subsystem(&self, units: &[usize]) -> Option<Self> {
        Self::new(minor(&self.covariance, units))
    }

    /// f(S) in nats, not below 0; `None` when a minor is not positive definite.
    #[must_use]
    pub fn across(&self, side: &[usize]) -> Option<f64> {
        let own = log_det(&minor(&self.covariance, side))?;
        let rest = log_det(&minor(&self.precision, side))?;
        Some((0.5 * (own + rest)).max(0.0))
    }
}

/// The rows and columns `units` of a matrix.
#[must_use]
pub fn minor(matrix: &DMatrix<f64>, units: &[usize]) -> DMatrix<f64> {
    DMatrix::from_fn(units.len(), units.len(), |i, j| {
        matrix[(units[i], units[j])]
    })
}

/// ln det of a positive definite matrix.
#[must_use]
pub fn log_det(matrix: &DMatrix<f64>) -> Option<f64> {
    if matrix.nrows() == 1 {
        return (matrix[(0, 0)] > 0.0).then(|| num::ln(matrix[(0, 0)]));
    }
    let factor = matrix.clone().cholesky()?;
    let l = factor.l_dirty();
    Some(2.0 * (0..l.nrows()).map(|k| num::ln(l[(k, k)])).sum::<f64>())
}
