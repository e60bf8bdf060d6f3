//! The scene: RON text → validated `Scene` → `Blueprint` with every vertex, channel and placement.
//!
//! The schema is made of the rooms' own specs. Reading reports all problems at once, each with
//! line, column, path and what was expected.

pub mod text;
pub mod assertion;
pub mod scene;
pub mod report;
pub mod overrides;
pub mod files;
pub mod load;
pub mod parts;
pub mod delays;
pub mod judge;
pub mod blueprint;
pub mod parameters;
pub mod schedule;

pub use assertion::{Assertion, Statistic};
pub use blueprint::Blueprint;
pub use files::FileAccess;
pub use load::{LoadedScene, load, parse};
pub use parameters::live_parameters;
pub use report::SceneError;
pub use scene::Scene;
