//! A stage over a range of blocks: row sums → slopes → scheme → what is shown next.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::adaptive::{Seven, Variable, Worst};
use super::advance::{Kick, euler, heun, leapfrog, rk4};
use super::fused::{self, Alike, Room};
use super::noise::{NoiseStream, normal_pair};
use super::plant::Block;
use super::rows::Rows;
use super::scheme::{Scheme, StageClock};
use super::scratch::Scratch;
use super::segment::{Kind, NoiseKind, Segment};
use super::show::show_chunk;
use super::shown::Shown;
use super::slopes::{Chunk, Inputs, Slopes, Views};
use super::{BLOCK, CHUNK};
use crate::base::isa::{Arith, Isa, Kernel};
use crate::base::{ExactSum, VertexId};
use crate::dynamics::dopri5::Tolerance;

/// Exact sums of what the slots of a population show.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MeanSum {
    /// Of sin θ, or x.
    pub first: ExactSum,
    /// Of cos θ, or y.
    pub second: ExactSum,
}

impl MeanSum {
    /// The means over `count` slots.
    #[must_use]
    pub fn mean(&self, count: u64) -> [f64; 2] {
        let n = count.max(1) as f64;
        [self.first.value() / n, self.second.value() / n]
    }

    /// Adds the sums of other slots.
    pub fn merge(&mut self, other: &Self) {
        self.first.merge(&other.first);
        self.second.merge(&other.second);
    }
}

/// What all parts of a stage read.
pub(super) struct Shared<'a, S> {
    pub(super) segments: &'a [Segment],
    pub(super) blocks: &'a [Block],
    pub(super) rows: &'a Rows,
    /// The table of the stage; empty when nobody reads a row and slots read their own entry only.
    pub(super) table: &'a [S],
    pub(super) ids: &'a [VertexId],
    pub(super) scheme: Scheme,
    pub(super) clock: StageClock,
    pub(super) noise: NoiseStream,
    pub(super) means: &'a [[f64; 2]],
    pub(super) listened: &'a [bool],
    pub(super) tolerance: Tolerance,
    /// Whether the slopes where the step begins are known from the step before.
    pub(super) known: bool,
}

/// The blocks of one worker, and their numbers.
pub(super) struct Part<'a, S> {
    pub(super) blocks: Range<usize>,
    pub(super) slots: Range<usize>,
    pub(super) first: &'a mut [f64],
    pub(super) second: &'a mut [f64],
    pub(super) sum_first: &'a mut [f64],
    pub(super) sum_second: &'a mut [f64],
    pub(super) held: &'a mut [f64],
    pub(super) next: &'a mut [S],
    /// Slopes of both variables under the adaptive scheme; empty under others.
    pub(super) slopes: [&'a mut [Seven]; 2],
}

/// What is heard of a stage: what each listened population shows, and the worst error of a step.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    pub(super) means: Vec<MeanSum>,
    pub(super) worst: Worst,
}

/// Runs a part of a stage.
pub(super) fn run_part<S: Shown>(
    isa: Isa,
    shared: &Shared<S>,
    mut part: Part<S>,
    scratch: &mut Scratch<S>,
) -> Heard {
    let mut worst = Worst::default();
    let listens = shared.listened.contains(&true);
    let count = if listens { shared.listened.len() } else { 0 };
    let mut means = vec![MeanSum::default(); count];
    let Scratch {
        alike,
        sums,
        parameters,
        before,
    } = scratch;
    alike.clear();
    let segments = shared.segments.iter();
    alike.extend(segments.map(|own| Alike::of(own, shared.scheme, shared.means)));
    for block in part.blocks.clone() {
        let Block { segment, slots } = &shared.blocks[block];
        let own = &shared.segments[*segment];
        if !shared.table.is_empty() {
            shared.rows.sum(isa, block, shared.table, sums);
        }
        let heard = isa.run(BlockRun {
            shared,
            segment: own,
            alike: alike[*segment].as_ref(),
            slots: slots.clone(),
            sums,
            part: &mut part,
            scratch: (parameters, before),
            worst: &mut worst,
        });
        if listens {
            means[own.population].merge(&heard);
        }
    }
    Heard { means, worst }
}

struct BlockRun<'a, 'b, S> {
    shared: &'a Shared<'a, S>,
    segment: &'a Segment,
    alike: Option<&'a Alike>,
    slots: Range<usize>,
    sums: &'a [S; BLOCK],
    part: &'a mut Part<'b, S>,
    scratch: (&'a mut Room, &'a mut [S; BLOCK]),
    worst: &'a mut Worst,
}

/// The numbers of a chunk's slots.
pub(super) struct Cells<'a> {
    pub(super) first: &'a mut [f64],
    pub(super) second: &'a mut [f64],
    sum_first: &'a mut [f64],
    sum_second: &'a mut [f64],
    held: &'a mut [f64],
}

/// The chunk's part of an array that holds nothing when no model has a second variable.
#[inline(always)]
fn cut<'b, T>(values: &'b mut [T], range: &Range<usize>) -> &'b mut [T] {
    if values.is_empty() {
        values
    } else {
        &mut values[range.start..range.end]
    }
}

impl<S: Shown> Kernel for BlockRun<'_, '_, S> {
    type Output = MeanSum;

    #[inline(always)]
    fn run<A: Arith>(self, a: A) -> MeanSum {
        match self.alike {
            Some(alike) => self.run_alike(a, alike),
            None => self.run_each(a),
        }
    }
}

impl<S: Shown> BlockRun<'_, '_, S> {
    #[inline(always)]
    fn run_alike<A: Arith>(self, a: A, alike: &Alike) -> MeanSum {
        let (shared, part, n) = (self.shared, self.part, self.slots.len());
        let within = self.slots.start - part.slots.start..self.slots.end - part.slots.start;
        let next = &mut part.next[within.clone()];
        let (parameters, before) = self.scratch;
        let start = self.slots.start - self.segment.slots.start;
        let cells = fused::Cells {
            sums: &self.sums[..n],
            before: if !shared.table.is_empty() {
                &shared.table[self.slots.clone()]
            } else if self.segment.kind == Kind::Phase {
                &[]
            } else {
                before[..n].copy_from_slice(next);
                &before[..n]
            },
            first: &mut part.first[within.clone()],
            second: cut(part.second, &within),
            sum_first: &mut part.sum_first[within.clone()],
            sum_second: cut(part.sum_second, &within),
            next,
            ids: &shared.ids[self.slots.clone()],
        };
        let wanted = shared.listened[self.segment.population];
        let own = (self.segment, start..start + n);
        alike.stage(
            a,
            own,
            (shared.clock, shared.noise),
            cells,
            parameters,
            wanted,
        )
    }

    #[inline(always)]
    fn run_each<A: Arith>(self, a: A) -> MeanSum {
        let (mut rows, mut means) = (([0.0; CHUNK], [0.0; CHUNK]), MeanSum::default());
        let mut slopes = Slopes {
            first: [0.0; CHUNK],
            second: [0.0; CHUNK],
            damping: [0.0; CHUNK],
        };
        let views = Views::of(self.segment, self.shared.means);
        for start in self.slots.clone().step_by(CHUNK) {
            let chunk = start..(start + CHUNK).min(self.slots.end);
            let n = chunk.len();
            let sums = &self.sums[start - self.slots.start..][..n];
            for ((first, second), sum) in rows.0.iter_mut().zip(&mut rows.1).zip(sums) {
                (*first, *second) = (sum.first(), sum.second());
            }
            let step = ChunkStep {
                shared: self.shared,
                segment: self.segment,
                views: &views,
                chunk,
            };
            let sums = (&rows.0[..n], &rows.1[..n]);
            let heard = step.run(a, self.part, sums, &mut slopes, self.worst);
            if self.shared.listened[self.segment.population] {
                means.first.add_slice(&heard.0[..n]);
                means.second.add_slice(&heard.1[..n]);
            }
        }
        means
    }
}

struct ChunkStep<'a, S> {
    shared: &'a Shared<'a, S>,
    segment: &'a Segment,
    views: &'a Views<'a>,
    chunk: Range<usize>,
}

impl<S: Shown> ChunkStep<'_, S> {
    /// Advances the chunk and gives what it shows.
    #[inline(always)]
    fn run<A: Arith>(
        &self,
        a: A,
        part: &mut Part<S>,
        sums: (&[f64], &[f64]),
        slopes: &mut Slopes,
        worst: &mut Worst,
    ) -> (Chunk, Chunk) {
        let shared = self.shared;
        let kind = self.segment.kind;
        let n = self.chunk.len();
        let within = self.chunk.start - part.slots.start..self.chunk.end - part.slots.start;
        let next = &mut part.next[within.clone()];
        let mut own = ([0.0; CHUNK], [0.0; CHUNK]);
        let before = if shared.table.is_empty() {
            &*next
        } else {
            &shared.table[self.chunk.clone()]
        };
        for ((entry, first), second) in before.iter().zip(&mut own.0).zip(&mut own.1) {
            (*first, *second) = (entry.first(), entry.second());
        }
        let mut cells = Cells {
            first: &mut part.first[within.clone()],
            second: cut(part.second, &within),
            sum_first: &mut part.sum_first[within.clone()],
            sum_second: cut(part.sum_second, &within),
            held: cut(part.held, &within),
        };
        let clock = &shared.clock;
        let keeps_held = shared.scheme.keeps_held();
        let inputs = Inputs {
            places: self.chunk.start - self.segment.slots.start
                ..self.chunk.end - self.segment.slots.start,
            own: (&own.0[..n], &own.1[..n]),
            held: if keeps_held {
                &*cells.held
            } else {
                &*cells.second
            },
            sums,
            time_s: clock.time_s + shared.scheme.node(clock.stage) * clock.step_s,
        };
        self.views.slopes(a, kind, &inputs, slopes);
        if kind.is_second_order() && shared.scheme != Scheme::Leapfrog {
            let held = if keeps_held {
                &cells.held[..n]
            } else {
                &cells.second[..n]
            };
            let acceleration = &mut slopes.second[..n];
            for ((k, rate), v) in acceleration.iter_mut().zip(&slopes.damping).zip(held) {
                *k = a.mul_add(-rate, *v, *k);
            }
        }
        if shared.scheme == Scheme::DormandPrince {
            let [first, second] = &mut part.slopes;
            let all = [&mut first[within.clone()], cut(second, &within)];
            self.adapt(&mut cells, slopes, all, worst);
        } else {
            self.advance(a, &mut cells, slopes);
        }
        self.shake(a, (&own.0[..n], &own.1[..n]), &mut cells, slopes);
        if kind.hides_second() && keeps_held {
            cells.held.copy_from_slice(&slopes.second[..n]);
        }
        self.show(a, slopes, next)
    }

    /// Turns slopes into the states of the next stage.
    #[inline(always)]
    fn advance<A: Arith>(&self, a: A, cells: &mut Cells, slopes: &mut Slopes) {
        let n = self.chunk.len();
        let StageClock {
            stage, step_s: h, ..
        } = self.shared.clock;
        let pair = self.segment.kind.has_second();
        match self.shared.scheme {
            Scheme::Rk4 => {
                rk4(
                    a,
                    stage,
                    h,
                    cells.first,
                    cells.sum_first,
                    &mut slopes.first[..n],
                );
                if pair {
                    rk4(
                        a,
                        stage,
                        h,
                        cells.second,
                        cells.sum_second,
                        &mut slopes.second[..n],
                    );
                }
            }
            Scheme::SymplecticEuler if self.segment.kind.is_second_order() => {
                euler(a, h, cells.second, &mut slopes.second[..n]);
                slopes.first[..n].copy_from_slice(&slopes.second[..n]);
                euler(a, h, cells.first, &mut slopes.first[..n]);
            }
            Scheme::SymplecticEuler | Scheme::EulerMaruyama => {
                euler(a, h, cells.first, &mut slopes.first[..n]);
                if pair {
                    euler(a, h, cells.second, &mut slopes.second[..n]);
                }
            }
            Scheme::StochasticHeun => {
                heun(
                    a,
                    stage,
                    h,
                    cells.first,
                    cells.sum_first,
                    &mut slopes.first[..n],
                );
                if pair {
                    heun(
                        a,
                        stage,
                        h,
                        cells.second,
                        cells.sum_second,
                        &mut slopes.second[..n],
                    );
                }
            }
            Scheme::Leapfrog => leapfrog(a, stage, h, cells, slopes, n),
            // Its stages keep all slopes: see `adapt`.
            Scheme::DormandPrince => {}
        }
    }

    /// A stage of the adaptive scheme: towards the end of the step, or the judgement there.
    fn adapt(
        &self,
        cells: &mut Cells,
        slopes: &mut Slopes,
        kept: [&mut [Seven]; 2],
        worst: &mut Worst,
    ) {
        let (shared, n) = (self.shared, self.chunk.len());
        let StageClock { stage, step_s, .. } = shared.clock;
        let known = shared.known && stage == 0;
        let ids = &shared.ids[self.chunk.clone()];
        let [first, second] = kept;
        let is_angle = self.segment.kind.is_phase();
        let variables = [
            (
                &*cells.first,
                &mut *cells.sum_first,
                first,
                &mut slopes.first,
                is_angle,
            ),
            (
                &*cells.second,
                &mut *cells.sum_second,
                second,
                &mut slopes.second,
                false,
            ),
        ];
        let count = if self.segment.kind.has_second() { 2 } else { 1 };
        for (start, end, slopes, k, is_angle) in variables.into_iter().take(count) {
            let mut variable = Variable { start, end, slopes };
            if stage + 1 < shared.scheme.stages() {
                variable.advance(stage as usize, step_s, known, &mut k[..n]);
            } else {
                let judged = (shared.tolerance, is_angle);
                variable.judge(step_s, judged, &mut k[..n], (ids, worst));
            }
        }
    }

    /// Adds noise: where a step ends, and in Heun's method to its prediction too.
    #[inline(always)]
    fn shake<A: Arith>(&self, a: A, own: (&[f64], &[f64]), cells: &mut Cells, slopes: &mut Slopes) {
        let shared = self.shared;
        let heun = shared.scheme == Scheme::StochasticHeun;
        let last = shared.clock.stage + 1 == shared.scheme.stages();
        let scales = self.segment.noise_kind == NoiseKind::Multiplicative;
        let due = if heun {
            shared.clock.stage == 0 || scales
        } else {
            last
        };
        if !due || self.segment.acting.noise.is_zero() {
            return;
        }
        let n = self.chunk.len();
        let places =
            self.chunk.start - self.segment.slots.start..self.chunk.end - self.segment.slots.start;
        let sigma = self.views.noise.at(&places);
        let mut normal = ([0.0; CHUNK], [0.0; CHUNK]);
        let ids = &shared.ids[self.chunk.clone()];
        for ((first, second), id) in normal.0.iter_mut().zip(&mut normal.1).zip(ids) {
            (*first, *second) = normal_pair(a, shared.noise, shared.clock.step, *id);
        }
        let kick = Kick {
            root: shared.clock.step_s.sqrt(),
            sigma: &sigma[..n],
            scales,
            heun,
            stage: shared.clock.stage,
        };
        let kind = self.segment.kind;
        let (first, second) = (&mut slopes.first[..n], &mut slopes.second[..n]);
        if kind.is_second_order() {
            let target = (&mut *cells.second, &mut *cells.sum_second);
            kick.add(a, &normal.0[..n], cells.held, target, second);
        } else {
            let target = (&mut *cells.first, &mut *cells.sum_first);
            kick.add(a, &normal.0[..n], own.0, target, first);
        }
        if kind == Kind::StuartLandau {
            let target = (&mut *cells.second, &mut *cells.sum_second);
            kick.add(a, &normal.1[..n], own.1, target, second);
        }
    }

    #[inline(always)]
    fn show<A: Arith>(&self, a: A, slopes: &Slopes, next: &mut [S]) -> (Chunk, Chunk) {
        let n = self.chunk.len();
        let kind = self.segment.kind;
        let mut shown = ([0.0; CHUNK], [0.0; CHUNK]);
        show_chunk(a, kind, &slopes.first[..n], &slopes.second[..n], &mut shown);
        for ((next, first), second) in next.iter_mut().zip(&shown.0).zip(&shown.1) {
            *next = S::new(*first, *second);
        }
        shown
    }
}
