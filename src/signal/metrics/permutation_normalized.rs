//! Permutation entropy over its greatest value.

use crate::base::num;

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("permutation_entropy"),
        "normalised permutation entropy",
        Family::Entropy,
        "Permutation entropy over its greatest value, ln 6.",
    )
    .unit_interval()
    .formula(
        "Permutation entropy of order 3 and lag 1 / ln 6.",
        "Bandt & Pompe 2002",
    );
    SignalMetric::new(
        about,
        &[Stage::Ordinal],
        value,
        Reading {
            normalization: "divided by ln 3!",
            null: "white noise: just below 1",
            equals: &[(
                "antropy.perm_entropy(x, order=3, delay=1, normalize=True)",
                9,
            )],
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    if own.samples() < 3 {
        return Err(Reason::TooShort);
    }
    Ok((own.mean_over(|c| own.ordinal.entropy(c)) / num::ln(6.0)).min(1.0))
}
