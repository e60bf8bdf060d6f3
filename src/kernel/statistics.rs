//! What is kept of the rows while a run goes on: its size does not grow with their number.

use std::collections::BTreeMap;

use crate::base::{CancelCause, RunStatus, Tick};
use crate::record::MetricRow;
use crate::registry::{MetricId, Metrics};
use crate::scenario::statistic::Tally;
use crate::scenario::{Failure, Judge, Judgement, Scene, Statistic};

use super::state::KernelState;

/// Whether a run did what it should.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// How it ended.
    pub status: RunStatus,
    /// What became of the assertions, in their order; empty when the run ended before its last
    /// tick, since they are judged at the end.
    pub judged: Vec<Judgement>,
}

impl Verdict {
    /// Of a run that broke off, with the reason.
    #[must_use]
    pub fn broken(reason: &str) -> Self {
        let failure = Failure {
            message: reason.to_owned(),
            ..Failure::default()
        };
        Self {
            status: RunStatus::Error,
            judged: vec![Judgement {
                assertion: "the run goes on".to_owned(),
                failure: Some(failure),
            }],
        }
    }

    /// Why assertions failed, in their order.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.judged.iter().filter_map(|own| own.failure.as_ref())
    }
}

/// Streaming statistics of all metrics in all scopes, the last row of each scope, and what the
/// assertions of the scene need.
pub struct Statistics {
    scene: Scene,
    metrics: Metrics,
    judges: Vec<Judge>,
    whole: BTreeMap<String, Vec<Tally>>,
    last_rows: BTreeMap<String, MetricRow>,
}

impl Statistics {
    /// Of a run of this scene that is at its start.
    #[must_use]
    pub fn new(scene: Scene, metrics: Metrics) -> Self {
        let row_s = scene.row_s();
        let judges = scene.assertions.iter().map(|own| Judge::new(own, row_s));
        Self {
            judges: judges.collect(),
            scene,
            metrics,
            whole: BTreeMap::new(),
            last_rows: BTreeMap::new(),
        }
    }

    /// Takes the next row.
    pub fn see(&mut self, row: &MetricRow) {
        for judge in &mut self.judges {
            judge.see((row.tick, row.t_s), &row.scope, |id| row.get(id));
        }
        if !self.whole.contains_key(&row.scope) {
            let none = vec![Tally::default(); self.metrics.list().len()];
            self.whole.insert(row.scope.clone(), none);
        }
        if let Some(tallies) = self.whole.get_mut(&row.scope) {
            for (tally, value) in tallies.iter_mut().zip(&row.values) {
                value.iter().for_each(|value| tally.push(*value));
            }
        }
        match self.last_rows.get_mut(&row.scope) {
            Some(last) => last.clone_from(row),
            None => {
                self.last_rows.insert(row.scope.clone(), row.clone());
            }
        }
    }

    /// A statistic of a metric over the rows of a scope so far; `None` when it had no value, and of
    /// those with a level, which have to be followed from the start.
    #[must_use]
    pub fn of(&self, scope: &str, metric: &MetricId, take: Statistic) -> Option<f64> {
        let tally = self.whole.get(scope)?.get(self.metrics.position(metric)?)?;
        tally.take(take)
    }

    /// The last row of each scope.
    #[must_use]
    pub fn last_rows(&self) -> &BTreeMap<String, MetricRow> {
        &self.last_rows
    }

    /// The last value of a metric in a scope.
    #[must_use]
    pub fn last(&self, scope: &str, metric: &MetricId) -> Option<f64> {
        self.last_rows.get(scope)?.get(metric)
    }

    /// The verdict on a run that is in this state after `ticks`, or was cut short. What must hold
    /// at the end of a run is not judged before it.
    #[must_use]
    pub fn verdict(&self, state: KernelState, ticks: Tick, cut: Option<CancelCause>) -> Verdict {
        let mut judged = Vec::new();
        let status = match (cut, state) {
            (Some(CancelCause::Interrupted), _) => RunStatus::Interrupted,
            (Some(CancelCause::TimeLimit), _) => RunStatus::TimeLimit,
            (None, KernelState::SafeStopped) => RunStatus::SafeStopped,
            (None, _) => {
                if ticks >= self.scene.ticks {
                    judged.extend(self.judges.iter().map(Judge::judgement));
                }
                match judged.iter().all(|own| own.failure.is_none()) {
                    true => RunStatus::Ok,
                    false => RunStatus::AssertionFailed,
                }
            }
        };
        Verdict { status, judged }
    }
}
