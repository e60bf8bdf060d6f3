//! Orders of safety to loops.

use serde::{Deserialize, Serialize};

/// What a rule of safety orders of loops.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// They give the output of their fall-back, or of their law again.
    FallBack(bool),
    /// The magnitude of their commands is clamped to a limit, or is not any more.
    Clamp(Option<f64>),
}
