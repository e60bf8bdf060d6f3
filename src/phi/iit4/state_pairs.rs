//! Which of several pairs of specified states counts: the one with the greatest φ_s.
//!
//! Each direction of a pair depends on its own state only, so that every state is searched once.
//! Of pairs with equal φ_s the one with the fewest units on is reported, then the one with the
//! smallest states, causes first: a convention, as the theory leaves it open.

use super::cut::Cut;
use super::numeric::tied;
use super::search::Minimum;
use super::specified::Specified;

/// Pairs of states that are listed when they tie.
const STATE_PAIRS_MAX: usize = 64;

/// Places of the specified states that are reported, and how many pairs have the same φ_s.
pub(super) struct Best {
    /// Place of the reported cause among the tied ones.
    pub(super) cause: usize,
    /// Place of the reported effect.
    pub(super) effect: usize,
    /// φ_s.
    pub(super) phi: f64,
    /// Number of pairs with this φ_s.
    pub(super) equal: usize,
    /// Places of these pairs, the reported one first.
    pub(super) pairs: Vec<(usize, usize)>,
}

/// Places of tied states in the order in which they are preferred.
pub(super) fn preference(states: &[u32]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..states.len()).collect();
    places.sort_by_key(|k| (states[*k].count_ones(), states[*k]));
    places
}

/// The pair of states with the greatest φ_s, the preferred of equals.
pub(super) fn best_pair(
    causes: &[Minimum],
    effects: &[Minimum],
    cause: &Specified,
    effect: &Specified,
) -> Best {
    let mut best = Best {
        cause: 0,
        effect: 0,
        phi: f64::NEG_INFINITY,
        equal: 0,
        pairs: Vec::new(),
    };
    for k in preference(&cause.states) {
        for l in preference(&effect.states) {
            let phi = effects.get(l).map_or(0.0, |e| pair_phi(&causes[k], e));
            if tied(phi, best.phi) {
                best.equal += 1;
            } else if phi > best.phi {
                (best.cause, best.effect, best.phi, best.equal) = (k, l, phi, 1);
                best.pairs.clear();
            } else {
                continue;
            }
            if best.pairs.len() < STATE_PAIRS_MAX {
                best.pairs.push((k, l));
            }
        }
    }
    best
}

/// φ at the MIP of a pair: of the direction with the lesser ratio the tied cut with most pairs.
fn pair_phi(c: &Minimum, e: &Minimum) -> f64 {
    if c.is_zero() || e.is_zero() {
        return 0.0;
    }
    let ratio = c.ratio.min(e.ratio);
    let largest = |side: &Minimum| {
        let cuts = side.tied.cuts.iter().chain([&side.cut]);
        cuts.map(Cut::pairs).max().unwrap_or(0)
    };
    let pairs = [c, e]
        .iter()
        .filter(|side| tied(side.ratio, ratio))
        .map(|side| largest(side))
        .max();
    ratio * f64::from(pairs.unwrap_or(0))
}
