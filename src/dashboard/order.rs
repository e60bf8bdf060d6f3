//! What a person asks of the worker.

use std::path::PathBuf;
use std::time::SystemTime;

use crate::base::{Input, Tick, VertexId};
use crate::record::EventRecord;

/// An order to the worker.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// Let ticks run.
    Play,
    /// Hold ticks.
    Pause,
    /// Run one tick and pause.
    Step,
    /// Go one tick back and pause.
    Back,
    /// Go to a tick and pause.
    Seek(Tick),
    /// Run on to a tick as fast as possible and pause there.
    RunTo(Tick),
    /// Go to the newest tick of the branch and run on.
    Live,
    /// Begin the scene anew.
    Reset,
    /// Plant seconds per second of wall time; infinite for as fast as possible.
    Speed(f64),
    /// Edits that act at the present tick; in the past they open a branch.
    Edit(Vec<Input>),
    /// Write a live parameter's value into the scene's file.
    WriteBack(String, f64),
    /// Open a branch here.
    Fork,
    /// Go to another branch, at the tick that is shown.
    Switch(usize),
    /// Run again without what an event tells of.
    Without(Box<EventRecord>),
    /// Open a scene; the old one runs on when the new one is wrong.
    Open(SceneSource),
    /// Show a vertex's components.
    Select(Option<VertexId>),
    /// Show the window of samples of a scope's channels, or none.
    Sense(Option<String>),
    /// Write a run folder below this one that ends at the newest tick of the branch, under the name
    /// of scene, branch, tick and digest.
    Export(PathBuf),
    /// Go on without what broke: without the run folder, or from the last good frame.
    Recover,
}

/// Where a scene comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SceneSource {
    /// A file.
    File(PathBuf),
    /// One that is part of the program, by name.
    BuiltIn(&'static str),
    /// The run of a folder.
    Run(PathBuf),
}

impl SceneSource {
    /// When the file changed last; `None` for a scene that is part of the program.
    #[must_use]
    pub fn modified(&self) -> Option<SystemTime> {
        let Self::File(path) = self else {
            return None;
        };
        let meta = std::fs::metadata(path);
        meta.and_then(|meta| meta.modified()).ok()
    }
}

impl Order {
    /// An edit of a live parameter.
    #[must_use]
    pub fn set(path: &str, value: f64) -> Self {
        Self::Edit(vec![Input::Set {
            path: path.to_owned(),
            value,
        }])
    }
}
