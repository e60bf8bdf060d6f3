//! `phantom verify`: the same scene, seed and inputs must give what the folder holds, to the last bit.

use std::path::Path;

use crate::kernel::runner::{self, Progress};
use crate::record::Comparison;

use super::exit;
use super::replay::{judge, prepare};
use super::run::{progress_bar, refuse};
use super::say::{aside, say};
use super::stop::TimeLimit;

/// Runs a run folder again; gives the process's exit code. Rows, events, commands and the digest have
/// to be those of the folder; of a run that was cut short, those up to its last complete row.
#[must_use]
pub fn verify(path: &Path, threads: usize) -> u8 {
    let limit = TimeLimit::begin(None);
    let mut run = match prepare(path, (threads, &limit), |_| {}) {
        Ok(prepared) => prepared,
        Err(code) => return code,
    };
    let mut comparison = match Comparison::begin(&run.saved, run.simulation.metrics()) {
        Ok(comparison) => comparison,
        Err(error) => return refuse(&error),
    };
    let end = run.end;
    let bar = progress_bar(end);
    let mut tell = |progress: Progress| {
        if let Progress::Tick(tick, _) = progress {
            bar.set_position(tick);
        }
    };
    let outcome = runner::run(&mut run.simulation, end, Some(&mut comparison), &mut tell);
    bar.finish_and_clear();
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
    }
    code
}
