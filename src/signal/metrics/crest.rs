//! Spectral crest factor.

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("crest"),
        "spectral crest",
        Family::Resonance,
        "How far the peak of the mean spectrum stands above its mean.",
    )
    .range("1 … B − 1 for B bins")
    .formula(
        "Power of the peak bin over the mean of the bins above DC.",
        "Peeters 2004",
    );
    SignalMetric::new(
        about,
        &[Stage::Spectra],
        value,
        Reading {
            normalization: "of the channels' mean spectrum, each channel normalised to sum 1",
            null: "white noise: 1.5 … 2",
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    own.spectra
        .peak
        .map(|peak| peak.crest)
        .ok_or(Reason::Undefined)
}
