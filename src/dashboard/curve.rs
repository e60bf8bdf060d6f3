//! Which curves a plot over time has: each is a metric of a scope.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::registry::MetricId;
use crate::scenario::view_spec::{CurveSpec, PlotSpec};

/// A metric of a scope over time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Curve {
    /// The metric.
    pub metric: MetricId,
    /// Population, or "cluster"; `None` for the scope that is chosen beside the parameters.
    pub scope: Option<String>,
}

impl Curve {
    /// A metric of the scope that is chosen.
    #[must_use]
    pub fn of(metric: MetricId) -> Self {
        Self {
            metric,
            scope: None,
        }
    }
}

impl From<&CurveSpec> for Curve {
    fn from(spec: &CurveSpec) -> Self {
        Self {
            metric: spec.metric.clone(),
            scope: spec.scope.clone(),
        }
    }
}

/// A plot over time.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TimePlot {
    /// Its curves, in the order of the legend.
    pub curves: Vec<Curve>,
    /// Whether its axis of values is logarithmic.
    #[serde(default)]
    pub log: bool,
    /// Whether mean, spread and extremes of what is in sight are shown.
    #[serde(default)]
    pub statistics: bool,
    /// Curves that the legend has switched off.
    #[serde(skip)]
    pub hidden: BTreeSet<Curve>,
}

/// Two plots are one panel when they have the same curves, however they are shown.
impl PartialEq for TimePlot {
    fn eq(&self, other: &Self) -> bool {
        self.curves == other.curves
    }
}

impl TimePlot {
    /// A plot of one metric of the scope that is chosen.
    #[must_use]
    pub fn of(metric: MetricId) -> Self {
        Self {
            curves: vec![Curve::of(metric)],
            ..Self::default()
        }
    }

    /// Its curves that are not switched off.
    pub fn shown(&self) -> impl Iterator<Item = &Curve> {
        let hidden = &self.hidden;
        self.curves.iter().filter(|curve| !hidden.contains(curve))
    }

    /// Shows a curve that is switched off, or switches it off.
    pub fn toggle(&mut self, curve: &Curve) {
        if !self.hidden.remove(curve) {
            self.hidden.insert(curve.clone());
        }
    }
}

impl From<&PlotSpec> for TimePlot {
    fn from(spec: &PlotSpec) -> Self {
        Self {
            curves: spec.curves.iter().map(Curve::from).collect(),
            log: spec.log,
            ..Self::default()
        }
    }
}
