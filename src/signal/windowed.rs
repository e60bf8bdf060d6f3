//! What metrics are formed of: the results of the stages of an analysis.

use crate::base::isa::Isa;

use super::causal::CausalOrder;
use super::locking::CausalLocking;
use super::ordinal::Ordinal;
use super::phases::Phases;
use super::settings::SignalSettings;
use super::spectra::Spectra;
use super::window::FrameWindow;

/// A stage of an analysis. Only those that a wanted metric names are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Welch spectra of the channels, their mean and its peak.
    Spectra,
    /// What the channels share at the peak; after the spectra.
    Shared,
    /// Phases by the analytic signal of the window, and R(t).
    Phases,
    /// The phasors of each channel, for what is about pairs; after the phases.
    Phasors,
    /// R(t) by the causal filter.
    Causal,
    /// Sums over all pairs by the causal filter.
    CausalLocking,
    /// Counts of order patterns.
    Ordinal,
}

/// A set of stages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stages(u8);

impl Stages {
    /// With another stage and those that it needs.
    #[must_use]
    pub fn with(self, stage: Stage) -> Self {
        let own = |stage: Stage| 1u8 << stage as u8;
        let before = match stage {
            Stage::Shared => own(Stage::Spectra),
            Stage::Phasors => own(Stage::Phases),
            _ => 0,
        };
        Self(self.0 | own(stage) | before)
    }

    /// Whether a stage is among them.
    #[must_use]
    pub fn has(self, stage: Stage) -> bool {
        self.0 & (1 << stage as u8) != 0
    }
}

/// The results of a window with at least one valid channel. What comes of a stage that was not
/// asked for has no meaning.
pub struct Windowed<'a> {
    /// The settings.
    pub settings: &'a SignalSettings,
    /// The instruction set that kernels run on; it changes no bit of a result.
    pub isa: Isa,
    /// The samples.
    pub window: &'a FrameWindow,
    /// The valid channels, ascending; at least one.
    pub valid: &'a [usize],
    /// Of [`Stage::Spectra`] and [`Stage::Shared`].
    pub spectra: &'a Spectra,
    /// Of [`Stage::Phases`] and [`Stage::Phasors`].
    pub phases: &'a Phases,
    /// Of [`Stage::Causal`].
    pub causal: &'a CausalOrder,
    /// Of [`Stage::CausalLocking`].
    pub locking: &'a CausalLocking,
    /// Of [`Stage::Ordinal`].
    pub ordinal: &'a Ordinal,
}

impl Windowed<'_> {
    /// Samples of the window.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.window.len()
    }

    /// The samples of a channel.
    #[must_use]
    pub fn series(&self, channel: usize) -> Vec<f64> {
        let mut series = Vec::new();
        self.window.channel(channel, &mut series);
        series
    }

    /// The samples of a valid channel divided by their greatest magnitude.
    #[must_use]
    pub fn scaled(&self, channel: usize) -> Vec<f64> {
        let mut series = self.series(channel);
        let peak = series.iter().fold(0.0f64, |peak, x| peak.max(x.abs()));
        for x in &mut series {
            *x /= peak;
        }
        series
    }

    /// The mean of a number over the valid channels.
    pub fn mean_over(&self, of: impl Fn(usize) -> f64) -> f64 {
        self.valid.iter().map(|c| of(*c)).sum::<f64>() / self.valid.len() as f64
    }
}
