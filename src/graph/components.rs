//! Components that make an entity a vertex of the graph.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::VertexId;

use super::entity_graph::RowEntry;

/// The vertex that an entity is.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vertex(pub VertexId);

/// The incoming edges of a vertex, ascending by source: its row of the coupling matrix. This is
/// the durable form of edges.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row(pub Vec<RowEntry>);
