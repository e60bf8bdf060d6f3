//! The metrics of the signal engine.

use crate::registry::metric::{Declared, Family, Metric, MetricId, Need};

use super::state::SystemState;

/// Spectral entropy.
pub const ENTROPY: MetricId = MetricId::new("entropy_nats");
/// Spectral entropy over its greatest value.
pub const ENTROPY_NORMALIZED: MetricId = MetricId::new("entropy_normalized");
/// Coherence.
pub const COHERENCE: MetricId = MetricId::new("coherence");
/// Coherence without the bias of few channels.
pub const COHERENCE_DEBIASED: MetricId = MetricId::new("coherence_debiased");
/// Resonance.
pub const RESONANCE: MetricId = MetricId::new("resonance");
/// Frequency of the spectral peak.
pub const PEAK: MetricId = MetricId::new("peak_hz");

fn signal(id: MetricId, label: &'static str, family: Family, help: &'static str) -> Metric {
    Metric::new(id, label, Need::Signals, family, help)
}

/// What this room has to be recorded, plotted, watched and steered by.
#[must_use]
pub fn metrics() -> Vec<Declared<SystemState>> {
    vec![
        (
            signal(
                ENTROPY,
                "entropy",
                Family::Entropy,
                "How many frequencies share the power: low is a pure tone, high is noise.",
            )
            .unit("nats")
            .range("0 … ln B for B bins")
            .formula(
                "H = −Σ p ln p of the normalised Welch spectrum, the mean over channels.",
                "Inouye 1991",
            ),
            |own| Some(own.entropy_nats),
        ),
        (
            signal(
                ENTROPY_NORMALIZED,
                "normalised entropy",
                Family::Entropy,
                "Entropy over its greatest value, ln B for B bins.",
            )
            .unit_interval(),
            |own| Some(own.entropy_normalized),
        ),
        (
            signal(
                COHERENCE,
                "coherence",
                Family::Coherence,
                "How far the channels go in step. Independent channels give about √(π/4C), not 0.",
            )
            .unit_interval()
            .formula(
                "R = the time mean of |mean of e^(iφ)| over the channels' Hilbert phases, the \
                 Kuramoto order parameter.",
                "Kuramoto 1984",
            ),
            |own| Some(own.coherence),
        ),
        (
            signal(
                COHERENCE_DEBIASED,
                "debiased coherence",
                Family::Coherence,
                "R² less what independent channels would show by chance.",
            )
            .range("≤ 1; about 0 for independent channels")
            .formula("(C R² − 1)/(C − 1) for C channels.", ""),
            |own| Some(own.coherence_debiased),
        ),
        (
            signal(
                RESONANCE,
                "resonance",
                Family::Resonance,
                "How far one shared tone stands above the rest: 0 for noise, and for tones that \
                 nobody shares.",
            )
            .formula(
                "(crest − 1) of the spectral peak times the debiased magnitude-squared coherence \
                 there.",
                "",
            ),
            |own| Some(own.resonance),
        ),
        (
            signal(
                PEAK,
                "peak frequency",
                Family::Motion,
                "The frequency at which the mean spectrum is greatest.",
            )
            .unit("Hz")
            .range("0 … half the sample rate"),
            |own| Some(own.peak_hz),
        ),
    ]
}
