//! Big Φ: how far a system's constellation is from that of its least consequential cut.

use super::concept::{Concept, Concepts, masks_by_size};
use super::constellation::constellation_distance;
use super::network::{Candidate, Network};
use super::repertoire::{Mechanics, units_of};

/// A unidirectional bipartition: the edges from one side to the other are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SystemCut {
    /// Mask of the side whose outputs are cut.
    pub from: usize,
    /// Mask of the side whose inputs are cut.
    pub to: usize,
}

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
}

/// The whole constellation, big Φ and its cut. The first of cuts with the same distance is kept.
#[must_use]
pub fn irreducibility(candidate: &Candidate) -> Irreducibility {
    let mut found = Irreducibility {
        big_phi: 0.0,
        cut: None,
        concepts: None,
    };
    if candidate.units < 2 || !candidate.is_strongly_connected() {
        return found;
    }
    let mut whole = Concepts::new(Mechanics::new(candidate, 0, 0));
    let mechanisms = masks_by_size(candidate.units);
    let mut concepts = Vec::new();
    for mechanism in &mechanisms {
        concepts.extend(whole.concept(*mechanism));
    }
    if !concepts.is_empty() {
        let mut least = f64::INFINITY;
        for cut in system_cuts(candidate.units) {
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
            if distance < least {
                least = distance;
                found.cut = Some(cut);
            }
            if least == 0.0 {
                break;
            }
        }
        found.big_phi = least;
    }
    found.concepts = Some(concepts);
    found
}

/// All unidirectional bipartitions, in the order of PyPhi: sides by binary numbers up to half of
/// all, then their mirror images backwards.
fn system_cuts(units: usize) -> Vec<SystemCut> {
    let full = (1usize << units) - 1;
    let forward = (1..1usize << (units - 1)).map(|from| SystemCut {
        from,
        to: full & !from,
    });
    let mut cuts: Vec<SystemCut> = forward.collect();
    let mirror = |cut: &SystemCut| SystemCut {
        from: cut.to,
        to: cut.from,
    };
    let backward: Vec<SystemCut> = cuts.iter().rev().map(mirror).collect();
    cuts.extend(backward);
    cuts
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
    fn cuts_come_in_the_known_order() {
        let sides: Vec<usize> = system_cuts(3).iter().map(|cut| cut.from).collect();
        assert_eq!(sides, [1, 2, 3, 4, 5, 6]);
    }

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
