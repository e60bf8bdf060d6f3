//! A one-way link between two Worlds, and its in-process member.

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use thiserror::Error;

use super::envelope::{Class, Envelope, Overflow};

/// Why an envelope could not be sent.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum BusError {
    /// A queue that must not lose anything is full.
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
    /// Superseded by a newer one of their class while the queue was full.
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
    /// When the queue of a class that must not lose anything is full.
    fn send(&self, envelope: Envelope<P>) -> Result<(), BusError>;

    /// Takes everything that has arrived, class by class, each in order of sending.
    fn drain(&self) -> Vec<Envelope<P>>;

    /// What became of everything sent so far.
    fn ledger(&self) -> Ledger;
}

#[derive(Default)]
struct Counters {
    enqueued: AtomicU64,
    delivered: AtomicU64,
    conflated: AtomicU64,
    dropped: AtomicU64,
    refused: AtomicU64,
}

struct Queue<P> {
    sender: Sender<Envelope<P>>,
    receiver: Receiver<Envelope<P>>,
}

/// The link between Worlds of one process: a bounded channel for each class.
pub struct ChannelLink<P> {
    queues: Vec<Queue<P>>,
    capacity: usize,
    counters: Counters,
}

impl<P: Send> ChannelLink<P> {
    /// A link whose queues hold `capacity` envelopes each.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let queues = Class::ALL
            .iter()
            .map(|_| {
                let (sender, receiver) = bounded(capacity);
                Queue { sender, receiver }
            })
            .collect();
        Self {
            queues,
            capacity,
            counters: Counters::default(),
        }
    }

    fn make_room(&self, queue: &Queue<P>, overflow: Overflow) -> bool {
        let counter = match overflow {
            Overflow::Refuse => {
                self.counters.refused.fetch_add(1, Relaxed);
                return false;
            }
            Overflow::Conflate => &self.counters.conflated,
            Overflow::DropOldest => &self.counters.dropped,
        };
        if queue.receiver.try_recv().is_ok() {
            counter.fetch_add(1, Relaxed);
        }
        true
    }
}

impl<P: Send> Link<P> for ChannelLink<P> {
    fn send(&self, envelope: Envelope<P>) -> Result<(), BusError> {
        let class = envelope.class;
        let queue = &self.queues[class as usize];
        let mut next = envelope;
        loop {
            match queue.sender.try_send(next) {
                Ok(()) => {
                    self.counters.enqueued.fetch_add(1, Relaxed);
                    return Ok(());
                }
                Err(TrySendError::Full(back) | TrySendError::Disconnected(back)) => {
                    if !self.make_room(queue, class.overflow()) {
                        return Err(BusError::Full {
                            class,
                            capacity: self.capacity,
                        });
                    }
                    next = back;
                }
            }
        }
    }

    fn drain(&self) -> Vec<Envelope<P>> {
        let arrived: Vec<_> = self
            .queues
            .iter()
            .flat_map(|queue| queue.receiver.try_iter())
            .collect();
        let count = arrived.len() as u64;
        self.counters.delivered.fetch_add(count, Relaxed);
        arrived
    }

    fn ledger(&self) -> Ledger {
        Ledger {
            enqueued: self.counters.enqueued.load(Relaxed),
            delivered: self.counters.delivered.load(Relaxed),
            conflated: self.counters.conflated.load(Relaxed),
            dropped: self.counters.dropped.load(Relaxed),
            refused: self.counters.refused.load(Relaxed),
            in_flight: self.queues.iter().map(|q| q.receiver.len() as u64).sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NodeId;
    use crate::bus::Address;

    fn envelope(class: Class, sequence: u64) -> Envelope<u64> {
        Envelope {
            target: Address::Coordinator,
            class,
            source: NodeId(0),
            incarnation: 0,
            sequence,
            payload: sequence,
        }
    }

    #[test]
    fn a_full_lockstep_queue_refuses_and_says_so() {
        let link = ChannelLink::new(2);
        assert!(link.send(envelope(Class::Lockstep, 0)).is_ok());
        assert!(link.send(envelope(Class::Lockstep, 1)).is_ok());
        let refused = link.send(envelope(Class::Lockstep, 2)).unwrap_err();
        assert!(refused.to_string().contains("bus.capacity"));
        assert!(link.send(envelope(Class::Effect, 3)).is_ok());
        assert_eq!(link.ledger().refused, 1);
        assert!(link.ledger().balances());
        assert_eq!(link.drain().len(), 3);
        assert!(link.ledger().balances());
    }

    #[test]
    fn states_keep_the_newest_and_count_the_rest() {
        let link = ChannelLink::new(2);
        for k in 0..5 {
            assert!(link.send(envelope(Class::State, k)).is_ok());
            assert!(link.send(envelope(Class::Trace, k)).is_ok());
        }
        let ledger = link.ledger();
        assert_eq!((ledger.conflated, ledger.dropped), (3, 3));
        assert!(ledger.balances());
        let arrived: Vec<_> = link.drain().iter().map(|e| e.payload).collect();
        assert_eq!(arrived, [3, 4, 3, 4]);
    }
}
