//! A node's links, and what arrived ahead of its tick.

use std::sync::Arc;

use bevy::prelude::*;

use crate::bus::{Address, BusError, Link};
use crate::tick::NodeContext;

use super::events::{DistributedEvent, Event};

/// The links to all nodes, in order of nodes: (from it, to it).
#[derive(Resource, Clone)]
pub struct NodeLinks(pub Vec<LinkPair>);

/// Both directions between the coordinator and one node.
pub type LinkPair = (
    Arc<dyn Link<DistributedEvent>>,
    Arc<dyn Link<DistributedEvent>>,
);

/// A node's two links, with the coordinator at the other ends.
#[derive(Resource, Clone)]
pub struct NodeLink {
    /// To the coordinator.
    pub up: Arc<dyn Link<DistributedEvent>>,
    /// From the coordinator.
    pub down: Arc<dyn Link<DistributedEvent>>,
    /// Number of the next envelope.
    pub sequence: u64,
}

impl NodeLink {
    /// Sends a payload.
    ///
    /// # Errors
    /// When a queue that must not lose anything is full.
    pub fn send(
        &mut self,
        context: &NodeContext,
        target: Address,
        payload: DistributedEvent,
    ) -> Result<(), BusError> {
        self.sequence += 1;
        self.up
            .send(payload.seal(context.node, target, self.sequence))
    }
}

/// Envelopes that arrived ahead of the tick in which they act.
#[derive(Resource, Clone, Debug, Default)]
pub struct Inbox(pub Vec<Event>);

/// Puts what waits in the link of a node where its next tick looks, so that it can be saved.
pub fn collect_waiting(world: &mut World) {
    let arrived = world.resource::<NodeLink>().down.drain();
    world.resource_mut::<Inbox>().0.extend(arrived);
}

/// Drops what waits in the links of a node.
pub fn drop_waiting(world: &mut World) {
    let link = world.resource::<NodeLink>();
    link.down.drain();
    link.up.drain();
}
