//! `Feedback`: what the aggregator tells the controllers.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::Tick;

/// A suggestion for adaptive controllers, formed from the state of the whole cluster.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feedback {
    /// Factor by which gains should change: above one while the cluster is less coherent than its
    /// target.
    pub suggested_gain: f64,
    /// The tick of the state that it was formed from.
    pub tick: Tick,
}

impl Default for Feedback {
    fn default() -> Self {
        Self {
            suggested_gain: 1.0,
            tick: 0,
        }
    }
}

impl Feedback {
    /// The suggestion s = 1 + β (R* − R).
    #[must_use]
    pub fn suggest(coherence: f64, target: f64, rate: f64, tick: Tick) -> Self {
        Self {
            suggested_gain: 1.0 + rate * (target - coherence),
            tick,
        }
    }
}
