//! Complexes by hierarchical partitioning (Kitazono, Kanai & Oizumi, Entropy 22, 2020).
//!
//! The whole is split by its minimum bipartition, then each side by its own, down to single units:
//! n − 1 searches. A set of this tree is a complex when its value exceeds those of all sets of the
//! tree that hold it, and a main complex when no complex of the tree lies within it. For monotone
//! measures such as MI1 and MI with an exact search this finds all complexes; for SI, Φ* and Φ_G it
//! may miss some.

use super::complexes::{Complex, Complexes, exceeds};
use super::error::GaussError;
use super::minimum::{MinimumPartition, MinimumSettings, Standing, minimum_partition};
use super::system::GaussianSystem;
use crate::phi::work::Budget;

/// A tree of minimum bipartitions and the complexes in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Hierarchy {
    /// The minimum bipartition of the whole.
    pub whole: MinimumPartition,
    /// Complexes of the tree, by falling value.
    pub complexes: Complexes,
}

/// A set of the tree that waits to be split.
struct Pending {
    units: Vec<usize>,
    greatest_around: f64,
    within: Option<usize>,
}

/// Splits a system down to its units and tells the complexes. When the budget ends, sets that were
/// not split are left out and the standing is [`Standing::Unfinished`].
///
/// # Errors
/// When even the whole cannot be searched.
pub fn hierarchy(
    system: &GaussianSystem,
    settings: &MinimumSettings,
    budget: &mut Budget<'_>,
) -> Result<Hierarchy, GaussError> {
    let before = budget.values();
    let whole = minimum_partition(system, settings, budget)?;
    let mut standing = worth(settings, whole.standing);
    let mut found: Vec<Complex> = Vec::new();
    let mut pending = vec![Pending {
        units: (0..system.len()).collect(),
        greatest_around: f64::NEG_INFINITY,
        within: None,
    }];
    while let Some(set) = pending.pop() {
        let partition = if set.units.len() == system.len() {
            whole.clone()
        } else if budget.ended() {
            standing = Standing::Unfinished;
            continue;
        } else {
            minimum_partition(&system.subsystem(&set.units), settings, budget)?
        };
        if partition.standing == Standing::Unfinished {
            standing = Standing::Unfinished;
        }
        let value = partition.score;
        let first = set.within.is_none() && found.is_empty();
        let is_complex = first || exceeds(value, set.greatest_around);
        let within = if is_complex {
            if let Some(outer) = set.within {
                found[outer].main = false;
            }
            found.push(Complex {
                units: set.units.clone(),
                value,
                main: true,
            });
            Some(found.len() - 1)
        } else {
            set.within
        };
        let around = set.greatest_around.max(value);
        // The second side first, so that the first is split next.
        for side in [&partition.other, &partition.side] {
            if side.len() > 1 {
                pending.push(Pending {
                    units: side.iter().map(|k| set.units[*k]).collect(),
                    greatest_around: around,
                    within,
                });
            }
        }
    }
    let work = budget.values() - before;
    Ok(Hierarchy {
        whole,
        complexes: Complexes::sorted(found, standing, work),
    })
}

/// What the tree proves when each search proves `standing`.
fn worth(settings: &MinimumSettings, standing: Standing) -> Standing {
    match standing {
        Standing::Exact if settings.measure.is_submodular() && !settings.normalized => standing,
        Standing::Unfinished => standing,
        _ => Standing::Heuristic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phi::gauss::complexes::all_complexes;
    use crate::phi::gauss::measure::Measure;
    use crate::phi::gauss::minimum::Search;
    use crate::phi::gauss::sample::{random_system, sparse_system};

    #[test]
    fn for_monotone_measures_the_tree_holds_all_complexes() {
        for seed in 0..8 {
            let system = random_system(6, 40 + seed).unwrap();
            for measure in [Measure::Mi1, Measure::Mi] {
                let settings = MinimumSettings::of(measure, Search::Queyranne);
                let tree = hierarchy(&system, &settings, &mut Budget::unlimited()).unwrap();
                let all = all_complexes(&system, &settings, &mut Budget::unlimited()).unwrap();
                assert_eq!(tree.complexes.standing, Standing::Exact);
                let sets = |c: &Complexes| -> Vec<_> {
                    c.found.iter().map(|c| (c.units.clone(), c.main)).collect()
                };
                assert_eq!(sets(&tree.complexes), sets(&all), "{seed} {measure:?}");
            }
        }
    }

    #[test]
    fn units_that_are_apart_do_not_disturb_the_rest() {
        for seed in 0..40 {
            let system = sparse_system(3 + seed as usize % 6, 0.25, seed).unwrap();
            for measure in [Measure::Mi1, Measure::Mi] {
                let settings = MinimumSettings::of(measure, Search::Queyranne);
                let tree = hierarchy(&system, &settings, &mut Budget::unlimited()).unwrap();
                let all = all_complexes(&system, &settings, &mut Budget::unlimited()).unwrap();
                let sets = |c: &Complexes| -> Vec<_> {
                    let real = c.found.iter().filter(|c| c.value > 1e-9);
                    real.map(|c| (c.units.clone(), c.main)).collect()
                };
                assert_eq!(sets(&tree.complexes), sets(&all), "{seed} {measure:?}");
            }
        }
    }

    #[test]
    fn a_budget_that_ends_leaves_part_of_the_tree() {
        let system = random_system(8, 5).unwrap();
        let settings = MinimumSettings::default();
        let mut budget = Budget::unlimited();
        hierarchy(&system, &settings, &mut budget).unwrap();
        let mut budget = Budget::new(budget.spent() / 2);
        let part = hierarchy(&system, &settings, &mut budget).unwrap();
        assert_eq!(part.complexes.standing, Standing::Unfinished);
        let none = hierarchy(&system, &settings, &mut Budget::new(0)).unwrap();
        assert_eq!(none.complexes.standing, Standing::Unfinished);
        assert_eq!(none.complexes.found.len(), 1, "the whole, with a bound");
    }
}
