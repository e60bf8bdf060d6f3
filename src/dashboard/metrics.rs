//! The metrics that are plotted: name, unit, colour, and what each one means.

use bevy_egui::egui::Color32;
use serde::{Deserialize, Serialize};

use crate::control::Measure;
use crate::record::MetricRow;

use super::theme;

/// A column of metrics.csv.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Metric {
    /// Spectral entropy.
    Entropy,
    /// Kuramoto order parameter of the window.
    Coherence,
    /// Peak over mean, shared by the channels.
    Resonance,
    /// Integrated information.
    Phi,
    /// The command of the scope's first loop.
    Command,
    /// The greatest load of a node.
    Load,
    /// Frequency of the spectral peak.
    Peak,
    /// Entropy over its greatest value.
    EntropyNormalized,
    /// Coherence without the bias of few channels.
    CoherenceDebiased,
    /// Alerts so far.
    Alerts,
    /// Order parameter of the resonators themselves.
    Order,
    /// Mean energy of the resonators by themselves.
    OwnEnergy,
    /// Energy of a field on a grid.
    FieldEnergy,
    /// Energy of the resonators and of their edges.
    Energy,
    /// Order among the neighbours of a resonator.
    LocalOrder,
    /// Mean rate of the resonators.
    Frequency,
    /// Spread of their rates.
    FrequencySpread,
    /// Mean of what sensors see.
    Mean,
}

impl Metric {
    /// All of them, in the order of lists.
    pub const ALL: [Self; 18] = [
        Self::Entropy,
        Self::Coherence,
        Self::Resonance,
        Self::Phi,
        Self::Command,
        Self::Load,
        Self::Peak,
        Self::EntropyNormalized,
        Self::CoherenceDebiased,
        Self::Alerts,
        Self::Order,
        Self::OwnEnergy,
        Self::FieldEnergy,
        Self::Energy,
        Self::LocalOrder,
        Self::Frequency,
        Self::FrequencySpread,
        Self::Mean,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Entropy => "entropy",
            Self::Coherence => "coherence",
            Self::Resonance => "resonance",
            Self::Phi => "Φ",
            Self::Command => "command",
            Self::Load => "greatest load",
            Self::Peak => "peak frequency",
            Self::EntropyNormalized => "normalised entropy",
            Self::CoherenceDebiased => "debiased coherence",
            Self::Alerts => "alerts",
            Self::Order => "order",
            Self::OwnEnergy => "own energy",
            Self::FieldEnergy => "field energy",
            Self::Energy => "energy",
            Self::LocalOrder => "local order",
            Self::Frequency => "frequency",
            Self::FrequencySpread => "frequency spread",
            Self::Mean => "mean",
        }
    }

    /// Its unit; empty for pure numbers.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Entropy | Self::Phi => "nats",
            Self::Peak => "Hz",
            Self::Frequency | Self::FrequencySpread => "rad/s",
            _ => "",
        }
    }

    /// The values it can have.
    #[must_use]
    pub fn range(self) -> &'static str {
        match self {
            Self::Entropy => "0 … ln B for B bins",
            Self::Coherence | Self::EntropyNormalized | Self::LocalOrder => "0 … 1",
            Self::Frequency | Self::Mean => "any",
            Self::Order => "0 … 1 for phases, ≥ 0 for amplitudes",
            Self::CoherenceDebiased => "≤ 1; about 0 for independent channels",
            Self::Peak => "0 … half the sample rate",
            Self::Command => "within the loop's output limits",
            Self::Resonance
            | Self::Phi
            | Self::Load
            | Self::Alerts
            | Self::OwnEnergy
            | Self::Energy
            | Self::FrequencySpread
            | Self::FieldEnergy => "≥ 0",
        }
    }

    /// The greatest value that a plot always shows.
    #[must_use]
    pub fn top(self) -> Option<f64> {
        match self {
            Self::Coherence | Self::EntropyNormalized | Self::Order | Self::LocalOrder => Some(1.0),
            _ => None,
        }
    }

    /// Meaning, formula and source.
    #[must_use]
    pub fn help(self) -> &'static str {
        match self {
            Self::Entropy => {
                "How many frequencies share the power. H = −Σ p ln p of the normalised Welch \
                 spectrum, the mean over channels: low is a pure tone, high is noise. (Inouye 1991)"
            }
            Self::Coherence => {
                "How far the channels go in step. R = the time mean of |mean of e^(iφ)| over the \
                 channels' Hilbert phases, the Kuramoto order parameter. Independent channels give \
                 about √(π/4C), not 0. (Kuramoto 1984)"
            }
            Self::Resonance => {
                "How far one shared tone stands above the rest: (crest − 1) of the spectral peak \
                 times the debiased magnitude-squared coherence there. 0 for noise, and for tones \
                 that nobody shares."
            }
            Self::Phi => {
                "Integrated information of the declared units: what is lost across their weakest \
                 cut, by the measure of the scene's phi part. Dots are exact, rings estimates, \
                 triangles bounds. (Hidaka and Oizumi 2018; Albantakis et al. 2023)"
            }
            Self::Command => {
                "What the first loop of this scope asks for and the safety gate lets pass, in the \
                 unit of the drive that it moves."
            }
            Self::Load => {
                "The greatest modelled load of a node: vertices, edges and devices over the node's \
                 capacity. Beyond 1 a node would not keep up."
            }
            Self::Peak => "The frequency at which the mean spectrum is greatest.",
            Self::EntropyNormalized => "Entropy over its greatest value, ln B for B bins.",
            Self::CoherenceDebiased => {
                "R² less what independent channels would show by chance: (C R² − 1)/(C − 1) for C \
                 channels."
            }
            Self::Alerts => "Alerts of the safety kernel since the start.",
            Self::Order => {
                "How far all resonators of a population go in step now: |mean of e^(iθ)| of phases, \
                 |mean z| of amplitudes, without sensors or window. (Kuramoto 1984)"
            }
            Self::OwnEnergy => {
                "Mean of ½v² + ½ω²x² over the oscillators of a population, without what their \
                 coupling stores."
            }
            Self::FieldEnergy => {
                "Energy of the field on its grid: ½∫(u_t² + c²|∇u|²) of a wave, by Parseval."
            }
            Self::Energy => {
                "Own energy and that of the incoming edges, a mean over resonators. Without damping \
                 and drive it stays, but for what the integrator loses."
            }
            Self::LocalOrder => {
                "How far the neighbours of a phase go in step, a mean over phases: \
                 |Σ w e^(iθ)| / Σ |w| over incoming edges. High local and low global order: waves."
            }
            Self::Frequency => "Mean rate of the phases, or of the angles of amplitudes.",
            Self::Mean => "Mean of what sensors see of the resonators: cos θ, or x.",
            Self::FrequencySpread => {
                "Standard deviation of the rates over a population: 0 when all are locked."
            }
        }
    }

    /// Meaning, unit and range as one text.
    #[must_use]
    pub fn explained(self) -> String {
        let unit = match self.unit() {
            "" => "a pure number",
            unit => unit,
        };
        format!("{}\nUnit: {unit}. Range: {}.", self.help(), self.range())
    }

    /// Its colour.
    #[must_use]
    pub fn color(self) -> Color32 {
        match self {
            Self::Entropy | Self::EntropyNormalized => theme::ENTROPY,
            Self::Coherence | Self::CoherenceDebiased | Self::Order | Self::LocalOrder => {
                theme::COHERENCE
            }
            Self::Resonance => theme::RESONANCE,
            Self::Phi => theme::REFERENCE,
            Self::Command | Self::FieldEnergy => theme::FIELD,
            Self::Load | Self::Alerts => theme::ALERT,
            Self::Peak | Self::OwnEnergy | Self::Frequency | Self::Mean => theme::BLUE,
            Self::Energy | Self::FrequencySpread => theme::REFERENCE,
        }
    }

    /// The measure of a control loop that it is.
    #[must_use]
    pub fn measure(self) -> Option<Measure> {
        match self {
            Self::Entropy => Some(Measure::Entropy),
            Self::Coherence => Some(Measure::Coherence),
            Self::Resonance => Some(Measure::Resonance),
            Self::EntropyNormalized => Some(Measure::EntropyNormalized),
            _ => None,
        }
    }

    /// Its value in a row.
    #[must_use]
    pub fn of(self, row: &MetricRow) -> Option<f64> {
        let signal = |k: usize| row.signals.map(|signals| signals[k]);
        match self {
            Self::Entropy => signal(0),
            Self::EntropyNormalized => signal(1),
            Self::Coherence => signal(2),
            Self::CoherenceDebiased => signal(3),
            Self::Resonance => signal(4),
            Self::Peak => signal(5),
            Self::Phi => row.phi_nats,
            Self::Command => row.command,
            Self::Load => row.load_max,
            Self::Alerts => row.alerts.map(|n| n as f64),
            Self::Order => row.value("order"),
            Self::OwnEnergy => row.value("own_energy"),
            Self::Energy => row.value("energy"),
            Self::LocalOrder => row.value("local_order"),
            Self::Frequency => row.value("frequency"),
            Self::FrequencySpread => row.value("frequency_sd"),
            Self::Mean => row.value("mean"),
            Self::FieldEnergy => row.field.map(|field| field[0]),
        }
    }
}
