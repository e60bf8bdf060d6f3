//! Ties of purviews, and the range of big Φ over them.
//!
//! A mechanism can have several purviews with the greatest φ (equal at 6 decimals, the precision of
//! PyPhi). The theory does not say which of them is its cause or effect; each is another point of
//! the constellation, so that big Φ depends on the choice. D_c(w, k) is the distance of the
//! constellations of the whole and of the system with the cut c, when the ties of the whole are
//! settled by w and those of the cut system by k. A mechanism with the same tied purviews and the
//! same repertoires in both is settled alike in both. Of a rule that settles every tie,
//!
//! Φ = min over c of D_c(w, k_c).
//!
//! The range is
//!
//! low = min over c, w, k of D_c(w, k), high = min over c of (max over w, k of D_c(w, k)).
//!
//! `low` is attained. No rule gives more than `high`, and one gives `high` itself where the ties of
//! the whole are settled alike in all cuts that come close to it (always when only cut systems have
//! ties). Both are without unit, at 6 decimals like Φ. A cut is left out where the triangle
//! inequality shows that it moves neither end.
//!
//! Source of the formalism: Oizumi, Albantakis & Tononi (2014), PLoS Comput Biol 10(5): e1003588,
//! which leaves ties open; the range is this project's.

use super::concept::{Concept, Core, Direction};
use super::cut::SystemCut;
use super::repertoire::Mechanics;
use super::tied_points::Choices;

/// The most distances that are computed for the range of one system.
pub const DISTANCES_MAX: usize = 4096;
/// Room for the rounding of the distances to 6 decimals, for each unit of mass.
const ROUNDING: f64 = 4e-6;

/// Where a tie is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// In the uncut system; at the cut the concept is another or none.
    Whole,
    /// In the system with this cut.
    Cut(SystemCut),
    /// In the uncut system and, alike, in that with the cut of least distance: one choice for both.
    Both,
}

/// Purviews with the same φ, of which one is taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Tie {
    /// Where it is.
    pub of: Of,
    /// Mask of the mechanism.
    pub mechanism: usize,
    /// Whether causes or effects tie.
    pub direction: Direction,
    /// Their φ, at 6 decimals.
    pub phi: f64,
    /// Masks of the purviews.
    pub purviews: Vec<usize>,
    /// The one that big Φ was computed with.
    pub chosen: usize,
    /// Whether the choice can change the distance at the cut of least distance (for a tie of
    /// another cut: at that cut).
    pub moves: bool,
}

/// The ties of a system, and big Φ over them.
#[derive(Clone, Debug, PartialEq)]
pub struct Ties {
    /// Ties of the whole, of the cut of least distance, and of the cut that attains `big_phi[0]`
    /// where that is another.
    pub choices: Vec<Tie>,
    /// low and high of the module's formula.
    pub big_phi: [f64; 2],
    /// Least and greatest distance at the cut of least distance alone.
    pub at_cut: [f64; 2],
    /// The cut that attains `big_phi[0]`.
    pub low_cut: SystemCut,
    /// Whether all combinations were tried, or shown not to matter; else the ends are those of the
    /// combinations tried, so that the true range may be wider.
    pub complete: bool,
}

/// A system after a cut.
#[derive(Clone, Debug)]
pub struct AfterCut {
    /// The cut.
    pub cut: SystemCut,
    /// Distance of its constellation from that of the whole, ties settled as chosen.
    pub distance: f64,
    /// Its constellation; may be left empty when neither it nor the whole has ties.
    pub concepts: Vec<Concept>,
}

/// Whether a concept has a choice.
#[must_use]
pub fn has_ties(concepts: &[Concept]) -> bool {
    let tied = |core: &Core| !core.tied.is_empty();
    concepts.iter().any(|c| tied(&c.cause) || tied(&c.effect))
}

/// The ties and the range of big Φ. `cuts[least]` is the one of least distance; `others` gives the
/// cuts that were not tried, as when a distance of 0 ended the search, and is asked only if they
/// can matter. `None` when nothing ties that could move an end.
#[must_use]
pub fn ties(
    mechanics: &Mechanics,
    whole: &[Concept],
    mut cuts: Vec<AfterCut>,
    least: usize,
    others: &mut dyn FnMut() -> Vec<AfterCut>,
) -> Option<Ties> {
    let tied_whole = has_ties(whole);
    if !tied_whole && !cuts.iter().any(|after| has_ties(&after.concepts)) {
        return None;
    }
    let chosen = cuts.get(least)?.clone();
    let mut budget = DISTANCES_MAX;
    let at_chosen = Choices::new(mechanics, whole, &chosen.concepts);
    let first = at_chosen.range(chosen.distance, &mut budget);
    if chosen.distance == 0.0 && first.high > 0.0 {
        cuts.extend(others());
    }
    let (mut low, mut high, mut complete) = (first.low, first.high, first.complete);
    let mut low_at = least;
    let mut order: Vec<usize> = (0..cuts.len()).filter(|k| *k != least).collect();
    order.sort_by(|a, b| cuts[*a].distance.total_cmp(&cuts[*b].distance));
    for place in order {
        let after = &cuts[place];
        if !tied_whole && !has_ties(&after.concepts) {
            high = high.min(after.distance);
            continue;
        }
        let choices = Choices::new(mechanics, whole, &after.concepts);
        let (reach, mass) = choices.reach();
        let lowest = (after.distance - reach - ROUNDING * mass).max(0.0);
        // Its greatest distance is no less than the one with the ties settled as chosen.
        if lowest >= low && after.distance >= high {
            continue;
        }
        let found = choices.range(after.distance, &mut budget);
        complete &= found.complete;
        high = high.min(found.high);
        if found.low < low {
            (low, low_at) = (found.low, place);
        }
    }
    let mut all = listed(whole, &chosen, &at_chosen, true);
    if low_at != least {
        let choices = Choices::new(mechanics, whole, &cuts[low_at].concepts);
        all.extend(listed(whole, &cuts[low_at], &choices, false));
    }
    // Ties of other cuts only, which move neither end.
    if all.is_empty() {
        return None;
    }
    Some(Ties {
        choices: all,
        big_phi: [low, high],
        at_cut: [first.low, first.high],
        low_cut: cuts[low_at].cut,
        complete,
    })
}

/// The ties of a cut system, and those of the whole if asked.
fn listed(whole: &[Concept], after: &AfterCut, choices: &Choices, with_whole: bool) -> Vec<Tie> {
    let mut all = Vec::new();
    let sides = [Direction::Cause, Direction::Effect];
    let tie = |of: Of, concept: &Concept, direction: Direction, moves: bool| {
        let core = concept.side(direction);
        (!core.tied.is_empty()).then(|| Tie {
            of,
            mechanism: concept.mechanism,
            direction,
            phi: core.phi,
            purviews: core.tied.iter().map(|tied| tied.purview).collect(),
            chosen: core.purview,
            moves,
        })
    };
    if with_whole {
        for (place, concept) in whole.iter().enumerate() {
            for direction in sides {
                let (shared, moves) = choices.of_whole(place, direction);
                let of = if shared { Of::Both } else { Of::Whole };
                all.extend(tie(of, concept, direction, moves));
            }
        }
    }
    for (place, concept) in after.concepts.iter().enumerate() {
        for direction in sides {
            let (shared, moves) = choices.of_cut(place, direction);
            if !shared {
                all.extend(tie(Of::Cut(after.cut), concept, direction, moves));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::big_phi::irreducibility;
    use super::super::concept::{Concepts, masks_by_size};
    use super::super::constellation::constellation_distance;
    use super::super::cut::system_cuts;
    use super::super::network::Candidate;
    use super::*;
    use proptest::prelude::*;

    fn all_joined(units: usize, on: Vec<Vec<f64>>, state: usize) -> Candidate {
        Candidate {
            units,
            on,
            inputs: vec![(1 << units) - 1; units],
            state,
        }
    }

    fn constellation(mechanics: Mechanics, units: usize) -> Vec<Concept> {
        let mut concepts = Concepts::new(mechanics);
        let masks = masks_by_size(units);
        masks
            .into_iter()
            .filter_map(|m| concepts.concept(m))
            .collect()
    }

    /// All constellations that settling the ties of one gives. A tie that `like` has as well, with
    /// the same repertoires, is settled as in `settled`.
    fn settlings(open: &[Concept], like: &[Concept], settled: &[Concept]) -> Vec<Vec<Concept>> {
        let mut all = vec![open.to_vec()];
        for (place, concept) in open.iter().enumerate() {
            let before = like.iter().position(|c| c.mechanism == concept.mechanism);
            for direction in [Direction::Cause, Direction::Effect] {
                let core = concept.side(direction);
                let known = before.filter(|at| {
                    let other = like[*at].side(direction);
                    let near =
                        |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-9);
                    other.purview == core.purview
                        && other.tied.len() == core.tied.len()
                        && other.tied.iter().zip(&core.tied).all(|(a, b)| {
                            a.purview == b.purview && near(&a.repertoire, &b.repertoire)
                        })
                });
                let mut next = Vec::new();
                for one in &all {
                    let options = match known {
                        _ if core.tied.is_empty() => continue,
                        Some(at) => {
                            let taken = settled[at].side(direction).purview;
                            core.tied.iter().filter(|t| t.purview == taken).collect()
                        }
                        None => core.tied.iter().collect::<Vec<_>>(),
                    };
                    for option in options {
                        let mut other = one.clone();
                        let core = match direction {
                            Direction::Cause => &mut other[place].cause,
                            Direction::Effect => &mut other[place].effect,
                        };
                        core.purview = option.purview;
                        core.repertoire.clone_from(&option.repertoire);
                        next.push(other);
                    }
                }
                if !core.tied.is_empty() {
                    all = next;
                }
            }
        }
        all
    }

    /// low and high by trying everything at every cut; `None` when that is too much.
    fn tried(candidate: &Candidate) -> Option<[f64; 2]> {
        let mechanics = |cut: SystemCut| Mechanics::new(candidate, cut.from, cut.to);
        let uncut = Mechanics::new(candidate, 0, 0);
        let whole = constellation(uncut.clone(), candidate.units);
        let ways = |concepts: &[Concept]| {
            let sides = concepts.iter().flat_map(|c| [&c.cause, &c.effect]);
            sides.map(|core| core.tied.len().max(1)).product::<usize>()
        };
        let (mut low, mut high) = (f64::INFINITY, f64::INFINITY);
        for cut in system_cuts(candidate.units) {
            let after = constellation(mechanics(cut), candidate.units);
            if ways(&whole).saturating_mul(ways(&after)) > 3000 {
                return None;
            }
            let mut greatest = 0.0f64;
            for settled in settlings(&whole, &[], &[]) {
                for left in settlings(&after, &whole, &settled) {
                    let distance = constellation_distance(&uncut, &settled, &left);
                    low = low.min(distance);
                    greatest = greatest.max(distance);
                }
            }
            high = high.min(greatest);
        }
        Some([low, high])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn the_range_is_that_of_trying_every_choice_at_every_cut(
            units in 2usize..4,
            levels in prop::collection::vec(0usize..4, 24),
            state in 0usize..8,
        ) {
            // Few levels, so that purviews tie.
            let level = |unit: usize, s: usize| [0.1, 0.1, 0.5, 0.9][levels[unit * 8 + s]];
            let row = |unit: usize| (0..1 << units).map(|s| level(unit, s)).collect();
            let candidate = all_joined(units, (0..units).map(row).collect(), state % (1 << units));
            let found = irreducibility(&candidate);
            let (Some(ties), Some([low, high])) = (found.ties, tried(&candidate)) else {
                return Err(TestCaseError::reject("no ties, or too many"));
            };
            prop_assert!(ties.complete);
            prop_assert!((ties.big_phi[0] - low).abs() < 1e-5, "{:?} {low}", ties.big_phi);
            prop_assert!((ties.big_phi[1] - high).abs() < 1e-5, "{:?} {high}", ties.big_phi);
            prop_assert!(ties.big_phi[0] <= found.big_phi && found.big_phi <= ties.big_phi[1]);
            prop_assert!(ties.at_cut[0] >= ties.big_phi[0]);
            prop_assert!(ties.at_cut[1] >= ties.big_phi[1]);
        }
    }

    /// Two units that follow each other and, less, themselves: 1 / (1 + exp(−Σ)), weights 3.6 and
    /// 0.8 (the case `sigmoid_ring2_self__10` of the references).
    fn sigmoid_pair() -> Candidate {
        let (far, near) = (0.012128434984274237, 0.057324175898868755);
        let on = vec![
            vec![far, near, 1.0 - near, 1.0 - far],
            vec![far, 1.0 - near, near, 1.0 - far],
        ];
        all_joined(2, on, 1)
    }

    #[test]
    fn a_tie_of_the_cut_system_alone_is_named_and_gives_a_range() {
        let found = irreducibility(&sigmoid_pair());
        let ties = found.ties.unwrap();
        let cut = SystemCut { from: 1, to: 2 };
        assert_eq!((found.big_phi, found.cut), (0.91805, Some(cut)));
        assert_eq!(ties.big_phi, [0.917956, 0.91805]);
        // PyPhi 1.2 has 0.918048 here.
        assert_eq!((ties.at_cut, ties.complete), (ties.big_phi, true));
        let tie = Tie {
            of: Of::Cut(cut),
            mechanism: 3,
            direction: Direction::Effect,
            phi: 0.022598,
            purviews: vec![1, 3],
            chosen: 3,
            moves: true,
        };
        assert_eq!(ties.choices, [tie]);
    }

    #[test]
    fn without_ties_there_is_no_range() {
        let copies = Candidate {
            units: 2,
            on: vec![vec![0.0, 0.0, 1.0, 1.0], vec![0.0, 1.0, 0.0, 1.0]],
            inputs: vec![2, 1],
            state: 1,
        };
        let found = irreducibility(&copies);
        assert_eq!((found.big_phi, found.ties), (1.0, None));
    }

    #[test]
    fn more_ways_than_the_limit_give_a_range_that_says_so() {
        // Each unit is the majority of all three, noisily: every purview ties.
        let noisy = |s: usize| if s.count_ones() > 1 { 0.9 } else { 0.1 };
        let row: Vec<f64> = (0..8).map(noisy).collect();
        let found = irreducibility(&all_joined(3, vec![row; 3], 0));
        let ties = found.ties.unwrap();
        assert!(!ties.complete);
        assert!(ties.big_phi[0] < found.big_phi && found.big_phi < ties.big_phi[1]);
    }
}
