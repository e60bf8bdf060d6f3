//! Commands become drives.

use std::collections::BTreeMap;

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::control::systems::place;
use crate::field::Drive;
use crate::resonator::Population;
use crate::safety::{SafeCommand, SafetyHold};
use crate::tick::{Before, NodeContext, TickSystems};

use super::device::MountedActuator;

/// The command of each loop that acts now, by the loop's number, and those that came this tick.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ActiveCommands {
    /// Those that act.
    pub acting: BTreeMap<u32, SafeCommand>,
    /// Those that arrived for this tick, ascending by loop.
    pub arrived: Vec<SafeCommand>,
}

/// Sets every population's drive to the sum of the commands that act on it.
pub fn actuate(
    at: Res<NodeContext>,
    hold: Res<SafetyHold>,
    mut commands: ResMut<ActiveCommands>,
    mut drives: Query<(&Population, &mut Drive)>,
    mut devices: Query<&mut MountedActuator>,
) {
    let arrived = std::mem::take(&mut commands.arrived);
    if hold.stopped {
        commands.acting.clear();
    } else if at.clock.tick < hold.until || arrived.is_empty() {
        return;
    } else {
        for command in arrived {
            for mut device in &mut devices {
                device.0.apply(at.clock.tick, &command);
            }
            commands.acting.insert(command.control(), command);
        }
    }
    for (population, mut drive) in &mut drives {
        let mut sum = Drive::default();
        for command in commands.acting.values() {
            if command.scope() == population.id {
                sum = sum.plus(&place(command.output(), command.value(), command.noise()));
            }
        }
        *drive = sum;
    }
}

/// Actuation.
pub struct ActuationPlugin;

impl Plugin for ActuationPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<ActiveCommands>()
            .add_systems(Before, actuate.in_set(TickSystems::Actuate));
    }
}
