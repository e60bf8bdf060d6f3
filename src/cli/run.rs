//! `phantom run`.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use xxhash_rust::xxh3::xxh3_64;

use crate::base::RunStatus;
use crate::base::isa::Isa;
use crate::kernel::runner::{self, Outcome, Progress, RunError};
use crate::kernel::{SimError, SimOptions, Simulation};
use crate::record::manifest::RUN_FORMAT;
use crate::record::{Ending, Manifest, Place, RunFolder, SavedError, SavedRun};
use crate::scenario::{FileAccess, LoadedScene, Scene, SceneError, load};

use super::bench_args::chosen_isa;
use super::exit;
use super::run_args::{RunArgs, SceneArgs};
use super::say::{aside, say};
use super::stop::TimeLimit;

/// The scene with every value spelled out.
///
/// # Errors
/// When a value cannot be written as RON.
fn resolved(scene: &Scene) -> Result<String, ron::Error> {
    use ron::extensions::Extensions;
    let extensions = Extensions::UNWRAP_NEWTYPES
        | Extensions::UNWRAP_VARIANT_NEWTYPES
        | Extensions::IMPLICIT_SOME;
    let config = ron::ser::PrettyConfig::new()
        .indentor("    ")
        .extensions(extensions);
    crate::scenario::load::dialect().to_string_pretty(scene, config)
}

/// A manifest before the first tick.
fn manifest(
    scene: &Scene,
    files: &FileAccess,
    resolved: &str,
    (threads, isa): (usize, Isa),
) -> Manifest {
    let whole = |path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        path.display().to_string()
    };
    Manifest {
        format: RUN_FORMAT,
        status: RunStatus::Running,
        error: None,
        tool: concat!("phantomos ", env!("CARGO_PKG_VERSION")).to_owned(),
        isa: isa.name().to_owned(),
        platform: format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH),
        scene: scene.name.clone(),
        scene_directory: Some(whole(files.root())),
        allow_read: files.allowed.iter().map(|path| whole(path)).collect(),
        scene_hash: format!("{:016x}", xxh3_64(resolved.as_bytes())),
        seed: scene.seed,
        nodes: scene.cluster.nodes,
        threads,
        argv: std::env::args().collect(),
        started: String::new(),
        ticks: 0,
        digest: String::new(),
        wall_s: 0.0,
        files: BTreeMap::new(),
    }
}

/// The run folder of a simulation.
///
/// # Errors
/// When it belongs to another run, or cannot be written.
pub fn open_folder(simulation: &Simulation, place: Place) -> std::io::Result<RunFolder> {
    let scene = simulation.scene();
    let text = resolved(scene).map_err(std::io::Error::other)?;
    let files = &simulation.blueprint().loaded.files;
    let manifest = manifest(
        scene,
        files,
        &text,
        (simulation.workers(), simulation.isa()),
    );
    RunFolder::create(place, manifest, &text, simulation.metrics())
}

/// Where a folder goes that the arguments name, or not.
#[must_use]
pub fn place(out: Option<&Path>, force: bool) -> Place<'_> {
    out.map_or(Place::Fresh, |path| Place::At { path, force })
}

/// Runs a scene; gives the process's exit code.
#[must_use]
pub fn run(args: &RunArgs) -> u8 {
    let limit = TimeLimit::begin(args.time_limit.map(Duration::from_secs_f64));
    match open_scene(&args.scene, &args.changes) {
        Ok(loaded) => run_scene(loaded, args, &limit),
        Err(error) => complain(&error),
    }
}

/// Reads a scene with the changes that the arguments ask for.
///
/// # Errors
/// When the file cannot be read, or with all problems of the scene.
pub fn open_scene(path: &Path, changes: &SceneArgs) -> Result<LoadedScene, SceneError> {
    let mut loaded = load(path, &changes.overrides())?;
    loaded.files.allowed.extend_from_slice(&changes.allow_read);
    Ok(loaded)
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
    match run_loaded(loaded, options, args, limit) {
        Ok(code) => code,
        Err(RunError::Simulation(error)) => fail(&error),
        Err(RunError::Folder(error)) => {
            aside!("cannot write the run folder: {error}");
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
        SceneError::Override { .. } | SceneError::Invalid(_) => exit::INVALID,
    }
}

fn run_loaded(
    loaded: LoadedScene,
    options: SimOptions,
    args: &RunArgs,
    limit: &TimeLimit,
) -> Result<u8, RunError> {
    let scene = loaded.scene.clone();
    for line in scene.beyond_end() {
        aside!("note: {line}");
    }
    let mut simulation = Simulation::open(loaded, options)?;
    limit.close_files();
    let mut folder = open_folder(&simulation, place(args.out.as_deref(), args.force))?;
    if args.json {
        let start = json!({
            "type": "start", "scene": scene.name, "seed": scene.seed, "ticks": scene.ticks,
            "nodes": scene.cluster.nodes, "threads": simulation.workers(),
            "vertices": scene.vertices(), "out": folder.path(),
        });
        say!("{start}");
    }
    let bar = progress_bar(scene.ticks);
    let mut told = Instant::now();
    let began = Instant::now();
    let mut tell = |progress: Progress| match progress {
        Progress::Tick(tick, coherence) => {
            bar.set_position(tick);
            if let Some(coherence) = coherence {
                bar.set_message(format!("coherence {coherence:.3}"));
            }
            if args.json && told.elapsed() > Duration::from_millis(500) {
                told = Instant::now();
                let rate = tick as f64 / began.elapsed().as_secs_f64();
                let eta = (scene.ticks - tick) as f64 / rate;
                let line = json!({
                    "type": "progress", "tick": tick, "ticks": scene.ticks,
                    "eta_s": eta, "coherence": coherence,
                });
                say!("{line}");
            }
        }
        Progress::Event(event) => {
            if args.json {
                say!("{}", json!({"type": "event", "event": event}));
            }
        }
    };
    let outcome = runner::run(&mut simulation, scene.ticks, Some(&mut folder), &mut tell);
    bar.finish_and_clear();
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error) => {
            let (ticks, digest) = (simulation.clock().tick, simulation.digest());
            folder.finish(&Ending::failed(&error, ticks, digest.to_string()))?;
            return Err(error);
        }
    };
    let out = folder.finish(&outcome.ending())?;
    report(&scene, &outcome, &out, args.json);
    Ok(outcome.verdict.status.exit_code())
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
    let style = "{bar:30} {pos}/{len} ticks, {per_sec}, {eta} left  {msg}";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar
}

fn report(scene: &Scene, outcome: &Outcome, out: &Path, as_json: bool) {
    let counts = &outcome.counts;
    if as_json {
        let mut line = json!({
            "type": "end", "status": outcome.verdict.status, "digest": outcome.digest,
            "ticks": outcome.ticks, "valid_metrics": counts.valid_metrics,
            "commands": counts.commands, "migrations": counts.migrations,
            "phi_reports": counts.phi_reports, "alerts": counts.alerts, "out": out,
        });
        if let Some(refusal) = &outcome.phi_refusal {
            line["phi_refusal"] = json!(refusal);
        }
        say!("{line}");
        let _ = std::io::stdout().flush();
    }
    let seconds = outcome.wall.as_secs_f64().max(1e-9);
    let mut lines = vec![
        format!("{}: {}", scene.name, outcome.verdict.status),
        format!(
            "  {} ticks in {seconds:.2} s ({:.0} ticks/s)",
            outcome.ticks,
            outcome.ticks as f64 / seconds
        ),
    ];
    if let Some(row) = outcome.last_rows.get("cluster") {
        let show = |name: &str, digits: usize| match row.value(name) {
            Some(value) => format!("{value:.digits$}"),
            None => "no value yet".to_owned(),
        };
        lines.push(format!("  entropy    {} nats", show("entropy_nats", 4)));
        lines.push(format!("  coherence  {}", show("coherence", 4)));
        lines.push(format!("  resonance  {}", show("resonance", 3)));
        lines.push(match &outcome.phi_refusal {
            Some(refusal) => format!("  phi        no value: {refusal}"),
            None => format!("  phi        {} nats", show("phi_nats", 5)),
        });
    }
    lines.push(format!(
        "  {} commands, {} migrations, {} alerts, {} reports of phi",
        counts.commands, counts.migrations, counts.alerts, counts.phi_reports
    ));
    for failure in &outcome.verdict.failures {
        lines.push(format!("  assertion failed: {failure}"));
    }
    lines.push(format!("  digest     {}", outcome.digest));
    lines.push(format!("  written to {}", out.display()));
    for line in lines {
        aside!("{line}");
    }
}
