//! Complexes by hierarchical partitioning (Kitazono, Kanai & Oizumi, 2020).
//!
//! The whole is split by its minimum partition, then each side by its own, down to single units.
//! A set of this tree is a complex when its value exceeds those of all sets that hold it, and a
//! main complex when no complex is within it. For monotone f, as here, this finds all complexes.

use super::multi_information::GaussianSystem;
use super::queyranne::{MinimumPartition, minimum_partition};

/// A set of units that is more than its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Complex {
    /// Its units, ascending.
    pub units: Vec<usize>,
    /// Information across its minimum partition, nats.
    pub value: f64,
    /// Whether no complex lies within it.
    pub main: bool,
}

/// What the search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hierarchy {
    /// The minimum partition of the whole.
    pub whole: MinimumPartition,
    /// Complexes in order of the search, outer before inner.
    pub complexes: Vec<Complex>,
    /// Values of f that were computed.
    pub evaluations: u64,
    /// Whether the budget sufficed; if not, complexes may be missing.
    pub complete: bool,
}

impl Hierarchy {
    /// The main complex with the greatest value; the first of equals.
    #[must_use]
    pub fn major(&self) -> Option<&Complex> {
        let mut best: Option<&Complex> = None;
        for complex in self.complexes.iter().filter(|complex| complex.main) {
            if best.is_none_or(|other| complex.value > other.value) {
                best = Some(complex);
            }
        }
        best
    }
}

/// A set of the tree that waits to be split.
struct Pending {
    units: Vec<usize>,
    greatest_around: f64,
    within: Option<usize>,
}

/// Splits a system down to its units. `None` when even the whole cannot be searched.
#[must_use]
pub fn hierarchy(system: &GaussianSystem, budget: u64) -> Option<Hierarchy> {
    let whole = minimum_partition(system, budget)?;
    let mut found = Hierarchy {
        evaluations: whole.evaluations,
        complete: whole.complete,
        complexes: Vec::new(),
        whole,
    };
    let mut pending = vec![Pending {
        units: (0..system.len()).collect(),
        greatest_around: f64::NEG_INFINITY,
        within: None,
    }];
    while let Some(set) = pending.pop() {
        let partition = if set.units.len() == system.len() {
            found.whole.clone()
        } else {
            let left = budget.saturating_sub(found.evaluations);
            let subsystem = system.subsystem(&set.units);
            match subsystem.and_then(|part| minimum_partition(&part, left)) {
                Some(partition) => {
                    found.evaluations += partition.evaluations;
                    found.complete &= partition.complete;
                    partition
                }
                None => {
                    found.complete = false;
                    continue;
                }
            }
        };
        let is_complex = partition.value > set.greatest_around && partition.value > 0.0;
        let within = if is_complex {
            if let Some(outer) = set.within {
                found.complexes[outer].main = false;
            }
            found.complexes.push(Complex {
                units: set.units.clone(),
                value: partition.value,
                main: true,
            });
            Some(found.complexes.len() - 1)
        } else {
            set.within
        };
        let around = set.greatest_around.max(partition.value);
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
    Some(found)
}
