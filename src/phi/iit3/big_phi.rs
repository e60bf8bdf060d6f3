//! Big Φ: how far a system's constellation is from that of its least consequential cut.

use super::super::iit4::Reason;
use super::concept::{Concept, Concepts, masks_by_size};
use super::constellation::constellation_distance;
use super::cut::{SystemCut, system_cuts};
use super::network::{Candidate, Network};
use super::repertoire::{Mechanics, units_of};
use super::ties::{AfterCut, Ties, has_ties, ties};

/// What a candidate system is, as a whole. Masks number its units by their places in the list of
/// nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct Irreducibility {
    /// Big Φ, rounded to 6 decimals.
    pub big_phi: f64,
    /// The cut with the least distance; `None` when Φ is 0 before any cut.
    pub cut: Option<SystemCut>,
    /// The constellation of the uncut system; `None` when it was not needed, as the system is one
    /// unit or not strongly connected.
    pub concepts: Option<Vec<Concept>>,
    /// Why Φ is 0; `None` when it is not.
    pub reason: Option<Reason>,
    /// Purviews that tie, with the range of big Φ over them; `None` when none do.
    pub ties: Option<Ties>,
}

/// The whole constellation, big Φ and its cut. The first of cuts with the same distance is kept.
/// Where purviews tie, the larger and then the first is taken, and the range over all is told.
#[must_use]
pub fn irreducibility(candidate: &Candidate) -> Irreducibility {
    let mut found = Irreducibility {
        big_phi: 0.0,
        cut: None,
        concepts: None,
        reason: None,
        ties: None,
    };
    if candidate.units < 2 {
        found.reason = Some(Reason::SingleUnit);
        return found;
    }
    if !candidate.is_strongly_connected() {
        found.reason = Some(Reason::NoStrongConnectivity);
        return found;
    }
    let mut whole = Concepts::new(Mechanics::new(candidate, 0, 0));
    let mechanisms = masks_by_size(candidate.units);
    let mut concepts = Vec::new();
    for mechanism in &mechanisms {
        concepts.extend(whole.concept(*mechanism));
    }
    if concepts.is_empty() {
        found.reason = Some(Reason::NoConcept);
        found.concepts = Some(concepts);
        return found;
    }
    let tied = has_ties(&concepts);
    let after = |cut: SystemCut| {
        let mechanics = Mechanics::new(candidate, cut.from, cut.to);
        let mut after = Concepts::after_cut(mechanics, &whole);
        let mut left = Vec::new();
        for mechanism in &mechanisms {
            // A concept can be new only if its own mechanism is cut.
            let split = mechanism & cut.from != 0 && mechanism & cut.to != 0;
            if split || concepts.iter().any(|c| c.mechanism == *mechanism) {
                left.extend(after.concept(*mechanism));
            }
        }
        let distance = constellation_distance(whole.mechanics(), &concepts, &left);
        if !tied && !has_ties(&left) {
            left.clear();
        }
        AfterCut {
            cut,
            distance,
            concepts: left,
        }
    };
    let mut cuts = system_cuts(candidate.units).into_iter();
    let mut tried: Vec<AfterCut> = Vec::new();
    let mut least = 0;
    for cut in cuts.by_ref() {
        tried.push(after(cut));
        if tried[tried.len() - 1].distance < tried[least].distance {
            least = tried.len() - 1;
        }
        if tried[least].distance == 0.0 {
            break;
        }
    }
    found.big_phi = tried[least].distance;
    found.cut = Some(tried[least].cut);
    found.reason = (found.big_phi == 0.0).then_some(Reason::CutLosesNothing);
    let mut others = || cuts.by_ref().map(after).collect();
    found.ties = ties(whole.mechanics(), &concepts, tried, least, &mut others);
    found.concepts = Some(concepts);
    found
}

/// Every subset of a network's units with its big Φ (`None` when its state is unreachable), larger
/// subsets first.
#[must_use]
pub fn all_systems(network: &Network) -> Vec<(Vec<usize>, Option<Irreducibility>)> {
    let mut masks = masks_by_size(network.len());
    // Larger first, and in the order of lists within a size.
    masks.sort_by_key(|mask| std::cmp::Reverse(mask.count_ones()));
    masks
        .into_iter()
        .map(|mask| {
            let nodes: Vec<usize> = units_of(mask).collect();
            let candidate = network.candidate(&nodes);
            let found = candidate.is_reachable().then(|| irreducibility(&candidate));
            (nodes, found)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_units_that_copy_each_other_have_phi_one() {
        let tpm: Vec<Vec<f64>> = (0..4)
            .map(|s: usize| vec![(s >> 1 & 1) as f64, (s & 1) as f64])
            .collect();
        let network = Network::new(&tpm, &[vec![0, 1], vec![1, 0]], &[1, 0]).unwrap();
        let systems = all_systems(&network);
        assert_eq!(systems.len(), 3);
        let whole = systems[0].1.as_ref().unwrap();
        assert_eq!(whole.big_phi, 1.0);
        assert_eq!(whole.concepts.as_ref().unwrap().len(), 2);
        assert_eq!(whole.cut, Some(SystemCut { from: 1, to: 2 }));
    }

    #[test]
    fn a_chain_is_not_integrated() {
        let tpm: Vec<Vec<f64>> = (0..4).map(|s: usize| vec![0.5, (s & 1) as f64]).collect();
        let network = Network::new(&tpm, &[vec![0, 1], vec![0, 0]], &[1, 0]).unwrap();
        let whole = irreducibility(&network.candidate(&[0, 1]));
        assert_eq!((whole.big_phi, whole.concepts), (0.0, None));
    }
}
