//! The metrics of the resonators themselves, without sensors or window.

use crate::registry::metric::{Declared, Family, Metric, MetricId, Need};

use super::observe::PlantReading;

/// Order parameter.
pub const ORDER: MetricId = MetricId::new("order");
/// Mean energy of the resonators by themselves.
pub const OWN_ENERGY: MetricId = MetricId::new("own_energy");
/// Own energy and that of edges.
pub const ENERGY: MetricId = MetricId::new("energy");
/// Energy of edges.
pub const COUPLING_ENERGY: MetricId = MetricId::new("coupling_energy");
/// Order among the neighbours of a phase.
pub const LOCAL_ORDER: MetricId = MetricId::new("local_order");
/// Mean rate.
pub const FREQUENCY: MetricId = MetricId::new("frequency");
/// Spread of rates.
pub const FREQUENCY_SD: MetricId = MetricId::new("frequency_sd");
/// Mean of what sensors see.
pub const MEAN: MetricId = MetricId::new("mean");

/// What this room has to be recorded, plotted, watched and steered by.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table, a row a metric")]
pub fn metrics() -> Vec<Declared<PlantReading>> {
    let metric = Metric::new;
    vec![
        (
            Metric {
                top: Some(1.0),
                ..metric(
                    ORDER,
                    "order",
                    Need::States,
                    Family::Coherence,
                    "How far all resonators of a population go in step now, without sensors or window.",
                )
            }
            .range("0 … 1 for phases, ≥ 0 for amplitudes")
            .formula(
                "|mean of e^(iθ)| of phases, |mean z| of amplitudes.",
                "Kuramoto 1984",
            ),
            |own| Some(own.order),
        ),
        (
            metric(
                OWN_ENERGY,
                "own energy",
                Need::States,
                Family::Motion,
                "Mean energy of the oscillators of a population, without what their coupling stores.",
            )
            .formula("½v² + ½ω²x², or ½mv² of phases with inertia.", ""),
            |own| own.own_energy,
        ),
        (
            metric(
                ENERGY,
                "energy",
                Need::Edges,
                Family::Energy,
                "Own energy and that of the incoming edges, a mean over resonators. Without damping \
                 and drive it stays, but for what the integrator loses.",
            ),
            PlantReading::energy,
        ),
        (
            metric(
                COUPLING_ENERGY,
                "coupling energy",
                Need::Edges,
                Family::Energy,
                "Mean energy of the incoming edges of a resonator.",
            )
            .formula(
                "Σ ½κw(1 − cos(θⱼ − θᵢ)) of phases, Σ ¼κw|zⱼ − zᵢ|² of others.",
                "",
            ),
            |own| own.coupling_energy,
        ),
        (
            metric(
                LOCAL_ORDER,
                "local order",
                Need::Edges,
                Family::Coherence,
                "How far the neighbours of a phase go in step, a mean over phases. High local and low \
                 global order: waves.",
            )
            .unit_interval()
            .formula("|Σ w e^(iθ)| / Σ |w| over incoming edges.", ""),
            |own| own.local_order,
        ),
        (
            metric(
                FREQUENCY,
                "frequency",
                Need::Rates,
                Family::Motion,
                "Mean rate of the phases, or of the angles of amplitudes, over the tick.",
            )
            .unit("rad/s")
            .range("any"),
            |own| own.frequency,
        ),
        (
            metric(
                FREQUENCY_SD,
                "frequency spread",
                Need::Rates,
                Family::Energy,
                "Standard deviation of the rates over a population: 0 when all are locked.",
            )
            .unit("rad/s"),
            |own| own.frequency_sd,
        ),
        (
            metric(
                MEAN,
                "mean",
                Need::States,
                Family::Motion,
                "Mean of what sensors see of the resonators: cos θ, or x.",
            )
            .range("any"),
            |own| Some(own.mean),
        ),
    ]
}
