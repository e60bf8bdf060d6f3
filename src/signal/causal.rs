//! Phases without waiting for a window's end: a Hilbert transformer of finite response.
//!
//! Type III of 65 taps: `h[m] = 2/(πm)` for odd m = i − 32 and 0 for even m, times a symmetric
//! Hamming window. Re z(t) = x(t − 32), Im z(t) = `Σ h[i] x(t − i)`. Below about fs/65 the
//! quadrature is too weak, and nothing is taken off a mean, so this is for signals around 0.

use crate::base::isa::{Arith, Isa, Kernel};
use crate::base::num;

use super::phase_steps::unit;
use super::taper::{Shape, Symmetry, Taper};
use super::window::FrameWindow;

/// Taps of the filter.
pub const TAPS: usize = 65;
/// Its delay, samples.
pub const DELAY: usize = TAPS / 2;

/// The 65 coefficients.
#[must_use]
pub fn coefficients() -> [f64; TAPS] {
    let taper = Taper {
        shape: Shape::Hamming,
        symmetry: Symmetry::Symmetric,
    };
    let factors = taper.factors(TAPS);
    std::array::from_fn(|i| {
        let m = i as f64 - DELAY as f64;
        match i.abs_diff(DELAY) % 2 {
            1 => 2.0 / (num::PI * m) * factors[i],
            _ => 0.0,
        }
    })
}

/// R(t) of the valid channels over the samples of a window that have 64 before them in it, kept as
/// the window moves on.
#[derive(Clone, Debug, Default)]
pub struct CausalOrder {
    /// Sums of unit phasors over valid channels, by number of the frame.
    order: Vec<f64>,
    valid: Vec<usize>,
    /// Numbers of the first and one after the last frame with a value.
    done: (u64, u64),
    capacity: usize,
    coefficients: Vec<f64>,
    re: Vec<f64>,
    im: Vec<f64>,
}

impl CausalOrder {
    /// Forgets all values.
    pub fn clear(&mut self) {
        self.done = (0, 0);
    }

    /// Takes the phases of a window whose oldest frame has the number `first`.
    pub fn look(&mut self, isa: Isa, window: &FrameWindow, first: u64, valid: &[usize]) {
        if self.coefficients.is_empty() {
            self.coefficients = coefficients().to_vec();
        }
        if self.capacity != window.capacity() || self.valid != valid {
            self.capacity = window.capacity();
            self.order.resize(self.capacity, 0.0);
            self.valid.clear();
            self.valid.extend_from_slice(valid);
            self.done = (0, 0);
        }
        let (from, to) = (first + TAPS as u64 - 1, first + window.len() as u64);
        if from >= to {
            self.done = (0, 0);
            return;
        }
        if self.done.1 < from || self.done.0 > from {
            self.done = (from, from);
        }
        for frame in self.done.1..to {
            let place = (frame - first) as usize;
            let sum = isa.run(Step {
                own: (&self.coefficients, &mut self.re, &mut self.im),
                window,
                place,
                valid,
            });
            let at = (frame % self.capacity as u64) as usize;
            let order = (sum.0 * sum.0 + sum.1 * sum.1).sqrt();
            self.order[at] = (order / valid.len().max(1) as f64).min(1.0);
        }
        self.done = (from, to);
    }

    /// The values, oldest first.
    pub fn values(&self) -> impl Iterator<Item = f64> + '_ {
        let capacity = self.capacity.max(1) as u64;
        (self.done.0..self.done.1).map(move |frame| self.order[(frame % capacity) as usize])
    }

    /// Their mean; `None` when there is none.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let count = self.done.1 - self.done.0;
        (count > 0).then(|| (self.values().sum::<f64>() / count as f64).min(1.0))
    }
}

/// Phasors by the filter at one frame of a window, for all channels side by side; there are at
/// least [`TAPS`] frames up to `place`.
#[inline(always)]
pub(super) fn phasors(
    h: &[f64],
    window: &FrameWindow,
    place: usize,
    (re, im): (&mut Vec<f64>, &mut Vec<f64>),
) {
    re.clear();
    re.extend_from_slice(window.row(place - DELAY));
    im.clear();
    im.resize(window.channel_count(), 0.0);
    for i in (1..=DELAY).step_by(2) {
        // Odd: the coefficients on both sides differ in sign alone.
        let newer = window.row(place - DELAY + i);
        let older = window.row(place - DELAY - i);
        let own = h[DELAY + i];
        for ((sum, a), b) in im.iter_mut().zip(older).zip(newer) {
            *sum += own * (a - b);
        }
    }
    for (x, y) in re.iter_mut().zip(im.iter_mut()) {
        (*x, *y) = unit(*x, *y);
    }
}

struct Step<'a> {
    own: (&'a [f64], &'a mut Vec<f64>, &'a mut Vec<f64>),
    window: &'a FrameWindow,
    place: usize,
    valid: &'a [usize],
}

impl Kernel for Step<'_> {
    type Output = (f64, f64);

    #[inline(always)]
    fn run<A: Arith>(self, _: A) -> (f64, f64) {
        let (h, re, im) = self.own;
        phasors(h, self.window, self.place, (&mut *re, &mut *im));
        let mut sum = (0.0, 0.0);
        for c in self.valid {
            sum.0 += re[*c];
            sum.1 += im[*c];
        }
        sum
    }
}
