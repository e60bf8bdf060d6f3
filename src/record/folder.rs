//! An open run folder.
//!
//! At any moment of death the folder holds a run that can be repeated: inputs are with the
//! operating system before the rows, events and commands that follow from them, so what is read
//! back may lack the last second, but never the cause of what it shows.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use xxhash_rust::xxh3::xxh3_64;

use crate::base::{InputRecord, Tick};
use crate::scenario::record_spec::{RecordFormat, StatesSpec};

use super::claim::{COPIES, Claimed, DRAFT, MANIFEST, Place, RESOLVED, claim, create, open_plain};
use super::event::EventRecord;
use super::hashed::HashedFile;
use super::lines::{Batch, COMMANDS, COMMANDS_HEAD, EVENTS, INPUTS, RunSink, command_line};
use super::manifest::{Ending, FileClaim, Manifest};
use super::metric_rows::MetricRows;
use super::parquet_names::PARTS;
use super::row_writer::RowWriter;
use super::rows::Columns;
use super::states::LAST_STATE;
use super::states_file::StatesFile;
use super::utc;

/// Files are flushed at least this often, so that no more than a second is lost when it takes a
/// while.
const FLUSH: Duration = Duration::from_millis(700);

/// What a folder holds beside the records of every run.
#[derive(Default)]
pub struct Extras<'a> {
    /// The states that are recorded, and their columns.
    pub states: Option<(&'a StatesSpec, &'a [String])>,
    /// Copies of the files that the scene reads, by their names in the folder.
    pub copies: &'a [(String, Vec<u8>)],
    /// The form of the rows of metrics.
    pub format: RecordFormat,
}

/// An open run folder. Files are flushed every second, so at most that much is lost.
pub struct RunFolder {
    path: PathBuf,
    manifest: Manifest,
    metrics: RowWriter,
    events: HashedFile,
    commands: HashedFile,
    inputs: HashedFile,
    states: Option<StatesFile>,
    last_state: Option<FileClaim>,
    resolved: FileClaim,
    opened: Instant,
    flushed: Instant,
}

impl RunFolder {
    /// Makes a run folder that belongs to this run alone.
    ///
    /// # Errors
    /// When the folder holds a run already or another run writes there, or when files cannot be
    /// written.
    pub fn create(
        place: Place,
        mut manifest: Manifest,
        resolved_scene: &str,
        columns: Columns,
        extras: &Extras<'_>,
    ) -> io::Result<Self> {
        manifest.started = utc::now();
        let Claimed { path, inputs } = claim(place, &manifest)?;
        let open = |name| create(&path, name).map(|file| HashedFile::new(name, file));
        let mut folder = Self {
            metrics: RowWriter::create(&path, extras.format, columns, &manifest)?,
            events: open(EVENTS)?,
            commands: open(COMMANDS)?,
            inputs: HashedFile::new(INPUTS, inputs),
            states: match extras.states {
                Some((spec, columns)) => Some(StatesFile::create(&path, spec, columns)?),
                None => None,
            },
            last_state: None,
            resolved: FileClaim {
                bytes: resolved_scene.len() as u64,
                xxh3: format!("{:016x}", xxh3_64(resolved_scene.as_bytes())),
            },
            path,
            manifest,
            opened: Instant::now(),
            flushed: Instant::now(),
        };
        create(&folder.path, RESOLVED)?.write_all(resolved_scene.as_bytes())?;
        if !extras.copies.is_empty() {
            fs::create_dir_all(folder.path.join(COPIES))?;
        }
        for (name, bytes) in extras.copies {
            create(&folder.path, name)?.write_all(bytes)?;
        }
        folder.write_manifest()?;
        folder.commands.line(COMMANDS_HEAD)?;
        folder.flush()?;
        Ok(folder)
    }

    /// Takes over what another folder, whose files are flushed, has of the ticks before one, and
    /// the inputs of this run.
    ///
    /// # Errors
    /// When files cannot be read or written.
    pub fn inherit(
        &mut self,
        other: &Path,
        before: Tick,
        inputs: &[InputRecord],
    ) -> io::Result<()> {
        self.write_inputs(inputs)?;
        let read = |name: &str| {
            let mut text = String::new();
            io::Read::read_to_string(&mut open_plain(other, name)?, &mut text)?;
            io::Result::Ok(text)
        };
        // Rows bear the tick after which they were taken, the rest that in which they happened.
        let tick_of = |line: &str| line.split(',').next().and_then(|t| t.parse::<Tick>().ok());
        let mut rows = MetricRows::open(other)?;
        while let Some(mut block) = rows.next_block()? {
            block.keep_to(before);
            self.metrics.take_block(block)?;
        }
        for line in read(COMMANDS)?.lines() {
            if tick_of(line).is_some_and(|tick| tick < before) {
                self.commands.line(line)?;
            }
        }
        for line in read(EVENTS)?.lines() {
            let event: EventRecord = serde_json::from_str(line)?;
            if event.tick < before {
                self.events.line(line)?;
            }
        }
        if let Some(states) = &mut self.states {
            states.inherit(other, before)?;
        }
        self.flush()
    }

    /// Writes the state of every vertex at the end.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_last_state(&mut self, text: &str) -> io::Result<()> {
        create(&self.path, LAST_STATE)?.write_all(text.as_bytes())?;
        self.last_state = Some(FileClaim {
            bytes: text.len() as u64,
            xxh3: format!("{:016x}", xxh3_64(text.as_bytes())),
        });
        Ok(())
    }

    /// Writes a copy that ends here, for good, into a folder of its own.
    ///
    /// # Errors
    /// When that folder holds a run already, or files cannot be written.
    pub fn export(&mut self, into: &Path, ending: &Ending) -> io::Result<()> {
        self.flush()?;
        let rows = self.metrics.claims()?;
        let place = Place::At {
            path: into,
            force: false,
        };
        let Claimed { path, mut inputs } = claim(place, &self.manifest)?;
        let copies = self.manifest.inputs.iter();
        let copies: Vec<String> = copies.filter_map(|input| input.copy.clone()).collect();
        if !copies.is_empty() {
            fs::create_dir_all(path.join(COPIES))?;
        }
        let states = self.states.iter().flat_map(StatesFile::names);
        let names = [INPUTS, EVENTS, COMMANDS, RESOLVED].into_iter();
        let names = names.map(str::to_owned).chain(states);
        let parts = rows.iter().map(|(name, _)| name.clone());
        if rows.iter().any(|(name, _)| name.starts_with(PARTS)) {
            fs::create_dir_all(path.join(PARTS))?;
        }
        let all = names.chain(parts).chain(copies);
        for name in all {
            let name = name.as_str();
            let mut from = open_plain(&self.path, name)?;
            if name == INPUTS {
                io::copy(&mut from, &mut inputs)?;
            } else {
                io::copy(&mut from, &mut create(&path, name)?)?;
            }
        }
        write_manifest(&path, &self.ended(ending, rows))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write_inputs(&mut self, inputs: &[InputRecord]) -> io::Result<()> {
        for input in inputs {
            self.inputs.line(&serde_json::to_string(input)?)?;
        }
        // What follows from them may leave its buffer at any moment from now on.
        self.inputs.flush()
    }

    /// Brings everything to the disk.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.flush_others()?;
        self.metrics.claims().map(drop)
    }

    /// Brings all to the disk but rows of metrics, which are on their way.
    fn flush_others(&mut self) -> io::Result<()> {
        self.inputs.flush()?;
        self.events.flush()?;
        self.commands.flush()?;
        self.states.as_mut().map_or(Ok(()), StatesFile::flush)?;
        self.flushed = Instant::now();
        Ok(())
    }

    /// Writes how the run ended and closes the folder.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn finish(mut self, ending: &Ending) -> io::Result<PathBuf> {
        self.flush_others()?;
        let path = self.path.clone();
        let states = self.states.as_mut().map(|states| states.close(&path));
        let mut claims = states.transpose()?.unwrap_or_default();
        let mut manifest = self.ended(ending, Vec::new());
        claims.extend(self.metrics.close()?);
        manifest.files.extend(claims);
        write_manifest(&path, &manifest)?;
        Ok(path)
    }

    /// The manifest of a run that ends so.
    fn ended(&self, ending: &Ending, more: Vec<(String, FileClaim)>) -> Manifest {
        let files = [&self.events, &self.commands, &self.inputs];
        let resolved = (RESOLVED.to_owned(), self.resolved.clone());
        let last = self
            .last_state
            .clone()
            .map(|claim| (LAST_STATE.to_owned(), claim));
        Manifest {
            status: ending.status,
            error: ending.error.clone(),
            ticks: ending.ticks,
            digest: ending.digest.clone(),
            wall_s: self.opened.elapsed().as_secs_f64(),
            files: files
                .map(HashedFile::claim)
                .into_iter()
                .chain([resolved])
                .chain(more)
                .chain(last)
                .collect(),
            ..self.manifest.clone()
        }
    }

    fn write_manifest(&self) -> io::Result<()> {
        write_manifest(&self.path, &self.manifest)
    }
}

impl RunSink for RunFolder {
    fn append(&mut self, batch: &Batch) -> io::Result<()> {
        if !batch.inputs.is_empty() {
            self.write_inputs(&batch.inputs)?;
        }
        for row in &batch.rows {
            self.metrics.take(row)?;
        }
        for event in &batch.events {
            self.events.line(&serde_json::to_string(event)?)?;
        }
        for (tick, command) in &batch.commands {
            self.commands.line(&command_line(*tick, command))?;
        }
        if let Some(states) = &mut self.states {
            states.append(batch)?;
        }
        if self.flushed.elapsed() > FLUSH {
            self.flush_others()?;
            self.metrics.flush()?;
        }
        Ok(())
    }
}

/// That a folder could not be written, as people are told.
#[must_use]
pub fn told(error: &io::Error) -> String {
    format!(
        "cannot write the run folder: {error}; what is there can be read up to its last whole row"
    )
}

/// Replaces the manifest at once: what is read is the old one or the new one.
fn write_manifest(folder: &Path, manifest: &Manifest) -> io::Result<()> {
    let text = serde_json::to_string_pretty(manifest)?;
    match fs::remove_file(folder.join(DRAFT)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    create(folder, DRAFT)?.write_all(text.as_bytes())?;
    fs::rename(folder.join(DRAFT), folder.join(MANIFEST))
}
