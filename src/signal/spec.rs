//! The scene's `signal` part.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::registry::metric::{Metric, MetricId, Metrics};
use crate::registry::part::is_plain_name;

use super::metrics::{self, SignalMetric};
use super::settings::SignalSettings;
use super::taper::Taper;

/// Windows and segments of the signal engine, in samples; there is one sample per tick.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SignalSpec {
    /// Samples in the window, W.
    pub window: usize,
    /// Samples in a Welch segment, n ≤ W.
    pub segment: usize,
    /// Ticks between two results.
    pub hop: u64,
    /// The metrics that are computed and recorded, by name; entropy, coherence, resonance and their
    /// companions when empty. What loops, crossings, assertions and plots name is computed as well.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<MetricId>,
    /// What segments are multiplied by.
    #[serde(skip_serializing_if = "is_plain")]
    pub taper: Taper,
    /// The band (from, to), Hz, within which spectra are looked at and phases are taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band_hz: Option<(f64, f64)>,
    /// Further windows and bands beside this one, of the same channels and at the same hop.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<SignalView>,
}

/// A further window or band: its metrics are called `name.metric`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignalView {
    /// Its name, for example `alpha`.
    pub name: String,
    /// Samples in its window; that of the signal engine when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<usize>,
    /// Samples in its segments; those of the signal engine when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<usize>,
    /// Its band (from, to), Hz.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band_hz: Option<(f64, f64)>,
    /// Its metrics, by name.
    pub metrics: Vec<MetricId>,
}

fn is_plain(taper: &Taper) -> bool {
    *taper == Taper::default()
}

impl Default for SignalSpec {
    fn default() -> Self {
        Self {
            window: 256,
            segment: 128,
            hop: 8,
            metrics: Vec::new(),
            taper: Taper::default(),
            band_hz: None,
            also: Vec::new(),
        }
    }
}

/// The most samples of a window.
const WINDOW_MAX: u64 = 1 << 20;

impl SignalSpec {
    /// Collects what is wrong with this part of a scene, whose channels have so many samples per
    /// second.
    pub fn validate(&self, problems: &mut Problems, sample_rate_hz: f64) {
        problems.count("signal.window", self.window as u64, 8, WINDOW_MAX);
        problems.count("signal.segment", self.segment as u64, 8, self.window as u64);
        problems.count("signal.hop", self.hop, 1, 1 << 20);
        let known = metrics::table();
        for (k, id) in self.metrics.iter().enumerate() {
            let path = format!("signal.metrics[{k}]");
            known_metric(problems, &path, id, &known);
        }
        let mut names: Vec<&str> = Vec::new();
        for (k, view) in self.also.iter().enumerate() {
            let path = format!("signal.also[{k}]");
            let is_new = !names.contains(&view.name.as_str());
            problems.require(
                is_new && is_plain_name(&view.name),
                &format!("{path}.name"),
                format!("{:?}", view.name),
                "a name of letters, digits, - and _ that no other window has",
            );
            names.push(&view.name);
            if let Some(window) = view.window {
                problems.count(&format!("{path}.window"), window as u64, 8, WINDOW_MAX);
            }
            if let Some(segment) = view.segment {
                let most = view.window.unwrap_or(self.window) as u64;
                problems.count(&format!("{path}.segment"), segment as u64, 8, most);
            }
            problems.require(
                !view.metrics.is_empty(),
                &format!("{path}.metrics"),
                "none",
                "at least one, for example \"coherence\"",
            );
            for (n, id) in view.metrics.iter().enumerate() {
                known_metric(problems, &format!("{path}.metrics[{n}]"), id, &known);
            }
        }
        if sample_rate_hz.is_finite() && sample_rate_hz > 0.0 {
            self.validate_settings(problems, sample_rate_hz);
        }
    }

    /// What the engine would refuse: bands, and segments of views that fit no window.
    fn validate_settings(&self, problems: &mut Problems, sample_rate_hz: f64) {
        for (path, settings) in self.paths().into_iter().zip(self.settings(sample_rate_hz)) {
            let in_range = (8..=settings.window).contains(&settings.segment);
            if in_range && let Err(error) = settings.check() {
                problems.add(&path, error.to_string());
            }
        }
    }

    fn paths(&self) -> Vec<String> {
        let own = std::iter::once("signal.band_hz".to_owned());
        let views = (0..self.also.len()).map(|k| format!("signal.also[{k}].band_hz"));
        own.chain(views).collect()
    }

    /// Settings of the window and of those beside it.
    #[must_use]
    pub fn settings(&self, sample_rate_hz: f64) -> Vec<SignalSettings> {
        let of = |window, segment, band_hz| SignalSettings {
            taper: self.taper,
            band_hz,
            ..SignalSettings::new(window, segment, sample_rate_hz)
        };
        let own = std::iter::once(of(self.window, self.segment, self.band_hz));
        let views = self.also.iter().map(|view| {
            let window = view.window.unwrap_or(self.window);
            let segment = view.segment.unwrap_or(self.segment).min(window);
            of(window, segment, view.band_hz)
        });
        own.chain(views).collect()
    }

    /// The metrics that are recorded, by the name in the table: those of the window, then those of
    /// the others.
    #[must_use]
    pub fn recorded(&self) -> Vec<MetricId> {
        let own = match self.metrics.is_empty() {
            true => metrics::usual(),
            false => self.metrics.clone(),
        };
        let views = self.also.iter().flat_map(|view| {
            let ids = view.metrics.iter();
            ids.map(|id| view_id(&view.name, id))
        });
        own.into_iter().chain(views).collect()
    }

    /// Rows of the table for the metrics of the windows beside the first.
    #[must_use]
    pub fn further_metrics(&self) -> Vec<Metric> {
        let mut rows = Vec::new();
        for view in &self.also {
            for id in &view.metrics {
                if let Some(own) = metrics::find(id) {
                    let mut about = own.about;
                    about.id = view_id(&view.name, id);
                    about.label = format!("{} ({})", about.label, view.name).into();
                    rows.push(about);
                }
            }
        }
        rows
    }

    /// The metrics of each window that are asked for, under their names in the table.
    pub fn wanted(&self, asks: impl Fn(&MetricId) -> bool) -> Vec<Vec<(MetricId, SignalMetric)>> {
        let own = metrics::list().into_iter();
        let own = own.filter(|own| asks(&own.about.id));
        let own: Vec<_> = own.map(|own| (own.about.id.clone(), own)).collect();
        let views = self.also.iter().map(|view| {
            let named = view.metrics.iter().filter_map(|id| {
                let name = view_id(&view.name, id);
                asks(&name).then_some(())?;
                Some((name, metrics::find(id)?))
            });
            named.collect()
        });
        std::iter::once(own).chain(views).collect()
    }
}

/// The name of a metric of a window beside the first.
fn view_id(view: &str, id: &MetricId) -> MetricId {
    MetricId::from(format!("{view}.{id}"))
}

fn known_metric(problems: &mut Problems, path: &str, id: &MetricId, known: &Metrics) {
    if known.find(id).is_none() {
        let expected = known.expected(id, |_| true);
        problems.add(path, format!("{:?}, {expected}", id.as_str()));
    }
}
