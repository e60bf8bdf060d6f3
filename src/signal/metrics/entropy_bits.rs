//! Spectral entropy in bits.

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("entropy_bits"),
        "entropy in bits",
        Family::Entropy,
        "Spectral entropy in bits.",
    )
    .unit("bits")
    .range("0 … log₂ B for B bins")
    .formula("H / ln 2.", "Inouye 1991");
    SignalMetric::new(
        about,
        &[Stage::Spectra],
        value,
        Reading {
            normalization: "logarithm to base 2; not divided",
            null: "white noise: just below log₂ B",
            equals: &[(
                "antropy.spectral_entropy(x, fs, method='welch', nperseg=256)",
                9,
            )],
            ..Reading::default()
        },
    )
    .in_silence(0.0)
}

fn value(own: &Windowed<'_>) -> Outcome {
    Ok(own.mean_over(|c| own.spectra.entropy[c]) / std::f64::consts::LN_2)
}
