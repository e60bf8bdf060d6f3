//! An open run folder.
//!
//! At any moment of death the folder holds a run that can be repeated: inputs are with the
//! operating system before the rows, events and commands that follow from them, so what is read
//! back may lack the last second, but never the cause of what it shows.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::base::{InputRecord, Tick};
use crate::registry::Metrics;

use super::claim::{Claimed, DRAFT, MANIFEST, Place, RESOLVED, claim, create, open_plain};
use super::event::EventRecord;
use super::lines::{
    Batch, COMMANDS, COMMANDS_HEAD, EVENTS, INPUTS, METRICS, RunSink, command_line,
};
use super::manifest::{Ending, FileClaim, Manifest};
use super::rows::metrics_head;
use super::utc;

/// Files are flushed at least this often.
const FLUSH: Duration = Duration::from_secs(1);

/// A file that knows the length and hash of what was written to it.
struct HashedFile {
    name: &'static str,
    file: BufWriter<File>,
    hash: Xxh3,
    bytes: u64,
}

impl HashedFile {
    fn new(name: &'static str, file: File) -> Self {
        Self {
            name,
            file: BufWriter::new(file),
            hash: Xxh3::new(),
            bytes: 0,
        }
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        for part in [text.as_bytes(), b"\n"] {
            self.file.write_all(part)?;
            self.hash.update(part);
            self.bytes += part.len() as u64;
        }
        Ok(())
    }

    fn claim(&self) -> (String, FileClaim) {
        let claim = FileClaim {
            bytes: self.bytes,
            xxh3: format!("{:016x}", self.hash.digest()),
        };
        (self.name.to_owned(), claim)
    }
}

/// An open run folder. Files are flushed every second, so at most that much is lost.
pub struct RunFolder {
    path: PathBuf,
    manifest: Manifest,
    metrics: HashedFile,
    events: HashedFile,
    commands: HashedFile,
    inputs: HashedFile,
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
        metrics: &Metrics,
    ) -> io::Result<Self> {
        manifest.started = utc::now();
        let Claimed { path, inputs } = claim(place, &manifest)?;
        let open = |name| create(&path, name).map(|file| HashedFile::new(name, file));
        let mut folder = Self {
            metrics: open(METRICS)?,
            events: open(EVENTS)?,
            commands: open(COMMANDS)?,
            inputs: HashedFile::new(INPUTS, inputs),
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
        folder.write_manifest()?;
        folder.metrics.line(&metrics_head(metrics))?;
        folder.commands.line(COMMANDS_HEAD)?;
        folder.flush()?;
        Ok(folder)
    }

    /// Takes over what another folder recorded before a tick, and the inputs of this run.
    ///
    /// # Errors
    /// When files cannot be read or written.
    pub fn inherit(
        &mut self,
        other: &mut Self,
        before: Tick,
        inputs: &[InputRecord],
    ) -> io::Result<()> {
        self.write_inputs(inputs)?;
        other.flush()?;
        let read = |name: &str| {
            let mut text = String::new();
            io::Read::read_to_string(&mut open_plain(&other.path, name)?, &mut text)?;
            io::Result::Ok(text)
        };
        // Rows bear the tick after which they were taken, the rest that in which they happened.
        let tick_of = |line: &str| line.split(',').next().and_then(|t| t.parse::<Tick>().ok());
        for line in read(METRICS)?.lines() {
            if tick_of(line).is_some_and(|tick| tick <= before) {
                self.metrics.line(line)?;
            }
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
        self.flush()
    }

    /// Writes a copy that ends here, for good, into a folder of its own.
    ///
    /// # Errors
    /// When that folder holds a run already, or files cannot be written.
    pub fn export(&mut self, into: &Path, ending: &Ending) -> io::Result<()> {
        self.flush()?;
        let place = Place::At {
            path: into,
            force: false,
        };
        let Claimed { path, mut inputs } = claim(place, &self.manifest)?;
        for name in [INPUTS, METRICS, EVENTS, COMMANDS, RESOLVED] {
            let mut from = open_plain(&self.path, name)?;
            if name == INPUTS {
                io::copy(&mut from, &mut inputs)?;
            } else {
                io::copy(&mut from, &mut create(&path, name)?)?;
            }
        }
        write_manifest(&path, &self.ended(ending))
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
        self.inputs.file.flush()
    }

    /// Brings everything to the disk.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.inputs.file.flush()?;
        self.metrics.file.flush()?;
        self.events.file.flush()?;
        self.commands.file.flush()?;
        self.flushed = Instant::now();
        Ok(())
    }

    /// Writes how the run ended and closes the folder.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn finish(mut self, ending: &Ending) -> io::Result<PathBuf> {
        self.flush()?;
        write_manifest(&self.path, &self.ended(ending))?;
        Ok(self.path)
    }

    /// The manifest of a run that ends so.
    fn ended(&self, ending: &Ending) -> Manifest {
        let files = [&self.metrics, &self.events, &self.commands, &self.inputs];
        let resolved = (RESOLVED.to_owned(), self.resolved.clone());
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
            self.metrics.line(&row.line())?;
        }
        for event in &batch.events {
            self.events.line(&serde_json::to_string(event)?)?;
        }
        for (tick, command) in &batch.commands {
            self.commands.line(&command_line(*tick, command))?;
        }
        if self.flushed.elapsed() > FLUSH {
            self.flush()?;
        }
        Ok(())
    }
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
