//! The halo exchange: what vertices show to their neighbours on other nodes, after each stage.

use bevy::prelude::*;

use crate::base::{NodeId, VertexId};
use crate::dynamics::dense::MeanSum;
use crate::resonator::Plant;
use crate::resonator::plant::Seen;
use crate::resonator::systems::PlantEpoch;

/// What has a World with a plant.
pub trait HasWorld {
    /// The World.
    fn world(&self) -> &World;
    /// The World, to write to.
    fn world_mut(&mut self) -> &mut World;
}

/// One directed path: slots of `from` that fill halo slots of `to`.
#[derive(Clone, Debug)]
struct Route {
    from: usize,
    to: usize,
    sources: Vec<u32>,
    targets: Vec<u32>,
    buffer: Vec<Seen>,
}

/// All paths of the cluster, for plants of known epochs.
#[derive(Clone, Debug, Default)]
pub struct HaloRoutes {
    routes: Vec<Route>,
    epochs: Vec<u64>,
}

impl HaloRoutes {
    /// Whether the routes fit the plants as they are gathered now.
    #[must_use]
    pub fn fit(&self, nodes: &[impl HasWorld]) -> bool {
        self.epochs.len() == nodes.len()
            && nodes
                .iter()
                .zip(&self.epochs)
                .all(|(node, epoch)| node.world().resource::<PlantEpoch>().0 == *epoch)
    }

    /// Finds for each vertex of each halo the node that owns it.
    ///
    /// # Errors
    /// When a source of an edge lives on no node.
    pub fn build(nodes: &[impl HasWorld], owners: &[NodeId]) -> Result<Self, String> {
        let mut routes: Vec<Route> = Vec::new();
        for (to, node) in nodes.iter().enumerate() {
            let plant = node.world().resource::<Plant>();
            for (from, exporter) in nodes.iter().enumerate() {
                let exporter = exporter.world().resource::<Plant>();
                let (mut sources, mut targets) = (Vec::new(), Vec::new());
                for (k, vertex) in plant.halo.iter().enumerate() {
                    if owners.get(vertex.index()).map(|node| node.index()) != Some(from) {
                        continue;
                    }
                    let slot = exporter
                        .slot_of(*vertex)
                        .ok_or_else(|| lost(*vertex, from))?;
                    sources.push(slot as u32);
                    targets.push((plant.len() + k) as u32);
                }
                if !sources.is_empty() {
                    routes.push(Route {
                        from,
                        to,
                        buffer: vec![[0.0; 2]; sources.len()],
                        sources,
                        targets,
                    });
                }
            }
            let served: usize = routes
                .iter()
                .filter(|route| route.to == to)
                .map(|route| route.targets.len())
                .sum();
            if served != plant.halo.len() {
                return Err(format!(
                    "node{to} needs {} vertices of other nodes, {served} of them have an owner",
                    plant.halo.len()
                ));
            }
        }
        let epochs = nodes
            .iter()
            .map(|node| node.world().resource::<PlantEpoch>().0)
            .collect();
        Ok(Self { routes, epochs })
    }

    /// Copies what the vertices of all halos show.
    pub fn exchange(&mut self, nodes: &mut [impl HasWorld]) {
        if self.routes.is_empty() {
            return;
        }
        // A World is asked for its plant once, whatever its number of routes.
        for (from, node) in nodes.iter().enumerate() {
            let plant = node.world().resource::<Plant>();
            for route in self.routes.iter_mut().filter(|own| own.from == from) {
                for (cell, slot) in route.buffer.iter_mut().zip(&route.sources) {
                    *cell = plant.dense.shown(*slot as usize);
                }
            }
        }
        for (to, node) in nodes.iter_mut().enumerate() {
            let mut plant = node.world_mut().resource_mut::<Plant>();
            for route in self.routes.iter().filter(|own| own.to == to) {
                for (cell, slot) in route.buffer.iter().zip(&route.targets) {
                    plant.dense.set_shown(*slot as usize, *cell);
                }
            }
        }
    }

    /// Brings the means that vertices feel over whole populations to every node.
    pub fn exchange_means(nodes: &mut [impl HasWorld]) {
        let mut sums: Vec<(MeanSum, u64)> = Vec::new();
        for node in nodes.iter() {
            for (k, (sum, count)) in node.world().resource::<Plant>().dense.sums().enumerate() {
                if sums.len() <= k {
                    sums.resize(k + 1, (MeanSum::default(), 0));
                }
                sums[k].0.merge(sum);
                sums[k].1 += count;
            }
        }
        for node in nodes {
            let mut plant = node.world_mut().resource_mut::<Plant>();
            plant
                .dense
                .set_means(sums.iter().map(|(sum, count)| sum.mean(*count)));
        }
    }
}

fn lost(vertex: VertexId, node: usize) -> String {
    format!("vertex {vertex} should live on node{node} but does not")
}
