//! Actuation: `SafeCommand` → `Drive` of each population, and actuator devices.
//!
//! Here the circle closes, and only here: nobody else writes a `Drive`. A command that passed the
//! gate in tick t acts from tick t + 1. While safety holds, drives stay as they are; after a stop
//! they are zero.

pub mod device;
pub mod lines;
pub mod spec;
pub mod systems;

pub use device::{ActuatorDevice, MountedActuator, Recorder};
pub use spec::{ActuatorKind, ActuatorSpec};
pub use systems::{ActiveCommands, ActuationPlugin};
