//! The router: envelopes → the queues of the nodes that they are for.

use thiserror::Error;

use crate::bus::{Address, BusError};

use super::events::Event;
use super::link::NodeLinks;

/// Why an envelope was not delivered.
#[derive(Debug, Error)]
pub enum RouteError {
    /// There is nobody at its address.
    #[error("an envelope of {source_node} to {target}, where nobody takes it")]
    Nobody {
        /// Where it came from.
        source_node: crate::base::NodeId,
        /// Its address.
        target: Address,
    },
    /// A queue that must not lose anything is full.
    #[error(transparent)]
    Bus(#[from] BusError),
}

/// Puts envelopes into the nodes' queues, in the order in which they are to be read.
///
/// # Errors
/// When nobody is at an address, or a queue is full.
pub fn deliver(links: &NodeLinks, mut envelopes: Vec<Event>) -> Result<(), RouteError> {
    envelopes.sort_by(Event::delivery_order);
    for envelope in envelopes {
        let down = match envelope.target {
            Address::AllNodes => {
                for (_, down) in &links.0 {
                    down.send(envelope.clone())?;
                }
                continue;
            }
            Address::Node(node) => links.0.get(node.index()),
            Address::Coordinator => None,
        };
        let Some((_, down)) = down else {
            return Err(RouteError::Nobody {
                source_node: envelope.source,
                target: envelope.target,
            });
        };
        down.send(envelope)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::NodeId;
    use crate::bus::ChannelLink;
    use crate::cluster::DistributedEvent;

    fn links(nodes: usize) -> NodeLinks {
        let link = || Arc::new(ChannelLink::new(16)) as _;
        NodeLinks((0..nodes).map(|_| (link(), link())).collect())
    }

    fn to(target: Address, sequence: u64) -> Event {
        DistributedEvent::Inputs(Vec::new()).seal(NodeId(0), target, sequence)
    }

    #[test]
    fn envelopes_come_to_whom_they_are_for_those_for_one_node_first() {
        let links = links(2);
        let list = vec![to(Address::Node(NodeId(1)), 2), to(Address::AllNodes, 1)];
        deliver(&links, list).unwrap();
        let sequences = |node: usize| -> Vec<u64> {
            let arrived = links.0[node].1.drain();
            arrived.iter().map(|envelope| envelope.sequence).collect()
        };
        assert_eq!((sequences(0), sequences(1)), (vec![1], vec![2, 1]));
    }

    #[test]
    fn an_envelope_that_nobody_takes_is_an_error() {
        let links = links(2);
        for target in [Address::Coordinator, Address::Node(NodeId(2))] {
            let refused = deliver(&links, vec![to(target, 1)]).unwrap_err();
            assert!(refused.to_string().contains("nobody takes it"), "{refused}");
        }
        let sent: u64 = links.0.iter().map(|(_, down)| down.ledger().enqueued).sum();
        assert_eq!(sent, 0);
    }
}
