//! Distance of constellations, the sets of concepts of a whole and of a cut system.
//!
//! A concept is a point whose place is its two repertoires and whose mass is its φ; the distance of
//! two is that of their causes plus that of their effects, each expanded to the purview of both by
//! unconstrained units. The null concept constrains nothing. Constellations are as far apart as
//! the cheapest way to move the masses of one to the other, what is left over going to or coming
//! from the null concept.

use super::concept::{Concept, Core, rounded};
use super::repertoire::{Mechanics, gather, units_of};
use super::transport::{hamming_distance, least_cost_with_bounds};

/// Repertoires this close are the same.
const SAME: f64 = 1e-10;

/// Distance of the constellations of a system before and after a cut, rounded to 6 decimals.
/// `mechanics` is that of the uncut system; unconstrained units are alike in both.
#[must_use]
pub fn constellation_distance(mechanics: &Mechanics, whole: &[Concept], cut: &[Concept]) -> f64 {
    let only_in = |these: &[Concept], those: &[Concept]| -> Vec<Concept> {
        let lone = these.iter().filter(|a| !those.iter().any(|b| same(a, b)));
        lone.cloned().collect()
    };
    let (lost, gained) = (only_in(whole, cut), only_in(cut, whole));
    let to_null = |concept: &Concept| distance(mechanics, concept, None, Past::Exact);
    if lost.is_empty() || gained.is_empty() {
        // Masses only vanish, or only appear.
        let moved = lost.iter().chain(&gained).map(|c| c.phi * to_null(c));
        return rounded(moved.sum());
    }
    let masses = |concepts: &[Concept]| concepts.iter().map(|c| c.phi).collect::<Vec<f64>>();
    let (mut supply, mut demand) = (masses(&lost), masses(&gained));
    let left = supply.iter().sum::<f64>() - demand.iter().sum::<f64>();
    supply.push((-left).max(0.0));
    demand.push(left.max(0.0));
    let between = |i: usize, j: usize, past: Past| match (lost.get(i), gained.get(j)) {
        (Some(a), b) => distance(mechanics, a, b, past),
        (None, Some(b)) => distance(mechanics, b, None, past),
        (None, None) => 0.0,
    };
    let cost = least_cost_with_bounds(
        &supply,
        &demand,
        &|i, j| between(i, j, Past::Bound),
        &|i, j| between(i, j, Past::Exact),
    );
    rounded(cost)
}

/// Whether two concepts are the same point with the same mass.
fn same(a: &Concept, b: &Concept) -> bool {
    let alike = |a: &Core, b: &Core| {
        a.purview == b.purview
            && a.repertoire
                .iter()
                .zip(&b.repertoire)
                .all(|(x, y)| (x - y).abs() < SAME)
    };
    a.mechanism == b.mechanism
        && a.phi == b.phi
        && alike(&a.cause, &b.cause)
        && alike(&a.effect, &b.effect)
}

/// How the distance of causes is computed.
#[derive(Clone, Copy, Debug)]
enum Past {
    /// By the earth mover.
    Exact,
    /// From below, by the marginals, with room for rounding.
    Bound,
}

/// Distance of two concepts; of one from the null concept when there is no other.
fn distance(mechanics: &Mechanics, a: &Concept, b: Option<&Concept>, past: Past) -> f64 {
    let purview = |core: fn(&Concept) -> &Core| {
        core(a).purview | b.map_or(0, |concept| core(concept).purview)
    };
    let mut future = 0.0;
    for unit in units_of(purview(|concept| &concept.effect)) {
        let on = |concept: Option<&Concept>| {
            on(concept.map(|c| &c.effect), unit).unwrap_or_else(|| mechanics.effect(unit, 0))
        };
        future += (on(Some(a)) - on(b)).abs();
    }
    let causes = purview(|concept| &concept.cause);
    let past = match past {
        Past::Exact => {
            let own = expanded_cause(Some(a), causes);
            rounded(hamming_distance(&own, &expanded_cause(b, causes)))
        }
        Past::Bound => {
            let mut bound = -1e-6;
            for unit in units_of(causes) {
                let on =
                    |concept: Option<&Concept>| on(concept.map(|c| &c.cause), unit).unwrap_or(0.5);
                bound += (on(Some(a)) - on(b)).abs();
            }
            bound.max(0.0)
        }
    };
    past + rounded(future)
}

/// The cause repertoire over a larger purview, whose other units are fair coins.
fn expanded_cause(concept: Option<&Concept>, purview: usize) -> Vec<f64> {
    let states = 1usize << purview.count_ones();
    let Some(concept) = concept else {
        return vec![1.0 / states as f64; states];
    };
    let own = gather(concept.cause.purview, purview);
    let share = concept.cause.repertoire.len() as f64 / states as f64;
    (0..states)
        .map(|state| share * concept.cause.repertoire[gather(state, own)])
        .collect()
}

/// Probability that a unit is on by a repertoire; `None` when it is not of the purview.
fn on(core: Option<&Core>, unit: usize) -> Option<f64> {
    let core = core.filter(|core| core.purview >> unit & 1 == 1)?;
    let place = units_of(core.purview).take_while(|u| *u < unit).count();
    let states = core.repertoire.iter().enumerate();
    let on = states.filter(|(state, _)| state >> place & 1 == 1);
    Some(on.map(|(_, p)| p).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phi::iit3::network::Candidate;

    fn ring() -> Mechanics {
        let candidate = Candidate {
            units: 2,
            on: vec![vec![0.0, 0.0, 1.0, 1.0], vec![0.0, 1.0, 0.0, 1.0]],
            inputs: vec![2, 1],
            state: 0,
        };
        Mechanics::new(&candidate, 0, 0)
    }

    fn concept(mechanism: usize, phi: f64, repertoire: [f64; 2]) -> Concept {
        let core = Core {
            purview: 3 & !mechanism,
            phi,
            repertoire: repertoire.to_vec(),
        };
        Concept {
            mechanism,
            phi,
            cause: core.clone(),
            effect: core,
        }
    }

    #[test]
    fn a_concept_that_vanishes_moves_to_nothing() {
        let mechanics = ring();
        let whole = [concept(1, 0.5, [1.0, 0.0]), concept(2, 0.5, [1.0, 0.0])];
        // Half a unit of distance in the past and half in the future, with mass 0.5.
        assert_eq!(constellation_distance(&mechanics, &whole, &whole[..1]), 0.5);
        assert_eq!(constellation_distance(&mechanics, &whole, &[]), 1.0);
        assert_eq!(constellation_distance(&mechanics, &whole, &whole), 0.0);
    }

    #[test]
    fn a_concept_that_changes_moves_to_what_it_becomes() {
        let mechanics = ring();
        let before = [concept(1, 0.5, [1.0, 0.0])];
        let after = [concept(1, 0.25, [0.5, 0.5])];
        // To an unconstrained place: as far as the null concept.
        assert_eq!(constellation_distance(&mechanics, &before, &after), 0.5);
        let turned = [concept(1, 0.5, [0.0, 1.0])];
        assert_eq!(constellation_distance(&mechanics, &before, &turned), 1.0);
    }
}
