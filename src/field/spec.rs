//! The scene's `field` part.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

use super::grid_spec::GridSpec;
use super::modes::Basis;

/// The most modes a field may have.
pub const MAX_MODES: usize = 1000;

/// The field of a scene.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FieldSpec {
    /// Which engine makes the field.
    pub kind: FieldKind,
    /// How strongly every vertex feels the field: the force is this gain times u(x).
    pub felt_gain: f64,
}

/// The field engines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum FieldKind {
    /// No field.
    #[default]
    Off,
    /// Built from the resonators' states, without an equation of its own.
    Synthesis {
        /// From which states, and how.
        #[serde(default)]
        law: SynthesisLaw,
        /// Amplitude of the first mode at coherence 1.
        #[serde(default = "one")]
        gain: f64,
        /// Number of modes, 1 … 1000.
        #[serde(default = "hundred")]
        modes: usize,
    },
    /// A damped wave between fixed ends, driven by the resonators.
    Wave {
        /// Number of modes, 1 … 1000.
        #[serde(default = "sixteen")]
        modes: usize,
        /// Wave speed c, domain lengths per second.
        #[serde(default = "one")]
        speed: f64,
        /// Damping rate γ, 1/s.
        #[serde(default)]
        damping: f64,
        /// Strength with which resonators drive the field.
        #[serde(default = "one")]
        source_gain: f64,
    },
    /// A wave or diffusion on a line or plate, driven and felt by the resonators at their places.
    Grid(GridSpec),
}

/// How a field is made of the resonators' states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum SynthesisLaw {
    /// From the cluster's coherence R: u = gain · Σₖ R^(k²) sin 2πkx.
    #[default]
    Coherence,
    /// From what sensors observe of N resonators: the projection qₖ = gain · (2/N) Σᵢ sin(2πkxᵢ)
    /// oᵢ.
    Modal,
    /// From the order parameter R e^{iψ} of all phases: u = gain · R cos(2πx − ψ), a crest where
    /// the mean phase is.
    MeanPhase,
}

fn one() -> f64 {
    1.0
}

fn hundred() -> usize {
    100
}

fn sixteen() -> usize {
    16
}

impl FieldKind {
    /// Whether there is a field.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !matches!(self, Self::Off)
    }

    /// Whether the field is made from the phases' order parameter.
    #[must_use]
    pub fn needs_mean_phase(&self) -> bool {
        let law = SynthesisLaw::MeanPhase;
        matches!(self, Self::Synthesis { law: own, .. } if *own == law)
    }

    /// The shape of the modes.
    #[must_use]
    pub fn basis(&self) -> Basis {
        match self {
            Self::Synthesis {
                law: SynthesisLaw::MeanPhase,
                ..
            } => Basis::OneTurn,
            Self::Off | Self::Synthesis { .. } => Basis::WholeWaves,
            Self::Wave { .. } | Self::Grid(_) => Basis::HalfWaves,
        }
    }

    /// The number of modes.
    #[must_use]
    pub fn modes(&self) -> usize {
        match self {
            Self::Off | Self::Grid(_) => 0,
            Self::Synthesis {
                law: SynthesisLaw::MeanPhase,
                ..
            } => 2,
            Self::Synthesis { modes, .. } | Self::Wave { modes, .. } => *modes,
        }
    }

    /// The engine's gain.
    #[must_use]
    pub fn gain(&self) -> f64 {
        match self {
            Self::Off => 0.0,
            Self::Synthesis { gain, .. } => *gain,
            Self::Wave { source_gain, .. } => *source_gain,
            Self::Grid(grid) => grid.source_gain,
        }
    }
}

impl FieldSpec {
    /// Collects what is wrong with this part of a scene.
    pub fn validate(&self, problems: &mut Problems, tick_s: f64) {
        problems.range("field.felt_gain", self.felt_gain, -1e6, 1e6, "");
        match &self.kind {
            FieldKind::Off => {}
            FieldKind::Grid(grid) => grid.validate(problems, tick_s),
            FieldKind::Synthesis { gain, modes, .. } => {
                problems.range("field.kind.gain", *gain, -1e6, 1e6, "");
                problems.count("field.kind.modes", *modes as u64, 1, MAX_MODES as u64);
            }
            FieldKind::Wave {
                modes,
                speed,
                damping,
                source_gain,
            } => {
                problems.count("field.kind.modes", *modes as u64, 1, MAX_MODES as u64);
                problems.positive("field.kind.speed", *speed, " lengths/s");
                problems.range("field.kind.damping", *damping, 0.0, f64::INFINITY, " 1/s");
                problems.range("field.kind.source_gain", *source_gain, -1e6, 1e6, "");
            }
        }
    }
}
