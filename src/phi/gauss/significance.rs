//! Whether an estimated value could be chance, and how far it is known.
//!
//! Surrogates: every unit's series is shifted in time around its end by an amount of its own, which
//! keeps each unit's spectrum and distribution and destroys what units share at fixed lags (the
//! circular-shift test; see Lancaster et al., Phys. Rep. 748, 2018). Shifts of n units of T samples
//! are at least T / 2n apart: couplings that last longer are not destroyed. The value itself is
//! compared with those of the surrogates. Interval: pairs of past and present are drawn anew in
//! blocks that overlap (the moving-block bootstrap of Künsch, Ann. Stat. 17, 1989), which keeps
//! dependence in time within a block; the quantiles of the values bound the interval.
//!
//! Both take values of the whole estimate, bias included: measures of integrated information are
//! positive for finite samples even where the truth is 0. That is what the surrogates tell.

use serde::{Deserialize, Serialize};

use crate::base::random::KeyedRng;
use crate::phi::work::Budget;

use super::draws::{Draw, below, stream};
use super::error::GaussError;
use super::recording::Pairs;
use super::shrinkage::Shrinkage;
use super::system::GaussianSystem;

/// A value with its surrogates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SurrogateTest {
    /// The value of the recording.
    pub value: f64,
    /// (1 + surrogates with at least the value) / (1 + surrogates).
    pub p_value: f64,
    /// Mean of the surrogates: what chance alone gives.
    pub mean: f64,
    /// Standard deviation of the surrogates.
    pub deviation: f64,
    /// Surrogates that had a value.
    pub surrogates: usize,
}

/// A value with an interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The value of the recording.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Share of the bootstrap's values between the ends.
    pub level: f64,
    /// Pairs in a block.
    pub block: usize,
    /// Resamples that had a value.
    pub resamples: usize,
}

/// What is drawn, and of what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resampling {
    /// τ in samples.
    pub lag: usize,
    /// How covariances are shrunk.
    pub shrinkage: Shrinkage,
    /// Surrogates or resamples.
    pub count: usize,
    /// Seed of all draws.
    pub seed: u64,
}

/// A value of a system, charged to a budget; [`GaussError::Ended`] when that ends before the value
/// is known.
pub type ValueOf<'a> = dyn Fn(&GaussianSystem, &mut Budget<'_>) -> Result<f64, GaussError> + 'a;

/// Tests a value against surrogates whose units are shifted in time against each other.
///
/// # Errors
/// When the recording has no estimate, `value` fails on it, or no surrogate has a value. A budget
/// that ends later leaves the surrogates that were valued by then.
pub fn surrogate_test(
    recording: &[Vec<f64>],
    resampling: &Resampling,
    value: &ValueOf<'_>,
    budget: &mut Budget<'_>,
) -> Result<SurrogateTest, GaussError> {
    let pairs = Pairs::new(recording, resampling.lag)?;
    let whole = pairs.estimate_all(resampling.shrinkage, budget)?;
    let observed = value(&whole.system, budget)?;
    let mut values = Vec::new();
    for k in 0..resampling.count {
        let mut rng = stream(resampling.seed, Draw::Surrogate, k as u64);
        let shifts = apart(pairs.units(), pairs.length(), &mut rng);
        let shifted = pairs.shifted(&shifts);
        let surrogate = shifted.estimate_all(resampling.shrinkage, budget);
        match surrogate.and_then(|estimate| value(&estimate.system, budget)) {
            Ok(found) => values.push(found),
            Err(GaussError::Ended { .. }) => break,
            Err(_) => {}
        }
    }
    if values.is_empty() {
        return Err(without_values("surrogates", resampling.count));
    }
    let count = values.len() as f64;
    let reached = values.iter().filter(|v| **v >= observed).count() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    Ok(SurrogateTest {
        value: observed,
        p_value: (1.0 + reached) / (1.0 + count),
        mean,
        deviation: (squares / (count - 1.0).max(1.0)).sqrt(),
        surrogates: values.len(),
    })
}

/// An interval for a value, from resamples in blocks of `block` pairs (when `None`, the cube root
/// of the number of pairs times two, rounded up). `level` is the share between the ends.
///
/// # Errors
/// When the recording has no estimate, `value` fails on it, parameters are out of range, or no
/// resample has a value.
pub fn bootstrap_interval(
    recording: &[Vec<f64>],
    resampling: &Resampling,
    block: Option<usize>,
    level: f64,
    value: &ValueOf<'_>,
    budget: &mut Budget<'_>,
) -> Result<Interval, GaussError> {
    if !(level > 0.0 && level < 1.0) {
        return Err(GaussError::Parameter {
            name: "level",
            value: level,
            expected: "between 0 and 1",
        });
    }
    let pairs = Pairs::new(recording, resampling.lag)?;
    let whole = pairs.estimate_all(resampling.shrinkage, budget)?;
    let observed = value(&whole.system, budget)?;
    let block = block.unwrap_or_else(|| 2 * cube_root(pairs.count));
    let block = block.clamp(1, pairs.count);
    let mut values = Vec::new();
    for k in 0..resampling.count {
        let mut rng = stream(resampling.seed, Draw::Bootstrap, k as u64);
        let mut times = Vec::with_capacity(pairs.count + block);
        while times.len() < pairs.count {
            let start = below(&mut rng, pairs.count - block + 1);
            times.extend(start..start + block);
        }
        times.truncate(pairs.count);
        let drawn = pairs.estimate(&times, resampling.shrinkage, budget);
        match drawn.and_then(|estimate| value(&estimate.system, budget)) {
            Ok(found) => values.push(found),
            Err(GaussError::Ended { .. }) => break,
            Err(_) => {}
        }
    }
    if values.is_empty() {
        return Err(without_values("resamples", resampling.count));
    }
    values.sort_by(f64::total_cmp);
    Ok(Interval {
        value: observed,
        low: quantile(&values, 0.5 - 0.5 * level),
        high: quantile(&values, 0.5 + 0.5 * level),
        level,
        block,
        resamples: values.len(),
    })
}

/// Where each unit's series begins in surrogate number `index` of a seed: 0 … `room`, each place as
/// likely as any other.
#[must_use]
pub fn starts(units: usize, room: usize, (seed, index): (u64, u64)) -> Vec<usize> {
    let mut rng = stream(seed, Draw::Surrogate, index);
    (0..units).map(|_| below(&mut rng, room + 1)).collect()
}

/// A shift for each unit: even parts of the recording in a random order, each with a random part
/// of half its length added.
fn apart(units: usize, length: usize, rng: &mut KeyedRng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..units).collect();
    for k in (1..units).rev() {
        order.swap(k, below(rng, k + 1));
    }
    let room = (length / (2 * units)).max(1);
    let shift = |part: usize| (part * length / units + below(rng, room)) % length;
    order.into_iter().map(shift).collect()
}

/// The least k with k³ ≥ x.
fn cube_root(x: usize) -> usize {
    let mut root = 1;
    while root * root * root < x {
        root += 1;
    }
    root
}

/// A quantile of ascending values, between neighbours in proportion.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let low = (place as usize).min(sorted.len() - 1);
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + (place - low as f64) * (sorted[high] - sorted[low])
}

fn without_values(name: &'static str, count: usize) -> GaussError {
    GaussError::Parameter {
        name,
        value: count as f64,
        expected: "at least one that has a value",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phi::gauss::measure::{Measure, MeasureSettings, measure};
    use crate::phi::gauss::partition::Partition;

    /// x' = a x + b y + e and y' = a y + b x + e.
    fn pair(length: usize, b: f64, seed: u64) -> Vec<Vec<f64>> {
        let mut rng = stream(seed, Draw::Start, 1);
        let mut series = vec![vec![0.0], vec![0.0]];
        for t in 0..length {
            let (x, y) = (series[0][t], series[1][t]);
            let (ex, ey) = rng.normal_pair();
            series[0].push(0.5 * x + b * y + ex);
            series[1].push(0.5 * y + b * x + ey);
        }
        series
    }

    fn si(system: &GaussianSystem, _: &mut Budget<'_>) -> Result<f64, GaussError> {
        let settings = MeasureSettings::default();
        measure(system, Measure::Si, &Partition::atomic(2), &settings).map(|v| v.phi)
    }

    const DRAWS: Resampling = Resampling {
        lag: 1,
        shrinkage: Shrinkage::None,
        count: 99,
        seed: 3,
    };

    #[test]
    fn coupling_is_told_from_chance() {
        let coupled =
            surrogate_test(&pair(500, 0.3, 1), &DRAWS, &si, &mut Budget::unlimited()).unwrap();
        assert_eq!(coupled.p_value, 0.01, "{coupled:?}");
        assert!(coupled.mean < 0.1 * coupled.value);
        assert_eq!(coupled.surrogates, 99);
        // Without coupling p is uniform: it is small no more often than it says.
        let small = (0..40)
            .filter(|seed| {
                let test = surrogate_test(
                    &pair(300, 0.0, 50 + seed),
                    &DRAWS,
                    &si,
                    &mut Budget::unlimited(),
                )
                .unwrap();
                test.p_value <= 0.1
            })
            .count();
        assert!(small <= 10, "{small}");
        let again =
            surrogate_test(&pair(500, 0.3, 1), &DRAWS, &si, &mut Budget::unlimited()).unwrap();
        assert_eq!(coupled, again);
    }

    #[test]
    fn shifts_are_apart() {
        let mut rng = stream(1, Draw::Surrogate, 0);
        for _ in 0..50 {
            let mut shifts = apart(7, 1000, &mut rng);
            shifts.sort_unstable();
            let circle = shifts.windows(2).map(|w| w[1] - w[0]);
            let last = 1000 + shifts[0] - shifts[6];
            assert!(circle.chain([last]).all(|gap| gap >= 71), "{shifts:?}");
        }
        assert!(apart(9, 4, &mut rng).iter().all(|shift| *shift < 4));
    }

    #[test]
    fn an_interval_holds_the_value_and_narrows_with_samples() {
        let wide = bootstrap_interval(
            &pair(200, 0.3, 2),
            &DRAWS,
            None,
            0.9,
            &si,
            &mut Budget::unlimited(),
        )
        .unwrap();
        let narrow = bootstrap_interval(
            &pair(5000, 0.3, 2),
            &DRAWS,
            None,
            0.9,
            &si,
            &mut Budget::unlimited(),
        )
        .unwrap();
        for found in [&wide, &narrow] {
            assert!(
                found.low < found.value && found.value < found.high,
                "{found:?}"
            );
        }
        assert!(narrow.high - narrow.low < 0.5 * (wide.high - wide.low));
        assert_eq!(narrow.block, 36);
        let bad = bootstrap_interval(
            &pair(200, 0.3, 2),
            &DRAWS,
            None,
            1.0,
            &si,
            &mut Budget::unlimited(),
        );
        assert!(bad.is_err());
    }

    #[test]
    fn quantiles_lie_between_neighbours() {
        let values = [0.0, 1.0, 3.0];
        assert_eq!(quantile(&values, 0.0), 0.0);
        assert_eq!(quantile(&values, 0.75), 2.0);
        assert_eq!(quantile(&values, 1.0), 3.0);
        assert_eq!(quantile(&[2.0], 0.4), 2.0);
        assert_eq!(cube_root(1000), 10);
        assert_eq!(cube_root(1001), 11);
    }
}
