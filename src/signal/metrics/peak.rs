//! Frequency of the spectral peak.

use super::*;

/// Frequency of the spectral peak.
pub const PEAK: MetricId = MetricId::new("peak_hz");

pub(super) fn metric() -> SignalMetric {
    let about = row(
        PEAK,
        "peak frequency",
        Family::Motion,
        "The frequency at which the mean spectrum is greatest.",
    )
    .unit("Hz")
    .range("0 … half the sample rate")
    .formula(
        "Parabola through the logarithms of the three highest bins.",
        "",
    );
    SignalMetric::new(
        about,
        &[Stage::Spectra],
        value,
        Reading {
            normalization: "never DC; the lowest bin on ties",
            caution: "Within a few hundredths of a bin for a pure tone in a Hann window.",
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    let peak = own.spectra.peak.ok_or(Reason::Undefined)?;
    Ok(peak.place * own.settings.bin_hz())
}
