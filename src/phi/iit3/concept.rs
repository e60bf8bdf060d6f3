//! Small φ: how much a mechanism constrains a purview as a whole, and concepts.
//!
//! φ(M, Z) is the least distance, over joint bipartitions of mechanism and purview, of the
//! repertoire from the product of the repertoires of the parts: for causes the earth mover's
//! distance, for effects the sum of the differences of the marginals (which equals it there).
//! Several purviews can have the greatest φ. One is chosen, and all are kept: what they change is
//! told by [`super::ties`]. Several partitions can attain φ as well; which of them does changes
//! nothing, since a concept is its unpartitioned repertoires and its φ.

use super::repertoire::{Mechanics, gather, spread, units_of};
use super::transport::hamming_distance;

/// Past or future.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Purview in the past.
    Cause,
    /// Purview in the future.
    Effect,
}

/// The purview that a mechanism constrains most, in one direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Core {
    /// Mask of its units; 0 when no purview is constrained.
    pub purview: usize,
    /// φ, rounded to 6 decimals.
    pub phi: f64,
    /// The repertoire over it, little-endian.
    pub repertoire: Vec<f64>,
    /// All purviews with the same φ at 6 decimals, the chosen one among them, by size and then in
    /// the order of lists of units; empty when the purview is the only one.
    pub tied: Vec<Specified>,
}

/// A purview with the repertoire that a mechanism specifies over it.
#[derive(Clone, Debug, PartialEq)]
pub struct Specified {
    /// Mask of its units.
    pub purview: usize,
    /// The repertoire over it, little-endian.
    pub repertoire: Vec<f64>,
}

/// What a mechanism specifies.
#[derive(Clone, Debug, PartialEq)]
pub struct Concept {
    /// Mask of its units.
    pub mechanism: usize,
    /// The lesser φ of the two directions.
    pub phi: f64,
    /// Its cause.
    pub cause: Core,
    /// Its effect.
    pub effect: Core,
}

impl Concept {
    /// One direction of it.
    #[must_use]
    pub fn side(&self, direction: Direction) -> &Core {
        match direction {
            Direction::Cause => &self.cause,
            Direction::Effect => &self.effect,
        }
    }
}

/// `x` at 6 decimals, the precision at which values are compared; never −0.
#[must_use]
pub fn rounded(x: f64) -> f64 {
    (x * 1e6).round() / 1e6 + 0.0
}

/// Small φ of all (mechanism, purview) pairs of one system, found on demand.
#[derive(Clone, Debug)]
pub struct Concepts {
    mechanics: Mechanics,
    causes: Vec<Option<Vec<f64>>>,
    cause_marginals: Vec<Option<Vec<f64>>>,
    phis: [Vec<Option<f64>>; 2],
}

impl Concepts {
    /// Nothing is computed yet.
    #[must_use]
    pub fn new(mechanics: Mechanics) -> Self {
        let pairs = 1 << (2 * mechanics.units);
        Self {
            mechanics,
            causes: vec![None; pairs],
            cause_marginals: vec![None; pairs],
            phis: [vec![None; pairs], vec![None; pairs]],
        }
    }

    /// A cut system that takes over all values of `uncut` that the cut leaves as they are: those of
    /// pairs between which no edge is cut.
    #[must_use]
    pub fn after_cut(mechanics: Mechanics, uncut: &Self) -> Self {
        let mut concepts = Self::new(mechanics);
        let units = concepts.mechanics.units;
        let lost: Vec<usize> = (0..units)
            .map(|u| uncut.mechanics.inputs[u] & !concepts.mechanics.inputs[u])
            .collect();
        let severed = |sources: usize, targets: usize| {
            units_of(targets).any(|target| lost[target] & sources != 0)
        };
        for mechanism in 0..1usize << units {
            for purview in 0..1usize << units {
                let place = mechanism << units | purview;
                if !severed(purview, mechanism) {
                    concepts.phis[0][place] = uncut.phis[0][place];
                    concepts.causes[place].clone_from(&uncut.causes[place]);
                }
                if !severed(mechanism, purview) {
                    concepts.phis[1][place] = uncut.phis[1][place];
                }
            }
        }
        concepts
    }

    /// The system.
    #[must_use]
    pub fn mechanics(&self) -> &Mechanics {
        &self.mechanics
    }

    /// The concept of a mechanism; `None` when its φ is 0.
    pub fn concept(&mut self, mechanism: usize) -> Option<Concept> {
        let cause = self.core(Direction::Cause, mechanism);
        if cause.phi <= 0.0 {
            return None;
        }
        let effect = self.core(Direction::Effect, mechanism);
        let phi = cause.phi.min(effect.phi);
        (phi > 0.0).then_some(Concept {
            mechanism,
            phi,
            cause,
            effect,
        })
    }

    /// The purview with the greatest φ; of equals the larger, then the first in the order of
    /// lists of units.
    fn core(&mut self, direction: Direction, mechanism: usize) -> Core {
        let (mut greatest, mut best, mut tied) = (0.0, 0, Vec::new());
        for purview in masks_by_size(self.mechanics.units) {
            let phi = self.phi(direction, mechanism, purview);
            if phi > greatest {
                (greatest, best) = (phi, purview);
                tied.clear();
                tied.push(purview);
            } else if phi == greatest && phi > 0.0 {
                tied.push(purview);
                if purview.count_ones() > best.count_ones() {
                    best = purview;
                }
            }
        }
        let mut specified = |purview: usize| match direction {
            Direction::Cause => self.cause(mechanism, purview).clone(),
            Direction::Effect => self.mechanics.effect_repertoire(mechanism, purview),
        };
        if tied.len() < 2 {
            tied.clear();
        }
        Core {
            purview: best,
            phi: greatest,
            repertoire: specified(best),
            tied: tied
                .into_iter()
                .map(|purview| Specified {
                    purview,
                    repertoire: specified(purview),
                })
                .collect(),
        }
    }

    fn phi(&mut self, direction: Direction, mechanism: usize, purview: usize) -> f64 {
        let place = mechanism << self.mechanics.units | purview;
        let which = usize::from(direction == Direction::Effect);
        if let Some(phi) = self.phis[which][place] {
            return phi;
        }
        let phi = if !self.is_joined(direction, mechanism, purview) {
            0.0
        } else if direction == Direction::Cause {
            self.cause_phi(mechanism, purview)
        } else {
            self.effect_phi(mechanism, purview)
        };
        self.phis[which][place] = Some(phi);
        phi
    }

    /// Whether every unit of either side has an edge to the other: else φ is 0.
    fn is_joined(&self, direction: Direction, mechanism: usize, purview: usize) -> bool {
        let (sources, targets) = match direction {
            Direction::Cause => (purview, mechanism),
            Direction::Effect => (mechanism, purview),
        };
        let mut reaching = 0;
        for target in units_of(targets) {
            let own = self.mechanics.inputs[target] & sources;
            if own == 0 {
                return false;
            }
            reaching |= own;
        }
        reaching == sources
    }

    fn cause(&mut self, mechanism: usize, purview: usize) -> &Vec<f64> {
        let place = mechanism << self.mechanics.units | purview;
        let mechanics = &self.mechanics;
        self.causes[place].get_or_insert_with(|| mechanics.cause_repertoire(mechanism, purview))
    }

    fn cause_phi(&mut self, mechanism: usize, purview: usize) -> f64 {
        let whole = self.cause(mechanism, purview).clone();
        if whole.iter().all(|p| *p == 0.0) {
            return 0.0;
        }
        // The marginals bound the distance from below: partitions go by rising bound, until no
        // bound is below the least distance.
        let size = purview.count_ones() as usize;
        let own = self.cause_marginals(mechanism, purview).clone();
        let mut partitions = Vec::new();
        for parts in joint_bipartitions(mechanism, purview) {
            let mut bound = 0.0;
            for (part, units) in parts {
                let inside = gather(units, purview);
                let split = self.cause_marginals(part, units);
                for (place, on) in units_of(inside).zip(split) {
                    bound += (own[place] - on).abs();
                }
            }
            partitions.push((bound, parts));
        }
        partitions.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut least = f64::INFINITY;
        for (bound, [part, rest]) in partitions {
            if bound > least + 1e-6 || least == 0.0 {
                break;
            }
            let first = self.cause(part.0, part.1).clone();
            let second = self.cause(rest.0, rest.1);
            let (a, b) = (gather(part.1, purview), gather(rest.1, purview));
            let split: Vec<f64> = (0..1usize << size)
                .map(|state| first[gather(state, a)] * second[gather(state, b)])
                .collect();
            least = least.min(rounded(hamming_distance(&whole, &split)));
        }
        least
    }

    /// Probability of being on, by the cause repertoire, for each unit of the purview.
    fn cause_marginals(&mut self, mechanism: usize, purview: usize) -> &Vec<f64> {
        let place = mechanism << self.mechanics.units | purview;
        if self.cause_marginals[place].is_none() {
            let size = purview.count_ones() as usize;
            let found = marginals(self.cause(mechanism, purview), size);
            self.cause_marginals[place] = Some(found);
        }
        self.cause_marginals[place].get_or_insert_default()
    }

    fn effect_phi(&self, mechanism: usize, purview: usize) -> f64 {
        let mut least = f64::INFINITY;
        for [part, rest] in joint_bipartitions(mechanism, purview) {
            let mut distance = 0.0;
            for (own, units) in [part, rest] {
                for unit in units_of(units) {
                    let whole = self.mechanics.effect(unit, mechanism);
                    distance += (whole - self.mechanics.effect(unit, own)).abs();
                }
            }
            least = least.min(rounded(distance));
            if least == 0.0 {
                break;
            }
        }
        least
    }
}

/// Probability of being on for each of `size` units.
fn marginals(repertoire: &[f64], size: usize) -> Vec<f64> {
    (0..size)
        .map(|unit| {
            let on = repertoire.iter().enumerate();
            on.filter(|(state, _)| state >> unit & 1 == 1)
                .map(|(_, p)| p)
                .sum()
        })
        .collect()
}

/// All ways to part mechanism and purview in two, (mechanism, purview) each, neither part empty in
/// both.
fn joint_bipartitions(
    mechanism: usize,
    purview: usize,
) -> impl Iterator<Item = [(usize, usize); 2]> {
    let halves = 1usize << mechanism.count_ones().saturating_sub(1);
    let cuts = 1usize << purview.count_ones();
    (0..halves).flat_map(move |half| {
        (0..cuts).filter_map(move |cut| {
            let part = (spread(half, mechanism), spread(cut, purview));
            let rest = (mechanism & !part.0, purview & !part.1);
            let proper = part != (0, 0) && rest != (0, 0);
            proper.then_some([part, rest])
        })
    })
}

/// Non-empty masks, by number of units, then in the order of their lists of units.
#[must_use]
pub fn masks_by_size(units: usize) -> Vec<usize> {
    let mut masks: Vec<usize> = (1..1usize << units).collect();
    masks.sort_by_cached_key(|mask| {
        let list: Vec<usize> = units_of(*mask).collect();
        (list.len(), list)
    });
    masks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phi::iit3::network::Candidate;

    #[test]
    fn bipartitions_are_counted() {
        assert_eq!(joint_bipartitions(1, 1).count(), 1);
        assert_eq!(joint_bipartitions(3, 1).count(), 3);
        assert_eq!(joint_bipartitions(1, 3).count(), 3);
        assert_eq!(joint_bipartitions(3, 3).count(), 7);
        assert_eq!(masks_by_size(3), [1, 2, 4, 3, 5, 6, 7]);
    }

    #[test]
    fn a_copy_constrains_its_source_by_half() {
        // Each unit copies the other.
        let ring = Candidate {
            units: 2,
            on: vec![vec![0.0, 0.0, 1.0, 1.0], vec![0.0, 1.0, 0.0, 1.0]],
            inputs: vec![2, 1],
            state: 1,
        };
        let mut concepts = Concepts::new(Mechanics::new(&ring, 0, 0));
        let concept = concepts.concept(1).unwrap();
        assert_eq!(concept.phi, 0.5);
        assert_eq!((concept.cause.purview, concept.effect.purview), (2, 2));
        assert_eq!(concept.cause.repertoire, [0.0, 1.0]);
        assert!(concept.cause.tied.is_empty() && concept.effect.tied.is_empty());
        assert!(concepts.concept(3).is_none());
        let mut cut = Concepts::after_cut(Mechanics::new(&ring, 2, 1), &concepts);
        assert!(cut.concept(1).is_none());
    }

    #[test]
    fn purviews_with_the_same_phi_are_kept_and_the_first_of_the_largest_is_chosen() {
        // Unit 0 acts on both others alike, and each of them on it.
        let copied = |unit: usize| (0..8).map(|s: usize| (s >> unit & 1) as f64).collect();
        let either: Vec<f64> = (0..8).map(|s: usize| f64::from(s >> 1 != 0)).collect();
        let star = Candidate {
            units: 3,
            on: vec![either, copied(0), copied(0)],
            inputs: vec![6, 1, 1],
            state: 7,
        };
        let mut concepts = Concepts::new(Mechanics::new(&star, 0, 0));
        let effect = concepts.core(Direction::Effect, 1);
        let tied: Vec<usize> = effect.tied.iter().map(|tied| tied.purview).collect();
        // Over both units the mechanism of one loses the same as over either.
        assert_eq!((effect.phi, effect.purview, tied), (0.5, 6, vec![2, 4, 6]));
        let over_one = &effect.tied[1].repertoire;
        assert_eq!(over_one, &[0.0, 1.0]);
        assert_eq!(effect.repertoire, effect.tied[2].repertoire);
    }
}
