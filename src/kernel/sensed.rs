//! What sensors saw in the last tick, by scope.

use bevy::prelude::Component;

use crate::base::{NodeId, PopulationId, Tick};
use crate::registry::KeyIndex;
use crate::resonator::Population;
use crate::sensors::SensorFrame;
use crate::signal::SignalWindows;

use super::simulation::Simulation;

/// Ticks from the one in which a sample is taken to the one after which it is known.
pub const LATE_TICKS: Tick = 2;

/// A scope that sensors look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SensedScope {
    /// Population, or "cluster".
    pub name: String,
    /// Its number.
    pub id: PopulationId,
    /// The node on which its signals are measured.
    pub node: NodeId,
    /// Names of its channels, in the order of its frames.
    pub channels: Vec<String>,
}

/// The scopes of a simulation that sensors look at, by number.
#[must_use]
pub fn sensed_scopes(simulation: &mut Simulation) -> Vec<SensedScope> {
    let blueprint = simulation.blueprint();
    let mut ids: Vec<PopulationId> = blueprint.channels.iter().map(|own| own.scope).collect();
    ids.sort_unstable();
    ids.dedup();
    let populations = &simulation.scene().populations;
    let scopes = ids.into_iter().map(|id| {
        let own = blueprint.channels.iter().filter(|own| own.scope == id);
        let name = match id.index().checked_sub(1) {
            None => "cluster".to_owned(),
            Some(at) => populations
                .get(at)
                .map_or(String::new(), |p| p.name.clone()),
        };
        SensedScope {
            name,
            id,
            node: NodeId(0),
            channels: own.map(|own| own.name.clone()).collect(),
        }
    });
    let mut scopes: Vec<SensedScope> = scopes.collect();
    let nodes = simulation.scene().cluster.nodes;
    scopes.retain_mut(|own| {
        let mut nodes = (0..nodes).map(NodeId);
        let home = nodes.find(|node| {
            own.node = *node;
            own.part::<SignalWindows>(simulation).is_some()
        });
        home.is_some()
    });
    scopes
}

impl SensedScope {
    /// What its population has on its home node.
    #[must_use]
    pub fn part<'a, C: Component>(&self, simulation: &'a mut Simulation) -> Option<&'a C> {
        let world = simulation.look(self.node)?;
        let populations = world.get_resource::<KeyIndex<Population>>()?;
        let entity = populations.entity(u64::from(self.id.0))?;
        world.get::<C>(entity)
    }

    /// The samples that the last tick brought, of so many channels at most; `None` without any.
    #[must_use]
    pub fn frame(&self, simulation: &mut Simulation, channels: usize) -> Option<Vec<f64>> {
        let frame = self.part::<SensorFrame>(simulation)?;
        let few = frame.values.len().min(channels);
        frame.fresh.then(|| frame.values[..few].to_vec())
    }
}
