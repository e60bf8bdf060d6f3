//! All cuts that attain a minimum.
//!
//! The dynamic programme at the least ratio λ knows for every remainder the least that it must
//! still cost; a depth-first search over blocks keeps to branches that can end within rounding of
//! cost = λ · pairs, so it meets tied partitions only. Many labelled partitions give the same cut,
//! and only distinct cuts are kept.

use std::collections::BTreeSet;

use crate::phi::work::Stop;

use super::cut::Cut;
use super::effort::Meter;
use super::numeric::{TIE, ZERO, spread, subsets_of, units_of};
use super::search::{Outside, Round, largest_tied, union_work};

/// Blocks that may be tried per search before the list is given up as incomplete.
const STEPS_MAX: u64 = 20_000_000;
/// Operations of such a try.
const STEP_OPERATIONS: u64 = 20;

/// Distinct cuts that attain the least cost per pair.
#[derive(Clone, Debug, Default)]
pub struct TiedCuts {
    /// The cuts, in ascending order of what units keep.
    pub cuts: Vec<Cut>,
    /// Whether there are, or may be, more.
    pub truncated: bool,
    /// Whether the greatest number of pairs among all tied cuts is that of one of the list.
    pub largest_known: bool,
}

impl TiedCuts {
    /// A cut that is known to be the only one.
    #[must_use]
    pub fn only(cut: Cut) -> Self {
        Self {
            cuts: vec![cut],
            truncated: false,
            largest_known: true,
        }
    }
}

struct Listing<'a> {
    round: &'a Round<'a>,
    outside: Outside,
    union: u32,
    complement: u32,
    kept: Vec<u32>,
    cuts: BTreeSet<Cut>,
    cuts_max: usize,
    steps_left: u64,
    full: bool,
    stop: Stop<'a>,
}

/// Lists the cuts tied with `found`, with the least value per union in `known`.
/// What the list takes is charged as it goes; where the effort ends the list is truncated.
pub(super) fn tied_cuts(round: &Round, found: &Cut, known: &[f64], meter: &mut Meter) -> TiedCuts {
    let units = round.losses.units;
    let slack = tolerance(round.lambda, (units * (units - 1)) as f64);
    let mut listing = Listing {
        round,
        outside: Outside::default(),
        union: 0,
        complement: 0,
        kept: vec![0; units],
        cuts: BTreeSet::from([found.clone()]),
        cuts_max: meter.effort.tied_cuts_max.max(1),
        steps_left: STEPS_MAX,
        full: false,
        stop: meter.effort.stop,
    };
    let all = known.len() as u32;
    for union in (0..all).filter(|union| known[*union as usize] <= 2.0 * slack) {
        if !meter.pay(union_work(units, union)) {
            listing.full = true;
            break;
        }
        let before = listing.steps_left;
        let least = round.least(union, &mut listing.outside);
        if least > slack {
            continue;
        }
        listing.union = union;
        listing.complement = if union == 0 { 0 } else { all & !union };
        let whole = if union == 0 { all } else { union };
        listing.split_union(whole, slack);
        listing.full |= !meter.pay(STEP_OPERATIONS * (before - listing.steps_left));
        if listing.full {
            break;
        }
    }
    let truncated = listing.full;
    let mut cuts = listing.cuts;
    let mut largest_known = true;
    if truncated {
        match largest_tied(round, known, slack, meter) {
            Some(cut) => {
                cuts.insert(cut);
            }
            None => largest_known = false,
        }
    }
    TiedCuts {
        cuts: cuts.into_iter().collect(),
        truncated,
        largest_known,
    }
}

/// How far cost − λ · pairs may lie above 0 in a tie.
fn tolerance(lambda: f64, pairs: f64) -> f64 {
    TIE * lambda * pairs + 0.1 * ZERO
}

impl Listing<'_> {
    /// Tries all blocks for the top unit of what is left of the union.
    fn split_union(&mut self, left: u32, slack: f64) {
        if left == 0 {
            let whole = (1u32 << self.complement.count_ones()) - 1;
            return self.split_complement(whole, slack);
        }
        let best = &self.outside.best;
        let outside = if self.union == 0 {
            0.0
        } else {
            best[(1 << self.complement.count_ones()) - 1]
        };
        let top = 1u32 << (31 - left.leading_zeros());
        let rest = left ^ top;
        let whole = (self.round.alone.len() - 1) as u32;
        for part in subsets_of(rest) {
            let block = top | part;
            if self.spend() || block == whole {
                return;
            }
            let cost = self.round.alone[block as usize];
            let remainder = self.round.inside[(rest ^ part) as usize];
            if cost + remainder + outside <= slack {
                self.keep(block, block);
                self.split_union(rest ^ part, slack - cost);
            }
        }
    }

    /// Tries all blocks, with and without the union kept, for the top unit of what is left of the
    /// complement, by compact index.
    fn split_complement(&mut self, left: u32, slack: f64) {
        if left == 0 {
            return self.leaf();
        }
        let top = 1u32 << (31 - left.leading_zeros());
        let rest = left ^ top;
        for part in subsets_of(rest) {
            if self.spend() {
                return;
            }
            let index = (top | part) as usize;
            let remainder = self.outside.best[(rest ^ part) as usize];
            if self.outside.weight[index] + remainder > slack {
                continue;
            }
            let block = spread(index as u32, self.complement);
            let alone = self.round.alone[block as usize];
            if alone + remainder <= slack {
                self.keep(block, block);
                self.split_complement(rest ^ part, slack - alone);
            }
            let joint = self.outside.joint[index];
            if joint + remainder <= slack {
                self.keep(block, block | self.union);
                self.split_complement(rest ^ part, slack - joint);
            }
        }
    }

    fn keep(&mut self, block: u32, inputs: u32) {
        units_of(block).for_each(|unit| self.kept[unit] = inputs);
    }

    fn spend(&mut self) -> bool {
        let looks = self.steps_left.is_multiple_of(1 << 16);
        self.full |= self.steps_left == 0 || looks && (self.stop)();
        self.steps_left = self.steps_left.saturating_sub(1);
        self.full
    }

    fn leaf(&mut self) {
        let cut = Cut {
            kept: self.kept.clone(),
        };
        let pairs = f64::from(cut.pairs());
        let gap = self.round.losses.of_cut(&cut) - self.round.lambda * pairs;
        if gap > tolerance(self.round.lambda, pairs) || self.cuts.contains(&cut) {
            return;
        }
        if self.cuts.len() >= self.cuts_max {
            self.full = true;
        } else {
            self.cuts.insert(cut);
        }
    }
}
