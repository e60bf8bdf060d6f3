//! Channels, their fragments on the way home, and the merged frame.

use std::sync::Arc;

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::{ExactSum, PopulationId, Tick, VertexId};
use crate::field::place::FieldPlace;
use crate::registry::Key;

use super::fault::FaultSpec;
use super::fault::kind::Sample;
use super::fault::memory::FaultMemory;
use super::health::{FrameHealth, Jitter};

/// Where a channel's samples come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ChannelSource {
    /// One vertex: cos θ, or x.
    Vertex(VertexId),
    /// The mean of that over a population.
    Mean(PopulationId),
    /// Column `column` of the device of sensor number `sensor`, read by the simulation.
    Device {
        /// Index of the sensor in the scene.
        sensor: u32,
        /// Column of the device.
        column: u32,
    },
    /// The field at a point or over a box.
    Field(FieldPlace),
    /// A reading that enters as an input.
    External,
}

/// A channel: one per sampled quantity, replicated on every node.
#[derive(Component, Clone, Debug, PartialEq)]
pub struct Channel {
    /// Its number over all sensors in scene order.
    pub index: u32,
    /// Number of its sensor in the scene.
    pub sensor: u32,
    /// Name, for example `probe[17]`.
    pub name: String,
    /// Where its samples come from.
    pub source: ChannelSource,
    /// The population whose signal engine reads it.
    pub scope: PopulationId,
    /// Standard deviation of the sensor's own noise, in the channel's unit.
    pub noise: f64,
    /// The faults of the sensor, in their order.
    pub faults: Arc<[FaultSpec]>,
    /// Number of the unit of Φ that it is, if any.
    pub phi_unit: Option<u32>,
}

impl Key for Channel {
    const KIND: &'static str = "channel";

    fn key(&self) -> u64 {
        u64::from(self.index)
    }
}

/// The last value of an external channel, held until the next.
#[derive(Component, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldReading(pub f64);

/// How the readings of an external channel come.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadingTimes {
    /// Whether one came in this tick.
    pub is_new: bool,
    /// How unevenly they come.
    pub jitter: Jitter,
}

/// Ticks over which coverage is told.
#[derive(Resource, Clone, Copy, Debug)]
pub struct CoverageTicks(pub usize);

/// What the faults of a channel remember, at the home of its scope.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChannelMemory(pub FaultMemory);

/// The same where the observer of Φ reads the channel, and its scope is not at home.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ObserverMemory(pub FaultMemory);

/// What one node knows of a channel's sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SamplePart {
    /// All of it, taken in this tick.
    Value(f64),
    /// All of it, held since a tick before.
    Held(f64),
    /// The sum over this node's members, and their number.
    Sum(ExactSum, u64),
}

/// A sample, or this node's share of one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleFragment {
    /// The channel.
    pub channel: u32,
    /// The share.
    pub part: SamplePart,
}

/// The samples taken on this node in this tick, ascending by channel.
#[derive(Resource, Clone, Debug, Default)]
pub struct LocalSamples(pub Vec<SampleFragment>);

/// The fragments of the tick before that arrived on this node, ascending by channel and source.
#[derive(Resource, Clone, Debug, Default)]
pub struct ArrivedSamples(pub Vec<SampleFragment>);

/// A sample of a channel as it arrived at the home of its scope.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MergedSample {
    /// The channel.
    pub channel: u32,
    /// The sample; NaN where there is no reading.
    pub sample: Sample,
}

/// The merged samples on this node, ascending by channel.
#[derive(Resource, Clone, Debug, Default)]
pub struct MergedSamples(pub Vec<MergedSample>);

impl MergedSamples {
    /// The value of a channel, where it is merged here.
    #[must_use]
    pub fn value(&self, channel: u32) -> Option<f64> {
        let found = self.0.binary_search_by_key(&channel, |own| own.channel);
        found.ok().map(|at| self.0[at].sample.value)
    }
}

/// The merged samples of a population's channels.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SensorFrame {
    /// The channels, ascending.
    pub channels: Vec<u32>,
    /// One value for each; NaN where the channel gave none.
    pub values: Vec<f64>,
    /// Whether the values are of the tick before this one.
    pub fresh: bool,
    /// The tick in which they were taken, unless a channel says otherwise; 0 before the first.
    pub taken_at: Tick,
    /// Time stamps, gaps and jitter of each channel.
    pub health: FrameHealth,
}

/// Merges the fragments of one channel, taken in tick `tick`: the value, or the mean of all shares;
/// NaN without any.
#[must_use]
pub fn merge(fragments: &[SampleFragment], tick: Tick) -> Sample {
    let mut total = ExactSum::default();
    let mut count = 0;
    let taken = Some(tick);
    for fragment in fragments {
        match &fragment.part {
            SamplePart::Value(value) => {
                let value = *value;
                return Sample { value, taken };
            }
            SamplePart::Held(value) => {
                let (value, taken) = (*value, None);
                return Sample { value, taken };
            }
            SamplePart::Sum(sum, members) => {
                total.merge(sum);
                count += members;
            }
        }
    }
    let value = match count {
        0 => f64::NAN,
        count => total.value() / count as f64,
    };
    Sample { value, taken }
}
