//! Commands become drives.

use std::collections::BTreeMap;

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::control::systems::place;
use crate::field::Drive;
use crate::registry::{Class, DurableApp, OfResource, Opening, Site};
use crate::resonator::Population;
use crate::safety::{SafeCommand, SafetyHold};
use crate::tick::{Before, NodeContext, TickSystems};

use super::device::{Actuators, MountedActuator, Recorder};
use super::spec::{ActuatorKind, ActuatorSpec};

/// The command of each loop that acts now, by the loop's number, and those that came this tick.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ActiveCommands {
    /// Those that act.
    pub acting: BTreeMap<u32, SafeCommand>,
    /// Those that arrived for this tick, ascending by loop.
    pub arrived: Vec<SafeCommand>,
}

/// Sets every population's drive to the sum of the commands that act on it.
///
/// # Errors
/// When a device of a user fails.
pub fn actuate(
    at: Res<NodeContext>,
    hold: Res<SafetyHold>,
    mut commands: ResMut<ActiveCommands>,
    mut drives: Query<(&Population, &mut Drive)>,
    mut devices: Query<&mut MountedActuator>,
) -> Result {
    // Written to only when it changes, so that its hash stands.
    let arrived = match commands.arrived.is_empty() {
        true => Vec::new(),
        false => std::mem::take(&mut commands.arrived),
    };
    if hold.stopped {
        if !commands.acting.is_empty() {
            commands.acting.clear();
        }
    } else if at.clock.tick < hold.until || arrived.is_empty() {
        return Ok(());
    } else {
        for command in arrived {
            for mut device in &mut devices {
                device.apply(at.clock.tick, &command)?;
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
        drive.set_if_neq(sum);
    }
    Ok(())
}

/// Lets commands move drives where there are loops, and mounts their recorder and the devices of
/// the scene on the first node.
///
/// # Errors
/// With path and message, when a device refuses its parameters.
pub fn set_up(
    app: &mut App,
    loops: usize,
    specs: &[ActuatorSpec],
    actuators: &Actuators,
    site: &Site,
) -> Result<(), (String, String)> {
    if site.is_first() {
        let recorder = Box::new(Recorder::default());
        let world = app.world_mut();
        world.spawn(MountedActuator::new("the recorder".to_owned(), recorder));
        for (number, own) in (0..).zip(specs) {
            let ActuatorKind::Custom(part) = &own.device;
            let at = &site.context;
            let opening = Opening::new(at.seed, number, at.clock.tick_s());
            let device = actuators.open(part, opening);
            let path = || format!("actuators[{number}].device");
            let device = device.map_err(|message| (path(), message))?;
            let who = format!("actuator {:?} named {:?}", part.name, own.name);
            world.spawn(MountedActuator::new(who, device));
        }
    }
    if loops > 0 {
        app.add_systems(Before, actuate.in_set(TickSystems::Actuate));
    }
    Ok(())
}

/// Actuation.
pub struct ActuationPlugin;

impl Plugin for ActuationPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<ActiveCommands>()
            .durable(OfResource::<ActiveCommands, _>::whole(
                "actuation.commands",
                Class::Replica,
            ))
            .local::<MountedActuator>();
    }
}
