//! Stationary covariances of noisy linear dynamics.
//!
//! Discrete: x' = A x + e with e ~ N(0, Q) has Σ = A Σ Aᵀ + Q = Σ_k Aᵏ Q (Aᵏ)ᵀ, summed by doubling
//! (Smith, SIAM J. Appl. Math. 16, 1968). Continuous: dx = J x dt + B dW has J Σ + Σ Jᵀ + B Bᵀ = 0,
//! which the Cayley transform A = (I − hJ)⁻¹ (I + hJ), Q = 2h (I − hJ)⁻¹ B Bᵀ (I − hJ)⁻ᵀ turns into
//! a discrete one with the same Σ.

use nalgebra::DMatrix;

use crate::base::num;
use crate::phi::work::Budget;

use super::error::GaussError;
use super::linear::{Charged, multiply_transposed, solve_general, sum, symmetric_part};
use super::system::GaussianSystem;

/// Doublings that are tried: 2⁶⁰ terms of the sum.
const DOUBLINGS_MAX: usize = 60;
/// Squarings behind a spectral radius: its relative error is ln(condition) / 2⁴⁸.
const SQUARINGS: usize = 48;

/// The stationary past and present, `lag` steps apart, of x' = A x + e.
///
/// `a` is n × n, row = target; `noise` is the covariance Q of e. Cov_XY = Σ (Aᵀ)^lag.
///
/// # Errors
/// When shapes differ, the spectral radius of A is not below 1, or Σ is not positive definite.
pub fn stationary_map(
    a: &DMatrix<f64>,
    noise: &DMatrix<f64>,
    lag: u32,
) -> Result<GaussianSystem, GaussError> {
    square("A", a, a.nrows())?;
    square("the covariance of the noise", noise, a.nrows())?;
    let radius = spectral_radius(a);
    if radius >= 1.0 || radius.is_nan() {
        return Err(GaussError::UnstableMap { radius });
    }
    let mut budget = Budget::unlimited();
    let cov = doubled(a, noise, &mut Charged(&mut budget))?;
    let cov = cov.ok_or(GaussError::UnstableMap { radius })?;
    let mut cross = cov.clone();
    for _ in 0..lag {
        cross = multiply_transposed(&cross, a);
    }
    GaussianSystem::new(cov.clone(), cross, cov)
}

/// The stationary past and present, `lag` time units apart, of dx = J x dt + B dW.
///
/// `j` is n × n, row = target, 1/time; `b` is n × (any), its rows as those of `j`.
/// Cov_XY = Σ exp(Jᵀ lag).
///
/// # Errors
/// When shapes differ, an eigenvalue of J has a real part that is not below 0, or Σ is not
/// positive definite.
pub fn stationary_flow(
    j: &DMatrix<f64>,
    b: &DMatrix<f64>,
    lag: f64,
) -> Result<GaussianSystem, GaussError> {
    stationary_flow_within(j, b, lag, &mut Budget::unlimited())
}

/// Least work of [`stationary_flow_within`] of so many variables, in operations: what it takes even
/// where the sum of the covariance settles at once.
#[must_use]
pub fn flow_work(variables: usize) -> u64 {
    // 48 squarings and 20 products for the abscissa, an elimination, four products, 20 for the lag.
    (variables as u64).saturating_pow(3).saturating_mul(96)
}

/// [`stationary_flow`], charged to a budget: one operation for each pair of numbers that is
/// multiplied, in matrices of n × n.
///
/// # Errors
/// As [`stationary_flow`], and when the budget ends.
pub fn stationary_flow_within(
    j: &DMatrix<f64>,
    b: &DMatrix<f64>,
    lag: f64,
    budget: &mut Budget<'_>,
) -> Result<GaussianSystem, GaussError> {
    let mut charged = Charged(budget);
    let n = j.nrows();
    square("J", j, n)?;
    if b.nrows() != n || b.iter().any(|x| !x.is_finite()) {
        return Err(GaussError::Shape {
            what: "B",
            rows: b.nrows(),
            columns: b.ncols(),
            expected_rows: n,
            expected_columns: b.ncols(),
        });
    }
    if !(lag >= 0.0 && lag.is_finite()) {
        return Err(GaussError::Parameter {
            name: "lag",
            value: lag,
            expected: "a finite time, not below 0",
        });
    }
    let abscissa = abscissa_within(j, &mut charged)?;
    let unstable = GaussError::UnstableFlow { abscissa };
    if abscissa >= 0.0 || abscissa.is_nan() {
        return Err(unstable);
    }
    charged.spend(4 * n * n * n)?;
    let h = 1.0 / norm_one(j).max(f64::MIN_POSITIVE);
    let unit = DMatrix::<f64>::identity(n, n);
    let minus = DMatrix::from_fn(n, n, |i, k| unit[(i, k)] - h * j[(i, k)]);
    let plus = DMatrix::from_fn(n, n, |i, k| unit[(i, k)] + h * j[(i, k)]);
    let (Some(a), Some(drive)) = (solve_general(&minus, &plus), solve_general(&minus, b)) else {
        return Err(unstable);
    };
    let noise = multiply_transposed(&drive, &drive).map(|x| 2.0 * h * x);
    let cov = doubled(&a, &noise, &mut charged)?.ok_or(unstable)?;
    let step = exponential_within(&j.map(|x| x * lag), &mut charged)?;
    let cross = multiply_transposed(&cov, &step);
    GaussianSystem::new(cov.clone(), cross, cov)
}

/// Largest modulus of an eigenvalue, as the limit of ‖A^m‖^(1/m) over m = 2, 4, 8 … (Gelfand);
/// 0 for an empty matrix. Unlike an iteration for all eigenvalues it always ends.
#[must_use]
pub fn spectral_radius(a: &DMatrix<f64>) -> f64 {
    let mut budget = Budget::unlimited();
    // Without a limit there is always one.
    radius_within(a, &mut Charged(&mut budget)).unwrap_or(f64::NAN)
}

fn radius_within(a: &DMatrix<f64>, charged: &mut Charged<'_, '_>) -> Result<f64, GaussError> {
    let mut power = a.clone();
    let mut log_norm = 0.0;
    let mut share = 1.0;
    for _ in 0..SQUARINGS {
        let norm = norm_one(&power);
        if norm == 0.0 {
            return Ok(0.0);
        }
        if !norm.is_finite() {
            return Ok(norm);
        }
        log_norm += share * num::ln(norm);
        power = power.map(|x| x / norm);
        power = charged.multiply(&power, &power)?;
        share *= 0.5;
    }
    Ok(num::exp(log_norm))
}

/// Largest real part of an eigenvalue, as the logarithm of the spectral radius of exp(J); −∞ for
/// an empty matrix.
#[must_use]
pub fn spectral_abscissa(j: &DMatrix<f64>) -> f64 {
    let mut budget = Budget::unlimited();
    abscissa_within(j, &mut Charged(&mut budget)).unwrap_or(f64::NAN)
}

fn abscissa_within(j: &DMatrix<f64>, charged: &mut Charged<'_, '_>) -> Result<f64, GaussError> {
    let norm = norm_one(j);
    if norm.is_nan() {
        return Ok(norm);
    }
    if j.is_empty() {
        return Ok(f64::NEG_INFINITY);
    }
    if norm == 0.0 || norm.is_infinite() {
        return Ok(norm);
    }
    let step = exponential_within(&j.map(|x| x / norm), charged)?;
    Ok(norm * num::ln(radius_within(&step, charged)?))
}

/// exp(M) by scaling, a Taylor sum to order 18 of a matrix of norm at most ½ (remainder below
/// 2⁻⁷⁵), and squaring.
#[must_use]
pub fn exponential(m: &DMatrix<f64>) -> DMatrix<f64> {
    let mut budget = Budget::unlimited();
    let found = exponential_within(m, &mut Charged(&mut budget));
    found.unwrap_or_else(|_| m.map(|_| f64::NAN))
}

fn exponential_within(
    m: &DMatrix<f64>,
    charged: &mut Charged<'_, '_>,
) -> Result<DMatrix<f64>, GaussError> {
    let n = m.nrows();
    let mut scale = 1.0;
    let mut squarings = 0;
    let norm = norm_one(m);
    while norm * scale > 0.5 && squarings < 1000 {
        scale *= 0.5;
        squarings += 1;
    }
    let small = m.map(|x| x * scale);
    let mut total = DMatrix::identity(n, n);
    for order in (1..=18).rev() {
        let scaled = charged
            .multiply(&small, &total)?
            .map(|x| x / f64::from(order));
        total = sum(&DMatrix::identity(n, n), &scaled);
    }
    for _ in 0..squarings {
        total = charged.multiply(&total, &total)?;
    }
    Ok(total)
}

/// Σ_k Aᵏ Q (Aᵏ)ᵀ; `None` when it does not settle.
fn doubled(
    a: &DMatrix<f64>,
    noise: &DMatrix<f64>,
    charged: &mut Charged<'_, '_>,
) -> Result<Option<DMatrix<f64>>, GaussError> {
    let mut power = a.clone();
    let mut total = symmetric_part(noise);
    for _ in 0..DOUBLINGS_MAX {
        let image = charged.multiply(&power, &total)?;
        let more = charged.multiply_transposed(&image, &power)?;
        let settled = more.amax() <= 1e-18 * total.amax();
        total = symmetric_part(&sum(&total, &more));
        if !total.amax().is_finite() {
            return Ok(None);
        }
        if settled {
            return Ok(Some(total));
        }
        power = charged.multiply(&power, &power)?;
    }
    Ok(None)
}

fn square(what: &'static str, m: &DMatrix<f64>, n: usize) -> Result<(), GaussError> {
    if m.shape() != (n, n) || n == 0 {
        return Err(GaussError::Shape {
            what,
            rows: m.nrows(),
            columns: m.ncols(),
            expected_rows: n.max(1),
            expected_columns: n.max(1),
        });
    }
    for k in 0..n * n {
        if !m.as_slice()[k].is_finite() {
            return Err(GaussError::NonFiniteEntry {
                what,
                row: k % n,
                column: k / n,
            });
        }
    }
    Ok(())
}

/// Greatest sum of moduli in a column.
fn norm_one(m: &DMatrix<f64>) -> f64 {
    let sums = (0..m.ncols()).map(|k| m.column(k).iter().map(|x| x.abs()).sum());
    sums.fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_unit_has_the_closed_form() {
        let a = DMatrix::from_element(1, 1, 0.8);
        let q = DMatrix::from_element(1, 1, 0.5);
        let system = stationary_map(&a, &q, 3).unwrap();
        let expected = 0.5 / (1.0 - 0.64);
        assert!((system.cov_x()[(0, 0)] - expected).abs() < 1e-14);
        assert!((system.cov_xy().unwrap()[(0, 0)] - expected * 0.512).abs() < 1e-14);

        let j = DMatrix::from_element(1, 1, -2.0);
        let b = DMatrix::from_element(1, 1, 3.0);
        let flow = stationary_flow(&j, &b, 0.25).unwrap();
        assert!((flow.cov_x()[(0, 0)] - 9.0 / 4.0).abs() < 1e-14);
        let lagged = flow.cov_xy().unwrap()[(0, 0)];
        assert!((lagged - 2.25 * num::exp(-0.5)).abs() < 1e-14);
    }

    #[test]
    fn a_flow_satisfies_its_equation() {
        let j = DMatrix::from_row_slice(3, 3, &[-1.0, 2.0, 0.1, -2.0, -0.5, 0.3, 0.0, 0.7, -4.0]);
        let b = DMatrix::from_row_slice(3, 2, &[1.0, 0.0, 0.2, 1.5, 0.3, -0.4]);
        let system = stationary_flow(&j, &b, 0.1).unwrap();
        let s = system.cov_x();
        let rest = &j * s + s * j.transpose() + &b * b.transpose();
        assert!(rest.amax() < 1e-12, "{rest}");
        let step = exponential(&(&j * 0.1));
        let twice = exponential(&(&j * 0.2));
        assert!((&step * &step - twice).amax() < 1e-14);
    }

    #[test]
    fn rotation_is_the_exponential_of_its_generator() {
        let turn = DMatrix::from_row_slice(2, 2, &[0.0, -7.0, 7.0, 0.0]);
        let (s, c) = num::sin_cos(7.0);
        let expected = DMatrix::from_row_slice(2, 2, &[c, -s, s, c]);
        assert!((exponential(&turn) - expected).amax() < 1e-13);
    }

    #[test]
    fn what_is_unstable_says_how_far() {
        let unit = DMatrix::identity(2, 2);
        let a = DMatrix::from_row_slice(2, 2, &[0.0, -1.25, 1.25, 0.0]);
        let GaussError::UnstableMap { radius } = stationary_map(&a, &unit, 1).unwrap_err() else {
            panic!();
        };
        assert!((radius - 1.25).abs() < 1e-12);
        let flow = stationary_flow(&DMatrix::from_element(1, 1, 0.5), &unit, 1.0);
        assert!(flow.is_err());
        let j = DMatrix::from_row_slice(2, 2, &[0.5, 0.0, 0.0, -1.0]);
        let refused = stationary_flow(&j, &unit, 1.0).unwrap_err();
        let GaussError::UnstableFlow { abscissa } = refused else {
            panic!();
        };
        assert!((abscissa - 0.5).abs() < 1e-12);
        // A cycle of three, on which shifted iterations for eigenvalues can run forever.
        let cycle = DMatrix::from_row_slice(3, 3, &[0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
        assert!((spectral_radius(&cycle) - 1.0).abs() < 1e-12);
        let nilpotent = DMatrix::from_row_slice(2, 2, &[0.0, 5.0, 0.0, 0.0]);
        assert_eq!(spectral_radius(&nilpotent), 0.0);
        assert_eq!(spectral_radius(&DMatrix::zeros(0, 0)), 0.0);
    }
}
