//! The steps from samples to unit phasors, for a group of channels side by side.

use crate::base::fft::RealFft;
use crate::base::isa::{Arith, Kernel};

use super::window::FrameWindow;

/// The most channels of a group.
pub(super) const WIDTH_MAX: usize = 32;
/// Frames whose phasors are made at once.
const ROWS: usize = 16;
/// Squares of lengths that have lost no digits.
const LEAST_SQUARE: f64 = 1e-280;
const MOST_SQUARE: f64 = 1e280;
/// 2⁵²⁰ and 2⁻⁵²⁰.
const LIFT: f64 = f64::from_bits((1023 + 520) << 52);
const SINK: f64 = f64::from_bits((1023 - 520) << 52);

/// Channels of a window that are transformed at once.
pub(super) struct Group<'a> {
    /// Channels, and frames.
    pub count: usize,
    pub frames: usize,
    /// Frame after frame.
    pub samples: &'a [f64],
    pub means: &'a [f64],
}

/// The samples of channels in a row of a window; neighbours are a part of it, others are gathered.
#[inline(always)]
fn picked<'a>(row: &'a [f64], channels: &[usize], room: &'a mut [f64; WIDTH_MAX]) -> &'a [f64] {
    let (first, count) = (channels[0], channels.len());
    if channels[count - 1] - first + 1 == count {
        return &row[first..first + count];
    }
    for (to, c) in room.iter_mut().zip(channels) {
        *to = row[*c];
    }
    &room[..count]
}

impl Group<'_> {
    /// Writes the samples at a place, less their means.
    #[inline(always)]
    fn centred(&self, place: usize, to: &mut [f64]) {
        let row = &self.samples[place * self.count..(place + 1) * self.count];
        for ((to, x), m) in to.iter_mut().zip(row).zip(self.means) {
            *to = x - m;
        }
    }
}

/// Takes the scaled samples of channels out of a window, where they are far apart, and their means.
pub(super) struct Gather<'a> {
    pub window: &'a FrameWindow,
    pub channels: &'a [usize],
    pub scales: &'a [f64],
    pub samples: &'a mut [f64],
    pub means: &'a mut [f64],
}

impl Kernel for Gather<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let mut room = [0.0; WIDTH_MAX];
        let rows = self.samples.chunks_exact_mut(self.channels.len());
        for (place, to) in rows.enumerate() {
            let row = picked(self.window.row(place), self.channels, &mut room);
            let each = to.iter_mut().zip(row).zip(self.scales);
            for (((to, x), s), mean) in each.zip(self.means.iter_mut()) {
                *to = x * s;
                *mean += *to;
            }
        }
        for mean in self.means {
            *mean /= self.window.len() as f64;
        }
    }
}

pub(super) struct Load<'a>(
    pub &'a Group<'a>,
    pub &'a RealFft,
    pub &'a mut [f64],
    pub &'a mut [f64],
);

impl Kernel for Load<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let Self(group, plan, re, im) = self;
        let batch = group.count;
        if !plan.len().is_multiple_of(2) {
            im.fill(0.0);
        }
        for place in 0..plan.len() {
            group.centred(place, plan.slot(place, batch, re, im));
        }
    }
}

/// Multiplies bins by their weights; turned, they become those of the quadrature: −i/2 times the
/// weighted ones, 0 at DC and Nyquist.
pub(super) struct Weigh<'a> {
    pub weights: &'a [f64],
    pub z: (&'a mut [f64], &'a mut [f64]),
    pub width: usize,
    pub is_turned: bool,
}

impl Kernel for Weigh<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let last = self.weights.len() - 1;
        let rows = self.z.0.chunks_exact_mut(self.width);
        let rows = rows.zip(self.z.1.chunks_exact_mut(self.width));
        for (k, ((re, im), weight)) in rows.zip(self.weights).enumerate() {
            let (a, b) = match (self.is_turned, k == 0 || k == last) {
                (false, _) => (*weight, *weight),
                (true, true) => (0.0, 0.0),
                // The transform takes the parts in the other order, which turns by i.
                (true, false) => (-0.5 * weight, 0.5 * weight),
            };
            for x in re {
                *x *= a;
            }
            for y in im {
                *y *= b;
            }
        }
    }
}

/// Makes unit phasors of a group, adds them to the sums of their places and keeps them.
pub(super) struct Unit<'a> {
    pub group: &'a Group<'a>,
    /// Analytic signals; where `has_own`, the quadratures alone, by even and odd samples.
    pub z: (&'a [f64], &'a [f64]),
    pub has_own: bool,
    pub sums: (&'a mut [f64], &'a mut [f64]),
    pub width: usize,
    pub keep: Option<(&'a mut [f64], &'a mut [f64])>,
}

/// 1/√x for normal x, within 4e-16, and a finite number for 0: from the bits, by four steps of
/// Newton, which take half the time of a division and a root.
#[inline(always)]
fn inverse_root(x: f64) -> f64 {
    let mut y = f64::from_bits(0x5FE6_EB50_C7B5_37A9_u64.wrapping_sub(x.to_bits() >> 1));
    let half = 0.5 * x;
    for _ in 0..4 {
        y *= 1.5 - half * y * y;
    }
    y
}

/// z/|z|; 0 where z = 0.
#[inline(always)]
pub fn unit(re: f64, im: f64) -> (f64, f64) {
    let square = re * re + im * im;
    let lift = if square < LEAST_SQUARE { LIFT } else { 1.0 };
    let lift = if square > MOST_SQUARE { SINK } else { lift };
    plain_unit(re * lift, im * lift)
}

/// The same for lengths whose squares are normal numbers, or 0.
#[inline(always)]
fn plain_unit(re: f64, im: f64) -> (f64, f64) {
    let inverse = inverse_root(re * re + im * im);
    (re * inverse, im * inverse)
}

impl Kernel for Unit<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(mut self, _: A) {
        let (count, n) = (self.group.count, self.group.frames);
        let (mut x, mut y) = ([0.0; ROWS * WIDTH_MAX], [0.0; ROWS * WIDTH_MAX]);
        for first in (0..n).step_by(ROWS) {
            let size = ROWS.min(n - first) * count;
            let (x, y) = (&mut x[..size], &mut y[..size]);
            self.take(first, x, y);
            for (a, b) in x.iter_mut().zip(y.iter_mut()) {
                // Scaled channels: what is too small for its square is nothing but rounding.
                (*a, *b) = plain_unit(*a, *b);
            }
            self.give(first, x, y);
        }
    }
}

impl Unit<'_> {
    /// The analytic signals from frame `first` on.
    #[inline(always)]
    fn take(&self, first: usize, x: &mut [f64], y: &mut [f64]) {
        let count = self.group.count;
        if !self.has_own {
            let at = first * count..first * count + x.len();
            x.copy_from_slice(&self.z.0[at.clone()]);
            y.copy_from_slice(&self.z.1[at]);
            return;
        }
        let rows = x.chunks_exact_mut(count).zip(y.chunks_exact_mut(count));
        for (place, (x, y)) in (first..).zip(rows) {
            self.group.centred(place, x);
            let from = if place % 2 == 0 { self.z.1 } else { self.z.0 };
            let at = place / 2 * count;
            y.copy_from_slice(&from[at..at + count]);
        }
    }

    /// Adds phasors from frame `first` on to their sums, and keeps them.
    #[inline(always)]
    fn give(&mut self, first: usize, x: &[f64], y: &[f64]) {
        let (count, n) = (self.group.count, self.group.frames);
        for (sums, from) in [(&mut *self.sums.0, x), (&mut *self.sums.1, y)] {
            let rows = sums[first * self.width..].chunks_exact_mut(self.width);
            for (sums, row) in rows.zip(from.chunks_exact(count)) {
                for (sum, x) in sums.iter_mut().zip(row) {
                    *sum += x;
                }
            }
        }
        if let Some((re, im)) = &mut self.keep {
            for (k, (x, y)) in x.iter().zip(y).enumerate() {
                let at = k % count * n + first + k / count;
                (re[at], im[at]) = (*x, *y);
            }
        }
    }
}

/// Sums the places of groups, each half added to the other until one is left.
pub(super) struct Fold<'a>(pub &'a mut [f64], pub &'a [f64], pub usize);

impl Kernel for Fold<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let Self(sums, lanes, width) = self;
        for (sum, own) in sums.iter_mut().zip(lanes.chunks_exact(width)) {
            let mut room = [0.0; WIDTH_MAX];
            room[..width].copy_from_slice(own);
            for half in [16, 8, 4, 2, 1] {
                for k in 0..half {
                    room[k] += room[k + half];
                }
            }
            *sum = room[0];
        }
    }
}
