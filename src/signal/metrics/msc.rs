//! Mean magnitude-squared coherence at the peak.

use crate::base::num;

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("msc"),
        "magnitude-squared coherence",
        Family::Coherence,
        "What all pairs of channels share at the peak of their mean spectrum.",
    )
    .unit_interval()
    .formula("|Sᵢⱼ|² / (Sᵢᵢ Sⱼⱼ), the mean over pairs.", "Carter 1973");
    SignalMetric::new(
        about,
        &[Stage::Shared],
        value,
        Reading {
            normalization: "over the segments of the window; one segment says nothing, and one \
                channel has 1",
            null: "independent channels: 1/Ke for Ke independent segments",
            null_value: Some(|own| 1.0 / own.settings.independent_segments(own.spectra.segments)),
            level_95: Some(|own| {
                let degrees = own.settings.independent_segments(own.spectra.segments) - 1.0;
                1.0 - num::pow(0.05, 1.0 / degrees)
            }),
            equals: &[(
                "scipy.signal.coherence(x[i], x[j], nperseg=256)[1][peak]",
                8,
            )],
            caution: "The level that chance exceeds in 5 % is that of one pair, 1 − 0.05^(1/(Ke \
                − 1)); the mean over many pairs stays nearer to 1/Ke.",
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
    own.spectra
        .peak
        .map(|_| own.spectra.msc)
        .ok_or(Reason::Undefined)
}
