//! `phantom replay`: a run folder's scene and inputs again, up to a tick.

use std::path::Path;

use crate::base::isa::Isa;
use crate::base::{Input, InputLog, InputRecord, Tick};
use crate::kernel::runner::drain;
use crate::kernel::{KernelState, SimError, SimOptions, Simulation};
use crate::record::MetricRow;
use crate::record::folder::{self, METRICS, Manifest, RESOLVED, RUNNING};
use crate::scenario::{Blueprint, load};

use super::args::ReplayArgs;
use super::exit;
use super::run::{complain, open_folder};
use super::say::{aside, say};

/// A run folder's run, ready to begin again; or the exit code of why not.
///
/// # Errors
/// With the exit code, once the reason has been told.
pub fn prepare(
    path: &Path,
    threads: usize,
    change: impl FnOnce(&mut InputLog),
) -> Result<(Simulation, Manifest), u8> {
    let (manifest, mut log) = folder::read(path).map_err(|message| {
        aside!("{message}");
        exit::IO
    })?;
    change(&mut log);
    let mut loaded = load(&path.join(RESOLVED), &[]).map_err(|error| complain(&error))?;
    if let Some(directory) = &manifest.scene_directory {
        loaded.directory = directory.into();
    }
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
        ..SimOptions::default()
    };
    let built = Blueprint::new(loaded)
        .map_err(SimError::from)
        .and_then(|blueprint| Simulation::new(blueprint, options));
    match built {
        Ok(simulation) => Ok((simulation, manifest)),
        Err(SimError::Scene(error)) => Err(complain(&error)),
        Err(error) => {
            aside!("{error}");
            Err(exit::INVALID)
        }
    }
}

/// Leaves out one thing: the inputs of the tick about the subject, or, when there are none, the
/// intervention on it.
fn leave_out(log: &mut InputLog, (tick, subject): &(Tick, String)) {
    let before = log.records().len();
    log.retain(|record| {
        record.tick != *tick || !record.input.is_edit() || record.input.told().0 != *subject
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

/// Runs a run folder again up to a tick; gives the process's exit code. Without changes the metrics
/// there must be those that the folder has.
#[must_use]
pub fn replay(args: &ReplayArgs) -> u8 {
    if let Some((tick, subject)) = &args.without
        && !folder::has_event(&args.folder, *tick, subject)
    {
        aside!(
            "nothing in events.jsonl is about {subject} at tick {tick}, so there is nothing to leave out"
        );
        return exit::INVALID;
    }
    let prepared = prepare(&args.folder, usize::from(args.threads), |log| {
        if let Some(what) = &args.without {
            leave_out(log, what);
        }
    });
    let (mut simulation, manifest) = match prepared {
        Ok(prepared) => prepared,
        Err(code) => return code,
    };
    let to = match (args.to, manifest.status == RUNNING) {
        (Some(to), _) => to,
        (None, false) => manifest.ticks,
        (None, true) => match folder::last_tick(&args.folder) {
            Ok(tick) => {
                aside!("this run was cut short; its folder has metrics up to tick {tick}");
                tick
            }
            Err(error) => {
                aside!("{}: {error}", args.folder.display());
                return exit::IO;
            }
        },
    };
    match run_to(&mut simulation, to, args.out.as_deref()) {
        Err(error) => {
            aside!("the run broke off: {error}");
            exit::INTERNAL
        }
        Ok(rows) => {
            let tick = simulation.clock().tick;
            say!("tick {tick}, digest {}", simulation.digest());
            for row in &rows {
                print_row(row);
            }
            match args.without {
                Some(_) => exit::OK,
                None => compare(&args.folder, &rows),
            }
        }
    }
}

fn run_to(
    simulation: &mut Simulation,
    to: Tick,
    out: Option<&Path>,
) -> anyhow::Result<Vec<MetricRow>> {
    let mut folder = match out {
        Some(out) => Some(open_folder(simulation, Some(out))?),
        None => None,
    };
    if let Some(folder) = &mut folder {
        folder.append(&[], &[], &[], simulation.log().records())?;
    }
    let mut rows: Vec<MetricRow> = Vec::new();
    while simulation.clock().tick < to && simulation.state() != KernelState::SafeStopped {
        simulation.step()?;
        drain(
            simulation,
            folder.as_mut(),
            &mut |row| {
                rows.retain(|old| old.tick == row.tick);
                rows.push(row.clone());
            },
            &mut |_| {},
        )?;
    }
    if let Some(folder) = folder {
        folder.finish(&crate::record::Ending {
            status: match simulation.state() {
                KernelState::SafeStopped => "safe_stopped".to_owned(),
                _ => "ok".to_owned(),
            },
            ticks: simulation.clock().tick,
            digest: simulation.digest().to_string(),
        })?;
    }
    Ok(rows)
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

fn compare(folder: &Path, rows: &[MetricRow]) -> u8 {
    let file = folder.join(METRICS);
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) => {
            aside!("{}: {error}", file.display());
            return exit::IO;
        }
    };
    for row in rows {
        let line = row.cells().join(",");
        let head = format!("{},{},{},", row.tick, row.t_s, row.scope);
        match text.lines().find(|old| old.starts_with(&head)) {
            Some(old) if old == line => {}
            Some(old) => {
                say!("not reproduced: the run folder has\n  {old}\nand this run gives\n  {line}");
                return exit::NOT_REPRODUCIBLE;
            }
            None => say!(
                "the run folder has no row of {} at tick {}",
                row.scope,
                row.tick
            ),
        }
    }
    exit::OK
}
