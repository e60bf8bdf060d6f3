//! The safety kernel of a World as a scene begins.

use bevy::prelude::*;

use crate::control::ControlLoop;
use crate::registry::KeyIndex;
use crate::tick::{Before, TickSystems};

use super::spec::SafetySpec;
use super::systems::{GuardState, LatestSafe, SafetyKernel, guard_commands, guard_plant};

/// Puts the rules into a World.
pub fn set_up_rules(world: &mut World, spec: &SafetySpec) {
    world.insert_resource(SafetyKernel(spec.clone()));
}

/// Puts the rules into a node's World, and a gate at each loop that lives there.
pub fn set_up(app: &mut App, spec: &SafetySpec) {
    let world = app.world_mut();
    set_up_rules(world, spec);
    let Some(loops) = world.get_resource::<KeyIndex<ControlLoop>>() else {
        return;
    };
    let loops: Vec<Entity> = loops.iter().map(|(_, entity)| entity).collect();
    let any = !loops.is_empty();
    for entity in loops {
        world
            .entity_mut(entity)
            .insert((LatestSafe::default(), GuardState::default()));
    }
    if any {
        let guard = guard_commands.in_set(TickSystems::Guard);
        app.add_systems(Before, guard.before(guard_plant));
    }
}
