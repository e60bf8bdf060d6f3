//! The scene's `graph` part.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

use super::kind::GraphKind;

/// The entity graph of a scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GraphSpec {
    /// How edges are made.
    pub kind: GraphKind,
    /// Weight of generated edges.
    pub weight: f64,
    /// How late vertices hear each other.
    pub delay: DelaySpec,
    /// The most vertices the graph may hold; one more is refused.
    pub capacity: usize,
}

/// How late vertices hear what others show. Delays are whole numbers of integrator steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum DelaySpec {
    /// At once, or as the file of the graph says.
    #[default]
    AsGiven,
    /// All by the same time, s.
    Uniform(f64),
    /// By the distance of their places over a speed, rounded to whole steps.
    Distance {
        /// Sides of the field a second.
        speed: f64,
    },
}

impl Default for GraphSpec {
    fn default() -> Self {
        Self {
            kind: GraphKind::Empty,
            weight: 1.0,
            delay: DelaySpec::default(),
            capacity: 10_000,
        }
    }
}

impl GraphSpec {
    /// Collects what is wrong with this part of a scene that has `vertices` vertices.
    pub fn validate(&self, problems: &mut Problems, vertices: usize) {
        problems.range("graph.weight", self.weight, -1e6, 1e6, "");
        if self.kind.is_file() && self.weight != 1.0 {
            let found = format!("{} beside a file, expected none", self.weight);
            problems.add("graph.weight", format!("{found}: the file has the weights"));
        }
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
        match self.delay {
            DelaySpec::AsGiven => {}
            DelaySpec::Uniform(delay) => problems.range("graph.delay", delay, 0.0, 1e6, " s"),
            DelaySpec::Distance { speed } => {
                problems.positive("graph.delay.speed", speed, " sides/s");
            }
        }
        self.kind.validate(problems, "graph.kind", vertices);
    }
}
