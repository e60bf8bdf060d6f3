//! The run folder.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::base::{InputLog, InputRecord, Tick};
use crate::safety::SafeCommand;

use super::rows::{EventRecord, METRIC_COLUMNS, MetricRow};
use super::utc;

/// Files of a run folder.
pub const METRICS: &str = "metrics.csv";
/// Every intervention with its cause, one JSON object a line.
pub const EVENTS: &str = "events.jsonl";
/// Commands that took effect.
pub const COMMANDS: &str = "commands.csv";
/// The input log, one JSON object a line.
pub const INPUTS: &str = "inputs.jsonl";
/// The scene with every value spelled out.
pub const RESOLVED: &str = "scene.resolved.ron";
/// What, when, with what and how it ended.
pub const MANIFEST: &str = "manifest.json";

/// The status of a manifest before the run has ended.
pub const RUNNING: &str = "running";

/// manifest.json.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// `running`, or how the run ended.
    pub status: String,
    /// Name and version of the program.
    pub tool: String,
    /// Instruction set whose rounding the digest stands for.
    pub isa: String,
    /// Operating system and processor architecture.
    pub platform: String,
    /// Name of the scene.
    pub scene: String,
    /// Directory that the scene's files are relative to.
    #[serde(default)]
    pub scene_directory: Option<String>,
    /// XXH3-64 of the resolved scene.
    pub scene_hash: String,
    /// Seed.
    pub seed: u64,
    /// Node Worlds.
    pub nodes: u16,
    /// Worker threads.
    pub threads: usize,
    /// The command line.
    pub argv: Vec<String>,
    /// When it began.
    pub started: String,
    /// Ticks completed.
    pub ticks: Tick,
    /// Digest of the run after these ticks.
    pub digest: String,
    /// Wall time, s.
    pub wall_s: f64,
}

/// How a run ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// `ok`, `safe_stopped`, `interrupted`, `time_limit`, `assertion_failed` or `error`.
    pub status: String,
    /// Ticks completed.
    pub ticks: Tick,
    /// Digest.
    pub digest: String,
}

/// An open run folder. Files are flushed every second, so at most that much is lost.
pub struct RunFolder {
    path: PathBuf,
    manifest: Manifest,
    metrics: BufWriter<File>,
    events: BufWriter<File>,
    commands: BufWriter<File>,
    inputs: BufWriter<File>,
    opened: Instant,
    flushed: Instant,
}

impl RunFolder {
    /// Makes a run folder: `out` itself, or one with a name of its own under `runs/`.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn create(
        out: Option<&Path>,
        mut manifest: Manifest,
        resolved_scene: &str,
    ) -> io::Result<Self> {
        manifest.started = utc::now();
        let path = match out {
            Some(path) => path.to_owned(),
            None => fresh_name(&manifest),
        };
        fs::create_dir_all(&path).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        })?;
        let open = |name: &str| File::create(path.join(name)).map(BufWriter::new);
        let mut folder = Self {
            metrics: open(METRICS)?,
            events: open(EVENTS)?,
            commands: open(COMMANDS)?,
            inputs: open(INPUTS)?,
            path,
            manifest,
            opened: Instant::now(),
            flushed: Instant::now(),
        };
        fs::write(folder.path.join(RESOLVED), resolved_scene)?;
        folder.write_manifest()?;
        writeln!(folder.metrics, "{}", METRIC_COLUMNS.join(","))?;
        writeln!(folder.commands, "tick,loop,output,value,noise")?;
        if out.is_none() {
            point_last(&folder.path);
        }
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
        other.flush()?;
        let read = |name: &str| fs::read_to_string(other.path.join(name));
        // Rows bear the tick after which they were taken, the rest that in which they happened.
        let tick_of = |line: &str| line.split(',').next().and_then(|t| t.parse::<Tick>().ok());
        for line in read(METRICS)?.lines() {
            if tick_of(line).is_some_and(|tick| tick <= before) {
                writeln!(self.metrics, "{line}")?;
            }
        }
        for line in read(COMMANDS)?.lines() {
            if tick_of(line).is_some_and(|tick| tick < before) {
                writeln!(self.commands, "{line}")?;
            }
        }
        for line in read(EVENTS)?.lines() {
            let event: EventRecord = serde_json::from_str(line)?;
            if event.tick < before {
                writeln!(self.events, "{line}")?;
            }
        }
        self.append(&[], &[], &[], inputs)?;
        self.flush()
    }

    /// Writes a copy that ends here, for good, into a directory of its own.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn export(&mut self, into: &Path, ending: &Ending) -> io::Result<()> {
        self.flush()?;
        fs::create_dir_all(into)?;
        for name in [METRICS, EVENTS, COMMANDS, INPUTS, RESOLVED] {
            fs::copy(self.path.join(name), into.join(name))?;
        }
        let mut manifest = self.manifest.clone();
        manifest.status.clone_from(&ending.status);
        manifest.ticks = ending.ticks;
        manifest.digest.clone_from(&ending.digest);
        manifest.wall_s = self.opened.elapsed().as_secs_f64();
        fs::write(
            into.join(MANIFEST),
            serde_json::to_string_pretty(&manifest)?,
        )
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends rows, events and commands.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn append(
        &mut self,
        rows: &[MetricRow],
        events: &[EventRecord],
        commands: &[(Tick, SafeCommand)],
        inputs: &[InputRecord],
    ) -> io::Result<()> {
        for row in rows {
            writeln!(self.metrics, "{}", row.cells().join(","))?;
        }
        for event in events {
            writeln!(self.events, "{}", serde_json::to_string(event)?)?;
        }
        for (tick, command) in commands {
            writeln!(
                self.commands,
                "{tick},{},{:?},{},{}",
                command.control(),
                command.output(),
                command.value(),
                command.noise()
            )?;
        }
        for input in inputs {
            writeln!(self.inputs, "{}", serde_json::to_string(input)?)?;
        }
        if self.flushed.elapsed() > Duration::from_secs(1) {
            self.flush()?;
        }
        Ok(())
    }

    /// Brings everything to the disk.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn flush(&mut self) -> io::Result<()> {
        self.metrics.flush()?;
        self.events.flush()?;
        self.commands.flush()?;
        self.inputs.flush()?;
        self.flushed = Instant::now();
        Ok(())
    }

    /// Writes how the run ended and closes the folder.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn finish(mut self, ending: &Ending) -> io::Result<PathBuf> {
        self.flush()?;
        self.manifest.status.clone_from(&ending.status);
        self.manifest.ticks = ending.ticks;
        self.manifest.digest.clone_from(&ending.digest);
        self.manifest.wall_s = self.opened.elapsed().as_secs_f64();
        self.write_manifest()?;
        Ok(self.path)
    }

    fn write_manifest(&self) -> io::Result<()> {
        let draft = self.path.join("manifest.json.draft");
        fs::write(&draft, serde_json::to_string_pretty(&self.manifest)?)?;
        fs::rename(draft, self.path.join(MANIFEST))
    }
}

fn fresh_name(manifest: &Manifest) -> PathBuf {
    let base = format!("{}_{}_s{}", manifest.started, manifest.scene, manifest.seed);
    let first = Path::new("runs").join(&base);
    if !first.exists() {
        return first;
    }
    (2..)
        .map(|k| Path::new("runs").join(format!("{base}_{k}")))
        .find(|path| !path.exists())
        .unwrap_or(first)
}

/// `runs/last` points to the newest run. That it cannot be made is no reason to stop a run.
fn point_last(path: &Path) {
    let Some(name) = path.file_name() else {
        return;
    };
    let last = Path::new("runs").join("last");
    let _ = fs::remove_file(&last);
    #[cfg(unix)]
    let _ = std::os::unix::fs::symlink(name, &last);
    #[cfg(not(unix))]
    let _ = fs::write(&last, name.to_string_lossy().as_bytes());
}

/// The last tick of which a run folder has a complete row of metrics; 0 when it has none.
///
/// # Errors
/// When the file cannot be read.
pub fn last_tick(path: &Path) -> io::Result<Tick> {
    let text = fs::read_to_string(path.join(METRICS))?;
    let complete = text
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    let ticks = complete.filter_map(|line| line.split(',').next()?.parse().ok());
    Ok(ticks.max().unwrap_or(0))
}

/// Whether a run folder's events tell of a subject at a tick.
#[must_use]
pub fn has_event(path: &Path, tick: Tick, subject: &str) -> bool {
    let text = fs::read_to_string(path.join(EVENTS)).unwrap_or_default();
    let mut events = text
        .lines()
        .filter_map(|line| serde_json::from_str::<EventRecord>(line).ok());
    events.any(|event| event.tick == tick && event.subject == subject)
}

/// Reads a run folder's manifest and input log.
///
/// # Errors
/// With the file, line and what was expected.
pub fn read(path: &Path) -> Result<(Manifest, InputLog), String> {
    let file = path.join(MANIFEST);
    let text = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let manifest = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", file.display()))?;
    let file = path.join(INPUTS);
    let text = fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let mut records = Vec::new();
    for (k, line) in text.split_inclusive('\n').enumerate() {
        let record = match serde_json::from_str(line.trim_end()) {
            Ok(record) => record,
            // The run was cut short while it wrote this line, so the input never acted on a tick
            // that is in the folder.
            Err(_) if !line.ends_with('\n') => break,
            Err(e) => return Err(format!("{}:{}: {e}", file.display(), k + 1)),
        };
        records.push(record);
    }
    Ok((manifest, InputLog::from_records(records)))
}
