//! Stable identifiers. Only these cross a World border; Bevy's `Entity` never does.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A vertex of the entity graph, numbered in scene order and never reused.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
pub struct VertexId(pub u64);

impl VertexId {
    /// The position of this vertex in arrays that hold one value per vertex of the scene.
    #[must_use]
    pub fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }

    /// The vertex at `index` of the scene.
    #[must_use]
    pub fn from_index(index: usize) -> Self {
        Self(index as u64)
    }
}

impl fmt::Display for VertexId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

/// A node: one World of the cluster.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
pub struct NodeId(pub u16);

impl NodeId {
    /// The node's position in arrays that hold one value per node.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "node{}", self.0)
    }
}

/// A population: a named set of vertices of the scene. Population 0 is the whole cluster.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct PopulationId(pub u16);

impl PopulationId {
    /// The implicit population that holds every vertex.
    pub const CLUSTER: Self = Self(0);

    /// The population's position in arrays that hold one value per population.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}
