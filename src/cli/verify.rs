//! `phantom verify`: the same scene, seed and inputs must give what the folder holds, to the last
//! bit: rows, events, commands and the digest. Of a run that was cut short, those up to its last
//! complete row count.

use std::path::PathBuf;

use clap::Args;

use crate::record::Comparison;
use crate::scenario::Parts;

use super::command::Command;
use super::exit;
use super::replay::{judge, prepare};
use super::run::{BarObserver, progress_bar, refuse};
use super::say::{aside, say};
use super::stop::TimeLimit;

/// Arguments of `verify`.
#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// The run folder.
    pub folder: PathBuf,
    /// Worker threads.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: u16,
}

impl Command for VerifyArgs {
    const NAME: &'static str = "verify";
    const ABOUT: &'static str = "Run a run folder's scene and inputs again and compare the digests";

    fn run(&self, parts: &Parts) -> u8 {
        let limit = TimeLimit::begin(None);
        let threads = usize::from(self.threads);
        let mut run = match prepare(&self.folder, parts, (threads, &limit), |_| {}) {
            Ok(prepared) => prepared,
            Err(code) => return code,
        };
        let mut comparison = match Comparison::begin(&run.saved, run.session.simulation.metrics()) {
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
                    "but {path} is not what it was when the scene ran: its contents differ from \
                     those of the run, of which the folder has a copy"
                );
            }
            if !run.changed.is_empty() {
                return exit::NOT_REPRODUCIBLE;
            }
        }
        code
    }
}
