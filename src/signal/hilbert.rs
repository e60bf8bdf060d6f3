//! The analytic signal by FFT (Marple, 1999).

use std::sync::Arc;

use rustfft::num_complex::Complex64;
use rustfft::{Fft, FftPlannerScalar};

/// Plans for the analytic signal of one length.
pub struct Hilbert {
    n: usize,
    forward: Arc<dyn Fft<f64>>,
    inverse: Arc<dyn Fft<f64>>,
}

impl Hilbert {
    /// Plans for series of `n` samples.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let mut planner = FftPlannerScalar::new();
        Self {
            n,
            forward: planner.plan_fft_forward(n),
            inverse: planner.plan_fft_inverse(n),
        }
    }

    /// Length of the series.
    #[must_use]
    pub fn length(&self) -> usize {
        self.n
    }

    /// The analytic signal of the series minus its mean: DC and Nyquist kept, positive frequencies
    /// doubled, negative ones dropped.
    #[must_use]
    pub fn analytic(&self, series: &[f64]) -> Vec<Complex64> {
        let n = series.len();
        let mean = series.iter().sum::<f64>() / n as f64;
        let mut z: Vec<Complex64> = series
            .iter()
            .map(|x| Complex64::new(x - mean, 0.0))
            .collect();
        self.forward.process(&mut z);
        let scale = 1.0 / n as f64;
        let doubled = n.div_ceil(2);
        for (k, x) in z.iter_mut().enumerate() {
            let factor = if k == 0 || (n.is_multiple_of(2) && k == n / 2) {
                1.0
            } else if k < doubled {
                2.0
            } else {
                0.0
            };
            *x *= factor * scale;
        }
        self.inverse.process(&mut z);
        z
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;

    #[test]
    fn a_cosine_becomes_a_phasor_for_even_and_odd_lengths() {
        for n in [64usize, 63] {
            let at = |k: usize| num::TAU * 5.0 * k as f64 / n as f64;
            let series: Vec<f64> = (0..n).map(|k| 3.0 + num::cos(at(k))).collect();
            for (k, z) in Hilbert::new(n).analytic(&series).iter().enumerate() {
                assert!((z.re - num::cos(at(k))).abs() < 1e-12);
                assert!((z.im - num::sin(at(k))).abs() < 1e-12);
            }
        }
    }
}
