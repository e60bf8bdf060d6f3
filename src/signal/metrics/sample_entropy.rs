//! Sample entropy.

use crate::base::num;

use super::*;

/// The most samples that are compared with each other.
const SAMPLES_MAX: usize = 1 << 14;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("sample_entropy_nats"),
        "sample entropy",
        Family::Entropy,
        "How often what looks alike for two samples ceases to with the third: low is regular.",
    )
    .unit("nats")
    .range("≥ 0")
    .formula(
        "−ln(A/B): of B pairs of runs of 2 samples that differ by less than 0.2 standard \
         deviations in each, A do so in the next as well; the mean over channels.",
        "Richman & Moorman 2000",
    );
    SignalMetric::new(
        about,
        &[],
        value,
        Reading {
            normalization: "natural logarithm; m = 2, r = 0.2 · standard deviation (of N), \
                Chebyshev distance < r, no run compared with itself",
            null: "white Gaussian noise: about 2.2",
            equals: &[("antropy.sample_entropy(x, order=2)", 9)],
            caution: "Takes W² comparisons a channel: refused beyond 16,384 samples. No value \
                when no runs of 3 are alike (antropy gives inf).",
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    if own.samples() > SAMPLES_MAX {
        return Err(Reason::TooLong);
    }
    let mut sum = 0.0;
    for c in own.valid {
        sum += sample_entropy_nats(&own.scaled(*c)).ok_or(Reason::Undefined)?;
    }
    Ok(sum / own.valid.len() as f64)
}

/// Sample entropy of a series, m = 2, r = 0.2 standard deviations. `None` when no runs are alike.
#[must_use]
pub fn sample_entropy_nats(series: &[f64]) -> Option<f64> {
    const ORDER: usize = 2;
    let n = series.len();
    if n <= ORDER {
        return None;
    }
    let mean = series.iter().sum::<f64>() / n as f64;
    let square = series.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
    let radius = 0.2 * (square / n as f64).sqrt();
    let (mut longer, mut shorter) = (0u64, 0u64);
    for offset in 1..n - ORDER {
        let near = |k: usize| (series[k] - series[k + offset]).abs() < radius;
        let (mut first, mut second) = (near(0), near(1));
        for k in ORDER..n - offset {
            let third = near(k);
            shorter += u64::from(first && second);
            longer += u64::from(first && second && third);
            (first, second) = (second, third);
        }
    }
    (longer > 0).then(|| -num::ln(longer as f64 / shorter as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_repeats_itself_and_two_samples_say_nothing() {
        let period: Vec<f64> = (0..300).map(|k| f64::from(k % 5)).collect();
        assert!(sample_entropy_nats(&period).unwrap() < 0.02);
        assert_eq!(sample_entropy_nats(&[1.0, 2.0]), None);
        let growing: Vec<f64> = (0..9).map(|k| num::pow(3.0, f64::from(k))).collect();
        assert!(sample_entropy_nats(&growing).is_some());
    }
}
