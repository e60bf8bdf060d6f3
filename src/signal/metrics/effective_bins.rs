//! The number of bins that share the power.

use crate::base::num;

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("effective_bins"),
        "occupied bins",
        Family::Entropy,
        "How many bins of the spectrum share the power evenly.",
    )
    .range("1 … B")
    .formula("e^H for the spectral entropy H in nats.", "");
    SignalMetric::new(
        about,
        &[Stage::Spectra],
        value,
        Reading {
            normalization: "a number of bins; times the width of a bin it is a bandwidth",
            null: "white noise: just below B",
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    Ok(num::exp(own.mean_over(|c| own.spectra.entropy[c])))
}
