//! What is remembered of each branch: every metric of every scope, and the events.

use std::collections::BTreeMap;

use crate::base::Tick;
use crate::record::{EventRecord, MetricRow};
use crate::registry::MetricId;

use super::column::Column;
use super::past_rows::PastColumns;
use super::sensed::Samples;
use super::violations::Violations;

/// Events that a branch remembers.
const KEPT_EVENTS: usize = 20_000;

/// Columns of the field's picture that a branch remembers.
const KEPT_FIELDS: usize = 20_000;

/// A branch as it has come to be known.
#[derive(Clone, Debug)]
pub struct Chronicle {
    /// The branch that it parted from, and when.
    pub parent: Option<(usize, Tick)>,
    /// Ticks between rows.
    pub every: Tick,
    /// Length of a tick, s.
    pub tick_s: f64,
    /// Amplitudes of the field's modes by tick, ascending.
    pub fields: Vec<(Tick, Vec<f32>)>,
    /// Places of followed vertices in the phase plane by tick, ascending.
    pub planes: Vec<(Tick, Vec<[f32; 2]>)>,
    /// Samples of each scope that sensors look at, by its number among them.
    pub samples: Vec<Samples>,
    columns: BTreeMap<String, BTreeMap<MetricId, Column>>,
    /// Events, oldest first.
    pub events: Vec<EventRecord>,
    /// When each rule was violated.
    pub violations: Violations,
}

/// Adds what a tick gave to a list that ascends, unless it is known; the oldest give way.
fn keep<T>(list: &mut Vec<(Tick, T)>, tick: Tick, value: T) {
    let at = list.partition_point(|(other, _)| *other < tick);
    if list.get(at).is_none_or(|(other, _)| *other != tick) {
        list.insert(at, (tick, value));
    }
    if list.len() > KEPT_FIELDS {
        list.drain(..KEPT_FIELDS / 4);
    }
}

impl Chronicle {
    /// A branch without a past.
    #[must_use]
    pub fn new(every: Tick, tick_s: f64) -> Self {
        Self {
            parent: None,
            every: every.max(1),
            tick_s,
            fields: Vec::new(),
            planes: Vec::new(),
            samples: Vec::new(),
            columns: BTreeMap::new(),
            events: Vec::new(),
            violations: Violations::default(),
        }
    }

    /// A branch that parts from this one, number `number`, at a tick.
    #[must_use]
    pub fn fork(&self, number: usize, tick: Tick) -> Self {
        let mut fork = self.clone();
        fork.parent = Some((number, tick));
        let places = (tick / self.every) as usize + 1;
        let columns = fork.columns.values_mut().flat_map(BTreeMap::values_mut);
        columns.for_each(|column| column.truncate(places));
        fork.fields.retain(|(at, _)| *at <= tick);
        fork.planes.retain(|(at, _)| *at <= tick);
        fork.samples.iter_mut().for_each(|own| own.truncate(tick));
        fork.events.retain(|event| event.tick < tick);
        fork.violations = Violations::default();
        for event in &fork.events {
            fork.violations.take(event);
        }
        fork
    }

    /// Takes a row.
    pub fn take_row(&mut self, row: &MetricRow) {
        let place = (row.tick / self.every) as usize;
        let metrics = match self.columns.get_mut(&row.scope) {
            Some(metrics) => metrics,
            None => self.columns.entry(row.scope.clone()).or_default(),
        };
        for (at, metric) in row.metrics.list().iter().enumerate() {
            if let Some(value) = row.at(at).filter(|value| value.is_finite()) {
                metrics
                    .entry(metric.id.clone())
                    .or_default()
                    .set(place, value);
            }
        }
    }

    /// Takes columns of rows that a folder has.
    pub fn take_past(&mut self, past: PastColumns) {
        for (scope, columns) in past {
            self.columns.entry(scope).or_default().extend(columns);
        }
    }

    /// Takes an event.
    pub fn take_event(&mut self, event: EventRecord) {
        self.violations.take(&event);
        self.events.push(event);
        if self.events.len() > KEPT_EVENTS {
            self.events.drain(..KEPT_EVENTS / 4);
        }
    }

    /// Takes the field's modes at a tick. Those of a tick that ran again are known.
    pub fn take_field(&mut self, tick: Tick, amplitudes: Vec<f32>) {
        keep(&mut self.fields, tick, amplitudes);
    }

    /// Takes where followed vertices are in the phase plane at a tick.
    pub fn take_plane(&mut self, tick: Tick, places: Vec<[f32; 2]>) {
        keep(&mut self.planes, tick, places);
    }

    /// Takes the samples that were known of a scope after a tick.
    pub fn take_samples(&mut self, scope: usize, tick: Tick, frame: &[f64]) {
        if self.samples.len() <= scope {
            self.samples.resize_with(scope + 1, Samples::default);
        }
        self.samples[scope].take(tick, frame);
    }

    /// Scopes that have rows.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    /// The metrics of a scope that have values.
    pub fn metrics(&self, scope: &str) -> impl Iterator<Item = &MetricId> {
        self.columns
            .get(scope)
            .into_iter()
            .flat_map(|metrics| metrics.keys())
    }

    /// A column.
    #[must_use]
    pub fn column(&self, scope: &str, metric: &MetricId) -> Option<&Column> {
        self.columns.get(scope)?.get(metric)
    }

    /// The value of a metric at a tick, or the last one before it if that tick has no row.
    #[must_use]
    pub fn value(&self, scope: &str, metric: &MetricId, tick: Tick) -> Option<f64> {
        self.column(scope, metric)?.at((tick / self.every) as usize)
    }

    /// Plant time of a place, s.
    #[must_use]
    pub fn time_s(&self, place: usize) -> f64 {
        place as f64 * self.every as f64 * self.tick_s
    }

    /// The place at a time, or the first one after it.
    #[must_use]
    pub fn place(&self, time_s: f64) -> usize {
        (time_s / (self.every as f64 * self.tick_s)).ceil().max(0.0) as usize
    }
}
