//! The scene's `bus` part.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

/// Capacity of the links between Worlds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BusSpec {
    /// Envelopes that each class of each link holds, nodes + 5 … 1,000,000, and at least 16: what a
    /// link carries in a tick at most.
    pub capacity: usize,
}

impl Default for BusSpec {
    fn default() -> Self {
        Self { capacity: 2048 }
    }
}

impl BusSpec {
    /// Collects what is wrong with this part of a scene.
    pub fn validate(&self, problems: &mut Problems, nodes: u16) {
        // A node sends at most one envelope of samples and one of vertices to each other node, one
        // of commands to all, and one each of the rest; the coordinator adds five of its own.
        let least = (u64::from(nodes) + 5).max(16);
        problems.count("bus.capacity", self.capacity as u64, least, 1_000_000);
    }
}
