//! The scene's `actuators` part.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::registry::part::CustomSpec;

use super::device::Actuators;

/// A device of a scene that acts on commands besides the plant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActuatorSpec {
    /// Its name.
    pub name: String,
    /// What it is.
    pub device: ActuatorKind,
}

/// The actuator devices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum ActuatorKind {
    /// A device of the program's catalog; see `phantom list parts`.
    Custom(CustomSpec),
}

impl ActuatorSpec {
    /// Collects what is wrong with the actuator at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str, actuators: &Actuators) {
        let ActuatorKind::Custom(own) = &self.device;
        actuators.check(problems, &format!("{path}.device"), own);
    }
}
