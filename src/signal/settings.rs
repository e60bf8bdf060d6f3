//! How windows are analysed.

use serde::{Deserialize, Serialize};

use super::state::SignalError;
use super::taper::{Shape, Symmetry, Taper};

/// Shortest segment, samples.
const LEAST_SEGMENT: usize = 8;

/// What is taken off a segment before its window is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Detrend {
    /// Its own mean.
    #[default]
    Segment,
    /// The mean of the whole window.
    Whole,
    /// Nothing.
    None,
}

/// Settings of the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalSettings {
    /// Samples in the window, W.
    pub window: usize,
    /// Samples in a Welch segment, n; 8 … W.
    pub segment: usize,
    /// Samples from the start of one segment to that of the next; 1 … n.
    pub step: usize,
    /// Points of the transform of a segment, ≥ n; beyond n the segment is continued by zeros.
    pub points: usize,
    /// What segments are multiplied by.
    pub taper: Taper,
    /// What is taken off them before.
    pub detrend: Detrend,
    /// Samples per second, > 0.
    pub sample_rate_hz: f64,
    /// The band (from, to), Hz, both inclusive, within which spectra are looked at and phases are
    /// taken; everything when absent.
    pub band_hz: Option<(f64, f64)>,
}

/// The defaults of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// `scipy.signal.welch`: Hann periodic, segments of 256 half overlapping, each minus its mean.
    Scipy,
    /// MATLAB's `pwelch`: Hamming symmetric, eight half overlapping segments, no mean taken off,
    /// transforms of a power of two, 256 points at least.
    Matlab,
    /// `mne.time_frequency.psd_array_welch`: Hamming periodic, segments of 256 without overlap, the
    /// mean of the whole window taken off.
    Mne,
}

impl SignalSettings {
    /// Welch's segments as this program takes them: half overlapping, Hann, each minus its mean.
    #[must_use]
    pub fn new(window: usize, segment: usize, sample_rate_hz: f64) -> Self {
        Self {
            window,
            segment,
            step: (segment / 2).max(1),
            points: segment,
            taper: Taper::default(),
            detrend: Detrend::Segment,
            sample_rate_hz,
            band_hz: None,
        }
    }

    /// The defaults of a library for windows of so many samples.
    #[must_use]
    pub fn preset(preset: Preset, window: usize, sample_rate_hz: f64) -> Self {
        let hamming = |symmetry| Taper {
            shape: Shape::Hamming,
            symmetry,
        };
        match preset {
            Preset::Scipy => Self::new(window, window.min(256), sample_rate_hz),
            Preset::Matlab => {
                // Eight segments of n with an overlap of ⌊n/2⌋ take 4.5 n samples.
                let segment = (2 * window / 9).max(1);
                Self {
                    step: segment - segment / 2,
                    points: segment.next_power_of_two().max(256),
                    taper: hamming(Symmetry::Symmetric),
                    detrend: Detrend::None,
                    ..Self::new(window, segment, sample_rate_hz)
                }
            }
            Preset::Mne => {
                let segment = window.min(256);
                Self {
                    step: segment,
                    taper: hamming(Symmetry::Periodic),
                    detrend: Detrend::Whole,
                    ..Self::new(window, segment, sample_rate_hz)
                }
            }
        }
    }

    /// Bins from DC to Nyquist.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.points / 2 + 1
    }

    /// Distance of bins, Hz.
    #[must_use]
    pub fn bin_hz(&self) -> f64 {
        self.sample_rate_hz / self.points as f64
    }

    /// Segments in `samples` samples: K = 1 + ⌊(W − n)/step⌋, 0 when W < n. The first begins at the
    /// first sample; a rest at the end is not used.
    #[must_use]
    pub fn segments(&self, samples: usize) -> usize {
        match samples.checked_sub(self.segment) {
            Some(rest) => 1 + rest / self.step,
            None => 0,
        }
    }

    /// The first and the last bin of the band.
    #[must_use]
    pub fn band_bins(&self) -> (usize, usize) {
        let last = self.bins() - 1;
        match self.band_hz {
            None => (0, last),
            Some((from, to)) => {
                let bin = self.bin_hz();
                // A frequency of the grid belongs to the band though its quotient rounds.
                let first = (from / bin - 1e-9).ceil().max(0.0) as usize;
                let end = (to / bin + 1e-9).floor().max(0.0) as usize;
                (first.min(last), end.min(last))
            }
        }
    }

    /// Whether they can be followed.
    ///
    /// # Errors
    /// When the segment is shorter than 8 samples or longer than the window, the step not in
    /// 1 … n, the transform shorter than the segment, the sample rate not a finite number above 0,
    /// or the band without a bin.
    pub fn check(&self) -> Result<(), SignalError> {
        if self.segment < LEAST_SEGMENT || self.segment > self.window {
            return Err(SignalError::Segment {
                segment: self.segment,
                window: self.window,
            });
        }
        if self.step == 0 || self.step > self.segment || self.points < self.segment {
            return Err(SignalError::Step {
                segment: self.segment,
                step: self.step,
                points: self.points,
            });
        }
        let rate = self.sample_rate_hz;
        if !(rate.is_finite() && rate > 0.0) {
            return Err(SignalError::SampleRate {
                found: rate.to_string(),
            });
        }
        if let Some((from, to)) = self.band_hz {
            let (first, last) = self.band_bins();
            let is_band = from.is_finite() && from >= 0.0 && from < to && to <= 0.5 * rate;
            if !is_band || first > last || last == 0 {
                return Err(SignalError::Band {
                    found: format!("{from} … {to} Hz"),
                    bin_hz: self.bin_hz().to_string(),
                    most_hz: (0.5 * rate).to_string(),
                });
            }
        }
        Ok(())
    }

    /// Number of independent segments, Ke = K / (1 + 2 Σⱼ (1 − j/K) ρⱼ), with ρⱼ the squared
    /// overlap of the window with itself j steps on; for half overlapping Hann segments ρ₁ = 1/36
    /// and no other (Welch, 1967; Carter, Knapp & Nuttall, 1973).
    #[must_use]
    pub fn independent_segments(&self, segments: usize) -> f64 {
        let (n, k) = (self.segment, segments as f64);
        let is_usual = self.taper.shape == Shape::Hann && self.step == n / 2;
        let mut correlation = 0.0;
        if is_usual {
            correlation = (k - 1.0) / k / 36.0;
        } else {
            let factors = self.taper.factors(n);
            let power: f64 = factors.iter().map(|w| w * w).sum();
            for j in 1..segments.min(n.div_ceil(self.step)) {
                let later = factors.iter().skip(j * self.step);
                let shared: f64 = factors.iter().zip(later).map(|(a, b)| a * b).sum();
                let rho = (shared / power) * (shared / power);
                correlation += (k - j as f64) / k * rho;
            }
        }
        k / (1.0 + 2.0 * correlation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_overlap_by_half_and_the_rest_is_not_used() {
        let settings = SignalSettings::new(1024, 256, 1.0);
        let counts = [0, 255, 256, 383, 384, 777, 1024].map(|w| settings.segments(w));
        assert_eq!(counts, [0, 0, 1, 1, 2, 5, 7]);
        assert_eq!(
            (settings.bins(), SignalSettings::new(64, 63, 1.0).bins()),
            (129, 32)
        );
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        let refuse = |window, segment, rate| {
            let settings = SignalSettings::new(window, segment, rate);
            settings.check().is_err()
        };
        assert!(refuse(64, 65, 1.0) && refuse(64, 7, 1.0));
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(refuse(64, 32, rate), "{rate}");
        }
        assert!(!refuse(64, 64, 1.0));
        for band in [
            (2.0, 1.0),
            (-1.0, 1.0),
            (0.0, 51.0),
            (f64::NAN, 1.0),
            (1.1, 1.2),
        ] {
            let settings = SignalSettings {
                band_hz: Some(band),
                ..SignalSettings::new(64, 32, 100.0)
            };
            assert!(settings.check().is_err(), "{band:?}");
        }
    }

    #[test]
    fn bands_hold_the_bins_on_their_borders() {
        let settings = SignalSettings {
            band_hz: Some((12.5, 25.0)),
            ..SignalSettings::new(64, 32, 100.0)
        };
        assert_eq!(settings.band_bins(), (4, 8));
    }

    #[test]
    fn independent_segments_of_the_usual_overlap_follow_the_formula_of_all() {
        let mut settings = SignalSettings::new(4096, 256, 1.0);
        let usual = settings.independent_segments(31);
        assert!((1.0 / usual - 0.0340).abs() < 1e-4);
        assert!((1.0 / settings.independent_segments(7) - 0.1497).abs() < 1e-4);
        settings.taper.shape = Shape::Hamming;
        assert!((settings.independent_segments(31) - usual).abs() < 1.5);
        settings.step = 256;
        assert!((settings.independent_segments(15) - 15.0).abs() < 1e-12);
    }
}
