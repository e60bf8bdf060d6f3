//! Candidate bipartitions from spectral cuts of the correlation graph (after Toker & Sommer, PLoS
//! Comput. Biol. 15, 2019): a heuristic for systems of up to some hundreds of units.
//!
//! The graph has the weights |Cor(xᵢ, xⱼ)| of the past; for MI and SI the mean of both lagged
//! correlations is added. For a range of thresholds, weights below are dropped, and the graph is
//! cut in two by normalised spectral clustering: the second eigenvector of the symmetric normalised
//! Laplacian orders the units, and the cut is made at the sign, at the median, and where the
//! normalised cut is least. A graph in several pieces is cut between them. Every candidate is
//! valued once by the measure itself and the least one returned.

use std::collections::BTreeSet;

use nalgebra::DMatrix;

use super::error::GaussError;
use super::least::{Found, Least};
use super::measure::{Engine, Evaluator};
use crate::phi::work::Budget;

/// Thresholds that are tried, at even ranks of the weights.
const THRESHOLDS: usize = 20;

/// The most values that are taken: for each threshold the cuts of one graph.
pub(crate) fn work_bound(units: usize) -> u64 {
    (THRESHOLDS * units.max(3)) as u64
}

/// The best candidate; `None` when the budget ended before the first.
pub(crate) fn spectral(
    evaluator: &Evaluator,
    normalized: bool,
    budget: &mut Budget<'_>,
) -> Result<Option<Found>, GaussError> {
    let weights = graph(evaluator);
    let mut seen = BTreeSet::new();
    let mut least = Least::new(normalized);
    // Each graph is decomposed into eigenvectors.
    let decomposition = 2000 + 6 * (evaluator.len() as u64).pow(3);
    for threshold in thresholds(&weights) {
        if !budget.spend(decomposition) {
            break;
        }
        let kept = weights.map(|w| if w >= threshold { w } else { 0.0 });
        for side in cuts(&kept) {
            if !seen.insert(side.clone()) {
                continue;
            }
            if least.see(evaluator, &side, budget)?.is_none() {
                return Ok(least.found);
            }
        }
    }
    Ok(least.found)
}

/// The weights, zero on the diagonal.
fn graph(evaluator: &Evaluator) -> DMatrix<f64> {
    let cov = evaluator.cov_x();
    let n = cov.nrows();
    let lagged = match &evaluator.engine {
        Engine::LogDet(sum) => sum.terms.iter().find(|term| term.per == 2),
        _ => None,
    };
    DMatrix::from_fn(n, n, |i, j| {
        if i == j {
            return 0.0;
        }
        let own = cov[(i, j)].abs() / (cov[(i, i)] * cov[(j, j)]).sqrt();
        let cross = lagged.map_or(0.0, |term| {
            let m = &term.matrix;
            let of = |i: usize, j: usize| {
                let scale = (m[(2 * i, 2 * i)] * m[(2 * j + 1, 2 * j + 1)]).sqrt();
                m[(2 * i, 2 * j + 1)].abs() / scale
            };
            0.5 * (of(i, j) + of(j, i))
        });
        own + cross
    })
}

/// Zero and weights at even ranks, ascending.
fn thresholds(weights: &DMatrix<f64>) -> Vec<f64> {
    let n = weights.nrows();
    let mut all: Vec<f64> = (0..n)
        .flat_map(|j| (0..j).map(move |i| (i, j)))
        .map(|place| weights[place])
        .collect();
    all.sort_by(f64::total_cmp);
    let mut chosen = vec![0.0];
    for k in 1..THRESHOLDS {
        chosen.extend(all.get(k * all.len() / THRESHOLDS));
    }
    chosen.dedup();
    chosen
}

/// Sides, without unit 0, that cut a graph where it is weak.
fn cuts(weights: &DMatrix<f64>) -> Vec<Vec<usize>> {
    let n = weights.nrows();
    let piece = pieces(weights);
    let count = piece.iter().copied().max().map_or(0, |last| last + 1);
    let mut sides = Vec::new();
    if count > 1 {
        for k in 0..count {
            sides.push((0..n).filter(|unit| piece[*unit] == k).collect());
        }
    } else {
        let order = fiedler_order(weights);
        let negative = order.iter().filter(|(value, _)| *value < 0.0).count();
        for size in [negative, n / 2, weakest_prefix(weights, &order)] {
            sides.push(order[..size].iter().map(|(_, unit)| *unit).collect());
        }
    }
    let mut proper = Vec::new();
    for side in sides {
        proper.extend(without_first(n, side));
    }
    proper
}

/// The side or its complement, whichever lacks unit 0; `None` when one of them is empty.
fn without_first(n: usize, mut side: Vec<usize>) -> Option<Vec<usize>> {
    side.sort_unstable();
    if side.first() == Some(&0) {
        side = super::partition::complement(n, &side);
    }
    (!side.is_empty() && side.len() < n).then_some(side)
}

/// The number of its connected piece for every unit.
fn pieces(weights: &DMatrix<f64>) -> Vec<usize> {
    let n = weights.nrows();
    let mut piece = vec![usize::MAX; n];
    let mut count = 0;
    for start in 0..n {
        if piece[start] != usize::MAX {
            continue;
        }
        let mut waiting = vec![start];
        piece[start] = count;
        while let Some(unit) = waiting.pop() {
            for other in 0..n {
                if weights[(unit, other)] > 0.0 && piece[other] == usize::MAX {
                    piece[other] = count;
                    waiting.push(other);
                }
            }
        }
        count += 1;
    }
    piece
}

/// Units with their entries of the second eigenvector of I − D^(−1/2) W D^(−1/2), divided by √d,
/// ascending.
fn fiedler_order(weights: &DMatrix<f64>) -> Vec<(f64, usize)> {
    let n = weights.nrows();
    let root: Vec<f64> = (0..n)
        .map(|k| weights.column(k).iter().sum::<f64>().max(1e-300).sqrt())
        .collect();
    let laplacian = DMatrix::from_fn(n, n, |i, j| {
        let own = if i == j { 1.0 } else { 0.0 };
        own - weights[(i, j)] / root[i] / root[j]
    });
    let eigen = laplacian.symmetric_eigen();
    let mut ranks: Vec<usize> = (0..n).collect();
    ranks.sort_by(|a, b| eigen.eigenvalues[*a].total_cmp(&eigen.eigenvalues[*b]));
    let second = ranks[1.min(n - 1)];
    let mut order: Vec<(f64, usize)> = (0..n)
        .map(|unit| (eigen.eigenvectors[(unit, second)] / root[unit], unit))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    order
}

/// Length of the prefix of an order with the least normalised cut (Shi & Malik, 2000).
fn weakest_prefix(weights: &DMatrix<f64>, order: &[(f64, usize)]) -> usize {
    let n = order.len();
    let degree = |unit: usize| weights.column(unit).iter().sum::<f64>();
    let total: f64 = (0..n).map(degree).sum();
    let mut inside = vec![false; n];
    let (mut cut, mut volume) = (0.0, 0.0);
    let mut best = (f64::INFINITY, 1);
    for (size, (_, unit)) in order.iter().enumerate().take(n - 1) {
        for other in 0..n {
            let weight = weights[(*unit, other)];
            cut += if inside[other] { -weight } else { weight };
        }
        inside[*unit] = true;
        volume += degree(*unit);
        let ratio = cut / volume + cut / (total - volume);
        if ratio < best.0 {
            best = (ratio, size + 1);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_cliques_are_cut_between_them() {
        let weights = DMatrix::from_fn(6, 6, |i, j| match (i == j, i % 2 == j % 2) {
            (true, _) => 0.0,
            (_, true) => 0.8,
            _ => 0.1,
        });
        let sides = cuts(&weights);
        assert!(sides.iter().all(|side| side == &[1, 3, 5]), "{sides:?}");
        let apart = weights.map(|w| if w > 0.5 { w } else { 0.0 });
        assert_eq!(cuts(&apart), [vec![1, 3, 5], vec![1, 3, 5]]);
    }
}
