//! The cause–effect structure of a system and its integrated information Φ = Σφ_d + Σφ_r.
//!
//! Where several congruent purviews tie, Σφ_d is the same for all of them, but relations are not:
//! every way to resolve the ties is then tried, up to a bound, and their values are reported next
//! to those of the rule in `distinction`. Reference: Albantakis et al. (2023).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::num;
use crate::phi::work::{Stop, operations};

use super::candidate::Candidate;
use super::distinction::{Distinction, Greatest, greatest};
use super::effort::{Effort, deal_out};
use super::error::Iit4Error;
use super::mechanism::{Mechanisms, Side};
use super::network::Network;
use super::numeric::{ZERO, bits_of, units_of};
use super::relations::{Count, OfDegree, Overlaps, Related};
use super::report::{Bound, SystemPhi};
use super::resolutions::{
    Admissible, AdmissibleRange, Unfolded, admissible, related, resolution_work, valued,
};
use super::set_partitions::SetPartitions;
use super::specified::{specified_cause, specified_effect};
use super::system::system_phi;

/// The most units of a system whose structure is unfolded: mechanisms are split in all ways, and
/// 10 units already have 115975.
pub const STRUCTURE_UNITS_MAX: usize = 10;

/// Values of the structure for another pair of specified states with the same φ_s.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StateAlternative {
    /// Specified cause of the system.
    pub cause_state: Vec<u8>,
    /// Specified effect of the system.
    pub effect_state: Vec<u8>,
    /// Number of distinctions.
    pub num_distinctions: usize,
    /// Σφ_d, bits.
    pub sum_phi_d: f64,
    /// Σφ_r, bits.
    pub sum_phi_r: f64,
    /// Number of relations.
    pub num_relations: Count,
    /// Φ, bits.
    pub big_phi: f64,
}

/// A cause–effect structure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Structure {
    /// Units of the system.
    pub nodes: Vec<usize>,
    /// Its distinctions, by size and order of units.
    pub distinctions: Vec<Distinction>,
    /// Their number.
    pub num_distinctions: usize,
    /// Σφ_d, bits.
    pub sum_phi_d: f64,
    /// Number of relations.
    pub num_relations: Count,
    /// Σφ_r, bits.
    pub sum_phi_r: f64,
    /// Φ = Σφ_d + Σφ_r, bits.
    pub big_phi: f64,
    /// Relations by the number of distinctions they relate.
    pub relations_by_degree: BTreeMap<usize, OfDegree>,
    /// Whether the system's specified states, and with them the distinctions and Σφ_d, are the only
    /// ones with its φ_s.
    pub strict_distinctions: bool,
    /// Whether no purviews tie either, so that relations and Φ are unique.
    pub strict_relations: bool,
    /// Ways to choose among tied congruent purviews (saturating).
    pub n_tie_resolutions: u64,
    /// Σφ_r and number of relations of every resolution, distinct and ascending, when there are
    /// several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admissible_sum_phi_r_and_num_relations: Option<Vec<(f64, Count)>>,
    /// Bounds instead, when there are too many to try.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admissible_range: Option<AdmissibleRange>,
    /// Values for the other pairs of specified states with the same φ_s, as far as listed in
    /// [`SystemPhi::tied_state_pairs`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub state_alternatives: Vec<StateAlternative>,
    /// Operations that it took: [`structure_work`], and the resolutions of ties that were tried.
    #[serde(skip)]
    pub operations: u64,
}

/// Unfolds the structure of a set of units, with the states that its φ_s specifies.
///
/// # Errors
/// When the units are not distinct units of the network, are more than [`STRUCTURE_UNITS_MAX`],
/// their state cannot be reached, or the effort ended.
pub fn structure(
    network: &Network,
    nodes: &[usize],
    effort: Effort,
) -> Result<Structure, Iit4Error> {
    let found = nodes.len();
    if found > STRUCTURE_UNITS_MAX {
        let limit = STRUCTURE_UNITS_MAX;
        return Err(Iit4Error::StructureTooLarge { found, limit });
    }
    let first = |part: f64| (effort.progress)(0.25 * part);
    let system = system_phi(network, nodes, effort.told(&first))?;
    let second = |part: f64| (effort.progress)(0.25 + 0.75 * part);
    structure_of(network, &system, effort.told(&second))
}

/// Operations of unfolding the structure of so many units: every mechanism is split over every
/// purview in all ways, twice. Bounds of φ spare most of it in systems of many units; ties, which
/// are resolved as far as work is left, and relations are not counted.
#[must_use]
pub fn structure_work(units: usize) -> u64 {
    // Ways to split a mechanism of each size, 1 … 10 units.
    const SPLITS: [f64; STRUCTURE_UNITS_MAX] = [
        1.0, 2.0, 5.0, 15.0, 52.0, 203.0, 877.0, 4140.0, 21147.0, 115_975.0,
    ];
    let (mut choose, mut splits) = (1.0, 0.0);
    for (size, ways) in SPLITS.iter().enumerate().take(units) {
        choose *= (units - size) as f64 / (size + 1) as f64;
        splits += choose * ways;
    }
    let purviews = num::pow(2.0, units as f64);
    operations(2.0 * purviews * (PURVIEW_OPERATIONS * purviews + SPLIT_OPERATIONS * splits))
}

/// Operations of a purview of a mechanism.
const PURVIEW_OPERATIONS: f64 = 1000.0;
/// Operations of one way to split one of the two.
const SPLIT_OPERATIONS: f64 = 20.0;

/// Unfolds the structure of a system whose φ_s is known.
///
/// # Errors
/// As for [`structure`]; the effort ends before it begins when it is less than [`structure_work`].
pub fn structure_of(
    network: &Network,
    system: &SystemPhi,
    effort: Effort,
) -> Result<Structure, Iit4Error> {
    let found = system.nodes.len();
    if found > STRUCTURE_UNITS_MAX {
        let limit = STRUCTURE_UNITS_MAX;
        return Err(Iit4Error::StructureTooLarge { found, limit });
    }
    let work = structure_work(found);
    if work > effort.work_max {
        return Err(Iit4Error::Stopped);
    }
    let mask = network.mask_of(&system.nodes)?;
    let candidate = Candidate::new(network, mask).map_err(|_| Iit4Error::Unreachable {
        nodes: system.nodes.clone(),
    })?;
    let first = match system.tied_state_pairs.first() {
        Some(pair) => pair.each_ref().map(|bits| mask_of_bits(bits)),
        None => [
            specified_cause(&candidate).states[0],
            specified_effect(&candidate).states[0],
        ],
    };
    let tables = Mechanisms::new(&candidate);
    let partitions: Vec<SetPartitions> = (0..=found).map(SetPartitions::new).collect();
    let irreducible = irreducible(&tables, &partitions, effort)?;
    let strict = system.n_state_pairs == 1 && system.bound == Bound::Exact;
    let rest = effort.work_max.saturating_sub(work);
    let of_states = |states| {
        let unfolded = congruent(&irreducible, states);
        assemble(&candidate, &unfolded, strict, (rest, effort.stop))
    };
    let mut structure = of_states(first).ok_or(Iit4Error::Stopped)?;
    structure.operations += work;
    // Without φ_s the system is no complex, and its states are a matter of convention.
    let others = system.tied_state_pairs.iter().skip(1);
    for pair in others.filter(|_| system.phi_s > 0.0) {
        let states = pair.each_ref().map(|bits| mask_of_bits(bits));
        let other = of_states(states).ok_or(Iit4Error::Stopped)?;
        structure.operations = structure.operations.saturating_add(other.operations);
        structure.state_alternatives.push(StateAlternative {
            cause_state: pair[0].clone(),
            effect_state: pair[1].clone(),
            num_distinctions: other.num_distinctions,
            sum_phi_d: other.sum_phi_d,
            sum_phi_r: other.sum_phi_r,
            num_relations: other.num_relations,
            big_phi: other.big_phi,
        });
    }
    Ok(structure)
}

fn mask_of_bits(bits: &[u8]) -> u32 {
    let places = bits.iter().enumerate();
    places.fold(0, |mask, (k, bit)| mask | u32::from(*bit) << k)
}

/// Mechanisms by size, then by order of units.
fn mechanisms_in_order(units: usize) -> Vec<u32> {
    let mut masks: Vec<u32> = (1..1u32 << units).collect();
    masks.sort_by_key(|mask| (mask.count_ones(), units_of(*mask).collect::<Vec<_>>()));
    masks
}

/// Mechanisms with φ_d > 0, with their causes and effects.
fn irreducible(
    system: &Mechanisms,
    partitions: &[SetPartitions],
    effort: Effort,
) -> Result<Vec<(u32, [Greatest; 2])>, Iit4Error> {
    let masks = mechanisms_in_order(system.units);
    let workers = effort.workers.clamp(1, masks.len());
    let work = |(): &mut (), place: usize| {
        if (effort.stop)() {
            return None;
        }
        if place.is_multiple_of(workers) {
            (effort.progress)(place as f64 / masks.len() as f64);
        }
        let mechanism = masks[place];
        let cause = greatest(system, Side::Cause, mechanism, partitions, effort.stop)?;
        if cause.phi <= ZERO {
            return Some(None);
        }
        let effect = greatest(system, Side::Effect, mechanism, partitions, effort.stop)?;
        let is_one = effect.phi > ZERO;
        Some(is_one.then_some((mechanism, [cause, effect])))
    };
    let mut all = Vec::new();
    for found in deal_out(masks.len(), workers, || (), work) {
        all.extend(found.ok_or(Iit4Error::Stopped)?);
    }
    (effort.progress)(1.0);
    Ok(all)
}

/// Those that are congruent with the specified states of the system.
fn congruent(irreducible: &[(u32, [Greatest; 2])], states: [u32; 2]) -> Vec<Unfolded> {
    let mut kept = Vec::new();
    for (mechanism, sides) in irreducible {
        let congruent = [sides[0].congruent(states[0]), sides[1].congruent(states[1])];
        if congruent.iter().all(|options| !options.is_empty()) {
            kept.push(Unfolded {
                mechanism: *mechanism,
                phi: sides[0].phi.min(sides[1].phi),
                sides: sides.clone(),
                congruent,
            });
        }
    }
    kept
}

fn assemble(
    candidate: &Candidate,
    unfolded: &[Unfolded],
    strict: bool,
    limits: (u64, Stop<'_>),
) -> Option<Structure> {
    let nodes = &candidate.nodes;
    let distinctions: Vec<Distinction> = unfolded
        .iter()
        .map(|u| Distinction {
            mechanism: units_of(u.mechanism).map(|unit| nodes[unit]).collect(),
            mechanism_state: bits_of(candidate.state, u.mechanism),
            phi: u.phi,
            cause: u.sides[0].report(u.congruent[0][0], nodes),
            effect: u.sides[1].report(u.congruent[1][0], nodes),
        })
        .collect();
    let chosen: Vec<Related> = unfolded
        .iter()
        .map(|u| related(u, u.congruent[0][0], u.congruent[1][0]))
        .collect();
    // The sum of nothing is −0; no structure has that.
    let sum_phi_d = distinctions.iter().map(|d| d.phi).sum::<f64>() + 0.0;
    // At most ten units, each in two states, fit the overlaps.
    let overlaps = Overlaps::new(&chosen);
    let (sum_phi_r, num_relations) = valued(overlaps.as_ref());
    let n_tie_resolutions = unfolded.iter().fold(1u64, |product, u| {
        let ways = u.congruent[0].len() * u.congruent[1].len();
        product.saturating_mul(ways as u64)
    });
    let mut structure = Structure {
        nodes: nodes.clone(),
        num_distinctions: distinctions.len(),
        distinctions,
        sum_phi_d,
        num_relations,
        sum_phi_r,
        big_phi: sum_phi_d + sum_phi_r,
        relations_by_degree: overlaps.map(|o| o.by_degree()).unwrap_or_default(),
        strict_distinctions: strict,
        strict_relations: strict && n_tie_resolutions == 1,
        n_tie_resolutions,
        admissible_sum_phi_r_and_num_relations: None,
        admissible_range: None,
        state_alternatives: Vec::new(),
        operations: 0,
    };
    match admissible(unfolded, &chosen, n_tie_resolutions, limits)? {
        Admissible::Single => {}
        Admissible::Values(values) => {
            let each = resolution_work(unfolded, &chosen);
            structure.operations = n_tie_resolutions.saturating_mul(each);
            structure.admissible_sum_phi_r_and_num_relations = Some(values);
        }
        Admissible::Range(range) => structure.admissible_range = Some(range),
    }
    Some(structure)
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

    #[test]
    fn a_ring_of_copies_has_a_distinction_per_unit() {
        let ring = network(3, |x, j| f64::from(x >> ((j + 1) % 3) & 1), &[1, 0, 0]);
        let found = structure(&ring, &[0, 1, 2], Effort::unlimited()).unwrap();
        assert_eq!(found.num_distinctions, 3);
        assert!((found.sum_phi_d - 3.0).abs() < 1e-12);
        let first = &found.distinctions[0];
        assert_eq!(
            (&first.cause.purview, &first.cause.state),
            (&vec![1], &vec![1])
        );
        assert_eq!(
            (&first.effect.purview, &first.effect.state),
            (&vec![2], &vec![1])
        );
        assert!(found.strict_relations && found.state_alternatives.is_empty());
    }

    #[test]
    fn parity_has_two_causes_and_both_are_reported() {
        let parity = |x: u32, j: usize| f64::from((x & !(1 << j)).count_ones() % 2);
        let xor = network(3, parity, &[0, 0, 0]);
        let found = structure(&xor, &[0, 1, 2], Effort::unlimited()).unwrap();
        assert!(!found.strict_distinctions && !found.strict_relations);
        assert_eq!(found.state_alternatives.len(), 1);
        assert_eq!(found.state_alternatives[0].cause_state, [1, 1, 1]);
        assert_eq!(
            found.state_alternatives[0].num_distinctions,
            found.num_distinctions
        );
    }

    #[test]
    fn what_cannot_be_unfolded_is_refused() {
        let large = network(11, |_, _| 0.5, &[0; 11]);
        let all: Vec<usize> = (0..11).collect();
        let refused = structure(&large, &all, Effort::unlimited()).unwrap_err();
        assert!(refused.to_string().contains("at most 10"));
        let never = network(2, |_, _| 0.0, &[1, 0]);
        let refused = structure(&never, &[0, 1], Effort::unlimited()).unwrap_err();
        assert!(matches!(refused, Iit4Error::Unreachable { .. }));
        let stopped = Effort {
            stop: &|| true,
            ..Effort::unlimited()
        };
        let ring = network(3, |x, j| f64::from(x >> ((j + 1) % 3) & 1), &[1, 0, 0]);
        assert_eq!(
            structure(&ring, &[0, 1, 2], stopped),
            Err(Iit4Error::Stopped)
        );
    }
}
