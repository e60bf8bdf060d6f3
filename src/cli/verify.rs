//! `phantom verify`: the same scene, seed and inputs must give the same digest.

use std::path::Path;

use crate::kernel::runner::{self, Limits};
use crate::record::folder::RUNNING;

use super::exit;
use super::replay::prepare;
use super::say::{aside, say};

/// Runs a run folder again; gives the process's exit code.
#[must_use]
pub fn verify(path: &Path, threads: usize) -> u8 {
    let (mut simulation, manifest) = match prepare(path, threads, |_| {}) {
        Ok(prepared) => prepared,
        Err(code) => return code,
    };
    if manifest.status == RUNNING {
        aside!("this run was cut short, so its folder names no digest; phantom replay runs it");
        return exit::INVALID;
    }
    let limits = Limits {
        ticks: manifest.ticks,
        ..Limits::default()
    };
    match runner::run(&mut simulation, &limits, None, &mut |_| {}) {
        Err(error) => {
            aside!("the run broke off: {error}");
            exit::INTERNAL
        }
        Ok(outcome) if outcome.digest == manifest.digest => {
            say!(
                "identical: {} ticks, digest {}",
                outcome.ticks,
                outcome.digest
            );
            exit::OK
        }
        Ok(outcome) => {
            say!(
                "not reproduced: after {} ticks the digest is {}, the run folder says {}",
                outcome.ticks,
                outcome.digest,
                manifest.digest
            );
            exit::NOT_REPRODUCIBLE
        }
    }
}
