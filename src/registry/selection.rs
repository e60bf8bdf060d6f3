//! Choices of vertices.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{Problems, VertexId};

use super::site::{PopulationRanges, find_scope, unknown_scope};

/// A choice of vertices.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Selection {
    /// All of them.
    #[default]
    All,
    /// This many, spread evenly over the scene.
    Spread(usize),
    /// All of one population.
    Population(String),
    /// These.
    List(Vec<u64>),
}

impl Selection {
    /// Collects what is wrong with the choice at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str, populations: &PopulationRanges) {
        let total: usize = populations.iter().map(|p| p.count).sum();
        match self {
            Self::All => {}
            Self::Spread(count) => problems.count(path, *count as u64, 1, total as u64),
            Self::Population(name) => {
                if find_scope(name, populations).is_none() {
                    unknown_scope(problems, path, name, populations);
                }
            }
            Self::List(list) => {
                problems.count(path, list.len() as u64, 1, total as u64);
                for (k, vertex) in list.iter().enumerate() {
                    let last = (total as u64).saturating_sub(1);
                    problems.count(&format!("{path}[{k}]"), *vertex, 0, last);
                }
            }
        }
    }

    /// The chosen vertices.
    #[must_use]
    pub fn resolve(&self, populations: &PopulationRanges) -> Vec<VertexId> {
        let total: usize = populations.iter().map(|p| p.count).sum();
        match self {
            Self::All => (0..total).map(VertexId::from_index).collect(),
            Self::Spread(count) => (0..*count)
                .map(|k| VertexId::from_index(k * total / count))
                .collect(),
            Self::Population(name) => populations
                .iter()
                .filter(|p| p.name == *name || name == "cluster")
                .flat_map(|p| (p.first..p.first + p.count).map(VertexId::from_index))
                .collect(),
            Self::List(list) => list.iter().copied().map(VertexId).collect(),
        }
    }
}
