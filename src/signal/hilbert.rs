//! The analytic signal by FFT (Marple, 1999; scipy.signal.hilbert), the source of phases.

use std::sync::Arc;

use rustfft::num_complex::Complex64;
use rustfft::{Fft, FftPlannerScalar};

/// Plans and scratch memory for the analytic signal; any length, odd ones too.
pub struct Hilbert {
    n: usize,
    forward: Arc<dyn Fft<f64>>,
    inverse: Arc<dyn Fft<f64>>,
    scratch: Vec<Complex64>,
}

impl Hilbert {
    /// Plans for series of `n` samples, at least 1.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let n = n.max(1);
        let mut planner = FftPlannerScalar::new();
        let (forward, inverse) = (planner.plan_fft_forward(n), planner.plan_fft_inverse(n));
        let scratch = forward
            .get_inplace_scratch_len()
            .max(inverse.get_inplace_scratch_len());
        Self {
            n,
            forward,
            inverse,
            scratch: vec![Complex64::default(); scratch],
        }
    }

    /// Length of the series that the plans are for, in samples. A series of another length is
    /// transformed as well, after new plans have been made for it.
    #[must_use]
    pub fn length(&self) -> usize {
        self.n
    }

    /// Writes the analytic signal of the series minus its mean into `out`: DC and Nyquist kept,
    /// positive frequencies doubled, negative ones dropped. Re z = x − mean; arg z is the phase in
    /// rad, |z| the envelope in the unit of the series.
    pub fn analytic(&mut self, series: &[f64], out: &mut Vec<Complex64>) {
        out.clear();
        let n = series.len();
        if n == 0 {
            return;
        }
        if n != self.n {
            *self = Self::new(n);
        }
        let mean = series.iter().sum::<f64>() / n as f64;
        out.extend(series.iter().map(|x| Complex64::new(x - mean, 0.0)));
        self.forward.process_with_scratch(out, &mut self.scratch);
        let scale = 1.0 / n as f64;
        for (k, x) in out.iter_mut().enumerate() {
            *x *= if k == 0 || 2 * k == n {
                scale
            } else if 2 * k < n {
                2.0 * scale
            } else {
                0.0
            };
        }
        self.inverse.process_with_scratch(out, &mut self.scratch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;

    #[test]
    fn a_cosine_becomes_a_phasor_for_lengths_of_every_kind() {
        let mut hilbert = Hilbert::new(64);
        let mut out = Vec::new();
        // A power of two, odd, prime, twice a prime, with several factors.
        for n in [64usize, 63, 61, 122, 360, 777] {
            let at = |k: usize| num::TAU * 5.0 * k as f64 / n as f64;
            let series: Vec<f64> = (0..n).map(|k| 3.0 + num::cos(at(k))).collect();
            hilbert.analytic(&series, &mut out);
            assert_eq!((hilbert.length(), out.len()), (n, n));
            for (k, z) in out.iter().enumerate() {
                assert!((z.re - num::cos(at(k))).abs() < 1e-12, "{n}: {k}");
                assert!((z.im - num::sin(at(k))).abs() < 1e-12, "{n}: {k}");
            }
        }
    }

    #[test]
    fn short_series_have_no_special_case() {
        let mut hilbert = Hilbert::new(0);
        let mut out = vec![Complex64::default(); 3];
        hilbert.analytic(&[], &mut out);
        assert!(out.is_empty());
        hilbert.analytic(&[7.0], &mut out);
        assert_eq!(out, [Complex64::default()]);
        // Two samples are DC and Nyquist only, so nothing is doubled.
        hilbert.analytic(&[1.0, 3.0], &mut out);
        assert_eq!(out, [Complex64::new(-1.0, 0.0), Complex64::new(1.0, 0.0)]);
    }
}
