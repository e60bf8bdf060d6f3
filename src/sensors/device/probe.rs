//! Single vertices of the plant as a sensor.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{PopulationId, Problems};
use crate::registry::selection::Selection;
use crate::registry::site::PopulationRanges;
use crate::sensors::channel::ChannelSource;

use super::kind::{DeviceFacts, DeviceFault, DeviceKind, DeviceOpening, Opened, PlantChannel};

/// cos θ or x of chosen vertices, one channel each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProbeSpec {
    /// Which vertices.
    #[serde(default)]
    pub vertices: Selection,
}

impl DeviceKind for ProbeSpec {
    fn validate(&self, problems: &mut Problems, path: &str, facts: &DeviceFacts) {
        let path = format!("{path}.vertices");
        self.vertices.validate(problems, &path, facts.populations);
    }

    fn count(&self, populations: &PopulationRanges) -> Option<usize> {
        Some(match &self.vertices {
            Selection::All => populations.iter().map(|range| range.count).sum(),
            Selection::Spread(count) => *count,
            other => other.resolve(populations).len(),
        })
    }

    fn open(&self, opening: &mut DeviceOpening) -> Result<Opened, DeviceFault> {
        let vertices = self.vertices.resolve(opening.populations);
        let channels = vertices.into_iter().map(|vertex| PlantChannel {
            label: vertex.0.to_string(),
            source: ChannelSource::Vertex(vertex),
            scope: PopulationId::CLUSTER,
        });
        Ok(Opened::Plant(channels.collect()))
    }
}
