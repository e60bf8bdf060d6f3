//! The hardware abstraction of actuators.

use bevy::prelude::*;

use crate::base::Tick;
use crate::safety::SafeCommand;

/// A device that acts on safe commands besides the plant. It can only receive what has passed the
/// safety gate.
pub trait ActuatorDevice: Send + Sync {
    /// Acts on a command that takes effect in tick `tick`.
    fn apply(&mut self, tick: Tick, command: &SafeCommand);

    /// What the device wants written down since the last call.
    fn take_records(&mut self) -> Vec<(Tick, SafeCommand)> {
        Vec::new()
    }
}

/// An actuator on this node.
#[derive(Component)]
pub struct MountedActuator(pub Box<dyn ActuatorDevice>);

/// An actuator that writes down every command that took effect.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    records: Vec<(Tick, SafeCommand)>,
}

impl ActuatorDevice for Recorder {
    fn apply(&mut self, tick: Tick, command: &SafeCommand) {
        self.records.push((tick, *command));
    }

    fn take_records(&mut self) -> Vec<(Tick, SafeCommand)> {
        std::mem::take(&mut self.records)
    }
}
