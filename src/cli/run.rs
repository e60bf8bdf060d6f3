//! `phantom run`.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde_json::json;

use crate::base::Tick;
use crate::kernel::{Observer, Outcome, RunError, Session, SimError, SimOptions, Statistics};
use crate::record::folder::told;
use crate::record::{Batch, SavedError, SavedRun};
use crate::scenario::record_spec::RecordFormat;
use crate::scenario::{LoadedScene, Parts, SceneError};
use crate::signal::metrics::COHERENCE;

use super::bench_args::chosen_isa;
use super::command::Command;
use super::exit;
use super::file_args::word;
use super::junit::{self, Suite};
use super::phi::effort::Watch;
use super::run_folder::{InputsArg, last_state, open_folder_with, place};
use super::say::{aside, printable, say};
use super::scene_args::{SceneArgs, parse_seconds};
use super::stop::TimeLimit;
use super::summary;

/// Up to so many vertices last_state.csv is written unasked.
const LAST_STATE_VERTICES: usize = 100_000;

/// Arguments of `run`.
#[derive(Args, Debug)]
pub struct RunArgs {
    /// The scene.
    pub scene: PathBuf,
    /// Changes of the scene.
    #[command(flatten)]
    pub changes: SceneArgs,
    /// Directory of the run folder, instead of a new one under runs/.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Replace the run that --out holds already.
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Stop after this many seconds of wall time, with exit code 124.
    #[arg(long, value_name = "S", value_parser = parse_seconds)]
    pub time_limit: Option<f64>,
    /// What the run folder keeps of the files that the scene reads: copies, or hashes and where
    /// they are; copies below 64 MB when absent.
    #[arg(long, value_enum)]
    pub inputs: Option<InputsArg>,
    /// Write what became of the assertions as JUnit XML into this file.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// The form of the rows of metrics, instead of the scene's: csv, parquet or both.
    #[arg(long, value_name = "FORM", value_parser = word::<RecordFormat>)]
    pub format: Option<RecordFormat>,
    /// Print JSON lines on standard output.
    #[arg(long)]
    pub json: bool,
    /// Tell nothing but errors: no notes, no progress, no summary.
    #[arg(long)]
    pub quiet: bool,
    /// Take the inputs of this run folder instead of reading devices.
    #[arg(long, value_name = "RUN")]
    pub replay: Option<PathBuf>,
}

impl Command for RunArgs {
    const NAME: &'static str = "run";
    const ABOUT: &'static str = "Run a scene without a window and write a run folder";

    fn run(&self, parts: &Parts) -> u8 {
        let limit = TimeLimit::begin(self.time_limit.map(Duration::from_secs_f64));
        match read_scene(&self.scene, &self.changes, parts) {
            Ok(mut loaded) => {
                let format = self.format.unwrap_or(loaded.scene.record.format);
                loaded.scene.record.format = format;
                if !self.quiet {
                    tell_notes(&loaded);
                }
                run_scene(loaded, self, &limit)
            }
            Err(error) => complain(&error),
        }
    }
}

/// Reads a scene with the changes that the arguments ask for, and tells what was migrated.
///
/// # Errors
/// When the file cannot be read, or with all problems of the scene.
pub fn open_scene(
    path: &Path,
    changes: &SceneArgs,
    parts: &Parts,
) -> Result<LoadedScene, SceneError> {
    let loaded = read_scene(path, changes, parts)?;
    tell_notes(&loaded);
    Ok(loaded)
}

fn read_scene(path: &Path, changes: &SceneArgs, parts: &Parts) -> Result<LoadedScene, SceneError> {
    let mut loaded = parts.load(path, &changes.overrides())?;
    loaded.files.allowed.extend_from_slice(&changes.allow_read);
    Ok(loaded)
}

/// Tells of a scene of the program that it was taken, and what was migrated while it was read.
pub fn tell_notes(loaded: &LoadedScene) {
    if loaded.files.is_shipped {
        aside!("scene {}", loaded.source);
    }
    for note in &loaded.notes {
        aside!("{}: note: {note}", loaded.source);
    }
}

/// How a scene is to be run.
///
/// # Errors
/// With the exit code, once it has been told that this machine lacks the instruction set.
pub fn options(changes: &SceneArgs) -> Result<SimOptions, u8> {
    let isa = chosen_isa(changes.isa).map_err(|message| {
        aside!("{message}");
        exit::USAGE
    })?;
    Ok(SimOptions {
        threads: usize::from(changes.threads),
        isa,
        ..SimOptions::default()
    })
}

/// Runs a scene that is loaded already; gives the process's exit code.
#[must_use]
pub fn run_scene(loaded: LoadedScene, args: &RunArgs, limit: &TimeLimit) -> u8 {
    let inputs = |path| SavedRun::open(path).and_then(|run| run.inputs());
    let replay = match args.replay.as_deref().map(inputs).transpose() {
        Ok(log) => log,
        Err(error) => return refuse(&error),
    };
    let options = match options(&args.changes) {
        Ok(options) => SimOptions {
            replay,
            cancel: limit.cancel().clone(),
            ..options
        },
        Err(code) => return code,
    };
    run_loaded(loaded, options, args, limit).unwrap_or_else(|error| break_off(&error))
}

/// Prints why a run broke off; gives the exit code.
#[must_use]
pub fn break_off(error: &RunError) -> u8 {
    match error {
        RunError::Simulation(error) => fail(error),
        RunError::Folder(error) => {
            aside!("{}", told(error));
            exit::IO
        }
    }
}

/// Prints why a run could not begin or go on.
#[must_use]
pub fn fail(error: &SimError) -> u8 {
    match error {
        SimError::Scene(error) => complain(error),
        SimError::Refused(_) => {
            aside!("{error}");
            exit::INVALID
        }
        SimError::Internal { .. } | SimError::Cancelled { .. } => {
            aside!("the run broke off: {error}");
            exit::INTERNAL
        }
    }
}

/// Tells why a folder cannot be repeated; gives the exit code.
#[must_use]
pub fn refuse(error: &SavedError) -> u8 {
    aside!("{error}");
    match error {
        SavedError::Unreadable { .. } => exit::IO,
        SavedError::Altered { .. } | SavedError::Format { .. } => exit::NOT_REPRODUCIBLE,
    }
}

/// Prints what is wrong with a scene.
#[must_use]
pub fn complain(error: &SceneError) -> u8 {
    aside!("{error}");
    match error {
        SceneError::Unreadable { .. } => exit::IO,
        SceneError::NoSuch { .. }
        | SceneError::RunFolder(_)
        | SceneError::Override { .. }
        | SceneError::Invalid(_) => exit::INVALID,
    }
}

fn run_loaded(
    loaded: LoadedScene,
    options: SimOptions,
    args: &RunArgs,
    limit: &TimeLimit,
) -> Result<u8, RunError> {
    let scene = loaded.scene.clone();
    let tell = |line: &str| {
        if !args.quiet {
            aside!("{}", printable(line));
        }
    };
    for line in scene.beyond_end() {
        tell(&format!("note: {line}"));
    }
    let watch = (!args.quiet).then(|| Watch::start(None));
    watch.iter().for_each(|own| own.stage("building the scene"));
    let opened = Session::open(loaded, options);
    watch.iter().for_each(Watch::finish);
    let mut session = opened?;
    for line in session.simulation.blueprint().inputs.lines() {
        tell(&line);
    }
    limit.close_files();
    let place = place(args.out.as_deref(), args.force);
    let mut folder = open_folder_with(&session.simulation, place, args.inputs)?;
    if args.json {
        let start = json!({
            "type": "start", "scene": scene.name, "seed": scene.seed, "ticks": scene.ticks,
            "nodes": scene.cluster.nodes, "threads": session.simulation.workers(),
            "vertices": scene.vertices(), "out": folder.path(),
            "files": session.simulation.blueprint().inputs.lines(),
        });
        say!("{start}");
    }
    let mut teller = Teller::new(scene.ticks, args);
    let outcome = session.run_observed(scene.ticks, &mut [&mut folder, &mut teller]);
    teller.bar.finish_and_clear();
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error) => {
            let closed = folder.finish(&session.broken(&error));
            // What could not be written first is what a person has to know.
            return match (&error, closed) {
                (RunError::Simulation(_), Err(second)) => Err(second.into()),
                _ => Err(error),
            };
        }
    };
    if scene.record.last_state || scene.vertices() <= LAST_STATE_VERTICES {
        folder.write_last_state(&last_state(&session.simulation))?;
    }
    let out = folder.finish(&outcome.ending())?;
    if args.json {
        report_json(&outcome, &out);
    }
    if let Some(path) = &args.junit {
        write_junit(path, &scene.name, &outcome)?;
    }
    if !args.quiet {
        let lines = summary::lines((&scene, session.statistics()), &outcome, &out);
        lines.iter().for_each(|line| aside!("{line}"));
    }
    Ok(outcome.verdict.status.exit_code())
}

fn write_junit(path: &Path, name: &str, outcome: &Outcome) -> io::Result<()> {
    let suite = Suite {
        name,
        seconds: outcome.wall.as_secs_f64(),
        status: outcome.verdict.status,
        cause: outcome.stopped_by.as_deref(),
        judged: &outcome.verdict.judged,
    };
    let about = |error| io::Error::other(format!("{}: {error}", path.display()));
    junit::write(path, &[suite]).map_err(about)
}

/// Tells a person, or a program that reads lines of JSON, how far a run is.
struct Teller {
    bar: ProgressBar,
    ticks: Tick,
    as_json: bool,
    began: Instant,
    told: Instant,
}

impl Teller {
    fn new(ticks: Tick, args: &RunArgs) -> Self {
        let now = Instant::now();
        Self {
            bar: match args.quiet {
                true => ProgressBar::hidden(),
                false => progress_bar(ticks),
            },
            ticks,
            as_json: args.json,
            began: now,
            told: now,
        }
    }
}

impl Observer for Teller {
    fn records(&mut self, batch: &Batch) -> std::io::Result<()> {
        if self.as_json {
            for event in &batch.events {
                say!("{}", json!({"type": "event", "event": event}));
            }
        }
        Ok(())
    }

    fn reached(&mut self, tick: Tick, statistics: &Statistics) {
        self.bar.set_position(tick);
        let coherence = statistics.last("cluster", &COHERENCE);
        if let Some(coherence) = coherence {
            self.bar.set_message(format!("coherence {coherence:.3}"));
        }
        if self.as_json && self.told.elapsed() > Duration::from_millis(500) {
            self.told = Instant::now();
            let rate = tick as f64 / self.began.elapsed().as_secs_f64();
            let eta = (self.ticks - tick) as f64 / rate;
            let line = json!({
                "type": "progress", "tick": tick, "ticks": self.ticks,
                "eta_s": eta, "coherence": coherence,
            });
            say!("{line}");
        }
    }
}

/// Moves a bar.
pub struct BarObserver(pub ProgressBar);

impl Observer for BarObserver {
    fn reached(&mut self, tick: Tick, _: &Statistics) {
        self.0.set_position(tick);
    }
}

/// A bar on a terminal; nothing elsewhere.
#[must_use]
pub fn progress_bar(ticks: u64) -> ProgressBar {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(ticks), target);
    let style = "{bar:30} {pos}/{len} ticks, {rate}, {eta} left  {msg}";
    if let Ok(style) = ProgressStyle::with_template(style) {
        let rate = |state: &ProgressState, text: &mut dyn std::fmt::Write| {
            // A line of progress that cannot be written is no failure of the run.
            let _ = text.write_str(&summary::rate(state.per_sec()));
        };
        bar.set_style(style.with_key("rate", rate));
    }
    bar
}

fn report_json(outcome: &Outcome, out: &Path) {
    let counts = &outcome.counts;
    let mut line = json!({
        "type": "end", "status": outcome.verdict.status, "digest": outcome.digest,
        "ticks": outcome.ticks, "valid_metrics": counts.valid_metrics,
        "commands": counts.commands, "migrations": counts.migrations,
        "phi_reports": counts.phi_reports, "alerts": counts.alerts, "out": out,
        "assertions": outcome.verdict.judged,
    });
    if let Some(cause) = &outcome.stopped_by {
        line["cause"] = json!(cause);
    }
    if !outcome.long_steps.is_empty() {
        let told = outcome.long_steps.iter();
        let told = told.map(
            |(name, tick, warning)| json!({"population": name, "tick": tick, "warning": warning}),
        );
        line["long_steps"] = told.collect();
    }
    if let Some(refusal) = &outcome.phi_refusal {
        line["phi_refusal"] = json!(refusal);
    }
    say!("{line}");
    let _ = std::io::stdout().flush();
}
