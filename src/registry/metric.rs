//! Metrics: the numbers of a run that can be recorded, plotted, watched, asserted on and steered by.
//!
//! ```text
//! a room declares Metric + how to read it ─► Metrics ─┬─ header of metrics.csv, `phantom list metrics`
//!                                                     ├─ checks of scenes, plots and their texts
//!            Demand (who asks for what) ──────────────┴─► Readings of a tick: (scope, metric) → value
//! ```
//!
//! Only what somebody asks for is computed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use bevy::prelude::Resource;
use serde::{Deserialize, Serialize};

use crate::base::PopulationId;

/// What a metric is called in scenes, tables and events, for example `entropy_nats`. Its unit stands
/// in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MetricId(Cow<'static, str>);

impl MetricId {
    /// Of a name that the program knows.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for MetricId {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}

impl fmt::Display for MetricId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What has to be computed for a metric to have a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The signal engine, in scopes with sensor channels.
    Signals,
    /// Sums over the states of the resonators.
    States,
    /// The rates of the resonators over the tick.
    Rates,
    /// Sums over the edges of the resonators.
    Edges,
    /// A field on a grid.
    GridField,
    /// A measurement of Φ.
    Phi,
    /// A control loop.
    Loop,
    /// The bookkeeping of the coordinator.
    Cluster,
    /// Where the vertices are. Nothing that happens may follow from it.
    Placement,
}

/// Which scopes have a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricScope {
    /// Every population, and the cluster.
    All,
    /// The cluster only.
    Cluster,
}

/// The family of a metric, which gives it its colour in plots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Entropies.
    Entropy,
    /// Coherence and order.
    Coherence,
    /// Resonance.
    Resonance,
    /// Φ.
    Information,
    /// The field and what drives it.
    Field,
    /// Safety and load.
    Safety,
    /// Energies.
    Energy,
    /// Rates and states.
    Motion,
}

/// A metric: one row of the table that everything else reads.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Its name in scenes and the head of its column.
    pub id: MetricId,
    /// What a person calls it.
    pub label: Cow<'static, str>,
    /// Its unit; empty for pure numbers.
    pub unit: &'static str,
    /// The values that it can have, in words.
    pub range: &'static str,
    /// The greatest value that a plot always shows.
    pub top: Option<f64>,
    /// Which scopes have it.
    pub scope: MetricScope,
    /// What has to be computed for it.
    pub needs: Need,
    /// Its family.
    pub family: Family,
    /// What it means.
    pub help: Cow<'static, str>,
    /// How it is computed; empty where the meaning says it.
    pub formula: &'static str,
    /// Where it comes from; empty for what is ours.
    pub source: &'static str,
}

impl Metric {
    /// A pure number ≥ 0 of every scope.
    #[must_use]
    pub fn new(
        id: MetricId,
        label: impl Into<Cow<'static, str>>,
        needs: Need,
        family: Family,
        help: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            id,
            label: label.into(),
            unit: "",
            range: "≥ 0",
            top: None,
            scope: MetricScope::All,
            needs,
            family,
            help: help.into(),
            formula: "",
            source: "",
        }
    }

    /// In this unit.
    #[must_use]
    pub fn unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    /// With these values.
    #[must_use]
    pub fn range(mut self, range: &'static str) -> Self {
        self.range = range;
        self
    }

    /// With values from 0 to 1, all of which a plot shows.
    #[must_use]
    pub fn unit_interval(mut self) -> Self {
        (self.range, self.top) = ("0 … 1", Some(1.0));
        self
    }

    /// Of the cluster only.
    #[must_use]
    pub fn of_cluster(mut self) -> Self {
        self.scope = MetricScope::Cluster;
        self
    }

    /// Computed so, after this source.
    #[must_use]
    pub fn formula(mut self, formula: &'static str, source: &'static str) -> Self {
        (self.formula, self.source) = (formula, source);
        self
    }

    /// Meaning, formula, source, unit and range as one text.
    #[must_use]
    pub fn explained(&self) -> String {
        let mut text = self.help.to_string();
        if !self.formula.is_empty() {
            text = format!("{text} {}", self.formula);
        }
        if !self.source.is_empty() {
            text = format!("{text} ({})", self.source);
        }
        let unit = match self.unit {
            "" => "a pure number",
            unit => unit,
        };
        format!("{text}\nUnit: {unit}. Range: {}.", self.range)
    }
}

/// A metric with how it is read from a value of type `S`, in which a room keeps its results.
pub type Declared<S> = (Metric, fn(&S) -> Option<f64>);

/// The metrics of a run in the order of their columns; the same in every World.
#[derive(Resource, Clone, Debug, Default)]
pub struct Metrics(Arc<Table>);

#[derive(Debug, Default)]
struct Table {
    list: Vec<Metric>,
    by_name: BTreeMap<MetricId, usize>,
}

impl Metrics {
    /// Of a list. Where two have one name, the first counts.
    #[must_use]
    pub fn new(list: Vec<Metric>) -> Self {
        let mut by_name = BTreeMap::new();
        for (at, metric) in list.iter().enumerate() {
            by_name.entry(metric.id.clone()).or_insert(at);
        }
        Self(Arc::new(Table { list, by_name }))
    }

    /// All of them.
    #[must_use]
    pub fn list(&self) -> &[Metric] {
        &self.0.list
    }

    /// Where the one with a name stands in the list.
    #[must_use]
    pub fn position(&self, id: &MetricId) -> Option<usize> {
        self.0.by_name.get(id).copied()
    }

    /// The one with a name.
    #[must_use]
    pub fn find(&self, id: &MetricId) -> Option<&Metric> {
        self.position(id).map(|at| &self.0.list[at])
    }

    /// The names that fulfil a condition, for messages.
    #[must_use]
    pub fn names(&self, fits: impl Fn(&Metric) -> bool) -> String {
        let fitting = self.0.list.iter().filter(|metric| fits(metric));
        let names: Vec<&str> = fitting.map(|metric| metric.id.as_str()).collect();
        names.join(", ")
    }
}

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

    /// Asks for a metric in every tick, or in ticks after which a row is due. What is not in the table
    /// cannot be asked for.
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

    /// Whether anyone asks for a metric at any time.
    #[must_use]
    pub fn asks(&self, id: &MetricId) -> bool {
        self.every_tick.contains(id) || self.on_rows.contains(id)
    }
}

/// The metrics of one kind that are asked for, with how they are read and where they stand.
#[derive(Resource)]
pub struct Asked<S: 'static>(Vec<(usize, fn(&S) -> Option<f64>)>);

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
            demand.asks(&metric.id).then_some((at, read))
        });
        Self(asked.collect())
    }

    /// The value of the metric at a place of the table, when it is among these.
    #[must_use]
    pub fn value(&self, at: usize, state: &S) -> Option<f64> {
        let (_, read) = self.0.iter().find(|(own, _)| *own == at)?;
        read(state)
    }

    /// Reads all of them from `state` into the readings of a scope.
    pub fn read(&self, state: &S, into: &mut [Option<f64>]) {
        for (at, read) in &self.0 {
            into[*at] = read(state);
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

    /// The value of the metric at a place of the table; `None` where there is none or it is no finite
    /// number.
    #[must_use]
    pub fn get(&self, scope: PopulationId, at: usize) -> Option<f64> {
        let value = self.scopes.get(&scope)?.get(at).copied().flatten();
        value.filter(|value| value.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(table().names(|metric| metric.unit.is_empty()), "a");
    }
}
