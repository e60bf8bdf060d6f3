//! Dense linear algebra in one fixed order of operations.
//!
//! Plain loops over columns, so that every result is the same bits on any number of threads and
//! whatever vector instructions the machine has.

use nalgebra::DMatrix;

use crate::base::num;
use crate::phi::work::Budget;

use super::error::GaussError;

/// Least pivot of a Cholesky factor, as a share of its variance: below it, the logarithm of a
/// determinant would be one of rounding.
pub(crate) const PIVOT_SHARE_MIN: f64 = 1e-13;

/// y ← y + c x.
#[inline]
pub(crate) fn add_scaled(y: &mut [f64], c: f64, x: &[f64]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += c * x;
    }
}

/// Σ xᵢ yᵢ in four interleaved sums.
#[inline]
pub(crate) fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (xs, ys) = (x.chunks_exact(4), y.chunks_exact(4));
    let mut rest = 0.0;
    for (a, b) in xs.remainder().iter().zip(ys.remainder()) {
        rest += a * b;
    }
    for (a, b) in xs.zip(ys) {
        for k in 0..4 {
            sums[k] += a[k] * b[k];
        }
    }
    (sums[0] + sums[2]) + (sums[1] + sums[3]) + rest
}

/// Column `j` of a matrix.
#[inline]
pub(crate) fn column(matrix: &DMatrix<f64>, j: usize) -> &[f64] {
    let rows = matrix.nrows();
    &matrix.as_slice()[j * rows..(j + 1) * rows]
}

/// Column `j` of a matrix, to be written.
#[inline]
pub(crate) fn column_mut(matrix: &mut DMatrix<f64>, j: usize) -> &mut [f64] {
    let rows = matrix.nrows();
    &mut matrix.as_mut_slice()[j * rows..(j + 1) * rows]
}

/// A B.
pub(crate) fn multiply(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    let mut out = DMatrix::zeros(a.nrows(), b.ncols());
    (0..b.ncols()).for_each(|j| multiply_column(a, b, j, &mut out));
    out
}

fn multiply_column(a: &DMatrix<f64>, b: &DMatrix<f64>, j: usize, out: &mut DMatrix<f64>) {
    let target = column_mut(out, j);
    for (k, c) in column(b, j).iter().enumerate() {
        add_scaled(target, *c, column(a, k));
    }
}

/// A Bᵀ.
pub(crate) fn multiply_transposed(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    let mut out = DMatrix::zeros(a.nrows(), b.nrows());
    (0..b.nrows()).for_each(|j| multiply_transposed_column(a, b, j, &mut out));
    out
}

fn multiply_transposed_column(
    a: &DMatrix<f64>,
    b: &DMatrix<f64>,
    j: usize,
    out: &mut DMatrix<f64>,
) {
    let target = column_mut(out, j);
    for k in 0..a.ncols() {
        add_scaled(target, b[(j, k)], column(a, k));
    }
}

/// Products of large matrices, charged column by column.
#[derive(Debug)]
pub(crate) struct Charged<'a, 'b>(pub &'a mut Budget<'b>);

impl Charged<'_, '_> {
    /// Charges operations.
    pub(crate) fn spend(&mut self, operations: usize) -> Result<(), GaussError> {
        if self.0.spend(operations as u64) {
            return Ok(());
        }
        let spent = self.0.spent();
        Err(GaussError::Ended { spent })
    }

    /// A B.
    pub(crate) fn multiply(
        &mut self,
        a: &DMatrix<f64>,
        b: &DMatrix<f64>,
    ) -> Result<DMatrix<f64>, GaussError> {
        let mut out = DMatrix::zeros(a.nrows(), b.ncols());
        for j in 0..b.ncols() {
            self.spend(a.len())?;
            multiply_column(a, b, j, &mut out);
        }
        Ok(out)
    }

    /// A Bᵀ.
    pub(crate) fn multiply_transposed(
        &mut self,
        a: &DMatrix<f64>,
        b: &DMatrix<f64>,
    ) -> Result<DMatrix<f64>, GaussError> {
        let mut out = DMatrix::zeros(a.nrows(), b.nrows());
        for j in 0..b.nrows() {
            self.spend(a.len())?;
            multiply_transposed_column(a, b, j, &mut out);
        }
        Ok(out)
    }
}

/// Aᵀ B.
pub(crate) fn transposed_multiply(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    let mut out = DMatrix::zeros(a.ncols(), b.ncols());
    for j in 0..b.ncols() {
        for i in 0..a.ncols() {
            out[(i, j)] = dot(column(a, i), column(b, j));
        }
    }
    out
}

/// The rows `rows` and columns `columns` of a matrix.
pub(crate) fn block(matrix: &DMatrix<f64>, rows: &[usize], columns: &[usize]) -> DMatrix<f64> {
    DMatrix::from_fn(rows.len(), columns.len(), |i, j| {
        matrix[(rows[i], columns[j])]
    })
}

/// The rows and columns `units` of a matrix.
pub(crate) fn minor(matrix: &DMatrix<f64>, units: &[usize]) -> DMatrix<f64> {
    block(matrix, units, units)
}

/// A + B.
pub(crate) fn sum(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    a.zip_map(b, |x, y| x + y)
}

/// A − B.
pub(crate) fn difference(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    a.zip_map(b, |x, y| x - y)
}

/// (A + Aᵀ) / 2.
pub(crate) fn symmetric_part(a: &DMatrix<f64>) -> DMatrix<f64> {
    DMatrix::from_fn(a.nrows(), a.ncols(), |i, j| 0.5 * (a[(i, j)] + a[(j, i)]))
}

/// A Cholesky factor L with L Lᵀ = M.
#[derive(Clone, Debug)]
pub(crate) struct Factor {
    /// L; zero above the diagonal.
    pub lower: DMatrix<f64>,
}

impl Factor {
    /// The factor of a symmetric matrix, of which the lower half is read; `None` when a pivot is
    /// not a positive share of its diagonal entry.
    pub(crate) fn new(matrix: &DMatrix<f64>) -> Option<Self> {
        let n = matrix.nrows();
        let mut lower = DMatrix::zeros(n, n);
        let slots = lower.as_mut_slice();
        for j in 0..n {
            let (done, rest) = slots.split_at_mut(j * n);
            let target = &mut rest[j..n];
            target.copy_from_slice(&column(matrix, j)[j..]);
            for k in 0..j {
                let source = &done[k * n + j..(k + 1) * n];
                add_scaled(target, -source[0], source);
            }
            let pivot = target[0];
            let least = PIVOT_SHARE_MIN * matrix[(j, j)];
            if pivot.is_nan() || pivot <= least || pivot <= 0.0 || pivot.is_infinite() {
                return None;
            }
            let root = pivot.sqrt();
            target[0] = root;
            for entry in &mut target[1..] {
                *entry /= root;
            }
        }
        Some(Self { lower })
    }

    /// Rows.
    pub(crate) fn len(&self) -> usize {
        self.lower.nrows()
    }

    /// ln det M.
    pub(crate) fn log_det(&self) -> f64 {
        let logs = (0..self.len()).map(|k| num::ln(self.lower[(k, k)]));
        2.0 * logs.sum::<f64>()
    }

    /// L⁻¹ B, in place.
    pub(crate) fn forward(&self, b: &mut DMatrix<f64>) {
        let n = self.len();
        for j in 0..b.ncols() {
            let x = column_mut(b, j);
            for k in 0..n {
                let own = column(&self.lower, k);
                let value = x[k] / own[k];
                x[k] = value;
                add_scaled(&mut x[k + 1..], -value, &own[k + 1..]);
            }
        }
    }

    /// L⁻ᵀ B, in place.
    pub(crate) fn backward(&self, b: &mut DMatrix<f64>) {
        let n = self.len();
        for j in 0..b.ncols() {
            let x = column_mut(b, j);
            for k in (0..n).rev() {
                let own = column(&self.lower, k);
                x[k] = (x[k] - dot(&own[k + 1..], &x[k + 1..])) / own[k];
            }
        }
    }

    /// M⁻¹ B.
    pub(crate) fn solve(&self, b: &DMatrix<f64>) -> DMatrix<f64> {
        let mut x = b.clone();
        self.forward(&mut x);
        self.backward(&mut x);
        x
    }

    /// M⁻¹, exactly symmetric.
    pub(crate) fn inverse(&self) -> DMatrix<f64> {
        let n = self.len();
        let mut inverse = DMatrix::identity(n, n);
        self.forward(&mut inverse);
        let root = inverse.transpose();
        let full = multiply_transposed(&root, &root);
        symmetric_part(&full)
    }
}

/// X with A X = B by elimination with row pivots; `None` when A is singular.
pub(crate) fn solve_general(a: &DMatrix<f64>, b: &DMatrix<f64>) -> Option<DMatrix<f64>> {
    let n = a.nrows();
    let (mut a, mut b) = (a.clone(), b.clone());
    for k in 0..n {
        let mut best = k;
        for i in k + 1..n {
            if a[(i, k)].abs() > a[(best, k)].abs() {
                best = i;
            }
        }
        if a[(best, k)] == 0.0 || !a[(best, k)].is_finite() {
            return None;
        }
        a.swap_rows(k, best);
        b.swap_rows(k, best);
        for i in k + 1..n {
            let factor = a[(i, k)] / a[(k, k)];
            for j in k..n {
                let entry = a[(k, j)];
                a[(i, j)] -= factor * entry;
            }
            for j in 0..b.ncols() {
                let entry = b[(k, j)];
                b[(i, j)] -= factor * entry;
            }
        }
    }
    for j in 0..b.ncols() {
        for k in (0..n).rev() {
            let mut value = b[(k, j)];
            for i in k + 1..n {
                value -= a[(k, i)] * b[(i, j)];
            }
            b[(k, j)] = value / a[(k, k)];
        }
    }
    Some(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn square(n: usize, seed: &[f64]) -> DMatrix<f64> {
        DMatrix::from_fn(n, n, |i, j| seed[(i * n + j) % seed.len()])
    }

    proptest! {
        #[test]
        fn a_factor_solves_and_inverts(
            n in 1usize..8,
            seed in prop::collection::vec(-1.0..1.0f64, 64),
        ) {
            let root = square(n, &seed);
            let matrix = multiply_transposed(&root, &root) + DMatrix::identity(n, n) * 0.1;
            let factor = Factor::new(&matrix).unwrap();
            let unit = multiply(&matrix, &factor.inverse());
            let error = (unit - DMatrix::identity(n, n)).abs().max();
            prop_assert!(error < 1e-10, "{}", error);
            let expected = num::ln(matrix.determinant());
            prop_assert!((factor.log_det() - expected).abs() < 1e-9);
            let x = solve_general(&matrix, &root).unwrap();
            prop_assert!((multiply(&matrix, &x) - &root).abs().max() < 1e-9);
            prop_assert!((factor.solve(&root) - x).abs().max() < 1e-8);
        }

        #[test]
        fn products_agree_with_the_library(
            n in 1usize..9,
            seed in prop::collection::vec(-1.0..1.0f64, 81),
        ) {
            let (a, b) = (square(n, &seed), square(n, &seed[1..]));
            prop_assert!((multiply(&a, &b) - &a * &b).abs().max() < 1e-12);
            prop_assert!((multiply_transposed(&a, &b) - &a * b.transpose()).abs().max() < 1e-12);
            prop_assert!((transposed_multiply(&a, &b) - a.transpose() * &b).abs().max() < 1e-12);
        }
    }

    #[test]
    fn rounding_is_not_taken_for_rank() {
        let matrix = DMatrix::from_row_slice(2, 2, &[1.0, 1.0, 1.0, 1.0 + 1e-15]);
        assert!(Factor::new(&matrix).is_none());
        assert!(Factor::new(&DMatrix::from_element(1, 1, f64::NAN)).is_none());
    }
}
