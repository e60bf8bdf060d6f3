//! The scene's `bus` part.

use serde::{Deserialize, Serialize};

use crate::base::Problems;

/// Capacity of the links between Worlds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BusSpec {
    /// Envelopes that each class of each link holds, 1 … 1,000,000.
    pub capacity: usize,
}

impl Default for BusSpec {
    fn default() -> Self {
        Self { capacity: 2048 }
    }
}

impl BusSpec {
    /// Collects what is wrong with this part of a scene.
    pub fn validate(&self, problems: &mut Problems) {
        problems.count("bus.capacity", self.capacity as u64, 16, 1_000_000);
    }
}
