//! The directed set partition that costs least per cut pair, in one direction.
//!
//! A partition labels each block with what is cut: its inputs ("cause"), its outputs ("effect") or
//! both. Let U be the union of the cause blocks. A unit in a cause or both block B keeps B; one in
//! an effect block keeps B ∪ U. For fixed U the cost and the number of cut pairs are therefore sums
//! over blocks, and for fixed λ the least cost − λ · pairs is a subset dynamic programme over
//! blocks within U and one over its complement. Dinkelbach's iteration, λ ← cost / pairs of the
//! minimiser, ends at the exact minimum of the ratio after a few rounds; since the minimum for a
//! given U rises by at least |U| (m − |U|) per unit that λ falls, later rounds skip most U.
//!
//! Work: Σ_U 3^(m − |U| − 1) / 2 ≈ 4ᵐ / 6 steps per full round. Reference for the partitions:
//! Albantakis et al. (2023); for the iteration: Dinkelbach, Manag. Sci. 13 (1967).

use crate::phi::work::Stop;

use super::cut::Cut;
use super::effort::{Meter, deal_out};
use super::loss::Losses;
use super::numeric::{ZERO, spread, subsets_of, units_of};
use super::subset_dp::{blocks_of, cheapest_of_whole, cheapest_partitions, lesser};
use super::tied::{TiedCuts, tied_cuts};

/// A value at λ above which a union need not be looked at again; far above rounding.
const CLEAR: f64 = 1e-12;

/// The result of a search in one direction.
#[derive(Clone, Debug)]
pub struct Minimum {
    /// The least cost per cut pair; not clamped, and only some value ≤ 0 when there is one.
    pub ratio: f64,
    /// A cut that attains it.
    pub cut: Cut,
    /// Whether the search came to its end.
    pub exact: bool,
    /// All cuts that attain it; only sought when it is positive.
    pub tied: TiedCuts,
}

impl Minimum {
    /// Whether some cut costs nothing.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.ratio * f64::from(self.cut.pairs()) <= ZERO
    }
}

/// Tables for one λ.
pub(super) struct Round<'a> {
    pub(super) losses: &'a Losses,
    pub(super) lambda: f64,
    stop: Stop<'a>,
    /// Cost − λ · pairs of a block that keeps only itself, by mask.
    pub(super) alone: Vec<f64>,
    /// The cheapest partition of each mask into such blocks; the whole in at least two.
    pub(super) inside: Vec<f64>,
}

/// Buffers for the blocks outside a union, by compact index of the complement.
#[derive(Default)]
pub(super) struct Outside {
    /// Cost − λ · pairs of a block that keeps the union as well.
    pub(super) joint: Vec<f64>,
    /// The lesser of `joint` and `alone`.
    pub(super) weight: Vec<f64>,
    /// The cheapest partition of each subset of the complement.
    pub(super) best: Vec<f64>,
}

impl<'a> Round<'a> {
    /// Tables that are whole unless `stop` says so meanwhile.
    pub(super) fn new(losses: &'a Losses, lambda: f64, stop: Stop<'a>) -> Self {
        let units = losses.units;
        let alone: Vec<f64> = losses
            .within
            .iter()
            .enumerate()
            .map(|(mask, cost)| cost - lambda * pairs_into(mask as u32, 0, units))
            .collect();
        let mut inside = vec![0.0; alone.len()];
        cheapest_partitions(units, &alone, &mut inside, stop);
        let last = inside.len() - 1;
        inside[last] = cheapest_of_whole(units, &alone, &inside, false);
        Self {
            losses,
            lambda,
            stop,
            alone,
            inside,
        }
    }

    /// The least cost − λ · pairs with the given union of cause blocks. Leaves the tables of its
    /// complement in `outside`.
    pub(super) fn least(&self, union: u32, outside: &mut Outside) -> f64 {
        if union == 0 {
            return self.inside[self.inside.len() - 1];
        }
        let complement = (self.alone.len() - 1) as u32 & !union;
        let size = complement.count_ones() as usize;
        self.weigh(union, complement, outside);
        let Outside { weight, best, .. } = outside;
        let whole = (1usize << size) - 1;
        cheapest_partitions(size - 1, weight, best, self.stop);
        best[whole] = cheapest_of_whole(size, weight, best, true);
        self.inside[union as usize] + best[whole]
    }

    fn weigh(&self, union: u32, complement: u32, outside: &mut Outside) {
        let units = self.losses.units;
        outside.joint.clear();
        outside.weight.clear();
        for block in subsets_of(complement) {
            let from = (block | union) as usize * units;
            let row = &self.losses.of_unit[from..from + units];
            let cost: f64 = units_of(block).map(|unit| row[unit]).sum();
            let joint = cost - self.lambda * pairs_into(block, union, units);
            outside.joint.push(joint);
            outside
                .weight
                .push(lesser(self.alone[block as usize], joint));
        }
        outside.best.resize(outside.weight.len(), 0.0);
    }

    /// A cut that attains the least value with the given union.
    fn cut_of(&self, union: u32, outside: &mut Outside) -> Option<Cut> {
        self.least(union, outside);
        let all = (self.alone.len() - 1) as u32;
        let mut kept = vec![0; self.losses.units];
        let within = if union == 0 { all } else { union };
        let value = self.inside[within as usize];
        let whole_allowed = union != 0;
        for block in blocks_of(within, value, &self.alone, &self.inside, whole_allowed)? {
            units_of(block).for_each(|unit| kept[unit] = block);
        }
        if union != 0 {
            let complement = all & !union;
            let whole = outside.weight.len() - 1;
            let (weight, best) = (&outside.weight, &outside.best);
            for index in blocks_of(whole as u32, best[whole], weight, best, true)? {
                let block = spread(index, complement);
                let alone = self.alone[block as usize] <= outside.joint[index as usize];
                let keeps = if alone { block } else { block | union };
                units_of(block).for_each(|unit| kept[unit] = keeps);
            }
        }
        Some(Cut { kept })
    }

    /// The least values with each of some unions, as far as the effort reaches; of those that were
    /// not reached there is no bound.
    pub(super) fn all_least(&self, unions: &[u32], meter: &mut Meter, round: u32) -> Vec<f64> {
        let affordable = self.affordable(unions, meter);
        let unions = &unions[..affordable];
        let effort = meter.effort;
        let workers = effort.workers.clamp(1, unions.len().div_ceil(64).max(1));
        let progress = &*meter;
        let values = deal_out(unions.len(), workers, Outside::default, |outside, place| {
            if (effort.stop)() {
                return None;
            }
            if place.is_multiple_of(64 * workers) {
                progress.report(round, place as f64 / unions.len() as f64);
            }
            let value = self.least(unions[place], outside);
            // A value that was cut short is none.
            (!(effort.stop)()).then_some(value)
        });
        meter.ended |= values.iter().any(Option::is_none);
        let unbounded = |value: Option<f64>| value.unwrap_or(f64::NEG_INFINITY);
        values.into_iter().map(unbounded).collect()
    }

    /// Charges the meter for as many of the unions as it can pay, and says how many.
    fn affordable(&self, unions: &[u32], meter: &mut Meter) -> usize {
        for (count, union) in unions.iter().enumerate().filter(|(_, union)| **union != 0) {
            let operations = union_work(self.losses.units, *union);
            if operations > meter.left {
                meter.ended = true;
                return count;
            }
            meter.left -= operations;
        }
        unions.len()
    }
}

/// Operations of the tables of a round.
fn round_work(units: usize) -> u64 {
    1000 + 3u64.pow(units as u32) / 2 + (20 << units)
}

/// Operations of the least value with a given union of cause blocks.
pub(super) fn union_work(units: usize, union: u32) -> u64 {
    let size = units as u32 - union.count_ones();
    100 + 3u64.pow(size.saturating_sub(1)) / 2 + (15 << size)
}

/// Pairs cut by a block whose units keep the block and a union apart from it.
fn pairs_into(block: u32, union: u32, units: usize) -> f64 {
    let size = block.count_ones();
    f64::from(size * (units as u32 - size - union.count_ones()))
}

/// The cheapest cut of all inputs of one set of units from the rest, or of everything from
/// everything.
fn first_guess(losses: &Losses) -> (f64, Cut) {
    let units = losses.units;
    let all = (losses.within.len() - 1) as u32;
    let apart = Cut {
        kept: (0..units).map(|unit| 1 << unit).collect(),
    };
    let mut best = (losses.of_cut(&apart) / f64::from(apart.pairs()), 0u32);
    for block in 1..all {
        let ratio = losses.within[block as usize] / pairs_into(block, 0, units);
        if ratio < best.0 {
            best = (ratio, block);
        }
    }
    let cut = match best.1 {
        0 => apart,
        block => Cut {
            kept: (0..units)
                .map(|unit| if block >> unit & 1 == 1 { block } else { all })
                .collect(),
        },
    };
    (losses.of_cut(&cut) / f64::from(cut.pairs()), cut)
}

/// A lower bound of the ratio of any cut: no unit loses less per cut input than at its best.
#[must_use]
pub fn ratio_lower_bound(losses: &Losses) -> f64 {
    let units = losses.units;
    let mut least = f64::INFINITY;
    for (mask, row) in losses.of_unit.chunks_exact(units).enumerate() {
        let cut = units as u32 - (mask as u32).count_ones();
        for unit in units_of(mask as u32).filter(|_| cut > 0) {
            least = lesser(least, row[unit] / f64::from(cut));
        }
    }
    least
}

/// Finds the least cost per cut pair of at least two units, with all cuts that attain it.
pub(super) fn minimise(losses: &Losses, meter: &mut Meter) -> Minimum {
    let (ratio, cut) = first_guess(losses);
    let mut found = Minimum {
        ratio,
        cut,
        exact: true,
        tied: TiedCuts::default(),
    };
    let all = (losses.within.len() - 1) as u32;
    let mut known = vec![f64::NEG_INFINITY; all as usize];
    let mut round_number = 0;
    while !found.is_zero() {
        if !meter.pay(round_work(losses.units)) {
            found.exact = false;
            break;
        }
        let round = Round::new(losses, found.ratio, meter.effort.stop);
        let unions: Vec<u32> = (0..all)
            .filter(|union| known[*union as usize] <= CLEAR)
            .collect();
        let values = round.all_least(&unions, meter, round_number);
        let mut best = (f64::INFINITY, 0);
        for (union, value) in unions.iter().zip(&values) {
            known[*union as usize] = *value;
            if value.is_finite() && *value < best.0 {
                best = (*value, *union);
            }
        }
        found.exact = !meter.ended;
        round_number += 1;
        let better = improve(&round, best, &found);
        if meter.ended || better.is_none() {
            let stays = better.is_none();
            if let Some((ratio, cut)) = better {
                (found.ratio, found.cut) = (ratio, cut);
            }
            if stays && found.exact && !found.is_zero() {
                found.tied = tied_cuts(&round, &found.cut, &known, meter);
            }
            break;
        }
        if let Some((ratio, cut)) = better {
            for (union, value) in known.iter_mut().enumerate() {
                *value += (found.ratio - ratio) * pairs_into(union as u32, 0, losses.units);
            }
            (found.ratio, found.cut) = (ratio, cut);
        }
    }
    found
}

/// The cut behind the best value of a round, if it is better than the one that is known.
fn improve(round: &Round, best: (f64, u32), found: &Minimum) -> Option<(f64, Cut)> {
    if best.0 >= 0.0 {
        return None;
    }
    let cut = round.cut_of(best.1, &mut Outside::default())?;
    let ratio = round.losses.of_cut(&cut) / f64::from(cut.pairs());
    (ratio < found.ratio - 1e-14 * found.ratio.abs()).then_some((ratio, cut))
}

/// The cut with most pairs among those that attain the ratio of `round`, by a search at a slightly
/// greater λ, where each pair is worth a little more. `None` when near ties hide it.
pub(super) fn largest_tied(
    round: &Round,
    known: &[f64],
    slack: f64,
    meter: &mut Meter,
) -> Option<Cut> {
    let units = round.losses.units;
    let pairs_max = (units * (units - 1)) as f64;
    for relative in [1e-8, 1e-9] {
        let step = relative * round.lambda;
        if !meter.pay(round_work(units)) {
            return None;
        }
        let raised = Round::new(round.losses, round.lambda + step, meter.effort.stop);
        let mut outside = Outside::default();
        let mut best = (f64::INFINITY, 0);
        for (union, bound) in known.iter().enumerate() {
            if *bound > slack + step * pairs_max {
                continue;
            }
            if !meter.pay(union_work(units, union as u32)) {
                return None;
            }
            let value = raised.least(union as u32, &mut outside);
            if value < best.0 {
                best = (value, union as u32);
            }
        }
        let cut = raised.cut_of(best.1, &mut outside)?;
        let gap = round.losses.of_cut(&cut) - round.lambda * f64::from(cut.pairs());
        if gap <= slack && slack < step {
            return Some(cut);
        }
    }
    None
}
