//! How the window draws the metrics of a run.

use bevy_egui::egui::Color32;

use crate::registry::metric::{Family, Metric, MetricId, Need};

use crate::phi::readings::{PHI, PHI_CHANCE};
use crate::resonator::readings::ORDER;

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

impl ViewState {
    /// The metric of a panel. One that this run does not have stands for itself without a value.
    #[must_use]
    pub fn metric(&self, id: &MetricId) -> Metric {
        let unknown = || {
            let name = id.to_string();
            let help = "This run has no such metric.";
            Metric::new(id.clone(), name, Need::Cluster, Family::Motion, help)
        };
        let mut metric = self.metrics.find(id).cloned().unwrap_or_else(unknown);
        let Some(view) = &self.view else {
            return metric;
        };
        let scene = &view.facts.scene;
        if *id == PHI_CHANCE {
            metric.label = format!("{} by chance", scene.phi.measure.quantity()).into();
        } else if *id == PHI {
            metric.label = scene.phi.measure.quantity().into();
        } else if *id == ORDER && scene.populations.iter().all(|own| !own.model.is_phase()) {
            // Of displacements and amplitudes it has no greatest value.
            (metric.label, metric.top) = ("mean amplitude".into(), None);
        }
        metric
    }
}
