//! What a run leaves behind: rows of metrics, events with their causes, commands, the input log and
//! a manifest, in one run folder that stays readable if the run is cut short.
//!
//! `lines` says how a line of each file is made and what a sink of records is; `claim` makes a
//! folder one run's own, `folder` writes it, `saved` reads it back, `comparison` holds a repeated
//! run against it.

pub mod event;
pub mod rows;
pub mod states;
pub mod step_watch;
pub mod systems;
pub mod manifest;
pub mod lines;
pub mod claim;
mod hashed;
mod states_file;
pub mod folder;
pub mod saved;
pub mod comparison;
pub mod utc;

pub use claim::Place;
pub use comparison::Comparison;
pub use event::{EventKind, EventRecord, StepChange};
pub use folder::RunFolder;
pub use lines::{Batch, RunSink};
pub use manifest::{Ending, Manifest};
pub use rows::MetricRow;
pub use saved::{SavedError, SavedRun};
pub use step_watch::{StepWarning, StepWatch};
pub use systems::{RecordPlugin, RunCounts, RunRecords};
