//! Spectral entropy.

use super::*;

/// Spectral entropy.
pub const ENTROPY: MetricId = MetricId::new("entropy_nats");

pub(super) fn metric() -> SignalMetric {
    let about = row(
        ENTROPY,
        "entropy",
        Family::Entropy,
        "How many frequencies share the power: low is a pure tone, high is noise.",
    )
    .unit("nats")
    .range("0 … ln B for B bins")
    .formula(
        "H = −Σ p ln p of the normalised Welch spectrum, the mean over channels.",
        "Inouye 1991",
    );
    SignalMetric::new(about, &[Stage::Spectra], value, Reading {
        normalization: "natural logarithm; not divided. A bin-centred tone gives 0.8676, the main \
                        lobe of the Hann window, not 0.",
        null: "white noise: just below ln B, the more segments the closer (0.984 ln B for 7, \
               0.9955 ln B for 31)",
        equals: &[("antropy.spectral_entropy(x, fs, method='welch', nperseg=256) · ln 2", 9)],
        ..Reading::default()
    })
    .in_silence(0.0)
}

fn value(own: &Windowed<'_>) -> Outcome {
    Ok(own.mean_over(|c| own.spectra.entropy[c]))
}
