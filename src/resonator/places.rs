//! Where the vertices of a population are in the field.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::random::{KeyedRng, Purpose};
use crate::base::{Problems, VertexId};

/// Where the vertices of a population are in the field, in shares of its sides.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Places {
    /// All vertices of the scene side by side along x.
    #[default]
    Line,
    /// In rows and columns that fill the domain, as nearly square as their number allows.
    Grid,
    /// Anywhere with the same probability.
    Random,
    /// Given ones, (x, y) in 0 … 1 for each vertex.
    Values(Vec<(f64, f64)>),
}

impl Places {
    /// The place of vertex `vertex` of `total`, number `index` of `count` in its population.
    #[must_use]
    pub fn draw(
        &self,
        seed: u64,
        (vertex, total): (VertexId, usize),
        (index, count): (usize, usize),
    ) -> [f64; 2] {
        match self {
            Self::Line => [(vertex.index() as f64 + 0.5) / total as f64, 0.5],
            Self::Grid => {
                let columns = (count as f64).sqrt().ceil().max(1.0) as usize;
                let rows = count.div_ceil(columns);
                let share = |k: usize, of: usize| (k as f64 + 0.5) / of as f64;
                [
                    share(index % columns, columns),
                    share(index / columns, rows),
                ]
            }
            Self::Random => {
                let mut rng = KeyedRng::new(seed, Purpose::Placement, vertex.0, 1);
                [rng.uniform(), rng.uniform()]
            }
            Self::Values(values) => values.get(index).map_or([f64::NAN; 2], |(x, y)| [*x, *y]),
        }
    }

    /// Collects what is wrong with the places at `path` of `count` vertices.
    pub fn validate(&self, problems: &mut Problems, path: &str, count: usize) {
        let Self::Values(values) = self else {
            return;
        };
        let message = format!("{} places", values.len());
        let expected = format!("{count} places, one for each vertex of the population");
        problems.require(values.len() == count, path, message, &expected);
        for (k, (x, y)) in values.iter().enumerate() {
            problems.range(&format!("{path}[{k}].0"), *x, 0.0, 1.0, "");
            problems.range(&format!("{path}[{k}].1"), *y, 0.0, 1.0, "");
        }
    }
}
