//! The scene's `safety` part.

use bevy::prelude::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

use super::alert::Severity;
use super::gate::OnExcess;

/// Limits and what breaking them brings about.
#[derive(Resource, Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SafetySpec {
    /// Greatest magnitude of a command.
    pub max_energy: f64,
    /// Greatest modal amplitude of the field and displacement of a resonator.
    pub max_amplitude: f64,
    /// What becomes of a command or amplitude beyond its limit.
    pub on_excess: OnExcess,
    /// Ticks for which a hold lasts.
    pub hold_ticks: u64,
    /// Severity of a command beyond `max_energy`.
    pub energy_severity: Severity,
    /// Severity of an amplitude beyond `max_amplitude`.
    pub amplitude_severity: Severity,
    /// Severity of a command that is not finite. A state that is not finite always stops the run.
    pub non_finite_severity: Severity,
}

impl Default for SafetySpec {
    fn default() -> Self {
        Self {
            max_energy: 10.0,
            max_amplitude: 1000.0,
            on_excess: OnExcess::Reject,
            hold_ticks: 50,
            energy_severity: Severity::Warning,
            amplitude_severity: Severity::Stop,
            non_finite_severity: Severity::Hold,
        }
    }
}

impl SafetySpec {
    /// Collects what is wrong with this part of a scene.
    pub fn validate(&self, problems: &mut Problems) {
        problems.positive("safety.max_energy", self.max_energy, "");
        problems.positive("safety.max_amplitude", self.max_amplitude, "");
        problems.count("safety.hold_ticks", self.hold_ticks, 1, 1 << 32);
    }
}
