//! The loops of a World as a scene begins.

use bevy::prelude::*;

use crate::registry::metric::Asked;
use crate::registry::{Demand, Metrics, Site};
use crate::signal::readings;

use super::spec::ControlSpec;
use super::systems::{ControlCommand, ControlEnabled, ControlLoop, LoopState};

/// Puts the loops into a World whose scopes live there, and how they read the signals.
pub fn set_up(world: &mut World, spec: &ControlSpec, site: &Site) {
    let metrics = world.resource::<Metrics>();
    let asked = Asked::new(readings::metrics(), metrics, world.resource::<Demand>());
    world.insert_resource(asked);
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
