//! What is kept of the rows while a run goes on: its size does not grow with their number.

use std::collections::BTreeMap;

use crate::base::{CancelCause, RunStatus, Tick};
use crate::record::MetricRow;
use crate::registry::{MetricId, Metrics};
use crate::scenario::Scene;
use crate::scenario::assertion::{Statistic, Tally};

use super::state::KernelState;

/// Whether a run did what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How it ended.
    pub status: RunStatus,
    /// Assertions that failed, in words.
    pub failures: Vec<String>,
}

/// Streaming statistics of all metrics in all scopes, the last row of each scope, and what the
/// assertions of the scene need.
pub struct Statistics {
    scene: Scene,
    metrics: Metrics,
    judged: Vec<Tally>,
    whole: BTreeMap<String, Vec<Tally>>,
    last_rows: BTreeMap<String, MetricRow>,
}

impl Statistics {
    /// Of a run of this scene that is at its start.
    #[must_use]
    pub fn new(scene: Scene, metrics: Metrics) -> Self {
        Self {
            judged: vec![Tally::default(); scene.assertions.len()],
            scene,
            metrics,
            whole: BTreeMap::new(),
            last_rows: BTreeMap::new(),
        }
    }

    /// Takes the next row.
    pub fn see(&mut self, row: &MetricRow) {
        for (tally, assertion) in self.judged.iter_mut().zip(&self.scene.assertions) {
            if assertion.spans(row.t_s) && row.scope == assertion.scope {
                row.get(&assertion.metric)
                    .into_iter()
                    .for_each(|value| tally.push(value));
            }
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

    /// A statistic of a metric over the rows of a scope so far; `None` when it had no value.
    #[must_use]
    pub fn of(&self, scope: &str, metric: &MetricId, take: Statistic) -> Option<f64> {
        let tally = self.whole.get(scope)?.get(self.metrics.position(metric)?)?;
        take.of(tally)
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
        let mut failures = Vec::new();
        let status = match (cut, state) {
            (Some(CancelCause::Interrupted), _) => RunStatus::Interrupted,
            (Some(CancelCause::TimeLimit), _) => RunStatus::TimeLimit,
            (None, KernelState::SafeStopped) => RunStatus::SafeStopped,
            (None, _) => {
                if ticks >= self.scene.ticks {
                    let judged = self.scene.assertions.iter().zip(&self.judged);
                    failures.extend(judged.filter_map(|(own, tally)| own.judge(tally)));
                }
                match failures.is_empty() {
                    true => RunStatus::Ok,
                    false => RunStatus::AssertionFailed,
                }
            }
        };
        Verdict { status, failures }
    }
}
