//! Whether a unit of a recording is a sum of others, so that its covariance is singular and the
//! information across every cut between them is infinite.
//!
//! The correlation matrix is decomposed by Cholesky's method with pivoting: a unit whose variance
//! is explained by those before it, but for a share of 1e-9, depends on them.

use crate::phi::work::Budget;

/// Share of a unit's variance that may be left when it is called a sum of others. Recordings of few
/// decimals leave this much of an average reference.
const EXPLAINED: f64 = 1e-9;
/// How far coefficients may lie from −1 for units to be called a sum of zero.
const NEAR: f64 = 1e-3;

/// A unit that is a sum of others.
#[derive(Clone, Debug, PartialEq)]
pub struct Dependence {
    /// Units that do not depend on each other.
    pub rank: usize,
    /// Units.
    pub units: usize,
    /// The unit.
    pub unit: usize,
    /// The units that it is a sum of, ascending.
    pub of: Vec<usize>,
    /// Whether all of these and the unit sum to a constant in every sample, as after an average
    /// reference.
    pub sums_to_zero: bool,
}

/// Looks for a unit that is a sum of others; none when there is none. `None` also when the budget
/// ended.
#[must_use]
pub fn dependence(series: &[Vec<f64>], budget: &mut Budget<'_>) -> Option<Dependence> {
    let n = series.len();
    let mut spread = Vec::with_capacity(n);
    let mut unit = Vec::with_capacity(n);
    for own in series {
        let mean = own.iter().sum::<f64>() / own.len().max(1) as f64;
        let rest: Vec<f64> = own.iter().map(|x| x - mean).collect();
        let size = super::linear::dot(&rest, &rest).sqrt();
        if !(size.is_finite() && size > 0.0) {
            return None;
        }
        unit.push(rest.iter().map(|x| x / size).collect::<Vec<f64>>());
        spread.push(size);
    }
    let mut left = vec![1.0f64; n];
    let mut order: Vec<usize> = Vec::with_capacity(n);
    // Column k of the factor holds, for every unit, what the kth pivot explains of it.
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(n);
    for _ in 0..n {
        if !budget.goes_on() {
            return None;
        }
        let free = (0..n).filter(|k| !order.contains(k));
        let pivot = free.reduce(|best, k| if left[k] > left[best] { k } else { best })?;
        if left[pivot] < EXPLAINED {
            return Some(explained(&factor, &order, &spread, pivot, n));
        }
        let root = left[pivot].sqrt();
        let mut column = vec![0.0; n];
        for k in 0..n {
            if order.contains(&k) {
                continue;
            }
            let known: f64 = factor.iter().map(|own| own[k] * own[pivot]).sum();
            column[k] = (super::linear::dot(&unit[k], &unit[pivot]) - known) / root;
        }
        column[pivot] = root;
        for k in 0..n {
            left[k] -= column[k] * column[k];
        }
        left[pivot] = 0.0;
        order.push(pivot);
        factor.push(column);
    }
    None
}

/// The coefficients of a unit on the pivots, by substitution from the last.
fn explained(
    factor: &[Vec<f64>],
    order: &[usize],
    spread: &[f64],
    unit: usize,
    units: usize,
) -> Dependence {
    let rank = order.len();
    let mut coefficients = vec![0.0; rank];
    for k in (0..rank).rev() {
        let later: f64 = (k + 1..rank)
            .map(|m| factor[k][order[m]] * coefficients[m])
            .sum();
        coefficients[k] = (factor[k][unit] - later) / factor[k][order[k]];
    }
    let scaled = |k: usize| coefficients[k] * spread[unit] / spread[order[k]];
    let counts = |k: &usize| coefficients[*k].abs() > NEAR;
    let mut of: Vec<usize> = (0..rank).filter(counts).map(|k| order[k]).collect();
    let sums_to_zero = (0..rank)
        .filter(counts)
        .all(|k| (scaled(k) + 1.0).abs() < NEAR);
    of.sort_unstable();
    Dependence {
        rank,
        units,
        unit,
        of,
        sums_to_zero,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phi::gauss::draws::{Draw, stream};

    fn noise(units: u64) -> Vec<Vec<f64>> {
        let series = |unit| {
            let mut rng = stream(5, Draw::Surrogate, unit);
            (0..200).map(|_| rng.normal()).collect()
        };
        (0..units).map(series).collect()
    }

    #[test]
    fn an_average_reference_and_a_copy_are_found() {
        let mut series = noise(5);
        assert_eq!(dependence(&series, &mut Budget::unlimited()), None);
        for t in 0..200 {
            let mean = series.iter().map(|own| own[t]).sum::<f64>() / 5.0;
            series
                .iter_mut()
                .for_each(|own| own[t] = f64::from((own[t] - mean) as f32));
        }
        let found = dependence(&series, &mut Budget::unlimited()).unwrap();
        assert_eq!((found.rank, found.units, found.sums_to_zero), (4, 5, true));
        let mut series = noise(4);
        series[3] = series[1].iter().map(|x| 2.0 * x + 1.0).collect();
        let found = dependence(&series, &mut Budget::unlimited()).unwrap();
        assert!(!found.sums_to_zero);
        assert!(matches!(
            (found.unit, found.of.as_slice()),
            (3, [1]) | (1, [3])
        ));
    }
}
