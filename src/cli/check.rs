//! `phantom check`: judges scenes without running them, and brings their files to the current
//! version when asked to.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::kernel::{SimError, SimOptions, Simulation};
use crate::scenario::files::{SCENE_BYTES_MAX, read_plain};
use crate::scenario::migrate::migrate;
use crate::scenario::{Blueprint, LoadedScene, Parts, SceneError};

use super::command::Command;
use super::exit;
use super::phi::effort::Watch;
use super::run::{complain, tell_notes};
use super::say::{aside, printable, say};

/// Arguments of `check`.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// The scenes.
    #[arg(required = true)]
    pub scenes: Vec<PathBuf>,
    /// Let the scenes read files below this directory, too; may be repeated.
    #[arg(long, value_name = "DIR")]
    pub allow_read: Vec<PathBuf>,
    /// Rewrite the files of scenes of an older version; those that are wrong stay as they are.
    #[arg(long)]
    pub migrate: bool,
}

impl Command for CheckArgs {
    const NAME: &'static str = "check";
    const ABOUT: &'static str = "Judge scenes without running them";

    fn run(&self, parts: &Parts) -> u8 {
        let codes = self.scenes.iter().map(|path| self.check(path, parts));
        codes.max().unwrap_or(exit::OK)
    }
}

impl CheckArgs {
    /// Judges a scene, as far as to the first tick; gives the exit code.
    fn check(&self, path: &Path, parts: &Parts) -> u8 {
        let read = if self.migrate {
            migrated(path, parts)
        } else {
            parts.load(path, &[]).map_err(|error| complain(&error))
        };
        match read.and_then(|loaded| self.judge(path, loaded)) {
            Ok(()) => exit::OK,
            Err(code) => code,
        }
    }

    /// Tells the measures of a scene that can be built, else what is wrong; an error is its exit
    /// code.
    fn judge(&self, path: &Path, mut loaded: LoadedScene) -> Result<(), u8> {
        tell_notes(&loaded);
        loaded.files.allowed.extend_from_slice(&self.allow_read);
        let watch = Watch::start(None);
        watch.stage("building the scene");
        let built = Blueprint::new(loaded);
        watch.finish();
        let blueprint = built.map_err(|error| complain(&error))?;
        for line in blueprint.inputs.lines() {
            aside!("{}: {}", path.display(), printable(&line));
        }
        let scene = blueprint.scene();
        let notes = scene.beyond_end().into_iter();
        let notes = notes.chain(scene.phi.rare_reports());
        for line in notes.chain(blueprint.step_remarks()) {
            aside!("{}: note: {line}", path.display());
        }
        let verdict = format!(
            "{}: ok, {} vertices, {}, {} channels, {} nodes",
            path.display(),
            scene.vertices(),
            blueprint.edges_shown(),
            blueprint.channels.len(),
            scene.cluster.nodes
        );
        // What cannot be built cannot run.
        match Simulation::new(blueprint, SimOptions::default()) {
            Ok(_) => {
                say!("{verdict}");
                Ok(())
            }
            Err(SimError::Scene(error)) => Err(complain(&error)),
            Err(error) => {
                aside!("{}: {error}", path.display());
                Err(exit::INVALID)
            }
        }
    }
}

/// Reads a scene. The file of one of an older version is rewritten once the new text has proved to
/// be a scene.
///
/// # Errors
/// With the exit code, once the reason has been told.
fn migrated(path: &Path, parts: &Parts) -> Result<LoadedScene, u8> {
    let shown = path.display().to_string();
    let directory = path.parent().unwrap_or(Path::new(""));
    let parse = |text: &str, source: &str| {
        let read = parts.parse(text, source, directory, &[]);
        read.map_err(|error| complain(&error))
    };
    let text = text_of(path).map_err(|error| complain(&error))?;
    let new = match migrate(&text) {
        Ok(new) => new,
        Err(reason) => {
            // Where a text is no scene, reading it says better what is wrong.
            parse(&text, &shown)?;
            aside!("{shown}: cannot be migrated: {reason}");
            return Err(exit::INVALID);
        }
    };
    if new.notes.is_empty() {
        let loaded = parse(&text, &shown)?;
        aside!("{shown}: of the current version already");
        return Ok(loaded);
    }
    // Lines of a problem are those of the new text, which the file does not have.
    let mut loaded = parse(&new.text, &format!("{shown} (migrated)"))?;
    loaded.source.clone_from(&shown);
    if let Err(error) = replace(path, &new.text) {
        aside!("cannot write {shown}: {error}");
        return Err(exit::IO);
    }
    for note in &new.notes {
        let version = loaded.scene.version;
        aside!("{shown}: migrated to version {version}: {note}");
    }
    Ok(loaded)
}

/// The text of a scene's file.
fn text_of(path: &Path) -> Result<String, SceneError> {
    let text = read_plain(path, SCENE_BYTES_MAX)
        .and_then(|bytes| String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned()));
    text.map_err(|reason| SceneError::Unreadable {
        source_name: path.display().to_string(),
        reason,
    })
}

/// Gives a file another text. Whoever reads it meanwhile finds the old text or the new one, whole.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    // A link stays a link: what it leads to is replaced.
    let real = fs::canonicalize(path)?;
    if fs::metadata(&real)?.permissions().readonly() {
        return Err(std::io::Error::other("it may only be read"));
    }
    let name = real.file_name().unwrap_or_default().to_string_lossy();
    let beside = real.with_file_name(format!(".{name}.{}", std::process::id()));
    let draft = File::create_new(&beside)?;
    let done = fill(draft, text, &real).and_then(|()| fs::rename(&beside, &real));
    if done.is_err() {
        let _ = fs::remove_file(&beside);
    }
    done
}

/// Writes a text, with the permissions of another file.
fn fill(mut draft: File, text: &str, like: &Path) -> std::io::Result<()> {
    draft.set_permissions(fs::metadata(like)?.permissions())?;
    draft.write_all(text.as_bytes())?;
    draft.sync_all()
}
