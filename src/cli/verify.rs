//! `phantom verify`: the same scene, seed and inputs must give what the folder holds, to the last
//! bit: rows, events, commands and the digest. Of a run that was cut short, those up to its last
//! complete row count. Of a sweep, some of its cells are run again, or all.

use std::path::{Path, PathBuf};

use clap::Args;
use rayon::prelude::*;

use crate::scenario::Parts;
use crate::study::Table;
use crate::study::cell::is_done;
use crate::study::plan::{CELLS, PLAN};
use crate::study::table::CellRow;

use super::command::Command;
use super::exit;
use super::replay::{judge, prepare};
use super::run::{BarObserver, progress_bar, refuse};
use super::say::{aside, printable, say};
use super::stop::TimeLimit;

/// Arguments of `verify`.
#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// The folder of a run or of a sweep.
    pub folder: PathBuf,
    /// Cells of a sweep that are run again, spread over all.
    #[arg(long, value_name = "N", default_value_t = 8,
        value_parser = clap::value_parser!(u32).range(1..))]
    pub sample: u32,
    /// Run all cells of a sweep again.
    #[arg(long, conflicts_with = "sample")]
    pub all: bool,
    /// Worker threads.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: u16,
}

impl Command for VerifyArgs {
    const NAME: &'static str = "verify";
    const ABOUT: &'static str =
        "Run a run folder's scene and inputs again, or cells of a sweep, and compare the digests";

    fn run(&self, parts: &Parts) -> u8 {
        let limit = TimeLimit::begin(None);
        match self.folder.join(PLAN).is_file() {
            true => verify_sweep(self, parts, &limit),
            false => verify(&self.folder, self, parts, &limit),
        }
    }
}

/// Runs cells of a sweep again, several at a time.
fn verify_sweep(args: &VerifyArgs, parts: &Parts, limit: &TimeLimit) -> u8 {
    let table = match Table::read(&args.folder, &[], 0.0) {
        Ok(table) => table,
        Err(error) => {
            aside!("error: {}: {error}", args.folder.display());
            return exit::IO;
        }
    };
    for (path, reason) in &table.gaps {
        aside!("gap: {}: {}", path.display(), printable(reason));
    }
    let done: Vec<&CellRow> = table
        .rows
        .iter()
        .filter(|row| is_done(row.status))
        .collect();
    let open = table.rows.len() - done.len();
    if open > 0 {
        aside!("{open} cells did not come to their end, and are left out");
    }
    let count = if args.all {
        done.len()
    } else {
        done.len().min(args.sample as usize)
    };
    // Spread evenly over the names, which are hashes.
    let mut names: Vec<&str> = done.iter().map(|row| row.id.as_str()).collect();
    names.sort_unstable();
    let chosen: Vec<&str> = (0..count).map(|k| names[k * names.len() / count]).collect();
    let codes: Vec<u8> = chosen
        .par_iter()
        .map(|id| verify(&args.folder.join(CELLS).join(id), args, parts, limit))
        .collect();
    let wrong = codes.iter().filter(|code| **code != exit::OK).count();
    let gaps = table.gaps.len();
    say!(
        "{} of {} cells run again: {} identical, {wrong} not",
        count,
        names.len(),
        count - wrong
    );
    match (wrong, gaps, codes.iter().find(|code| **code != exit::OK)) {
        (0, 0, _) if count > 0 => exit::OK,
        (_, _, Some(code)) => *code,
        (_, 0, None) => {
            aside!("there is no cell to verify");
            exit::INVALID
        }
        (_, gaps, None) => {
            aside!("{gaps} cells cannot be read");
            exit::NOT_REPRODUCIBLE
        }
    }
}

/// Runs a run folder's run again.
fn verify(folder: &Path, args: &VerifyArgs, parts: &Parts, limit: &TimeLimit) -> u8 {
    let threads = usize::from(args.threads);
    let mut run = match prepare(folder, parts, (threads, limit), |_| {}) {
        Ok(prepared) => prepared,
        Err(code) => return code,
    };
    let mut comparison = match run.comparison() {
        Ok(comparison) => comparison,
        Err(error) => return refuse(&error),
    };
    let end = run.end;
    let mut bar = BarObserver(progress_bar(end));
    let outcome = run
        .session
        .run_observed(end, &mut [&mut comparison, &mut bar]);
    bar.0.finish_and_clear();
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error) => {
            aside!("the run broke off: {error}");
            return exit::INTERNAL;
        }
    };
    let code = judge(&run, end, comparison);
    if code == exit::OK {
        let note = if run.saved.manifest.is_cut() {
            ", where the run was cut short"
        } else {
            ""
        };
        let (ticks, digest) = (outcome.ticks, outcome.digest);
        say!("identical: {ticks} ticks, digest {digest}{note}");
        for path in &run.changed {
            aside!(
                "but {path} is not what it was when the scene ran: its contents differ from those \
                 of the run, of which the folder has a copy"
            );
        }
        if !run.changed.is_empty() {
            return exit::NOT_REPRODUCIBLE;
        }
    }
    code
}
