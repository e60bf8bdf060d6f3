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
use super::phase_plan::PhasePlan;
use super::phases::Phases;
use super::segments::SegmentPlan;
use super::settings::SignalSettings;
use super::spectra::Spectra;
use super::state::{Reason, SignalError, SignalFlag, SystemState};
use super::stream::SignalStream;
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
        let (samples, channels) = (stream.window.len(), stream.window.channel_count());
        state.flags.clear();
        state.valid = samples >= self.settings.segment;
        state.coverage = (0, channels as u32);
        if !state.valid {
            state.flags.push(SignalFlag::WarmingUp);
            self.refuse(state, Reason::TooShort);
            return;
        }
        let (first, fresh) = (stream.first(), stream.take_fresh());
        stream.extents.look(self.isa, &stream.window, first, fresh);
        if let Err(reason) = self.judge(stream, state) {
            self.refuse(state, reason);
            return;
        }
        if self.valid.len() == 1 {
            state.flags.push(SignalFlag::SingleChannel);
        }
        if self.settings.segments(samples) < 2 {
            state.flags.push(SignalFlag::MscUndefined);
        }
        self.measure(stream, hop);
        let windowed = self.windowed(stream);
        state.values.clear();
        let values = self.wanted.iter();
        let values = values.map(|(id, own)| (id.clone(), finite((own.value)(&windowed))));
        state.values.extend(values);
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
        (state, Some(show(&self.windowed(stream))))
    }

    /// The results of the stages for the window that was analysed last.
    fn windowed<'a>(&'a self, stream: &'a SignalStream) -> Windowed<'a> {
        Windowed {
            settings: &self.settings,
            isa: self.isa,
            window: &stream.window,
            valid: &self.valid,
            spectra: &self.spectra,
            phases: &self.phases,
            causal: &stream.causal,
            locking: &stream.locking,
            ordinal: &stream.ordinal,
        }
    }

    /// Which channels are valid, with remarks on the others; why none is.
    fn judge(&mut self, stream: &SignalStream, state: &mut SystemState) -> Result<(), Reason> {
        self.valid.clear();
        let mut reason = Reason::Constant;
        for (channel, fault) in stream.extents.faults.iter().enumerate() {
            let number = channel as u32;
            match fault {
                None => self.valid.push(channel),
                Some(Reason::NonFinite) => {
                    reason = Reason::NonFinite;
                    state.flags.push(SignalFlag::ChannelNonFinite(number));
                }
                Some(_) => state.flags.push(SignalFlag::ChannelNoPower(number)),
            }
        }
        state.coverage.0 = self.valid.len() as u32;
        if !self.valid.is_empty() {
            return Ok(());
        }
        state.flags.clear();
        state.flags.push(match reason {
            Reason::Constant => SignalFlag::NoPower,
            _ => SignalFlag::NoValidChannel,
        });
        Err(reason)
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

    /// Runs the stages that are needed.
    fn measure(&mut self, stream: &mut SignalStream, hop: usize) {
        let first = stream.first();
        let SignalStream {
            window,
            extents,
            segments,
            ordinal,
            causal,
            locking,
            ..
        } = stream;
        let window = &*window;
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
mod tests;
