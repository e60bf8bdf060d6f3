//! Spectral entropy over its greatest value.

use crate::base::num;

use super::*;

/// Spectral entropy over its greatest value.
pub const ENTROPY_NORMALIZED: MetricId = MetricId::new("entropy_normalized");

pub(super) fn metric() -> SignalMetric {
    let about = row(
        ENTROPY_NORMALIZED,
        "normalised entropy",
        Family::Entropy,
        "Entropy over its greatest value, ln B for B bins.",
    )
    .unit_interval();
    SignalMetric::new(about, &[Stage::Spectra], value, Reading {
        normalization: "divided by ln B for the B bins of the band, DC among them",
        null: "white noise: 0.984 for 7 segments, 0.9955 for 31; the deficit is the scatter of the \
               estimate, not order",
        equals: &[(
            "antropy.spectral_entropy(x, fs, method='welch', nperseg=256, normalize=True)",
            9,
        )],
        ..Reading::default()
    })
    .in_silence(0.0)
}

fn value(own: &Windowed<'_>) -> Outcome {
    let (from, to) = own.spectra.bins;
    let most = num::ln((to - from + 1) as f64);
    if most <= 0.0 {
        return Err(Reason::Undefined);
    }
    Ok((own.mean_over(|c| own.spectra.entropy[c]) / most).min(1.0))
}
