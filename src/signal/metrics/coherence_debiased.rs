//! Coherence without the bias of few channels.

use super::*;

/// Coherence without the bias of few channels.
pub const COHERENCE_DEBIASED: MetricId = MetricId::new("coherence_debiased");

pub(super) fn metric() -> SignalMetric {
    let about = row(
        COHERENCE_DEBIASED,
        "debiased coherence",
        Family::Coherence,
        "R² less what independent channels would show by chance.",
    )
    .range("≤ 1; about 0 for independent channels")
    .formula("Time mean of (C R² − 1)/(C − 1) for C channels.", "");
    SignalMetric::new(
        about,
        &[Stage::Phases],
        value,
        Reading {
            normalization: "the mean cosine of the phase differences of all pairs",
            null: "independent channels: 0; splay states are negative, −1/(C − 1) at least",
            null_value: Some(|_| 0.0),
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    Ok(own.phases.debiased_order())
}
