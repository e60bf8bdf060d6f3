//! `phantom diff`: where two runs part, and what about them differs.

mod inputs;
mod lockstep;
mod scene;
mod state;
mod tell;
mod values;

use std::path::PathBuf;

use clap::Args;

use crate::record::SavedRun;
use crate::record::claim::RESOLVED;
use crate::scenario::Parts;

use super::command::Command;
use super::exit;
use super::replay::{Repeat, prepare};
use super::run::{fail, progress_bar, refuse};
use super::say::{aside, say};
use super::stop::TimeLimit;

use inputs::InputsFound;
use lockstep::LockstepError;
use tell::Report;

/// Arguments of `diff`.
#[derive(Args, Debug)]
pub struct DiffArgs {
    /// The first run folder, A.
    pub a: PathBuf,
    /// The second run folder, B.
    pub b: PathBuf,
    /// Vertices and records that are told at most where the runs part.
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub most: usize,
    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,
    /// Worker threads of each run.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: u16,
}

impl Command for DiffArgs {
    const NAME: &'static str = "diff";
    const ABOUT: &'static str =
        "Run two run folders again and tell the first tick and value in which they part";

    fn run(&self, parts: &Parts) -> u8 {
        match compared(self, parts) {
            Ok(report) => {
                if self.json {
                    say!("{}", report.json());
                } else {
                    report.lines().iter().for_each(|line| say!("{line}"));
                }
                match report.found.is_identical() {
                    true => exit::OK,
                    false => exit::NOT_REPRODUCIBLE,
                }
            }
            Err(code) => code,
        }
    }
}

fn compared(args: &DiffArgs, parts: &Parts) -> Result<Report, u8> {
    let limit = TimeLimit::begin(None);
    let threads = usize::from(args.threads);
    // Both are looked at before the first is built.
    for folder in [&args.a, &args.b] {
        let checked = SavedRun::open(folder).and_then(|saved| saved.check_files());
        checked.map_err(|error| refuse(&error))?;
    }
    let open = |path| prepare(path, parts, (threads, &limit), |_| {});
    let (mut a, mut b) = (open(&args.a)?, open(&args.b)?);
    let log = |own: &Repeat| own.session.simulation.log().clone();
    let inputs = InputsFound::of([&log(&a), &log(&b)]);
    let bar = progress_bar(a.end.min(b.end));
    limit.close_files();
    let ran = lockstep::run([&mut a, &mut b], args.most, &bar);
    bar.finish_and_clear();
    let found = ran.map_err(|error| broken(&error))?;
    let text = |own: &Repeat| {
        let path = own.saved.path.join(RESOLVED);
        std::fs::read_to_string(&path).map_err(|error| {
            aside!("{}: {error}", path.display());
            exit::IO
        })
    };
    let scene = scene::changes(&text(&a)?, &text(&b)?);
    Ok(Report {
        runs: [a.saved, b.saved],
        scene,
        inputs,
        found,
    })
}

/// Tells why the runs could not be compared; gives the exit code.
fn broken(error: &LockstepError) -> u8 {
    match error {
        LockstepError::Run(name, error) => {
            aside!("{name}:");
            match error {
                crate::kernel::SimError::Cancelled { .. } => {
                    aside!("{error}");
                    exit::INTERRUPTED
                }
                other => fail(other),
            }
        }
        LockstepError::Folder(error) => refuse(error),
        LockstepError::Read(error) => {
            aside!("error: {error}");
            exit::IO
        }
    }
}
