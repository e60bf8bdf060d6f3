//! `phantom [SCENE]`: the window, or the same scene headless where there can be none.

use std::path::{Path, PathBuf};

use crate::scenario::{LoadedScene, load, parse};

use super::args::{AppArgs, RunArgs};
use super::run;

/// The scene that opens when none is named; it is part of the program.
const FIRST_SCENE: &str = include_str!("../../scenes/hello.ron");

/// Opens a scene in a window; gives the process's exit code.
#[must_use]
pub fn open(args: &AppArgs) -> u8 {
    let sets = args.changes.overrides();
    let loaded = match &args.scene {
        Some(path) => load(path, &sets),
        None => parse(FIRST_SCENE, "hello (built in)", Path::new("."), &sets),
    };
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(error) => return run::complain(&error),
    };
    match obstacle() {
        None => window(loaded, args),
        Some(reason) => {
            eprintln!("No window: {reason}. The scene runs headless.");
            let plain = RunArgs {
                scene: PathBuf::from(&loaded.source),
                changes: args.changes.clone(),
                out: None,
                time_limit: None,
                json: false,
                replay: None,
            };
            run::run_scene(loaded, &plain)
        }
    }
}

#[cfg(not(feature = "dashboard"))]
fn obstacle() -> Option<String> {
    Some("this program was built without the feature `dashboard`".to_owned())
}

#[cfg(not(feature = "dashboard"))]
fn window(_loaded: LoadedScene, _args: &AppArgs) -> u8 {
    super::exit::INTERNAL
}

#[cfg(feature = "dashboard")]
fn obstacle() -> Option<String> {
    crate::dashboard::fallback::obstacle()
}

#[cfg(feature = "dashboard")]
fn window(loaded: LoadedScene, args: &AppArgs) -> u8 {
    use crate::dashboard::app::{WantedPicture, open};
    use crate::dashboard::worker::{Worker, WorkerPlan};
    use crate::kernel::{SimError, SimOptions, Simulation};
    use crate::scenario::Blueprint;

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
        folder: |simulation| run::open_folder(simulation, None),
        pause_at: args.at,
    };
    let picture = args.screenshot.clone().zip(args.at);
    let picture = picture.map(|(file, at)| WantedPicture::new(file, at));
    open(Worker::start(simulation, plan), picture, &title)
}
