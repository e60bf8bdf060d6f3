//! The table of a sweep's cells, as its file has it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::RunStatus;

/// The file of the table in a sweep's folder.
pub const TABLE: &str = "cells.csv";
/// Rows of the table that are shown at most.
pub const SHOWN: usize = 2000;
/// Cells whose failed assertions are told at most.
const JUDGED: usize = 50;

/// The table of the cells as it was read.
#[derive(Default)]
pub struct Table {
    /// Names of its columns.
    pub heads: Vec<String>,
    /// The first rows.
    pub rows: Vec<Vec<String>>,
    /// How many rows there are.
    pub count: u64,
    /// Cells by status.
    pub statuses: BTreeMap<String, u64>,
    /// The first cells that failed an assertion.
    pub failed: Vec<String>,
    /// How many cells did.
    pub failures: u64,
    /// What is wrong with it.
    pub notes: Vec<String>,
}

impl Table {
    /// Reads it; what is missing or torn is a note.
    #[must_use]
    pub fn read(folder: &Path) -> Self {
        let mut own = Self::default();
        let path = folder.join(TABLE);
        if let Err(error) = own.fill(&path) {
            let told = match error.kind() {
                csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    "it is missing".to_owned()
                }
                _ => error.to_string(),
            };
            own.notes.push(format!("{}: {told}", path.display()));
        }
        own
    }

    fn fill(&mut self, path: &Path) -> Result<(), csv::Error> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path)?;
        self.heads = reader.headers()?.iter().map(str::to_owned).collect();
        let place = |name: &str| self.heads.iter().position(|head| head == name);
        let (status, id) = (place("status"), place("id").unwrap_or(0));
        if status.is_none() {
            let text = format!("{TABLE} has no column status, so cells are not counted by it");
            self.notes.push(text);
        }
        let failed = RunStatus::AssertionFailed.to_string();
        let mut torn = 0_u64;
        for record in reader.records() {
            let record = record?;
            if record.len() != self.heads.len() {
                torn += 1;
                continue;
            }
            self.count += 1;
            if let Some(word) = status.and_then(|at| record.get(at)) {
                *self.statuses.entry(word.to_owned()).or_default() += 1;
                if word == failed {
                    self.failures += 1;
                    if self.failed.len() < JUDGED {
                        self.failed
                            .push(record.get(id).unwrap_or_default().to_owned());
                    }
                }
            }
            if self.rows.len() < SHOWN {
                self.rows.push(record.iter().map(str::to_owned).collect());
            }
        }
        if torn > 0 {
            self.notes.push(format!(
                "{TABLE}: {torn} lines have too few or too many cells"
            ));
        }
        Ok(())
    }
}
