//! Transforms of real series: bins from 0 to Nyquist.

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

    /// Puts sample k of all series where the transform expects it, as `write` gives it.
    pub fn load(
        &self,
        batch: usize,
        re: &mut [f64],
        im: &mut [f64],
        mut write: impl FnMut(usize, &mut [f64]),
    ) {
        if self.n.is_multiple_of(2) {
            for k in 0..self.n / 2 {
                write(2 * k, &mut re[k * batch..(k + 1) * batch]);
                write(2 * k + 1, &mut im[k * batch..(k + 1) * batch]);
            }
        } else {
            for k in 0..self.n {
                write(k, &mut re[k * batch..(k + 1) * batch]);
            }
            im[..self.n * batch].fill(0.0);
        }
    }

    /// Transforms what [`Self::load`] has put: afterwards, rows 0 … `bins` − 1 of `re` and `im` are
    /// the bins. Both have [`Self::rows`] rows of `batch` entries.
    pub fn forward(&self, batch: usize, re: &mut [f64], im: &mut [f64], scratch: &mut Vec<f64>) {
        let points = self.inner.len() * batch;
        self.inner
            .forward(batch, &mut re[..points], &mut im[..points], scratch);
        if !self.n.is_multiple_of(2) {
            return;
        }
        let half = self.n / 2;
        for b in 0..batch {
            let (sum, difference) = (re[b] + im[b], re[b] - im[b]);
            let last = half * batch + b;
            (re[b], im[b], re[last], im[last]) = (sum, 0.0, difference, 0.0);
        }
        // Bins k and n/2 − k come from the same two points.
        for k in 1..=half / 2 {
            let (wr, wi) = self.turns[k];
            let (low, high) = (k * batch, (half - k) * batch);
            for b in 0..batch {
                let (i, j) = (low + b, high + b);
                let (er, ei) = (0.5 * (re[i] + re[j]), 0.5 * (im[i] - im[j]));
                let (or, oi) = (0.5 * (im[i] + im[j]), 0.5 * (re[j] - re[i]));
                let (tr, ti) = (or * wr - oi * wi, or * wi + oi * wr);
                (re[i], im[i]) = (er + tr, ei + ti);
                (re[j], im[j]) = (er - tr, ti - ei);
            }
        }
    }
}

impl RealFft {
    /// From bins 0 … n/2 of `re` and `im` to n times the samples, of an even length: sample 2k stands
    /// in row k of `re` and sample 2k + 1 in row k of `im`. The imaginary parts of bins 0 and n/2 are
    /// taken as 0. `false`, and nothing is done, for odd lengths.
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
        let half = self.n / 2;
        for b in 0..batch {
            let (first, last) = (re[b], re[half * batch + b]);
            (re[b], im[b]) = (first + last, first - last);
        }
        for k in 1..=half / 2 {
            let (wr, wi) = self.turns[k];
            let (low, high) = (k * batch, (half - k) * batch);
            for b in 0..batch {
                let (i, j) = (low + b, high + b);
                let (er, ei) = (re[i] + re[j], im[i] - im[j]);
                let (dr, di) = (re[i] - re[j], im[i] + im[j]);
                // The odd samples' part is turned back.
                let (or, oi) = (dr * wr + di * wi, di * wr - dr * wi);
                (re[i], im[i]) = (er - oi, ei + or);
                (re[j], im[j]) = (er + oi, or - ei);
            }
        }
        let points = half * batch;
        let (re, im) = (&mut re[..points], &mut im[..points]);
        self.inner.backward(batch, re, im, scratch);
        true
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
