//! The life of a run.

use std::fmt;

use bevy::prelude::Resource;
use serde::{Deserialize, Serialize};

/// Where a run stands. Transitions: Booting → Running ⇄ Paused, Running → SafeStopped by a safety
/// rule, any → Stopped at the end.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum KernelState {
    /// Worlds are being built; no tick has run.
    #[default]
    Booting,
    /// Ticks run.
    Running,
    /// Ticks wait for an operator.
    Paused,
    /// A safety rule ended the run; drives are at zero.
    SafeStopped,
    /// The run is over.
    Stopped,
}

impl KernelState {
    /// Whether a tick may run.
    #[must_use]
    pub fn may_tick(self) -> bool {
        matches!(self, Self::Booting | Self::Running)
    }
}

impl fmt::Display for KernelState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Booting => "booting",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::SafeStopped => "safe-stopped",
            Self::Stopped => "stopped",
        })
    }
}
