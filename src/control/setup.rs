//! The loops of a World as a scene begins.

use bevy::prelude::*;

use crate::registry::metric::Asked;
use crate::registry::{Demand, Metrics, Site};
use crate::signal::readings;
use crate::tick::{Before, TickSystems};

use super::spec::ControlSpec;
use super::systems::{ControlCommand, ControlEnabled, ControlLoop, LoopState, control};

/// Puts the loops into a World whose scopes live there, and how they read the signals. A World without
/// loops runs none.
pub fn set_up(app: &mut App, spec: &ControlSpec, site: &Site) {
    let world = app.world_mut();
    let metrics = world.resource::<Metrics>();
    let asked = Asked::new(readings::metrics(), metrics, world.resource::<Demand>());
    world.insert_resource(asked);
    world.insert_resource(ControlEnabled(spec.enabled));
    let mut any = false;
    for (index, own) in (0..).zip(&spec.loops) {
        let scope = site.scope(&own.scope);
        if site.is_home_of(scope) {
            any = true;
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
    if any {
        app.add_systems(Before, control.in_set(TickSystems::Control));
    }
}
