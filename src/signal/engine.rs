//! The signal engine: a window of channels → `SystemState`.
//!
//! A channel is valid when every sample is finite and max|x − mean| > 10⁻¹² max|x|. It is divided
//! by max|x| first, so that no square overflows or underflows; the numbers do not depend on scale.

use rustfft::num_complex::Complex64;
use serde::{Deserialize, Serialize};

use crate::base::num;

use super::hilbert::Hilbert;
use super::metrics::{
    PhasorSum, debias_msc, find_peak, mean_densities, mean_msc, spectral_entropy,
};
use super::spectrum::Welch;
use super::state::{SignalError, SignalFlag, SystemState};
use super::window::FrameWindow;

/// A channel whose spread is not above this share of its greatest magnitude has no power.
const LEAST_SPREAD: f64 = 1e-12;
/// Shortest segment, samples.
const LEAST_SEGMENT: usize = 8;

/// Settings of the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalSettings {
    /// Samples in the window, W.
    pub window: usize,
    /// Samples in a Welch segment, n; 8 … W.
    pub segment: usize,
    /// Samples per second, > 0.
    pub sample_rate_hz: f64,
}

/// Plans and scratch memory; the result depends on the window alone.
pub struct SignalEngine {
    settings: SignalSettings,
    welch: Welch,
    hilbert: Hilbert,
    analytic: Vec<Complex64>,
    phasors: PhasorSum,
    /// Segment spectra, one entry per valid channel; never fewer entries than once needed.
    spectra: Vec<Vec<Complex64>>,
}

impl SignalEngine {
    /// Plans for these settings.
    ///
    /// # Errors
    /// When the segment is shorter than 8 samples or longer than the window, or the sample rate is
    /// not a finite number above 0.
    pub fn new(settings: SignalSettings) -> Result<Self, SignalError> {
        if settings.segment < LEAST_SEGMENT || settings.segment > settings.window {
            return Err(SignalError::Segment {
                segment: settings.segment,
                window: settings.window,
            });
        }
        let rate = settings.sample_rate_hz;
        if !(rate.is_finite() && rate > 0.0) {
            return Err(SignalError::SampleRate {
                found: rate.to_string(),
            });
        }
        Ok(Self {
            welch: Welch::new(settings.segment),
            hilbert: Hilbert::new(settings.window),
            analytic: Vec::new(),
            phasors: PhasorSum::default(),
            spectra: Vec::new(),
            settings,
        })
    }

    /// Analyses a window. With fewer samples than a segment there is no value; from then on, the
    /// samples that are there.
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

    /// Analyses channels, oldest sample first. Of channels of unequal length, the newest samples
    /// that all of them have.
    pub fn analyze_channels(&mut self, channels: &[Vec<f64>]) -> SystemState {
        let samples = channels.iter().map(Vec::len).min().unwrap_or(0);
        if samples < self.settings.segment {
            return SystemState::default();
        }
        let (mut valid, mut flags) = (Vec::new(), Vec::new());
        for (index, series) in (0..).zip(channels) {
            match scaled(&series[series.len() - samples..]) {
                Judged::Valid(series) => valid.push(series),
                Judged::NonFinite => flags.push(SignalFlag::ChannelNonFinite(index)),
                Judged::NoPower => flags.push(SignalFlag::ChannelNoPower(index)),
            }
        }
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
        let rate = self.settings.sample_rate_hz;
        if self.spectra.len() < valid.len() {
            self.spectra.resize(valid.len(), Vec::new());
        }
        self.phasors.clear(samples);
        let mut densities = Vec::with_capacity(valid.len());
        for (series, spectra) in valid.iter().zip(&mut self.spectra) {
            self.welch.spectra(series, spectra);
            densities.push(self.welch.density(spectra, rate));
            self.hilbert.analytic(series, &mut self.analytic);
            self.phasors.add(&self.analytic);
        }
        let entropies: f64 = densities.iter().map(|d| spectral_entropy(d)).sum();
        let entropy = entropies / valid.len() as f64;
        let phases = self.phasors.coherence();
        let single = valid.len() == 1;
        if single {
            flags.push(SignalFlag::SingleChannel);
        }
        let segments = self.welch.segments(samples);
        if segments < 2 {
            flags.push(SignalFlag::MscUndefined);
        }
        let peak = find_peak(&mean_densities(&densities));
        let resonance = peak.map_or(0.0, |peak| {
            let shared = if single || segments < 2 {
                1.0
            } else {
                let spectra = &self.spectra[..valid.len()];
                let at_bin: Vec<Vec<Complex64>> = spectra
                    .iter()
                    .map(|spectra| self.welch.at_bin(spectra, peak.bin))
                    .collect();
                debias_msc(mean_msc(&at_bin), segments)
            };
            (peak.crest - 1.0).max(0.0) * shared
        });
        let bin_hz = rate / self.settings.segment as f64;
        let most = num::ln(self.welch.bins() as f64);
        SystemState {
            entropy_nats: entropy,
            entropy_normalized: (entropy / most).min(1.0),
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

enum Judged {
    Valid(Vec<f64>),
    NonFinite,
    NoPower,
}

/// A channel divided by its greatest magnitude, when it is valid.
fn scaled(series: &[f64]) -> Judged {
    if series.iter().any(|x| !x.is_finite()) {
        return Judged::NonFinite;
    }
    let peak = series.iter().fold(0.0f64, |peak, x| peak.max(x.abs()));
    if peak == 0.0 {
        return Judged::NoPower;
    }
    let scaled: Vec<f64> = series.iter().map(|x| x / peak).collect();
    let mean = scaled.iter().sum::<f64>() / scaled.len() as f64;
    let spread = scaled.iter().fold(0.0f64, |s, x| s.max((x - mean).abs()));
    if spread > LEAST_SPREAD {
        Judged::Valid(scaled)
    } else {
        Judged::NoPower
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(window: usize, segment: usize) -> SignalEngine {
        SignalEngine::new(SignalSettings {
            window,
            segment,
            sample_rate_hz: 100.0,
        })
        .unwrap()
    }

    fn tone(samples: usize, hz: f64, phase: f64) -> Vec<f64> {
        (0..samples)
            .map(|k| num::sin(num::TAU * hz * k as f64 / 100.0 + phase))
            .collect()
    }

    fn texts(state: &SystemState) -> Vec<String> {
        state.flags.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_engine_can_be_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<SignalEngine>();
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        let refuse = |window, segment, sample_rate_hz| {
            SignalEngine::new(SignalSettings {
                window,
                segment,
                sample_rate_hz,
            })
            .is_err()
        };
        assert!(refuse(64, 65, 1.0) && refuse(64, 7, 1.0));
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(refuse(64, 32, rate), "{rate}");
        }
        assert!(!refuse(64, 64, 1.0));
    }

    #[test]
    fn numbers_come_with_the_first_segment_and_not_before() {
        let mut engine = engine(64, 32);
        let mut window = FrameWindow::new(2, 64);
        for (k, x) in tone(70, 12.5, 0.0).into_iter().enumerate() {
            let state = engine.analyze(&window);
            assert_eq!(state.valid, k >= 32, "{k}");
            if k < 32 {
                assert_eq!(state, SystemState::default());
            } else {
                let expected: &[&str] = if k < 48 { &["msc_undefined"] } else { &[] };
                assert_eq!(texts(&state), expected, "{k}");
                assert!((state.peak_hz - 12.5).abs() < 0.1);
                assert_eq!(state.coherence, 1.0);
            }
            window.push(&[x, x]).unwrap();
        }
        assert_eq!(engine.analyze_channels(&[]), SystemState::default());
    }

    #[test]
    fn scale_changes_no_number() {
        for n in [512usize, 511] {
            let channels: Vec<Vec<f64>> = (0..3)
                .map(|c| tone(n, 7.3 + 0.1 * f64::from(c), f64::from(c)))
                .collect();
            let mut engine = engine(n, 127);
            let plain = engine.analyze_channels(&channels);
            // Powers of two keep every digit of the channels, so nothing may differ at all.
            for exponent in [-900, -1, 900] {
                let factor = num::pow(2.0, f64::from(exponent));
                let scaled: Vec<Vec<f64>> = channels
                    .iter()
                    .map(|series| series.iter().map(|x| x * factor).collect())
                    .collect();
                assert_eq!(engine.analyze_channels(&scaled), plain);
            }
        }
    }

    #[test]
    fn a_bad_sample_leaves_no_trace_behind() {
        let (good, other) = (tone(300, 9.0, 0.0), tone(300, 9.0, 1.0));
        let mut engine = engine(64, 32);
        let mut window = FrameWindow::new(2, 64);
        for k in 0..300 {
            let x = if k == 100 { f64::NAN } else { good[k] };
            window.push(&[x, other[k]]).unwrap();
            let state = engine.analyze(&window);
            if (100..164).contains(&k) {
                assert_eq!(texts(&state), ["channel_non_finite:0", "single_channel"]);
                assert!(state.is_measured() && state.resonance.is_finite());
            } else if k >= 164 {
                let fresh = [&good, &other].map(|series| series[k - 63..=k].to_vec());
                assert_eq!(state, self::engine(64, 32).analyze_channels(&fresh));
            }
        }
    }

    #[test]
    fn silence_is_a_value_that_nobody_acts_on() {
        let mut engine = engine(64, 32);
        for (channels, flag) in [
            (vec![vec![0.0; 64]; 2], "no_power"),
            (vec![vec![0.1; 64]; 1], "no_power"),
            (vec![vec![f64::NAN; 64]; 2], "no_valid_channel"),
            (vec![vec![f64::NAN; 64], vec![2.0; 64]], "no_valid_channel"),
        ] {
            let state = engine.analyze_channels(&channels);
            assert_eq!(texts(&state), [flag]);
            assert!(state.valid && !state.is_measured());
            assert_eq!((state.entropy_nats, state.coherence), (0.0, 0.0));
        }
    }

    #[test]
    fn a_spread_of_rounding_is_no_power() {
        for (spread, flags) in [(1e-13, &["no_power"][..]), (1e-11, &["single_channel"])] {
            let series = (0..64).map(|k| 1.0 + spread * f64::from(k % 2)).collect();
            let state = engine(64, 32).analyze_channels(&[series]);
            assert_eq!(texts(&state), flags, "{spread}");
        }
    }

    #[test]
    fn a_change_outside_all_segments_spoils_nothing() {
        // 200 samples hold segments up to sample 191; the third channel varies behind that only.
        let mut late = vec![0.0; 200];
        late[199] = 1.0;
        let channels = [tone(200, 12.5, 0.0), tone(200, 12.5, 0.0), late];
        let state = engine(200, 32).analyze_channels(&channels);
        assert!(state.flags.is_empty());
        assert!((state.peak_hz - 12.5).abs() < 0.1, "{state:?}");
        assert!(state.resonance > 1.0, "{state:?}");
    }

    #[test]
    fn of_unequal_channels_the_newest_common_samples_count() {
        let long = tone(100, 9.0, 0.0);
        let short = long[36..].to_vec();
        let mut engine = engine(64, 32);
        let ragged = engine.analyze_channels(&[long, short.clone()]);
        assert_eq!(ragged, engine.analyze_channels(&[short.clone(), short]));
    }
}
