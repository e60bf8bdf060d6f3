//! The minimum information bipartition by Queyranne's algorithm (Queyranne, 1998), exact for the
//! symmetric submodular f of `multi_information`.
//!
//! Blocks start as single units. Each round orders all blocks, always appending the block u with
//! least f(W ∪ u) − f(u) for the union W so far; the last block is a candidate and is merged with
//! the one before it. Conditional covariances given W, updated by Schur complements, make a round
//! O(n³) and the search O(n⁴).

use nalgebra::DMatrix;

use super::multi_information::{GaussianSystem, log_det, minor};

/// A bipartition with the least information across it.
#[derive(Clone, Debug, PartialEq)]
pub struct MinimumPartition {
    /// The information across it, nats.
    pub value: f64,
    /// The side that was found, ascending.
    pub side: Vec<usize>,
    /// The other side, ascending.
    pub other: Vec<usize>,
    /// Values of f that were computed.
    pub evaluations: u64,
    /// Whether the search came to its end, so that the value is the minimum and not only an upper
    /// bound of it.
    pub complete: bool,
}

/// Finds the minimum bipartition. `None` for fewer than two units, a budget that ends before the
/// first candidate, or minors that rounding has made indefinite.
#[must_use]
pub fn minimum_partition(system: &GaussianSystem, budget: u64) -> Option<MinimumPartition> {
    let n = system.len();
    let mut blocks: Vec<Vec<usize>> = (0..n).map(|unit| vec![unit]).collect();
    let mut best: Option<(f64, Vec<usize>)> = None;
    let mut evaluations = 0;
    let mut complete = true;
    while blocks.len() > 1 {
        let work = (blocks.len() * blocks.len() / 2 + 1) as u64;
        if evaluations + work > budget {
            complete = false;
            break;
        }
        let order = pendant_order(system, &blocks)?;
        evaluations += work;
        let last = order[order.len() - 1];
        let value = system.across(&blocks[last])?;
        if best.as_ref().is_none_or(|(least, _)| value < *least) {
            let mut side = blocks[last].clone();
            side.sort_unstable();
            best = Some((value, side));
        }
        let before = order[order.len() - 2];
        let merged = blocks[last].clone();
        blocks[before].extend(merged);
        blocks.remove(last);
    }
    let (value, side) = best?;
    let other = (0..n).filter(|unit| !side.contains(unit)).collect();
    Some(MinimumPartition {
        value,
        side,
        other,
        evaluations,
        complete,
    })
}

/// The order of blocks whose last two are a pendant pair.
fn pendant_order(system: &GaussianSystem, blocks: &[Vec<usize>]) -> Option<Vec<usize>> {
    let alone: Vec<f64> = blocks
        .iter()
        .map(|block| system.across(block))
        .collect::<Option<_>>()?;
    let mut covariance = system.covariance.clone();
    let mut precision = system.precision.clone();
    let mut order = vec![0];
    condition(&mut covariance, &blocks[0])?;
    condition(&mut precision, &blocks[0])?;
    let mut left: Vec<usize> = (1..blocks.len()).collect();
    while !left.is_empty() {
        let mut chosen: Option<(usize, f64)> = None;
        for (place, block) in left.iter().enumerate() {
            let units = &blocks[*block];
            let gain = if let [unit] = units.as_slice() {
                let (a, b) = (covariance[(*unit, *unit)], precision[(*unit, *unit)]);
                0.5 * crate::base::num::ln(a * b)
            } else {
                let own = log_det(&minor(&covariance, units))?;
                let rest = log_det(&minor(&precision, units))?;
                0.5 * (own + rest)
            };
            let key = gain - alone[*block];
            if chosen.is_none_or(|(_, least)| key < least) {
                chosen = Some((place, key));
            }
        }
        let (place, _) = chosen?;
        let block = left.remove(place);
        order.push(block);
        if !left.is_empty() {
            condition(&mut covariance, &blocks[block])?;
            condition(&mut precision, &blocks[block])?;
        }
    }
    Some(order)
}

/// Replaces a matrix by its Schur complement given `units`, one unit after the other. Rows and
/// columns of the units themselves are left behind and not read again.
fn condition(matrix: &mut DMatrix<f64>, units: &[usize]) -> Option<()> {
    let n = matrix.nrows();
    for unit in units {
        let pivot = matrix[(*unit, *unit)];
        if pivot.is_nan() || pivot <= 0.0 {
            return None;
        }
        let column: Vec<f64> = (0..n).map(|k| matrix[(k, *unit)]).collect();
        for j in 0..n {
            let factor = column[j] / pivot;
            if factor == 0.0 || j == *unit {
                continue;
            }
            for i in 0..n {
                if i != *unit {
                    matrix[(i, j)] -= column[i] * factor;
                }
            }
        }
        for k in 0..n {
            if k != *unit {
                matrix[(k, *unit)] = 0.0;
                matrix[(*unit, k)] = 0.0;
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::{KeyedRng, Purpose};

    fn random_system(n: usize, seed: u64) -> GaussianSystem {
        let mut rng = KeyedRng::new(seed, Purpose::Parameter, n as u64, 0);
        let factor = DMatrix::from_fn(n, n + 3, |_, _| rng.normal());
        let covariance = &factor * factor.transpose() + DMatrix::identity(n, n) * 0.1;
        GaussianSystem::new(covariance).unwrap()
    }

    #[test]
    fn the_minimum_is_that_of_all_bipartitions() {
        for n in 2..=9 {
            for seed in 0..6 {
                let system = random_system(n, seed);
                let found = minimum_partition(&system, u64::MAX).unwrap();
                let least = (1u32..1 << (n - 1))
                    .map(|mask| {
                        let side: Vec<usize> = (0..n).filter(|k| mask >> k & 1 == 1).collect();
                        system.across(&side).unwrap()
                    })
                    .fold(f64::INFINITY, f64::min);
                assert!((found.value - least).abs() < 1e-10, "{n} {seed}");
                assert!((system.across(&found.side).unwrap() - least).abs() < 1e-10);
                assert!(found.complete);
            }
        }
    }

    #[test]
    fn a_budget_that_ends_early_leaves_an_upper_bound() {
        let system = random_system(8, 3);
        let full = minimum_partition(&system, u64::MAX).unwrap();
        let short = minimum_partition(&system, 40).unwrap();
        assert!(!short.complete);
        assert!(short.value >= full.value);
        assert!(minimum_partition(&system, 3).is_none());
    }
}
