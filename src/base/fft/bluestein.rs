//! Lengths with a large prime factor, as a convolution with a chirp (Bluestein, 1970): jk is
//! (j² + k² − (j − k)²)/2.

use crate::base::isa::Isa;

use super::passes::Passes;
use super::roots::root;

/// The plan of such a length.
#[derive(Clone, Debug)]
pub struct Bluestein {
    n: usize,
    /// A power of two, ≥ 2n − 1.
    inner: Passes,
    /// Points of it.
    size: usize,
    /// e^(−πi k²/n).
    chirp: Vec<(f64, f64)>,
    /// The transform of the conjugate chirp, divided by the inner length.
    filter: Vec<(f64, f64)>,
}

impl Bluestein {
    /// Plans transforms of `n` points.
    pub fn new(n: usize, isa: Isa) -> Self {
        let size = (2 * n - 1).next_power_of_two();
        let inner = Passes::power_of_two(size, isa);
        // k² modulo 2n, by the differences of squares, which never overflow.
        let mut square = 0;
        let mut chirp = Vec::with_capacity(n);
        for k in 0..n {
            chirp.push(root(square, 2 * n));
            square = (square + 2 * k + 1) % (2 * n);
        }
        let (mut re, mut im) = (vec![0.0; size], vec![0.0; size]);
        for (k, (cos, sin)) in chirp.iter().enumerate() {
            let mirrored = (size - k) % size;
            (re[k], im[k]) = (*cos, -sin);
            (re[mirrored], im[mirrored]) = (*cos, -sin);
        }
        inner.forward(1, &mut re, &mut im, &mut Vec::new());
        let scale = 1.0 / size as f64;
        let filter = re.iter().zip(&im);
        Self {
            n,
            filter: filter.map(|(a, b)| (a * scale, b * scale)).collect(),
            inner,
            size,
            chirp,
        }
    }

    /// As [`Fft::forward`](super::Fft::forward).
    pub fn forward(&self, batch: usize, re: &mut [f64], im: &mut [f64], scratch: &mut Vec<f64>) {
        let size = self.size * batch;
        if scratch.len() < 2 * size {
            scratch.resize(2 * size, 0.0);
        }
        // The inner transforms need scratch memory of their own.
        let mut own = scratch.split_off(2 * size);
        let (x, y) = scratch.split_at_mut(size);
        x.fill(0.0);
        y.fill(0.0);
        for (k, (cos, sin)) in self.chirp.iter().enumerate() {
            for at in k * batch..(k + 1) * batch {
                (x[at], y[at]) = (re[at] * cos - im[at] * sin, re[at] * sin + im[at] * cos);
            }
        }
        self.inner.forward(batch, x, y, &mut own);
        for (k, (a, b)) in self.filter.iter().enumerate() {
            for at in k * batch..(k + 1) * batch {
                (x[at], y[at]) = (x[at] * a - y[at] * b, x[at] * b + y[at] * a);
            }
        }
        // Swapping the parts conjugates both sides, which makes the inverse of it.
        self.inner.forward(batch, y, x, &mut own);
        for (k, (cos, sin)) in self.chirp.iter().enumerate().take(self.n) {
            for at in k * batch..(k + 1) * batch {
                (re[at], im[at]) = (x[at] * cos - y[at] * sin, x[at] * sin + y[at] * cos);
            }
        }
        scratch.append(&mut own);
    }
}
