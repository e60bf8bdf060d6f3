//! Entropy of the amplitudes.

use super::periodogram_entropy::entropy_of;
use super::*;

/// Bins of the histogram.
pub const BINS: usize = 32;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("histogram_entropy_nats"),
        "amplitude entropy",
        Family::Entropy,
        "How evenly the samples fill the range between their least and greatest.",
    )
    .unit("nats")
    .range("0 … ln 32")
    .formula(
        "−Σ p ln p over 32 bins, i = min(31, ⌊32 (x − min)/(max − min)⌋), the mean over channels.",
        "Shannon 1948",
    );
    SignalMetric::new(
        about,
        &[],
        value,
        Reading {
            normalization: "natural logarithm; not divided",
            null: "uniform noise: just below ln 32 = 3.4657",
            equals: &[(
                "scipy.stats.entropy(np.histogram(x, 32)[0]), where no sample stands on an inner \
                    edge",
                9,
            )],
            caution: "Depends on the number of samples: long windows reach further out.",
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    Ok(own.mean_over(|c| histogram_entropy_nats(&own.scaled(c))))
}

/// Entropy of the histogram of a series of finite numbers, nats; 0 when all are equal.
#[must_use]
pub fn histogram_entropy_nats(series: &[f64]) -> f64 {
    let low = series.iter().copied().fold(f64::INFINITY, f64::min);
    let high = series.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low >= high {
        return 0.0;
    }
    let mut counts = [0.0; BINS];
    for x in series {
        let place = (BINS as f64 * ((x - low) / (high - low))).floor();
        counts[(place as usize).min(BINS - 1)] += 1.0;
    }
    entropy_of(&counts)
}

/// The same with the edges of `numpy.histogram`, which are rounded one by one: a sample that stands
/// on an inner edge can fall into the neighbouring bin.
#[must_use]
pub fn numpy_edges_nats(series: &[f64]) -> f64 {
    let low = series.iter().copied().fold(f64::INFINITY, f64::min);
    let high = series.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low >= high {
        return 0.0;
    }
    let step = (high - low) / BINS as f64;
    let edge = |k: usize| {
        if k == BINS {
            high
        } else {
            k as f64 * step + low
        }
    };
    let mut counts = [0.0; BINS];
    for x in series {
        let place = ((x - low) / (high - low)) * BINS as f64;
        let mut bin = (place as usize).min(BINS - 1);
        if *x < edge(bin) {
            bin = bin.saturating_sub(1);
        } else if bin + 1 < BINS && *x >= edge(bin + 1) {
            bin += 1;
        }
        counts[bin] += 1.0;
    }
    entropy_of(&counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;

    #[test]
    fn an_even_ramp_fills_all_bins() {
        let ramp: Vec<f64> = (0..64).map(f64::from).collect();
        assert!((histogram_entropy_nats(&ramp) - num::ln(32.0)).abs() < 1e-12);
        assert_eq!(histogram_entropy_nats(&[2.0; 9]), 0.0);
    }
}
