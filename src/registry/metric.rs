//! Metrics: the numbers of a run that can be recorded, plotted, watched, asserted on and steered
//! by.
//!
//! ```text
//! a room declares Metric + how to read it ─► Metrics ─┬─ header of metrics.csv, `phantom list metrics`
//!                                                     ├─ checks of scenes, plots and their texts
//!            Demand (who asks for what) ──────────────┴─► Readings of a tick: (scope, metric) → value
//! ```
//!
//! Only what somebody asks for is computed.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bevy::prelude::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::base::problem::did_you_mean;

/// What a metric is called in scenes, tables and events, for example `entropy_nats`. Its unit
/// stands in it.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
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

impl From<&'static str> for MetricId {
    fn from(name: &'static str) -> Self {
        Self::new(name)
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
    /// The samples of sensors, in scopes with channels.
    Samples,
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
    /// A rule of safety.
    Rules,
    /// The bookkeeping of the coordinator.
    Cluster,
    /// A metric of a user; see [`MetricStream`](super::stream::MetricStream).
    Own,
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

    /// A pure number ≥ 0 of every scope, for a metric of a user.
    #[must_use]
    pub fn own(
        id: impl Into<MetricId>,
        label: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(id.into(), label, Need::Own, Family::Motion, help)
    }

    /// Of this family, which gives it its colour.
    #[must_use]
    pub fn family(mut self, family: Family) -> Self {
        self.family = family;
        self
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

    /// Collects a scope that does not have it.
    pub fn refuse_scope(&self, problems: &mut Problems, path: &str, scope: &str) {
        if self.scope == MetricScope::Cluster && scope != "cluster" {
            let message = format!("{scope:?} has no {}, expected \"cluster\"", self.id);
            problems.add(path, message);
        }
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

    /// What is expected in the place of a name: one of those that fulfil a condition, with a hint
    /// at the one that was probably meant.
    #[must_use]
    pub fn expected(&self, found: &MetricId, fits: impl Fn(&Metric) -> bool) -> String {
        let fitting = self.0.list.iter().filter(|metric| fits(metric));
        let names: Vec<&str> = fitting.map(|metric| metric.id.as_str()).collect();
        let hint = did_you_mean(found.as_str(), &names);
        format!("expected one of {}{hint}", names.join(", "))
    }
}
