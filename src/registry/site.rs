//! Where a World stands: what every room needs to know of the scene to set itself up there.

use std::collections::BTreeMap;

use crate::base::problem::listed;
use crate::base::{PopulationId, Problems};
use crate::tick::NodeContext;

/// A World's place in the cluster and the populations of the scene.
#[derive(Clone, Debug)]
pub struct Site {
    /// Place and time of the World.
    pub context: NodeContext,
    /// The populations.
    pub populations: PopulationRanges,
}

impl Site {
    /// Whether the pipeline of a scope lives in this World.
    #[must_use]
    pub fn is_home_of(&self, scope: PopulationId) -> bool {
        self.context.home_of(scope.index()) == self.context.node
    }

    /// Whether this World is the first of the nodes, which has what the cluster needs once.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.is_home_of(PopulationId::CLUSTER)
    }

    /// The scope of this name; the cluster when there is none.
    #[must_use]
    pub fn scope(&self, name: &str) -> PopulationId {
        find_scope(name, &self.populations).unwrap_or_default()
    }
}

/// A population of the scene: name, first vertex and count.
#[derive(Clone, Debug)]
pub struct PopulationRange {
    /// Its name.
    pub name: String,
    /// First vertex.
    pub first: usize,
    /// Number of vertices.
    pub count: usize,
}

/// All populations in scene order, and their numbers by name.
#[derive(Clone, Debug, Default)]
pub struct PopulationRanges {
    list: Vec<PopulationRange>,
    numbers: BTreeMap<String, usize>,
}

impl PopulationRanges {
    /// Of populations in scene order. Of two with one name, the first counts.
    #[must_use]
    pub fn new(list: Vec<PopulationRange>) -> Self {
        let mut numbers = BTreeMap::new();
        for (k, range) in list.iter().enumerate() {
            numbers.entry(range.name.clone()).or_insert(k);
        }
        Self { list, numbers }
    }

    /// The place of a population in scene order.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }
}

impl std::ops::Deref for PopulationRanges {
    type Target = [PopulationRange];

    fn deref(&self) -> &Self::Target {
        &self.list
    }
}

/// Finds a scope by name; "cluster" is population 0.
#[must_use]
pub fn find_scope(name: &str, populations: &PopulationRanges) -> Option<PopulationId> {
    if name == "cluster" {
        return Some(PopulationId::CLUSTER);
    }
    let index = populations.position(name)?;
    Some(PopulationId((index + 1) as u16))
}

/// Says that no population has this name, and which there are.
pub fn unknown_scope(
    problems: &mut Problems,
    path: &str,
    name: &str,
    populations: &PopulationRanges,
) {
    let names: Vec<&str> = populations.iter().map(|p| p.name.as_str()).collect();
    problems.add(
        path,
        format!(
            "no population is named {name:?}, expected cluster or one of: {}",
            listed(&names)
        ),
    );
}
