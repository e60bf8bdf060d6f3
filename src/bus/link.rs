//! A one-way link between two Worlds, and its in-process member.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::envelope::{Class, Envelope, Overflow};

/// Why an envelope could not be sent.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum BusError {
    /// A queue is full of envelopes that must not be lost.
    #[error(
        "the {class:?} queue of a link is full at {capacity} envelopes in one tick; \
         raise bus.capacity or send less"
    )]
    Full {
        /// The class whose queue is full.
        class: Class,
        /// Its capacity in envelopes.
        capacity: usize,
    },
}

/// What became of the envelopes of one link or class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// Accepted from the sender.
    pub enqueued: u64,
    /// Handed to the receiver.
    pub delivered: u64,
    /// Superseded by a newer one of the same key while the queue was full.
    pub conflated: u64,
    /// Given up because the queue was full.
    pub dropped: u64,
    /// Refused to the sender, which was told so; not among the enqueued.
    pub refused: u64,
    /// Waiting in the queue.
    pub in_flight: u64,
}

impl Ledger {
    /// Whether every accepted envelope is accounted for.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.enqueued == self.delivered + self.conflated + self.dropped + self.in_flight
    }

    /// Adds another ledger's counts to this one's.
    pub fn add(&mut self, other: &Self) {
        self.enqueued += other.enqueued;
        self.delivered += other.delivered;
        self.conflated += other.conflated;
        self.dropped += other.dropped;
        self.refused += other.refused;
        self.in_flight += other.in_flight;
    }
}

/// A one-way, classed, bounded path for envelopes. Both ends may be on different threads.
pub trait Link<P>: Send + Sync {
    /// Hands over an envelope.
    ///
    /// # Errors
    /// When the queue is full and its class gives nothing up: see [`Class::overflow`].
    fn send(&self, envelope: Envelope<P>) -> Result<(), BusError>;

    /// Takes everything that has arrived, class by class, each in order of sending.
    fn drain(&self) -> Vec<Envelope<P>>;

    /// What became of everything sent so far.
    fn ledger(&self) -> Ledger;
}

/// The queues of both ends, one for each class, and the counts of what passed through.
struct Queues<P> {
    waiting: [VecDeque<Envelope<P>>; Class::ALL.len()],
    ledger: Ledger,
}

/// The link between Worlds of one process: a bounded queue for each class.
pub struct ChannelLink<P> {
    queues: Mutex<Queues<P>>,
    capacity: usize,
}

impl<P: Send> ChannelLink<P> {
    /// A link whose queues hold `capacity` envelopes each.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let queues = Queues {
            waiting: std::array::from_fn(|_| VecDeque::new()),
            ledger: Ledger::default(),
        };
        Self {
            queues: Mutex::new(queues),
            capacity,
        }
    }

    /// The queues, also after a panic of the other end: no count is changed half-way.
    fn lock(&self) -> MutexGuard<'_, Queues<P>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<P: Send> Link<P> for ChannelLink<P> {
    fn send(&self, envelope: Envelope<P>) -> Result<(), BusError> {
        let mut queues = self.lock();
        let Queues { waiting, ledger } = &mut *queues;
        let class = envelope.class;
        let queue = &mut waiting[class as usize];
        if queue.len() >= self.capacity {
            let gives_way = match class.overflow() {
                Overflow::Refuse => None,
                Overflow::Conflate => queue.iter().position(|old| old.same_key(&envelope)),
                Overflow::DropOldest => Some(0),
            };
            let removed = gives_way.and_then(|at| queue.remove(at));
            if removed.is_none() {
                ledger.refused += 1;
                return Err(BusError::Full {
                    class,
                    capacity: self.capacity,
                });
            }
            match class.overflow() {
                Overflow::Conflate => ledger.conflated += 1,
                _ => ledger.dropped += 1,
            }
        }
        queue.push_back(envelope);
        ledger.enqueued += 1;
        Ok(())
    }

    fn drain(&self) -> Vec<Envelope<P>> {
        let mut queues = self.lock();
        let Queues { waiting, ledger } = &mut *queues;
        let arrived: Vec<_> = waiting.iter_mut().flat_map(|q| q.drain(..)).collect();
        ledger.delivered += arrived.len() as u64;
        arrived
    }

    fn ledger(&self) -> Ledger {
        let queues = self.lock();
        Ledger {
            in_flight: queues.waiting.iter().map(|q| q.len() as u64).sum(),
            ..queues.ledger
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NodeId;
    use crate::bus::Address;

    fn envelope(class: Class, key: u64, sequence: u64) -> Envelope<u64> {
        Envelope {
            target: Address::Coordinator,
            class,
            source: NodeId(0),
            incarnation: 0,
            sequence,
            key,
            payload: sequence,
        }
    }

    fn payloads(link: &ChannelLink<u64>) -> Vec<u64> {
        link.drain().iter().map(|e| e.payload).collect()
    }

    #[test]
    fn a_full_lockstep_queue_refuses_and_says_so() {
        let link = ChannelLink::new(2);
        assert!(link.send(envelope(Class::Lockstep, 0, 0)).is_ok());
        assert!(link.send(envelope(Class::Lockstep, 0, 1)).is_ok());
        let refused = link.send(envelope(Class::Lockstep, 0, 2)).unwrap_err();
        assert!(refused.to_string().contains("bus.capacity"));
        assert!(link.send(envelope(Class::Effect, 0, 3)).is_ok());
        assert_eq!(link.ledger().refused, 1);
        assert!(link.ledger().balances());
        assert_eq!(link.drain().len(), 3);
        assert!(link.ledger().balances());
    }

    #[test]
    fn a_state_gives_way_to_the_next_of_its_key_alone() {
        let link = ChannelLink::new(2);
        for sequence in 0..5 {
            assert!(
                link.send(envelope(Class::State, sequence % 2, sequence))
                    .is_ok()
            );
        }
        let ledger = link.ledger();
        assert_eq!((ledger.conflated, ledger.dropped), (3, 0));
        assert!(ledger.balances());
        // The last of each key is there; a third key has no room.
        let third = link.send(envelope(Class::State, 7, 9));
        assert_eq!(
            third,
            Err(BusError::Full {
                class: Class::State,
                capacity: 2
            })
        );
        assert_eq!(payloads(&link), [3, 4]);
    }

    #[test]
    fn telemetry_drops_the_oldest_and_counts_it() {
        let link = ChannelLink::new(2);
        for sequence in 0..5 {
            assert!(link.send(envelope(Class::Trace, 0, sequence)).is_ok());
        }
        assert_eq!(link.ledger().dropped, 3);
        assert!(link.ledger().balances());
        assert_eq!(payloads(&link), [3, 4]);
    }
}
