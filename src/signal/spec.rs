//! The scene's `signal` part.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

/// Window and segments of the signal engine, in samples; there is one sample per tick.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SignalSpec {
    /// Samples in the window, W.
    pub window: usize,
    /// Samples in a Welch segment, n ≤ W.
    pub segment: usize,
    /// Ticks between two results.
    pub hop: u64,
}

impl Default for SignalSpec {
    fn default() -> Self {
        Self {
            window: 256,
            segment: 128,
            hop: 8,
        }
    }
}

impl SignalSpec {
    /// Collects what is wrong with this part of a scene.
    pub fn validate(&self, problems: &mut Problems) {
        problems.count("signal.window", self.window as u64, 8, 1 << 20);
        problems.count("signal.segment", self.segment as u64, 8, self.window as u64);
        problems.count("signal.hop", self.hop, 1, 1 << 20);
    }
}
