//! Coherence without the ends of the window.

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("coherence_trim10"),
        "coherence without ends",
        Family::Coherence,
        "Coherence without the first and last tenth of the window, where the Hilbert phase is \
         distorted.",
    )
    .unit_interval()
    .formula(
        "Time mean of R(t) without ⌊W/10⌋ samples at each end.",
        "Kuramoto 1984",
    );
    SignalMetric::new(
        about,
        &[Stage::Phases],
        value,
        Reading {
            null: "C independent channels: √(π/4C)",
            caution: "To be preferred when the window holds no whole number of periods.",
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    Ok(match own.valid.len() {
        1 => 1.0,
        _ => own.phases.trimmed_order(),
    })
}
