//! Von Neumann entropy of the correlations.

use nalgebra::DMatrix;

use super::periodogram_entropy::entropy_of;
use super::*;

pub(super) fn metric() -> SignalMetric {
    let about = row(
        MetricId::new("von_neumann_entropy_nats"),
        "correlation entropy",
        Family::Entropy,
        "In how many independent directions the channels move: 0 when all are proportional.",
    )
    .unit("nats")
    .range("0 … ln C for C channels")
    .formula(
        "−Σ λ ln λ of the eigenvalues of the correlation matrix divided by C.",
        "von Neumann 1932",
    );
    SignalMetric::new(
        about,
        &[],
        value,
        Reading {
            normalization: "natural logarithm; not divided",
            null: "independent channels: just below ln C",
            equals: &[("scipy.stats.entropy(np.linalg.eigvalsh(np.corrcoef(x)))", 9)],
            ..Reading::default()
        },
    )
}

fn value(own: &Windowed<'_>) -> Outcome {
    if own.valid.len() < 2 {
        return Err(Reason::OneChannel);
    }
    let series: Vec<Vec<f64>> = own.valid.iter().map(|c| own.scaled(*c)).collect();
    let eigenvalues = correlation_eigenvalues(&series);
    Ok(entropy_of(
        &eigenvalues.iter().map(|l| l.max(0.0)).collect::<Vec<_>>(),
    ))
}

/// Eigenvalues of the correlation matrix of series of equal length divided by their number,
/// ascending; their sum is 1.
#[must_use]
pub fn correlation_eigenvalues(series: &[Vec<f64>]) -> Vec<f64> {
    let channels = series.len();
    let deviations: Vec<Vec<f64>> = series
        .iter()
        .map(|own| {
            let mean = own.iter().sum::<f64>() / own.len().max(1) as f64;
            let centred: Vec<f64> = own.iter().map(|x| x - mean).collect();
            let length = centred.iter().map(|x| x * x).sum::<f64>().sqrt();
            centred.iter().map(|x| x / length).collect()
        })
        .collect();
    let dot = |i: usize, j: usize| -> f64 {
        let pairs = deviations[i].iter().zip(&deviations[j]);
        pairs.map(|(a, b)| a * b).sum::<f64>() / channels as f64
    };
    let matrix = DMatrix::from_fn(channels, channels, |i, j| match i == j {
        true => 1.0 / channels as f64,
        false => dot(i.max(j), i.min(j)),
    });
    let mut values: Vec<f64> = matrix.symmetric_eigenvalues().iter().copied().collect();
    values.sort_unstable_by(f64::total_cmp);
    values
}
