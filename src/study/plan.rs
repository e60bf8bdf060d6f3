//! What a sweep runs, written down before its first cell.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::axis::Axis;
use super::design::{Design, Point};

/// The file of the plan in a sweep's folder.
pub const PLAN: &str = "plan.json";
/// The scene's text, with the changes that all cells share.
pub const SCENE: &str = "scene.ron";
/// The folder of the cells.
pub const CELLS: &str = "cells";
/// The table of the cells.
pub const TABLE: &str = "cells.csv";
/// The same table in columns.
pub const TABLE_PARQUET: &str = "cells.parquet";
/// The folder of the figures.
pub const FIGURES: &str = "figures";

/// The form of plans that this program writes and reads.
const FORMAT: u32 = 1;

/// A plan: every cell follows from it and the scene's text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The form of this file.
    pub format: u32,
    /// The program that made it, with its version: digests are those of one version.
    pub tool: String,
    /// The instruction set of the plant.
    pub isa: String,
    /// The scene's name.
    pub scene: String,
    /// Hash of the scene's text with the changes that all cells share.
    pub scene_xxh3: String,
    /// How points are chosen.
    pub design: Design,
    /// What is varied.
    pub axes: Vec<Axis>,
    /// The points, in the order in which they are numbered; empty for a search.
    pub points: Vec<Point>,
    /// The seeds; each point is run with each of them.
    pub seeds: Vec<u64>,
    /// Ticks of a cell.
    pub ticks: u64,
    /// What a search is for; absent for designs.
    pub search: Option<String>,
    /// Columns of the table. They can be chosen anew at any time.
    pub statistics: Vec<String>,
    /// Start of the time that the statistics are taken over, s.
    pub from_s: f64,
}

/// Why a folder holds no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// There is none.
    #[error("it holds no sweep (there is no {PLAN})")]
    None,
    /// It cannot be read.
    #[error("{PLAN}: {0}")]
    Unreadable(String),
}

impl Plan {
    /// The form that this program writes.
    #[must_use]
    pub fn format() -> u32 {
        FORMAT
    }

    /// Reads the plan of a folder.
    ///
    /// # Errors
    /// When there is none, or it is of another form.
    pub fn read(folder: &Path) -> Result<Self, PlanError> {
        let text =
            std::fs::read_to_string(folder.join(PLAN)).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => PlanError::None,
                _ => PlanError::Unreadable(error.to_string()),
            })?;
        let unreadable = |error: serde_json::Error| PlanError::Unreadable(error.to_string());
        let value: serde_json::Value = serde_json::from_str(&text).map_err(unreadable)?;
        let format = value.get("format").and_then(serde_json::Value::as_u64);
        if format != Some(u64::from(FORMAT)) {
            let found = format.map_or("none".to_owned(), |own| own.to_string());
            let told = format!("format {found}, this program reads format {FORMAT} alone");
            return Err(PlanError::Unreadable(told));
        }
        serde_json::from_value(value).map_err(unreadable)
    }

    /// Writes it, at once.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        replace(&folder.join(PLAN), text.as_bytes())
    }

    /// What another plan would run otherwise, the first thing of it, as "here … there …"; `None`
    /// when both run the same cells.
    #[must_use]
    pub fn difference(&self, there: &Self) -> Option<String> {
        let told = |what: &str, here: &dyn std::fmt::Display, there: &dyn std::fmt::Display| {
            Some(format!("{what} is {here} here and {there} there"))
        };
        if self.tool != there.tool {
            return told("the program", &self.tool, &there.tool);
        }
        if self.scene != there.scene {
            return told("the scene", &self.scene, &there.scene);
        }
        if self.axes.len() != there.axes.len() {
            let list = |own: &Self| {
                let paths: Vec<&str> = own.axes.iter().map(|own| own.path.as_str()).collect();
                if paths.is_empty() {
                    "nothing".to_owned()
                } else {
                    paths.join(", ")
                }
            };
            return told("what is varied", &list(self), &list(there));
        }
        let both = self.axes.iter().zip(&there.axes);
        if let Some((here, there)) = both.clone().find(|(here, there)| here != there) {
            return told("a parameter", here, there);
        }
        if self.design != there.design {
            return told("the design", &self.design.told(), &there.design.told());
        }
        if self.seeds != there.seeds {
            let seeds = |own: &Self| match (own.seeds.first(), own.seeds.last()) {
                (Some(first), Some(last)) => format!("{first} … {last}"),
                _ => "none".to_owned(),
            };
            return told("the range of seeds", &seeds(self), &seeds(there));
        }
        if self.ticks != there.ticks {
            return told("the number of ticks", &self.ticks, &there.ticks);
        }
        if self.isa != there.isa {
            return told("the instruction set", &self.isa, &there.isa);
        }
        let none = "nothing".to_owned();
        if self.search != there.search {
            let target = |own: &Self| own.search.clone().unwrap_or_else(|| none.clone());
            return told("what is searched for", &target(self), &target(there));
        }
        if self.scene_xxh3 != there.scene_xxh3 {
            return Some(
                "the text of the scene, or what --set changed of it, is another".to_owned(),
            );
        }
        (self.points != there.points).then(|| "the points are others".to_owned())
    }

    /// Number of cells.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.points.len() * self.seeds.len()
    }
}

/// Replaces a file at once: what is read is the old one or the new one.
///
/// # Errors
/// When it cannot be written.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".draft");
    std::fs::write(&draft, bytes)?;
    std::fs::rename(&draft, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan {
            format: FORMAT,
            tool: "phantomos 0".to_owned(),
            isa: "baseline".to_owned(),
            scene: "hello".to_owned(),
            scene_xxh3: "00".to_owned(),
            design: Design::Grid,
            axes: vec![Axis::parse("a=0:2:1").unwrap()],
            points: vec![vec!["0".to_owned()]],
            seeds: vec![1, 2],
            ticks: 10,
            search: None,
            statistics: vec!["coherence:mean".to_owned()],
            from_s: 0.0,
        }
    }

    #[test]
    fn plans_come_back_and_tell_what_parts_them() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Plan::read(folder.path()), Err(PlanError::None)));
        let own = plan();
        own.write(folder.path()).unwrap();
        assert_eq!(Plan::read(folder.path()).unwrap(), own);
        let mut other = plan();
        other.statistics.clear();
        assert_eq!(own.difference(&other), None);
        other.axes = vec![Axis::parse("a=0:3:1").unwrap()];
        let told = own.difference(&other).unwrap();
        assert!(told.contains("a=0,1,2 here and a=0,1,2,3 there"), "{told}");
        let mut other = plan();
        other.seeds.push(3);
        assert!(
            own.difference(&other)
                .unwrap()
                .contains("1 … 2 here and 1 … 3 there")
        );
        std::fs::write(folder.path().join(PLAN), "{\"format\": 7}").unwrap();
        let told = Plan::read(folder.path()).unwrap_err().to_string();
        assert!(told.contains("format 7"), "{told}");
    }
}
