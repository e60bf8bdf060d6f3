//! Width of the spectral peak.

use crate::signal::peak::half_power_width;

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("peak_width_hz"),
        "peak width",
        Family::Resonance,
        "The width of the peak of the mean spectrum at half its power.",
    )
    .unit("Hz")
    .formula("Linear interpolation between the bins on both sides.", "");
    SignalMetric::new(
        about,
        &[Stage::Spectra],
        value,
        Reading {
            caution: "At least 1.5 bins, the main lobe of the Hann window: longer segments tell \
                more.",
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    let peak = own.spectra.peak.ok_or(Reason::Undefined)?;
    let width = half_power_width(&own.spectra.mean, peak.bin, own.spectra.bins);
    let width = width.ok_or(Reason::Undefined)?;
    Ok(width * own.settings.bin_hz())
}
