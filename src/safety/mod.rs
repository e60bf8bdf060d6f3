//! The safety kernel: `ControlCommand` → `SafeCommand`, or a `SafetyAlert`.
//!
//! Every command passes one gate: it must be finite and its magnitude must not exceed
//! `safety.max_energy`. The field's modes and the resonators' displacements must stay within
//! `safety.max_amplitude`. What exceeds is rejected (the last safe command stays) or clamped. Each
//! rule has a severity: a warning is written down, a hold freezes the drive of every node, a stop
//! ends the run safely. Only this room can make a [`SafeCommand`].

pub mod gate;
pub mod alarm;
pub mod barrier;
pub mod simplex;
pub mod alert;
pub mod parameters;
pub mod reading;
pub mod readings;
pub mod setup;
pub mod spec;
pub mod systems;

pub use alert::{Rule, SafetyAlert, Severity};
pub use gate::{GateVerdict, OnExcess, gate};
pub use spec::SafetySpec;
pub use systems::{
    Alerts, GuardState, LatestSafe, SafeCommand, SafetyHold, SafetyKernel, SafetyPlugin,
};
