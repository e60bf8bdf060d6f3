//! Migration between two ticks: a vertex packs itself up in one World and is rebuilt in another.

use bevy::prelude::*;

use crate::base::{NodeId, VertexId};
use crate::bus::Address;
use crate::graph::Vertex;
use crate::resonator::VertexImage;
use crate::tick::NodeContext;

use super::events::DistributedEvent;
use super::link::{Inbox, NodeLink};

/// The vertices that leave this node now, and where to.
#[derive(Resource, Clone, Debug, Default)]
pub struct DepartOrders(pub Vec<(VertexId, NodeId)>);

/// Turns departing vertices into envelopes.
pub fn depart(world: &mut World, vertices: &mut QueryState<(Entity, &Vertex)>) -> Result {
    let orders = std::mem::take(&mut world.resource_mut::<DepartOrders>().0);
    let mut leaving = Vec::new();
    for (vertex, target) in &orders {
        let query = vertices.query(world);
        let found = query.iter().find(|(_, v)| v.0 == *vertex);
        let entity = found.map(|(entity, _)| entity).ok_or_else(|| {
            BevyError::from(format!(
                "vertex {vertex} was told to leave a node without it"
            ))
        })?;
        leaving.push((entity, *target));
    }
    let context = world.resource::<NodeContext>().clone();
    for (entity, target) in leaving {
        let image = VertexImage::of(world.entity(entity))
            .ok_or("a vertex without model, place or row cannot migrate")?;
        world.despawn(entity);
        let payload = DistributedEvent::EntityMigration(image);
        let mut link = world.resource_mut::<NodeLink>();
        link.send(&context, Address::Node(target), payload)?;
    }
    Ok(())
}

/// Rebuilds the vertices that arrived; other envelopes wait for their tick.
pub fn arrive(world: &mut World) {
    let arrived = world.resource::<NodeLink>().down.drain();
    for envelope in arrived {
        if let DistributedEvent::EntityMigration(image) = envelope.payload {
            image.spawn(world);
        } else {
            world.resource_mut::<Inbox>().0.push(envelope);
        }
    }
}
