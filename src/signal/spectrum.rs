//! Welch spectra: the spectra of overlapping segments, and their mean density.
//!
//! Segments of n samples, half overlapping, each minus its mean and times the periodic Hann window
//! w[k] = ½ − ½ cos 2πk/n; one-sided density P(f) = s · mean |X|² / (fs Σ w²), s = 2 but at DC and
//! Nyquist (Welch, 1967; scipy.signal.welch with the same settings).

use std::sync::Arc;

use rustfft::num_complex::Complex64;
use rustfft::{Fft, FftPlannerScalar};

use crate::base::num;

/// Plans and window of a segment length. The scalar planner gives the same bits on every machine.
pub struct Welch {
    n: usize,
    window: Vec<f64>,
    fft: Arc<dyn Fft<f64>>,
    scratch: Vec<Complex64>,
}

impl Welch {
    /// Plans for segments of `n` samples.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let fft = FftPlannerScalar::new().plan_fft_forward(n);
        Self {
            n,
            window: (0..n)
                .map(|k| 0.5 - 0.5 * num::cos(num::TAU * k as f64 / n as f64))
                .collect(),
            scratch: vec![Complex64::default(); fft.get_inplace_scratch_len()],
            fft,
        }
    }

    /// Bins from DC to Nyquist: B = n/2 + 1.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.n / 2 + 1
    }

    /// Segments in `samples` samples: K = 1 + ⌊(W − n) / (n/2)⌋.
    #[must_use]
    pub fn segments(&self, samples: usize) -> usize {
        match samples.checked_sub(self.n) {
            Some(rest) => 1 + rest / (self.n / 2),
            None => 0,
        }
    }

    /// The spectra of all segments of a series, one after the other, `bins` entries each.
    pub fn spectra(&mut self, series: &[f64]) -> Vec<Complex64> {
        let mut all = Vec::with_capacity(self.segments(series.len()) * self.bins());
        let mut buffer = vec![Complex64::default(); self.n];
        for k in 0..self.segments(series.len()) {
            let start = k * (self.n / 2);
            let segment = &series[start..start + self.n];
            let mean = segment.iter().sum::<f64>() / self.n as f64;
            for ((cell, x), w) in buffer.iter_mut().zip(segment).zip(&self.window) {
                *cell = Complex64::new((x - mean) * w, 0.0);
            }
            self.fft
                .process_with_scratch(&mut buffer, &mut self.scratch);
            all.extend_from_slice(&buffer[..self.bins()]);
        }
        all
    }

    /// The one-sided mean density of segment spectra, per Hz.
    #[must_use]
    pub fn density(&self, spectra: &[Complex64], sample_rate_hz: f64) -> Vec<f64> {
        let bins = self.bins();
        let segments = (spectra.len() / bins).max(1) as f64;
        let power: f64 = self.window.iter().map(|w| w * w).sum();
        let scale = 1.0 / (sample_rate_hz * power * segments);
        let mut density = vec![0.0; bins];
        for segment in spectra.chunks_exact(bins) {
            for (sum, x) in density.iter_mut().zip(segment) {
                *sum += x.norm_sqr();
            }
        }
        let last = bins - 1;
        for (k, p) in density.iter_mut().enumerate() {
            let single = k == 0 || (k == last && self.n.is_multiple_of(2));
            *p *= if single { scale } else { 2.0 * scale };
        }
        density
    }
}
