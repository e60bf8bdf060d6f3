//! The scene's `graph` part.

use serde::{Deserialize, Serialize};

use crate::base::Problems;

use super::generators::GraphKind;

/// The entity graph of a scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GraphSpec {
    /// How edges are made.
    pub kind: GraphKind,
    /// Weight of generated edges.
    pub weight: f64,
    /// The most vertices the graph may hold; one more is refused.
    pub capacity: usize,
}

impl Default for GraphSpec {
    fn default() -> Self {
        Self {
            kind: GraphKind::Empty,
            weight: 1.0,
            capacity: 10_000,
        }
    }
}

impl GraphSpec {
    /// Collects what is wrong with this part of a scene that has `vertices` vertices.
    pub fn validate(&self, problems: &mut Problems, vertices: usize) {
        problems.range("graph.weight", self.weight, -1e6, 1e6, "");
        problems.count("graph.capacity", self.capacity as u64, 1, 10_000_000);
        if vertices > self.capacity {
            problems.add(
                "graph.capacity",
                format!(
                    "the populations count {vertices} vertices, expected at most graph.capacity \
                     = {}",
                    self.capacity
                ),
            );
        }
        for (field, expected) in self.kind.validate(vertices) {
            problems.add(format!("graph.kind.{field}"), expected);
        }
    }
}
