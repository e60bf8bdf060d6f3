//! The commonest stages in one pass: segments in which all slots are driven alike.
//!
//! The general way through a chunk keeps every intermediate number in a buffer; here they stay in
//! registers. Both do the same operations in the same order and give the same bits.

use std::ops::Range;

use super::BLOCK;
use super::lane::Lane;
use super::noise::{NoiseStream, normal_pair};
use super::scheme::{Scheme, StageClock};
use super::segment::{Kind, NoiseKind, Segment};
use super::shown::Shown;
use super::work::MeanSum;
use crate::base::VertexId;
use crate::base::isa::Arith;

/// A segment in which all slots are driven alike, under a scheme that has a pass of its own.
#[derive(Clone, Copy)]
pub(super) struct Alike {
    pub(super) kind: Kind,
    pub(super) coupling: f64,
    pub(super) shift: f64,
    pub(super) damping: f64,
    pub(super) force: f64,
    pub(super) noise: f64,
    pub(super) lag: (f64, f64),
    /// Σ strength · mean over the felt populations, and Σ strength.
    pub(super) mean: (f64, f64),
    pub(super) strength: f64,
}

/// The numbers of a block, and of its row sums.
pub(super) struct Cells<'a, S> {
    pub(super) sums: &'a [S],
    /// What the slots show; empty for phases that nothing reads by rows, which read `next`.
    pub(super) before: &'a [S],
    pub(super) first: &'a mut [f64],
    pub(super) second: &'a mut [f64],
    pub(super) sum_first: &'a mut [f64],
    pub(super) sum_second: &'a mut [f64],
    pub(super) next: &'a mut [S],
    pub(super) ids: &'a [VertexId],
}

/// Room for a block's numbers: parameters that are the same for all its slots, slopes and noise.
pub(super) type Room = [[f64; BLOCK]; 8];

impl Alike {
    /// When a segment is such a one.
    pub(super) fn of(segment: &Segment, scheme: Scheme, means: &[[f64; 2]]) -> Option<Self> {
        let alike = |lane: &Lane| match lane {
            Lane::Uniform(value) => Some(*value),
            Lane::Each(_) => None,
        };
        let acting = &segment.acting;
        let quiet = acting.noise.is_zero();
        let plain = segment.swing.is_zero() && segment.noise_kind == NoiseKind::Additive;
        let has_pass = match (segment.kind, scheme) {
            (Kind::Phase, Scheme::Rk4) | (Kind::Harmonic, Scheme::SymplecticEuler) => quiet,
            (Kind::StuartLandau, Scheme::StochasticHeun) => true,
            _ => false,
        };
        if !(plain && has_pass) {
            return None;
        }
        let is_phase = segment.kind.is_phase();
        let mut own = Self {
            kind: segment.kind,
            coupling: alike(&acting.coupling)?,
            shift: alike(&acting.shift)?,
            damping: alike(&acting.damping)?,
            force: alike(&acting.force)?,
            noise: alike(&acting.noise)?,
            lag: if is_phase {
                (alike(&segment.twist)?, alike(&segment.twist_cos)?)
            } else {
                (0.0, 1.0)
            },
            mean: (0.0, 0.0),
            strength: 0.0,
        };
        for (of, strength) in &acting.means {
            let [first, second] = means.get(*of).copied().unwrap_or([f64::NAN; 2]);
            own.mean.0 += strength * first;
            own.mean.1 += strength * second;
            own.strength += strength;
        }
        Some(own)
    }

    /// A stage of the segment's scheme over the slots at `places` of it. Gives the sums of what
    /// they show, if those are wanted.
    #[inline(always)]
    pub(super) fn stage<A: Arith, S: Shown>(
        &self,
        a: A,
        (segment, places): (&Segment, Range<usize>),
        (clock, noise): (StageClock, NoiseStream),
        mut cells: Cells<S>,
        room: &mut Room,
        wanted: bool,
    ) -> MeanSum {
        let n = places.len();
        let [one, two, three, four, slopes @ .., noise_x, noise_y] = room;
        let omega = segment.omega.block(places.start, &mut one[..n]);
        let (h, cells) = (clock.step_s, &mut cells);
        if self.kind != Kind::Phase {
            let rate = segment.rate.block(places.start, &mut two[..n]);
            let weight = segment.row_weight.block(places.start, &mut three[..n]);
            if self.kind == Kind::Harmonic {
                self.springs(a, h, (omega, rate, weight), cells);
            } else {
                let turns = Turns {
                    omega,
                    mu: rate,
                    c2: segment.twist.block(places.start, &mut four[..n]),
                    weight,
                };
                let [kx, ky] = slopes;
                let rooms = [
                    &mut kx[..n],
                    &mut ky[..n],
                    &mut noise_x[..n],
                    &mut noise_y[..n],
                ];
                self.amplitudes(a, clock, noise, turns, cells, rooms);
            }
            let mut means = MeanSum::default();
            if wanted {
                for ((first, second), shown) in one.iter_mut().zip(&mut *two).zip(&*cells.next) {
                    (*first, *second) = (shown.first(), shown.second());
                }
                means.first.add_slice(&one[..n]);
                means.second.add_slice(&two[..n]);
            }
            return means;
        }
        let rooms = [two, three, four];
        match (clock.stage, wanted) {
            (0, false) => self.phases::<A, S, 0, false>(a, h, omega, cells, rooms),
            (0, true) => self.phases::<A, S, 0, true>(a, h, omega, cells, rooms),
            (1, false) => self.phases::<A, S, 1, false>(a, h, omega, cells, rooms),
            (1, true) => self.phases::<A, S, 1, true>(a, h, omega, cells, rooms),
            (2, false) => self.phases::<A, S, 2, false>(a, h, omega, cells, rooms),
            (2, true) => self.phases::<A, S, 2, true>(a, h, omega, cells, rooms),
            (_, false) => self.phases::<A, S, 3, false>(a, h, omega, cells, rooms),
            (_, true) => self.phases::<A, S, 3, true>(a, h, omega, cells, rooms),
        }
    }

    #[inline(always)]
    fn springs<A: Arith, S: Shown>(
        &self,
        a: A,
        h: f64,
        (omega, rate, weight): (&[f64], &[f64], &[f64]),
        cells: &mut Cells<S>,
    ) {
        let n = omega.len();
        let (rate, weight) = (&rate[..n], &weight[..n]);
        let (sums, before) = (&cells.sums[..n], &cells.before[..n]);
        let (first, second) = (&mut cells.first[..n], &mut cells.second[..n]);
        let next = &mut cells.next[..n];
        for i in 0..n {
            let (x, v) = (before[i].first(), second[i]);
            let turn = omega[i] + self.shift;
            let pull = a.mul_add(-weight[i], x, sums[i].first());
            let mean = a.mul_add(-self.strength, x, self.mean.0);
            let driven = a.mul_add(self.coupling, pull, mean + self.force);
            let push = a.mul_add(-turn * turn, x, driven);
            let k = a.mul_add(-(rate[i] + self.damping), v, push);
            let v = a.mul_add(h, k, v);
            let x = a.mul_add(h, v, first[i]);
            (first[i], second[i]) = (x, v);
            next[i] = S::new(x, 0.0);
        }
    }

    /// A stage of Heun's method. Loops are functions of slices, which tells the compiler that what
    /// they write is not what they read.
    #[inline(always)]
    fn amplitudes<A: Arith, S: Shown>(
        &self,
        a: A,
        clock: StageClock,
        noise: NoiseStream,
        turns: Turns,
        cells: &mut Cells<S>,
        [kx, ky, wx, wy]: [&mut [f64]; 4],
    ) {
        let n = turns.omega.len();
        let h = clock.step_s;
        self.amplitude_slopes(a, turns, (&cells.before[..n], &cells.sums[..n]), kx, ky);
        if clock.stage > 0 {
            correct(a, h, kx, &cells.sum_first[..n], &mut cells.first[..n]);
            correct(a, h, ky, &cells.sum_second[..n], &mut cells.second[..n]);
            pair_up(&cells.first[..n], &cells.second[..n], &mut cells.next[..n]);
            return;
        }
        if self.noise != 0.0 {
            let scale = self.noise * h.sqrt();
            shake(a, scale, (noise, clock.step), &cells.ids[..n], wx, wy);
        } else {
            wx.fill(0.0);
            wy.fill(0.0);
        }
        predict(a, h, wx, &cells.first[..n], kx, &mut cells.sum_first[..n]);
        predict(a, h, wy, &cells.second[..n], ky, &mut cells.sum_second[..n]);
        pair_up(kx, ky, &mut cells.next[..n]);
    }

    #[inline(always)]
    fn amplitude_slopes<A: Arith, S: Shown>(
        &self,
        a: A,
        turns: Turns,
        (before, sums): (&[S], &[S]),
        kx: &mut [f64],
        ky: &mut [f64],
    ) {
        let n = kx.len();
        let (before, sums, ky) = (&before[..n], &sums[..n], &mut ky[..n]);
        let (omega, mu) = (&turns.omega[..n], &turns.mu[..n]);
        let (c2, weight) = (&turns.c2[..n], &turns.weight[..n]);
        for i in 0..n {
            let (x, y) = (before[i].first(), before[i].second());
            let square = a.mul_add(x, x, y * y);
            let growth = mu[i] - square - self.damping - self.strength;
            let turning = a.mul_add(-c2[i], square, omega[i] + self.shift);
            let pull_x = a.mul_add(-weight[i], x, sums[i].first());
            let pull_y = a.mul_add(-weight[i], y, sums[i].second());
            let drawn_x = a.mul_add(self.coupling, pull_x, self.mean.0 + self.force);
            let drawn_y = a.mul_add(self.coupling, pull_y, self.mean.1);
            kx[i] = a.mul_add(growth, x, a.mul_add(-turning, y, drawn_x));
            ky[i] = a.mul_add(growth, y, a.mul_add(turning, x, drawn_y));
        }
    }
}

/// Parameters of a block of Stuart–Landau oscillators.
#[derive(Clone, Copy)]
struct Turns<'a> {
    omega: &'a [f64],
    mu: &'a [f64],
    c2: &'a [f64],
    weight: &'a [f64],
}

/// Noise of one step, times its intensity.
#[inline(always)]
fn shake<A: Arith>(
    a: A,
    scale: f64,
    (noise, step): (NoiseStream, u64),
    ids: &[VertexId],
    wx: &mut [f64],
    wy: &mut [f64],
) {
    for ((id, wx), wy) in ids.iter().zip(wx).zip(wy) {
        let (gx, gy) = normal_pair(a, noise, step, *id);
        (*wx, *wy) = (scale * gx, scale * gy);
    }
}

/// Heun's first stage: `k` becomes the prediction, `sum` what the second stage starts from.
#[inline(always)]
fn predict<A: Arith>(a: A, h: f64, w: &[f64], y: &[f64], k: &mut [f64], sum: &mut [f64]) {
    for (((w, y), k), sum) in w.iter().zip(y).zip(k).zip(sum) {
        *sum = a.mul_add(0.5 * h, *k, *y) + w;
        *k = a.mul_add(h, *k, *y) + w;
    }
}

/// Heun's second stage.
#[inline(always)]
fn correct<A: Arith>(a: A, h: f64, k: &[f64], sum: &[f64], y: &mut [f64]) {
    for ((k, sum), y) in k.iter().zip(sum).zip(y) {
        *y = a.mul_add(0.5 * h, *k, *sum);
    }
}

#[inline(always)]
fn pair_up<S: Shown>(x: &[f64], y: &[f64], next: &mut [S]) {
    for ((x, y), next) in x.iter().zip(y).zip(next) {
        *next = S::new(*x, *y);
    }
}
