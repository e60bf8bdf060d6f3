//! The rows of a run folder, in whichever form it has them.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::base::Tick;
use crate::files::cells::{Separator, split, unquoted};
use crate::files::parquet::ParquetFile;

use super::claim::open_plain;
use super::lines::METRICS;
use super::parquet_names::{PARTS, directory};
use super::parquet_read::{metrics_of, open_parts, read_group};
use super::row_block::RowBlock;

/// Rows of a text that are read at once.
const BLOCK_ROWS: usize = 4096;
/// Columns of a text before those of metrics.
const BEFORE: usize = 3;

/// A form of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowForm {
    /// metrics.csv.
    Csv,
    /// metrics.parquet.
    Parquet,
}

impl RowForm {
    /// The name of the file or directory.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => METRICS,
            Self::Parquet => PARTS,
        }
    }

    /// The forms that a folder has.
    #[must_use]
    pub fn of(folder: &Path) -> Vec<Self> {
        let csv = std::fs::symlink_metadata(folder.join(METRICS)).is_ok();
        let forms = [
            (csv, Self::Csv),
            (directory(folder).is_some(), Self::Parquet),
        ];
        forms
            .into_iter()
            .filter_map(|(is, form)| is.then_some(form))
            .collect()
    }
}

/// The rows of a folder in order, block by block.
pub struct MetricRows {
    folder: PathBuf,
    /// Their form.
    pub form: RowForm,
    columns: Vec<String>,
    /// The places of the metrics that are read, among all of the file.
    places: Option<Vec<usize>>,
    is_bare: bool,
    source: Source,
}

enum Source {
    Csv {
        reader: BufReader<File>,
        width: usize,
        line: String,
        cells: Vec<Range<usize>>,
    },
    Parts {
        waiting: VecDeque<(PathBuf, File)>,
        open: Option<(PathBuf, ParquetFile, usize)>,
    },
}

impl MetricRows {
    /// Opens the rows of a folder: columns of numbers where it has them, else text.
    ///
    /// # Errors
    /// When it has neither, or they cannot be read.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let form = match RowForm::of(folder).contains(&RowForm::Parquet) {
            true => RowForm::Parquet,
            false => RowForm::Csv,
        };
        Self::open_form(folder, form)
    }

    /// Opens the rows of a folder in one form.
    ///
    /// # Errors
    /// When they are not there or cannot be read.
    pub fn open_form(folder: &Path, form: RowForm) -> io::Result<Self> {
        let mut own = Self {
            folder: folder.to_owned(),
            form,
            columns: Vec::new(),
            places: None,
            is_bare: false,
            source: match form {
                RowForm::Csv => Source::Csv {
                    reader: BufReader::with_capacity(1 << 18, open_plain(folder, METRICS)?),
                    width: 0,
                    line: String::new(),
                    cells: Vec::new(),
                },
                RowForm::Parquet => Source::Parts {
                    waiting: open_parts(folder)?,
                    open: None,
                },
            },
        };
        own.read_head()?;
        Ok(own)
    }

    /// Reads these metrics alone, in this order; one that is not there has no values.
    #[must_use]
    pub fn only(mut self, names: &[String]) -> Self {
        let place = |name: &String| self.columns.iter().position(|own| own == name);
        let found: Vec<(String, usize)> = names
            .iter()
            .filter_map(|name| Some((name.clone(), place(name)?)))
            .collect();
        self.columns = found.iter().map(|(name, _)| name.clone()).collect();
        self.places = Some(found.into_iter().map(|(_, at)| at).collect());
        self
    }

    /// Reads neither times nor flags, where they stand apart; they are 0 and none then.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.is_bare = true;
        self
    }

    /// The metrics that are read, by the names of their columns.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    fn read_head(&mut self) -> io::Result<()> {
        match &mut self.source {
            Source::Csv {
                reader,
                width,
                line,
                cells,
            } => {
                reader.read_line(line)?;
                split(line.trim_end_matches(['\n', '\r']), Separator::Comma, cells);
                *width = cells.len();
                let names = cells.iter().skip(BEFORE).map(|cell| &line[cell.clone()]);
                let names = names.take(width.saturating_sub(BEFORE + 1));
                self.columns = names.map(|cell| unquoted(cell).into_owned()).collect();
                Ok(())
            }
            Source::Parts { .. } => {
                self.open_next()?;
                if let Source::Parts {
                    open: Some((path, part, _)),
                    ..
                } = &self.source
                {
                    self.columns = metrics_of(part).map_err(|faults| at(path, &faults))?;
                }
                Ok(())
            }
        }
    }

    /// Opens the next part file, if there is one.
    fn open_next(&mut self) -> io::Result<()> {
        if let Source::Parts { waiting, open } = &mut self.source {
            *open = match waiting.pop_front() {
                None => None,
                Some((path, file)) => {
                    let part = ParquetFile::of_file(file).map_err(|faults| at(&path, &faults))?;
                    Some((path, part, 0))
                }
            };
        }
        Ok(())
    }

    /// The next rows; none at the end. A line of text that a run did not finish is none.
    ///
    /// # Errors
    /// When they cannot be read, with the file.
    pub fn next_block(&mut self) -> io::Result<Option<RowBlock>> {
        loop {
            match &mut self.source {
                Source::Csv { .. } => return self.next_lines(),
                Source::Parts { open: None, .. } => return Ok(None),
                Source::Parts {
                    open: Some((path, part, group)),
                    ..
                } => {
                    if *group < part.groups() {
                        let block = read_group(part, *group, self.places.as_deref(), self.is_bare);
                        *group += 1;
                        return block.map(Some).map_err(|faults| at(path, &faults));
                    }
                    self.open_next()?;
                }
            }
        }
    }

    fn next_lines(&mut self) -> io::Result<Option<RowBlock>> {
        let Source::Csv {
            reader,
            width,
            line,
            cells,
        } = &mut self.source
        else {
            return Ok(None);
        };
        let mut block = RowBlock::new(self.columns.len());
        while block.len() < BLOCK_ROWS {
            line.clear();
            let read = reader.read_line(line);
            if read.map_err(|error| at(&self.folder.join(METRICS), &error))? == 0
                || !line.ends_with('\n')
            {
                break;
            }
            let text = line.trim_end_matches(['\n', '\r']);
            split(text, Separator::Comma, cells);
            let cell = |at: usize| cells.get(at).map_or("", |cell| &text[cell.clone()]);
            let when = cell(0)
                .parse::<Tick>()
                .ok()
                .zip(cell(1).parse::<f64>().ok());
            let (Some(when), true) = (when, cells.len() == *width) else {
                continue;
            };
            let (scope, flags) = (unquoted(cell(2)), unquoted(cell(*width - 1)));
            let number = |at: usize| cell(BEFORE + at).parse::<f64>().ok();
            match &self.places {
                Some(places) => {
                    let values = places.iter().map(|at| number(*at));
                    block.push(when, (&scope, &flags), values);
                }
                None => {
                    let values = (0..*width - BEFORE - 1).map(number);
                    block.push(when, (&scope, &flags), values);
                }
            }
        }
        Ok((!block.is_empty()).then_some(block))
    }

    /// The last tick that has a row.
    ///
    /// # Errors
    /// When rows cannot be read.
    pub fn last_tick(self) -> io::Result<Tick> {
        let (mut own, mut last) = (self.only(&[]).bare(), 0);
        while let Some(block) = own.next_block()? {
            last = block.ticks.iter().copied().fold(last, Tick::max);
        }
        Ok(last)
    }
}

fn at(path: &Path, error: &impl std::fmt::Display) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("{}: {error}", path.display()),
    )
}
