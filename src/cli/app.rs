//! `phantom [SCENE]`: the window, or the same scene headless where there can be none.

use std::path::{Path, PathBuf};

use crate::kernel::repeat::SavedPast;
use crate::record::claim::{MANIFEST, RESOLVED};
use crate::scenario::{LoadedScene, Parts};

use super::app_args::AppArgs;
use super::run::{self, RunArgs};
use super::say::aside;
use super::stop::TimeLimit;

/// The scene that opens when none is named; it is part of the program.
const FIRST_SCENE: &str = "hello";

/// Opens a scene, which may name these parts, in a window; gives the process's exit code.
#[must_use]
pub fn open(args: &AppArgs, parts: &Parts) -> u8 {
    #[cfg(all(feature = "dashboard", target_os = "linux"))]
    if are_of_this_process(args) {
        crate::dashboard::fallback::name_runtime_dir();
    }
    if let Some(path) = args
        .scene
        .as_deref()
        .filter(|path| path.join(MANIFEST).is_file())
    {
        return open_run(path, args, parts);
    }
    let sets = args.changes.overrides();
    let loaded = match &args.scene {
        Some(path) => run::open_scene(path, &args.changes, parts),
        None => parts.load_shipped(FIRST_SCENE, &sets),
    };
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(error) => return run::complain(&error),
    };
    if let Some(beyond) = beyond_the_end(&loaded, args) {
        aside!("{beyond}");
        return super::exit::INVALID;
    }
    match obstacle() {
        None => window(loaded, None, args, parts),
        Some(reason) if args.screenshot.is_some() => {
            aside!("no picture: {reason}");
            super::exit::IO
        }
        Some(reason) => {
            aside!("No window: {reason}. The scene runs headless.");
            let plain = RunArgs {
                scene: PathBuf::from(&loaded.source),
                changes: args.changes.clone(),
                out: None,
                force: false,
                time_limit: None,
                inputs: None,
                junit: None,
                format: None,
                json: false,
                quiet: false,
                replay: None,
            };
            run::run_scene(loaded, &plain, &TimeLimit::begin(None))
        }
    }
}

/// Opens the run of a folder in a window; gives the process's exit code.
#[must_use]
pub fn open_run(folder: &Path, args: &AppArgs, parts: &Parts) -> u8 {
    let shown = folder.display();
    if !args.changes.overrides().is_empty() {
        aside!(
            "{shown} is a run that was, which --set does not change; phantom run \
             {shown}/{RESOLVED} --set … runs its scene anew"
        );
        return super::exit::INVALID;
    }
    let past = match SavedPast::open(folder, parts, false) {
        Ok(past) => past,
        Err(error) => return super::replay::cannot_repeat(&error),
    };
    if let Some(at) = args.at.filter(|at| *at > past.end) {
        aside!(
            "--at {at}, expected at most {}, where the run ends",
            past.end
        );
        return super::exit::INVALID;
    }
    match obstacle() {
        None => window(past.loaded.clone(), Some(past), args, parts),
        Some(reason) => {
            aside!("No window: {reason}. `phantom replay {shown}` goes through the run.");
            super::exit::IO
        }
    }
}

/// Whether this process was started with these arguments, and not only calls this with them: a
/// program that does something else too must not begin anew.
#[cfg(all(feature = "dashboard", target_os = "linux"))]
fn are_of_this_process(args: &AppArgs) -> bool {
    use clap::{Args, Command, FromArgMatches};
    let known = AppArgs::augment_args(Command::new("phantom"));
    let matches = known.try_get_matches_from(std::env::args_os());
    let own = matches.and_then(|matches| AppArgs::from_arg_matches(&matches));
    own.is_ok_and(|own| format!("{own:?}") == format!("{args:?}"))
}

/// Why there is no tick at which the wanted picture could be taken, if there is none.
fn beyond_the_end(loaded: &LoadedScene, args: &AppArgs) -> Option<String> {
    let (at, ticks) = (args.at?, loaded.scene.ticks);
    (at > ticks).then(|| {
        format!(
            "no picture: the scene ends after {ticks} ticks, --at {at} is beyond; --set ticks={at} \
             lets it run so long"
        )
    })
}

#[cfg(not(feature = "dashboard"))]
fn obstacle() -> Option<String> {
    Some("this program was built without the feature `dashboard`".to_owned())
}

#[cfg(not(feature = "dashboard"))]
fn window(_loaded: LoadedScene, _past: Option<SavedPast>, _args: &AppArgs, _parts: &Parts) -> u8 {
    super::exit::INTERNAL
}

#[cfg(feature = "dashboard")]
fn obstacle() -> Option<String> {
    crate::dashboard::fallback::obstacle()
}

#[cfg(feature = "dashboard")]
fn window(loaded: LoadedScene, past: Option<SavedPast>, args: &AppArgs, parts: &Parts) -> u8 {
    use super::run_folder::open_folder;
    use crate::dashboard::app::{WindowPlan, open};
    use crate::dashboard::window_pictures::WantedPicture;
    use crate::dashboard::worker::{Worker, WorkerPlan, options_of};
    use crate::dashboard::{SceneSource, scenes};
    use crate::kernel::history::DEFAULT_BUDGET;
    use crate::kernel::{SimError, Simulation};
    use crate::record::Place;
    use crate::scenario::load::bare_name;
    use crate::scenario::{Blueprint, shipped};

    let title = format!("PhantomOS · {}", loaded.scene.name);
    let limit = TimeLimit::begin(None);
    let options = match run::options(&args.changes) {
        Ok(options) => crate::kernel::SimOptions {
            cancel: limit.cancel().clone(),
            ..options
        },
        Err(code) => return code,
    };
    let is_shipped = loaded.files.is_shipped;
    let built = Blueprint::new(loaded)
        .map_err(SimError::from)
        .and_then(|blueprint| {
            let options = options_of(&options, past.as_ref());
            let simulation = Simulation::new(blueprint.clone(), options)?;
            Ok((blueprint, simulation))
        });
    let (blueprint, simulation) = match built {
        Ok(built) => built,
        Err(SimError::Scene(error)) => return run::complain(&error),
        Err(error) => {
            aside!("{error}");
            return super::exit::INTERNAL;
        }
    };
    let end = past
        .as_ref()
        .map_or(blueprint.scene().ticks, |past| past.end);
    let hidden_until = args.hidden.then_some(end);
    let plan = WorkerPlan {
        blueprint,
        options,
        sets: args.changes.overrides(),
        source: match &args.scene {
            Some(path) if past.is_some() => SceneSource::Run(path.clone()),
            Some(path) => match bare_name(path).and_then(shipped::scene) {
                Some(own) if is_shipped => SceneSource::BuiltIn(own.name),
                _ => SceneSource::File(path.clone()),
            },
            None => SceneSource::BuiltIn(FIRST_SCENE),
        },
        parts: parts.clone(),
        opener: scenes::open,
        past,
        folder: |simulation| open_folder(simulation, Place::Fresh),
        pause_at: args.at.or(hidden_until),
        frame_budget: args.rewind_mib.map_or(DEFAULT_BUDGET, |mib| mib << 20),
    };
    let picture = args.screenshot.clone().zip(args.at);
    let window = WindowPlan {
        title,
        size: args.size.unwrap_or((1280, 800)),
        light: args.light,
        arrangement: args.layout,
        picture: picture.map(|(file, at)| WantedPicture { file, at }),
        hidden: args.hidden,
        cancel: limit.cancel().clone(),
    };
    limit.close_files();
    open(Worker::start(simulation, plan), parts, window)
}
