//! What travels: an addressed payload with its class and sequence number.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::NodeId;

/// A traffic class. Each has a queue of its own, so that bulk traffic cannot delay safety.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Class {
    /// What the next tick cannot begin without: samples, hashes, reductions.
    Lockstep,
    /// Commands and feedback.
    Control,
    /// Interventions: alerts, migrations, masks, operator inputs.
    Effect,
    /// The latest value counts: states of populations and of the field.
    State,
    /// Telemetry.
    Trace,
}

impl Class {
    /// All classes, in order of delivery.
    pub const ALL: [Self; 5] = [
        Self::Lockstep,
        Self::Control,
        Self::Effect,
        Self::State,
        Self::Trace,
    ];

    /// What a full queue of this class does with one envelope more.
    #[must_use]
    pub fn overflow(self) -> Overflow {
        match self {
            Self::Lockstep | Self::Control | Self::Effect => Overflow::Refuse,
            Self::State => Overflow::Conflate,
            Self::Trace => Overflow::DropOldest,
        }
    }
}

/// What happens when a queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// The sender gets an error: losing it would change the run.
    Refuse,
    /// The older value of the same source and key gives way to the newer one; counted as conflated.
    /// The sender gets an error when there is none of its key.
    Conflate,
    /// The oldest is dropped; counted as dropped.
    DropOldest,
}

/// Where an envelope goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Address {
    /// The coordinator.
    Coordinator,
    /// One node.
    Node(NodeId),
    /// Every node.
    AllNodes,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Coordinator => f.write_str("coordinator"),
            Self::Node(node) => node.fmt(f),
            Self::AllNodes => f.write_str("all nodes"),
        }
    }
}

/// A payload on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope<P> {
    /// Where to.
    pub target: Address,
    /// Traffic class.
    pub class: Class,
    /// The sending node; the coordinator counts as the node after the last.
    pub source: NodeId,
    /// How often the sender has been restarted.
    pub incarnation: u32,
    /// Number of the envelope among those of its source.
    pub sequence: u64,
    /// What the payload is the value of: of two envelopes of class State with the same source and
    /// key, the newer supersedes the older.
    pub key: u64,
    /// What it carries.
    pub payload: P,
}

impl<P> Envelope<P> {
    /// The order of delivery.
    #[must_use]
    pub fn delivery_order(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }

    /// Whether the two carry values of the same thing.
    #[must_use]
    pub fn same_key(&self, other: &Self) -> bool {
        (self.target, self.source, self.key) == (other.target, other.source, other.key)
    }

    fn rank(&self) -> (Address, Class, NodeId, u32, u64) {
        (
            self.target,
            self.class,
            self.source,
            self.incarnation,
            self.sequence,
        )
    }
}
