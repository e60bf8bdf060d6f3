//! Distinctions: what a mechanism picks out as its cause and its effect within the system.
//!
//! In each direction the purview of greatest φ counts; φ_d = min(φ_c, φ_e). A distinction belongs
//! to the structure when its purviews are congruent with the states that the system specifies.
//! Of several purviews of equal φ those that are congruent are preferred; among them the largest,
//! then the first in the order of units, then the one with the smallest state.
//!
//! Reference: Albantakis et al. (2023).

use serde::Serialize;

use crate::phi::work::Stop;

use super::mechanism::{Mechanisms, Side};
use super::mechanism_mip::{MechanismMip, complete_cut, mechanism_mip};
use super::numeric::{TIE, ZERO, bits_of, tied, units_of};
use super::set_partitions::SetPartitions;

/// A purview in a state with the greatest φ of its mechanism and direction.
#[derive(Clone, Debug, PartialEq)]
pub struct PurviewOption {
    /// Units of the purview.
    pub purview: u32,
    /// Their states, as a mask.
    pub state: u32,
    /// Intrinsic information, bits.
    pub ii: f64,
    /// The minimum information partition.
    pub mip: MechanismMip,
    /// States of the purview that tie in intrinsic information.
    pub n_states: usize,
}

/// The greatest φ in one direction, and all purviews and states that have it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Greatest {
    /// φ, bits.
    pub phi: f64,
    /// What has it; empty when φ is 0.
    pub options: Vec<PurviewOption>,
}

/// One side of a distinction. Units and states name units of the network.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Purview {
    /// Its units.
    pub purview: Vec<usize>,
    /// Their states.
    pub state: Vec<u8>,
    /// Integrated information, bits.
    pub phi: f64,
    /// Intrinsic information, bits.
    pub ii: f64,
    /// The parts of the minimum information partition: units of the mechanism, of the purview.
    pub mip_parts: Vec<[Vec<usize>; 2]>,
    /// Mechanism–purview pairs that it cuts.
    pub mip_num_cut: u32,
    /// Purviews with the same φ.
    pub n_purview_ties: usize,
    /// States of this purview with the same intrinsic information.
    pub n_state_ties: usize,
}

/// A mechanism with its cause and its effect.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Distinction {
    /// Units of the mechanism.
    pub mechanism: Vec<usize>,
    /// Their present states.
    pub mechanism_state: Vec<u8>,
    /// φ_d = min(φ_c, φ_e), bits.
    pub phi: f64,
    /// The cause.
    pub cause: Purview,
    /// The effect.
    pub effect: Purview,
}

/// The purviews of greatest φ of a mechanism in one direction, over all purviews of the system;
/// `None` when `stop` said so meanwhile.
#[must_use]
pub fn greatest(
    system: &Mechanisms,
    side: Side,
    mechanism: u32,
    partitions: &[SetPartitions],
    stop: Stop<'_>,
) -> Option<Greatest> {
    let all = ((1u64 << system.units) - 1) as u32;
    let prior = system.prior(side, mechanism);
    let mut candidates = Vec::new();
    for purview in (1..=all).filter(|z| system.hang_together(side, mechanism, *z)) {
        let states = system.purview_states(side, mechanism, purview, &prior);
        if states.ii <= ZERO {
            continue;
        }
        let above = states
            .states
            .iter()
            .zip(&states.selectivity)
            .map(|(z, p)| complete_cut(system, side, mechanism, purview, *z, *p))
            .fold(0.0, f64::max);
        candidates.push((above, purview, states));
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut phi = 0.0f64;
    let mut options: Vec<PurviewOption> = Vec::new();
    for (above, purview, states) in &candidates {
        let floor = phi * (1.0 - TIE) - ZERO;
        if *above < floor {
            break;
        }
        if stop() {
            return None;
        }
        for (state, selectivity) in states.states.iter().zip(&states.selectivity) {
            let (z, p) = (*state, *selectivity);
            let Some(mip) =
                mechanism_mip(system, side, mechanism, *purview, z, p, partitions, floor)
            else {
                continue;
            };
            phi = phi.max(mip.phi);
            options.push(PurviewOption {
                purview: *purview,
                state: z,
                ii: states.ii,
                mip,
                n_states: states.states.len(),
            });
        }
    }
    if phi <= ZERO {
        return Some(Greatest::default());
    }
    options.retain(|option| tied(option.mip.phi, phi));
    options.sort_by_cached_key(rank);
    Some(Greatest { phi, options })
}

/// The order in which tied purviews are preferred.
fn rank(option: &PurviewOption) -> (u32, Vec<usize>, u32) {
    (
        u32::MAX - option.purview.count_ones(),
        units_of(option.purview).collect(),
        option.state,
    )
}

impl Greatest {
    /// Places of the options that agree with a state of the whole system.
    #[must_use]
    pub fn congruent(&self, state: u32) -> Vec<usize> {
        (0..self.options.len())
            .filter(|k| self.options[*k].state == state & self.options[*k].purview)
            .collect()
    }

    /// One option as it is reported.
    #[must_use]
    pub fn report(&self, which: usize, nodes: &[usize]) -> Purview {
        let option = &self.options[which];
        let named = |mask: u32| units_of(mask).map(|unit| nodes[unit]).collect::<Vec<_>>();
        let mut purviews: Vec<u32> = self.options.iter().map(|o| o.purview).collect();
        purviews.dedup();
        Purview {
            purview: named(option.purview),
            state: bits_of(option.state, option.purview),
            phi: option.mip.phi,
            ii: option.ii,
            mip_parts: option
                .mip
                .parts
                .iter()
                .map(|(mechanism, purview)| [named(*mechanism), named(*purview)])
                .collect(),
            mip_num_cut: option.mip.pairs,
            n_purview_ties: purviews.len(),
            n_state_ties: option.n_states,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::candidate::Candidate;
    use super::*;
    use proptest::prelude::*;

    fn phi_of(system: &Mechanisms, side: Side, mechanism: u32, z: u32, state: u32, p: f64) -> f64 {
        let partitions: Vec<SetPartitions> = (0..=3).map(SetPartitions::new).collect();
        let never = f64::NEG_INFINITY;
        let mip = mechanism_mip(system, side, mechanism, z, state, p, &partitions, never);
        mip.unwrap().phi
    }

    proptest! {
        #[test]
        fn purviews_left_out_by_their_bound_have_less(
            coarse in any::<bool>(),
            values in prop::collection::vec(0.0..=1.0f64, 24),
            now in 0u32..8,
            mechanism in 1u32..8,
        ) {
            let rounded = |v: &f64| if coarse { (v * 2.0).round() / 2.0 } else { *v };
            let columns: Vec<f64> = values.iter().map(rounded).collect();
            let system = Mechanisms::new(&Candidate {
                nodes: vec![2, 5, 7],
                state: now,
                cause: columns.clone(),
                effect: columns,
                sources: vec![7; 3],
            });
            let partitions: Vec<SetPartitions> = (0..=3).map(SetPartitions::new).collect();
            for side in [Side::Cause, Side::Effect] {
                let found = greatest(&system, side, mechanism, &partitions, &|| false).unwrap();
                let prior = system.prior(side, mechanism);
                let mut all: Vec<(f64, u32, u32)> = Vec::new();
                for z in 1..8 {
                    let s = system.purview_states(side, mechanism, z, &prior);
                    for (state, p) in s.states.iter().zip(&s.selectivity) {
                        if s.ii > ZERO {
                            all.push((phi_of(&system, side, mechanism, z, *state, *p), z, *state));
                        }
                    }
                }
                let phi = all.iter().fold(0.0f64, |most, a| most.max(a.0));
                prop_assert!((found.phi - phi).abs() <= 1e-12);
                if phi > 1e-9 {
                    let most = all.iter().filter(|a| tied(a.0, phi)).count();
                    prop_assert_eq!(found.options.len(), most);
                    let report = found.report(0, &[2, 5, 7]);
                    prop_assert_eq!(report.purview.len(), report.state.len());
                    prop_assert!(report.purview.iter().all(|unit| [2, 5, 7].contains(unit)));
                }
            }
        }
    }
}
