//! Complexes: the systems that exclude all that overlap them.
//!
//! φ_s is computed for every subset of units. From the greatest value down, a candidate that
//! overlaps no accepted complex is one itself; candidates of equal φ_s that overlap each other are
//! compared by Φ, and without a single greatest one none of them is a complex; smaller values are
//! still considered then. Reference: Albantakis et al. (2023), exclusion postulate.

use serde::Serialize;

use crate::phi::work::OPERATIONS;

use super::effort::{Effort, deal_out};
use super::error::Iit4Error;
use super::network::Network;
use super::numeric::{ZERO, tied, units_of};
use super::report::{Bound, SystemPhi};
use super::structure::{structure_of, structure_work};
use super::system::phi_of_mask;

/// Memory for lists of tied cuts, over all candidate systems of a network.
const LISTED_BYTES_MAX: usize = 1 << 28;

/// A complex.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Complex {
    /// Its units.
    pub nodes: Vec<usize>,
    /// Its φ_s, bits.
    pub phi_s: f64,
}

/// All complexes of a network.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Complexes {
    /// Every candidate system: larger ones first, then by order of units. Those that a stop left
    /// out are missing.
    pub systems: Vec<SystemPhi>,
    /// Complexes in the order in which they are found; the first is the major complex.
    pub complexes: Vec<Complex>,
    /// Whether no candidates of equal φ_s overlapped, so that Φ was not needed.
    pub complexes_strict: bool,
    /// Whether every candidate was computed, and exactly; if not, the complexes are provisional.
    pub exact: bool,
}

/// Non-empty subsets of n units: larger ones first, then by order of units.
#[must_use]
pub fn candidates_in_order(units: usize) -> Vec<u32> {
    let mut masks: Vec<u32> = (1..=((1u64 << units) - 1) as u32).collect();
    masks.sort_by_cached_key(|mask| {
        // Of two lists of equal length the one that is first has the greater mirrored mask.
        (u32::MAX - mask.count_ones(), u32::MAX - mask.reverse_bits())
    });
    masks
}

/// Computes φ_s of all subsets and finds the complexes. The bound of work holds for all of them
/// together: where it ends, subsets are missing and the complexes are provisional. Fewer tied cuts
/// are listed than allowed where their lists would fill 256 MiB.
///
/// A stop, too, leaves a provisional result.
///
/// # Errors
/// When candidates of equal φ_s overlap whose structures are too large to compare.
pub fn complexes(network: &Network, effort: Effort) -> Result<Complexes, Iit4Error> {
    let masks = candidates_in_order(network.units());
    let systems = all_systems(network, &masks, effort);
    let all = systems.len() == masks.len();
    let exact = all && systems.iter().all(|system| system.bound == Bound::Exact);
    let left = effort
        .work_max
        .saturating_sub(work_of(network, &systems).saturating_mul(OPERATIONS));
    let bounded = Effort {
        work_max: left,
        ..effort
    };
    let excluded = exclude(network, &systems, bounded)?;
    let (complexes, complexes_strict, decided) = excluded;
    Ok(Complexes {
        exact: exact && decided && (complexes_strict || !(effort.stop)()),
        systems,
        complexes,
        complexes_strict,
    })
}

/// Operations of making a candidate system of a network, every unit of it at every state, in whole
/// units of work.
fn candidate_work(network: &Network, mask: u32) -> u64 {
    let each = u64::from(mask.count_ones()) * 2 + 2;
    (1500 + each * network.tpm().states() as u64).next_multiple_of(OPERATIONS)
}

/// φ_s of some masks one after the other, from one store of work. Those that it does not reach are
/// left out.
fn bounded_systems(network: &Network, masks: &[u32], effort: Effort) -> Vec<SystemPhi> {
    let mut left = effort.work_max;
    let mut found = Vec::new();
    for mask in masks {
        let own = candidate_work(network, *mask);
        if own > left || (effort.stop)() {
            break;
        }
        left -= own;
        let one = Effort {
            work_max: left,
            ..effort
        };
        let system = phi_of_mask(network, *mask, one);
        left = left.saturating_sub(system.work.saturating_mul(OPERATIONS));
        found.push(system);
    }
    found
}

/// Units of work of searches of systems of a network.
#[must_use]
pub fn work_of(network: &Network, systems: &[SystemPhi]) -> u64 {
    let of = |system: &SystemPhi| {
        let mask = network.mask_of(&system.nodes).unwrap_or_default();
        system.work + candidate_work(network, mask) / OPERATIONS
    };
    systems.iter().map(of).sum()
}

/// φ_s of some masks, shared among workers; each subset is searched by one. A stop leaves out some,
/// and so does a bound of work.
pub(super) fn all_systems(network: &Network, masks: &[u32], effort: Effort) -> Vec<SystemPhi> {
    let workers = effort.workers.clamp(1, masks.len().max(1));
    let listable = listable(network.units(), masks.len());
    let single = Effort {
        workers: 1,
        tied_cuts_max: effort.tied_cuts_max.min(listable),
        ..effort.quiet()
    };
    if effort.work_max != u64::MAX {
        return bounded_systems(network, masks, single);
    }
    let mut total = 0.0;
    let weights = masks.iter().map(|mask| {
        total += 4.0f64.powi(mask.count_ones() as i32);
        total
    });
    let done: Vec<f64> = weights.collect();
    let found = deal_out(
        masks.len(),
        workers,
        || (),
        |(), place| {
            if (effort.stop)() {
                return None;
            }
            let system = phi_of_mask(network, masks[place], single);
            if place.is_multiple_of(workers) {
                (effort.progress)(done[place] / total);
            }
            Some(system)
        },
    );
    found.into_iter().flatten().collect()
}

/// Tied cuts per system that keep the lists of all systems within memory.
fn listable(units: usize, systems: usize) -> usize {
    let bytes_per_cut = units * units * size_of::<[usize; 2]>();
    (LISTED_BYTES_MAX / (bytes_per_cut * systems.max(1))).max(1)
}

fn exclude(
    network: &Network,
    systems: &[SystemPhi],
    effort: Effort,
) -> Result<(Vec<Complex>, bool, bool), Iit4Error> {
    let mut order: Vec<(f64, u32, usize)> = Vec::new();
    for (place, system) in systems.iter().enumerate() {
        if system.reachable && system.phi_s > ZERO {
            order.push((system.phi_s, network.mask_of(&system.nodes)?, place));
        }
    }
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
    let mut found = Vec::new();
    let (mut taken, mut strict, mut decided, mut from) = (0u32, true, true, 0);
    let mut left = effort.work_max;
    while from < order.len() {
        let mut to = from + 1;
        while to < order.len() && tied(order[to].0, order[to - 1].0) {
            to += 1;
        }
        let mut tier: Vec<(u32, usize)> = order[from..to].iter().map(|o| (o.1, o.2)).collect();
        from = to;
        tier.sort_by_key(|member| member.1);
        loop {
            tier.retain(|(mask, _)| mask & taken == 0);
            let Some((first, place)) = tier.first().copied() else {
                break;
            };
            let group = overlapping(first, &tier);
            let winner = if group.len() == 1 {
                Some((first, place))
            } else {
                strict = false;
                let units = group.iter().map(|(mask, _)| mask.count_ones() as usize);
                let work = units.map(structure_work).fold(0, u64::saturating_add);
                if work > left {
                    decided = false;
                    None
                } else {
                    left -= if left == u64::MAX { 0 } else { work };
                    greatest_structure(network, systems, &group, effort)?
                }
            };
            match winner {
                Some((mask, place)) => {
                    taken |= mask;
                    let system = &systems[place];
                    found.push(Complex {
                        nodes: units_of(mask).collect(),
                        phi_s: system.phi_s,
                    });
                }
                None => tier.retain(|member| !group.contains(member)),
            }
        }
    }
    Ok((found, strict, decided))
}

/// The members of a tier that hang together with `first` by overlaps.
fn overlapping(first: u32, tier: &[(u32, usize)]) -> Vec<(u32, usize)> {
    let mut union = first;
    loop {
        let wider = tier
            .iter()
            .filter(|(mask, _)| mask & union != 0)
            .fold(union, |all, (mask, _)| all | mask);
        if wider == union {
            break;
        }
        union = wider;
    }
    let within = tier.iter().filter(|(mask, _)| mask & union != 0);
    within.copied().collect()
}

/// The member with the single greatest Φ.
fn greatest_structure(
    network: &Network,
    systems: &[SystemPhi],
    group: &[(u32, usize)],
    effort: Effort,
) -> Result<Option<(u32, usize)>, Iit4Error> {
    let quiet = effort.quiet();
    let mut best: Option<(f64, (u32, usize))> = None;
    let mut single = false;
    for member in group {
        let big_phi = match structure_of(network, &systems[member.1], quiet) {
            Err(Iit4Error::Stopped) => return Ok(None),
            other => other?.big_phi,
        };
        match best {
            Some((greatest, _)) if tied(big_phi, greatest) => single = false,
            Some((greatest, _)) if big_phi < greatest => {}
            _ => (best, single) = (Some((big_phi, *member)), true),
        }
    }
    Ok(best.filter(|_| single).map(|(_, member)| member))
}

#[cfg(test)]
mod tests {
    use super::super::network::Limits;
    use super::super::tpm::Tpm;
    use super::*;

    fn network(units: usize, p: impl FnMut(u32, usize) -> f64, state: &[u8]) -> Network {
        let none: Option<&[Vec<u8>]> = None;
        let tpm = Tpm::from_fn(units, p).unwrap();
        Network::new(tpm, none, state, Limits::default()).unwrap()
    }

    fn noisy_copy(x: u32, from: usize) -> f64 {
        0.1 + 0.8 * f64::from(x >> from & 1)
    }

    #[test]
    fn candidates_come_larger_ones_first_and_then_by_units() {
        let lists: Vec<Vec<usize>> = candidates_in_order(3)
            .into_iter()
            .map(|mask| units_of(mask).collect())
            .collect();
        let expected: [&[usize]; 7] = [&[0, 1, 2], &[0, 1], &[0, 2], &[1, 2], &[0], &[1], &[2]];
        assert_eq!(lists, expected);
    }

    #[test]
    fn two_pairs_apart_are_two_complexes() {
        let pairs = network(4, |x, j| noisy_copy(x, j ^ 1), &[1, 0, 0, 1]);
        let found = complexes(&pairs, Effort::unlimited()).unwrap();
        let nodes: Vec<_> = found.complexes.iter().map(|c| c.nodes.clone()).collect();
        assert_eq!(nodes, [[0, 1], [2, 3]]);
        assert!(found.complexes_strict && found.exact);
        assert_eq!(found.systems.len(), 15);
        let three = Effort {
            workers: 3,
            ..Effort::unlimited()
        };
        assert_eq!(complexes(&pairs, three).unwrap(), found);
    }

    #[test]
    fn equal_candidates_that_overlap_exclude_each_other() {
        // All pairs of three equal units have the same φ_s and the same Φ.
        let mean = |x: u32, j: usize| 0.5 + 0.2 * f64::from((x & !(1 << j)).count_ones());
        let found = complexes(&network(3, mean, &[0, 0, 0]), Effort::unlimited()).unwrap();
        let phi: Vec<f64> = found.systems.iter().map(|system| system.phi_s).collect();
        assert!(tied(phi[1], phi[2]) && tied(phi[2], phi[3]));
        assert!(phi[1] > phi[0] && phi[0] > 0.0);
        // None of the pairs is a complex, which leaves the whole.
        assert_eq!(found.complexes.len(), 1);
        assert_eq!(found.complexes[0].nodes, [0, 1, 2]);
        assert!(!found.complexes_strict);
    }

    #[test]
    fn a_stop_leaves_a_provisional_result() {
        let pairs = network(4, |x, j| noisy_copy(x, j ^ 1), &[1, 0, 0, 1]);
        let stopped = Effort {
            stop: &|| true,
            ..Effort::unlimited()
        };
        let found = complexes(&pairs, stopped).unwrap();
        assert!(!found.exact && found.complexes.is_empty());
        let short = Effort {
            work_max: 0,
            ..Effort::unlimited()
        };
        let found = complexes(&pairs, short).unwrap();
        assert!(!found.exact);
        assert!(found.systems.is_empty());
    }
}
