//! The safety kernel of a World as a scene begins.

use bevy::prelude::*;

use crate::control::ControlLoop;
use crate::registry::KeyIndex;

use super::spec::SafetySpec;
use super::systems::{GuardState, LatestSafe, SafetyKernel};

/// Puts the rules into a World, and a gate at each loop that lives there.
pub fn set_up(world: &mut World, spec: &SafetySpec) {
    world.insert_resource(SafetyKernel(spec.clone()));
    let Some(loops) = world.get_resource::<KeyIndex<ControlLoop>>() else {
        return;
    };
    let loops: Vec<Entity> = loops.iter().map(|(_, entity)| entity).collect();
    for entity in loops {
        world
            .entity_mut(entity)
            .insert((LatestSafe::default(), GuardState::default()));
    }
}
