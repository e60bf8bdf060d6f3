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
mod tests;
