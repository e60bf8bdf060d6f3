//! The table of a sweep's cells, derived from their folders.

use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::base::RunStatus;
use crate::scenario::Column;

use super::cell::look;
use super::plan::{CELLS, TABLE, replace};
use super::rows::statistics;

/// A cell as its folder tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct CellRow {
    /// Its name.
    pub id: String,
    /// The number of its point.
    pub point: usize,
    /// The values of the axes, as RON text; empty where the point leaves the scene's.
    pub values: Vec<String>,
    /// Its seed.
    pub seed: u64,
    /// Its digest.
    pub digest: String,
    /// How it ended.
    pub status: RunStatus,
    /// Ticks completed.
    pub ticks: u64,
    /// Its cost, where a search ran it.
    pub objective: Option<f64>,
    /// The statistics, in the order of the table's columns.
    pub statistics: Vec<Option<f64>>,
}

/// All cells of a sweep's folder.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Paths of what is varied.
    pub axes: Vec<String>,
    /// The statistics.
    pub columns: Vec<Column>,
    /// The cells, by point and seed.
    pub rows: Vec<CellRow>,
    /// Folders that cannot be read as cells, with the reason.
    pub gaps: Vec<(PathBuf, String)>,
}

/// A folder as a row, or why it is none.
type Found = Result<(CellRow, Vec<String>), (PathBuf, String)>;

impl Table {
    /// Reads the cells of a sweep's folder. One that cannot be read is a gap, and no harm to the
    /// others.
    ///
    /// # Errors
    /// When the folder of cells cannot be listed.
    pub fn read(sweep: &Path, columns: &[Column], from_s: f64) -> io::Result<Self> {
        let cells = sweep.join(CELLS);
        let mut folders: Vec<PathBuf> = Vec::new();
        for entry in std::fs::read_dir(&cells)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            }
        }
        folders.sort();
        let found: Vec<Found> = folders
            .into_par_iter()
            .map(|folder| row(&folder, columns, from_s).map_err(|message| (folder, message)))
            .collect();
        let mut table = Self {
            columns: columns.to_vec(),
            ..Self::default()
        };
        for one in found {
            match one {
                Ok((row, axes)) => {
                    if table.rows.is_empty() {
                        table.axes = axes;
                    }
                    table.rows.push(row);
                }
                Err(gap) => table.gaps.push(gap),
            }
        }
        table.rows.sort_by_key(|row| (row.point, row.seed));
        Ok(table)
    }

    /// The head of cells.csv.
    #[must_use]
    pub fn head(&self) -> Vec<String> {
        let mut head: Vec<String> = ["id", "point"].map(str::to_owned).to_vec();
        head.extend(self.axes.iter().cloned());
        head.extend(["seed", "digest", "status", "ticks"].map(str::to_owned));
        if self.is_search() {
            head.push("objective".to_owned());
        }
        head.extend(self.columns.iter().map(ToString::to_string));
        head
    }

    pub(super) fn is_search(&self) -> bool {
        self.rows.iter().any(|row| row.objective.is_some())
    }

    /// Writes cells.csv, at once: one line of heads, one line a cell; a number that there is none
    /// of is an empty cell.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_csv(&self, sweep: &Path) -> io::Result<PathBuf> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(self.head())?;
        let shown = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
        let is_search = self.is_search();
        for row in &self.rows {
            let mut cells = vec![row.id.clone(), row.point.to_string()];
            cells.extend(row.values.iter().cloned());
            cells.extend([
                row.seed.to_string(),
                row.digest.clone(),
                row.status.to_string(),
                row.ticks.to_string(),
            ]);
            if is_search {
                cells.push(shown(row.objective));
            }
            cells.extend(row.statistics.iter().map(|value| shown(*value)));
            writer.write_record(cells)?;
        }
        let bytes = writer
            .into_inner()
            .map_err(|error| io::Error::other(error.to_string()))?;
        let path = sweep.join(TABLE);
        replace(&path, &bytes)?;
        Ok(path)
    }

    /// The place of an axis.
    #[must_use]
    pub fn axis(&self, path: &str) -> Option<usize> {
        self.axes.iter().position(|own| own == path)
    }

    /// The place of a statistic, by its text.
    #[must_use]
    pub fn column(&self, text: &str) -> Option<usize> {
        self.columns.iter().position(|own| own.to_string() == text)
    }
}

fn row(folder: &Path, columns: &[Column], from_s: f64) -> Result<(CellRow, Vec<String>), String> {
    let (run, note) = look(folder)?;
    let manifest = &run.manifest;
    let statistics = statistics(&run, columns, from_s).map_err(|error| error.to_string())?;
    let (axes, values) = note.parameters.into_iter().unzip();
    let row = CellRow {
        id: note.id,
        point: note.point,
        values,
        seed: manifest.seed,
        digest: manifest.digest.clone(),
        status: manifest.status,
        ticks: manifest.ticks,
        objective: note.objective,
        statistics,
    };
    Ok((row, axes))
}
