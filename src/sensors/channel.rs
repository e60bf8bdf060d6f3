//! Channels, their fragments on the way home, and the merged frame.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::{ExactSum, PopulationId, VertexId};
use crate::registry::Key;

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
    /// Number of the unit of Φ that it is, if any.
    pub phi_unit: Option<u32>,
}

impl Key for Channel {
    fn key(&self) -> u64 {
        u64::from(self.index)
    }
}

/// The last value of an external channel, held until the next.
#[derive(Component, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldReading(pub f64);

/// What one node knows of a channel's sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SamplePart {
    /// All of it.
    Value(f64),
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

/// The merged samples on this node as (channel, value), ascending; NaN where there is no reading.
#[derive(Resource, Clone, Debug, Default)]
pub struct MergedSamples(pub Vec<(u32, f64)>);

/// The merged samples of a population's channels.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SensorFrame {
    /// The channels, ascending.
    pub channels: Vec<u32>,
    /// One value for each; NaN where the channel gave none.
    pub values: Vec<f64>,
    /// Whether the values are of the tick before this one.
    pub fresh: bool,
}

/// Merges the fragments of one channel: the value, or the mean of all shares; NaN without any.
#[must_use]
pub fn merge(fragments: &[SampleFragment]) -> f64 {
    let mut total = ExactSum::default();
    let mut count = 0;
    for fragment in fragments {
        match &fragment.part {
            SamplePart::Value(value) => return *value,
            SamplePart::Sum(sum, members) => {
                total.merge(sum);
                count += members;
            }
        }
    }
    if count == 0 {
        f64::NAN
    } else {
        total.value() / count as f64
    }
}
