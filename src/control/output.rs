//! What a loop may move.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::field::Drive;

/// What a loop moves. Its command is added to what the populations of its scope have of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Output {
    /// Added to the coupling strength κ, as `populations[].coupling`.
    #[default]
    Coupling,
    /// A force on every resonator.
    Force,
    /// Added to the natural frequency, rad/s.
    FrequencyShift,
    /// Added to the damping rate, 1/s.
    Damping,
    /// Added to the gain with which the field is felt.
    FieldGain,
    /// Added to the noise intensity σ.
    Noise,
    /// Amplitude a of a force a sin φ(t) on every resonator. There is none unless a loop drives it.
    ToneAmplitude,
    /// Frequency of that force, Hz: φ′ = 2π f, so that its phase does not jump when f does.
    ToneFrequency,
}

impl Output {
    /// The field of a population to which the output is added, when it has one of that kind.
    #[must_use]
    pub fn adds_to(self) -> Option<&'static str> {
        match self {
            Self::Coupling => Some("coupling"),
            Self::Noise => Some("noise"),
            _ => None,
        }
    }

    /// The entry of a drive that it moves.
    pub fn entry(self, drive: &mut Drive) -> &mut f64 {
        match self {
            Self::Coupling => &mut drive.coupling,
            Self::Force => &mut drive.force,
            Self::FrequencyShift => &mut drive.frequency_shift,
            Self::Damping => &mut drive.damping,
            Self::FieldGain => &mut drive.field_gain,
            Self::Noise => &mut drive.noise,
            Self::ToneAmplitude => &mut drive.tone.amplitude,
            Self::ToneFrequency => &mut drive.tone.frequency_hz,
        }
    }

    /// A drive of this value alone, with noise σ beside it.
    #[must_use]
    pub fn drive(self, value: f64, noise: f64) -> Drive {
        let mut drive = Drive {
            noise,
            ..Drive::default()
        };
        *self.entry(&mut drive) += value;
        drive
    }
}

/// A further output of a loop that follows its command u: offset + gain · u.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowerSpec {
    /// What it moves.
    pub output: Output,
    /// Its change for each unit of the command.
    #[serde(default)]
    pub gain: f64,
    /// Its value at a command of 0.
    #[serde(default)]
    pub offset: f64,
}
