//! The safety kernel: `ControlCommand` → `SafeCommand`, or a `SafetyAlert`.
//!
//! Every command passes one gate: it must be finite and its magnitude must not exceed
//! `safety.max_energy`. The field's modes and the resonators' displacements must stay within
//! `safety.max_amplitude`. What exceeds is rejected (the last safe command stays) or clamped. Each
//! rule has a severity: a warning is written down, a hold freezes the drive of every node, a stop
//! ends the run safely. Only this room can make a [`SafeCommand`].
//!
//! Filters as mathematics apart from the ECS: `gate`, `alarm` (deadband, delays, latch), `barrier`
//! (the nearest command that keeps barriers) and `simplex` (the switch of run-time assurance).

pub mod gate;
pub mod command;
pub mod alarm;
pub mod barrier;
pub mod simplex;
pub mod answer;
pub mod alert;
pub mod rule;
pub mod barrier_spec;
pub mod spec;
pub mod contradictions;
pub mod state;
pub mod guard;
pub mod parameters;
pub mod reading;
pub mod readings;
pub mod setup;
pub mod systems;

pub use alert::{Rule, SafetyAlert, Severity};
pub use barrier_spec::{BarrierSpec, Bound};
pub use command::Acted;
pub use gate::{GateVerdict, OnExcess, gate};
pub use guard::GuardState;
pub use rule::{Grade, Missing, Reaction, RuleSpec, WatchdogSpec};
pub use spec::{OnNonFinite, SafetySpec};
pub use state::{Alerts, LatestSafe, SafeCommand, SafetyHold, SafetyKernel};
pub use systems::SafetyPlugin;
