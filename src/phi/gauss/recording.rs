//! A Gaussian system estimated from a recording.
//!
//! Of T samples of n units, past = samples 0 … T − τ − 1 and present = samples τ … T − 1; their
//! means are removed separately and sums of products divided by T − τ − 1. Where samples are few,
//! the joint covariance of past and present is shrunk towards its diagonal (`shrinkage`).

use nalgebra::DMatrix;

use crate::phi::work::Budget;

use super::error::GaussError;
use super::shrinkage::Shrinkage;
use super::system::{GaussianSystem, shrunk};

/// A system and how it was estimated.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The system.
    pub system: GaussianSystem,
    /// The share λ by which the joint covariance was shrunk towards its diagonal.
    pub lambda: f64,
    /// Pairs of past and present (or samples, of one instant) that were averaged.
    pub pairs: usize,
}

/// Past and present of a recording, checked.
#[derive(Clone, Debug)]
pub(crate) struct Pairs {
    /// Samples of each unit, scaled to a peak of 1.
    series: Vec<Vec<f64>>,
    scale: Vec<f64>,
    lag: usize,
    /// Pairs that there are.
    pub count: usize,
}

impl Pairs {
    /// Checks a recording: one series of samples for each unit.
    pub(crate) fn new(recording: &[Vec<f64>], lag: usize) -> Result<Self, GaussError> {
        if lag == 0 {
            return Err(GaussError::Parameter {
                name: "lag",
                value: 0.0,
                expected: "at least 1 sample",
            });
        }
        let (series, scale) = checked(recording, lag)?;
        let count = series[0].len() - lag;
        Ok(Self {
            series,
            scale,
            lag,
            count,
        })
    }

    /// Series shifted in time, each around its own end: surrogates.
    pub(crate) fn shifted(&self, shifts: &[usize]) -> Self {
        let mut out = self.clone();
        for (series, shift) in out.series.iter_mut().zip(shifts) {
            series.rotate_left(*shift);
        }
        out
    }

    /// Samples of a unit.
    pub(crate) fn length(&self) -> usize {
        self.count + self.lag
    }

    /// Number of units.
    pub(crate) fn units(&self) -> usize {
        self.series.len()
    }

    /// The system of the pairs that begin at `times`, in this order.
    pub(crate) fn estimate(
        &self,
        times: &[usize],
        shrinkage: Shrinkage,
        budget: &mut Budget<'_>,
    ) -> Result<Estimate, GaussError> {
        let n = self.units();
        let ended = |budget: &Budget<'_>| GaussError::Ended {
            spent: budget.spent(),
        };
        if !budget.spend(estimate_work(n, times.len())) {
            return Err(ended(budget));
        }
        let mut rows = Vec::with_capacity(2 * n);
        for shift in [0, self.lag] {
            for series in &self.series {
                rows.push(centred(times.iter().map(|t| series[t + shift]).collect()));
            }
        }
        for (row, deviations) in rows.iter().enumerate() {
            if deviations.iter().all(|x| *x == 0.0) {
                return Err(GaussError::Constant { unit: row % n });
            }
        }
        let Some(lambda) = shrinkage.share(&rows, budget) else {
            return Err(ended(budget));
        };
        let over = (times.len() - 1) as f64;
        let mut cov = |a: usize, b: usize| {
            let mut cov = DMatrix::zeros(n, n);
            for j in 0..n {
                if !budget.goes_on() {
                    return Err(ended(budget));
                }
                for i in 0..n {
                    let sum = super::linear::dot(&rows[a * n + i], &rows[b * n + j]);
                    cov[(i, j)] = sum / over * self.scale[i] * self.scale[j];
                }
            }
            Ok(cov)
        };
        let [cov_x, cov_xy, cov_y] = shrunk(&cov(0, 0)?, &cov(0, 1)?, &cov(1, 1)?, lambda)?;
        Ok(Estimate {
            system: GaussianSystem::new(cov_x, cov_xy, cov_y)?,
            lambda,
            pairs: times.len(),
        })
    }

    /// The system of all pairs.
    pub(crate) fn estimate_all(
        &self,
        shrinkage: Shrinkage,
        budget: &mut Budget<'_>,
    ) -> Result<Estimate, GaussError> {
        self.estimate(&(0..self.count).collect::<Vec<_>>(), shrinkage, budget)
    }
}

/// Operations of an estimate: the series are laid out twice, and all pairs of them multiplied three
/// times.
#[must_use]
pub fn estimate_work(units: usize, samples: usize) -> u64 {
    let (n, samples) = (units as u64, samples as u64);
    let pairs = (3 * n * n).saturating_mul(50 + samples) / 2;
    pairs.saturating_add((40 * n).saturating_mul(samples))
}

/// Estimates a system from a recording: one series of samples for each unit, `lag` = τ in samples.
///
/// # Errors
/// When series are unequal, too short, not finite or constant (the unit is named), or their
/// covariance is singular.
pub fn estimate(
    recording: &[Vec<f64>],
    lag: usize,
    shrinkage: Shrinkage,
) -> Result<Estimate, GaussError> {
    estimate_within(recording, lag, shrinkage, &mut Budget::unlimited())
}

/// [`estimate`], charged to a budget.
///
/// # Errors
/// As [`estimate`], and when the budget ends.
pub fn estimate_within(
    recording: &[Vec<f64>],
    lag: usize,
    shrinkage: Shrinkage,
    budget: &mut Budget<'_>,
) -> Result<Estimate, GaussError> {
    Pairs::new(recording, lag)?.estimate_all(shrinkage, budget)
}

/// Estimates Cov_X alone, from all samples and with the mean of each unit removed: a system on
/// which MI1 can be measured.
///
/// # Errors
/// As [`estimate`].
pub fn estimate_instantaneous(
    recording: &[Vec<f64>],
    shrinkage: Shrinkage,
) -> Result<Estimate, GaussError> {
    estimate_instantaneous_within(recording, shrinkage, &mut Budget::unlimited())
}

/// [`estimate_instantaneous`], charged to a budget.
///
/// # Errors
/// As [`estimate`], and when the budget ends.
pub fn estimate_instantaneous_within(
    recording: &[Vec<f64>],
    shrinkage: Shrinkage,
    budget: &mut Budget<'_>,
) -> Result<Estimate, GaussError> {
    let (series, scale) = checked(recording, 0)?;
    let rows: Vec<Vec<f64>> = series.into_iter().map(centred).collect();
    let (n, samples) = (rows.len(), rows[0].len());
    let over = (samples - 1) as f64;
    let ended = |budget: &Budget<'_>| GaussError::Ended {
        spent: budget.spent(),
    };
    let Some(lambda) = shrinkage.share(&rows, budget) else {
        return Err(ended(budget));
    };
    let mut cov = DMatrix::zeros(n, n);
    for j in 0..n {
        if !budget.goes_on() {
            return Err(ended(budget));
        }
        for i in 0..n {
            let sum = super::linear::dot(&rows[i], &rows[j]);
            cov[(i, j)] = sum / over * scale[i] * scale[j];
        }
    }
    let [cov_x, ..] = shrunk(&cov, &cov, &cov, lambda)?;
    Ok(Estimate {
        system: GaussianSystem::instantaneous(cov_x)?,
        lambda,
        pairs: samples,
    })
}

/// The series of a recording, each divided by its peak, and the peaks.
fn checked(recording: &[Vec<f64>], lag: usize) -> Result<(Vec<Vec<f64>>, Vec<f64>), GaussError> {
    if recording.is_empty() {
        return Err(GaussError::TooFewUnits { units: 0 });
    }
    let length = recording[0].len();
    let mut scale = Vec::with_capacity(recording.len());
    let mut scaled = Vec::with_capacity(recording.len());
    for (unit, series) in recording.iter().enumerate() {
        let least = lag.saturating_add(3);
        if series.len() != length || length < least {
            return Err(GaussError::Length {
                unit,
                found: series.len(),
                expected: length,
                least,
            });
        }
        if let Some(sample) = series.iter().position(|x| !x.is_finite()) {
            return Err(GaussError::NonFiniteSample { unit, sample });
        }
        let peak = series.iter().fold(0.0f64, |peak, x| peak.max(x.abs()));
        let own: Vec<f64> = series.iter().map(|x| x / peak.max(1e-300)).collect();
        if !varies(&own[..length - lag]) || !varies(&own[lag..]) {
            return Err(GaussError::Constant { unit });
        }
        scale.push(peak);
        scaled.push(own);
    }
    Ok((scaled, scale))
}

fn centred(mut series: Vec<f64>) -> Vec<f64> {
    let mean = series.iter().sum::<f64>() / series.len() as f64;
    for x in &mut series {
        *x -= mean;
    }
    series
}

/// Whether a series with peak 1 varies beyond rounding.
fn varies(series: &[f64]) -> bool {
    let first = series[0];
    series.iter().any(|x| (x - first).abs() > 1e-12)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phi::gauss::draws::{Draw, stream};

    fn noise(units: usize, length: usize) -> Vec<Vec<f64>> {
        (0..units)
            .map(|unit| {
                let mut rng = stream(5, Draw::Surrogate, unit as u64);
                (0..length).map(|_| rng.normal()).collect()
            })
            .collect()
    }

    #[test]
    fn the_covariance_is_the_one_of_the_definition() {
        let recording = vec![
            vec![1.0, 2.0, 4.0, 3.0, 0.0, 5.0],
            vec![0.5, -1.0, 2.0, 1.0, 1.0, 0.0],
        ];
        let found = Pairs::new(&recording, 1).unwrap();
        let rows: Vec<&[f64]> = vec![
            &recording[0][..5],
            &recording[1][..5],
            &recording[0][1..],
            &recording[1][1..],
        ];
        let cov = |a: &[f64], b: &[f64]| {
            let mean = |x: &[f64]| x.iter().sum::<f64>() / 5.0;
            let (ma, mb) = (mean(a), mean(b));
            a.iter()
                .zip(b)
                .map(|(x, y)| (x - ma) * (y - mb))
                .sum::<f64>()
                / 4.0
        };
        let [x, xy] = {
            let system = found
                .estimate_all(Shrinkage::Fixed(0.5), &mut Budget::unlimited())
                .unwrap()
                .system;
            [system.cov_x().clone(), system.cov_xy().unwrap().clone()]
        };
        assert!((x[(0, 0)] - cov(rows[0], rows[0])).abs() < 1e-14);
        assert!((x[(0, 1)] - 0.5 * cov(rows[0], rows[1])).abs() < 1e-14);
        assert!((xy[(0, 1)] - 0.5 * cov(rows[0], rows[3])).abs() < 1e-14);
        assert!((xy[(1, 0)] - 0.5 * cov(rows[1], rows[2])).abs() < 1e-14);
    }

    #[test]
    fn shrinkage_is_strong_for_few_samples_and_weak_for_many() {
        let short = estimate(&noise(6, 10), 1, Shrinkage::Analytic).unwrap();
        assert!(short.lambda > 0.3, "{}", short.lambda);
        assert!(estimate(&noise(6, 10), 1, Shrinkage::None).is_err());
        let mut coupled = noise(2, 4000);
        coupled[1] = coupled[0]
            .iter()
            .zip(&coupled[1])
            .map(|(a, b)| a + b)
            .collect();
        let long = estimate(&coupled, 1, Shrinkage::Analytic).unwrap();
        assert!(long.lambda < 0.01, "{}", long.lambda);
        assert_eq!(long.pairs, 3999);
    }

    #[test]
    fn what_cannot_be_estimated_names_the_unit() {
        let mut recording = noise(3, 50);
        recording[1] = vec![0.1; 50];
        let constant = estimate(&recording, 1, Shrinkage::Analytic);
        assert_eq!(constant, Err(GaussError::Constant { unit: 1 }));
        recording[1][7] = f64::INFINITY;
        let error = estimate(&recording, 1, Shrinkage::None).unwrap_err();
        assert_eq!(error, GaussError::NonFiniteSample { unit: 1, sample: 7 });
        recording[1].pop();
        let error = estimate(&recording, 1, Shrinkage::None).unwrap_err();
        assert!(matches!(error, GaussError::Length { unit: 1, .. }));
        assert!(estimate(&noise(2, 50), 0, Shrinkage::None).is_err());
        assert!(estimate(&noise(2, 50), 48, Shrinkage::None).is_err());
        assert!(estimate(&[], 1, Shrinkage::None).is_err());
        assert!(estimate(&noise(2, 50), 1, Shrinkage::Fixed(1.5)).is_err());
    }

    #[test]
    fn one_instant_takes_all_samples() {
        let recording = noise(3, 40);
        let found = estimate_instantaneous(&recording, Shrinkage::None).unwrap();
        assert_eq!((found.pairs, found.lambda), (40, 0.0));
        assert!(found.system.cov_xy().is_none());
        let mean = recording[0].iter().sum::<f64>() / 40.0;
        let squares: f64 = recording[0].iter().map(|x| (x - mean) * (x - mean)).sum();
        assert!((found.system.cov_x()[(0, 0)] - squares / 39.0).abs() < 1e-13);
        let shrunk = estimate_instantaneous(&recording, Shrinkage::Analytic).unwrap();
        assert!(shrunk.lambda > 0.0);
        let ratio = shrunk.system.cov_x()[(0, 1)] / found.system.cov_x()[(0, 1)];
        assert!((ratio - (1.0 - shrunk.lambda)).abs() < 1e-12);
    }

    #[test]
    fn units_of_measurement_go_into_the_covariance_only() {
        let plain = noise(2, 300);
        let scaled: Vec<Vec<f64>> = vec![
            plain[0].iter().map(|x| 1e100 * x).collect(),
            plain[1].iter().map(|x| 1e-100 * x).collect(),
        ];
        let of = |r: &[Vec<f64>]| estimate(r, 2, Shrinkage::Analytic).unwrap();
        let (a, b) = (of(&plain), of(&scaled));
        assert!((a.lambda - b.lambda).abs() < 1e-12);
        let ratio = b.system.cov_x()[(0, 0)] / a.system.cov_x()[(0, 0)];
        assert!((ratio / 1e200 - 1.0).abs() < 1e-12);
    }
}
