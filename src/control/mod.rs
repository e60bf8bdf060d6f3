//! Control: `SystemState` and `Feedback` → `ControlCommand`.
//!
//! A loop measures one number of its scope, compares it with a setpoint and asks for a change of
//! one entry of the plant's drive. Laws: PID (parallel gains, filtered derivative, anti-windup) and
//! `Original`, 0.5 · (1 − coherence). Either may be adaptive: its output is multiplied by a gain that
//! follows the aggregator's suggestion in bounded steps, and a temperature that follows the entropy
//! sets additional noise. A loop acts only on valid values and holds its command otherwise; what
//! may reach the plant is for `safety` to decide.

pub mod pid;
pub mod original;
pub mod feedback;
pub mod parameters;
pub mod setup;
pub mod spec;
pub mod systems;

pub use feedback::Feedback;
pub use original::{AdaptiveSpec, AdaptiveState};
pub use pid::{AntiWindup, PidSpec, PidState};
pub use spec::{ControlSpec, Law, LoopSpec, Measure, Output};
pub use systems::{ControlCommand, ControlEnabled, ControlLoop, ControlPlugin, LoopState};
