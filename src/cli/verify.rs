//! `phantom verify`: the same scene, seed and inputs must give the same digest.

use std::path::Path;

use crate::kernel::runner::{self, Limits};
use crate::kernel::{SimOptions, Simulation};
use crate::record::folder::{self, RESOLVED};
use crate::scenario::{Blueprint, load};

use super::exit;
use super::run::complain;

/// Runs a run folder again; gives the process's exit code.
#[must_use]
pub fn verify(path: &Path, threads: usize) -> u8 {
    let (manifest, log) = match folder::read(path) {
        Ok(found) => found,
        Err(message) => {
            eprintln!("{message}");
            return exit::IO;
        }
    };
    let scene_file = path.join(RESOLVED);
    let mut loaded = match load(&scene_file, &[]) {
        Ok(loaded) => loaded,
        Err(error) => return complain(&error),
    };
    if let Some(directory) = &manifest.scene_directory {
        loaded.directory = directory.into();
    }
    let options = SimOptions {
        threads,
        replay: Some(log),
        ..SimOptions::default()
    };
    let built = Blueprint::new(loaded)
        .map_err(crate::kernel::SimError::from)
        .and_then(|blueprint| Simulation::new(blueprint, options));
    let mut simulation = match built {
        Ok(simulation) => simulation,
        Err(error) => {
            eprintln!("{error}");
            return exit::INVALID;
        }
    };
    let limits = Limits {
        ticks: manifest.ticks,
        ..Limits::default()
    };
    match runner::run(&mut simulation, &limits, None, &mut |_| {}) {
        Err(error) => {
            eprintln!("the run broke off: {error}");
            exit::INTERNAL
        }
        Ok(outcome) if outcome.digest == manifest.digest => {
            println!(
                "identical: {} ticks, digest {}",
                outcome.ticks, outcome.digest
            );
            exit::OK
        }
        Ok(outcome) => {
            println!(
                "not reproduced: after {} ticks the digest is {}, the run folder says {}",
                outcome.ticks, outcome.digest, manifest.digest
            );
            exit::NOT_REPRODUCIBLE
        }
    }
}
