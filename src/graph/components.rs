//! Components that make an entity a vertex of the graph.

use bevy::ecs::component::{Mutable, StorageType};
use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::VertexId;

use super::row::Row;

/// The vertex that an entity is.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vertex(pub VertexId);

impl Component for Row {
    const STORAGE_TYPE: StorageType = StorageType::Table;
    type Mutability = Mutable;
}

/// How many integrator steps what a source shows is under way: (source, steps), ascending by
/// source. Sources that are not named are seen as they are.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Delays(pub Vec<(VertexId, u32)>);

impl Delays {
    /// Sets how late a source is heard.
    pub fn set(&mut self, source: VertexId, steps: u32) {
        match self.0.binary_search_by_key(&source, |delay| delay.0) {
            Ok(at) => self.0[at].1 = steps,
            Err(at) => self.0.insert(at, (source, steps)),
        }
    }
}
