//! Migration between two ticks: a vertex packs itself up in one World and is rebuilt in another.

use std::collections::BTreeMap;

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
    if orders.is_empty() {
        return Ok(());
    }
    let here = vertices.query(world);
    let here: BTreeMap<VertexId, Entity> = here.iter().map(|(own, v)| (v.0, own)).collect();
    let mut parcels: BTreeMap<NodeId, Vec<VertexImage>> = BTreeMap::new();
    for (vertex, target) in orders {
        let entity = here.get(&vertex).ok_or_else(|| {
            BevyError::from(format!(
                "vertex {vertex} was told to leave a node without it"
            ))
        })?;
        let image = VertexImage::of(world.entity(*entity))
            .ok_or("a vertex without model, place or row cannot migrate")?;
        world.despawn(*entity);
        parcels.entry(target).or_default().push(image);
    }
    let context = world.resource::<NodeContext>().clone();
    for (target, images) in parcels {
        let payload = DistributedEvent::EntityMigration(images);
        let mut link = world.resource_mut::<NodeLink>();
        link.send(&context, Address::Node(target), payload)?;
    }
    Ok(())
}

/// Rebuilds the vertices that arrived; other envelopes wait for their tick.
pub fn arrive(world: &mut World) {
    let arrived = world.resource::<NodeLink>().down.drain();
    for envelope in arrived {
        if let DistributedEvent::EntityMigration(images) = envelope.payload {
            for image in images {
                image.spawn(world);
            }
        } else {
            world.resource_mut::<Inbox>().0.push(envelope);
        }
    }
}
