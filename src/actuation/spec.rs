//! The scene's `actuators` part.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::registry::part::CustomSpec;

use super::device::Actuators;
use super::lines::LinesSpec;

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
    /// Lines of JSON on standard output; the scene must say `live: true`.
    Lines(LinesSpec),
    /// A device of the program's catalog; see `phantom list parts`.
    Custom(CustomSpec),
}

/// What an actuator is judged by.
pub struct ActuatorFacts<'a> {
    /// The devices that scenes may name.
    pub actuators: &'a Actuators,
    /// Whether the scene is live.
    pub live: bool,
    /// Names of the loops.
    pub loops: Vec<&'a str>,
}

impl ActuatorSpec {
    /// Collects what is wrong with the actuator at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str, about: &ActuatorFacts) {
        let path = format!("{path}.device");
        match &self.device {
            ActuatorKind::Lines(own) => own.validate(problems, &path, (about.live, &about.loops)),
            ActuatorKind::Custom(own) => about.actuators.check(problems, &path, own),
        }
    }
}
