//! The observer of Φ as a scene begins, on the home of the cluster.

use bevy::prelude::*;

use crate::base::PopulationId;
use crate::registry::{KeyIndex, Site};
use crate::resonator::Population;
use crate::tick::{Before, TickSystems};

use super::spec::PhiSpec;
use super::systems::{LatestPhi, PhiObserver, measure_phi};

/// Puts the observer of `units` units into the World where the cluster's pipeline lives.
pub fn set_up(app: &mut App, spec: &PhiSpec, units: usize, site: &Site) {
    if units == 0 || !site.is_first() {
        return;
    }
    app.add_systems(Before, measure_phi.in_set(TickSystems::MeasurePhi));
    let world = app.world_mut();
    let populations = world.resource::<KeyIndex<Population>>();
    if let Some(entity) = populations.entity(u64::from(PopulationId::CLUSTER.0)) {
        let observer = PhiObserver::new(units, spec.clone());
        world
            .entity_mut(entity)
            .insert((observer, LatestPhi::default()));
    }
}
