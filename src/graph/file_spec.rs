//! What a person says of a graph file: which datum is the weight, how edges lead, what to do with
//! loops and parallel edges.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::base::cancel::Cancel;
use crate::files::dialect::DialectOptions;
use crate::files::graph::{GraphFormat, GraphQuestion};

/// A graph file, found relative to the scene, and how it is read. What is not said is found out, or
/// asked for when the file leaves a choice.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FileGraph {
    /// The file; also compressed (`.gz`).
    pub path: String,
    /// Its format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<GraphFormat>,
    /// The array of an `.npz` archive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub array: Option<String>,
    /// The dialect of a table.
    #[serde(skip_serializing_if = "is_default")]
    pub dialect: DialectOptions,
    /// What the rows of a matrix are.
    #[serde(skip_serializing_if = "is_default")]
    pub rows: Rows,
    /// Name or column of the datum that is the weight; "none" for 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    /// Name or column of the datum that is the delay, s; "none" for no delays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<String>,
    /// Name or column of the datum that is the length; delays are lengths over `speed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<String>,
    /// Units of length a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<f64>,
    /// Whether edges are felt one way or both, against what the file says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directed: Option<bool>,
    /// What to do with several edges from one vertex to another.
    #[serde(skip_serializing_if = "is_default")]
    pub parallel: Parallel,
    /// What to do with edges that lead back to their own vertex.
    #[serde(skip_serializing_if = "is_default")]
    pub loops: Loops,
    /// The number of the first vertex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_id: Option<u64>,
    /// What to do with delays that are no whole numbers of integrator steps.
    #[serde(skip_serializing_if = "is_default")]
    pub delay_rounding: Rounding,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What the rows of a matrix of weights are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Rows {
    /// Entry (i, j) leads from i to j, as in NetworkX.
    #[default]
    Sources,
    /// Entry (i, j) leads from j to i, as in TVB.
    Targets,
}

/// What to do with several edges from one vertex to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Parallel {
    /// They are refused, with their lines.
    #[default]
    Refuse,
    /// Their weights are summed; the delay is that of the first.
    Sum,
    /// The first of the file counts.
    First,
    /// The greatest weight counts, with its delay.
    Max,
}

/// What to do with edges that lead back to their own vertex.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Loops {
    /// They are refused, with their lines.
    #[default]
    Refuse,
    /// They are left out, which is told.
    Skip,
    /// They are edges like others. They change what a vertex feels only where phases lag (α) or
    /// the edge has a delay.
    Keep,
}

/// What to do with delays between integrator steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Rounding {
    /// They are rounded to whole steps, and the greatest change is told.
    #[default]
    Nearest,
    /// They are refused.
    Refuse,
}

impl FileGraph {
    /// A file without further words.
    #[must_use]
    pub fn of(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            ..Self::default()
        }
    }

    /// What decides how its bytes are read.
    #[must_use]
    pub fn question(&self) -> GraphQuestion<'_> {
        GraphQuestion {
            format: self.format,
            dialect: self.dialect.clone(),
            array: self.array.as_deref(),
            rows_are_targets: self.rows == Rows::Targets,
            cancel: Cancel::default(),
        }
    }

    /// Collects what contradicts itself.
    pub fn validate(&self, problems: &mut Problems, path: &str) {
        let at = |field: &str| format!("{path}.{field}");
        if self.length.is_some() != self.speed.is_some() {
            let message = "length and speed make delays together, expected both or none";
            problems.add(at("length"), message);
        }
        if let Some(speed) = self.speed {
            problems.positive(&at("speed"), speed, " lengths/s");
        }
        if self.length.is_some() && self.delay.as_deref().is_some_and(|name| name != "none") {
            problems.add(
                at("delay"),
                "found delay beside length, expected one of them",
            );
        }
    }
}
