//! Whom an event, an input or an intervention is about.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ids::VertexId;

/// The subject of an event. Subjects are ordered by kind and number, never by their text; the text
/// ([`fmt::Display`]) is for people alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The person at the controls.
    Operator,
    /// All resonators together.
    Resonators,
    /// The field.
    Field,
    /// A control loop.
    Loop {
        /// Its number in the scene, from 0.
        index: u32,
        /// Its name in the scene.
        name: String,
    },
    /// A vertex.
    Vertex(VertexId),
    /// The whole cluster.
    Cluster,
    /// A live parameter, by its path in the scene.
    Parameter(String),
    /// A watched level, by its name in the scene.
    Watch(String),
    /// Weights of edges, all together.
    Weights,
    /// A sensor channel, counted over all devices in scene order.
    Channel(u32),
    /// The sums over the resonators of a population, or of the cluster.
    Sums(String),
    /// A population, by its name in the scene.
    Population(String),
    /// A rule of safety, by its name in the scene.
    Rule(String),
}

impl Subject {
    /// Whether `text` names it, as a person would on a command line: by its whole text, or a vertex
    /// by its id and a loop by its name.
    #[must_use]
    pub fn is_called(&self, text: &str) -> bool {
        let short = match self {
            Self::Vertex(vertex) => vertex.to_string() == text,
            Self::Loop { name, .. } | Self::Rule(name) => name == text,
            _ => false,
        };
        short || self.to_string() == text
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str("operator"),
            Self::Resonators => f.write_str("resonators"),
            Self::Field => f.write_str("field"),
            Self::Loop { name, .. } => write!(f, "loop {name:?}"),
            Self::Vertex(vertex) => write!(f, "vertex {vertex}"),
            Self::Cluster => f.write_str("cluster"),
            Self::Parameter(path) => f.write_str(path),
            Self::Watch(name) => f.write_str(name),
            Self::Weights => f.write_str("weights"),
            Self::Channel(index) => write!(f, "channel {index}"),
            Self::Rule(name) => write!(f, "rule {name:?}"),
            Self::Population(name) => write!(f, "population {name}"),
            Self::Sums(scope) => write!(f, "sums over {scope}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_may_name_a_subject_by_less_than_its_text() {
        let subject = Subject::Loop {
            index: 2,
            name: "drive".to_owned(),
        };
        assert!(subject.is_called("drive") && subject.is_called("loop \"drive\""));
        assert!(!subject.is_called("loop drive"));
        let vertex = Subject::Vertex(VertexId(7));
        assert!(vertex.is_called("v7") && vertex.is_called("vertex v7"));
        assert!(Subject::Parameter("field.gain".to_owned()).is_called("field.gain"));
    }
}
