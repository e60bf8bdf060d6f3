//! A run folder as it is found: what it claims, and whether its files hold that.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;
use xxhash_rust::xxh3::Xxh3;

use crate::base::{InputLog, Subject, Tick};
use crate::files::source::parts_of;

use super::claim::{MANIFEST, RESOLVED, open_plain};
use super::event::EventRecord;
use super::lines::{EVENTS, INPUTS, METRICS};
use super::manifest::{FileClaim, Manifest, RUN_FORMAT};
use super::metric_rows::{MetricRows, RowForm};
use super::parquet_names::{PARTS, directory};

/// Why a folder cannot be taken for a run.
#[derive(Debug, Error)]
pub enum SavedError {
    /// There is no folder, or it cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It was written in another form.
    #[error(
        "{}: a run folder of format {found}, this program reads format {RUN_FORMAT} alone",
        path.display()
    )]
    Format {
        /// The folder.
        path: PathBuf,
        /// Its format.
        found: u64,
    },
    /// A file is missing, or does not hold what the run wrote.
    #[error("{}: {message}", path.display())]
    Altered {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
}

/// A run folder that was found.
#[derive(Clone, Debug)]
pub struct SavedRun {
    /// Where it is.
    pub path: PathBuf,
    /// What it says of itself.
    pub manifest: Manifest,
}

/// The files that every run has, beside its rows.
const NEEDED: [&str; 4] = [EVENTS, super::lines::COMMANDS, INPUTS, RESOLVED];

impl SavedRun {
    /// Opens a run folder.
    ///
    /// # Errors
    /// When there is none, or its manifest is missing or spoilt.
    pub fn open(path: &Path) -> Result<Self, SavedError> {
        let unreadable = |error| SavedError::Unreadable {
            path: path.to_owned(),
            error,
        };
        if !std::fs::metadata(path).map_err(unreadable)?.is_dir() {
            return Err(unreadable(io::Error::from(ErrorKind::NotADirectory)));
        }
        let mut text = String::new();
        let read = open_plain(path, MANIFEST).and_then(|mut file| file.read_to_string(&mut text));
        read.map_err(|error| altered(path, MANIFEST, &lack(&error)))?;
        let spoilt = |error| altered(path, MANIFEST, &format!("it is no manifest: {error}"));
        let value: serde_json::Value = serde_json::from_str(&text).map_err(spoilt)?;
        // The first form did not say so.
        let found = value
            .get("format")
            .map_or(Some(1), serde_json::Value::as_u64);
        if let Some(found) = found.filter(|found| *found != u64::from(RUN_FORMAT)) {
            let path = path.to_owned();
            return Err(SavedError::Format { path, found });
        }
        let manifest = serde_json::from_value(value).map_err(spoilt)?;
        Ok(Self {
            path: path.to_owned(),
            manifest,
        })
    }

    /// The input log.
    ///
    /// # Errors
    /// When it is missing, or with the line that is no input.
    pub fn inputs(&self) -> Result<InputLog, SavedError> {
        let mut reader = self.reader(INPUTS)?;
        let (mut records, mut line, mut number) = (Vec::new(), String::new(), 0);
        loop {
            line.clear();
            number += 1;
            let read = reader.read_line(&mut line);
            if read.map_err(|error| self.altered(INPUTS, &error.to_string()))? == 0 {
                return Ok(InputLog::from_records(records));
            }
            match serde_json::from_str(line.trim_end()) {
                Ok(record) => records.push(record),
                // The run was cut short while it wrote this line, so the input never acted on a
                // tick that is in the folder.
                Err(_) if self.manifest.is_cut() && !line.ends_with('\n') => {}
                Err(error) => {
                    return Err(self.altered(INPUTS, &format!("line {number}: {error}")));
                }
            }
        }
    }

    /// The tick up to which the folder tells the run: its last, or that of the last complete row
    /// when the run was cut short.
    ///
    /// # Errors
    /// When rows of metrics cannot be read.
    pub fn end(&self) -> Result<Tick, SavedError> {
        if !self.manifest.is_cut() {
            return Ok(self.manifest.ticks);
        }
        let mut last = 0;
        for form in self.row_forms()? {
            last = last.max(
                self.rows(form)?
                    .last_tick()
                    .map_err(|error| self.unreadable(error))?,
            );
        }
        Ok(last)
    }

    /// The forms in which it has rows of metrics, one at least.
    ///
    /// # Errors
    /// When it has none.
    pub fn row_forms(&self) -> Result<Vec<RowForm>, SavedError> {
        let forms = RowForm::of(&self.path);
        match forms.is_empty() {
            true => Err(self.altered(METRICS, &format!("it is missing, and so is {PARTS}"))),
            false => Ok(forms),
        }
    }

    /// Its rows of metrics in one form.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn rows(&self, form: RowForm) -> Result<MetricRows, SavedError> {
        let rows = MetricRows::open_form(&self.path, form);
        rows.map_err(|error| self.altered(form.name(), &lack(&error)))
    }

    fn unreadable(&self, error: io::Error) -> SavedError {
        SavedError::Unreadable {
            path: self.path.clone(),
            error,
        }
    }

    /// The subject of its events at a tick that a person calls by this name.
    ///
    /// # Errors
    /// When events.jsonl is missing.
    pub fn subject_at(&self, tick: Tick, name: &str) -> Result<Option<Subject>, SavedError> {
        let lines = self.reader(EVENTS)?.lines().map_while(Result::ok);
        let mut events = lines.filter_map(|line| serde_json::from_str::<EventRecord>(&line).ok());
        let found = events.find(|event| event.tick == tick && event.about.is_called(name));
        Ok(found.map(|event| event.about))
    }

    /// Shows each of its events in order. A line that a cut run did not finish is none.
    ///
    /// # Errors
    /// When events.jsonl is missing, or with the line that is no event.
    pub fn each_event(&self, mut show: impl FnMut(&EventRecord)) -> Result<(), SavedError> {
        let mut reader = self.reader(EVENTS)?;
        let (mut line, mut number) = (String::new(), 0);
        loop {
            line.clear();
            number += 1;
            let read = reader.read_line(&mut line);
            if read.map_err(|error| self.altered(EVENTS, &error.to_string()))? == 0 {
                return Ok(());
            }
            match serde_json::from_str(line.trim_end()) {
                Ok(event) => show(&event),
                Err(_) if self.manifest.is_cut() && !line.ends_with('\n') => {}
                Err(error) => {
                    return Err(self.altered(EVENTS, &format!("line {number}: {error}")));
                }
            }
        }
    }

    /// Compares every file with what the manifest claims of it. A run that was cut short claims its
    /// scene alone.
    ///
    /// # Errors
    /// With the first file that is missing or holds something else.
    pub fn check_files(&self) -> Result<(), SavedError> {
        self.check_scene()?;
        if self.manifest.is_cut() {
            return Ok(());
        }
        for name in NEEDED {
            let Some(claimed) = self.manifest.files.get(name) else {
                let text = format!("it says nothing of {name}");
                return Err(self.altered(MANIFEST, &text));
            };
            let found = self.hash(name)?;
            if found.bytes != claimed.bytes {
                let text = format!("{} bytes, but the run wrote {}", found.bytes, claimed.bytes);
                return Err(self.altered(name, &text));
            }
            if found != *claimed {
                return Err(self.altered(name, "it was changed after the run wrote it"));
            }
        }
        let claimed = |name: &str| self.manifest.files.contains_key(name);
        let in_parts = |name: &String| name.starts_with(PARTS);
        if !claimed(METRICS) && !self.manifest.files.keys().any(in_parts) {
            let text = format!("it says nothing of {METRICS} or {PARTS}");
            return Err(self.altered(MANIFEST, &text));
        }
        if let Some(directory) = directory(&self.path) {
            let found = parts_of(&directory);
            for part in found.map_err(|error| self.altered(PARTS, &error.to_string()))? {
                let name = part.file_name().unwrap_or_default().to_string_lossy();
                let name = format!("{PARTS}/{name}");
                if !claimed(&name) {
                    return Err(self.altered(&name, "the run did not write it"));
                }
            }
        }
        let more = self
            .manifest
            .files
            .iter()
            .filter(|(name, _)| !NEEDED.contains(&name.as_str()));
        for (name, claimed) in more {
            if self.hash(name)? != *claimed {
                return Err(self.altered(name, "it was changed after the run wrote it"));
            }
        }
        Ok(())
    }

    /// Compares the scene with what the manifest claims of it.
    ///
    /// # Errors
    /// When it is missing or another.
    pub fn check_scene(&self) -> Result<(), SavedError> {
        if self.hash(RESOLVED)?.xxh3 == self.manifest.scene_hash {
            return Ok(());
        }
        let text = "it is not the scene that the manifest names by its hash";
        Err(self.altered(RESOLVED, text))
    }

    /// A file of the folder, to be read line by line.
    pub(super) fn reader(&self, name: &str) -> Result<BufReader<File>, SavedError> {
        open_plain(&self.path, name)
            .map(BufReader::new)
            .map_err(|error| self.altered(name, &lack(&error)))
    }

    fn hash(&self, name: &str) -> Result<FileClaim, SavedError> {
        let mut reader = self.reader(name)?;
        let (mut hash, mut bytes, mut buffer) = (Xxh3::new(), 0, vec![0; 1 << 16]);
        loop {
            let count = reader.read(&mut buffer);
            match count.map_err(|error| self.altered(name, &error.to_string()))? {
                0 => break,
                count => {
                    hash.update(&buffer[..count]);
                    bytes += count as u64;
                }
            }
        }
        Ok(FileClaim {
            bytes,
            xxh3: format!("{:016x}", hash.digest()),
        })
    }

    fn altered(&self, name: &str, message: &str) -> SavedError {
        altered(&self.path, name, message)
    }
}

fn altered(folder: &Path, name: &str, message: &str) -> SavedError {
    SavedError::Altered {
        path: folder.join(name),
        message: message.to_owned(),
    }
}

fn lack(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "it is missing".to_owned(),
        _ => error.to_string(),
    }
}
