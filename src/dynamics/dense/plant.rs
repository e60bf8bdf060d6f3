//! The arrays themselves, and a stage over all of them.

use std::ops::Range;
use std::sync::Arc;

use super::BLOCK;
use super::adaptive::{Seven, Worst};
use super::noise::NoiseStream;
use super::parts::run_parts;
use super::rows::Rows;
use super::scheme::{Scheme, StageClock};
use super::scratch::{HasScratch, Scratches};
use super::segment::{Acting, Segment};
use super::show::ShowRun;
use super::shown::Pair;
use super::work::{MeanSum, Part, Shared};
use crate::base::{VertexId, isa::Isa, pages::Pages};
use crate::dynamics::dopri5::Tolerance;

/// Work of a stage (row entries and eight a slot) below which a second thread costs more than it
/// brings: waking it takes as long as some ten thousand entries.
const BESIDE_FROM: usize = 600_000;

/// Slots of one segment that are worked on together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) segment: usize,
    pub(super) slots: Range<usize>,
}

/// What every slot and then the halo shows: now, and after the stage that is running.
#[derive(Clone, Debug)]
pub(super) enum Tables {
    Single(Pages<f64>, Pages<f64>),
    Pair(Pages<Pair>, Pages<Pair>),
}

impl Tables {
    /// What a slot, or a place of the halo, shows.
    pub(super) fn shown(&self, slot: usize) -> Pair {
        match self {
            Self::Single(now, _) => [now[slot], 0.0],
            Self::Pair(now, _) => now[slot],
        }
    }
}

/// Resonators as dense arrays.
#[derive(Clone, Debug)]
pub struct DensePlant {
    pub(super) isa: Isa,
    pub(super) segments: Vec<Segment>,
    pub(super) blocks: Vec<Block>,
    pub(super) ids: Vec<VertexId>,
    pub(super) first: Pages<f64>,
    pub(super) second: Pages<f64>,
    pub(super) sum_first: Pages<f64>,
    pub(super) sum_second: Pages<f64>,
    held: Pages<f64>,
    pub(super) tables: Tables,
    /// Shared by copies of the arrays for as long as none changes a weight.
    pub(super) rows: Arc<Rows>,
    listened: Vec<bool>,
    sums: Vec<MeanSum>,
    means: Vec<[f64; 2]>,
    counts: Vec<u64>,
    noise: NoiseStream,
    /// Whether a state was set since the sums were formed.
    stale_sums: bool,
    /// Slopes of both variables, the tolerances and the worst error of the adaptive scheme.
    pub(super) slopes: [Vec<Seven>; 2],
    pub(super) tolerance: Tolerance,
    pub(super) worst: Worst,
    /// Whether the slopes where the step begins are known from the step before.
    pub(super) known: bool,
    scratch: Scratches,
    /// The threads of stages that are worth several.
    pool: Option<Arc<rayon::ThreadPool>>,
}

impl Default for DensePlant {
    fn default() -> Self {
        Self::build(
            Isa::best(),
            Vec::new(),
            Vec::new(),
            Vec::new(),
            (0, 0),
            |_| 0,
            |_, _, _| {},
        )
    }
}

impl DensePlant {
    /// Arrays for the slots of `segments`, which follow each other, with vertices `ids` in states
    /// `states`. The entries of rows name slots, or from `ids.len()` on the `halo` of vertices that
    /// live elsewhere; segments and their means name populations below `populations`.
    #[must_use]
    pub fn build(
        isa: Isa,
        segments: Vec<Segment>,
        ids: Vec<VertexId>,
        states: Vec<[f64; 2]>,
        (halo, populations): (usize, usize),
        degree: impl Fn(usize) -> usize,
        fill: impl FnMut(usize, &mut Vec<u32>, &mut Vec<f64>),
    ) -> Self {
        let n = ids.len();
        let blocks: Vec<Block> = segments
            .iter()
            .enumerate()
            .flat_map(|(segment, own)| {
                let slots = own.slots.clone();
                slots.clone().step_by(BLOCK).map(move |start| Block {
                    segment,
                    slots: start..(start + BLOCK).min(slots.end),
                })
            })
            .collect();
        let rows = Rows::build(blocks.iter().map(|b| b.slots.clone()), degree, fill);
        let pairs = segments.iter().any(|s| s.kind.shows_pair());
        let wide = segments.iter().any(|s| s.kind.has_second());
        let mut listened = vec![false; populations];
        let mut counts = vec![0; populations];
        for segment in &segments {
            segment
                .acting
                .means
                .iter()
                .for_each(|(of, _)| listened[*of] = true);
            counts[segment.population] += segment.slots.len() as u64;
        }
        let first = Pages::of(states.iter().map(|s| s[0]));
        let seconds = if wide { &states[..] } else { &[] };
        let second = Pages::of(seconds.iter().map(|s| s[1]));
        drop(states);
        let ahead = if rows.entries() == 0 { 0 } else { n + halo };
        let mut plant = Self {
            isa,
            sum_first: Pages::zeroed(n),
            sum_second: Pages::zeroed(second.len()),
            held: second.clone(),
            first,
            second,
            tables: if pairs {
                Tables::Pair(Pages::zeroed(n + halo), Pages::zeroed(ahead))
            } else {
                Tables::Single(Pages::zeroed(n + halo), Pages::zeroed(ahead))
            },
            segments,
            blocks,
            ids,
            rows: Arc::new(rows),
            listened,
            sums: vec![MeanSum::default(); populations],
            means: vec![[0.0; 2]; populations],
            counts,
            noise: NoiseStream::default(),
            stale_sums: false,
            slopes: Default::default(),
            tolerance: Tolerance::default(),
            worst: Worst::default(),
            known: false,
            scratch: Scratches::default(),
            pool: None,
        };
        plant.show(0..n);
        plant.stale_sums = true;
        plant.settle_sums();
        plant.take_own_means();
        plant
    }

    /// Sets the stream that noise is drawn from.
    pub fn set_noise(&mut self, noise: NoiseStream) {
        self.noise = noise;
    }

    /// Number of slots.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no slot.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The vertex of every slot.
    #[must_use]
    pub fn ids(&self) -> &[VertexId] {
        &self.ids
    }

    /// θ or x of every slot.
    #[must_use]
    pub fn first(&self) -> &[f64] {
        &self.first
    }

    /// v or y of every slot; empty when no model has one.
    #[must_use]
    pub fn second(&self) -> &[f64] {
        &self.second
    }

    /// What a slot, or a place of the halo, shows.
    #[must_use]
    pub fn shown(&self, slot: usize) -> Pair {
        self.tables.shown(slot)
    }

    /// Sets what a place of the halo shows.
    pub fn set_shown(&mut self, slot: usize, shown: Pair) {
        match &mut self.tables {
            Tables::Single(now, _) => now[slot] = shown[0],
            Tables::Pair(now, _) => now[slot] = shown,
        }
    }

    /// Takes a state from outside; sums over populations follow at the next [`Self::settle_sums`].
    pub fn write(&mut self, slot: usize, first: f64, second: f64) {
        self.first[slot] = first;
        if let Some(own) = self.second.get_mut(slot) {
            *own = second;
            self.held[slot] = second;
        }
        self.show(slot..slot + 1);
        self.stale_sums = true;
    }

    /// Takes the states of all slots from outside, with the means of the slots here.
    pub fn restore(&mut self, first: &[f64], second: &[f64]) {
        for (slot, first) in first.iter().enumerate() {
            self.write(slot, *first, second.get(slot).copied().unwrap_or(0.0));
        }
        self.settle_sums();
        self.take_own_means();
    }

    /// Shows states, by the same functions as the stages do.
    fn show(&mut self, slots: Range<usize>) {
        for own in 0..self.segments.len() {
            let segment = &self.segments[own];
            let (start, end) = (
                slots.start.max(segment.slots.start),
                slots.end.min(segment.slots.end),
            );
            if start >= end {
                continue;
            }
            let kind = segment.kind;
            let first = &self.first[start..end];
            let second = self.second.get(start..end).unwrap_or_default();
            let (isa, slots) = (self.isa, start..end);
            match &mut self.tables {
                Tables::Single(now, _) => isa.run(ShowRun {
                    kind,
                    first,
                    second,
                    shown: &mut now[slots],
                }),
                Tables::Pair(now, _) => isa.run(ShowRun {
                    kind,
                    first,
                    second,
                    shown: &mut now[slots],
                }),
            }
        }
    }

    /// The segment of a slot.
    #[must_use]
    pub fn segment_of(&self, slot: usize) -> usize {
        self.segments.partition_point(|s| s.slots.end <= slot)
    }

    /// The segments.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Says that the mean over a population is felt, here or on another machine.
    pub fn listen(&mut self, population: usize) {
        if let Some(listened) = self.listened.get_mut(population)
            && !std::mem::replace(listened, true)
        {
            self.stale_sums = true;
        }
    }

    /// Sets what acts on a segment.
    pub fn act(&mut self, segment: usize, acting: Acting) {
        acting.means.iter().for_each(|(of, _)| self.listen(*of));
        self.segments[segment].acting = acting;
    }

    /// Exact sums of what each listened population shows here, and its number of slots here.
    pub fn sums(&self) -> impl Iterator<Item = (&MeanSum, u64)> {
        self.sums.iter().zip(self.counts.iter().copied())
    }

    /// Forms the sums anew when states were set from outside.
    pub fn settle_sums(&mut self) {
        if !std::mem::take(&mut self.stale_sums) {
            return;
        }
        let mut sums = vec![MeanSum::default(); self.listened.len()];
        for segment in self.segments.iter().filter(|s| self.listened[s.population]) {
            for slot in segment.slots.clone() {
                let [first, second] = self.shown(slot);
                sums[segment.population].first.add(first);
                sums[segment.population].second.add(second);
            }
        }
        self.sums = sums;
    }

    /// Takes the means over the slots here; right where there is no other machine.
    pub fn take_own_means(&mut self) {
        for ((mean, sum), count) in self.means.iter_mut().zip(&self.sums).zip(&self.counts) {
            *mean = sum.mean(*count);
        }
    }

    /// Sets the means over whole populations.
    pub fn set_means(&mut self, means: impl Iterator<Item = [f64; 2]>) {
        self.means
            .iter_mut()
            .zip(means)
            .for_each(|(own, mean)| *own = mean);
    }

    /// Runs one stage of a scheme. What the halo shows and the means must be up to date.
    pub fn stage(&mut self, threads: usize, scheme: Scheme, clock: StageClock) {
        let nothing = Tables::Single(Pages::default(), Pages::default());
        let mut tables = std::mem::replace(&mut self.tables, nothing);
        match &mut tables {
            Tables::Single(now, next) => self.stage_on(threads, (scheme, clock), now, next),
            Tables::Pair(now, next) => self.stage_on(threads, (scheme, clock), now, next),
        }
        self.tables = tables;
    }

    fn stage_on<S: HasScratch>(
        &mut self,
        threads: usize,
        (scheme, clock): (Scheme, StageClock),
        now: &mut Pages<S>,
        next: &mut Pages<S>,
    ) {
        let small = self.rows.entries() + 8 * self.len() < BESIDE_FROM;
        let threads = if small { 1 } else { threads.max(1) };
        if threads > 1
            && self
                .pool
                .as_ref()
                .is_none_or(|p| p.current_num_threads() != threads)
        {
            // Without threads to be had, everything runs on this one.
            let built = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            self.pool = built.ok().map(Arc::new);
        }
        if scheme == Scheme::DormandPrince && self.slopes[0].len() != self.ids.len() {
            self.slopes = [&self.first, &self.second].map(|own| vec![[0.0; 7]; own.len()]);
        }
        let cuts = self.cuts(threads);
        let alone = next.is_empty();
        let (table, target) = if alone {
            (&[][..], &mut **now)
        } else {
            (&now[..], &mut **next)
        };
        let shared = Shared {
            segments: &self.segments,
            blocks: &self.blocks,
            rows: &self.rows,
            table,
            ids: &self.ids,
            scheme,
            clock,
            noise: self.noise,
            means: &self.means,
            listened: &self.listened,
            tolerance: self.tolerance,
            known: self.known,
        };
        let [slopes, slopes_second] = &mut self.slopes;
        let mut rest = Part {
            blocks: 0..self.blocks.len(),
            slots: 0..self.ids.len(),
            first: &mut self.first,
            second: &mut self.second,
            sum_first: &mut self.sum_first,
            sum_second: &mut self.sum_second,
            held: &mut self.held,
            next: target,
            slopes: [slopes, slopes_second],
        };
        let mut parts = Vec::with_capacity(threads);
        for cut in cuts {
            let (part, after) = rest.split(cut, &self.blocks);
            parts.push(part);
            rest = after;
        }
        let pool = self.pool.as_deref().filter(|_| threads > 1);
        let scratch = S::scratch(&mut self.scratch, parts.len());
        let heard = run_parts(self.isa, &shared, parts, scratch, pool);
        self.worst = heard.worst;
        if !heard.means.is_empty() {
            self.sums = heard.means;
        }
        self.known = true;
        if !alone {
            std::mem::swap(now, next);
        }
    }

    /// Ends of the workers' ranges of blocks, with like work in each.
    fn cuts(&self, threads: usize) -> Vec<usize> {
        let cost = |block: usize| self.rows.entries_of(block) + 8 * self.blocks[block].slots.len();
        let total = self.rows.entries() + 8 * self.len();
        let mut cuts = Vec::with_capacity(threads);
        let mut done = 0;
        for block in 0..self.blocks.len() {
            if threads > 1 && done >= total * (cuts.len() + 1) / threads && cuts.len() + 1 < threads
            {
                cuts.push(block);
            }
            done += cost(block);
        }
        cuts.push(self.blocks.len());
        cuts
    }
}
