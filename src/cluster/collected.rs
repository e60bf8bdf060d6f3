//! What the coordinator collects in a tick.

use std::collections::BTreeMap;

use bevy::prelude::*;

use crate::base::{PopulationId, Tick};
use crate::registry::stream::StreamSums;
use crate::resonator::observe::PlantSums;
use crate::safety::{SafeCommand, SafetyAlert};
use crate::signal::SystemState;

use super::events::NodeReport;

/// What was collected in this tick.
#[derive(Resource, Clone, Debug, Default)]
pub struct Collected {
    /// The nodes' reports, ascending by node.
    pub reports: Vec<NodeReport>,
    /// Alerts as the nodes raised them.
    pub raised: Vec<SafetyAlert>,
    /// Alerts that are new for the cluster.
    pub alerts: Vec<SafetyAlert>,
    /// Commands that passed the gate.
    pub commands: Vec<SafeCommand>,
    /// Commands that took effect at actuators.
    pub actuated: Vec<(Tick, SafeCommand)>,
    /// States that are new in this tick.
    pub states: Vec<(PopulationId, SystemState)>,
    /// Whether a report of Φ is new in this tick.
    pub phi_fresh: bool,
    /// Whether a refusal of Φ is new in this tick.
    pub phi_refused: bool,
}

impl Collected {
    /// What the nodes saw of each population's plant, and of all of it.
    #[must_use]
    pub fn plants(&self) -> BTreeMap<PopulationId, PlantSums> {
        let mut merged: BTreeMap<PopulationId, PlantSums> = BTreeMap::new();
        for (population, sums) in self.reports.iter().flat_map(|report| &report.plants) {
            for scope in [*population, PopulationId::CLUSTER] {
                merged.entry(scope).or_default().merge(sums);
            }
        }
        merged
    }

    /// The sums that metrics of users ask for, of each population and of all of them.
    #[must_use]
    pub fn streams(&self) -> BTreeMap<PopulationId, StreamSums> {
        let mut merged: BTreeMap<PopulationId, StreamSums> = BTreeMap::new();
        for (population, sums) in self.reports.iter().flat_map(|report| &report.streams) {
            for scope in [*population, PopulationId::CLUSTER] {
                merged.entry(scope).or_default().merge(sums);
            }
        }
        merged
    }
}
