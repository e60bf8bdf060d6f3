//! `PhiReport`: a measurement with what it is of and how far it can be trusted.

use serde::{Deserialize, Serialize};

use super::complexes::hierarchy;
use super::covariance::{correlation, is_constant};
use super::multi_information::GaussianSystem;

pub use super::covariance::PhiError;

/// What a value is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PhiBound {
    /// The quantity itself.
    Exact,
    /// Not more than the quantity.
    Lower,
    /// Not less than the quantity.
    Upper,
    /// Estimated from a window of samples.
    Estimate,
}

/// A measurement of integrated information.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhiReport {
    /// Information across the minimum partition, nats.
    pub value: f64,
    /// Measure and search.
    pub method: String,
    /// What the value is worth.
    pub bound: PhiBound,
    /// The two sides of the minimum partition.
    pub mip: (Vec<u32>, Vec<u32>),
    /// Complexes with their values, outer before inner.
    pub complexes: Vec<(Vec<u32>, f64)>,
    /// The units of the main complex with the greatest value; empty when there is none.
    pub major_complex: Vec<u32>,
    /// Values of the cut function that were computed.
    pub cost: u64,
    /// Remarks: why the value is 0, or that the budget ended.
    pub flags: Vec<String>,
}

/// How to measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhiSettings {
    /// The most units.
    pub max_units: usize,
    /// Share of the identity that correlations are shrunk towards, 0 … 1.
    pub shrinkage: f64,
    /// Values of the cut function that may be computed.
    pub budget: u64,
}

/// Measures the multi-information across the minimum bipartition of units, each given by its
/// series of samples, and finds their complexes.
///
/// # Errors
/// When samples are unusable or the covariance is singular.
pub fn measure(samples: &[Vec<f64>], settings: &PhiSettings) -> Result<PhiReport, PhiError> {
    let n = samples.len();
    if n > settings.max_units {
        return Err(PhiError::TooMany {
            found: n,
            limit: settings.max_units,
        });
    }
    let matrix = correlation(samples, settings.shrinkage)?;
    let mut flags: Vec<String> = samples
        .iter()
        .enumerate()
        .filter(|(_, series)| is_constant(series))
        .map(|(unit, _)| format!("constant_unit:{unit}"))
        .collect();
    let method = format!(
        "Gaussian multi-information across the minimum bipartition, Queyranne, shrinkage {}",
        settings.shrinkage
    );
    if n < 2 {
        flags.push("fewer_than_two_units".to_owned());
        return Ok(zero(n, method, flags));
    }
    let count = samples[0].len();
    let singular = PhiError::Singular {
        units: n,
        samples: count,
    };
    let system = GaussianSystem::new(matrix).ok_or(singular)?;
    let Some(found) = hierarchy(&system, settings.budget) else {
        flags.push("budget_ended_before_the_first_cut".to_owned());
        return Ok(zero(n, method, flags));
    };
    if !found.complete {
        flags.push("budget_ended".to_owned());
    }
    let units = |list: &[usize]| list.iter().map(|k| *k as u32).collect::<Vec<u32>>();
    let bound = if found.whole.complete {
        PhiBound::Estimate
    } else {
        PhiBound::Upper
    };
    Ok(PhiReport {
        value: found.whole.value,
        method,
        bound,
        mip: (units(&found.whole.side), units(&found.whole.other)),
        major_complex: found.major().map(|c| units(&c.units)).unwrap_or_default(),
        complexes: found
            .complexes
            .iter()
            .map(|complex| (units(&complex.units), complex.value))
            .collect(),
        cost: found.evaluations,
        flags,
    })
}

fn zero(n: usize, method: String, flags: Vec<String>) -> PhiReport {
    PhiReport {
        value: 0.0,
        method,
        bound: PhiBound::Lower,
        mip: ((0..n as u32).collect(), Vec::new()),
        complexes: Vec::new(),
        major_complex: Vec::new(),
        cost: 0,
        flags,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::{KeyedRng, Purpose};

    fn settings() -> PhiSettings {
        PhiSettings {
            max_units: 64,
            shrinkage: 0.0,
            budget: u64::MAX,
        }
    }

    /// Two pairs, each driven by a source of its own.
    fn two_pairs(samples: u64) -> Vec<Vec<f64>> {
        let draw = |what, k| KeyedRng::new(5, Purpose::Parameter, what, k).normal();
        (0..4u64)
            .map(|unit| {
                (0..samples)
                    .map(|k| draw(10 + unit / 2, k) + 0.3 * draw(unit, k))
                    .collect()
            })
            .collect()
    }

    #[test]
    fn the_weakest_cut_runs_between_the_pairs() {
        let report = measure(&two_pairs(4000), &settings()).unwrap();
        assert!(report.value < 0.01, "{}", report.value);
        let mut sides = [report.mip.0.clone(), report.mip.1.clone()];
        sides.sort();
        assert_eq!(sides, [vec![0, 1], vec![2, 3]]);
        assert_eq!(report.major_complex.len(), 2);
        assert_eq!(report.bound, PhiBound::Estimate);
    }

    #[test]
    fn what_cannot_be_measured_says_why() {
        let mut samples = two_pairs(100);
        samples[1] = vec![0.1; 100];
        let report = measure(&samples, &settings()).unwrap();
        assert_eq!(report.value, 0.0);
        assert_eq!(report.flags, ["constant_unit:1"]);
        samples[1] = samples[0].clone();
        let refused = measure(&samples, &settings()).unwrap_err();
        assert!(refused.to_string().contains("not positive definite"));
        samples[1][3] = f64::NAN;
        assert_eq!(
            measure(&samples, &settings()),
            Err(PhiError::NonFinite { unit: 1 })
        );
        let one = measure(&samples[..1], &settings()).unwrap();
        assert_eq!(one.flags, ["fewer_than_two_units"]);
    }
}
