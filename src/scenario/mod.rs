//! The scene: RON text → validated `Scene` → `Blueprint` with every vertex, channel and placement.
//!
//! The schema is made of the rooms' own specs. Reading reports all problems at once, each with
//! line, column, path and what was expected. Texts of an older version are rewritten first.

pub mod text;
pub mod statistic;
pub mod assertion;
pub mod assertion_judge;
pub mod record_spec;
pub mod view_spec;
pub mod figure_spec;
pub mod scene;
pub mod scene_files;
pub mod validate;
pub mod report;
pub mod overrides;
pub mod shipped;
pub mod files;
pub mod migrate;
pub mod load;
pub mod parts;
pub mod schema;
pub mod demand;
pub mod delays;
mod trouble;
pub mod inputs;
pub mod devices;
pub mod parameter_files;
pub mod judge;
pub mod blueprint;
pub mod step_remarks;
pub mod parameters;
pub mod schedule;

pub use assertion::Assertion;
pub use assertion_judge::{Failure, Judge, Judgement, Standing};
pub use blueprint::Blueprint;
pub use demand::demand;
pub use figure_spec::FigureSpec;
pub use files::FileAccess;
pub use inputs::{InputFile, Inputs};
pub use load::{LoadedScene, load, parse};
pub use migrate::{Migrated, migrate};
pub use parameters::live_parameters;
pub use parts::Parts;
pub use report::SceneError;
pub use scene::Scene;
pub use statistic::{Column, Statistic};
pub use view_spec::ViewSpec;
