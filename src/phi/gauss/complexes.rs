//! Complexes: sets of units that are more than their parts and more than every larger set.
//!
//! A set is a complex when the value across its minimum bipartition is greater than that of every
//! set that holds it; a complex is main when no complex lies within it (Kitazono, Kanai & Oizumi,
//! Entropy 22, 2020). The whole is always a complex: nothing holds it. Values that differ by
//! rounding alone count as equal.

use serde::{Deserialize, Serialize};

use super::error::GaussError;
use super::exhaustive::exhaustive;
use super::log_det::{LogDetSum, entropy};
use super::measure::{Engine, Evaluator};
use super::minimum::{MinimumSettings, Standing};
use super::minors::all_minors;
use super::partition::Partition;
use super::system::GaussianSystem;
use crate::phi::work::Budget;

/// Values this close, relative to 1 nat or to themselves, count as equal.
const ROUNDING: f64 = 1e-12;

/// The most units whose subsets are tabled.
pub const EXHAUSTIVE_UNITS_MAX: usize = 20;

/// A set of units that is more than its parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Complex {
    /// Its units, ascending.
    pub units: Vec<usize>,
    /// Value across its minimum bipartition (normalised, if that was asked for), nats.
    pub value: f64,
    /// Whether no complex lies within it.
    pub main: bool,
}

/// The complexes of a system, by falling value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Complexes {
    /// All of them, by falling value; of equals the one that was found first comes first.
    pub found: Vec<Complex>,
    /// What is known of them: `Exact` only if every complex is among them.
    pub standing: Standing,
    /// Values of the measure that the search took.
    pub work: u64,
}

impl Complexes {
    /// The main complex with the greatest value, if that is more than rounding.
    #[must_use]
    pub fn major(&self) -> Option<&Complex> {
        let mut mains = self.found.iter().filter(|complex| complex.main);
        mains.find(|complex| complex.value > ROUNDING)
    }

    pub(crate) fn sorted(mut found: Vec<Complex>, standing: Standing, work: u64) -> Self {
        found.sort_by(|a, b| b.value.total_cmp(&a.value));
        Self {
            found,
            standing,
            work,
        }
    }
}

/// Whether a value is more than another beyond rounding.
pub(crate) fn exceeds(value: f64, other: f64) -> bool {
    value > other + ROUNDING * value.abs().max(1.0)
}

/// Values of the measure for all bipartitions of all subsets: (3ⁿ − 2ⁿ⁺¹ + 1) / 2.
#[must_use]
pub fn exhaustive_complexes_work(units: usize) -> u64 {
    let power = |base: u64| u32::try_from(units).ok().and_then(|n| base.checked_pow(n));
    match (power(3), power(2)) {
        (Some(three), Some(two)) => (three + 1).saturating_sub(2 * two) / 2,
        _ => u64::MAX,
    }
}

/// All complexes, from the minimum bipartition of every subset. `settings.search` is not used: each
/// subset is searched exhaustively.
///
/// # Errors
/// When there are fewer than two or more than [`EXHAUSTIVE_UNITS_MAX`] units, the system does not
/// suit the measure, or the budget does not suffice: complexes cannot be told from a part of the
/// subsets.
pub fn all_complexes(
    system: &GaussianSystem,
    settings: &MinimumSettings,
    budget: &mut Budget<'_>,
) -> Result<Complexes, GaussError> {
    let units = system.len();
    if units < 2 {
        return Err(GaussError::TooFewUnits { units });
    }
    if units > EXHAUSTIVE_UNITS_MAX {
        return Err(GaussError::TooManyUnits {
            method: "an exhaustive search for complexes",
            units,
            limit: EXHAUSTIVE_UNITS_MAX,
        });
    }
    let before = budget.values();
    let evaluator = Evaluator::new(system, settings.measure, &settings.values)?;
    let values = match &evaluator.engine {
        Engine::LogDet(sum) => by_table(system, sum, settings.normalized, budget)?,
        _ => by_search(system, settings, budget)?,
    };
    let Some(values) = values else {
        let spent = budget.spent();
        return Err(GaussError::Ended { spent });
    };
    let work = budget.values() - before;
    let exact = super::minimum::Search::Exhaustive;
    let standing = exact.standing(settings.measure, settings.normalized);
    Ok(Complexes::sorted(select(units, &values), standing, work))
}

/// Complexes among all subsets, given the value of each mask of two units or more.
fn select(units: usize, values: &[f64]) -> Vec<Complex> {
    let full = (1usize << units) - 1;
    // Greatest value among the sets that hold a set, from the whole down.
    let mut around = vec![f64::NEG_INFINITY; full + 1];
    let mut complex = vec![false; full + 1];
    for mask in (1..=full).rev() {
        for unit in 0..units {
            let wider = mask | 1 << unit;
            if wider != mask {
                around[mask] = around[mask].max(around[wider]).max(values[wider]);
            }
        }
        let alone = mask & (mask - 1) == 0;
        complex[mask] = !alone && (mask == full || exceeds(values[mask], around[mask]));
    }
    let mut within = vec![false; full + 1];
    let mut found = Vec::new();
    for mask in 1..=full {
        for unit in 0..units {
            let narrower = mask & !(1 << unit);
            if narrower != mask {
                within[mask] |= within[narrower] | complex[narrower];
            }
        }
        if complex[mask] {
            found.push(Complex {
                units: members(units, mask),
                value: values[mask],
                main: !within[mask],
            });
        }
    }
    found
}

fn members(units: usize, mask: usize) -> Vec<usize> {
    (0..units).filter(|unit| mask >> unit & 1 == 1).collect()
}

/// Least score of every subset from a table of g: f(A | S) = g(A) + g(S∖A) − g(S).
fn by_table(
    system: &GaussianSystem,
    sum: &LogDetSum,
    normalized: bool,
    budget: &mut Budget<'_>,
) -> Result<Option<Vec<f64>>, GaussError> {
    let units = system.len();
    let table = all_minors(sum, units, budget)?;
    let mut entropies = Vec::new();
    if normalized {
        entropies.push(f64::INFINITY);
        for mask in 1usize..1 << units {
            if !budget.spend(300 + (units as u64).pow(2) * 4) {
                return Ok(None);
            }
            entropies.push(entropy(system.cov_x(), &members(units, mask))?);
        }
    }
    let mut values = vec![f64::NEG_INFINITY; 1 << units];
    for set in 1usize..1 << units {
        let lowest = set & set.wrapping_neg();
        let rest = set ^ lowest;
        if rest == 0 {
            continue;
        }
        let sides = (1 << rest.count_ones()) - 1;
        if !budget.take(sides, 20 + 4 * sides) {
            return Ok(None);
        }
        let mut least = f64::INFINITY;
        let mut side = rest;
        while side != 0 {
            let mut score = table[side] + table[set ^ side];
            if normalized {
                let phi = (score - table[set]).max(0.0);
                score = phi / entropies[side].min(entropies[set ^ side]);
            }
            least = least.min(score);
            side = (side - 1) & rest;
        }
        values[set] = if normalized {
            least
        } else {
            (least - table[set]).max(0.0)
        };
    }
    Ok(Some(values))
}

/// Least score of every subset by a search of its own.
fn by_search(
    system: &GaussianSystem,
    settings: &MinimumSettings,
    budget: &mut Budget<'_>,
) -> Result<Option<Vec<f64>>, GaussError> {
    let units = system.len();
    let mut values = vec![f64::NEG_INFINITY; 1 << units];
    for (mask, value) in values.iter_mut().enumerate().skip(1) {
        let set = members(units, mask);
        if set.len() < 2 {
            continue;
        }
        budget.spend(2000 + 20 * (set.len() as u64).pow(3));
        let subsystem = system.subsystem(&set);
        let evaluator = Evaluator::new(&subsystem, settings.measure, &settings.values)?;
        let found = exhaustive(&evaluator, settings.normalized, budget)?;
        let (Some(found), false) = (found, budget.ended()) else {
            return Ok(None);
        };
        let least = match found.value {
            Some(least) => least,
            None => evaluator.value(&Partition::bipartition(set.len(), &found.side)?)?,
        };
        *value = least.score(settings.normalized);
    }
    Ok(Some(values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phi::gauss::measure::Measure;
    use crate::phi::gauss::minimum::{Search, minimum_partition};
    use crate::phi::gauss::sample::random_system;

    #[test]
    fn tabled_and_searched_values_agree() {
        for seed in 0..4 {
            let system = random_system(5, seed).unwrap();
            for measure in [Measure::Mi1, Measure::Mi, Measure::Si] {
                for normalized in [false, true] {
                    let mut settings = MinimumSettings::of(measure, Search::Exhaustive);
                    settings.normalized = normalized;
                    let found =
                        all_complexes(&system, &settings, &mut Budget::unlimited()).unwrap();
                    assert_eq!(found.work, exhaustive_complexes_work(5));
                    for complex in &found.found {
                        let part = system.subsystem(&complex.units);
                        let mut budget = Budget::unlimited();
                        let least = minimum_partition(&part, &settings, &mut budget).unwrap();
                        assert!((least.score - complex.value).abs() < 1e-10);
                    }
                }
            }
        }
    }

    #[test]
    fn a_pair_within_a_loose_whole_is_the_main_complex() {
        let mut cov = nalgebra::DMatrix::<f64>::identity(4, 4);
        for (i, j, r) in [(0, 1, 0.8), (1, 2, 0.1), (2, 3, 0.2)] {
            cov[(i, j)] = r;
            cov[(j, i)] = r;
        }
        let system = GaussianSystem::instantaneous(cov).unwrap();
        let settings = MinimumSettings::default();
        let found = all_complexes(&system, &settings, &mut Budget::unlimited()).unwrap();
        let major = found.major().unwrap();
        assert_eq!(major.units, [0, 1]);
        let mains: Vec<_> = found.found.iter().filter(|c| c.main).collect();
        assert_eq!(mains.len(), 2);
        assert_eq!(mains[1].units, [2, 3]);
    }

    #[test]
    fn independent_units_have_only_the_whole_and_no_major_complex() {
        let system = GaussianSystem::instantaneous(nalgebra::DMatrix::identity(4, 4)).unwrap();
        let settings = MinimumSettings::default();
        let found = all_complexes(&system, &settings, &mut Budget::unlimited()).unwrap();
        assert_eq!(found.found.len(), 1);
        assert!(found.major().is_none());
        let refused = all_complexes(&system, &settings, &mut Budget::of_operations(5));
        assert!(matches!(refused, Err(GaussError::Ended { .. })));
    }
}
