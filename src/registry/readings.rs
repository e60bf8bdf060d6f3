//! The values of metrics after a tick.

use std::collections::BTreeMap;

use bevy::prelude::Resource;

use crate::base::PopulationId;

use super::demand::Demand;
use super::metric::{Declared, MetricId, Metrics, Need};

/// How a metric is read from a value of type `S`.
enum Read<S> {
    Alone(fn(&S) -> Option<f64>),
    /// By its name, where `S` holds metrics by their names.
    Named(fn(&S, &MetricId) -> Option<f64>, MetricId),
}

impl<S> Read<S> {
    fn value(&self, state: &S) -> Option<f64> {
        match self {
            Self::Alone(read) => read(state),
            Self::Named(read, id) => read(state, id),
        }
    }
}

/// The metrics of one kind that are asked for, with how they are read and where they stand.
#[derive(Resource)]
pub struct Asked<S: 'static>(Vec<(usize, Read<S>)>);

impl<S: 'static> Default for Asked<S> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<S: 'static> Asked<S> {
    /// Those of `declared` that are asked for.
    #[must_use]
    pub fn new(declared: Vec<Declared<S>>, metrics: &Metrics, demand: &Demand) -> Self {
        let asked = declared.into_iter().filter_map(|(metric, read)| {
            let at = metrics.position(&metric.id)?;
            demand.asks(&metric.id).then_some((at, Read::Alone(read)))
        });
        Self(asked.collect())
    }

    /// Those of the table that need the same and are asked for, each read by its name.
    #[must_use]
    pub fn named(
        needs: Need,
        read: fn(&S, &MetricId) -> Option<f64>,
        metrics: &Metrics,
        demand: &Demand,
    ) -> Self {
        let asked = metrics
            .list()
            .iter()
            .enumerate()
            .filter_map(|(at, metric)| {
                let is_own = metric.needs == needs && demand.asks(&metric.id);
                is_own.then(|| (at, Read::Named(read, metric.id.clone())))
            });
        Self(asked.collect())
    }

    /// The value of the metric at a place of the table, when it is among these.
    #[must_use]
    pub fn value(&self, at: usize, state: &S) -> Option<f64> {
        let (_, read) = self.0.iter().find(|(own, _)| *own == at)?;
        read.value(state)
    }

    /// Reads all of them from `state` into the readings of a scope.
    pub fn read(&self, state: &S, into: &mut [Option<f64>]) {
        for (at, read) in &self.0 {
            into[*at] = read.value(state);
        }
    }
}

/// The values of the metrics that were asked for after a tick. A value that is no finite number was
/// lost: nothing follows from it.
#[derive(Resource, Clone, Debug, Default)]
pub struct Readings {
    /// Ticks completed.
    pub completed: u64,
    width: usize,
    scopes: BTreeMap<PopulationId, Vec<Option<f64>>>,
}

impl Readings {
    /// Begins those after `completed` ticks, of `width` metrics.
    pub fn begin(&mut self, completed: u64, width: usize) {
        (self.completed, self.width) = (completed, width);
        self.scopes.clear();
    }

    /// The values of a scope, in the order of the table; from now on the scope has readings.
    pub fn scope_mut(&mut self, scope: PopulationId) -> &mut [Option<f64>] {
        let width = self.width;
        self.scopes
            .entry(scope)
            .or_insert_with(|| vec![None; width])
    }

    /// The scopes that have readings with their values, in the order of their numbers.
    pub fn scopes(&self) -> impl Iterator<Item = (PopulationId, &[Option<f64>])> {
        self.scopes
            .iter()
            .map(|(scope, own)| (*scope, own.as_slice()))
    }

    /// The value of the metric at a place of the table; `None` where there is none or it is no
    /// finite number.
    #[must_use]
    pub fn get(&self, scope: PopulationId, at: usize) -> Option<f64> {
        let value = self.scopes.get(&scope)?.get(at).copied().flatten();
        value.filter(|value| value.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::metric::{Family, Metric, MetricId, Need};

    const A: MetricId = MetricId::new("a");
    const B: MetricId = MetricId::new("b_hz");

    fn table() -> Metrics {
        let a = Metric::new(A, "a", Need::States, Family::Motion, "A.");
        let b = Metric::new(B, "b", Need::Edges, Family::Motion, "B.").unit("Hz");
        Metrics::new(vec![a, b])
    }

    #[test]
    fn only_what_is_asked_for_is_needed_and_read() {
        let metrics = table();
        let mut demand = Demand::new(10);
        demand.ask(&metrics, &A, true);
        assert!(demand.needs(Need::States, 3) && !demand.needs(Need::Edges, 10));
        demand.ask(&metrics, &B, false);
        assert!(!demand.needs(Need::Edges, 3) && demand.needs(Need::Edges, 20));
        let declared: Vec<Declared<f64>> = metrics
            .list()
            .iter()
            .map(|metric| (metric.clone(), (|own: &f64| Some(*own)) as fn(&f64) -> _))
            .collect();
        let mut only_a = Demand::new(1);
        only_a.ask(&metrics, &A, true);
        let asked = Asked::new(declared, &metrics, &only_a);
        let mut readings = Readings::default();
        readings.begin(1, 2);
        asked.read(&2.5, readings.scope_mut(PopulationId(1)));
        assert_eq!(readings.get(PopulationId(1), 0), Some(2.5));
        assert_eq!(readings.get(PopulationId(1), 1), None);
        assert_eq!(readings.get(PopulationId(0), 0), None);
    }

    #[test]
    fn a_name_reads_as_itself() {
        let id: MetricId = serde_json::from_str("\"b_hz\"").unwrap();
        assert_eq!(id, B);
        assert_eq!(table().find(&id).unwrap().unit, "Hz");
        let expected = table().expected(&MetricId::new("c"), |metric| metric.unit.is_empty());
        assert_eq!(expected, "expected one of a; did you mean `a`?");
    }
}
