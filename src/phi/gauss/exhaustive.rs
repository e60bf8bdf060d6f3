//! The minimum over all bipartitions.
//!
//! For the sums of log-determinants, with Λ = M⁻¹ of each matrix M, Jacobi's identity gives
//! det M(S̄) = det M · det Λ(S), so that f(S) = Σ w ½ ln (det M(S) det Λ(S)). The sides S that lack
//! unit 0 are visited depth first; adding a unit eliminates its rows from both matrices, so that
//! all sides that hold it share the work. A side costs a few dozen operations on average.

use nalgebra::DMatrix;

use crate::base::num;

use super::error::GaussError;
use super::least::{Found, Least};
use super::log_det::{HALF_LOG_TWO_PI_E, LogDetSum};
use super::measure::{Engine, Evaluator};
use super::system::definite;
use crate::phi::work::Budget;

/// A bipartition with the least score; `None` when the budget ended before the first.
pub(crate) fn exhaustive(
    evaluator: &Evaluator,
    normalized: bool,
    budget: &mut Budget<'_>,
) -> Result<Option<Found>, GaussError> {
    if let Engine::LogDet(sum) = &evaluator.engine {
        let mut walk = Walk::new(evaluator.cov_x(), sum, normalized)?;
        walk.below(evaluator.len() - 1, 0, budget);
        return Ok(walk.best.map(|(_, side)| Found::of_side(side)));
    }
    one_by_one(evaluator, normalized, budget)
}

/// Every side by itself, in the order of binary numbers whose lowest digit is unit 1.
fn one_by_one(
    evaluator: &Evaluator,
    normalized: bool,
    budget: &mut Budget<'_>,
) -> Result<Option<Found>, GaussError> {
    let n = evaluator.len();
    let mut inside = vec![false; n];
    let mut least = Least::new(normalized);
    while let Some(first) = (1..n).find(|unit| !inside[*unit]) {
        inside[1..first].fill(false);
        inside[first] = true;
        let side: Vec<usize> = (1..n).filter(|unit| inside[*unit]).collect();
        if least.see(evaluator, &side, budget)?.is_none() {
            break;
        }
    }
    Ok(least.found)
}

/// A matrix and, for each depth, what is left of it after the rows of the side are eliminated.
struct Ladder {
    per: usize,
    stride: usize,
    steps: Vec<Vec<f64>>,
}

impl Ladder {
    fn new(matrix: &DMatrix<f64>, per: usize) -> Self {
        Self {
            per,
            stride: matrix.nrows(),
            steps: vec![matrix.as_slice().to_vec()],
        }
    }

    /// Eliminates the rows of `unit` from those of units 1 … `unit` − 1 at `depth`, into the next
    /// depth. Returns the product of its pivots, det of its block. Only the lower half is kept.
    fn eliminate(&mut self, unit: usize, depth: usize) -> f64 {
        if self.steps.len() <= depth + 1 {
            self.steps.push(vec![0.0; self.stride * self.stride]);
        }
        let (above, below) = self.steps.split_at_mut(depth + 1);
        let (from, to) = (&above[depth], &mut below[0]);
        let (per, stride) = (self.per, self.stride);
        let base = per * unit;
        if per == 1 {
            let pivot = from[base * stride + base];
            // Row `base` of the lower half: entries (base, j) at j·stride + base.
            for j in 1..base {
                let factor = from[j * stride + base] / pivot;
                for i in j..base {
                    to[j * stride + i] = from[j * stride + i] - factor * from[i * stride + base];
                }
            }
            return pivot;
        }
        let last = base + 1;
        let (a, b) = (from[base * stride + base], from[base * stride + last]);
        let c = from[last * stride + last] - b * b / a;
        for j in per..base {
            let first = from[j * stride + base];
            let second = (from[j * stride + last] - b / a * first) / c;
            let first = first / a - b / a * second;
            for i in j..base {
                to[j * stride + i] = from[j * stride + i]
                    - first * from[i * stride + base]
                    - second * from[i * stride + last];
            }
        }
        a * c
    }
}

struct Walk {
    /// M and Λ of every term.
    ladders: Vec<(f64, [Ladder; 2])>,
    /// Cov_X and its inverse, when the normaliser is needed.
    entropy: Option<[Ladder; 2]>,
    entropy_whole: f64,
    units: usize,
    side: Vec<usize>,
    /// Running f(S), ln det Cov_X(S) and ln det Cov_X⁻¹(S) for every depth.
    totals: Vec<[f64; 3]>,
    best: Option<(f64, Vec<usize>)>,
}

impl Walk {
    fn new(cov_x: &DMatrix<f64>, sum: &LogDetSum, normalized: bool) -> Result<Self, GaussError> {
        let inverses = sum.inverses()?;
        let ladders = sum.terms.iter().zip(&inverses).map(|(term, inverse)| {
            let pair = [
                Ladder::new(&term.matrix, term.per),
                Ladder::new(inverse, term.per),
            ];
            (term.weight, pair)
        });
        let factor = definite("Cov_X", cov_x)?;
        let pair = || [Ladder::new(cov_x, 1), Ladder::new(&factor.inverse(), 1)];
        Ok(Self {
            ladders: ladders.collect(),
            entropy: normalized.then(pair),
            entropy_whole: factor.log_det(),
            units: cov_x.nrows(),
            side: Vec::new(),
            totals: vec![[0.0; 3]],
            best: None,
        })
    }

    /// Visits all sides that add units from 1 … `top` to the present one; false when the budget
    /// has ended.
    fn below(&mut self, top: usize, depth: usize, budget: &mut Budget<'_>) -> bool {
        for unit in (1..=top).rev() {
            if !budget.take(1, self.operations(unit)) {
                return false;
            }
            let mut total = self.totals[depth];
            let mut ratio = 1.0;
            for (weight, [matrix, inverse]) in &mut self.ladders {
                let product = matrix.eliminate(unit, depth) * inverse.eliminate(unit, depth);
                ratio = if *weight > 0.0 {
                    ratio * product
                } else {
                    ratio / product
                };
            }
            total[0] += 0.5 * num::ln(ratio);
            if let Some([matrix, inverse]) = &mut self.entropy {
                total[1] += num::ln(matrix.eliminate(unit, depth));
                total[2] += num::ln(inverse.eliminate(unit, depth));
            }
            self.side.push(unit);
            self.totals.truncate(depth + 1);
            self.totals.push(total);
            let score = self.score(total);
            if self.best.as_ref().is_none_or(|(least, _)| score < *least) {
                let mut side = self.side.clone();
                side.reverse();
                self.best = Some((score, side));
            }
            let goes_on = self.below(unit - 1, depth + 1, budget);
            self.side.pop();
            if !goes_on {
                return false;
            }
        }
        true
    }

    /// Operations of one more unit: its rows are eliminated from those below it in every matrix.
    fn operations(&self, unit: usize) -> u64 {
        let of = |per: usize| {
            let rows = (per * unit) as u64;
            30 + 3 * rows + rows * rows * per as u64 / 2
        };
        let terms = self.ladders.iter().map(|(_, [own, _])| 2 * of(own.per));
        let entropy = if self.entropy.is_some() { 2 * of(1) } else { 0 };
        terms.sum::<u64>() + entropy
    }

    fn score(&self, [value, own, inverse]: [f64; 3]) -> f64 {
        if self.entropy.is_none() {
            return value;
        }
        let size = self.side.len() as f64;
        let rest = self.units as f64 - size;
        let inside = 0.5 * own + size * HALF_LOG_TWO_PI_E;
        let outside = 0.5 * (self.entropy_whole + inverse) + rest * HALF_LOG_TWO_PI_E;
        value.max(0.0) / inside.min(outside)
    }
}
