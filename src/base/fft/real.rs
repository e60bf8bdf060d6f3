//! Transforms of real series: bins from 0 to Nyquist.

use crate::base::isa::{Arith, Isa, Kernel};

use super::plan::Fft;
use super::roots::root;

/// The plan of the transform of real series of one length. An even length takes a complex
/// transform of half its length, whose points are the even and odd samples.
#[derive(Clone, Debug)]
pub struct RealFft {
    n: usize,
    inner: Fft,
    /// e^(−2πi k/n) for k ≤ n/4, of even lengths.
    turns: Vec<(f64, f64)>,
    isa: Isa,
}

impl RealFft {
    /// Plans transforms of `n` real samples, at least 1.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        let is_even = n.is_multiple_of(2);
        Self {
            n,
            inner: Fft::new(if is_even { n / 2 } else { n }),
            turns: match is_even {
                true => (0..=n / 4).map(|k| root(k, n)).collect(),
                false => Vec::new(),
            },
            isa: Isa::best(),
        }
    }

    /// Samples of a series.
    #[must_use]
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether a series has no samples, which no plan has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Bins from 0 to Nyquist, ⌊n/2⌋ + 1.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.n / 2 + 1
    }

    /// Rows that `re` and `im` must have: those of the bins, or of the samples of odd lengths.
    #[must_use]
    pub fn rows(&self) -> usize {
        if self.n.is_multiple_of(2) {
            self.bins()
        } else {
            self.n
        }
    }

    /// Where sample k of all series is expected. The imaginary parts of odd lengths must be 0.
    #[inline(always)]
    #[must_use]
    pub fn slot<'a>(
        &self,
        k: usize,
        batch: usize,
        re: &'a mut [f64],
        im: &'a mut [f64],
    ) -> &'a mut [f64] {
        let (row, part) = match (self.n.is_multiple_of(2), k % 2) {
            (true, 0) => (k / 2, re),
            (true, _) => (k / 2, im),
            (false, _) => (k, re),
        };
        &mut part[row * batch..(row + 1) * batch]
    }

    /// Puts sample k of all series where the transform expects it, as `write` gives it.
    pub fn load(
        &self,
        batch: usize,
        re: &mut [f64],
        im: &mut [f64],
        mut write: impl FnMut(usize, &mut [f64]),
    ) {
        if !self.n.is_multiple_of(2) {
            im[..self.n * batch].fill(0.0);
        }
        for k in 0..self.n {
            write(k, self.slot(k, batch, re, im));
        }
    }

    /// Transforms what [`Self::load`] has put: afterwards, rows 0 … `bins` − 1 of `re` and `im` are
    /// the bins. Both have [`Self::rows`] rows of `batch` entries.
    pub fn forward(&self, batch: usize, re: &mut [f64], im: &mut [f64], scratch: &mut Vec<f64>) {
        let points = self.inner.len() * batch;
        self.inner
            .forward(batch, &mut re[..points], &mut im[..points], scratch);
        if self.n.is_multiple_of(2) {
            self.isa.run(Untangle(self, batch, re, im));
        }
    }
}

/// Two different rows, the first before the second.
#[inline(always)]
fn rows(x: &mut [f64], first: usize, second: usize, batch: usize) -> (&mut [f64], &mut [f64]) {
    let (low, high) = x.split_at_mut(second * batch);
    (
        &mut low[first * batch..(first + 1) * batch],
        &mut high[..batch],
    )
}

/// From the transform of pairs of samples to bins.
struct Untangle<'a>(&'a RealFft, usize, &'a mut [f64], &'a mut [f64]);

impl Kernel for Untangle<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let Self(plan, batch, re, im) = self;
        let half = plan.n / 2;
        for b in 0..batch {
            let (sum, difference) = (re[b] + im[b], re[b] - im[b]);
            let last = half * batch + b;
            (re[b], im[b], re[last], im[last]) = (sum, 0.0, difference, 0.0);
        }
        // Bins k and n/2 − k come from the same two points.
        for k in 1..=half / 2 {
            let (wr, wi) = plan.turns[k];
            if 2 * k == half {
                // Its own partner.
                for y in &mut im[k * batch..(k + 1) * batch] {
                    *y = -*y;
                }
                continue;
            }
            let (a, b) = rows(re, k, half - k, batch);
            let (c, d) = rows(im, k, half - k, batch);
            for l in 0..batch {
                let (er, ei) = (0.5 * (a[l] + b[l]), 0.5 * (c[l] - d[l]));
                let (or, oi) = (0.5 * (c[l] + d[l]), 0.5 * (b[l] - a[l]));
                let (tr, ti) = (or * wr - oi * wi, or * wi + oi * wr);
                (a[l], c[l]) = (er + tr, ei + ti);
                (b[l], d[l]) = (er - tr, ti - ei);
            }
        }
    }
}

impl RealFft {
    /// From bins 0 … n/2 of `re` and `im` to n times the samples, of an even length: sample 2k
    /// stands in row k of `re` and sample 2k + 1 in row k of `im`. The imaginary parts of bins 0
    /// and n/2 are taken as 0. `false`, and nothing is done, for odd lengths.
    pub fn backward(
        &self,
        batch: usize,
        re: &mut [f64],
        im: &mut [f64],
        scratch: &mut Vec<f64>,
    ) -> bool {
        if !self.n.is_multiple_of(2) {
            return false;
        }
        let points = self.n / 2 * batch;
        self.isa.run(Tangle(self, batch, re, im));
        let (re, im) = (&mut re[..points], &mut im[..points]);
        self.inner.backward(batch, re, im, scratch);
        true
    }
}

/// From bins to the transform of pairs of samples.
struct Tangle<'a>(&'a RealFft, usize, &'a mut [f64], &'a mut [f64]);

impl Kernel for Tangle<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let Self(plan, batch, re, im) = self;
        let half = plan.n / 2;
        for b in 0..batch {
            let (first, last) = (re[b], re[half * batch + b]);
            (re[b], im[b]) = (first + last, first - last);
        }
        for k in 1..=half / 2 {
            let (wr, wi) = plan.turns[k];
            if 2 * k == half {
                for b in k * batch..(k + 1) * batch {
                    (re[b], im[b]) = (2.0 * re[b], -2.0 * im[b]);
                }
                continue;
            }
            let (a, b) = rows(re, k, half - k, batch);
            let (c, d) = rows(im, k, half - k, batch);
            for l in 0..batch {
                let (er, ei) = (a[l] + b[l], c[l] - d[l]);
                let (dr, di) = (a[l] - b[l], c[l] + d[l]);
                // The odd samples' part is turned back.
                let (or, oi) = (dr * wr + di * wi, di * wr - dr * wi);
                (a[l], c[l]) = (er - oi, ei + or);
                (b[l], d[l]) = (er + oi, or - ei);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_those_of_the_complex_transform() {
        let (batch, mut scratch) = (3, Vec::new());
        for n in [1usize, 2, 3, 4, 5, 6, 8, 10, 62, 63, 64, 100, 134, 777] {
            let series: Vec<f64> = (0..n * batch)
                .map(|k| ((k * k * 31) % 101) as f64 - 50.0)
                .collect();
            let (mut re, mut im) = (series.clone(), vec![0.0; n * batch]);
            Fft::new(n).forward(batch, &mut re, &mut im, &mut scratch);
            let plan = RealFft::new(n);
            let size = plan.rows() * batch;
            let (mut x, mut y) = (vec![9.0; size], vec![9.0; size]);
            plan.load(batch, &mut x, &mut y, |k, row| {
                row.copy_from_slice(&series[k * batch..(k + 1) * batch]);
            });
            plan.forward(batch, &mut x, &mut y, &mut scratch);
            for at in 0..plan.bins() * batch {
                let off = (x[at] - re[at]).abs().max((y[at] - im[at]).abs());
                assert!(off < 1e-12 * n as f64, "{n}, entry {at}: {off:e}");
            }
            if !plan.backward(batch, &mut x, &mut y, &mut scratch) {
                assert_eq!(n % 2, 1);
                continue;
            }
            for (k, own) in series.chunks_exact(batch).enumerate() {
                let part = if k % 2 == 0 { &x } else { &y };
                let found = &part[k / 2 * batch..(k / 2 + 1) * batch];
                for (found, expected) in found.iter().zip(own) {
                    let off = (found / n as f64 - expected).abs();
                    assert!(off < 1e-12 * n as f64, "{n}, sample {k}: {off:e}");
                }
            }
        }
    }
}
