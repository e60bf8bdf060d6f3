//! Probabilities of units given some inputs, all other inputs averaged over.
//!
//! p_j(on | K = k) is the mean of P(j on | x) over all x that agree with k on the units of K. All
//! sets K with all their values are tabulated: 3ᵐ rows of m numbers, each the mean of two rows of a
//! set with one more unit.

use super::numeric::{compact, log2};

/// p_j(on | K = k) and the logarithms for both values, for all K and k.
///
/// A row is a pair (K, k); the rows of one K lie together, by compact index of k. Shapes: 3ᵐ × m.
#[derive(Clone, Debug)]
pub struct Marginals {
    units: usize,
    offset: Vec<usize>,
    on: Vec<f64>,
    log_on: Vec<f64>,
    log_off: Vec<f64>,
}

impl Marginals {
    /// From m columns of 2ᵐ probabilities to be on.
    #[must_use]
    pub fn new(columns: &[f64], units: usize) -> Self {
        let states = 1usize << units;
        let mut offset = Vec::with_capacity(states);
        let mut rows = 0usize;
        for mask in 0..states {
            offset.push(rows);
            rows += 1 << mask.count_ones();
        }
        let mut on = vec![0.0; rows * units];
        let from = offset[states - 1];
        for x in 0..states {
            for unit in 0..units {
                on[(from + x) * units + unit] = columns[unit * states + x];
            }
        }
        let mut table = Self {
            units,
            offset,
            on,
            log_on: Vec::new(),
            log_off: Vec::new(),
        };
        for mask in (0..(states - 1) as u32).rev() {
            for (row, [first, second]) in table.parents(mask) {
                for unit in 0..units {
                    let mean = 0.5 * (table.on(first, unit) + table.on(second, unit));
                    table.on[row * units + unit] = mean;
                }
            }
        }
        table.log_on = table.on.iter().map(|p| log2(*p)).collect();
        table.log_off = table.on.iter().map(|p| log2(1.0 - p)).collect();
        table
    }

    /// The rows of a set, each with the two rows that it splits into when one more unit, the first
    /// that the set has not, is given a value. The set must not be the whole.
    pub fn parents(&self, mask: u32) -> impl Iterator<Item = (usize, [usize; 2])> + use<> {
        let added = mask.trailing_ones();
        let below = (1usize << added) - 1;
        let parent = self.offset[(mask | 1 << added) as usize];
        self.rows(mask).enumerate().map(move |(index, row)| {
            // All units below the added one are in the set, so its place is its number.
            let first = parent + ((index & !below) << 1 | index & below);
            (row, [first, first + (1 << added)])
        })
    }

    /// The row of the set `mask` with the values that `state` has there.
    #[inline]
    #[must_use]
    pub fn row(&self, mask: u32, state: u32) -> usize {
        self.offset[mask as usize] + compact(state, mask)
    }

    /// The rows of all values of the set `mask`, ascending by compact index.
    #[must_use]
    pub fn rows(&self, mask: u32) -> std::ops::Range<usize> {
        let from = self.offset[mask as usize];
        from..from + (1 << mask.count_ones())
    }

    /// Probability of a unit to be on.
    #[inline]
    #[must_use]
    pub fn on(&self, row: usize, unit: usize) -> f64 {
        self.on[row * self.units + unit]
    }

    /// log₂ of the probability that a unit has the given value.
    #[inline]
    #[must_use]
    pub fn log(&self, row: usize, unit: usize, on: bool) -> f64 {
        let table = if on { &self.log_on } else { &self.log_off };
        table[row * self.units + unit]
    }
}

#[cfg(test)]
mod tests {
    use super::super::numeric::{spread, units_of};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_are_means_over_what_is_not_kept(
            columns in prop::collection::vec(0.0..1.0f64, 64),
        ) {
            let table = Marginals::new(&columns, 4);
            for mask in 0u32..16 {
                for (index, row) in table.rows(mask).enumerate() {
                    let kept = spread(index as u32, mask);
                    prop_assert_eq!(table.row(mask, kept), row);
                    for unit in units_of(15) {
                        let agree: Vec<f64> = (0u32..16)
                            .filter(|x| x & mask == kept)
                            .map(|x| columns[unit * 16 + x as usize])
                            .collect();
                        let mean = agree.iter().sum::<f64>() / agree.len() as f64;
                        prop_assert!((table.on(row, unit) - mean).abs() < 1e-14);
                        prop_assert!((table.log(row, unit, true) - log2(mean)).abs() < 1e-12);
                    }
                }
            }
        }
    }
}
