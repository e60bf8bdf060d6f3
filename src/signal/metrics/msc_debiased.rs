//! Magnitude-squared coherence without the bias of few segments.

use crate::signal::msc::debias_msc;

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("msc_debiased"),
        "debiased magnitude-squared coherence",
        Family::Coherence,
        "What all pairs share at the peak, less what chance would show.",
    )
    .unit_interval()
    .formula(
        "max(0, (M − 1/Ke)/(1 − 1/Ke)) for Ke independent segments.",
        "Carter 1973",
    );
    SignalMetric::new(
        about,
        &[Stage::Shared],
        value,
        Reading {
            null: "independent channels: about 0",
            null_value: Some(|_| 0.0),
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    if own.valid.len() < 2 {
        return Ok(1.0);
    }
    if own.spectra.segments < 2 {
        return Err(Reason::TooShort);
    }
    let independent = own.settings.independent_segments(own.spectra.segments);
    let found = own
        .spectra
        .peak
        .map(|_| debias_msc(own.spectra.msc, independent));
    found.ok_or(Reason::Undefined)
}
