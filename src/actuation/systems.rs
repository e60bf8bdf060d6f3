//! Commands become drives.

use std::collections::BTreeMap;

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::Tick;
use crate::control::LoopSpec;
use crate::field::Drive;
use crate::registry::{Class, DurableApp, OfResource, Opening, Site};
use crate::resonator::Population;
use crate::safety::{SafeCommand, SafetyHold};
use crate::tick::{Before, NodeContext, TickSystems};

use super::device::{ActuatorDevice, Actuators, MountedActuator, Recorder};
use super::lines::Lines;
use super::spec::{ActuatorKind, ActuatorSpec};

/// The command of each loop that acts now, by the loop's number, and those that came this tick.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ActiveCommands {
    /// Those that act.
    pub acting: BTreeMap<u32, SafeCommand>,
    /// Those that arrived for this tick, ascending by loop.
    pub arrived: Vec<SafeCommand>,
}

/// Lets commands act: on the drives of populations, and on devices.
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
    let tick = at.clock.tick;
    if hold.stopped {
        if !commands.acting.is_empty() {
            commands.acting.clear();
            release(tick, &mut devices)?;
        }
        combine(&commands, &mut drives);
    } else if tick >= hold.until && !arrived.is_empty() {
        for command in arrived {
            for mut device in &mut devices {
                device.apply(tick, &command)?;
            }
            commands.acting.insert(command.control(), command);
        }
        combine(&commands, &mut drives);
    }
    for (_, mut drive) in &mut drives {
        if drive.tone.amplitude != 0.0 || drive.tone.force != 0.0 {
            drive.tone.advance(at.clock.tick_s());
        }
    }
    for mut device in &mut devices {
        device.pass(tick)?;
    }
    Ok(())
}

/// Lets devices put out their safe values.
fn release(tick: Tick, devices: &mut Query<&mut MountedActuator>) -> Result {
    for mut device in devices {
        device.release(tick)?;
    }
    Ok(())
}

/// Sets every population's drive to the sum of the commands that act on it.
fn combine(commands: &ActiveCommands, drives: &mut Query<(&Population, &mut Drive)>) {
    for (population, mut drive) in drives {
        let mut sum = Drive::default();
        for command in commands.acting.values() {
            if command.scope() == population.id {
                sum = sum.plus(&command.output().drive(command.value(), command.noise()));
            }
        }
        (sum.tone.phase_turns, sum.tone.force) = (drive.tone.phase_turns, drive.tone.force);
        drive.set_if_neq(sum);
    }
}

/// What acts on commands in a World.
pub struct ActuationSetup<'a> {
    /// The loops of the scene.
    pub loops: &'a [LoopSpec],
    /// The actuators of the scene.
    pub specs: &'a [ActuatorSpec],
    /// The devices that scenes may name.
    pub actuators: &'a Actuators,
    /// Whether this run acts on the world outside: not when it repeats another.
    pub is_live: bool,
}

/// Lets commands move drives where there are loops, and mounts their recorder and the devices of
/// the scene on the first node.
///
/// # Errors
/// With path and message, when a device refuses its parameters.
pub fn set_up(app: &mut App, setup: ActuationSetup, site: &Site) -> Result<(), (String, String)> {
    if site.is_first() {
        let recorder = Box::new(Recorder::default());
        let world = app.world_mut();
        world.spawn(MountedActuator::new("the recorder".to_owned(), recorder));
        for (number, own) in (0..).zip(setup.specs) {
            let Some(device) = open(own, number, &setup, site)? else {
                continue;
            };
            let who = match &own.device {
                ActuatorKind::Custom(part) => {
                    format!("actuator {:?} named {:?}", part.name, own.name)
                }
                ActuatorKind::Lines(_) => format!("actuator {:?}", own.name),
            };
            world.spawn(MountedActuator::new(who, device));
        }
    }
    let loops = setup.loops.len();
    if loops > 0 {
        app.add_systems(Before, actuate.in_set(TickSystems::Actuate));
    }
    Ok(())
}

/// The device of an actuator of the scene, if it acts in this run.
fn open(
    own: &ActuatorSpec,
    number: u32,
    setup: &ActuationSetup,
    site: &Site,
) -> Result<Option<Box<dyn ActuatorDevice>>, (String, String)> {
    let clock = site.context.clock;
    match &own.device {
        ActuatorKind::Lines(spec) => Ok(setup.is_live.then(|| {
            let names = setup.loops.iter().map(|own| own.name.clone()).collect();
            Box::new(Lines::new(spec.clone(), clock, names, std::io::stdout())) as Box<_>
        })),
        ActuatorKind::Custom(part) => {
            let opening = Opening::new(site.context.seed, number, clock.tick_s());
            let device = setup.actuators.open(part, opening);
            let path = || format!("actuators[{number}].device");
            Ok(Some(device.map_err(|message| (path(), message))?))
        }
    }
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
