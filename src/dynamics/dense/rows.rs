//! Rows of the coupling matrix as the hot loop reads them.

use std::ops::Range;

use super::BLOCK;
use super::shown::Shown;
use super::weights::{Alike, Each, FAR, Weights, WeightsOf};
use crate::base::isa::{Arith, Isa, Kernel, fetch, fetch_once};
use crate::base::pages::Pages;

/// Entries between the one that is summed and the one whose source is fetched.
const AHEAD: usize = 192;
/// Sources, and weights, in a cache line.
const LINE: (usize, usize) = (16, 8);
/// Bytes of a table from which fetching pays: the second-level cache of a common core less what
/// streams through it. Below, the core's own look-ahead covers the latency.
const FETCH_FROM: usize = 1 << 20;
/// Entries from which fetching the streams pays: they have outgrown the second-level cache.
const STREAM_FROM: usize = 3 << 18;

/// Rows of one block that have the same number of entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    degree: u32,
    rows: u32,
}

/// Where the numbers of a block begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Mark {
    run: usize,
    row: usize,
    entry: usize,
}

/// The rows of all blocks, within a block in order of their length.
///
/// A row that ends where the branch predictor expects it costs its arithmetic only; slots keep
/// their order, and so do the entries of a row, whose sum is formed from left to right.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    marks: Vec<Mark>,
    runs: Vec<Run>,
    slots: Vec<u16>,
    /// With [`FAR`] more at the end.
    sources: Pages<u32>,
    weights: Weights,
}

impl Rows {
    /// Rows for blocks of slots. `degree` tells how many entries a slot's row has, and `fill`
    /// appends their sources' slots and their weights.
    pub fn build(
        blocks: impl IntoIterator<Item = Range<usize>>,
        degree: impl Fn(usize) -> usize,
        mut fill: impl FnMut(usize, &mut Vec<u32>, &mut Vec<f64>),
    ) -> Self {
        let mut rows = Self::default();
        let mut order: Vec<usize> = Vec::with_capacity(BLOCK);
        let blocks: Vec<Range<usize>> = blocks.into_iter().collect();
        let entries: usize = blocks.iter().cloned().flatten().map(&degree).sum();
        rows.sources = Pages::zeroed(entries + FAR);
        let (mut own, mut entry) = ((Vec::new(), Vec::new()), 0);
        rows.slots
            .reserve_exact(blocks.iter().map(ExactSizeIterator::len).sum());
        for block in blocks {
            let mark = rows.mark(entry);
            rows.marks.push(mark);
            order.clear();
            order.extend(block.clone());
            order.sort_by_key(|slot| degree(*slot));
            for &slot in &order {
                let length = degree(slot) as u32;
                match rows.runs[mark.run..].last_mut() {
                    Some(run) if run.degree == length => run.rows += 1,
                    _ => rows.runs.push(Run {
                        degree: length,
                        rows: 1,
                    }),
                }
                rows.slots.push((slot - block.start) as u16);
                if length > 0 {
                    own.0.clear();
                    own.1.clear();
                    fill(slot, &mut own.0, &mut own.1);
                    let end = entry + length as usize;
                    rows.sources[entry..end].copy_from_slice(&own.0);
                    rows.weights.take(&own.1, entry, entries);
                    entry = end;
                }
            }
        }
        rows.marks.push(rows.mark(entry));
        rows
    }

    fn mark(&self, entry: usize) -> Mark {
        Mark {
            run: self.runs.len(),
            row: self.slots.len(),
            entry,
        }
    }

    /// Number of entries: directed edges.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.marks.last().map_or(0, |end| end.entry)
    }

    /// Number of entries of a block's rows.
    #[must_use]
    pub fn entries_of(&self, block: usize) -> usize {
        self.marks[block + 1].entry - self.marks[block].entry
    }

    /// The entries of the slot that is number `index` of a block.
    #[must_use]
    pub fn row(&self, block: usize, index: usize) -> (&[u32], &[f64]) {
        let (mark, end) = (self.marks[block], self.marks[block + 1]);
        let (mut row, mut entry) = (mark.row, mark.entry);
        for run in &self.runs[mark.run..end.run] {
            let next = row + run.rows as usize;
            let degree = run.degree as usize;
            let found = self.slots[row..next]
                .iter()
                .position(|slot| usize::from(*slot) == index);
            if let Some(at) = found {
                let start = entry + at * degree;
                let range = start..start + degree;
                return (&self.sources[range.clone()], self.weights.of(range));
            }
            (row, entry) = (next, entry + degree * run.rows as usize);
        }
        (&[], &[])
    }

    /// Calls `visit` with each row of a block: the number of its slot there, sources and weights.
    pub(super) fn visit(&self, block: usize, mut visit: impl FnMut(usize, &[u32], &[f64])) {
        let (mark, end) = (self.marks[block], self.marks[block + 1]);
        let (runs, slots) = (
            &self.runs[mark.run..end.run],
            &self.slots[mark.row..end.row],
        );
        for (slot, entries) in places(runs, slots, mark.entry) {
            visit(
                slot,
                &self.sources[entries.clone()],
                self.weights.of(entries),
            );
        }
    }

    /// Calls `change` with each row of a block: the number of its slot there, sources and weights.
    pub(super) fn change(
        &mut self,
        block: usize,
        mut change: impl FnMut(usize, &[u32], &mut [f64]),
    ) {
        self.weights.spread(self.entries(), self.entries());
        let Weights::Each(weights) = &mut self.weights else {
            return;
        };
        let (mark, end) = (self.marks[block], self.marks[block + 1]);
        let (runs, slots) = (
            &self.runs[mark.run..end.run],
            &self.slots[mark.row..end.row],
        );
        for (slot, entries) in places(runs, slots, mark.entry) {
            change(slot, &self.sources[entries.clone()], &mut weights[entries]);
        }
    }

    /// Sums the rows of a block over a table: `sums[i] = Σⱼ wᵢⱼ tableⱼ`.
    pub(super) fn sum<S: Shown>(&self, isa: Isa, block: usize, table: &[S], sums: &mut [S; BLOCK]) {
        let entries = self.marks[block].entry..self.marks[block + 1].entry;
        let far = entries.start + FAR..entries.end + FAR;
        match &self.weights {
            Weights::Alike(weights) => self.sum_with(isa, block, Alike(weights), (table, sums)),
            Weights::Each(weights) => {
                let (own, far) = (&weights[entries], &weights[far]);
                self.sum_with(isa, block, Each { own, far }, (table, sums));
            }
        }
    }

    fn sum_with<'a, S: Shown>(
        &'a self,
        isa: Isa,
        block: usize,
        weights: impl WeightsOf<'a>,
        (table, sums): (&'a [S], &'a mut [S; BLOCK]),
    ) {
        let (mark, end) = (self.marks[block], self.marks[block + 1]);
        let own = SumRows {
            runs: &self.runs[mark.run..end.run],
            slots: &self.slots[mark.row..end.row],
            sources: &self.sources[mark.entry..end.entry],
            ahead: &self.sources[mark.entry + AHEAD..end.entry + AHEAD],
            far: &self.sources[mark.entry + FAR..end.entry + FAR],
            weights,
            table,
            sums,
        };
        if size_of_val(table) >= FETCH_FROM {
            isa.run(Fetching::<S, _, true>(own));
        } else if self.entries() >= STREAM_FROM {
            isa.run(Fetching::<S, _, false>(own));
        } else {
            isa.run(own);
        }
    }
}

/// The slot of each row of a block, and where its entries are; the first begin at `entry`.
fn places<'a>(
    runs: &'a [Run],
    slots: &'a [u16],
    mut entry: usize,
) -> impl Iterator<Item = (usize, Range<usize>)> + 'a {
    let degrees = runs
        .iter()
        .flat_map(|run| std::iter::repeat_n(run.degree as usize, run.rows as usize));
    slots.iter().zip(degrees).map(move |(slot, degree)| {
        let start = entry;
        entry += degree;
        (usize::from(*slot), start..entry)
    })
}

/// A kernel of its own, so that nothing else competes for registers in the innermost loop.
struct SumRows<'a, S, W> {
    runs: &'a [Run],
    slots: &'a [u16],
    sources: &'a [u32],
    /// What is [`AHEAD`] entries after each source.
    ahead: &'a [u32],
    /// What is [`FAR`] entries after each source.
    far: &'a [u32],
    weights: W,
    table: &'a [S],
    sums: &'a mut [S; BLOCK],
}

impl<'a, S: Shown, W: WeightsOf<'a>> Kernel for SumRows<'a, S, W> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, a: A) {
        self.sum::<A, false, false>(a);
    }
}

/// The same for rows that have outgrown the second-level cache, and perhaps a table that has too.
struct Fetching<'a, S, W, const TABLE: bool>(SumRows<'a, S, W>);

impl<'a, S: Shown, W: WeightsOf<'a>, const TABLE: bool> Kernel for Fetching<'a, S, W, TABLE> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, a: A) {
        self.0.sum::<A, TABLE, true>(a);
    }
}

impl<'a, S: Shown, W: WeightsOf<'a>> SumRows<'a, S, W> {
    #[inline(always)]
    fn sum<A: Arith, const TABLE: bool, const STREAMS: bool>(mut self, a: A) {
        let (mut slots, mut sources) = (self.slots, self.sources);
        let (mut ahead, mut far) = (self.ahead, self.far);
        for run in self.runs {
            let (own, rest) = slots.split_at(run.rows as usize);
            slots = rest;
            let degree = run.degree as usize;
            let count = degree * own.len();
            let (own_sources, rest) = sources.split_at(count);
            sources = rest;
            let (own_ahead, rest) = ahead.split_at(count);
            ahead = rest;
            let (own_far, rest) = far.split_at(count);
            far = rest;
            if degree == 0 {
                for slot in own {
                    self.sums[usize::from(*slot) % BLOCK] = S::default();
                }
                continue;
            }
            let rows = own_sources
                .chunks_exact(degree)
                .zip(self.weights.next(own.len(), degree))
                .zip(own_ahead.chunks_exact(degree))
                .zip(own_far.chunks_exact(degree));
            for (slot, (((sources, (weights, heavy)), ahead), far)) in own.iter().zip(rows) {
                if TABLE {
                    far.chunks(LINE.0).for_each(|line| fetch(&line[0]));
                    heavy.chunks(LINE.1).for_each(|line| fetch(&line[0]));
                } else if STREAMS {
                    far.chunks(LINE.0).for_each(|line| fetch_once(&line[0]));
                    heavy.chunks(LINE.1).for_each(|line| fetch_once(&line[0]));
                }
                let (two_sources, last_source) = sources.as_chunks::<2>();
                let (two_weights, last_weight) = weights.as_chunks::<2>();
                let (two_ahead, last_ahead) = ahead.as_chunks::<2>();
                let (mut even, mut odd) = (S::default(), S::default());
                let two = two_sources.iter().zip(two_weights).zip(two_ahead);
                for ((source, weight), ahead) in two {
                    if TABLE {
                        fetch(&self.table[ahead[0] as usize]);
                        fetch(&self.table[ahead[1] as usize]);
                    }
                    even = self.table[source[0] as usize].add_to(a, weight[0], even);
                    odd = self.table[source[1] as usize].add_to(a, weight[1], odd);
                }
                if let ([source], [weight], [ahead]) = (last_source, last_weight, last_ahead) {
                    if TABLE {
                        fetch(&self.table[*ahead as usize]);
                    }
                    even = self.table[*source as usize].add_to(a, *weight, even);
                }
                self.sums[usize::from(*slot) % BLOCK] = odd.add_to(a, 1.0, even);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums of rows with `degree` entries over a table of `700 * stride` places, of which every
    /// `stride`-th is read.
    fn sums(stride: u32, degree: impl Fn(usize) -> usize) -> [[f64; BLOCK]; 2] {
        let source = |slot: usize, k: u32| (37 * slot as u32 + 101 * k) % 700 * stride;
        let blocks = [0..BLOCK, BLOCK..700];
        let rows = Rows::build(blocks, &degree, |slot, sources, weights| {
            let entries = 0..degree(slot) as u32;
            sources.extend(entries.clone().map(|k| source(slot, k)));
            weights.extend(entries.map(|k| 0.1 + f64::from(k)));
        });
        let entries: usize = (0..700).map(degree).sum();
        assert_eq!(rows.entries(), entries);
        let table: Vec<f64> = (0..700 * stride)
            .map(|at| 1.0 / f64::from(at / stride + 1))
            .collect();
        [0, 1].map(|block| {
            let mut sums = [0.0; BLOCK];
            rows.sum(Isa::best(), block, &table, &mut sums);
            sums
        })
    }

    #[test]
    fn a_large_table_gives_the_sums_of_a_small_one() {
        let large = (FETCH_FROM / size_of::<f64>()).div_ceil(700) as u32;
        let degree = |slot: usize| slot % 23;
        assert_eq!(sums(1, degree), sums(large, degree));
    }

    #[test]
    fn long_streams_give_the_sums_from_left_to_right() {
        let degree = STREAM_FROM.div_ceil(700);
        let [own, _] = sums(1, |_| degree);
        let mut expected = [0.0; 2];
        for k in 0..degree as u32 {
            let value = 1.0 / f64::from((37 * 5 + 101 * k) % 700 + 1);
            expected[k as usize % 2] += (0.1 + f64::from(k)) * value;
        }
        let expected = expected[0] + expected[1];
        assert!(
            (own[5] / expected - 1.0).abs() < 1e-12,
            "{} {expected}",
            own[5]
        );
    }
}
