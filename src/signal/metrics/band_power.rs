//! Power in the band.

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("band_power"),
        "power",
        Family::Energy,
        "The mean power of the channels within the band, or in all when there is no band.",
    )
    .unit("unit²")
    .formula(
        "Sum of the Welch density over the bins of the band times their width.",
        "Welch 1967",
    );
    SignalMetric::new(
        about,
        &[Stage::Spectra],
        value,
        Reading {
            normalization: "in the squared unit of the channels; without a band it is the \
                variance, up to the window",
            equals: &[("scipy.signal.welch(x, fs)[1][band].sum() * (fs/nperseg)", 9)],
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    let unit = own.spectra.unit * own.settings.bin_hz();
    let power = |c: usize| own.spectra.total[c] * unit * own.spectra.unscale(c);
    Ok(own.mean_over(power))
}
