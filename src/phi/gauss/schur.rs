//! Conditional covariances under removal of units, one after the other.
//!
//! Removing a row with pivot p and column c leaves M − c cᵀ / p on the other rows: for a covariance
//! the conditional covariance given that row, for its inverse the inverse of the marginal. Only the
//! lower half is kept, row by row, and rows are closed up so that all loops run over neighbours.

use nalgebra::DMatrix;

use crate::base::num;

/// The lower half of a symmetric matrix whose rows can be eliminated.
#[derive(Clone, Debug)]
struct Conditional {
    stride: usize,
    rows: usize,
    entries: Vec<f64>,
    removed: Vec<f64>,
}

impl Conditional {
    fn new(matrix: &DMatrix<f64>) -> Self {
        // The matrix is symmetric: its columns are the rows here.
        Self {
            stride: matrix.nrows(),
            rows: matrix.nrows(),
            entries: matrix.as_slice().to_vec(),
            removed: Vec::new(),
        }
    }

    fn reset(&mut self, whole: &Self) {
        self.rows = whole.rows;
        self.entries.copy_from_slice(&whole.entries);
    }

    #[inline]
    fn at(&self, i: usize, j: usize) -> f64 {
        let (low, high) = if i < j { (i, j) } else { (j, i) };
        self.entries[high * self.stride + low]
    }

    fn eliminate(&mut self, gone: usize) {
        let (stride, rows) = (self.stride, self.rows);
        let mut column = std::mem::take(&mut self.removed);
        column.clear();
        column.extend((0..rows).map(|k| self.at(k, gone)));
        let pivot = column[gone];
        for i in 0..gone {
            let factor = column[i] / pivot;
            let row = &mut self.entries[i * stride..i * stride + i + 1];
            for (entry, c) in row.iter_mut().zip(&column) {
                *entry -= factor * c;
            }
        }
        for i in gone + 1..rows {
            let factor = column[i] / pivot;
            let (above, below) = self.entries.split_at_mut(i * stride);
            let to = &mut above[(i - 1) * stride..(i - 1) * stride + i];
            let from = &below[..=i];
            for ((t, f), c) in to[..gone].iter_mut().zip(from).zip(&column) {
                *t = f - factor * c;
            }
            let tail = from[gone + 1..].iter().zip(&column[gone + 1..]);
            for (t, (f, c)) in to[gone..].iter_mut().zip(tail) {
                *t = f - factor * c;
            }
        }
        self.rows -= 1;
        self.removed = column;
    }
}

/// A matrix M and its inverse under removal of the same units.
#[derive(Clone, Debug)]
pub(crate) struct ConditionalPair {
    per: usize,
    matrix: Conditional,
    inverse: Conditional,
    /// Units that are left, ascending; their rows are in this order.
    left: Vec<usize>,
    scratch: [Vec<f64>; 2],
}

impl ConditionalPair {
    pub(crate) fn new(matrix: &DMatrix<f64>, inverse: &DMatrix<f64>, per: usize) -> Self {
        Self {
            per,
            matrix: Conditional::new(matrix),
            inverse: Conditional::new(inverse),
            left: (0..matrix.nrows() / per).collect(),
            scratch: [Vec::new(), Vec::new()],
        }
    }

    /// Rows of a unit.
    pub(crate) fn per(&self) -> usize {
        self.per
    }

    /// Back to `whole`, from which nothing was removed.
    pub(crate) fn reset(&mut self, whole: &Self) {
        self.matrix.reset(&whole.matrix);
        self.inverse.reset(&whole.inverse);
        self.left.clone_from(&whole.left);
    }

    /// Removes units.
    pub(crate) fn condition(&mut self, units: &[usize]) {
        for unit in units {
            let Ok(place) = self.left.binary_search(unit) else {
                continue;
            };
            for row in (place * self.per..(place + 1) * self.per).rev() {
                self.matrix.eliminate(row);
                self.inverse.eliminate(row);
            }
            self.left.remove(place);
        }
    }

    /// ln (det M(units) · det M⁻¹(units)) of what is left of both.
    pub(crate) fn log_det(&mut self, units: &[usize]) -> f64 {
        if let ([unit], 1) = (units, self.per) {
            let place = self.left.partition_point(|other| other < unit);
            return num::ln(self.matrix.at(place, place) * self.inverse.at(place, place));
        }
        let mut rows = Vec::with_capacity(units.len() * self.per);
        for unit in units {
            let place = self.left.partition_point(|other| other < unit);
            rows.extend(place * self.per..(place + 1) * self.per);
        }
        let [first, second] = &mut self.scratch;
        pivots(&self.matrix, &rows, first);
        pivots(&self.inverse, &rows, second);
        let size = rows.len();
        let mut total = 0.0;
        for k in 0..size {
            total += num::ln(first[k * size + k] * second[k * size + k]);
        }
        total
    }
}

/// Eliminates a minor in place, by rows of its lower half; its pivots end on the diagonal.
fn pivots(matrix: &Conditional, rows: &[usize], scratch: &mut Vec<f64>) {
    let size = rows.len();
    scratch.clear();
    scratch.resize(size * size, 0.0);
    for (i, r) in rows.iter().enumerate() {
        for (j, c) in rows[..=i].iter().enumerate() {
            scratch[i * size + j] = matrix.at(*r, *c);
        }
    }
    // Row by row: entries left of the diagonal become those of L, for M = L D Lᵀ.
    let mut scaled = vec![0.0; size];
    for i in 0..size {
        let (above, below) = scratch.split_at_mut(i * size);
        let row = &mut below[..=i];
        for j in 0..i {
            let other = &above[j * size..j * size + j];
            let value = row[j] - super::linear::dot(&row[..j], other);
            row[j] = value;
        }
        // Now row[j] = L_ij d_j; divide, and take the pivot.
        for j in 0..i {
            scaled[j] = row[j] / above[j * size + j];
        }
        let pivot = row[i] - super::linear::dot(&row[..i], &scaled[..i]);
        row[..i].copy_from_slice(&scaled[..i]);
        row[i] = pivot;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phi::gauss::linear::{Factor, minor};
    use crate::phi::gauss::sample::random_system;

    #[test]
    fn conditional_determinants_are_quotients() {
        let joint = random_system(5, 8).unwrap().joint().unwrap();
        let inverse = Factor::new(&joint).unwrap().inverse();
        let whole = ConditionalPair::new(&joint, &inverse, 2);
        let rows = |units: &[usize]| -> Vec<usize> {
            units.iter().flat_map(|u| 2 * u..2 * u + 2).collect()
        };
        let plain = |units: &[usize]| {
            let of = |m| Factor::new(&minor(m, &rows(units))).unwrap().log_det();
            of(&joint) + of(&inverse)
        };
        let mut pair = whole.clone();
        assert!((pair.log_det(&[1, 3]) - plain(&[1, 3])).abs() < 1e-12);
        pair.condition(&[4, 1]);
        let expected = plain(&[0, 1, 3, 4]) - plain(&[1, 4]);
        assert!((pair.log_det(&[0, 3]) - expected).abs() < 1e-12);
        pair.condition(&[0]);
        let expected = plain(&[0, 1, 2, 4]) - plain(&[0, 1, 4]);
        assert!((pair.log_det(&[2]) - expected).abs() < 1e-12);
        pair.reset(&whole);
        assert!((pair.log_det(&[0]) - plain(&[0])).abs() < 1e-12);
    }
}
