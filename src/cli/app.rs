//! `phantom [SCENE]`: the window, or the same scene headless where there can be none.

use std::path::{Path, PathBuf};

use super::args::{AppArgs, RunArgs};
use super::run;

/// The scene that opens when none is named.
pub const FIRST_SCENE: &str = "scenes/hello.ron";

/// Opens a scene in a window; gives the process's exit code.
#[must_use]
pub fn open(args: &AppArgs) -> u8 {
    let scene = args
        .scene
        .clone()
        .unwrap_or_else(|| PathBuf::from(FIRST_SCENE));
    let obstacle = obstacle();
    match obstacle {
        None => window(&scene, args),
        Some(reason) => {
            eprintln!("No window: {reason}. The scene runs headless.");
            run::run(&RunArgs {
                scene,
                changes: args.changes.clone(),
                out: None,
                time_limit: None,
                json: false,
                replay: None,
            })
        }
    }
}

#[cfg(not(feature = "dashboard"))]
fn obstacle() -> Option<String> {
    Some("this program was built without the feature `dashboard`".to_owned())
}

#[cfg(not(feature = "dashboard"))]
fn window(_scene: &Path, _args: &AppArgs) -> u8 {
    super::exit::INTERNAL
}

#[cfg(feature = "dashboard")]
fn obstacle() -> Option<String> {
    crate::dashboard::fallback::obstacle()
}

#[cfg(feature = "dashboard")]
fn window(scene: &Path, args: &AppArgs) -> u8 {
    use crate::dashboard::app::{WantedPicture, open};
    use crate::dashboard::worker::{Worker, WorkerPlan};
    use crate::kernel::{SimError, SimOptions, Simulation};
    use crate::scenario::{Blueprint, load};

    let loaded = match load(scene, &args.changes.overrides()) {
        Ok(loaded) => loaded,
        Err(error) => return run::complain(&error),
    };
    let title = format!("PhantomOS · {}", loaded.scene.name);
    let options = SimOptions {
        threads: usize::from(args.changes.threads),
        ..SimOptions::default()
    };
    let built = Blueprint::new(loaded)
        .map_err(SimError::from)
        .and_then(|blueprint| {
            let simulation = Simulation::new(blueprint.clone(), options.clone())?;
            Ok((blueprint, simulation))
        });
    let (blueprint, simulation) = match built {
        Ok(built) => built,
        Err(SimError::Scene(error)) => return run::complain(&error),
        Err(error) => {
            eprintln!("{error}");
            return super::exit::INTERNAL;
        }
    };
    let plan = WorkerPlan {
        blueprint,
        options,
        folder: run::open_folder,
        pause_at: args.at,
    };
    let picture = args.screenshot.clone().zip(args.at);
    let picture = picture.map(|(file, at)| WantedPicture::new(file, at));
    open(Worker::start(simulation, plan), picture, &title)
}
