//! Spectral entropy of the periodogram.

use crate::base::fft::RealFft;
use crate::base::num;

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("periodogram_entropy"),
        "periodogram entropy",
        Family::Entropy,
        "Spectral entropy of the whole window at once, without segments, over its greatest value.",
    )
    .unit_interval()
    .formula(
        "−Σ p ln p / ln B of |rfft(x − mean)|², the mean over channels.",
        "Inouye 1991",
    );
    SignalMetric::new(
        about,
        &[],
        value,
        Reading {
            normalization: "divided by ln B for B = ⌊W/2⌋ + 1 bins",
            null: "white noise: about 1 − 0.42/ln B, since a periodogram scatters however long \
                it is",
            equals: &[(
                "antropy.spectral_entropy(x, fs, method='fft', normalize=True)",
                9,
            )],
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    let most = num::ln((own.samples() / 2 + 1) as f64);
    Ok((own.mean_over(|c| periodogram_entropy_nats(&own.scaled(c))) / most).min(1.0))
}

/// Entropy of the periodogram of a series whose greatest magnitude is about 1, nats.
#[must_use]
pub fn periodogram_entropy_nats(series: &[f64]) -> f64 {
    let n = series.len();
    let plan = RealFft::new(n);
    let (mut re, mut im) = (vec![0.0; plan.rows()], vec![0.0; plan.rows()]);
    let mean = series.iter().sum::<f64>() / n.max(1) as f64;
    let load = |k: usize, to: &mut [f64]| to[0] = series.get(k).map_or(0.0, |x| x - mean);
    plan.load(1, &mut re, &mut im, load);
    plan.forward(1, &mut re, &mut im, &mut Vec::new());
    let powers = (0..plan.bins()).map(|k| {
        let power = re[k] * re[k] + im[k] * im[k];
        if k == 0 || 2 * k == n {
            power
        } else {
            2.0 * power
        }
    });
    entropy_of(&powers.collect::<Vec<_>>())
}

/// −Σ p ln p of numbers ≥ 0 that are divided by their sum, nats; 0 without any.
#[must_use]
pub fn entropy_of(shares: &[f64]) -> f64 {
    let total: f64 = shares.iter().sum();
    let mut entropy = 0.0;
    for share in shares {
        let p = share / total;
        if p > 0.0 {
            entropy -= p * num::ln(p);
        }
    }
    entropy.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_of_known_shares() {
        assert!((entropy_of(&[2.0; 129]) - num::ln(129.0)).abs() < 1e-12);
        assert_eq!(entropy_of(&[0.0, 5.0, 0.0]), 0.0);
        assert_eq!(entropy_of(&[0.0; 5]), 0.0);
        let lobe = entropy_of(&[1.0, 4.0, 1.0]);
        assert!((lobe - 0.867_563_228_482_251_7).abs() < 1e-12, "{lobe}");
    }
}
