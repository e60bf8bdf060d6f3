//! One pass of the transform of Stockham: butterflies of one radix over all series.
//!
//! A pass takes n·s entries as r blocks of m = n/r rows of s neighbours. Row p of all blocks goes
//! through a butterfly, is turned by the roots of order n, and lands in rows r·p … r·p + r − 1.
//! After all passes the frequencies stand in order (decimation in frequency; Stockham, 1966).

use crate::base::isa::{Arith, Isa, Kernel};

use super::roots::root;

/// Real and imaginary parts of entries.
#[derive(Clone, Copy)]
pub struct Parts<'a> {
    pub re: &'a [f64],
    pub im: &'a [f64],
}

/// The same, to be written.
pub struct PartsMut<'a> {
    pub re: &'a mut [f64],
    pub im: &'a mut [f64],
}

/// A pass.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The radix, ≥ 2.
    radix: usize,
    /// Rows in a block.
    rows: usize,
    /// Product of the radices before.
    stride: usize,
    /// Roots of order n for row p: those of powers 1 … r − 1, row after row.
    twiddles: Vec<(f64, f64)>,
    /// Roots of order r, for radices without butterflies of their own.
    own: Vec<(f64, f64)>,
}

impl Stage {
    /// A pass of radix `radix` over `length` points that are left, after passes of product
    /// `stride`.
    pub fn new(radix: usize, length: usize, stride: usize) -> Self {
        let rows = length / radix;
        let powers = |p: usize| (1..radix).map(move |k| root(p * k % length, length));
        Self {
            radix,
            rows,
            stride,
            twiddles: (0..rows).flat_map(powers).collect(),
            own: (0..radix).map(|k| root(k, radix)).collect(),
        }
    }

    /// The radix, and whether the pass can be done where the entries are when it is the last.
    pub fn last(&self) -> Option<usize> {
        (self.rows == 1 && (self.radix == 2 || self.radix == 4)).then_some(self.radix)
    }

    /// Does the pass for `batch` series.
    pub fn run(&self, isa: Isa, batch: usize, from: Parts, to: PartsMut) {
        isa.run(Pass {
            stage: self,
            batch,
            from,
            to,
        });
    }
}

/// The last pass of a radix of 2 or 4, whose row stays where it is.
pub struct Last<'a> {
    /// The radix.
    pub radix: usize,
    /// Points times series over the radix.
    pub width: usize,
    /// The entries.
    pub own: PartsMut<'a>,
}

impl Kernel for Last<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let (s, PartsMut { re, im }) = (self.width, self.own);
        if self.radix == 2 {
            let ((r0, r1), (i0, i1)) = (re.split_at_mut(s), im.split_at_mut(s));
            for part in [(r0, r1), (i0, i1)] {
                for (a, b) in part.0.iter_mut().zip(part.1) {
                    (*a, *b) = (*a + *b, *a - *b);
                }
            }
            return;
        }
        let (low, high) = re.split_at_mut(2 * s);
        let ((r0, r1), (r2, r3)) = (low.split_at_mut(s), high.split_at_mut(s));
        let (low, high) = im.split_at_mut(2 * s);
        let ((i0, i1), (i2, i3)) = (low.split_at_mut(s), high.split_at_mut(s));
        let (r2, r3) = (&mut r2[..s], &mut r3[..s]);
        let (i2, i3) = (&mut i2[..s], &mut i3[..s]);
        for q in 0..s {
            let (er, ei) = (r0[q] + r2[q], i0[q] + i2[q]);
            let (fr, fi) = (r0[q] - r2[q], i0[q] - i2[q]);
            let (gr, gi) = (r1[q] + r3[q], i1[q] + i3[q]);
            let (hr, hi) = (r1[q] - r3[q], i1[q] - i3[q]);
            (r0[q], i0[q]) = (er + gr, ei + gi);
            (r1[q], i1[q]) = (fr + hi, fi - hr);
            (r2[q], i2[q]) = (er - gr, ei - gi);
            (r3[q], i3[q]) = (fr - hi, fi + hr);
        }
    }
}

struct Pass<'a> {
    stage: &'a Stage,
    batch: usize,
    from: Parts<'a>,
    to: PartsMut<'a>,
}

impl Kernel for Pass<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        match self.stage.radix {
            2 => self.radix_2(),
            3 => self.radix_3(),
            4 => self.radix_4(),
            5 => self.radix_5(),
            _ => self.any_radix(),
        }
    }
}

impl<'a> Pass<'a> {
    #[inline(always)]
    fn width(&self) -> usize {
        self.stage.stride * self.batch
    }

    /// Row p of block `block`.
    #[inline(always)]
    fn row(&self, block: usize, p: usize) -> (&'a [f64], &'a [f64]) {
        let s = self.width();
        let at = (block * self.stage.rows + p) * s;
        let Parts { re, im } = self.from;
        (&re[at..at + s], &im[at..at + s])
    }

    #[inline(always)]
    fn radix_2(self) {
        let s = self.width();
        for p in 0..self.stage.rows {
            let (wr, wi) = self.stage.twiddles[p];
            let at = 2 * p * s;
            let (a, b) = (self.row(0, p), self.row(1, p));
            let (r0, r1) = self.to.re[at..at + 2 * s].split_at_mut(s);
            let (i0, i1) = self.to.im[at..at + 2 * s].split_at_mut(s);
            for q in 0..s {
                let (ar, ai, br, bi) = (a.0[q], a.1[q], b.0[q], b.1[q]);
                (r0[q], i0[q]) = (ar + br, ai + bi);
                let (dr, di) = (ar - br, ai - bi);
                (r1[q], i1[q]) = (dr * wr - di * wi, dr * wi + di * wr);
            }
        }
    }

    #[inline(always)]
    fn radix_3(self) {
        const SIN: f64 = 0.866_025_403_784_438_6;
        let s = self.width();
        for p in 0..self.stage.rows {
            let [(ur, ui), (vr, vi)] = [self.stage.twiddles[2 * p], self.stage.twiddles[2 * p + 1]];
            let at = 3 * p * s;
            let (a, b, c) = (self.row(0, p), self.row(1, p), self.row(2, p));
            let (r0, rest) = self.to.re[at..at + 3 * s].split_at_mut(s);
            let (r1, r2) = rest.split_at_mut(s);
            let (i0, rest) = self.to.im[at..at + 3 * s].split_at_mut(s);
            let (i1, i2) = rest.split_at_mut(s);
            for q in 0..s {
                let (sr, si) = (b.0[q] + c.0[q], b.1[q] + c.1[q]);
                let (dr, di) = (SIN * (b.0[q] - c.0[q]), SIN * (b.1[q] - c.1[q]));
                let (mr, mi) = (a.0[q] - 0.5 * sr, a.1[q] - 0.5 * si);
                (r0[q], i0[q]) = (a.0[q] + sr, a.1[q] + si);
                let (xr, xi) = (mr + di, mi - dr);
                (r1[q], i1[q]) = (xr * ur - xi * ui, xr * ui + xi * ur);
                let (yr, yi) = (mr - di, mi + dr);
                (r2[q], i2[q]) = (yr * vr - yi * vi, yr * vi + yi * vr);
            }
        }
    }

    #[inline(always)]
    fn radix_4(self) {
        let s = self.width();
        for p in 0..self.stage.rows {
            let w = &self.stage.twiddles[3 * p..3 * p + 3];
            let [(ur, ui), (vr, vi), (wr, wi)] = [w[0], w[1], w[2]];
            let at = 4 * p * s;
            let (a, b) = (self.row(0, p), self.row(1, p));
            let (c, d) = (self.row(2, p), self.row(3, p));
            let (low, high) = self.to.re[at..at + 4 * s].split_at_mut(2 * s);
            let ((r0, r1), (r2, r3)) = (low.split_at_mut(s), high.split_at_mut(s));
            let (low, high) = self.to.im[at..at + 4 * s].split_at_mut(2 * s);
            let ((i0, i1), (i2, i3)) = (low.split_at_mut(s), high.split_at_mut(s));
            for q in 0..s {
                let (er, ei) = (a.0[q] + c.0[q], a.1[q] + c.1[q]);
                let (fr, fi) = (a.0[q] - c.0[q], a.1[q] - c.1[q]);
                let (gr, gi) = (b.0[q] + d.0[q], b.1[q] + d.1[q]);
                let (hr, hi) = (b.0[q] - d.0[q], b.1[q] - d.1[q]);
                (r0[q], i0[q]) = (er + gr, ei + gi);
                let (xr, xi) = (fr + hi, fi - hr);
                (r1[q], i1[q]) = (xr * ur - xi * ui, xr * ui + xi * ur);
                let (yr, yi) = (er - gr, ei - gi);
                (r2[q], i2[q]) = (yr * vr - yi * vi, yr * vi + yi * vr);
                let (zr, zi) = (fr - hi, fi + hr);
                (r3[q], i3[q]) = (zr * wr - zi * wi, zr * wi + zi * wr);
            }
        }
    }

    #[inline(always)]
    fn radix_5(self) {
        const C1: f64 = 0.309_016_994_374_947_45;
        const C2: f64 = -0.809_016_994_374_947_5;
        const S1: f64 = 0.951_056_516_295_153_5;
        const S2: f64 = 0.587_785_252_292_473_1;
        let s = self.width();
        for p in 0..self.stage.rows {
            let w: [(f64, f64); 4] = std::array::from_fn(|k| self.stage.twiddles[4 * p + k]);
            let at = 5 * p * s;
            let x: [(&[f64], &[f64]); 5] = std::array::from_fn(|k| self.row(k, p));
            let x = x.map(|(re, im)| (&re[..s], &im[..s]));
            let (re, im) = (
                &mut self.to.re[at..at + 5 * s],
                &mut self.to.im[at..at + 5 * s],
            );
            for q in 0..s {
                let at = |k: usize| (x[k].0[q], x[k].1[q]);
                let [(ar, ai), b, c, d, e] = [at(0), at(1), at(2), at(3), at(4)];
                let (pr, pi, mr, mi) = (b.0 + e.0, b.1 + e.1, b.0 - e.0, b.1 - e.1);
                let (sr, si, nr, ni) = (c.0 + d.0, c.1 + d.1, c.0 - d.0, c.1 - d.1);
                (re[q], im[q]) = (ar + (pr + sr), ai + (pi + si));
                let (tr, ti) = (ar + (C1 * pr + C2 * sr), ai + (C1 * pi + C2 * si));
                let (ur, ui) = (ar + (C2 * pr + C1 * sr), ai + (C2 * pi + C1 * si));
                let (vr, vi) = (S1 * mr + S2 * nr, S1 * mi + S2 * ni);
                let (yr, yi) = (S2 * mr - S1 * nr, S2 * mi - S1 * ni);
                let out = [
                    (tr + vi, ti - vr),
                    (ur + yi, ui - yr),
                    (ur - yi, ui + yr),
                    (tr - vi, ti + vr),
                ];
                for (k, ((zr, zi), (wr, wi))) in out.into_iter().zip(w).enumerate() {
                    let to = (k + 1) * s + q;
                    (re[to], im[to]) = (zr * wr - zi * wi, zr * wi + zi * wr);
                }
            }
        }
    }

    #[inline(always)]
    fn any_radix(self) {
        let (s, r) = (self.width(), self.stage.radix);
        for p in 0..self.stage.rows {
            for k in 0..r {
                let at = (r * p + k) * s;
                self.to.re[at..at + s].fill(0.0);
                self.to.im[at..at + s].fill(0.0);
                for j in 0..r {
                    let (wr, wi) = self.stage.own[j * k % r];
                    let from = (j * self.stage.rows + p) * s;
                    let x = (&self.from.re[from..from + s], &self.from.im[from..from + s]);
                    let (re, im) = (&mut self.to.re[at..at + s], &mut self.to.im[at..at + s]);
                    for q in 0..s {
                        re[q] += x.0[q] * wr - x.1[q] * wi;
                        im[q] += x.0[q] * wi + x.1[q] * wr;
                    }
                }
                if k > 0 {
                    let (wr, wi) = self.stage.twiddles[(r - 1) * p + k - 1];
                    for q in at..at + s {
                        let (zr, zi) = (self.to.re[q], self.to.im[q]);
                        (self.to.re[q], self.to.im[q]) = (zr * wr - zi * wi, zr * wi + zi * wr);
                    }
                }
            }
        }
    }
}
