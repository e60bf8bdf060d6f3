//! Power of the peak over its surroundings.

use crate::signal::peak::signal_to_noise;

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("peak_snr"),
        "signal-to-noise ratio of the peak",
        Family::Resonance,
        "How far the peak stands above the median of the spectrum.",
    )
    .formula(
        "Power of the peak bin over the median of the band but DC and those within two of it, at \
         least 1e-8 of their mean.",
        "Norcia 2015",
    );
    SignalMetric::new(
        about,
        &[Stage::Spectra],
        value,
        Reading {
            null: "white noise: about 2 … 3",
            caution: "For signals without noise the ground is leakage or rounding, and the \
                number means nothing; resonance is bounded.",
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    let peak = own.spectra.peak.ok_or(Reason::Undefined)?;
    signal_to_noise(&own.spectra.mean, peak.bin, own.spectra.bins).ok_or(Reason::Undefined)
}
