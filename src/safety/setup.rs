//! The safety kernel of a World as a scene begins.

use bevy::prelude::*;

use crate::control::ControlLoop;
use crate::control::custom::FurtherOutput;
use crate::registry::{KeyIndex, Site};
use crate::tick::{Before, TickSystems};

use super::guard::{GuardState, LoopBarriers, Seen, guard_commands};
use super::spec::SafetySpec;
use super::state::{LatestSafe, SafetyKernel};
use super::systems::guard_plant;

/// Puts the rules into a World.
pub fn set_up_rules(world: &mut World, spec: &SafetySpec) {
    world.insert_resource(SafetyKernel(spec.clone()));
}

/// Puts the rules into a node's World, and a gate at each loop that lives there.
pub fn set_up(app: &mut App, spec: &SafetySpec, site: &Site) {
    let world = app.world_mut();
    set_up_rules(world, spec);
    let Some(loops) = world.get_resource::<KeyIndex<ControlLoop>>() else {
        return;
    };
    let loops: Vec<Entity> = loops.iter().map(|(_, entity)| entity).collect();
    let any = !loops.is_empty();
    for entity in loops {
        let barriers = barriers_of(world, entity, spec, site);
        let mut own = world.entity_mut(entity);
        own.insert((LatestSafe::default(), GuardState::default()));
        if let Some(barriers) = barriers {
            own.insert(barriers);
        }
    }
    if any {
        let guard = guard_commands.in_set(TickSystems::Guard);
        app.add_systems(Before, guard.before(guard_plant));
    }
}

/// The barriers that a loop keeps. Its further outputs keep none: they follow the command, or are
/// given by its law.
fn barriers_of(
    world: &World,
    entity: Entity,
    spec: &SafetySpec,
    site: &Site,
) -> Option<LoopBarriers> {
    let control = world.get::<ControlLoop>(entity)?;
    if world.get::<FurtherOutput>(entity).is_some() {
        return None;
    }
    let own = spec.barriers.iter();
    let own = own.filter(|own| own.keeps == control.spec.name);
    let list = own.map(|own| {
        let scope = own.of.as_ref().map_or(control.scope, |of| site.scope(of));
        (own.clone(), scope)
    });
    let list: Vec<_> = list.collect();
    let seen = vec![Seen::default(); list.len()];
    (!list.is_empty()).then_some(LoopBarriers { list, seen })
}
