//! What a run leaves behind: rows of metrics, events with their causes, commands, the input log and
//! a manifest, in one run folder that stays readable if the run is cut short.
//!
//! `lines` says how a line of each file is made and what a sink of records is; `claim` makes a
//! folder one run's own, `folder` writes it, `saved` reads it back, `comparison` holds a repeated
//! run against it. Rows of metrics are text, columns of numbers, or both: `row_writer` writes them
//! on a thread of its own, and whoever reads them takes `metric_rows`.

pub mod event;
pub mod rows;
pub mod states;
pub mod step_watch;
pub mod systems;
pub mod manifest;
pub mod lines;
pub mod claim;
mod hashed;
mod row_block;
mod parquet_names;
mod parquet_part;
mod parquet_read;
mod parquet_parts;
pub mod metric_rows;
mod row_writer;
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
pub use metric_rows::{MetricRows, RowForm};
pub use row_block::RowBlock;
pub use rows::{Columns, MetricRow};
pub use saved::{SavedError, SavedRun};
pub use step_watch::{StepWarning, StepWatch};
pub use systems::{RecordPlugin, RunCounts, RunRecords};
