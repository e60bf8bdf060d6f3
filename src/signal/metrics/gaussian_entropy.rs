//! Differential entropy of a Gaussian with the covariance of the channels.

use nalgebra::DMatrix;

use crate::base::num;

use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("gaussian_entropy_nats"),
        "Gaussian entropy",
        Family::Entropy,
        "The room that the channels' joint amplitudes fill, as if they were Gaussian.",
    )
    .unit("nats")
    .range("any number: negative for small amplitudes")
    .formula(
        "½ ln((2πe)^C det Σ) for the covariance matrix Σ of C channels.",
        "Cover & Thomas 2006",
    );
    SignalMetric::new(
        about,
        &[],
        value,
        Reading {
            normalization: "natural logarithm; depends on the unit of the channels",
            equals: &[(
                "scipy.stats.multivariate_normal(cov=np.cov(x)).entropy()",
                9,
            )],
            caution: "No value where the covariance is singular within rounding (condition above \
                1e12).",
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    let series: Vec<Vec<f64>> = own.valid.iter().map(|c| own.series(*c)).collect();
    gaussian_entropy_nats(&series).ok_or(Reason::Undefined)
}

/// Covariance matrix of series of equal length, divided by N − 1.
#[must_use]
pub fn covariance(series: &[Vec<f64>]) -> DMatrix<f64> {
    let channels = series.len();
    let samples = series.first().map_or(0, Vec::len);
    let centred: Vec<Vec<f64>> = series
        .iter()
        .map(|own| {
            let mean = own.iter().sum::<f64>() / samples.max(1) as f64;
            own.iter().map(|x| x - mean).collect()
        })
        .collect();
    let divisor = samples.saturating_sub(1).max(1) as f64;
    DMatrix::from_fn(channels, channels, |i, j| {
        let pairs = centred[i.max(j)].iter().zip(&centred[i.min(j)]);
        pairs.map(|(a, b)| a * b).sum::<f64>() / divisor
    })
}

/// Entropy of a Gaussian with the covariance of these series, nats. `None` where it is singular.
#[must_use]
pub fn gaussian_entropy_nats(series: &[Vec<f64>]) -> Option<f64> {
    const CONDITION_MAX: f64 = 1e12;
    let eigenvalues = covariance(series).symmetric_eigenvalues();
    let (least, most) = (eigenvalues.min(), eigenvalues.max());
    let is_regular = least > 0.0 && most.is_finite() && most <= CONDITION_MAX * least;
    let log_det = || eigenvalues.iter().map(|l| num::ln(*l)).sum::<f64>();
    let unit = num::ln(num::TAU) + 1.0;
    is_regular.then(|| 0.5 * (series.len() as f64 * unit + log_det()))
}
