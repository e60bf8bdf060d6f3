//! Means over populations of the plant as a sensor.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{PopulationId, Problems};
use crate::registry::site::{PopulationRanges, find_scope, unknown_scope};
use crate::sensors::channel::ChannelSource;

use super::kind::{DeviceFacts, DeviceFault, DeviceKind, DeviceOpening, Opened, PlantChannel};

/// The mean of cos θ or x over each of the named populations; of all when none is named.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeanSpec {
    /// Names of populations.
    #[serde(default)]
    pub populations: Vec<String>,
}

impl DeviceKind for MeanSpec {
    fn validate(&self, problems: &mut Problems, path: &str, facts: &DeviceFacts) {
        for (k, name) in self.populations.iter().enumerate() {
            let found = find_scope(name, facts.populations);
            if found.is_none_or(|id| id == PopulationId::CLUSTER) {
                let path = format!("{path}.populations[{k}]");
                unknown_scope(problems, &path, name, facts.populations);
            }
        }
    }

    fn count(&self, populations: &PopulationRanges) -> Option<usize> {
        Some(match self.populations.len() {
            0 => populations.len(),
            named => named,
        })
    }

    fn open(&self, opening: &mut DeviceOpening) -> Result<Opened, DeviceFault> {
        let populations = opening.populations;
        let named = self.populations.iter();
        let named: BTreeSet<usize> = named.filter_map(|own| populations.position(own)).collect();
        let wanted = populations.iter().enumerate();
        let wanted = wanted.filter(|(k, _)| self.populations.is_empty() || named.contains(k));
        let channels = wanted.map(|(k, population)| {
            let scope = PopulationId((k + 1) as u16);
            PlantChannel {
                label: population.name.clone(),
                source: ChannelSource::Mean(scope),
                scope,
            }
        });
        Ok(Opened::Plant(channels.collect()))
    }

    fn is_read_by(&self, scope: &str) -> bool {
        let named = self.populations.is_empty() || self.populations.iter().any(|own| own == scope);
        scope != "cluster" && named
    }
}
