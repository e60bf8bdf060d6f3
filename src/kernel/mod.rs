//! The kernel: boot and lifecycle. Blueprint → node Worlds and coordinator → ticks → digest.
//!
//! A [`Simulation`] is a plain value. A [`Session`] drives it, headless or on a worker thread;
//! front ends reach it only by inputs in and views out, so no frame ever waits for a tick.

pub mod state;
pub mod workers;
pub mod options;
pub mod node;
pub mod assembly;
pub mod outside;
pub mod picture;
pub mod state_record;
pub mod simulation;
mod evolve;
mod quarantine;
mod step_check;
mod step_schedule;
pub mod access;
pub mod sensed;
pub mod snapshot;
pub mod record_views;
pub mod frames;
pub mod history;
pub mod lyapunov;
pub mod statistics;
pub mod session;
pub mod repeat;
pub mod plugins;

pub use history::{Branch, History};
pub use options::SimOptions;
pub use plugins::PhantomPlugins;
pub use session::{Observer, Outcome, RunError, Session};
pub use simulation::{SimError, Simulation};
pub use state::KernelState;
pub use statistics::{Statistics, Verdict};
