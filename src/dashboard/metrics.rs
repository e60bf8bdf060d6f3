//! How the window draws the metrics of a run.

use bevy_egui::egui::Color32;

use crate::registry::metric::{Family, Metric, MetricId, Need};

use super::state::ViewState;
use super::theme;

/// The colour of a family of metrics.
#[must_use]
pub fn color(metric: &Metric) -> Color32 {
    match metric.family {
        Family::Entropy => theme::ENTROPY,
        Family::Coherence => theme::COHERENCE,
        Family::Resonance => theme::RESONANCE,
        Family::Information | Family::Energy => theme::REFERENCE,
        Family::Field => theme::FIELD,
        Family::Safety => theme::ALERT,
        Family::Motion => theme::BLUE,
    }
}

/// A metric's name for files: without blanks and signs.
#[must_use]
pub fn file_name(metric: &Metric) -> String {
    metric.label.replace(' ', "-").replace('Φ', "phi")
}

impl ViewState {
    /// The metric of a panel. One that this run does not have stands for itself without a value.
    #[must_use]
    pub fn metric(&self, id: &MetricId) -> Metric {
        let unknown = || {
            let name = id.to_string();
            let help = "This run has no such metric.";
            Metric::new(id.clone(), name, Need::Cluster, Family::Motion, help)
        };
        self.metrics.find(id).cloned().unwrap_or_else(unknown)
    }
}
