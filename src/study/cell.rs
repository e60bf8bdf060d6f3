//! A cell of a sweep: one scene with one seed, in a run folder of its own.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::RunStatus;
use crate::record::{SavedError, SavedRun};

use super::plan::{CELLS, replace};

/// The file in a cell's folder that says which cell it is.
pub const NOTE: &str = "cell.json";

/// A cell of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The number of its point.
    pub point: usize,
    /// Its seed.
    pub seed: u64,
    /// Its name: the hash of its resolved scene, of which the seed is a part.
    pub id: String,
}

impl Cell {
    /// Its folder within that of the sweep.
    #[must_use]
    pub fn folder(&self, sweep: &Path) -> PathBuf {
        sweep.join(CELLS).join(&self.id)
    }

    /// What is found in its folder.
    #[must_use]
    pub fn state(&self, sweep: &Path) -> CellState {
        let folder = self.folder(sweep);
        if !folder.exists() {
            return CellState::Missing;
        }
        match look(&folder) {
            Ok((_, note)) if note.id != self.id => {
                CellState::Torn(format!("it says that it is the cell {}", note.id))
            }
            Ok((run, _)) if is_done(run.manifest.status) => match run.check_files() {
                Ok(()) => CellState::Done,
                Err(error) => CellState::Torn(error.to_string()),
            },
            Ok(_) => CellState::Unfinished,
            Err(error) => CellState::Torn(error),
        }
    }
}

/// How far a cell is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellState {
    /// It has no folder.
    Missing,
    /// It was begun and did not come to its end.
    Unfinished,
    /// Its folder cannot be read, or does not hold what it claims.
    Torn(String),
    /// It came to its end.
    Done,
}

/// Whether a run came to an end that it would come to again.
#[must_use]
pub fn is_done(status: RunStatus) -> bool {
    matches!(
        status,
        RunStatus::Ok | RunStatus::AssertionFailed | RunStatus::SafeStopped
    )
}

/// What a cell's folder tells of it, besides what every run folder does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CellNote {
    /// Its name.
    pub id: String,
    /// The number of its point.
    pub point: usize,
    /// Paths and values, as RON text, in the order of the axes.
    pub parameters: Vec<(String, String)>,
    /// Its cost, where a search ran it.
    pub objective: Option<f64>,
}

impl CellNote {
    /// Writes it into a cell's folder, at once.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        replace(&folder.join(NOTE), text.as_bytes())
    }
}

/// Opens a cell's folder.
///
/// # Errors
/// When it is no run folder, or does not say which cell it is.
pub fn look(folder: &Path) -> Result<(SavedRun, CellNote), String> {
    let run = SavedRun::open(folder).map_err(|error: SavedError| error.to_string())?;
    let path = folder.join(NOTE);
    let about = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(&path).map_err(|error| about(&error))?;
    let note = serde_json::from_str(&text).map_err(|error| about(&error))?;
    Ok((run, note))
}
