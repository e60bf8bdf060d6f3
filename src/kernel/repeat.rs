//! A run folder's run, made ready to begin again: its scene, its inputs, its instruction set.

use std::path::Path;

use thiserror::Error;
use xxhash_rust::xxh3::xxh3_64;

use crate::base::isa::Isa;
use crate::base::{InputLog, Tick};
use crate::files::source;
use crate::record::claim::{MANIFEST, RESOLVED};
use crate::record::manifest::Manifest;
use crate::record::{SavedError, SavedRun};
use crate::scenario::{LoadedScene, Parts, SceneError};

use super::options::SimOptions;

/// Why a folder's run cannot begin again.
#[derive(Debug, Error)]
pub enum RepeatError {
    /// The folder is none, or its files do not hold what the run wrote.
    #[error(transparent)]
    Saved(#[from] SavedError),
    /// Its scene is wrong.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// A file that the scene reads is not there.
    #[error("{0}")]
    Missing(String),
    /// What the run was made of is not what it was.
    #[error("{0}")]
    Changed(String),
}

/// A run folder's run, ready to begin again.
#[derive(Clone, Debug)]
pub struct SavedPast {
    /// The folder.
    pub saved: SavedRun,
    /// The tick up to which the folder tells the run.
    pub end: Tick,
    /// Its inputs.
    pub log: InputLog,
    /// Its scene.
    pub loaded: LoadedScene,
    /// The instruction set on which it was made.
    pub isa: Isa,
    /// Files that the scene read, which are not what they were; the folder's copies are taken.
    pub changed: Vec<String>,
}

impl SavedPast {
    /// Opens a folder; `whole` holds every file against the manifest, else the scene alone.
    ///
    /// # Errors
    /// When its run cannot begin again, with the reason.
    pub fn open(path: &Path, parts: &Parts, whole: bool) -> Result<Self, RepeatError> {
        let saved = SavedRun::open(path)?;
        match whole {
            true => saved.check_files()?,
            false => saved.check_scene()?,
        }
        // A run may still be going on: the rows first, then the inputs, which are ahead of them.
        let end = saved.end()?;
        let log = saved.inputs()?;
        let manifest = &saved.manifest;
        let changed = check_inputs(path, manifest)?;
        let mut loaded = parts.load(&path.join(RESOLVED), &[])?;
        let scene = &loaded.scene;
        let facts = [
            ("scene", scene.name == manifest.scene),
            ("seed", scene.seed == manifest.seed),
            ("nodes", scene.cluster.nodes == manifest.nodes),
            ("ticks", end <= scene.ticks),
        ];
        if let Some((fact, _)) = facts.iter().find(|(_, holds)| !holds) {
            let file = path.join(MANIFEST);
            let text = format!("{}: its {fact} do not fit {RESOLVED}", file.display());
            return Err(RepeatError::Changed(text));
        }
        let allowed = manifest.allow_read.iter().map(Into::into);
        loaded.files.allowed.extend(allowed);
        loaded.files.fallback = manifest.scene_directory.as_ref().map(Into::into);
        let sources = manifest.inputs.iter().filter(|input| input.copy.is_none());
        let sources = sources.map(|input| path.join(&input.source));
        loaded.files.allowed.extend(sources);
        let known = Isa::ALL.into_iter().find(|isa| isa.name() == manifest.isa);
        let Some(isa) = known.filter(|isa| isa.is_here()) else {
            return Err(RepeatError::Changed(format!(
                "this run was made on the instruction set {:?}, and this machine's best is {}",
                manifest.isa,
                Isa::best()
            )));
        };
        Ok(Self {
            end,
            log,
            loaded,
            isa,
            changed,
            saved,
        })
    }

    /// How it is run: with its inputs, on its instruction set.
    #[must_use]
    pub fn options(&self) -> SimOptions {
        SimOptions {
            isa: self.isa,
            replay: Some(self.log.clone()),
            ..SimOptions::default()
        }
    }

    /// The digest at its end, where the run came to one.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        let manifest = &self.saved.manifest;
        (!manifest.is_cut()).then_some(manifest.digest.as_str())
    }
}

/// Holds the files that a run read against what the folder says of them. One that has changed where
/// it was, but of which the folder has a copy, is told.
fn check_inputs(folder: &Path, manifest: &Manifest) -> Result<Vec<String>, RepeatError> {
    let hash = |file: &Path| {
        let bytes = source::read(file).ok();
        bytes.map(|bytes| format!("{:016x}", xxh3_64(&bytes)))
    };
    let mut changed = Vec::new();
    for input in &manifest.inputs {
        let (path, claimed) = (&input.path, Some(&input.xxh3));
        let source = folder.join(&input.source);
        let now = hash(&source);
        if let Some(copy) = &input.copy {
            let own = hash(&folder.join(copy));
            if own.as_ref() != claimed {
                let what = match own.is_none() {
                    true => "is not there",
                    false => "is not what the run read",
                };
                let copy = folder.join(copy);
                let text = format!("{}: the copy of {path} {what}", copy.display());
                return Err(RepeatError::Changed(text));
            }
            if now.is_some() && now.as_ref() != claimed {
                changed.push(path.clone());
            }
        } else if now.is_none() {
            return Err(RepeatError::Missing(format!(
                "the scene reads {path}, which is not at {}; expected it there, or a run made with \
                 --inputs copy",
                source.display()
            )));
        } else if now.as_ref() != claimed {
            return Err(RepeatError::Changed(format!(
                "{path} is not what it was when the scene ran: the contents of {} differ from \
                 those of the run",
                source.display()
            )));
        }
    }
    Ok(changed)
}
