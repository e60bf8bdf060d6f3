//! The metrics of integrated information.

use crate::registry::metric::{Declared, Family, Metric, MetricId, Need};

use super::systems::LatestPhi;

/// Φ of the declared units.
pub const PHI: MetricId = MetricId::new("phi_nats");

/// What Φ has to exceed to lie above chance.
pub const PHI_CHANCE: MetricId = MetricId::new("phi_chance_nats");

/// Ticks since the picture of the last value of Φ was taken; of a run without one, since its start.
pub const PHI_AGE: MetricId = MetricId::new("phi_age_ticks");

/// The metric of how old Φ is.
#[must_use]
pub fn age() -> Metric {
    Metric::new(
        PHI_AGE,
        "Φ age",
        Need::Phi,
        Family::Safety,
        "Ticks since the window or picture was taken that the last value of Φ was measured of; \
         before the first value, since the run began.",
    )
    .unit("ticks")
    .of_cluster()
}

/// What this room has to be recorded, plotted, watched and steered by.
#[must_use]
pub fn metrics() -> Vec<Declared<LatestPhi>> {
    let phi = Metric::new(
        PHI,
        "Φ",
        Need::Phi,
        Family::Information,
        "Integrated information of the declared units: what is lost across their weakest cut, by \
         the measure of the scene's phi part. Dots are exact, rings estimates, triangles bounds.",
    )
    .unit("nats")
    .of_cluster()
    .formula("", "Hidaka and Oizumi 2018; Albantakis et al. 2023");
    let chance = Metric::new(
        PHI_CHANCE,
        "Φ by chance",
        Need::Phi,
        Family::Information,
        "What Φ of a window has to exceed to lie above chance at 5 %: of 19 surrogates, the \
         greatest. In a surrogate each unit is shifted in time against the others.",
    )
    .unit("nats")
    .of_cluster();
    let level = |own: &LatestPhi| Some(own.report.as_ref()?.significance?.level);
    vec![
        (phi, |own| own.report.as_ref().map(|report| report.value)),
        (chance, level),
    ]
}
