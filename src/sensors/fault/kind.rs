//! What a kind of fault says of itself.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::base::random::{KeyedRng, Purpose};
use crate::base::{Problems, Tick};

use super::window::FaultWindow;

/// A sample on its way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Its value; NaN where there is none.
    pub value: f64,
    /// The tick in which it was taken; `None` for one that is held since a tick before.
    pub taken: Option<Tick>,
}

/// Where a fault acts.
#[derive(Clone, Copy, Debug)]
pub struct FaultMoment {
    /// The tick in which the sample was taken.
    pub tick: Tick,
    /// Plant time then, s.
    pub time_s: f64,
    /// Seed of the run.
    pub seed: u64,
    /// What keeps the random numbers of this fault in this channel apart from all others.
    pub stream: u64,
}

impl FaultMoment {
    /// The random numbers of this fault, channel and tick.
    #[must_use]
    pub fn random(&self) -> KeyedRng {
        KeyedRng::new(self.seed, Purpose::Sensor, self.stream, self.tick)
    }
}

/// A kind of fault: one file, and one line in the list of [`FaultSpec`](super::FaultSpec).
pub trait FaultKind {
    /// Collects what is wrong with it at `path`, but for its window.
    fn validate(&self, problems: &mut Problems, path: &str);

    /// When it acts.
    fn window(&self) -> FaultWindow;

    /// What it does, with its numbers, in a few words.
    fn words(&self) -> String;

    /// Acts on a sample within its window. `memory` is the fault's own, and empty at the start.
    fn act(&self, at: &FaultMoment, memory: &mut VecDeque<Sample>, sample: &mut Sample);

    /// Sees a sample outside of its window.
    fn pass(&self, _memory: &mut VecDeque<Sample>, _sample: &Sample) {}

    /// Whether it needs a memory.
    fn remembers(&self) -> bool {
        false
    }
}
