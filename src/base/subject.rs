//! Whom an event is about.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ids::VertexId;

/// The subject of an alert. Subjects are ordered by kind and number, never by their text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// A person.
    Operator,
    /// All resonators together.
    Resonators,
    /// The field.
    Field,
    /// A control loop, by its number in the scene.
    Loop {
        /// Its number.
        index: u32,
        /// Its name.
        name: String,
    },
    /// A vertex.
    Vertex(VertexId),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str("operator"),
            Self::Resonators => f.write_str("resonators"),
            Self::Field => f.write_str("field"),
            Self::Loop { name, .. } => write!(f, "loop {name:?}"),
            Self::Vertex(vertex) => write!(f, "vertex {vertex}"),
        }
    }
}
