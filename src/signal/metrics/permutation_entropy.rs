//! Permutation entropy.

use std::collections::BTreeMap;

use super::periodogram_entropy::entropy_of;
use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("permutation_entropy_nats"),
        "permutation entropy",
        Family::Entropy,
        "How many of the six orders of three neighbouring samples occur: low is regular.",
    )
    .unit("nats")
    .range("0 … ln 6")
    .formula(
        "−Σ p ln p of the order patterns of 3 samples at lag 1, the mean over channels; of equal \
         samples the earlier counts as the lower.",
        "Bandt & Pompe 2002",
    );
    SignalMetric::new(
        about,
        &[Stage::Ordinal],
        value,
        Reading {
            normalization: "natural logarithm; not divided",
            null: "white noise: just below ln 6 = 1.7918",
            equals: &[("antropy.perm_entropy(x, order=3, delay=1) · ln 2", 9)],
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    if own.samples() < 3 {
        return Err(Reason::TooShort);
    }
    Ok(own.mean_over(|c| own.ordinal.entropy(c)))
}

/// Permutation entropy of any order m ≥ 2 and lag d ≥ 1, nats; 0 … ln m!. `None` when the series
/// is shorter than one pattern, or m above 12.
#[must_use]
pub fn permutation_entropy_nats(series: &[f64], order: usize, lag: usize) -> Option<f64> {
    if !(2..=12).contains(&order) || lag == 0 {
        return None;
    }
    let patterns = series.len().checked_sub((order - 1) * lag)?;
    let mut counts: BTreeMap<u64, f64> = BTreeMap::new();
    for start in 0..patterns {
        // Of each sample, how many before it are greater: these ranks tell the order.
        let mut code = 0u64;
        for i in 1..order {
            let own = series[start + i * lag];
            let above = (0..i).filter(|j| series[start + j * lag] > own).count();
            code = code * (i as u64 + 1) + above as u64;
        }
        *counts.entry(code).or_default() += 1.0;
    }
    (patterns > 0).then(|| entropy_of(&counts.into_values().collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;

    #[test]
    fn rising_and_alternating_series_have_one_and_two_patterns() {
        let rising: Vec<f64> = (0..20).map(f64::from).collect();
        assert_eq!(permutation_entropy_nats(&rising, 4, 2), Some(0.0));
        assert_eq!(permutation_entropy_nats(&[5.0; 9], 3, 1), Some(0.0));
        let alternating: Vec<f64> = (0..21).map(|k| f64::from(k % 2)).collect();
        let found = permutation_entropy_nats(&alternating, 2, 1).unwrap();
        assert!((found - num::ln(2.0)).abs() < 1e-12);
        assert_eq!(permutation_entropy_nats(&rising[..2], 3, 1), None);
        assert_eq!(permutation_entropy_nats(&rising, 13, 1), None);
    }
}
