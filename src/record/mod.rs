//! What a run leaves behind: rows of metrics, events with their causes, commands, the input log and
//! a manifest, in one run folder that stays readable if the run is cut short.

pub mod rows;
pub mod systems;
pub mod crossings;
pub mod folder;
pub mod utc;
pub mod npy;
pub mod table;

pub use folder::{Ending, RunFolder};
pub use rows::{EventRecord, METRIC_COLUMNS, MetricRow};
pub use systems::{RecordPlugin, RunCounts, RunRecords};
