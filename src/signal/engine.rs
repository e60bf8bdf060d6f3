//! The signal engine: a window of channels → `SystemState`.

use rustfft::num_complex::Complex64;
use serde::{Deserialize, Serialize};

use crate::base::num;

use super::hilbert::Hilbert;
use super::metrics::{debias_msc, find_peak, mean_msc, phase_coherence, spectral_entropy};
use super::spectrum::Welch;
use super::state::{SignalError, SignalFlag, SystemState};
use super::window::FrameWindow;

/// Settings of the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalSettings {
    /// Samples in the window, W.
    pub window: usize,
    /// Samples in a segment, n ≤ W.
    pub segment: usize,
    /// Samples per second.
    pub sample_rate_hz: f64,
}

/// Plans and scratch memory; the result depends on the window alone.
pub struct SignalEngine {
    settings: SignalSettings,
    welch: Welch,
    hilbert: Hilbert,
}

impl SignalEngine {
    /// Plans for these settings.
    ///
    /// # Errors
    /// When the segment is shorter than 8 samples or longer than the window.
    pub fn new(settings: SignalSettings) -> Result<Self, SignalError> {
        if settings.segment < 8 || settings.segment > settings.window {
            return Err(SignalError::Segment {
                segment: settings.segment,
                window: settings.window,
            });
        }
        Ok(Self {
            welch: Welch::new(settings.segment),
            hilbert: Hilbert::new(settings.window),
            settings,
        })
    }

    /// Analyses a window.
    pub fn analyze(&mut self, window: &FrameWindow) -> SystemState {
        let channels: Vec<Vec<f64>> = (0..window.channel_count())
            .map(|index| {
                let mut series = Vec::new();
                window.channel(index, &mut series);
                series
            })
            .collect();
        self.analyze_channels(&channels)
    }

    /// Analyses channels of equal length.
    pub fn analyze_channels(&mut self, channels: &[Vec<f64>]) -> SystemState {
        let samples = channels.first().map_or(0, Vec::len);
        if samples < self.settings.segment {
            return SystemState::default();
        }
        let (valid, flags) = judge(channels);
        if valid.is_empty() {
            let silent = |flag: &SignalFlag| matches!(flag, SignalFlag::ChannelNoPower(_));
            let flag = if flags.iter().all(silent) {
                SignalFlag::NoPower
            } else {
                SignalFlag::NoValidChannel
            };
            return SystemState {
                flags: vec![flag],
                valid: true,
                ..SystemState::default()
            };
        }
        self.measure(&valid, flags, samples)
    }

    fn measure(
        &mut self,
        valid: &[Vec<f64>],
        mut flags: Vec<SignalFlag>,
        samples: usize,
    ) -> SystemState {
        let bins = self.welch.bins();
        let spectra: Vec<Vec<Complex64>> = valid
            .iter()
            .map(|series| self.welch.spectra(series))
            .collect();
        let densities: Vec<Vec<f64>> = spectra
            .iter()
            .map(|s| self.welch.density(s, self.settings.sample_rate_hz))
            .collect();
        let count = valid.len() as f64;
        let entropy = densities.iter().map(|d| spectral_entropy(d)).sum::<f64>() / count;
        if self.hilbert.length() != samples {
            self.hilbert = Hilbert::new(samples);
        }
        let analytic: Vec<_> = valid.iter().map(|s| self.hilbert.analytic(s)).collect();
        let phases = phase_coherence(&analytic);
        if valid.len() == 1 {
            flags.push(SignalFlag::SingleChannel);
        }
        let segments = self.welch.segments(samples);
        let peak = find_peak(&densities);
        let mut resonance = 0.0;
        if let Some(peak) = peak {
            let shared = if segments < 2 {
                flags.push(SignalFlag::MscUndefined);
                1.0
            } else if valid.len() < 2 {
                1.0
            } else {
                let at_bin: Vec<Vec<Complex64>> = spectra
                    .iter()
                    .map(|s| s.iter().skip(peak.bin).step_by(bins).copied().collect())
                    .collect();
                debias_msc(mean_msc(&at_bin), segments)
            };
            resonance = (peak.crest - 1.0).max(0.0) * shared;
        }
        let bin_hz = self.settings.sample_rate_hz / self.settings.segment as f64;
        let single = valid.len() == 1;
        SystemState {
            entropy_nats: entropy,
            entropy_normalized: entropy / num::ln(bins as f64),
            coherence: if single { 1.0 } else { phases.mean },
            coherence_trim10: if single { 1.0 } else { phases.trim10 },
            coherence_debiased: phases.debiased,
            resonance,
            peak_hz: peak.map_or(0.0, |peak| peak.place * bin_hz),
            mean_phase_rad: phases.last_phase_rad,
            flags,
            valid: true,
        }
    }
}

/// The valid channels, each divided by its greatest magnitude, and flags for the others.
fn judge(channels: &[Vec<f64>]) -> (Vec<Vec<f64>>, Vec<SignalFlag>) {
    let (mut valid, mut flags) = (Vec::new(), Vec::new());
    for (index, series) in (0..).zip(channels) {
        if series.iter().any(|x| !x.is_finite()) {
            flags.push(SignalFlag::ChannelNonFinite(index));
            continue;
        }
        let peak = series.iter().fold(0.0f64, |peak, x| peak.max(x.abs()));
        let scaled: Vec<f64> = series
            .iter()
            .map(|x| if peak > 0.0 { x / peak } else { 0.0 })
            .collect();
        let mean = scaled.iter().sum::<f64>() / scaled.len() as f64;
        let spread = scaled.iter().fold(0.0f64, |s, x| s.max((x - mean).abs()));
        if spread > 1e-12 {
            valid.push(scaled);
        } else {
            flags.push(SignalFlag::ChannelNoPower(index));
        }
    }
    (valid, flags)
}
