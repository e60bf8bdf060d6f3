//! The field at points and over boxes as a sensor.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{PopulationId, Problems};
use crate::field::place::FieldPlace;
use crate::registry::site::PopulationRanges;
use crate::sensors::channel::ChannelSource;

use super::kind::{DeviceFacts, DeviceFault, DeviceKind, DeviceOpening, Opened, PlantChannel};

/// The field at points, or its mean over boxes, one channel each; as it is when a tick begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldProbeSpec {
    /// The points and boxes.
    pub at: Vec<FieldPlace>,
}

impl DeviceKind for FieldProbeSpec {
    fn validate(&self, problems: &mut Problems, path: &str, facts: &DeviceFacts) {
        problems.count(&format!("{path}.at"), self.at.len() as u64, 1, 4096);
        for (k, place) in self.at.iter().enumerate() {
            place.validate(problems, &format!("{path}.at[{k}]"));
        }
        if !facts.field.kind.is_on() {
            problems.add(
                path,
                "a Field sensor in a scene without a field, expected field: (kind: …)",
            );
        }
    }

    fn count(&self, _: &PopulationRanges) -> Option<usize> {
        Some(self.at.len())
    }

    fn open(&self, _: &mut DeviceOpening) -> Result<Opened, DeviceFault> {
        let channels = self.at.iter().map(|place| PlantChannel {
            label: place.label(),
            source: ChannelSource::Field(*place),
            scope: PopulationId::CLUSTER,
        });
        Ok(Opened::Plant(channels.collect()))
    }
}
