//! The cut with the least score among those that a search values one by one.

use crate::phi::work::Budget;

use super::error::GaussError;
use super::measure::{Evaluator, MeasureValue};
use super::partition::Partition;

/// What a search came to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// One side of the cut.
    pub side: Vec<usize>,
    /// Its value, where the search computed it from nothing but the cut.
    pub value: Option<MeasureValue>,
}

impl Found {
    /// A cut whose value the search did not compute by itself.
    pub(crate) fn of_side(side: Vec<usize>) -> Self {
        Self { side, value: None }
    }
}

/// The least score so far; of equals the first.
#[derive(Debug)]
pub(crate) struct Least {
    normalized: bool,
    score: f64,
    /// The cut that has it.
    pub found: Option<Found>,
}

impl Least {
    pub(crate) fn new(normalized: bool) -> Self {
        Self {
            normalized,
            score: f64::INFINITY,
            found: None,
        }
    }

    /// Values a cut; `None` when the budget does not reach it. A budget that ends within a value of
    /// Φ_G leaves an upper bound of it, which counts.
    pub(crate) fn see(
        &mut self,
        evaluator: &Evaluator,
        side: &[usize],
        budget: &mut Budget<'_>,
    ) -> Result<Option<f64>, GaussError> {
        let partition = Partition::bipartition(evaluator.len(), side)?;
        let Some(value) = evaluator.value_within(&partition, budget)? else {
            return Ok(None);
        };
        let score = value.score(self.normalized);
        if self.found.is_none() || score < self.score {
            self.score = score;
            self.found = Some(Found {
                side: side.to_vec(),
                value: Some(value),
            });
        }
        Ok(Some(score))
    }
}
