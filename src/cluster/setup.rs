//! The coordinator as a scene begins.

use bevy::prelude::*;

use crate::base::{NodeId, VertexId};
use crate::field::{FieldEngine, FieldSpec};
use crate::registry::Site;
use crate::resonator::delay_line::DelayLine;
use crate::resonator::systems::Past;

use super::advance_field::ClusterField;
use super::aggregator::Aggregator;
use super::coordinator::{Placement, UnitVertices};
use super::spec::AggregatorSpec;

/// What the coordinator has of a scene.
pub struct ClusterSetup<'a> {
    /// Mask and feedback.
    pub aggregator: &'a AggregatorSpec,
    /// The field.
    pub field: &'a FieldSpec,
    /// The node of each vertex.
    pub placement: &'a [NodeId],
    /// The vertices of each unit of Φ.
    pub units: &'a [Vec<VertexId>],
    /// What late edges hear before the start.
    pub past: &'a DelayLine,
}

/// Puts mask, field, placement and past into the coordinator's World.
pub fn set_up(world: &mut World, cluster: ClusterSetup, site: &Site) {
    let built = FieldEngine::new(cluster.field, site.context.clock.tick_s());
    let (engine, field) = built.unzip();
    let spec = cluster.aggregator.clone();
    world.insert_resource(Aggregator::new(spec, field.unwrap_or_default()));
    world.insert_resource(ClusterField(engine));
    world.insert_resource(Placement(cluster.placement.to_vec()));
    world.insert_resource(UnitVertices(cluster.units.to_vec()));
    world.insert_resource(Past(cluster.past.clone()));
}
