//! The kernel: boot and lifecycle. Blueprint → node Worlds and coordinator → ticks → digest.
//!
//! A [`Simulation`] is a plain value. A headless runner or a worker thread drives it; front ends
//! reach it only by inputs in and views out, so no frame ever waits for a tick.

pub mod state;
pub mod workers;
pub mod options;
pub mod node;
pub mod assembly;
pub mod outside;
pub mod picture;
pub mod simulation;
mod evolve;
pub mod access;
pub mod snapshot;
pub mod frames;
pub mod history;
pub mod lyapunov;
pub mod runner;
pub mod plugins;

pub use history::{Branch, History};
pub use options::SimOptions;
pub use plugins::PhantomPlugins;
pub use simulation::{SimError, Simulation};
pub use state::KernelState;
