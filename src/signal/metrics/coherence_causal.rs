//! Coherence by a filter that does not look ahead.

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("coherence_causal"),
        "causal coherence",
        Family::Coherence,
        "Coherence by phases that do not wait for the end of a window, at a small cost a sample.",
    )
    .unit_interval()
    .formula(
        "Time mean of R(t) by a Hilbert transformer of 65 taps (type III, Hamming), 32 samples \
            late.",
        "Oppenheim & Schafer 2010",
    );
    SignalMetric::new(
        about,
        &[Stage::Causal],
        value,
        Reading {
            null: "C independent channels: √(π/4C)",
            caution: "An approximation of coherence: it needs signals around 0 above about \
                fs/65, and leaves out the first 64 samples of a window.",
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    let mean = own.causal.mean().ok_or(Reason::TooShort)?;
    Ok(if own.valid.len() == 1 { 1.0 } else { mean })
}
