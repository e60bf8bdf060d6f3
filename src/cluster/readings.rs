//! The metric of alerts.

use crate::registry::metric::{Declared, Family, Metric, MetricId, Need};

use super::coordinator::ClusterState;

/// Alerts so far.
pub const ALERTS: MetricId = MetricId::new("alerts");

/// What this room has to be recorded, plotted, watched and steered by.
#[must_use]
pub fn metrics() -> Vec<Declared<ClusterState>> {
    let alerts = Metric::new(
        ALERTS,
        "alerts",
        Need::Cluster,
        Family::Safety,
        "Alerts of the safety kernel since the start.",
    )
    .of_cluster();
    vec![(alerts, |own| Some(own.alerts as f64))]
}
