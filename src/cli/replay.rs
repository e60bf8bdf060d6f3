//! `phantom replay`: a run folder's scene and inputs again, up to a tick.

use std::path::Path;

use crate::base::isa::Isa;
use crate::base::{Input, InputLog, InputRecord, RunStatus, Subject, Tick};
use crate::kernel::runner::{self, Progress};
use crate::kernel::{KernelState, SimOptions, Simulation};
use crate::record::claim::RESOLVED;
use crate::record::{Batch, Comparison, MetricRow, RunFolder, RunSink, SavedRun};
use crate::scenario::load;

use super::exit;
use super::run::{complain, fail, open_folder, place, progress_bar, refuse};
use super::run_args::ReplayArgs;
use super::say::{aside, say};
use super::stop::TimeLimit;

/// A run folder's run, ready to begin again.
pub struct Repeat {
    /// At tick 0, with the inputs of the folder.
    pub simulation: Simulation,
    /// The folder.
    pub saved: SavedRun,
    /// The tick up to which the folder tells the run.
    pub end: Tick,
}

/// Makes a run folder's run ready, once its files hold what it claims.
///
/// # Errors
/// With the exit code, once the reason has been told.
pub fn prepare(
    path: &Path,
    (threads, limit): (usize, &TimeLimit),
    change: impl FnOnce(&mut InputLog),
) -> Result<Repeat, u8> {
    let opened = SavedRun::open(path).and_then(|saved| {
        saved.check_files()?;
        // A run may still be going on: the rows first, then the inputs, which are ahead of them.
        let end = saved.end()?;
        let log = saved.inputs()?;
        Ok((saved, end, log))
    });
    let (saved, end, mut log) = opened.map_err(|error| refuse(&error))?;
    let manifest = &saved.manifest;
    if manifest.is_cut() {
        aside!("this run was cut short; its folder has metrics up to tick {end}");
    }
    change(&mut log);
    let mut loaded = load(&path.join(RESOLVED), &[]).map_err(|error| complain(&error))?;
    let scene = &loaded.scene;
    let facts = [
        ("scene", scene.name == manifest.scene),
        ("seed", scene.seed == manifest.seed),
        ("nodes", scene.cluster.nodes == manifest.nodes),
        ("ticks", end <= scene.ticks),
    ];
    if let Some((fact, _)) = facts.iter().find(|(_, holds)| !holds) {
        let file = path.join(crate::record::claim::MANIFEST);
        aside!("{}: its {fact} do not fit {RESOLVED}", file.display());
        return Err(exit::NOT_REPRODUCIBLE);
    }
    if let Some(directory) = &manifest.scene_directory {
        loaded.files.directory = directory.into();
    }
    let allowed = manifest.allow_read.iter().map(Into::into);
    loaded.files.allowed.extend(allowed);
    let known = Isa::ALL.into_iter().find(|isa| isa.name() == manifest.isa);
    let Some(isa) = known.filter(|isa| isa.is_here()) else {
        aside!(
            "this run was made on the instruction set {:?}, and this machine's best is {}",
            manifest.isa,
            Isa::best()
        );
        return Err(exit::NOT_REPRODUCIBLE);
    };
    let options = SimOptions {
        isa,
        threads,
        replay: Some(log),
        cancel: limit.cancel().clone(),
        ..SimOptions::default()
    };
    match Simulation::open(loaded, options) {
        Ok(simulation) => Ok(Repeat {
            simulation,
            saved,
            end,
        }),
        Err(error) => Err(fail(&error)),
    }
}

/// Says whether a run that was repeated up to tick `to` is that of the folder; gives the exit code.
#[must_use]
pub fn judge(run: &Repeat, to: Tick, comparison: Comparison) -> u8 {
    let (manifest, simulation) = (&run.saved.manifest, &run.simulation);
    let difference = match comparison.finish(to) {
        Ok(difference) => difference,
        Err(error) => {
            aside!("{}: {error}", run.saved.path.display());
            return exit::IO;
        }
    };
    let ticks = simulation.clock().tick;
    let digest = simulation.digest().to_string();
    let whole = to == manifest.ticks && !manifest.is_cut();
    let stopped = simulation.state() == KernelState::SafeStopped;
    let said = if ticks < to {
        Some(format!("the run stopped by itself after {ticks} ticks"))
    } else if let Some(difference) = difference {
        Some(difference)
    } else if whole && digest != manifest.digest {
        let claimed = &manifest.digest;
        Some(format!(
            "after {ticks} ticks the digest is {digest}, the run folder says {claimed}"
        ))
    } else if whole && stopped != (manifest.status == RunStatus::SafeStopped) {
        let status = &manifest.status;
        let found = if stopped { "stopped" } else { "did not stop" };
        Some(format!(
            "safety {found} the run, the run folder says {status}"
        ))
    } else {
        None
    };
    match said {
        None => exit::OK,
        Some(said) => {
            say!("not reproduced: {said}");
            exit::NOT_REPRODUCIBLE
        }
    }
}

/// Leaves out one thing: the inputs of the tick about the subject, or, when there are none, the
/// intervention on it.
fn leave_out(log: &mut InputLog, (tick, subject): &(Tick, Subject)) {
    let before = log.records().len();
    log.retain(|record| {
        record.tick != *tick || !record.input.is_edit() || record.input.about() != *subject
    });
    if log.records().len() < before {
        aside!("without the inputs of tick {tick} about {subject}");
        return;
    }
    aside!("without what is done about {subject} at tick {tick}");
    log.push(InputRecord {
        tick: *tick,
        input: Input::Spare {
            subject: subject.clone(),
        },
    });
}

/// Where the records of a repeated run go: into a folder of its own, and beside the old one.
struct Sinks<'a> {
    folder: Option<&'a mut RunFolder>,
    comparison: Option<&'a mut Comparison>,
    /// The rows of the last recorded tick.
    last: Vec<MetricRow>,
}

impl RunSink for Sinks<'_> {
    fn append(&mut self, batch: &Batch) -> std::io::Result<()> {
        if let Some(tick) = batch.rows.last().map(|row| row.tick) {
            self.last.retain(|row| row.tick == tick);
            let of_tick = batch.rows.iter().filter(|row| row.tick == tick);
            self.last.extend(of_tick.cloned());
        }
        if let Some(folder) = &mut self.folder {
            folder.append(batch)?;
        }
        match &mut self.comparison {
            Some(comparison) => comparison.append(batch),
            None => Ok(()),
        }
    }
}

/// Runs a run folder again up to a tick; gives the process's exit code. Without changes, what is
/// recorded must be what the folder has.
#[must_use]
pub fn replay(args: &ReplayArgs) -> u8 {
    let without = match left_out(args) {
        Ok(without) => without,
        Err(code) => return code,
    };
    if args
        .out
        .as_deref()
        .is_some_and(|out| same(out, &args.folder))
    {
        aside!("--out names the run folder itself, expected another");
        return exit::IO;
    }
    let limit = TimeLimit::begin(None);
    let prepared = prepare(&args.folder, (usize::from(args.threads), &limit), |log| {
        if let Some(what) = &without {
            leave_out(log, what);
        }
    });
    let mut run = match prepared {
        Ok(run) => run,
        Err(code) => return code,
    };
    // With something left out, it may go on where the run did not.
    let last = match args.without {
        Some(_) => run.simulation.scene().ticks,
        None => run.end,
    };
    let to = args.to.unwrap_or(run.end);
    if to > last {
        aside!("--to {to}, expected at most {last}, where the run ends");
        return exit::INVALID;
    }
    limit.close_files();
    match run_to(&mut run, to, args) {
        Ok(code) => code,
        Err(error) => {
            aside!("the run broke off: {error}");
            exit::INTERNAL
        }
    }
}

/// The subject that is to be left out, as the folder's events know it.
fn left_out(args: &ReplayArgs) -> Result<Option<(Tick, Subject)>, u8> {
    let Some((tick, name)) = &args.without else {
        return Ok(None);
    };
    let run = SavedRun::open(&args.folder).map_err(|error| refuse(&error))?;
    match run.subject_at(*tick, name) {
        Ok(Some(subject)) => Ok(Some((*tick, subject))),
        Ok(None) => {
            aside!(
                "nothing in events.jsonl is about {name} at tick {tick}, so there is nothing to \
                 leave out"
            );
            Err(exit::INVALID)
        }
        Err(error) => Err(refuse(&error)),
    }
}

fn same(a: &Path, b: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    real(a).is_some_and(|a| Some(a) == real(b))
}

fn run_to(run: &mut Repeat, to: Tick, args: &ReplayArgs) -> anyhow::Result<u8> {
    let mut folder = match args.out.as_deref() {
        Some(out) => match open_folder(&run.simulation, place(Some(out), args.force)) {
            Ok(folder) => Some(folder),
            Err(error) => {
                aside!("cannot write the run folder: {error}");
                return Ok(exit::IO);
            }
        },
        None => None,
    };
    let mut comparison = match args.without {
        Some(_) => None,
        None => Some(Comparison::begin(&run.saved, run.simulation.metrics())?),
    };
    let mut sinks = Sinks {
        folder: folder.as_mut(),
        comparison: comparison.as_mut(),
        last: Vec::new(),
    };
    let bar = progress_bar(to);
    let mut tell = |progress: Progress| {
        if let Progress::Tick(tick, _) = progress {
            bar.set_position(tick);
        }
    };
    let outcome = runner::run(&mut run.simulation, to, Some(&mut sinks), &mut tell)?;
    bar.finish_and_clear();
    let last = sinks.last;
    if let Some(folder) = folder {
        folder.finish(&outcome.ending())?;
    }
    if outcome.verdict.status.is_cancelled() {
        return Ok(outcome.verdict.status.exit_code());
    }
    say!("tick {}, digest {}", outcome.ticks, outcome.digest);
    last.iter().for_each(print_row);
    Ok(comparison.map_or(exit::OK, |comparison| judge(run, to, comparison)))
}

fn print_row(row: &MetricRow) {
    let show = |name: &str| match row.value(name) {
        Some(value) => format!("{value:.6}"),
        None => "no value".to_owned(),
    };
    say!(
        "  {:<12} entropy {} nats, coherence {}, resonance {}",
        row.scope,
        show("entropy_nats"),
        show("coherence"),
        show("resonance")
    );
}
