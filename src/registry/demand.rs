//! Who asks for which metrics, and when.

use std::collections::BTreeSet;

use bevy::prelude::Resource;

use super::metric::{MetricId, Metrics, Need};

/// Which metrics are asked for: in every tick, or in ticks after which a row is recorded.
#[derive(Resource, Clone, Debug, Default)]
pub struct Demand {
    every_tick: BTreeSet<MetricId>,
    on_rows: BTreeSet<MetricId>,
    every_ticks: u64,
    needs: [BTreeSet<Need>; 2],
}

impl Demand {
    /// Nothing is asked for yet; rows are due every so many ticks, ≥ 1.
    #[must_use]
    pub fn new(every_ticks: u64) -> Self {
        Self {
            every_ticks: every_ticks.max(1),
            ..Self::default()
        }
    }

    /// Asks for a metric in every tick, or in ticks after which a row is due. What is not in the
    /// table cannot be asked for.
    pub fn ask(&mut self, metrics: &Metrics, id: &MetricId, every_tick: bool) {
        if let Some(metric) = metrics.find(id) {
            let set = match every_tick {
                true => &mut self.every_tick,
                false => &mut self.on_rows,
            };
            set.insert(metric.id.clone());
            self.needs[usize::from(!every_tick)].insert(metric.needs);
        }
    }

    /// Whether a row is due after `completed` ticks.
    #[must_use]
    pub fn is_row_due(&self, completed: u64) -> bool {
        completed.is_multiple_of(self.every_ticks.max(1))
    }

    /// Whether anything is asked for after `completed` ticks.
    #[must_use]
    pub fn is_due(&self, completed: u64) -> bool {
        !self.every_tick.is_empty() || self.is_row_due(completed)
    }

    /// Whether something may have to be computed in some tick.
    #[must_use]
    pub fn may_need(&self, need: Need) -> bool {
        self.needs.iter().any(|own| own.contains(&need))
    }

    /// Whether something is to be computed after `completed` ticks.
    #[must_use]
    pub fn needs(&self, need: Need, completed: u64) -> bool {
        let [always, on_rows] = &self.needs;
        always.contains(&need) || (self.is_row_due(completed) && on_rows.contains(&need))
    }

    /// Whether anything of these is to be computed after `completed` ticks.
    #[must_use]
    pub fn needs_any(&self, needs: &[Need], completed: u64) -> bool {
        needs.iter().any(|need| self.needs(*need, completed))
    }

    /// Whether anyone asks for a metric after `completed` ticks.
    #[must_use]
    pub fn asks_after(&self, id: &MetricId, completed: u64) -> bool {
        let on_row = self.is_row_due(completed) && self.on_rows.contains(id);
        on_row || self.every_tick.contains(id)
    }

    /// Whether anyone asks for a metric in every tick.
    #[must_use]
    pub fn asks_every_tick(&self, id: &MetricId) -> bool {
        self.every_tick.contains(id)
    }

    /// Whether anyone asks for a metric at any time.
    #[must_use]
    pub fn asks(&self, id: &MetricId) -> bool {
        self.every_tick.contains(id) || self.on_rows.contains(id)
    }
}
