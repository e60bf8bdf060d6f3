//! The minimum bipartition by Queyranne's algorithm (Math. Program. 82, 1998).
//!
//! Blocks start as single units. Each round orders all blocks, always appending the block u with
//! least f(W ∪ u) − f(u) for the union W so far; the last block is a candidate and is merged with
//! the one before it. Exact when f is symmetric and submodular, as MI1 and MI are; for other
//! measures a heuristic that takes O(n³) values.
//!
//! For sums of log-determinants f(W ∪ u) − f(W) follows from the conditional matrices given W of
//! each M and M⁻¹ (`schur`), updated row by row: a round costs O(n³), all rounds O(n⁴) where values
//! one by one would cost O(n⁶).

use super::error::GaussError;
use super::least::Found;
use super::log_det::LogDetSum;
use super::measure::{Engine, Evaluator, MeasureValue};
use super::partition::{Partition, complement};
use super::schur::ConditionalPair;
use crate::phi::work::Budget;

/// The best candidate; `None` when the budget ended before the first.
pub(crate) fn queyranne(
    evaluator: &Evaluator,
    normalized: bool,
    budget: &mut Budget<'_>,
) -> Result<Option<Found>, GaussError> {
    let units = evaluator.len();
    match &evaluator.engine {
        Engine::LogDet(sum) if !normalized => {
            // An exact search may begin its orders anywhere; a heuristic keeps to the first block,
            // on which its result depends.
            let submodular = sum.terms.iter().all(|term| term.weight > 0.0);
            let mut rounds = Determinants::new(sum, units, submodular)?;
            Ok(merge_all(&mut rounds, units, budget)?)
        }
        _ => {
            let mut rounds = Values {
                evaluator,
                normalized,
                alone: vec![None; units],
            };
            Ok(merge_all(&mut rounds, units, budget)?)
        }
    }
}

/// One round of the algorithm for some kind of f.
trait Rounds {
    /// Orders the blocks; `None` when the budget ended.
    fn order(
        &mut self,
        blocks: &[Vec<usize>],
        budget: &mut Budget<'_>,
    ) -> Result<Option<Vec<usize>>, GaussError>;

    /// f of a block of the last order.
    fn alone(&self, block: usize) -> f64;

    /// The value behind it, where it was computed from nothing but the block.
    fn value(&self, block: usize) -> Option<MeasureValue>;

    /// Block `last` was added to block `into` and is gone.
    fn merged(&mut self, last: usize, into: usize);
}

fn merge_all(
    rounds: &mut impl Rounds,
    units: usize,
    budget: &mut Budget<'_>,
) -> Result<Option<Found>, GaussError> {
    let mut blocks: Vec<Vec<usize>> = (0..units).map(|unit| vec![unit]).collect();
    let mut best: Option<(f64, Found)> = None;
    while blocks.len() > 1 {
        let Some(order) = rounds.order(&blocks, budget)? else {
            break;
        };
        let (last, before) = (order[order.len() - 1], order[order.len() - 2]);
        let value = rounds.alone(last);
        if best.as_ref().is_none_or(|(least, _)| value < *least) {
            let found = Found {
                side: blocks[last].clone(),
                value: rounds.value(last),
            };
            best = Some((value, found));
        }
        let more = std::mem::take(&mut blocks[last]);
        blocks[before].extend(more);
        blocks[before].sort_unstable();
        blocks.remove(last);
        rounds.merged(last, before);
    }
    Ok(best.map(|(_, found)| found))
}

/// f by values one by one.
struct Values<'a> {
    evaluator: &'a Evaluator,
    normalized: bool,
    alone: Vec<Option<MeasureValue>>,
}

impl Values<'_> {
    fn of(
        &self,
        side: &[usize],
        budget: &mut Budget<'_>,
    ) -> Result<Option<MeasureValue>, GaussError> {
        let partition = Partition::bipartition(self.evaluator.len(), side)?;
        self.evaluator.value_within(&partition, budget)
    }
}

impl Rounds for Values<'_> {
    fn order(
        &mut self,
        blocks: &[Vec<usize>],
        budget: &mut Budget<'_>,
    ) -> Result<Option<Vec<usize>>, GaussError> {
        for (k, block) in blocks.iter().enumerate() {
            if self.alone[k].is_none() {
                self.alone[k] = self.of(block, budget)?;
                if self.alone[k].is_none() {
                    return Ok(None);
                }
            }
        }
        let mut order = vec![0];
        let mut union = blocks[0].clone();
        let mut left: Vec<usize> = (1..blocks.len()).collect();
        while left.len() > 1 {
            let mut chosen = (f64::INFINITY, 0);
            for (place, block) in left.iter().enumerate() {
                let mut side = union.clone();
                side.extend(&blocks[*block]);
                let Some(together) = self.of(&side, budget)? else {
                    return Ok(None);
                };
                let key = together.score(self.normalized) - self.alone(*block);
                if key < chosen.0 {
                    chosen = (key, place);
                }
            }
            let block = left.remove(chosen.1);
            union.extend(&blocks[block]);
            order.push(block);
        }
        order.extend(left);
        Ok(Some(order))
    }

    fn alone(&self, block: usize) -> f64 {
        self.alone[block].map_or(f64::INFINITY, |value| value.score(self.normalized))
    }

    fn value(&self, block: usize) -> Option<MeasureValue> {
        self.alone[block]
    }

    fn merged(&mut self, last: usize, into: usize) {
        self.alone[into] = None;
        self.alone.remove(last);
    }
}

/// f by conditional determinants.
struct Determinants {
    whole: Vec<(f64, ConditionalPair)>,
    work: Vec<(f64, ConditionalPair)>,
    alone: Vec<Option<f64>>,
    start_with_largest: bool,
    units: usize,
}

impl Determinants {
    fn new(sum: &LogDetSum, units: usize, start_with_largest: bool) -> Result<Self, GaussError> {
        let inverses = sum.inverses()?;
        let whole: Vec<(f64, ConditionalPair)> = sum
            .terms
            .iter()
            .zip(&inverses)
            .map(|(term, inverse)| {
                let pair = ConditionalPair::new(&term.matrix, inverse, term.per);
                (term.weight, pair)
            })
            .collect();
        Ok(Self {
            work: whole.clone(),
            whole,
            alone: vec![None; units],
            start_with_largest,
            units,
        })
    }
}

impl Determinants {
    /// Operations of a round: units are removed one after the other from every matrix and its
    /// inverse, and before each removal all blocks that are left are valued.
    fn operations(&self, blocks: &[Vec<usize>]) -> u64 {
        let half = blocks.len() as u64 / 2 + 1;
        let of = |per: usize| {
            let rows = (per * self.units) as u64;
            let values = blocks.iter().map(|block| {
                let size = (per * block.len()) as u64;
                half * (100 + 10 * size * size + size * size * size / 3)
            });
            rows * rows * (20 + rows) / 3 + values.sum::<u64>()
        };
        self.whole.iter().map(|(_, pair)| of(pair.per())).sum()
    }
}

/// f(W ∪ block) − f(W) for the units W that were removed.
fn gain(pairs: &mut [(f64, ConditionalPair)], block: &[usize]) -> f64 {
    let mut total = 0.0;
    for (weight, pair) in pairs {
        total += *weight * 0.5 * pair.log_det(block);
    }
    total
}

impl Rounds for Determinants {
    fn order(
        &mut self,
        blocks: &[Vec<usize>],
        budget: &mut Budget<'_>,
    ) -> Result<Option<Vec<usize>>, GaussError> {
        let count = blocks.len() as u64;
        if !budget.take(count * (count - 1) / 2 + 1, self.operations(blocks)) {
            return Ok(None);
        }
        for (k, block) in blocks.iter().enumerate() {
            if self.alone[k].is_none() {
                // The smaller side is the cheaper one; f is the same.
                let rest = complement(self.units, block);
                let side = if rest.len() < block.len() {
                    &rest
                } else {
                    block
                };
                self.alone[k] = Some(gain(&mut self.whole, side));
            }
        }
        let mut first = 0;
        if self.start_with_largest {
            for (k, block) in blocks.iter().enumerate() {
                if block.len() > blocks[first].len() {
                    first = k;
                }
            }
        }
        for ((_, work), (_, whole)) in self.work.iter_mut().zip(&self.whole) {
            work.reset(whole);
        }
        let mut order = vec![first];
        let mut left: Vec<usize> = (0..blocks.len()).filter(|k| *k != first).collect();
        while left.len() > 1 {
            if let Some(newest) = order.last() {
                for (_, pair) in &mut self.work {
                    pair.condition(&blocks[*newest]);
                }
            }
            let mut chosen = (f64::INFINITY, 0);
            for (place, block) in left.iter().enumerate() {
                let key = gain(&mut self.work, &blocks[*block]) - self.alone(*block);
                if key < chosen.0 {
                    chosen = (key, place);
                }
            }
            order.push(left.remove(chosen.1));
        }
        order.extend(left);
        Ok(Some(order))
    }

    fn alone(&self, block: usize) -> f64 {
        self.alone[block].unwrap_or(f64::INFINITY)
    }

    fn value(&self, _: usize) -> Option<MeasureValue> {
        None
    }

    fn merged(&mut self, last: usize, into: usize) {
        self.alone[into] = None;
        self.alone.remove(last);
    }
}
