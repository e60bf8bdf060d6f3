//! φ of a mechanism over a purview: the disintegrating partition that costs least per cut pair.
//!
//! A partition splits the mechanism and deals the purview to the parts, one more part having no
//! mechanism at all; each part keeps only its own pairs. For effects every unit of the purview
//! picks the part of the mechanism that it keeps, for causes every unit of the mechanism picks the
//! part of the purview. Given the parts that are picked from, cost and number of cut pairs are sums
//! over picking units, so that for fixed λ the least cost − λ · pairs is one choice per unit, and
//! Dinkelbach's iteration gives the exact least ratio from one pass over set partitions. A
//! mechanism left in one part must be cut from all of its purview.
//!
//! Reference: Albantakis et al. (2023).

use super::mechanism::{Mechanisms, Side};
use super::numeric::{TIE, ZERO, spread, subsets_of, units_of};
use super::set_partitions::SetPartitions;
use super::subset_dp::lesser;

/// The minimum information partition of a mechanism over a purview in a state.
#[derive(Clone, Debug, PartialEq)]
pub struct MechanismMip {
    /// Integrated information, clamped at 0, bits.
    pub phi: f64,
    /// Number of mechanism–purview pairs that are cut.
    pub pairs: u32,
    /// Parts as masks (of the mechanism, of the purview), the part without mechanism last.
    pub parts: Vec<(u32, u32)>,
}

/// Mechanism, purview and its state, seen as units that pick blocks of inputs.
struct Picking {
    side: Side,
    mechanism: u32,
    purview: u32,
    /// Units whose blocks are picked; its subsets by compact index are the options.
    inputs: u32,
    /// Number of those.
    width: u32,
    pickers: Vec<usize>,
    /// Cost of picker k when it keeps an option, at `k * 2^width + option`.
    cost: Vec<f64>,
}

/// Cost and number of cut pairs.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Price {
    cost: f64,
    pairs: u32,
}

impl Price {
    fn at(self, lambda: f64) -> f64 {
        self.cost - lambda * f64::from(self.pairs)
    }

    fn ratio(self) -> f64 {
        self.cost / f64::from(self.pairs)
    }
}

/// φ of the partition that cuts everything. As the least ratio is no more than its ratio, and no
/// partition cuts more pairs, φ of the mechanism is no more than this.
#[must_use]
pub fn complete_cut(
    system: &Mechanisms,
    side: Side,
    mechanism: u32,
    purview: u32,
    state: u32,
    selectivity: f64,
) -> f64 {
    let (inputs, outputs, from, to) = roles(system, side, mechanism, purview, state);
    let table = system.marginals(side);
    let (whole, none) = (table.row(inputs, from), table.row(0, 0));
    units_of(outputs)
        .map(|unit| {
            let on = to >> unit & 1 == 1;
            selectivity * (table.log(whole, unit, on) - table.log(none, unit, on))
        })
        .sum()
}

/// Inputs, outputs and the states of both.
fn roles(
    system: &Mechanisms,
    side: Side,
    mechanism: u32,
    purview: u32,
    state: u32,
) -> (u32, u32, u32, u32) {
    match side {
        Side::Cause => (purview, mechanism, state, system.state),
        Side::Effect => (mechanism, purview, system.state, state),
    }
}

/// Finds the minimum information partition. `partitions[k]` are the set partitions of k elements.
/// `None` as soon as φ is certain to be less than `floor`: it is at most the least ratio so far
/// times all pairs.
#[must_use]
pub fn mechanism_mip(
    system: &Mechanisms,
    side: Side,
    mechanism: u32,
    purview: u32,
    state: u32,
    selectivity: f64,
    partitions: &[SetPartitions],
    floor: f64,
) -> Option<MechanismMip> {
    let picking = Picking::new(system, side, mechanism, purview, state, selectivity);
    let mut best = picking.complete();
    let mut best_parts = vec![(mechanism, 0), (0, purview)];
    let mut lambda = best.ratio();
    let splits = &partitions[picking.width as usize];
    let mut picks = vec![0u32; picking.pickers.len()];
    let most = f64::from(mechanism.count_ones() * purview.count_ones());
    let mut values = Values::default();
    values.fill(&picking, lambda);
    for blocks in splits.iter().filter(|blocks| picking.allows(blocks)) {
        if lambda * most < floor {
            return None;
        }
        while lambda > 0.0 && values.least_sum(blocks) < 0.0 {
            let price = picking.cheapest(blocks, lambda, &mut picks);
            if price.at(lambda) >= 0.0 || price.ratio() >= lambda * (1.0 - 1e-14) {
                break;
            }
            lambda = price.ratio();
            best = price;
            best_parts = picking.parts(blocks, &picks);
            values.fill(&picking, lambda);
        }
    }
    let nothing = MechanismMip {
        phi: 0.0,
        pairs: 0,
        parts: Vec::new(),
    };
    if lambda * most <= ZERO {
        return Some(nothing);
    }
    let complete = picking.complete();
    if is_tie(complete, lambda) && complete.pairs > best.pairs {
        best = complete;
        best_parts = vec![(mechanism, 0), (0, purview)];
    }
    for blocks in splits.iter().filter(|blocks| picking.allows(blocks)) {
        if values.least_sum(blocks) > slack(lambda, most) {
            continue;
        }
        let price = picking.largest_tied(blocks, lambda, &mut picks);
        if is_tie(price, lambda) && price.pairs > best.pairs {
            best = price;
            best_parts = picking.parts(blocks, &picks);
        }
    }
    if best.cost <= ZERO {
        return Some(nothing);
    }
    Some(MechanismMip {
        phi: best.cost,
        pairs: best.pairs,
        parts: best_parts,
    })
}

fn slack(lambda: f64, pairs: f64) -> f64 {
    TIE * lambda * pairs + 0.1 * ZERO
}

fn is_tie(price: Price, lambda: f64) -> bool {
    price.at(lambda) <= slack(lambda, f64::from(price.pairs))
}

/// Cost − λ · pairs of all picks at one λ, one row of pickers per option: a filter in front of
/// [`Picking::cheapest`] that looks at values only.
#[derive(Default)]
struct Values {
    rows: Vec<f64>,
    least: Vec<f64>,
}

impl Values {
    fn fill(&mut self, picking: &Picking, lambda: f64) {
        let pickers = picking.pickers.len();
        self.rows.clear();
        self.least.resize(pickers, 0.0);
        for option in 0..1u32 << picking.width {
            let row = (0..pickers).map(|picker| picking.of(picker, option).at(lambda));
            self.rows.extend(row);
        }
    }

    /// The least sum when every picker picks one of the blocks or none, undivided or not.
    fn least_sum(&mut self, blocks: &[u32]) -> f64 {
        let pickers = self.least.len();
        self.least.copy_from_slice(&self.rows[..pickers]);
        for block in blocks {
            let from = *block as usize * pickers;
            for (least, value) in self.least.iter_mut().zip(&self.rows[from..from + pickers]) {
                *least = lesser(*least, *value);
            }
        }
        self.least.iter().sum()
    }
}

impl Picking {
    fn new(
        system: &Mechanisms,
        side: Side,
        mechanism: u32,
        purview: u32,
        state: u32,
        selectivity: f64,
    ) -> Self {
        let (inputs, outputs, from, to) = roles(system, side, mechanism, purview, state);
        let table = system.marginals(side);
        let pickers: Vec<usize> = units_of(outputs).collect();
        let rows: Vec<usize> = subsets_of(inputs)
            .map(|kept| table.row(kept, from))
            .collect();
        let whole = rows[rows.len() - 1];
        let mut cost = Vec::with_capacity(pickers.len() * rows.len());
        for unit in &pickers {
            let on = to >> unit & 1 == 1;
            let all = table.log(whole, *unit, on);
            let lost = |row: &usize| selectivity * (all - table.log(*row, *unit, on));
            cost.extend(rows.iter().map(lost));
        }
        Self {
            side,
            mechanism,
            purview,
            inputs,
            width: inputs.count_ones(),
            pickers,
            cost,
        }
    }

    fn of(&self, picker: usize, option: u32) -> Price {
        Price {
            cost: self.cost[(picker << self.width) + option as usize],
            pairs: self.width - option.count_ones(),
        }
    }

    fn total(&self, picks: &[u32]) -> Price {
        let mut sum = Price {
            cost: 0.0,
            pairs: 0,
        };
        for (picker, option) in picks.iter().enumerate() {
            let price = self.of(picker, *option);
            sum.cost += price.cost;
            sum.pairs += price.pairs;
        }
        sum
    }

    fn complete(&self) -> Price {
        self.total(&vec![0; self.pickers.len()])
    }

    /// A single unit cannot be split, nor an effect's mechanism while it is in one block; what is
    /// left to them is the complete cut.
    fn allows(&self, blocks: &[u32]) -> bool {
        self.mechanism.count_ones() > 1 && (self.side == Side::Cause || blocks.len() > 1)
    }

    /// Causes: all units of the mechanism in one part that keeps something.
    fn undivided(&self, picks: &[u32]) -> bool {
        self.side == Side::Cause && picks[0] != 0 && picks.iter().all(|pick| *pick == picks[0])
    }

    /// The least cost − λ · pairs with the given blocks to pick from, or none.
    fn cheapest(&self, blocks: &[u32], lambda: f64, picks: &mut [u32]) -> Price {
        for (picker, pick) in picks.iter_mut().enumerate() {
            let mut least = self.of(picker, 0).at(lambda);
            *pick = 0;
            for block in blocks {
                let value = self.of(picker, *block).at(lambda);
                if value < least {
                    (least, *pick) = (value, *block);
                }
            }
        }
        if self.undivided(picks) {
            self.divide(blocks, picks, |old, new| new.at(lambda) < old.at(lambda));
        }
        self.total(picks)
    }

    /// Of the picks that attain 0 at λ those with most pairs.
    fn largest_tied(&self, blocks: &[u32], lambda: f64, picks: &mut [u32]) -> Price {
        let near = slack(lambda, f64::from(self.width));
        for (picker, pick) in picks.iter_mut().enumerate() {
            let options = || std::iter::once(0).chain(blocks.iter().copied());
            let least = options()
                .map(|option| self.of(picker, option).at(lambda))
                .fold(f64::INFINITY, f64::min);
            let mut most = None;
            for option in options() {
                let price = self.of(picker, option);
                if price.at(lambda) <= least + near && most.is_none_or(|m| price.pairs > m) {
                    (most, *pick) = (Some(price.pairs), option);
                }
            }
        }
        if self.undivided(picks) {
            self.divide(blocks, picks, |old, new| {
                match (is_tie(old, lambda), is_tie(new, lambda)) {
                    (true, true) => new.pairs > old.pairs,
                    (false, false) => new.at(lambda) < old.at(lambda),
                    (old_tied, _) => !old_tied,
                }
            });
        }
        self.total(picks)
    }

    /// Changes the pick of one unit, by the order given.
    fn divide(&self, blocks: &[u32], picks: &mut [u32], better: impl Fn(Price, Price) -> bool) {
        let common = picks[0];
        let mut best: Option<(Price, usize, u32)> = None;
        for picker in 0..picks.len() {
            for option in std::iter::once(0).chain(blocks.iter().copied()) {
                if option == common {
                    continue;
                }
                picks[picker] = option;
                let price = self.total(picks);
                if best.is_none_or(|(old, _, _)| better(old, price)) {
                    best = Some((price, picker, option));
                }
            }
            picks[picker] = common;
        }
        if let Some((_, picker, option)) = best {
            picks[picker] = option;
        }
    }

    fn parts(&self, blocks: &[u32], picks: &[u32]) -> Vec<(u32, u32)> {
        let picking = |option: u32| {
            let own = picks
                .iter()
                .zip(&self.pickers)
                .filter(|(pick, _)| **pick == option);
            own.fold(0u32, |mask, (_, unit)| mask | 1 << unit)
        };
        let mut parts: Vec<(u32, u32)> = Vec::new();
        match self.side {
            Side::Effect => {
                let own = blocks
                    .iter()
                    .map(|b| (spread(*b, self.inputs), picking(*b)));
                parts.extend(own);
                parts.push((0, picking(0)));
            }
            Side::Cause => {
                let mut left = self.purview;
                for block in blocks.iter().filter(|block| picking(**block) != 0) {
                    let purview = spread(*block, self.inputs);
                    left &= !purview;
                    parts.push((picking(*block), purview));
                }
                if picking(0) != 0 {
                    parts.push((picking(0), 0));
                }
                parts.push((0, left));
            }
        }
        debug_assert_eq!(parts.iter().fold(0, |m, p| m | p.0), self.mechanism);
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::super::candidate::Candidate;
    use super::*;
    use proptest::prelude::*;

    /// Least φ per pair over all disintegrating partitions, and the greatest φ that has it.
    fn tried(
        system: &Mechanisms,
        side: Side,
        mechanism: u32,
        purview: u32,
        state: u32,
        selectivity: f64,
    ) -> (f64, u32) {
        let (inputs, outputs, from, to) = roles(system, side, mechanism, purview, state);
        let table = system.marginals(side);
        let m_units: Vec<usize> = units_of(mechanism).collect();
        let z_units: Vec<usize> = units_of(purview).collect();
        let mut priced: Vec<(f64, f64, u32)> = Vec::new();
        for blocks in SetPartitions::new(m_units.len()).iter() {
            let parts = blocks.len();
            for deal in 0..(parts + 1).pow(z_units.len() as u32) {
                let part_of = |k: usize| deal / (parts + 1).pow(k as u32) % (parts + 1);
                // The last part is the one without mechanism.
                if parts == 1 && (0..z_units.len()).any(|k| part_of(k) == 0) {
                    continue;
                }
                let mut keeps = vec![0u32; system.units];
                let mut pairs = 0;
                for (k, m) in m_units.iter().enumerate() {
                    for (l, z) in z_units.iter().enumerate() {
                        let together = part_of(l) < parts && blocks[part_of(l)] >> k & 1 == 1;
                        let (input, output) = match side {
                            Side::Cause => (z, m),
                            Side::Effect => (m, z),
                        };
                        if together {
                            keeps[*output] |= 1 << input;
                        } else {
                            pairs += 1;
                        }
                    }
                }
                let whole = table.row(inputs, from);
                let phi: f64 = units_of(outputs)
                    .map(|unit| {
                        let on = to >> unit & 1 == 1;
                        let row = table.row(keeps[unit], from);
                        selectivity * (table.log(whole, unit, on) - table.log(row, unit, on))
                    })
                    .sum();
                priced.push((phi.max(0.0) / f64::from(pairs), phi.max(0.0), pairs));
            }
        }
        let least = priced.iter().fold(f64::INFINITY, |least, p| least.min(p.0));
        let near = priced
            .iter()
            .filter(|p| p.0 <= least * (1.0 + 1e-11) + 1e-14);
        near.fold(
            (0.0, 0),
            |best, p| if p.1 > best.0 { (p.1, p.2) } else { best },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn the_pass_finds_what_trying_all_partitions_finds(
            coarse in any::<bool>(),
            values in prop::collection::vec(0.0..=1.0f64, 64),
            now in 0u32..16,
            mechanism in 1u32..16,
            purview in 1u32..16,
        ) {
            let rounded = |v: &f64| if coarse { (v * 2.0).round() / 2.0 } else { *v };
            let columns: Vec<f64> = values.iter().map(rounded).collect();
            let system = Mechanisms::new(&Candidate {
                nodes: (0..4).collect(),
                state: now,
                cause: columns.clone(),
                effect: columns,
                sources: vec![15; 4],
            });
            let never = f64::NEG_INFINITY;
            let partitions: Vec<SetPartitions> = (0..=4).map(SetPartitions::new).collect();
            for side in [Side::Cause, Side::Effect] {
                let prior = system.prior(side, mechanism);
                let specified = system.purview_states(side, mechanism, purview, &prior);
                if specified.ii <= ZERO {
                    continue;
                }
                let (z, p) = (specified.states[0], specified.selectivity[0]);
                let found =
                    mechanism_mip(&system, side, mechanism, purview, z, p, &partitions, never);
                let found = found.unwrap();
                let (phi, pairs) = tried(&system, side, mechanism, purview, z, p);
                prop_assert!((found.phi - phi).abs() < 1e-11, "{} {}", found.phi, phi);
                if phi > 1e-9 {
                    prop_assert_eq!(found.pairs, pairs);
                    let kept: u32 = found
                        .parts
                        .iter()
                        .map(|(m, z)| m.count_ones() * z.count_ones())
                        .sum();
                    let all = mechanism.count_ones() * purview.count_ones();
                    prop_assert_eq!(all - kept, pairs);
                }
                let above = complete_cut(&system, side, mechanism, purview, z, p);
                prop_assert!(found.phi <= above.max(0.0) + 1e-12);
            }
        }
    }
}
