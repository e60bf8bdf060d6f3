//! The metrics of sensors.

use crate::registry::metric::{Declared, Family, Metric, MetricId, Need};

use super::health::HealthSummary;

/// Share of samples that are there.
pub const COVERAGE: MetricId = MetricId::new("sensor_coverage");
/// Ticks since the latest sample.
pub const STALE: MetricId = MetricId::new("sensor_stale_ticks");
/// Gaps so far.
pub const GAPS: MetricId = MetricId::new("sensor_gaps");
/// What the channels read.
pub const MEAN: MetricId = MetricId::new("sensor_mean");
/// Jitter of live devices.
pub const JITTER: MetricId = MetricId::new("sensor_jitter_s");

fn sensor(id: MetricId, label: &'static str, help: &'static str) -> Metric {
    Metric::new(id, label, Need::Samples, Family::Safety, help)
}

/// What this room has to be recorded, plotted, watched and steered by.
#[must_use]
pub fn metrics() -> Vec<Declared<HealthSummary>> {
    vec![
        (
            sensor(
                COVERAGE,
                "sensor coverage",
                "Share of samples that are there, over the scope's channels and the ticks of a \
                 signal window.",
            )
            .unit_interval(),
            |own| Some(own.coverage),
        ),
        (
            sensor(
                STALE,
                "sensor staleness",
                "Ticks since the latest sample, of the channel where that is longest; a value that \
                 is held ages.",
            )
            .unit("ticks"),
            |own| Some(own.stale_ticks as f64),
        ),
        (
            sensor(
                GAPS,
                "sensor gaps",
                "Spans without a sample since the start, of all channels of the scope.",
            ),
            |own| Some(own.gaps as f64),
        ),
        (
            sensor(
                JITTER,
                "sensor jitter",
                "How unevenly samples of live devices arrive, of the channel where that is most.",
            )
            .unit("s")
            .formula(
                "J += (|Δ(R − S)| − J)/16 with each sample that was due at S and came at R.",
                "RFC 3550",
            ),
            |own| own.jitter_s,
        ),
        (
            sensor(
                MEAN,
                "sensor mean",
                "Mean of what the channels of the scope read now, in their unit; of those that \
                 have a sample.",
            )
            .range("any"),
            |own| own.mean,
        ),
    ]
}
