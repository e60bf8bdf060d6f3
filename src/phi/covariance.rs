//! Covariance of a window of units.

use nalgebra::DMatrix;
use thiserror::Error;

/// Why a window of samples cannot be used.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum WindowError {
    /// A unit has samples that are not finite.
    #[error("unit {unit} has a sample that is not finite, expected numbers throughout the window")]
    NonFinite {
        /// The unit.
        unit: usize,
    },
    /// Units have different numbers of samples, or fewer than two.
    #[error("unit {unit} has {found} samples, expected {expected}, at least 2")]
    Length {
        /// The unit.
        unit: usize,
        /// Its samples.
        found: usize,
        /// Samples of the first unit.
        expected: usize,
    },
    /// The matrix has no Cholesky factor.
    #[error(
        "the covariance of {units} units is not positive definite ({samples} samples); expected \
         more samples than units, no unit that is a sum of others, or phi.shrinkage > 0"
    )]
    Singular {
        /// Units.
        units: usize,
        /// Samples.
        samples: usize,
    },
}

/// The correlation matrix of units (one series each), shrunk towards the identity:
/// (1 − λ) C + λ I. Φ in nats does not depend on the units' scales, so correlations serve.
///
/// # Errors
/// When series are unequal, too short, or not finite.
pub fn correlation(samples: &[Vec<f64>], shrinkage: f64) -> Result<DMatrix<f64>, WindowError> {
    let n = samples.len();
    let count = samples.first().map_or(0, Vec::len);
    let mut scaled: Vec<Vec<f64>> = Vec::with_capacity(n);
    for (unit, series) in samples.iter().enumerate() {
        if series.len() != count || count < 2 {
            return Err(WindowError::Length {
                unit,
                found: series.len(),
                expected: count,
            });
        }
        if series.iter().any(|x| !x.is_finite()) {
            return Err(WindowError::NonFinite { unit });
        }
        scaled.push(standardize(series));
    }
    let mut matrix = DMatrix::identity(n, n);
    for i in 0..n {
        for j in 0..i {
            let sum: f64 = scaled[i].iter().zip(&scaled[j]).map(|(x, y)| x * y).sum();
            let entry = (1.0 - shrinkage) * sum;
            matrix[(i, j)] = entry;
            matrix[(j, i)] = entry;
        }
    }
    Ok(matrix)
}

/// The series minus its mean, at unit length; zero when it does not vary beyond rounding.
fn standardize(series: &[f64]) -> Vec<f64> {
    let peak = series.iter().fold(0.0f64, |peak, x| peak.max(x.abs()));
    if peak == 0.0 {
        return vec![0.0; series.len()];
    }
    let mean = series.iter().map(|x| x / peak).sum::<f64>() / series.len() as f64;
    let centred: Vec<f64> = series.iter().map(|x| x / peak - mean).collect();
    let spread = centred.iter().fold(0.0f64, |s, x| s.max(x.abs()));
    if spread <= 1e-12 {
        return vec![0.0; series.len()];
    }
    let length = centred.iter().map(|x| x * x).sum::<f64>().sqrt();
    centred.iter().map(|x| x / length).collect()
}

/// Whether a series does not vary beyond rounding.
#[must_use]
pub fn is_constant(series: &[f64]) -> bool {
    series.iter().all(|x| x.is_finite()) && standardize(series).iter().all(|x| *x == 0.0)
}
