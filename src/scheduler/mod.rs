//! The topology scheduler: modelled loads → moves of vertices between nodes.
//!
//! Load is an integer cost model over a declared capacity; measured processor time never decides,
//! so a run repeats. The moves of a tick are handed off between it and the next, and change no bit
//! of the run.

pub mod load;
pub mod policy;
pub mod readings;
pub mod spec;
pub mod systems;

pub use policy::{Move, Policy, SchedulerPolicy, Situation};
pub use spec::{SchedulerSpec, ScriptedMove};
pub use systems::{PlannedMoves, SchedulerPlugin, SchedulerState};
