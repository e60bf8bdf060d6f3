//! A law of the program's catalog, as scenes name it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::registry::part::{CustomSpec, Value, distinct};

use super::measure::Measure;
use super::output::Output;

/// A law of the program's catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LawSpec {
    /// The name under which the program knows it.
    pub name: String,
    /// Its parameters by name; the law's own defaults where none is given.
    #[serde(default, deserialize_with = "distinct")]
    pub parameters: BTreeMap<String, Value>,
    /// What it measures besides the loop's measure, in the order in which the law takes them.
    #[serde(default)]
    pub measures: Vec<Measure>,
    /// What it moves besides the loop's output, in the order in which the law gives them.
    #[serde(default)]
    pub outputs: Vec<Output>,
}

impl LawSpec {
    /// Name and parameters.
    #[must_use]
    pub fn part(&self) -> CustomSpec {
        CustomSpec {
            name: self.name.clone(),
            parameters: self.parameters.clone(),
        }
    }
}
