//! Phase locking of all pairs by the causal filter, moved on frame by frame.
//!
//! Phasors are rounded to multiples of 2⁻²⁴ (or a coarser power for windows beyond 8,192 samples),
//! so that their products and sums are whole numbers: what leaves a window is taken off without a
//! rest, however long a run is, and the sums are those of the window alone. The rounding moves a
//! phase-locking value by less than 1e-9.

use crate::base::isa::{Arith, Isa, Kernel};

use super::causal::{TAPS, coefficients, phasors};
use super::pairs::pair;
use super::window::FrameWindow;

/// Finest power of 2 that phasors are rounded to.
const BITS: u32 = 24;

/// Σ uᵢ uⱼ* of all pairs over the samples of a window that have 64 before them in it.
#[derive(Clone, Debug, Default)]
pub struct CausalLocking {
    channels: usize,
    capacity: usize,
    scale: f64,
    coefficients: Vec<f64>,
    /// Phasor of frame t of channel c at `c · capacity + t mod capacity`.
    re: Vec<i32>,
    im: Vec<i32>,
    /// Lower triangle, the diagonal included, row by row.
    sums: Vec<(i64, i64)>,
    /// Numbers of the first and one after the last frame in the sums.
    summed: (u64, u64),
    row: (Vec<f64>, Vec<f64>),
}

impl CausalLocking {
    /// Forgets all sums.
    pub fn clear(&mut self) {
        self.sums.fill((0, 0));
        self.summed = (0, 0);
    }

    /// Takes the phases of a window whose oldest frame has the number `first`.
    pub fn look(&mut self, isa: Isa, window: &FrameWindow, first: u64) {
        self.fit(window);
        let (from, to) = (first + TAPS as u64 - 1, first + window.len() as u64);
        if from >= to || self.summed.1 < from || self.summed.0 > from {
            self.sums.fill((0, 0));
            self.summed = (from, from);
        }
        if from >= to {
            return;
        }
        self.add(isa, self.summed.0, from, -1);
        for frame in self.summed.1..to {
            self.put(isa, window, (frame - first) as usize, frame);
        }
        self.add(isa, self.summed.1, to, 1);
        self.summed = (from, to);
    }

    fn fit(&mut self, window: &FrameWindow) {
        let (channels, capacity) = (window.channel_count(), window.capacity());
        if (self.channels, self.capacity) == (channels, capacity) {
            return;
        }
        (self.channels, self.capacity) = (channels, capacity);
        // Two products of 2·bits each, `capacity` times, stay below 2⁶³.
        let room = 61 - capacity.next_power_of_two().ilog2();
        self.scale = f64::from(1u32 << BITS.min(room / 2));
        self.coefficients = coefficients().to_vec();
        self.re = vec![0; channels * capacity];
        self.im = vec![0; channels * capacity];
        self.sums = vec![(0, 0); channels * (channels + 1) / 2];
        self.summed = (0, 0);
    }

    fn put(&mut self, isa: Isa, window: &FrameWindow, place: usize, frame: u64) {
        isa.run(Filter {
            h: &self.coefficients,
            window,
            place,
            row: &mut self.row,
        });
        let at = (frame % self.capacity as u64) as usize;
        let (re, im) = (&self.row.0, &self.row.1);
        for (c, (x, y)) in re.iter().zip(im).enumerate() {
            // What comes of samples that are not finite is 0, and leaves nothing behind.
            let is_unit = x.abs() <= 1.5 && y.abs() <= 1.5;
            let scale = if is_unit { self.scale } else { 0.0 };
            self.re[c * self.capacity + at] = (x * scale).round() as i32;
            self.im[c * self.capacity + at] = (y * scale).round() as i32;
        }
    }

    /// Adds the products of frames `from .. to`, or takes them off.
    fn add(&mut self, isa: Isa, from: u64, to: u64, sign: i64) {
        let capacity = self.capacity as u64;
        let mut at = from;
        while at < to {
            let start = (at % capacity) as usize;
            let length = (to - at).min(capacity - start as u64) as usize;
            isa.run(Products {
                own: (&self.re, &self.im, self.capacity),
                range: start..start + length,
                channels: self.channels,
                sums: &mut self.sums,
                sign,
            });
            at += length as u64;
        }
    }

    /// Samples in the sums.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.summed.1 - self.summed.0
    }

    /// Phase-locking value of a pair, 0 … 1; `None` without samples.
    #[must_use]
    pub fn value(&self, i: usize, j: usize) -> Option<f64> {
        let count = self.samples();
        let (re, im) = *self.sums.get(pair(i, j))?;
        let unit = self.scale * self.scale * count as f64;
        let (re, im) = (re as f64 / unit, im as f64 / unit);
        (count > 0).then(|| (re * re + im * im).sqrt().min(1.0))
    }
}

struct Filter<'a> {
    h: &'a [f64],
    window: &'a FrameWindow,
    place: usize,
    row: &'a mut (Vec<f64>, Vec<f64>),
}

impl Kernel for Filter<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let row = (&mut self.row.0, &mut self.row.1);
        phasors(self.h, self.window, self.place, row);
    }
}

struct Products<'a> {
    own: (&'a [i32], &'a [i32], usize),
    range: std::ops::Range<usize>,
    channels: usize,
    sums: &'a mut [(i64, i64)],
    sign: i64,
}

impl Kernel for Products<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let (re, im, capacity) = self.own;
        let of = |c: usize| {
            let at = c * capacity + self.range.start..c * capacity + self.range.end;
            (&re[at.clone()], &im[at])
        };
        let mut sums = self.sums.iter_mut();
        for i in 0..self.channels {
            let (a, b) = of(i);
            for j in 0..=i {
                let (c, d) = of(j);
                let (mut x, mut y) = (0i64, 0i64);
                for t in 0..a.len() {
                    let (ar, ai) = (i64::from(a[t]), i64::from(b[t]));
                    let (br, bi) = (i64::from(c[t]), i64::from(d[t]));
                    x += ar * br + ai * bi;
                    y += ai * br - ar * bi;
                }
                if let Some(sum) = sums.next() {
                    sum.0 += self.sign * x;
                    sum.1 += self.sign * y;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;
    use crate::base::random::{KeyedRng, Purpose};

    fn frame(t: u64) -> Vec<f64> {
        let noise = |c| 0.5 * KeyedRng::new(3, Purpose::Sensor, c, t).normal();
        let tone = |c: u64| num::sin(0.4 * t as f64 + c as f64);
        let mut row: Vec<f64> = (0..4).map(|c| tone(c) + noise(c)).collect();
        if t == 333 {
            row[1] = f64::NAN;
        }
        row
    }

    #[test]
    fn a_window_that_has_moved_far_has_the_sums_of_its_samples_alone() {
        let mut window = FrameWindow::new(4, 200);
        let mut moved = CausalLocking::default();
        for t in 0..3000 {
            window.push(&frame(t)).unwrap();
            if t % 7 == 0 && window.len() > 100 {
                let first = t + 1 - window.len() as u64;
                moved.look(Isa::best(), &window, first);
                let mut fresh = CausalLocking::default();
                fresh.look(Isa::Baseline, &window, 0);
                assert_eq!(moved.sums, fresh.sums, "{t}");
            }
        }
        assert_eq!(moved.samples(), 136);
    }

    #[test]
    fn rounding_moves_a_value_by_less_than_a_billionth() {
        let mut window = FrameWindow::new(4, 1064);
        let mut locking = CausalLocking::default();
        for t in 1000..2064 {
            window.push(&frame(t)).unwrap();
        }
        locking.look(Isa::best(), &window, 0);
        let h = coefficients();
        let mut sum = (0.0, 0.0);
        for place in TAPS - 1..1064 {
            let (mut re, mut im) = (Vec::new(), Vec::new());
            phasors(&h, &window, place, (&mut re, &mut im));
            sum.0 += re[2] * re[1] + im[2] * im[1];
            sum.1 += im[2] * re[1] - re[2] * im[1];
        }
        let expected = num::hypot(sum.0, sum.1) / 1000.0;
        let off = (locking.value(2, 1).unwrap() - expected).abs();
        assert!(off < 1e-9, "{off:e}");
    }
}
