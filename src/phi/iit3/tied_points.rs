//! The points that concepts can be at when ties are open, and distances over all of them.
//!
//! Purviews can tie without making a difference: units that a mechanism does not constrain are in
//! no place of their own. Points are therefore compared as what they say of all units, and only
//! distinct ones count as options.

use std::cell::RefCell;

use super::concept::{Concept, Core, Direction, rounded};
use super::constellation::{NULL, Past, SAME, View, expanded_cause, on, past_distance};
use super::repertoire::Mechanics;
use super::transport::least_cost_with_bounds;

/// Points of one direction, the null concept's first.
struct Points {
    /// What each says of all units: probabilities of states (causes) or of being on (effects).
    said: Vec<Vec<f64>>,
    /// A purview and repertoire of each.
    views: Vec<(usize, Vec<f64>)>,
}

impl Points {
    fn new() -> Self {
        Self {
            said: Vec::new(),
            views: Vec::new(),
        }
    }

    fn place(&mut self, view: View, said: Vec<f64>) -> usize {
        let same = |other: &Vec<f64>| other.iter().zip(&said).all(|(a, b)| (a - b).abs() < SAME);
        if let Some(place) = self.said.iter().position(same) {
            return place;
        }
        self.said.push(said);
        self.views.push((view.0, view.1.to_vec()));
        self.said.len() - 1
    }
}

/// One direction of one concept: where it can be.
struct Slot {
    /// Purviews, the chosen one first, with the point of each.
    purviews: Vec<(usize, usize)>,
    /// The distinct points, the chosen one first.
    options: Vec<usize>,
}

/// A concept by the numbers of its slots.
struct Member {
    phi: f64,
    slots: [usize; 2],
    /// Whether it is the same in both constellations however ties are settled.
    alike: bool,
}

/// Distances of points, computed when they are asked for; NaN until then.
struct Table {
    exact: RefCell<Vec<f64>>,
    bound: RefCell<Vec<f64>>,
}

/// Distances at one cut over all ways to settle ties.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The least.
    pub low: f64,
    /// The greatest.
    pub high: f64,
    /// Whether all combinations were tried.
    pub complete: bool,
}

/// The choices between tied purviews in the constellations of a whole and of a cut system.
pub struct Choices {
    causes: Points,
    effects: Points,
    slots: Vec<Slot>,
    whole: Vec<Member>,
    cut: Vec<Member>,
    /// Slots with more than one option in a concept that counts.
    free: Vec<usize>,
    table: Table,
}

impl Choices {
    /// `mechanics` is that of the uncut system.
    #[must_use]
    pub fn new(mechanics: &Mechanics, whole: &[Concept], cut: &[Concept]) -> Self {
        let mut made = Self {
            causes: Points::new(),
            effects: Points::new(),
            slots: Vec::new(),
            whole: Vec::new(),
            cut: Vec::new(),
            free: Vec::new(),
            table: Table {
                exact: RefCell::default(),
                bound: RefCell::default(),
            },
        };
        for direction in [Direction::Cause, Direction::Effect] {
            made.point(mechanics, direction, NULL);
        }
        for concept in whole {
            let slots = [Direction::Cause, Direction::Effect].map(|direction| {
                let slot = made.slot(mechanics, direction, concept.side(direction));
                made.slots.push(slot);
                made.slots.len() - 1
            });
            made.whole.push(Member {
                phi: concept.phi,
                slots,
                alike: false,
            });
        }
        for concept in cut {
            let before = whole.iter().position(|c| c.mechanism == concept.mechanism);
            let slots = [Direction::Cause, Direction::Effect].map(|direction| {
                let slot = made.slot(mechanics, direction, concept.side(direction));
                let own = before.map(|place| made.whole[place].slots[direction as usize]);
                match own {
                    // The same choice as in the whole.
                    Some(own) if made.slots[own].purviews == slot.purviews => own,
                    _ => {
                        made.slots.push(slot);
                        made.slots.len() - 1
                    }
                }
            });
            let alike = before.filter(|place| {
                made.whole[*place].slots == slots && made.whole[*place].phi == concept.phi
            });
            if let Some(place) = alike {
                made.whole[place].alike = true;
            }
            made.cut.push(Member {
                phi: concept.phi,
                slots,
                alike: alike.is_some(),
            });
        }
        let counted = made.counted().flat_map(|member| member.slots);
        let mut free: Vec<usize> = counted
            .filter(|slot| made.slots[*slot].options.len() > 1)
            .collect();
        free.sort_unstable();
        free.dedup();
        made.free = free;
        let cells = made.causes.said.len() * made.causes.said.len();
        made.table = Table {
            exact: RefCell::new(vec![f64::NAN; cells]),
            bound: RefCell::new(vec![f64::NAN; cells]),
        };
        made
    }

    /// The concepts of both constellations that some settling tells apart.
    fn counted(&self) -> impl Iterator<Item = &Member> {
        self.whole.iter().chain(&self.cut).filter(|m| !m.alike)
    }

    fn point(&mut self, mechanics: &Mechanics, direction: Direction, view: View) -> usize {
        let units = mechanics.units;
        match direction {
            Direction::Cause => {
                let said = expanded_cause(view, (1 << units) - 1);
                self.causes.place(view, said)
            }
            Direction::Effect => {
                let said = (0..units)
                    .map(|unit| on(view, unit).unwrap_or_else(|| mechanics.effect(unit, 0)));
                self.effects.place(view, said.collect())
            }
        }
    }

    fn slot(&mut self, mechanics: &Mechanics, direction: Direction, core: &Core) -> Slot {
        let chosen = self.point(mechanics, direction, (core.purview, &core.repertoire));
        let mut slot = Slot {
            purviews: vec![(core.purview, chosen)],
            options: vec![chosen],
        };
        for tied in core.tied.iter().filter(|t| t.purview != core.purview) {
            let point = self.point(mechanics, direction, (tied.purview, &tied.repertoire));
            slot.purviews.push((tied.purview, point));
            if !slot.options.contains(&point) {
                slot.options.push(point);
            }
        }
        slot
    }

    /// Of a concept of the whole, by its place: whether the cut system makes the same choice, and
    /// whether the choice can change the distance.
    #[must_use]
    pub fn of_whole(&self, place: usize, direction: Direction) -> (bool, bool) {
        let slot = self.whole[place].slots[direction as usize];
        let shared = self.cut.iter().any(|member| member.slots.contains(&slot));
        (shared, self.free.contains(&slot))
    }

    /// The same of a concept of the cut system.
    #[must_use]
    pub fn of_cut(&self, place: usize, direction: Direction) -> (bool, bool) {
        let slot = self.cut[place].slots[direction as usize];
        let shared = self.whole.iter().any(|member| member.slots.contains(&slot));
        (shared, self.free.contains(&slot))
    }

    /// How far any settling can be from the chosen one, by the triangle inequality: Σ φ × the
    /// distance of the farthest options; and the mass Σ φ that this is about.
    #[must_use]
    pub fn reach(&self) -> (f64, f64) {
        let (mut reach, mut mass) = (0.0, 0.0);
        for member in self.counted() {
            mass += member.phi;
            for (direction, slot) in member.slots.iter().enumerate() {
                let options = &self.slots[*slot].options;
                let far = options[1..].iter().map(|point| match direction {
                    0 => self.past(options[0], *point),
                    _ => self.future(options[0], *point),
                });
                reach += member.phi * far.fold(0.0, f64::max);
            }
        }
        (reach, mass)
    }

    /// The distances over all ways to settle the ties, of which the chosen one gives `distance`.
    /// Each that is computed is taken from `budget`. What does not fit in it is searched one tie
    /// after the other, from the chosen settling to lower and to higher distances.
    #[must_use]
    pub fn range(&self, distance: f64, budget: &mut usize) -> Range {
        let mut range = Range {
            low: distance,
            high: distance,
            complete: true,
        };
        let ways = self.free.iter().fold(1usize, |ways, slot| {
            ways.saturating_mul(self.slots[*slot].options.len())
        });
        let mut taken = vec![0; self.slots.len()];
        if ways - 1 <= *budget {
            *budget -= ways - 1;
            while self.next(&mut taken) {
                let distance = self.distance(&taken);
                range.low = range.low.min(distance);
                range.high = range.high.max(distance);
            }
            return range;
        }
        range.complete = false;
        let half = *budget / 2;
        for (sign, mut share) in [(1.0, half), (-1.0, *budget - half)] {
            let before = share;
            let best = sign * self.climbed(sign, sign * distance, &mut share);
            range.low = range.low.min(best);
            range.high = range.high.max(best);
            *budget -= before - share;
        }
        range
    }

    /// The next way to settle the ties; false after the last.
    fn next(&self, taken: &mut [usize]) -> bool {
        for slot in &self.free {
            taken[*slot] += 1;
            if taken[*slot] < self.slots[*slot].options.len() {
                return true;
            }
            taken[*slot] = 0;
        }
        false
    }

    /// The least of `sign` × distance that changing one tie after the other reaches from `start`.
    fn climbed(&self, sign: f64, start: f64, budget: &mut usize) -> f64 {
        let mut taken = vec![0; self.slots.len()];
        let mut best = start;
        loop {
            let before = best;
            for slot in &self.free {
                let mut kept = taken[*slot];
                for option in 0..self.slots[*slot].options.len() {
                    if option == kept || *budget == 0 {
                        continue;
                    }
                    *budget -= 1;
                    taken[*slot] = option;
                    let found = sign * self.distance(&taken);
                    if found < best {
                        (best, kept) = (found, option);
                    }
                }
                taken[*slot] = kept;
            }
            if best >= before || *budget == 0 {
                return best;
            }
        }
    }

    /// Distance of the constellations with the options taken.
    fn distance(&self, taken: &[usize]) -> f64 {
        let at = |members: &[Member]| -> Vec<(f64, [usize; 2])> {
            let point = |slot: usize| self.slots[slot].options[taken[slot]];
            let counted = members.iter().filter(|member| !member.alike);
            counted.map(|m| (m.phi, m.slots.map(point))).collect()
        };
        let (mut from, mut to) = (at(&self.whole), at(&self.cut));
        // What is the same in both stays where it is.
        from.retain(|point| {
            let same = to.iter().position(|other| other == point);
            same.map(|place| to.swap_remove(place)).is_none()
        });
        let mass = |points: &[(f64, [usize; 2])]| points.iter().map(|p| p.0).sum::<f64>();
        let left = mass(&from) - mass(&to);
        from.push(((-left).max(0.0), [0, 0]));
        to.push((left.max(0.0), [0, 0]));
        let (supply, demand): (Vec<f64>, Vec<f64>) = (
            from.iter().map(|point| point.0).collect(),
            to.iter().map(|point| point.0).collect(),
        );
        let future = |i: usize, j: usize| self.future(from[i].1[1], to[j].1[1]);
        rounded(least_cost_with_bounds(
            &supply,
            &demand,
            &|i, j| {
                let (past, exact) = self.past_bound(from[i].1[0], to[j].1[0]);
                (past + future(i, j), exact)
            },
            &|i, j| self.past(from[i].1[0], to[j].1[0]) + future(i, j),
        ))
    }

    fn cell(&self, a: usize, b: usize) -> usize {
        a.min(b) * self.causes.said.len() + a.max(b)
    }

    fn past_of(&self, a: usize, b: usize, past: Past) -> f64 {
        let view = |place: usize| (self.causes.views[place].0, &*self.causes.views[place].1);
        past_distance(view(a), view(b), past)
    }

    /// Distance of two points of causes.
    fn past(&self, a: usize, b: usize) -> f64 {
        let cell = self.cell(a, b);
        let known = self.table.exact.borrow()[cell];
        if a == b || !known.is_nan() {
            return if a == b { 0.0 } else { known };
        }
        let found = self.past_of(a, b, Past::Exact);
        self.table.exact.borrow_mut()[cell] = found;
        found
    }

    /// A lower bound of it, and whether it is the distance itself.
    fn past_bound(&self, a: usize, b: usize) -> (f64, bool) {
        let cell = self.cell(a, b);
        let known = self.table.exact.borrow()[cell];
        if a == b || !known.is_nan() {
            return (if a == b { 0.0 } else { known }, true);
        }
        let mut bounds = self.table.bound.borrow_mut();
        if bounds[cell].is_nan() {
            bounds[cell] = self.past_of(a, b, Past::Bound);
        }
        (bounds[cell], false)
    }

    /// Distance of two points of effects.
    fn future(&self, a: usize, b: usize) -> f64 {
        let on = self.effects.said[a].iter().zip(&self.effects.said[b]);
        rounded(on.map(|(a, b)| (a - b).abs()).sum())
    }
}
