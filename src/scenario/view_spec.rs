//! How a window shows a scene when it opens. Nothing of a run follows from it, but that metrics
//! which a plot names are recorded.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::registry::site::{PopulationRanges, find_scope, unknown_scope};
use crate::registry::{MetricId, Metrics};

/// The `view` part of a scene.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ViewSpec {
    /// The arrangement of the panels; one that fits the scene when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<Arrangement>,
    /// The plots over time, from the top, in the place of those of the arrangement.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub plots: Vec<PlotSpec>,
    /// What the colour of a vertex says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<ColorBy>,
    /// The pace at the start; ×1 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<Pace>,
    /// Seconds of plant time that plots show while they follow the run; 40 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_s: Option<f64>,
}

/// A plot over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlotSpec {
    /// Its curves.
    pub curves: Vec<CurveSpec>,
    /// Whether its axis of values is logarithmic.
    #[serde(default)]
    pub log: bool,
}

/// A metric of a scope over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CurveSpec {
    /// The metric, by its name in the head of metrics.csv.
    pub metric: MetricId,
    /// Population, or "cluster"; the scope that is chosen in the window when absent.
    #[serde(default)]
    pub scope: Option<String>,
}

/// How fast a window runs a scene.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Pace {
    /// So many seconds of plant time for each second of wall time.
    Times(f64),
    /// As fast as possible.
    Max,
}

impl Pace {
    /// Seconds of plant time for each second of wall time; infinite for as fast as possible.
    #[must_use]
    pub fn factor(self) -> f64 {
        match self {
            Self::Times(factor) => factor,
            Self::Max => f64::INFINITY,
        }
    }
}

/// An arrangement of panels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Arrangement {
    /// Plots, graph, circle and events.
    #[default]
    Overview,
    /// Plots alone, beside circle and events.
    Plots,
    /// The field over place and time.
    Field,
    /// Nodes, Φ, control and events.
    Cluster,
    /// Φ: its report, its history, its structure.
    Integration,
    /// Order over a swept parameter.
    Transition,
    /// Phase plane, spectrum and energies.
    Plane,
    /// What sensors saw: power over time and frequency, phase locking of pairs, plots.
    Signals,
    /// A control loop with its terms, rules with their margins, plots and events.
    Control,
}

impl Arrangement {
    /// All of them, in the order of menus.
    pub const ALL: [Self; 9] = [
        Self::Overview,
        Self::Plots,
        Self::Field,
        Self::Cluster,
        Self::Integration,
        Self::Transition,
        Self::Plane,
        Self::Signals,
        Self::Control,
    ];

    /// What menus and the command line call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Plots => "plots",
            Self::Field => "field",
            Self::Cluster => "cluster",
            Self::Integration => "integration",
            Self::Transition => "transition",
            Self::Plane => "plane",
            Self::Signals => "signals",
            Self::Control => "control",
        }
    }

    /// What it shows.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::Overview => "plots, graph, circle and events",
            Self::Plots => "plots alone, beside circle and events",
            Self::Field => "the field over place and time",
            Self::Cluster => "nodes, Φ, control and events",
            Self::Integration => "Φ: its report, its history, its structure",
            Self::Transition => "order over a swept parameter",
            Self::Plane => "phase plane, spectrum and energies",
            Self::Signals => "power over time and frequency, phase locking of pairs, plots",
            Self::Control => "a loop with its terms, rules with their margins, plots, events",
        }
    }
}

/// What the colour of a vertex says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ColorBy {
    /// Its phase.
    #[default]
    Phase,
    /// Its population.
    Population,
    /// Its node.
    Node,
    /// Whether its unit is in the major complex.
    Complex,
    /// The load of its node.
    Load,
    /// The number of edges that it feels.
    Degree,
}

impl ColorBy {
    /// All of them with their names, in the order of menus.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Phase, "phase"),
        (Self::Population, "population"),
        (Self::Node, "node"),
        (Self::Complex, "Φ complex"),
        (Self::Load, "load"),
        (Self::Degree, "degree"),
    ];
}

impl ViewSpec {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The metrics that its plots name.
    pub fn metrics(&self) -> impl Iterator<Item = &MetricId> {
        let curves = self.plots.iter().flat_map(|plot| &plot.curves);
        curves.map(|curve| &curve.metric)
    }

    /// Collects what is wrong with it.
    pub fn validate(&self, problems: &mut Problems, ranges: &PopulationRanges, metrics: &Metrics) {
        if self.plots.len() > PLOTS_MAX {
            let found = self.plots.len();
            let text = format!("found {found} plots, expected at most {PLOTS_MAX}");
            problems.add("view.plots", text);
        }
        for (k, plot) in self.plots.iter().enumerate() {
            let path = format!("view.plots[{k}].curves");
            problems.count(&path, plot.curves.len() as u64, 1, CURVES_MAX as u64);
            validate_curves(&plot.curves, problems, &path, (ranges, metrics));
        }
        if let Some(Pace::Times(factor)) = self.speed {
            problems.range("view.speed", factor, 0.01, 1000.0, "");
        }
        if let Some(window_s) = self.window_s {
            problems.range("view.window_s", window_s, 1e-6, 1e9, " s");
        }
    }
}

/// Collects what is wrong with the curves of a plot or figure, which stand at `path`.
pub(super) fn validate_curves(
    curves: &[CurveSpec],
    problems: &mut Problems,
    path: &str,
    (ranges, metrics): (&PopulationRanges, &Metrics),
) {
    for (n, curve) in curves.iter().enumerate() {
        let at = format!("{path}[{n}]");
        let found = metrics.find(&curve.metric);
        if found.is_none() {
            let expected = metrics.expected(&curve.metric, |_| true);
            let message = format!("found {:?}, {expected}", curve.metric.as_str());
            problems.add(format!("{at}.metric"), message);
        }
        let Some(scope) = &curve.scope else {
            continue;
        };
        let path = format!("{at}.scope");
        if find_scope(scope, ranges).is_none() {
            unknown_scope(problems, &path, scope, ranges);
        } else if let Some(own) = found {
            own.refuse_scope(problems, &path, scope);
        }
    }
}

/// Plots of a view at most.
const PLOTS_MAX: usize = 6;
/// Curves of a plot at most.
pub(super) const CURVES_MAX: usize = 16;
