//! `phantom replay`: a run folder's scene and inputs again, up to a tick. Without changes, what is
//! recorded must be what the folder has.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::base::{Input, InputLog, InputRecord, RunStatus, Subject, Tick};
use crate::kernel::repeat::{RepeatError, SavedPast};
use crate::kernel::{KernelState, Observer, Session, SimOptions};
use crate::record::{Batch, Columns, Comparison, MetricRow, SavedError, SavedRun};
use crate::scenario::Parts;

use super::command::Command;
use super::exit;
use super::run::{BarObserver, complain, fail, progress_bar, refuse};
use super::run_folder::{open_folder, place};
use super::say::{aside, say};
use super::stop::TimeLimit;

/// Arguments of `replay`.
#[derive(Args, Debug)]
pub struct ReplayArgs {
    /// The run folder.
    pub folder: PathBuf,
    /// The tick to stop at, instead of the run's last.
    #[arg(long, value_name = "TICK")]
    pub to: Option<u64>,
    /// Leave out what was done at a tick about a subject of events.jsonl, for example
    /// 2011:resonators.
    #[arg(long, value_name = "TICK:SUBJECT", value_parser = parse_without)]
    pub without: Option<(u64, String)>,
    /// Write a run folder there.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Replace the run that --out holds already.
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Worker threads.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: u16,
}

fn parse_without(text: &str) -> Result<(u64, String), String> {
    let split = text.split_once(':');
    split
        .and_then(|(tick, subject)| Some((tick.trim().parse().ok()?, subject.trim().to_owned())))
        .ok_or_else(|| "expected TICK:SUBJECT, for example 2011:resonators".to_owned())
}

impl Command for ReplayArgs {
    const NAME: &'static str = "replay";
    const ABOUT: &'static str =
        "Run a run folder's scene and inputs again up to a tick, with one thing left out if wanted";

    fn run(&self, parts: &Parts) -> u8 {
        let without = match left_out(self) {
            Ok(without) => without,
            Err(code) => return code,
        };
        if self
            .out
            .as_deref()
            .is_some_and(|out| same(out, &self.folder))
        {
            aside!("--out names the run folder itself, expected another");
            return exit::IO;
        }
        let limit = TimeLimit::begin(None);
        let threads = usize::from(self.threads);
        let prepared = prepare(&self.folder, parts, (threads, &limit), |log| {
            if let Some(what) = &without {
                leave_out(log, what);
            }
        });
        let mut run = match prepared {
            Ok(run) => run,
            Err(code) => return code,
        };
        // With something left out, it may go on where the run did not.
        let last = match self.without {
            Some(_) => run.session.simulation.scene().ticks,
            None => run.end,
        };
        let to = self.to.unwrap_or(run.end);
        if to > last {
            aside!("--to {to}, expected at most {last}, where the run ends");
            return exit::INVALID;
        }
        limit.close_files();
        match run_to(&mut run, to, self) {
            Ok(code) => code,
            Err(error) => {
                aside!("the run broke off: {error}");
                exit::INTERNAL
            }
        }
    }
}

/// A run folder's run, ready to begin again.
pub struct Repeat {
    /// At tick 0, with the inputs of the folder.
    pub session: Session,
    /// The folder.
    pub saved: SavedRun,
    /// The tick up to which the folder tells the run.
    pub end: Tick,
    /// Files that the scene read, which are not what they were; the folder's copies are taken.
    pub changed: Vec<String>,
}

impl Repeat {
    /// What holds the run against the folder.
    ///
    /// # Errors
    /// When a file of the folder cannot be read.
    pub fn comparison(&self) -> Result<Comparison, SavedError> {
        let simulation = &self.session.simulation;
        let columns = Columns::of(simulation.scene(), simulation.metrics());
        Comparison::begin(&self.saved, columns)
    }
}

/// Makes a run folder's run ready, once its files hold what it claims.
///
/// # Errors
/// With the exit code, once the reason has been told.
pub fn prepare(
    path: &Path,
    parts: &Parts,
    (threads, limit): (usize, &TimeLimit),
    change: impl FnOnce(&mut InputLog),
) -> Result<Repeat, u8> {
    let past = SavedPast::open(path, parts, true);
    let mut past = past.map_err(|error| cannot_repeat(&error))?;
    if past.saved.manifest.is_cut() {
        let end = past.end;
        aside!("this run was cut short; its folder has metrics up to tick {end}");
    }
    change(&mut past.log);
    let options = SimOptions {
        threads,
        cancel: limit.cancel().clone(),
        ..past.options()
    };
    let SavedPast {
        saved,
        end,
        changed,
        loaded,
        ..
    } = past;
    match Session::open(loaded, options) {
        Ok(session) => Ok(Repeat {
            session,
            saved,
            end,
            changed,
        }),
        Err(error) => Err(fail(&error)),
    }
}

/// Tells why a folder's run cannot begin again; gives the exit code.
#[must_use]
pub fn cannot_repeat(error: &RepeatError) -> u8 {
    match error {
        RepeatError::Saved(error) => return refuse(error),
        RepeatError::Scene(error) => return complain(error),
        RepeatError::Missing(_) | RepeatError::Changed(_) => aside!("{error}"),
    }
    match error {
        RepeatError::Missing(_) => exit::INVALID,
        _ => exit::NOT_REPRODUCIBLE,
    }
}

/// Says whether a run that was repeated up to tick `to` is that of the folder; gives the exit code.
#[must_use]
pub fn judge(run: &Repeat, to: Tick, comparison: Comparison) -> u8 {
    let (manifest, simulation) = (&run.saved.manifest, &run.session.simulation);
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

/// Keeps the rows of the last recorded tick.
#[derive(Default)]
struct LastRows(Vec<MetricRow>);

impl Observer for LastRows {
    fn records(&mut self, batch: &Batch) -> std::io::Result<()> {
        if let Some(tick) = batch.rows.last().map(|row| row.tick) {
            self.0.retain(|row| row.tick == tick);
            let of_tick = batch.rows.iter().filter(|row| row.tick == tick);
            self.0.extend(of_tick.cloned());
        }
        Ok(())
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
    let simulation = &run.session.simulation;
    let mut folder = match args.out.as_deref() {
        Some(out) => match open_folder(simulation, place(Some(out), args.force)) {
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
        None => Some(run.comparison()?),
    };
    let (mut last, mut bar) = (LastRows::default(), BarObserver(progress_bar(to)));
    let mut observers: Vec<&mut dyn Observer> = vec![&mut last, &mut bar];
    observers.extend(folder.as_mut().map(|own| own as &mut dyn Observer));
    observers.extend(comparison.as_mut().map(|own| own as &mut dyn Observer));
    let outcome = run.session.run_observed(to, &mut observers)?;
    bar.0.finish_and_clear();
    if let Some(folder) = folder {
        folder.finish(&outcome.ending())?;
    }
    if outcome.verdict.status.is_cancelled() {
        return Ok(outcome.verdict.status.exit_code());
    }
    say!("tick {}, digest {}", outcome.ticks, outcome.digest);
    last.0.iter().for_each(print_row);
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
