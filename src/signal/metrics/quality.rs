//! Quality factor of the spectral peak.

use crate::signal::peak::half_power_width;

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("quality"),
        "quality factor",
        Family::Resonance,
        "How sharp the resonance is: the peak's frequency over its width at half power.",
    )
    .formula("f₀ / Δf.", "");
    SignalMetric::new(
        about,
        &[Stage::Spectra],
        value,
        Reading {
            caution: "Biased low by the Hann window unless the width is well above 1.5 bins; of \
                a high Q the decay of a ring-down tells more.",
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    let peak = own.spectra.peak.ok_or(Reason::Undefined)?;
    let width = half_power_width(&own.spectra.mean, peak.bin, own.spectra.bins);
    let width = width.ok_or(Reason::Undefined)?;
    match width > 0.0 {
        true => Ok(peak.place / width),
        false => Err(Reason::Undefined),
    }
}
