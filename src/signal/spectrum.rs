//! Welch spectra: the spectra of overlapping segments, and their mean density.
//!
//! Segments of n samples, half overlapping, each minus its mean and times the periodic Hann window
//! wₖ = ½ − ½ cos 2πk/n; one-sided density P(f) = s · mean |X|² / (fs Σ w²), s = 2 but at DC and
//! Nyquist (Welch, 1967; scipy.signal.welch with the same settings). The spectra of the segments
//! are kept, since coherence between channels is made of them.

use std::sync::Arc;

use rustfft::num_complex::Complex64;
use rustfft::{Fft, FftPlannerScalar};

use crate::base::num;

/// Plan, window and scratch memory for one segment length. The scalar planner does the same
/// arithmetic whatever vector instructions the CPU has.
pub struct Welch {
    n: usize,
    window: Vec<f64>,
    /// Σ w².
    window_power: f64,
    fft: Arc<dyn Fft<f64>>,
    buffer: Vec<Complex64>,
    scratch: Vec<Complex64>,
}

impl Welch {
    /// Plans for segments of `n` samples, at least 2; any length, odd ones too.
    #[must_use]
    pub fn new(n: usize) -> Self {
        let n = n.max(2);
        let fft = FftPlannerScalar::new().plan_fft_forward(n);
        let window: Vec<f64> = (0..n)
            .map(|k| 0.5 - 0.5 * num::cos(num::TAU * k as f64 / n as f64))
            .collect();
        Self {
            n,
            window_power: window.iter().map(|w| w * w).sum(),
            window,
            buffer: vec![Complex64::default(); n],
            scratch: vec![Complex64::default(); fft.get_inplace_scratch_len()],
            fft,
        }
    }

    /// Bins from DC to Nyquist: B = ⌊n/2⌋ + 1; bin k lies at k · fs/n.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.n / 2 + 1
    }

    /// Segments in `samples` samples: K = 1 + ⌊(W − n) / ⌊n/2⌋⌋, 0 when W < n. The first begins
    /// at the first sample; a rest at the end is not used.
    #[must_use]
    pub fn segments(&self, samples: usize) -> usize {
        match samples.checked_sub(self.n) {
            Some(rest) => 1 + rest / (self.n / 2),
            None => 0,
        }
    }

    /// Writes the spectra of all segments of a series into `out`: `segments · bins` entries,
    /// segment after segment, in the unit of the series.
    pub fn spectra(&mut self, series: &[f64], out: &mut Vec<Complex64>) {
        out.clear();
        let (bins, step) = (self.bins(), self.n / 2);
        for k in 0..self.segments(series.len()) {
            let segment = &series[k * step..k * step + self.n];
            let mean = segment.iter().sum::<f64>() / self.n as f64;
            for ((cell, x), w) in self.buffer.iter_mut().zip(segment).zip(&self.window) {
                *cell = Complex64::new((x - mean) * w, 0.0);
            }
            self.fft
                .process_with_scratch(&mut self.buffer, &mut self.scratch);
            out.extend_from_slice(&self.buffer[..bins]);
        }
    }

    /// The one-sided mean density of segment spectra: `bins` entries, unit² per Hz; all 0 when
    /// there is no segment.
    #[must_use]
    pub fn density(&self, spectra: &[Complex64], sample_rate_hz: f64) -> Vec<f64> {
        let bins = self.bins();
        let segments = (spectra.len() / bins).max(1) as f64;
        let scale = 1.0 / (sample_rate_hz * self.window_power * segments);
        let mut density = vec![0.0; bins];
        for segment in spectra.chunks_exact(bins) {
            for (sum, x) in density.iter_mut().zip(segment) {
                *sum += x.norm_sqr();
            }
        }
        for (k, p) in density.iter_mut().enumerate() {
            let single = k == 0 || 2 * k == self.n;
            *p *= if single { scale } else { 2.0 * scale };
        }
        density
    }

    /// The values of one bin in all segments of spectra written by [`Welch::spectra`].
    #[must_use]
    pub fn at_bin(&self, spectra: &[Complex64], bin: usize) -> Vec<Complex64> {
        spectra
            .iter()
            .skip(bin)
            .step_by(self.bins())
            .copied()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn density(n: usize, series: &[f64], fs: f64) -> Vec<f64> {
        let mut welch = Welch::new(n);
        let mut spectra = Vec::new();
        welch.spectra(series, &mut spectra);
        assert_eq!(spectra.len(), welch.segments(series.len()) * welch.bins());
        welch.density(&spectra, fs)
    }

    #[test]
    fn a_tone_in_the_middle_of_a_bin_has_the_lobe_of_the_window() {
        for n in [64usize, 63, 50] {
            let tone = |k: usize| 2.0 * num::cos(num::TAU * 7.0 * k as f64 / n as f64);
            let series: Vec<f64> = (0..4 * n).map(tone).collect();
            let p = density(n, &series, 10.0);
            // Parseval: density times bin width sums to the variance, a²/2 = 2.
            let power = p.iter().sum::<f64>() * 10.0 / n as f64;
            assert!((power - 2.0).abs() < 1e-12, "{n}: {power}");
            for (k, share) in [(6, 1.0 / 6.0), (7, 2.0 / 3.0), (8, 1.0 / 6.0)] {
                let found = p[k] * 10.0 / n as f64 / power;
                assert!((found - share).abs() < 1e-12, "{n}: bin {k} has {found}");
            }
        }
    }

    #[test]
    fn segments_overlap_by_half_and_the_rest_is_not_used() {
        let welch = Welch::new(256);
        let counts = [0, 255, 256, 383, 384, 777, 1024].map(|w| welch.segments(w));
        assert_eq!(counts, [0, 0, 1, 1, 2, 5, 7]);
        assert_eq!((welch.bins(), Welch::new(63).bins()), (129, 32));
        assert_eq!(density(16, &[1.0; 15], 1.0), [0.0; 9]);
    }

    #[test]
    fn plans_can_be_used_again_and_keep_nothing() {
        let mut welch = Welch::new(32);
        let series: Vec<f64> = (0..100).map(|k| num::sin(f64::from(k * k))).collect();
        let (mut first, mut second) = (Vec::new(), Vec::new());
        welch.spectra(&series, &mut first);
        welch.spectra(&[1e9; 64], &mut second);
        welch.spectra(&series, &mut second);
        assert_eq!(first, second);
        let bin = welch.at_bin(&first, 3);
        assert_eq!(bin, [first[3], first[20], first[37], first[54], first[71]]);
    }
}
