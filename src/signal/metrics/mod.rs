//! The metrics of the signal engine, a file each.
//!
//! A metric says what it is, which stages of the analysis it needs and how it is formed of them.
//! One that stands in [`list`] can be recorded, plotted, watched, asserted on and steered by, and
//! `phantom signal` computes and explains it.

use crate::registry::metric::{Family, Metric, MetricId, Metrics, Need};

use super::state::{Outcome, Reason};
use super::windowed::{Stage, Windowed};

mod band_power;
mod coherence;
mod coherence_causal;
mod coherence_debiased;
mod coherence_trim10;
mod crest;
mod effective_bins;
mod entropy;
mod entropy_bits;
mod entropy_normalized;
mod gaussian_entropy;
mod global_coherence;
pub mod histogram_entropy;
mod imaginary_coherence;
mod log_decrement;
mod mean_phase;
mod msc;
mod msc_debiased;
mod peak;
mod peak_width;
pub mod periodogram_entropy;
mod permutation_entropy;
mod permutation_normalized;
mod phase_lag_index;
mod phase_locking;
mod phase_locking_causal;
mod quality;
mod resonance;
mod sample_entropy;
mod snr;
mod von_neumann_entropy;

pub use coherence::COHERENCE;
pub use coherence_debiased::COHERENCE_DEBIASED;
pub use entropy::ENTROPY;
pub use entropy_normalized::ENTROPY_NORMALIZED;
pub use gaussian_entropy::{covariance, gaussian_entropy_nats};
pub use global_coherence::global_coherence;
pub use peak::PEAK;
pub use permutation_entropy::permutation_entropy_nats;
pub use resonance::RESONANCE;
pub use sample_entropy::sample_entropy_nats;
pub use von_neumann_entropy::correlation_eigenvalues;

/// A metric of the signal engine.
#[derive(Clone, Debug)]
pub struct SignalMetric {
    /// Its row in the table of metrics.
    pub about: Metric,
    /// The stages that it is formed of.
    pub stages: &'static [Stage],
    /// Its value in a window with at least one valid channel.
    pub value: fn(&Windowed<'_>) -> Outcome,
    /// Its value when no channel is valid; most have none.
    pub silence: Option<f64>,
    /// How it is to be read.
    pub reading: Reading,
}

/// How a metric is to be read, for `phantom signal --explain` and the guide.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Base of its logarithms and what it is divided by.
    pub normalization: &'static str,
    /// What independent channels, noise or chance give, in words.
    pub null: &'static str,
    /// The same as a number for a window.
    pub null_value: Option<fn(&Windowed<'_>) -> f64>,
    /// The level that chance exceeds in 5 % of windows.
    pub level_95: Option<fn(&Windowed<'_>) -> f64>,
    /// Calls of other libraries that give the same, and to how many digits they did in the tests.
    pub equals: &'static [(&'static str, u32)],
    /// What is approximated or to be kept in mind.
    pub caution: &'static str,
}

impl SignalMetric {
    fn new(
        about: Metric,
        stages: &'static [Stage],
        value: fn(&Windowed<'_>) -> Outcome,
        reading: Reading,
    ) -> Self {
        Self {
            about,
            stages,
            value,
            silence: None,
            reading,
        }
    }

    /// With a value for windows without a valid channel.
    fn in_silence(mut self, value: f64) -> Self {
        self.silence = Some(value);
        self
    }
}

/// A row of the table of metrics.
fn row(id: MetricId, label: &'static str, family: Family, help: &'static str) -> Metric {
    Metric::new(id, label, Need::Signals, family, help)
}

/// All metrics, in the order of their columns. The first six are those of a scene that names none.
#[must_use]
pub fn list() -> Vec<SignalMetric> {
    vec![
        entropy::metric(),
        entropy_normalized::metric(),
        coherence::metric(),
        coherence_debiased::metric(),
        resonance::metric(),
        peak::metric(),
        entropy_bits::metric(),
        effective_bins::metric(),
        periodogram_entropy::metric(),
        permutation_entropy::metric(),
        permutation_normalized::metric(),
        histogram_entropy::metric(),
        sample_entropy::metric(),
        von_neumann_entropy::metric(),
        gaussian_entropy::metric(),
        coherence_trim10::metric(),
        coherence_causal::metric(),
        mean_phase::metric(),
        phase_locking::metric(),
        phase_locking_causal::metric(),
        phase_lag_index::metric(),
        imaginary_coherence::metric(),
        msc::metric(),
        msc_debiased::metric(),
        global_coherence::metric(),
        crest::metric(),
        snr::metric(),
        peak_width::metric(),
        quality::metric(),
        log_decrement::metric(),
        band_power::metric(),
    ]
}

/// Those that a scene has when it names none.
#[must_use]
pub fn usual() -> Vec<MetricId> {
    list().into_iter().take(6).map(|own| own.about.id).collect()
}

/// Their rows.
#[must_use]
pub fn table() -> Metrics {
    Metrics::new(list().into_iter().map(|own| own.about).collect())
}

/// Those of these names that there are, each under its name, as the engine takes them.
pub fn named(ids: impl IntoIterator<Item = impl Into<MetricId>>) -> Vec<(MetricId, SignalMetric)> {
    let found = ids.into_iter().filter_map(|id| find(&id.into()));
    found.map(|own| (own.about.id.clone(), own)).collect()
}

/// The metric with a name.
#[must_use]
pub fn find(id: &MetricId) -> Option<SignalMetric> {
    list().into_iter().find(|own| own.about.id == *id)
}
