//! `AxisTransform`: DST-II, DCT-II and real DFT along one axis, by one complex FFT for two rows.
//!
//! All three have the same core. Let v be a row, reordered as below, V its DFT and w a twiddle;
//! then the modes of the pair (k, n − k) are Re wₖVₖ and −Im wₖVₖ, up to their norm:
//!
//! - periodic: v = u, wₖ = e^(−iπk/n) for the half cell by which centres are shifted;
//! - Neumann: even entries ascending, then odd ones descending, wₖ = e^(−iπk/2n) (Makhoul, 1980,
//!   "A fast cosine transform in one and two dimensions", IEEE Trans. ASSP 28, 27–34);
//! - Dirichlet: as Neumann after negating the odd entries, modes in reverse order.
//!
//! Two real rows travel as the real and imaginary part of one complex row.

use std::fmt;

use nalgebra::Complex;

use crate::base::fft::Fft;
use crate::base::num;

use super::axis::{Axis, Boundary};

type Complex64 = Complex<f64>;

/// Pairs of rows that are transformed at once.
const BATCH: usize = 8;

/// The orthonormal transform along one axis; owns its plans, tables and buffers.
#[derive(Clone)]
pub struct AxisTransform {
    boundary: Boundary,
    n: usize,
    /// √Δx / √n: the norm of the modes that stand alone.
    alone: f64,
    /// wₖ √(Δx/2n), k = 0 … n/2: the twiddle, the norm and the ½ of separating two rows.
    twiddles: Vec<Complex64>,
    /// What undoes `alone` and the norm of the twiddles.
    alone_inverse: f64,
    pair_inverse: f64,
    fft: Fft,
    row: Vec<Complex64>,
    spectrum: Vec<Complex64>,
    re: Vec<f64>,
    im: Vec<f64>,
    scratch: Vec<f64>,
    spare: Vec<f64>,
}

impl fmt::Debug for AxisTransform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AxisTransform({:?}, {})", self.boundary, self.n)
    }
}

impl AxisTransform {
    /// Plans the transform along an axis.
    #[must_use]
    pub fn new(axis: &Axis) -> Self {
        let (n, dx) = (axis.cells, axis.spacing());
        let turn = if axis.boundary == Boundary::Periodic {
            num::PI
        } else {
            0.5 * num::PI
        };
        let norm = (0.5 * dx / n as f64).sqrt();
        let twiddle = |k: usize| {
            let (sin, cos) = num::sin_cos(-turn * k as f64 / n as f64);
            Complex64::new(cos * norm, sin * norm)
        };
        Self {
            boundary: axis.boundary,
            n,
            alone: (dx / n as f64).sqrt(),
            twiddles: (0..=n / 2).map(twiddle).collect(),
            alone_inverse: 1.0 / (n as f64 * dx).sqrt(),
            pair_inverse: 1.0 / dx,
            fft: Fft::new(n),
            row: vec![Complex64::default(); n],
            spectrum: vec![Complex64::default(); n],
            re: Vec::new(),
            im: Vec::new(),
            scratch: Vec::new(),
            spare: vec![0.0; n],
        }
    }

    /// Replaces every row u of n grid values by its modes qₖ = Σᵢ φₖ(xᵢ) uᵢ Δx.
    pub fn forward(&mut self, rows: &mut [f64]) {
        for batch in rows.chunks_mut(2 * BATCH * self.n) {
            self.each_pair(batch, |own, pair, (a, b)| {
                own.enter_grid(a, b);
                own.put(pair, false);
            });
            let width = self.pairs(batch);
            self.fft
                .forward(width, &mut self.re, &mut self.im, &mut self.scratch);
            self.each_pair(batch, |own, pair, (a, b)| {
                own.take(pair, true);
                own.leave_modes(a, b);
            });
        }
    }

    /// Replaces every row q of n modes by its grid values uᵢ = Σₖ φₖ(xᵢ) qₖ.
    pub fn inverse(&mut self, rows: &mut [f64]) {
        for batch in rows.chunks_mut(2 * BATCH * self.n) {
            self.each_pair(batch, |own, pair, (a, b)| {
                own.enter_modes(a, b);
                own.put(pair, true);
            });
            let width = self.pairs(batch);
            self.fft
                .backward(width, &mut self.re, &mut self.im, &mut self.scratch);
            self.each_pair(batch, |own, pair, (a, b)| {
                own.take(pair, false);
                own.leave_grid(a, b);
            });
        }
    }

    /// Pairs of a batch, of which the last may lack its second row.
    fn pairs(&self, batch: &[f64]) -> usize {
        batch.len().div_ceil(2 * self.n)
    }

    fn each_pair(
        &mut self,
        batch: &mut [f64],
        each: impl Fn(&mut Self, (usize, usize), (&mut [f64], &mut [f64])),
    ) {
        let (n, width) = (self.n, self.pairs(batch));
        self.re.resize(n * width, 0.0);
        self.im.resize(n * width, 0.0);
        for (number, pair) in batch.chunks_mut(2 * n).enumerate() {
            if pair.len() == 2 * n {
                each(self, (number, width), pair.split_at_mut(n));
            } else {
                let mut spare = std::mem::take(&mut self.spare);
                spare.fill(0.0);
                each(self, (number, width), (pair, &mut spare));
                self.spare = spare;
            }
        }
    }

    /// Puts the row, or the spectrum, of a pair where the transform of its batch expects it.
    fn put(&mut self, (pair, width): (usize, usize), is_spectrum: bool) {
        let from = if is_spectrum {
            &self.spectrum
        } else {
            &self.row
        };
        for (k, z) in from.iter().enumerate() {
            (self.re[k * width + pair], self.im[k * width + pair]) = (z.re, z.im);
        }
    }

    fn take(&mut self, (pair, width): (usize, usize), is_spectrum: bool) {
        let to = match is_spectrum {
            true => &mut self.spectrum,
            false => &mut self.row,
        };
        for (k, z) in to.iter_mut().enumerate() {
            *z = Complex64::new(self.re[k * width + pair], self.im[k * width + pair]);
        }
    }

    fn enter_grid(&mut self, a: &[f64], b: &[f64]) {
        match self.boundary {
            Boundary::Periodic => {
                for (z, (&re, &im)) in self.row.iter_mut().zip(a.iter().zip(b.iter())) {
                    *z = Complex64::new(re, im);
                }
            }
            Boundary::Neumann => gather(&mut self.row, a, b, 1.0),
            Boundary::Dirichlet => gather(&mut self.row, a, b, -1.0),
        }
    }

    fn leave_modes(&mut self, a: &mut [f64], b: &mut [f64]) {
        let n = self.n;
        match self.boundary {
            Boundary::Periodic => self.separate(a, b, 0, |k| (2 * k - 1, 2 * k)),
            Boundary::Neumann => self.separate(a, b, 0, |k| (k, n - k)),
            Boundary::Dirichlet => self.separate(a, b, n - 1, |k| (n - 1 - k, k - 1)),
        }
    }

    /// From the spectrum to the modes; `slots(k)` are those of Re wₖVₖ and −Im wₖVₖ.
    fn separate(
        &self,
        a: &mut [f64],
        b: &mut [f64],
        constant: usize,
        slots: impl Fn(usize) -> (usize, usize),
    ) {
        let z = &self.spectrum;
        (a[constant], b[constant]) = (z[0].re * self.alone, z[0].im * self.alone);
        for k in 1..=(self.n - 1) / 2 {
            let (p, m, w) = (z[k], z[self.n - k], self.twiddles[k]);
            let (first, second) = slots(k);
            let v = Complex64::new(p.re + m.re, p.im - m.im) * w;
            (a[first], a[second]) = (v.re, -v.im);
            let v = Complex64::new(p.im + m.im, m.re - p.re) * w;
            (b[first], b[second]) = (v.re, -v.im);
        }
        if let Some(slot) = self.middle_slot() {
            let v = z[self.n / 2];
            (a[slot], b[slot]) = (v.re * self.alone, v.im * self.alone);
        }
    }

    fn enter_modes(&mut self, a: &[f64], b: &[f64]) {
        let n = self.n;
        match self.boundary {
            Boundary::Periodic => self.unite(a, b, 0, |k| (2 * k - 1, 2 * k)),
            Boundary::Neumann => self.unite(a, b, 0, |k| (k, n - k)),
            Boundary::Dirichlet => self.unite(a, b, n - 1, |k| (n - 1 - k, k - 1)),
        }
    }

    fn leave_grid(&mut self, a: &mut [f64], b: &mut [f64]) {
        match self.boundary {
            Boundary::Periodic => {
                for (z, (re, im)) in self.row.iter().zip(a.iter_mut().zip(b.iter_mut())) {
                    (*re, *im) = (z.re, z.im);
                }
            }
            Boundary::Neumann => scatter(&self.row, a, b, 1.0),
            Boundary::Dirichlet => scatter(&self.row, a, b, -1.0),
        }
    }

    /// From the modes to the spectrum: V = w̄ (c − i s), V of n − k is its conjugate.
    fn unite(
        &mut self,
        a: &[f64],
        b: &[f64],
        constant: usize,
        slots: impl Fn(usize) -> (usize, usize),
    ) {
        let n = self.n;
        self.spectrum[0] = Complex64::new(a[constant], b[constant]) * self.alone_inverse;
        for k in 1..=(n - 1) / 2 {
            let w = self.twiddles[k].conj() * self.pair_inverse;
            let (first, second) = slots(k);
            let p = w * Complex64::new(a[first], -a[second]);
            let m = w * Complex64::new(b[first], -b[second]);
            self.spectrum[k] = Complex64::new(p.re - m.im, p.im + m.re);
            self.spectrum[n - k] = Complex64::new(p.re + m.im, m.re - p.im);
        }
        if let Some(slot) = self.middle_slot() {
            self.spectrum[n / 2] = Complex64::new(a[slot], b[slot]) * self.alone_inverse;
        }
    }

    /// The slot of k = n/2, its own partner, where Re wV = −Im wV is V times a constant: for a ring
    /// the alternating mode, for the others √½ V with the norm √2 of paired modes.
    fn middle_slot(&self) -> Option<usize> {
        let even = self.n.is_multiple_of(2);
        even.then(|| match self.boundary {
            Boundary::Periodic => self.n - 1,
            Boundary::Neumann => self.n / 2,
            Boundary::Dirichlet => self.n / 2 - 1,
        })
    }
}

fn gather(row: &mut [Complex64], a: &[f64], b: &[f64], odd_sign: f64) {
    let n = row.len();
    let (even, odd) = row.split_at_mut(n - n / 2);
    for (z, (re, im)) in even
        .iter_mut()
        .zip(a.iter().step_by(2).zip(b.iter().step_by(2)))
    {
        *z = Complex64::new(*re, *im);
    }
    let odds = a.iter().skip(1).step_by(2).zip(b.iter().skip(1).step_by(2));
    for (z, (re, im)) in odd.iter_mut().rev().zip(odds) {
        *z = Complex64::new(*re * odd_sign, *im * odd_sign);
    }
}

fn scatter(row: &[Complex64], a: &mut [f64], b: &mut [f64], odd_sign: f64) {
    let n = row.len();
    let (even, odd) = row.split_at(n - n / 2);
    for (z, (re, im)) in even
        .iter()
        .zip(a.iter_mut().step_by(2).zip(b.iter_mut().step_by(2)))
    {
        (*re, *im) = (z.re, z.im);
    }
    let odds = a
        .iter_mut()
        .skip(1)
        .step_by(2)
        .zip(b.iter_mut().skip(1).step_by(2));
    for (z, (re, im)) in odd.iter().rev().zip(odds) {
        (*re, *im) = (z.re * odd_sign, z.im * odd_sign);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_agree_with_direct_sums_and_come_back() {
        for boundary in [Boundary::Dirichlet, Boundary::Neumann, Boundary::Periodic] {
            for (cells, rows) in [(2, 1), (3, 2), (4, 3), (7, 1), (16, 5), (30, 2), (64, 3)] {
                let axis = Axis::new(1.7, cells, boundary);
                let value = |i: usize| num::sin(1.3 * (i * i) as f64 + 0.2);
                let grid: Vec<f64> = (0..cells * rows).map(value).collect();
                let mut transform = AxisTransform::new(&axis);
                let mut modes = grid.clone();
                transform.forward(&mut modes);
                for (row, got) in grid.chunks(cells).zip(modes.chunks(cells)) {
                    for (slot, q) in got.iter().enumerate() {
                        let term = |(i, u)| axis.mode_shape(slot, axis.centre(i)) * u;
                        let direct: f64 = row.iter().enumerate().map(term).sum();
                        let error = (q - direct * axis.spacing()).abs();
                        assert!(error < 1e-13, "{boundary:?} {cells} {slot}: {error}");
                    }
                }
                transform.inverse(&mut modes);
                for (back, u) in modes.iter().zip(&grid) {
                    assert!((back - u).abs() < 1e-13, "{boundary:?} {cells}");
                }
            }
        }
    }
}
