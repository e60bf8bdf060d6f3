//! Watching: the readings of a tick → levels that were crossed → inputs of the next tick.
//!
//! ```text
//! Measure: results of the rooms ─► Readings (what is asked for, of every tick in which it is)
//! Watch  : Readings, watched vertices ─► Crossed (events) and what is done as the next tick begins
//! ```
//!
//! A watch sees readings, never what is recorded: how often a row is written decides nothing.

pub mod setup;
pub mod spec;
pub mod measure;
pub mod streams;
pub mod rules;
pub mod systems;

pub use measure::MeasurePlugin;
pub use rules::{RuleChange, RuleTurn, Rules, Standing};
pub use spec::{Action, CrossingSpec, Watched};
pub use systems::{Crossed, WatchPlugin, WatchState, Watches};
