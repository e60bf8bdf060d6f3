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
pub(super) const SAME: f64 = 1e-10;

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
        &|i, j| (between(i, j, Past::Bound), false),
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
pub(super) enum Past {
    /// By the earth mover.
    Exact,
    /// From below, by the marginals, with room for rounding.
    Bound,
}

/// Distance of two concepts; of one from the null concept when there is no other.
fn distance(mechanics: &Mechanics, a: &Concept, b: Option<&Concept>, past: Past) -> f64 {
    let cause = b.map_or(NULL, |concept| of(&concept.cause));
    let effect = b.map_or(NULL, |concept| of(&concept.effect));
    let far = future_distance(mechanics, of(&a.effect), effect);
    past_distance(of(&a.cause), cause, past) + far
}

/// A purview (mask) with the repertoire over it, little-endian.
pub(super) type View<'a> = (usize, &'a [f64]);

/// One direction of the null concept, which constrains no unit.
pub(super) const NULL: View<'static> = (0, &[1.0]);

fn of(core: &Core) -> View<'_> {
    (core.purview, &core.repertoire)
}

/// Distance of two effects: the sum of the differences of the probabilities to be on over the
/// units of both purviews, rounded to 6 decimals.
fn future_distance(mechanics: &Mechanics, a: View, b: View) -> f64 {
    let mut future = 0.0;
    for unit in units_of(a.0 | b.0) {
        let on = |view: View| on(view, unit).unwrap_or_else(|| mechanics.effect(unit, 0));
        future += (on(a) - on(b)).abs();
    }
    rounded(future)
}

/// Distance of two causes, rounded to 6 decimals, or a lower bound of it.
#[must_use]
pub(super) fn past_distance(a: View, b: View, past: Past) -> f64 {
    let units = a.0 | b.0;
    match past {
        Past::Exact => {
            let own = expanded_cause(a, units);
            rounded(hamming_distance(&own, &expanded_cause(b, units)))
        }
        Past::Bound => {
            let mut bound = -1e-6;
            for unit in units_of(units) {
                let on = |view: View| on(view, unit).unwrap_or(0.5);
                bound += (on(a) - on(b)).abs();
            }
            bound.max(0.0)
        }
    }
}

/// The cause repertoire over a larger purview, whose other units are fair coins.
pub(super) fn expanded_cause(view: View, units: usize) -> Vec<f64> {
    let states = 1usize << units.count_ones();
    let own = gather(view.0, units);
    let share = view.1.len() as f64 / states as f64;
    (0..states)
        .map(|state| share * view.1[gather(state, own)])
        .collect()
}

/// Probability that a unit is on by a repertoire; `None` when it is not of the purview.
pub(super) fn on((purview, repertoire): View, unit: usize) -> Option<f64> {
    if purview >> unit & 1 == 0 {
        return None;
    }
    let place = units_of(purview).take_while(|u| *u < unit).count();
    let states = repertoire.iter().enumerate();
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
            tied: Vec::new(),
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
