//! The minimum information bipartition: one request, several searches.

use serde::{Deserialize, Serialize};

use super::error::GaussError;
use super::exchange::{ExchangeSettings, replica_exchange};
use super::exhaustive::exhaustive;
use super::least::Found;
use super::measure::{Evaluator, Measure, MeasureSettings, MeasureValue};
use super::partition::{Partition, complement};
use super::queyranne::queyranne;
use super::spectral::spectral;
use super::system::GaussianSystem;
use crate::phi::work::Budget;

/// How the minimum bipartition is searched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Search {
    /// All 2^(n−1) − 1 bipartitions: exact.
    Exhaustive,
    /// Queyranne's algorithm (1998): exact for MI1 and MI, a heuristic for the rest; O(n³) values,
    /// which for MI1, MI and SI cost O(n⁴) in all.
    Queyranne,
    /// Spectral cuts of the correlation graph (Toker & Sommer, 2019): a heuristic, a few dozen
    /// values.
    Spectral,
    /// Replica-exchange Monte Carlo over bipartitions (Kitazono, Kanai & Oizumi, 2018): a
    /// heuristic.
    #[serde(rename = "REMCMC")]
    Exchange,
}

impl Search {
    /// What a search that runs to its end proves.
    #[must_use]
    pub fn standing(self, measure: Measure, normalized: bool) -> Standing {
        match self {
            Self::Exhaustive if measure == Measure::Geo => Standing::Numerical,
            Self::Exhaustive => Standing::Exact,
            Self::Queyranne if measure.is_submodular() && !normalized => Standing::Exact,
            _ => Standing::Heuristic,
        }
    }
}

/// What is known of a bipartition that a search returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It is the minimum.
    Exact,
    /// Every bipartition was tried, each with a value that is itself the best of several local
    /// minimisations (Φ_G).
    Numerical,
    /// The search came to its end, which proves nothing: its value is an upper bound.
    Heuristic,
    /// The budget or the callback ended the search: the best so far, an upper bound.
    Unfinished,
}

/// What to search for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MinimumSettings {
    /// The measure.
    pub measure: Measure,
    /// The search.
    pub search: Search,
    /// Whether the normalised value is minimised.
    pub normalized: bool,
    /// How values of the measure are computed.
    pub values: MeasureSettings,
    /// How replicas are run, for [`Search::Exchange`].
    pub exchange: ExchangeSettings,
}

impl Default for MinimumSettings {
    fn default() -> Self {
        Self {
            measure: Measure::Mi1,
            search: Search::Queyranne,
            normalized: false,
            values: MeasureSettings::default(),
            exchange: ExchangeSettings::default(),
        }
    }
}

impl MinimumSettings {
    /// These searches of this measure, otherwise as by default.
    #[must_use]
    pub fn of(measure: Measure, search: Search) -> Self {
        Self {
            measure,
            search,
            ..Self::default()
        }
    }
}

/// A bipartition with the least value that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct MinimumPartition {
    /// Value of the measure, nats.
    pub phi: f64,
    /// The value with its normaliser and how it was come by.
    pub value: MeasureValue,
    /// The value that was minimised: the normalised one if asked for, else `phi`.
    pub score: f64,
    /// The side with unit 0, ascending.
    pub side: Vec<usize>,
    /// The other side, ascending.
    pub other: Vec<usize>,
    /// What is known of it.
    pub standing: Standing,
    /// Values of the measure that the search took.
    pub work: u64,
}

impl MinimumPartition {
    /// The bipartition itself.
    ///
    /// # Errors
    /// Never for a bipartition that a search returned.
    pub fn partition(&self) -> Result<Partition, GaussError> {
        Partition::bipartition(self.side.len() + self.other.len(), &self.other)
    }

    /// The group (1 or 2) of every unit; unit 0 is in group 1.
    #[must_use]
    pub fn labels(&self) -> Vec<usize> {
        let mut labels = vec![1; self.side.len() + self.other.len()];
        for unit in &self.other {
            labels[*unit] = 2;
        }
        labels
    }
}

/// Work of an exhaustive search, in values of the measure: 2^(n−1) − 1.
#[must_use]
pub fn exhaustive_work(units: usize) -> u64 {
    match u32::try_from(units).ok().and_then(|n| n.checked_sub(1)) {
        Some(shift) => 1u64.checked_shl(shift).map_or(u64::MAX, |all| all - 1),
        None => 0,
    }
}

/// Work that a search takes before its budget is asked, in values of the measure: exact for
/// [`Search::Exhaustive`], otherwise an upper bound. A value costs O(n³), of Φ_G some hundred times
/// that; exhaustive values of MI1, MI and SI cost a few dozen operations each.
#[must_use]
pub fn work_bound(units: usize, settings: &MinimumSettings) -> u64 {
    let n = units as u64;
    match settings.search {
        Search::Exhaustive => exhaustive_work(units),
        // n − 1 rounds of at most m (m + 1) / 2 values for m blocks.
        Search::Queyranne => n * (n + 1) * (n + 2) / 6,
        Search::Spectral => super::spectral::work_bound(units),
        Search::Exchange => {
            let replicas = settings.exchange.replicas.max(1) as u64;
            let moves = n.saturating_mul(settings.exchange.sweeps as u64);
            n + replicas.saturating_mul(moves + 1)
        }
    }
}

/// Searches for the minimum information bipartition.
///
/// # Errors
/// When there are fewer than two units, or the system does not suit the measure.
pub fn minimum_partition(
    system: &GaussianSystem,
    settings: &MinimumSettings,
    budget: &mut Budget<'_>,
) -> Result<MinimumPartition, GaussError> {
    let units = system.len();
    if units < 2 {
        return Err(GaussError::TooFewUnits { units });
    }
    // What every search begins and ends with.
    budget.spend(4000 + 20 * (units as u64).pow(3));
    let evaluator = Evaluator::new(system, settings.measure, &settings.values)?;
    let before = budget.values();
    let normalized = settings.normalized;
    let found = match settings.search {
        Search::Exhaustive => exhaustive(&evaluator, normalized, budget)?,
        Search::Queyranne => queyranne(&evaluator, normalized, budget)?,
        Search::Spectral => spectral(&evaluator, normalized, budget)?,
        Search::Exchange => replica_exchange(&evaluator, normalized, &settings.exchange, budget)?,
    };
    // A budget that ended before the first cut still leaves a bound: that of cutting unit 0 off.
    let found = found.unwrap_or_else(|| Found::of_side(vec![0]));
    // Searches may update values from cut to cut; the one that is reported comes from its cut
    // alone.
    let mut sides = [complement(units, &found.side), found.side];
    sides.iter_mut().for_each(|side| side.sort_unstable());
    sides.sort();
    let [side, other] = sides;
    let value = match found.value {
        Some(value) => value,
        None => evaluator.settled(&Partition::bipartition(units, &other)?, budget)?,
    };
    Ok(MinimumPartition {
        phi: value.phi,
        value,
        score: value.score(normalized),
        side,
        other,
        standing: if budget.ended() {
            Standing::Unfinished
        } else {
            settings.search.standing(settings.measure, normalized)
        },
        work: budget.values() - before,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phi::gauss::sample::random_system;
    use proptest::prelude::*;

    const ALL: [Measure; 5] = [
        Measure::Mi1,
        Measure::Mi,
        Measure::Si,
        Measure::Star,
        Measure::Geo,
    ];

    fn run(system: &GaussianSystem, settings: &MinimumSettings) -> MinimumPartition {
        minimum_partition(system, settings, &mut Budget::unlimited()).unwrap()
    }

    /// The least score over all masks, each evaluated from the definition.
    fn naive(system: &GaussianSystem, settings: &MinimumSettings) -> f64 {
        let evaluator = Evaluator::new(system, settings.measure, &settings.values).unwrap();
        let n = system.len();
        let scores = (1usize..1 << (n - 1)).map(|mask| {
            let side: Vec<usize> = (1..n).filter(|u| mask >> (u - 1) & 1 == 1).collect();
            let partition = Partition::bipartition(n, &side).unwrap();
            evaluator
                .value(&partition)
                .unwrap()
                .score(settings.normalized)
        });
        scores.fold(f64::INFINITY, f64::min)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn searches_against_all_bipartitions(n in 2usize..7, seed in 0u64..1000) {
            let system = random_system(n, seed).unwrap();
            for measure in ALL {
                for normalized in [false, true] {
                    let mut settings = MinimumSettings::of(measure, Search::Exhaustive);
                    settings.normalized = normalized;
                    settings.values.random_starts = 2;
                    let least = naive(&system, &settings);
                    let found = run(&system, &settings);
                    prop_assert!((found.score - least).abs() < 1e-9, "{measure:?} {found:?}");
                    prop_assert_eq!(found.work, exhaustive_work(n));
                    prop_assert_eq!(found.labels()[0], 1);
                    for search in [Search::Queyranne, Search::Spectral, Search::Exchange] {
                        settings.search = search;
                        settings.exchange.sweeps = 20;
                        let bound = work_bound(n, &settings);
                        let other = run(&system, &settings);
                        prop_assert!(other.score >= least - 1e-9);
                        prop_assert!(other.work <= bound, "{search:?} {}", other.work);
                        if other.standing == Standing::Exact {
                            prop_assert!((other.score - least).abs() < 1e-9);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_budget_that_ends_early_leaves_an_upper_bound() {
        let system = random_system(8, 3).unwrap();
        for search in [
            Search::Exhaustive,
            Search::Queyranne,
            Search::Spectral,
            Search::Exchange,
        ] {
            for measure in [Measure::Si, Measure::Star] {
                let settings = MinimumSettings::of(measure, search);
                let full = run(&system, &MinimumSettings::of(measure, Search::Exhaustive));
                let none = minimum_partition(&system, &settings, &mut Budget::new(0)).unwrap();
                assert_eq!(none.standing, Standing::Unfinished, "{search:?}");
                assert_eq!(none.side, [0], "{search:?}");
                let mut budget = Budget::unlimited();
                minimum_partition(&system, &settings, &mut budget).unwrap();
                let work = budget.spent() / 2;
                let mut budget = Budget::new(work);
                let short = minimum_partition(&system, &settings, &mut budget).unwrap();
                assert_eq!(short.standing, Standing::Unfinished, "{search:?}");
                assert!(short.phi >= full.phi - 1e-12);
                assert!(budget.spent() <= work && short.work > 0);
            }
        }
    }

    #[test]
    fn independent_halves_are_found_at_once() {
        let mut cov = nalgebra::DMatrix::<f64>::identity(6, 6);
        for (i, j) in [(0, 2), (2, 4), (1, 3), (3, 5)] {
            cov[(i, j)] = 0.4;
            cov[(j, i)] = 0.4;
        }
        let system = GaussianSystem::instantaneous(cov).unwrap();
        for search in [
            Search::Exhaustive,
            Search::Queyranne,
            Search::Spectral,
            Search::Exchange,
        ] {
            let found = run(&system, &MinimumSettings::of(Measure::Mi1, search));
            assert!(found.phi < 1e-14, "{search:?} {found:?}");
            assert_eq!(found.side, [0, 2, 4]);
        }
    }

    #[test]
    fn one_unit_cannot_be_cut() {
        let system = random_system(1, 3).unwrap();
        let settings = MinimumSettings::default();
        let refused = minimum_partition(&system, &settings, &mut Budget::unlimited());
        assert_eq!(refused, Err(GaussError::TooFewUnits { units: 1 }));
        assert_eq!(exhaustive_work(1), 0);
        assert_eq!(exhaustive_work(16), 32767);
        assert_eq!(exhaustive_work(64), (1 << 63) - 1);
        assert_eq!(exhaustive_work(400), u64::MAX);
    }
}
