//! g(S) of every subset at once.

use crate::phi::work::Budget;

use super::error::GaussError;
use super::log_det::LogDetSum;
use crate::base::num;

/// g(S) for each S of n units, indexed by the mask with bit u for unit u; 2ⁿ numbers.
///
/// Depth first from the last unit down, adding a unit eliminates its rows from those of the units
/// below it, which all sets that hold it share: some dozen operations for a set on average.
/// The budget is charged as it goes.
pub(crate) fn all_minors(
    sum: &LogDetSum,
    units: usize,
    budget: &mut Budget<'_>,
) -> Result<Vec<f64>, GaussError> {
    let mut table = vec![0.0; 1 << units];
    for term in &sum.terms {
        let mut stack = vec![term.matrix.as_slice().to_vec()];
        let mut at = Place {
            per: term.per,
            stride: term.matrix.nrows(),
            half_weight: 0.5 * term.weight,
            table: &mut table,
        };
        at.below(units, 0, (0, 0.0), &mut stack, budget)?;
    }
    Ok(table)
}

struct Place<'a> {
    per: usize,
    stride: usize,
    half_weight: f64,
    table: &'a mut [f64],
}

impl Place<'_> {
    /// Visits all sets that add units below `top` to `mask`.
    fn below(
        &mut self,
        top: usize,
        depth: usize,
        (mask, log_det): (usize, f64),
        stack: &mut Vec<Vec<f64>>,
        budget: &mut Budget<'_>,
    ) -> Result<(), GaussError> {
        for unit in (0..top).rev() {
            let rows = (self.per * unit) as u64;
            if !budget.spend(40 + 2 * rows + rows * rows * self.per as u64 / 2) {
                let spent = budget.spent();
                return Err(GaussError::Ended { spent });
            }
            if stack.len() <= depth + 1 {
                stack.push(vec![0.0; self.stride * self.stride]);
            }
            let (above, below) = stack.split_at_mut(depth + 1);
            let pivots = self.eliminate(unit, &above[depth], &mut below[0]);
            if pivots.is_nan() || pivots <= 0.0 {
                return Err(GaussError::NotPositiveDefinite {
                    what: "a covariance of a group",
                    smallest_eigenvalue: pivots,
                    limit: 0.0,
                });
            }
            let own = log_det + num::ln(pivots);
            let mask_with = mask | 1 << unit;
            self.table[mask_with] += self.half_weight * own;
            self.below(unit, depth + 1, (mask_with, own), stack, budget)?;
        }
        Ok(())
    }

    /// Eliminates the rows of a unit from all rows above them; the product of the pivots.
    fn eliminate(&self, unit: usize, from: &[f64], to: &mut [f64]) -> f64 {
        let stride = self.stride;
        let first = self.per * unit;
        let last = first + self.per - 1;
        let mut product = from[last * stride + last];
        let pivot_row = &from[last * stride..last * stride + last];
        for i in 0..last {
            let factor = pivot_row[i] / product;
            let source = &from[i * stride..=i * stride + i];
            let target = &mut to[i * stride..=i * stride + i];
            for ((t, s), p) in target.iter_mut().zip(source).zip(pivot_row) {
                *t = s - factor * p;
            }
        }
        for row in (first..last).rev() {
            let (above, below) = to.split_at_mut(row * stride);
            let pivot = below[row];
            product *= pivot;
            for i in 0..row {
                let factor = below[i] / pivot;
                let target = &mut above[i * stride..=i * stride + i];
                for (t, p) in target.iter_mut().zip(&*below) {
                    *t -= factor * p;
                }
            }
        }
        product
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phi::gauss::sample::random_system;

    #[test]
    fn every_minor_is_the_one_of_its_rows() {
        let system = random_system(6, 11).unwrap();
        for sum in [
            LogDetSum::past(&system).unwrap(),
            LogDetSum::joint(&system).unwrap(),
            LogDetSum::conditional(&system).unwrap(),
        ] {
            let table = all_minors(&sum, 6, &mut Budget::unlimited()).unwrap();
            assert_eq!(table[0], 0.0);
            for (mask, found) in table.iter().enumerate().skip(1) {
                let units: Vec<usize> = (0..6).filter(|u| mask >> u & 1 == 1).collect();
                assert!((found - sum.of(&units).unwrap()).abs() < 1e-12, "{mask}");
            }
        }
    }
}
