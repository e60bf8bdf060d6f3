//! The loops of a World as a scene begins.

use bevy::prelude::*;

use crate::registry::Site;

use super::spec::ControlSpec;
use super::systems::{ControlCommand, ControlEnabled, ControlLoop, LoopState};

/// Puts the loops into a World whose scopes live there.
pub fn set_up(world: &mut World, spec: &ControlSpec, site: &Site) {
    world.insert_resource(ControlEnabled(spec.enabled));
    for (index, own) in (0..).zip(&spec.loops) {
        let scope = site.scope(&own.scope);
        if site.is_home_of(scope) {
            world.spawn((
                ControlLoop {
                    index,
                    scope,
                    spec: own.clone(),
                },
                LoopState::default(),
                ControlCommand::default(),
            ));
        }
    }
}
