//! The signal engine: a window of channels → the metrics that are asked for.
//!
//! ```text
//! window ─┬─ extents ─► valid channels
//!         ├─ segments ─► spectra ─► what is shared at the peak ─┐
//!         ├─ analytic signal ─► phases, R(t) ─► pairs           ├─► metrics ─► SystemState
//!         └─ causal filter, order patterns                      ┘
//! ```
//!
//! A result is a function of the window alone: what a stream keeps saves work and changes no bit.

use crate::base::isa::Isa;
use crate::registry::metric::MetricId;

use super::metrics::SignalMetric;
use super::phases::{PhasePlan, Phases};
use super::segments::SegmentPlan;
use super::settings::SignalSettings;
use super::spectra::Spectra;
use super::state::{Reason, SignalError, SignalFlag, SystemState};
use super::stream::{SignalStream, StreamParts};
use super::window::FrameWindow;
use super::windowed::{Stage, Stages, Windowed};

/// Plans and scratch memory for some metrics of windows.
pub struct SignalEngine {
    settings: SignalSettings,
    wanted: Vec<(MetricId, SignalMetric)>,
    stages: Stages,
    isa: Isa,
    segments: SegmentPlan,
    phase_plan: PhasePlan,
    spectra: Spectra,
    phases: Phases,
    valid: Vec<usize>,
    /// Memory for windows that stand alone.
    whole: SignalStream,
}

impl SignalEngine {
    /// Plans for these settings and metrics, each under the name that is given with it.
    ///
    /// # Errors
    /// When [`SignalSettings::check`] refuses the settings.
    pub fn new(
        settings: SignalSettings,
        wanted: Vec<(MetricId, SignalMetric)>,
    ) -> Result<Self, SignalError> {
        settings.check()?;
        let stages = wanted.iter().flat_map(|(_, own)| own.stages);
        Ok(Self {
            stages: stages.fold(Stages::default(), |all, stage| all.with(*stage)),
            isa: Isa::best(),
            segments: SegmentPlan::new(&settings),
            phase_plan: PhasePlan::new(&settings, settings.window),
            spectra: Spectra::default(),
            phases: Phases::default(),
            valid: Vec::new(),
            whole: SignalStream::of(FrameWindow::new(0, 1)),
            settings,
            wanted,
        })
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &SignalSettings {
        &self.settings
    }

    /// Analyses the window of a stream, the next result of which comes `hop` frames on. With fewer
    /// samples than a segment there is no value; from then on, the samples that are there count.
    pub fn analyze(&mut self, stream: &mut SignalStream, hop: usize, state: &mut SystemState) {
        self.run(stream.parts(), hop, state);
    }

    /// Analyses channels of equal length, oldest sample first, all of their samples.
    pub fn analyze_channels(&mut self, channels: &[&[f64]]) -> SystemState {
        let mut state = SystemState::default();
        self.analyze_whole(channels, &mut state);
        state
    }

    /// The same into a state that is there; the memory of a call serves the next.
    pub fn analyze_whole(&mut self, channels: &[&[f64]], state: &mut SystemState) {
        let spare = SignalStream::of(FrameWindow::new(0, 1));
        let mut stream = std::mem::replace(&mut self.whole, spare);
        stream.fill(channels);
        // No window follows.
        self.analyze(&mut stream, usize::MAX, state);
        self.whole = stream;
    }

    /// The bin of the peak in the latest window with a valid channel.
    #[must_use]
    pub fn peak_bin(&self) -> Option<usize> {
        self.spectra.peak.map(|peak| peak.bin)
    }

    /// Analyses the window of a stream and shows the results of the stages, `None` when no channel
    /// is valid or there are fewer samples than a segment.
    pub fn look<T>(
        &mut self,
        stream: &mut SignalStream,
        show: impl FnOnce(&Windowed<'_>) -> T,
    ) -> (SystemState, Option<T>) {
        let mut state = SystemState::default();
        self.analyze(stream, self.settings.step, &mut state);
        if !state.is_measured() {
            return (state, None);
        }
        let shown = show(&Windowed {
            settings: &self.settings,
            isa: self.isa,
            window: stream.window(),
            valid: &self.valid,
            spectra: &self.spectra,
            phases: &self.phases,
            causal: &stream.causal,
            locking: &stream.locking,
            ordinal: &stream.ordinal,
        });
        (state, Some(shown))
    }

    fn run(&mut self, own: StreamParts<'_>, hop: usize, state: &mut SystemState) {
        let samples = own.window.len();
        state.flags.clear();
        state.valid = samples >= self.settings.segment;
        state.coverage = (0, own.window.channel_count() as u32);
        if !state.valid {
            state.flags.push(SignalFlag::WarmingUp);
            self.refuse(state, Reason::TooShort);
            return;
        }
        own.extents.look(self.isa, own.window, own.first, own.fresh);
        self.valid.clear();
        let mut all_constant = true;
        for (channel, fault) in own.extents.faults.iter().enumerate() {
            let number = channel as u32;
            match fault {
                None => self.valid.push(channel),
                Some(Reason::NonFinite) => {
                    all_constant = false;
                    state.flags.push(SignalFlag::ChannelNonFinite(number));
                }
                Some(_) => state.flags.push(SignalFlag::ChannelNoPower(number)),
            }
        }
        state.coverage.0 = self.valid.len() as u32;
        if self.valid.is_empty() {
            state.flags.clear();
            state.flags.push(match all_constant {
                true => SignalFlag::NoPower,
                false => SignalFlag::NoValidChannel,
            });
            self.refuse(
                state,
                match all_constant {
                    true => Reason::Constant,
                    false => Reason::NonFinite,
                },
            );
            return;
        }
        if self.valid.len() == 1 {
            state.flags.push(SignalFlag::SingleChannel);
        }
        if self.settings.segments(samples) < 2 {
            state.flags.push(SignalFlag::MscUndefined);
        }
        self.measure(own, hop, state);
    }

    /// Says of all metrics that there is no value, but for those that silence has.
    fn refuse(&self, state: &mut SystemState, reason: Reason) {
        state.values.clear();
        let outcome = |own: &SignalMetric| match own.silence {
            Some(value) if state.valid => Ok(value),
            _ => Err(reason),
        };
        let values = self
            .wanted
            .iter()
            .map(|(id, own)| (id.clone(), outcome(own)));
        state.values.extend(values);
    }

    fn measure(&mut self, own: StreamParts<'_>, hop: usize, state: &mut SystemState) {
        let StreamParts {
            window,
            first,
            extents,
            segments,
            ordinal,
            causal,
            locking,
            ..
        } = own;
        let (settings, isa, valid) = (&self.settings, self.isa, &self.valid);
        let samples = window.len();
        if self.stages.has(Stage::Spectra) {
            self.segments
                .complete(settings, segments, window, (first, hop));
            let shape = (samples, window.channel_count(), valid.as_slice());
            self.spectra.sum(isa, settings, (segments, first), shape);
            self.spectra.unit = 1.0
                / (settings.sample_rate_hz
                    * self.segments.window_power()
                    * self.spectra.segments as f64);
        }
        if self.stages.has(Stage::Shared) {
            self.spectra.share(isa, settings, (segments, first), valid);
        }
        if self.stages.has(Stage::Phases) {
            if self.phase_plan.samples() != samples {
                self.phase_plan = PhasePlan::new(settings, samples);
            }
            let keeps = self.stages.has(Stage::Phasors);
            self.phases.begin(samples, valid.len(), keeps);
            let magnitude = |channel| extents.whole.magnitude(channel);
            self.phase_plan
                .run(window, valid, magnitude, &mut self.phases);
        }
        if self.stages.has(Stage::Causal) {
            causal.look(isa, window, first, valid);
        }
        if self.stages.has(Stage::CausalLocking) {
            locking.look(isa, window, first);
        }
        if self.stages.has(Stage::Ordinal) {
            ordinal.look(window, first);
        }
        let windowed = Windowed {
            settings,
            isa,
            window,
            valid,
            spectra: &self.spectra,
            phases: &self.phases,
            causal,
            locking,
            ordinal,
        };
        state.values.clear();
        let values = self.wanted.iter();
        let values = values.map(|(id, own)| (id.clone(), finite((own.value)(&windowed))));
        state.values.extend(values);
    }
}

/// A number that is not finite is no value.
fn finite(outcome: Result<f64, Reason>) -> Result<f64, Reason> {
    outcome.and_then(|value| match value.is_finite() {
        true => Ok(value),
        false => Err(Reason::Undefined),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::num;
    use crate::base::random::{KeyedRng, Purpose};
    use crate::signal::metrics::{self, COHERENCE, ENTROPY, PEAK, RESONANCE};

    fn engine(window: usize, segment: usize) -> SignalEngine {
        let settings = SignalSettings::new(window, segment, 100.0);
        let all = metrics::list().into_iter();
        let wanted = all.map(|own| (own.about.id.clone(), own)).collect();
        SignalEngine::new(settings, wanted).unwrap()
    }

    fn analyze(engine: &mut SignalEngine, channels: &[Vec<f64>]) -> SystemState {
        let channels: Vec<&[f64]> = channels.iter().map(Vec::as_slice).collect();
        engine.analyze_channels(&channels)
    }

    fn tone(samples: usize, hz: f64, phase: f64) -> Vec<f64> {
        (0..samples)
            .map(|k| num::sin(num::TAU * hz * k as f64 / 100.0 + phase))
            .collect()
    }

    fn noise(channels: usize, frame: u64) -> Vec<f64> {
        let draw = |c| KeyedRng::new(5, Purpose::Sensor, c as u64, frame).normal();
        (0..channels).map(draw).collect()
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
    fn numbers_come_with_the_first_segment_and_not_before() {
        let mut engine = engine(64, 32);
        let mut stream = SignalStream::new(2, 64);
        let mut state = SystemState::default();
        for (k, x) in tone(70, 12.5, 0.0).into_iter().enumerate() {
            engine.analyze(&mut stream, 1, &mut state);
            assert_eq!(state.valid, k >= 32, "{k}");
            if k < 32 {
                assert_eq!(texts(&state), ["warming_up"]);
                assert_eq!(state.outcome(&ENTROPY), Some(Err(Reason::TooShort)));
            } else {
                let expected: &[&str] = if k < 48 { &["msc_undefined"] } else { &[] };
                assert_eq!(texts(&state), expected, "{k}");
                assert!((state.value(&PEAK).unwrap() - 12.5).abs() < 0.1);
                assert!((state.value(&COHERENCE).unwrap() - 1.0).abs() < 1e-14);
            }
            stream.push(&[x, x]).unwrap();
        }
    }

    /// A window that has moved on, one that is resumed from its samples alone, and one that is seen
    /// for the first time give the same bits, whatever was broken in between.
    #[test]
    fn a_stream_gives_the_bits_of_its_window_alone() {
        for (window, segment, hop) in [(64, 32, 4), (100, 30, 7), (128, 64, 64), (90, 45, 1)] {
            let mut engine = engine(window, segment);
            let mut stream = SignalStream::new(5, window);
            let mut state = SystemState::default();
            for frame in 0..2000u64 {
                let mut row = noise(5, frame);
                row[1] += 3.0 * num::sin(0.3 * frame as f64);
                match frame {
                    300..310 | 900 => row[2] = f64::NAN,
                    500 => row[0] = f64::INFINITY,
                    1000..1300 => row[3] = 0.25,
                    1500..1600 => row.iter_mut().for_each(|x| *x *= 1e200),
                    1600..1700 => row.iter_mut().for_each(|x| *x *= 1e-200),
                    _ => {}
                }
                stream.push(&row).unwrap();
                if frame % hop != 0 {
                    continue;
                }
                engine.analyze(&mut stream, hop as usize, &mut state);
                let mut fresh = SystemState::default();
                let mut resumed = SignalStream::of(stream.window().clone());
                engine.analyze(&mut resumed, hop as usize, &mut fresh);
                assert_eq!(fresh, state, "window {window}, hop {hop}, frame {frame}");
                if frame % 300 == 0 {
                    stream = resumed;
                }
            }
        }
    }

    #[test]
    fn scale_changes_no_number() {
        for n in [512usize, 511] {
            let series = |c: i32| tone(n, 7.3 + 0.1 * f64::from(c), f64::from(c));
            let channels: Vec<Vec<f64>> = (0..3).map(series).collect();
            let mut engine = engine(n, 127);
            // The first two depend on the unit, the third on the logarithm of the scale by rounding.
            let of_scale = ["band_power", "gaussian_entropy_nats", "log_decrement"];
            let compared = |state: &SystemState| {
                let mut values = state.values.clone();
                values.retain(|(id, _)| !of_scale.contains(&id.as_str()));
                values
            };
            let plain = analyze(&mut engine, &channels);
            // Powers of two keep every digit of the channels, so nothing may differ at all.
            for exponent in [-900, -1, 900] {
                let factor = num::pow(2.0, f64::from(exponent));
                let scale = |own: &Vec<f64>| own.iter().map(|x| x * factor).collect();
                let scaled: Vec<Vec<f64>> = channels.iter().map(scale).collect();
                assert_eq!(compared(&analyze(&mut engine, &scaled)), compared(&plain));
            }
        }
    }

    #[test]
    fn silence_is_a_value_that_nobody_acts_on() {
        let mut engine = engine(64, 32);
        for (channels, flag, reason) in [
            (vec![vec![0.0; 64]; 2], "no_power", Reason::Constant),
            (vec![vec![0.1; 64]; 1], "no_power", Reason::Constant),
            (
                vec![vec![f64::NAN; 64]; 2],
                "no_valid_channel",
                Reason::NonFinite,
            ),
            (
                vec![vec![f64::NAN; 64], vec![2.0; 64]],
                "no_valid_channel",
                Reason::NonFinite,
            ),
        ] {
            let state = analyze(&mut engine, &channels);
            assert_eq!(texts(&state), [flag]);
            assert!(state.valid && !state.is_measured());
            assert_eq!(state.value(&ENTROPY), Some(0.0));
            assert_eq!(state.value(&COHERENCE), Some(0.0));
            assert_eq!(state.outcome(&PEAK), Some(Err(reason)));
        }
    }

    #[test]
    fn a_spread_of_rounding_is_no_power() {
        for (spread, flags) in [(1e-13, &["no_power"][..]), (1e-11, &["single_channel"])] {
            let series = (0..64).map(|k| 1.0 + spread * f64::from(k % 2)).collect();
            let state = analyze(&mut engine(64, 32), &[series]);
            assert_eq!(texts(&state), flags, "{spread}");
        }
    }

    #[test]
    fn a_change_outside_all_segments_spoils_nothing() {
        // 200 samples hold segments up to sample 191; the third channel varies behind that only.
        let mut late = vec![0.0; 200];
        late[199] = 1.0;
        let channels = [tone(200, 12.5, 0.0), tone(200, 12.5, 0.0), late];
        let state = analyze(&mut engine(200, 32), &channels);
        assert!(state.flags.is_empty());
        assert!(
            (state.value(&PEAK).unwrap() - 12.5).abs() < 0.1,
            "{state:?}"
        );
        assert!(state.value(&RESONANCE).unwrap() > 1.0, "{state:?}");
    }

    #[test]
    fn a_metric_that_nobody_wants_costs_no_stage() {
        let settings = SignalSettings::new(64, 32, 100.0);
        let wanted = metrics::find(&ENTROPY).unwrap();
        let engine = SignalEngine::new(settings, vec![(ENTROPY, wanted)]).unwrap();
        for stage in [Stage::Phases, Stage::Phasors, Stage::Shared, Stage::Causal] {
            assert!(!engine.stages.has(stage), "{stage:?}");
        }
        assert!(engine.stages.has(Stage::Spectra));
    }
}
