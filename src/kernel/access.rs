//! What others read of a run.

use bevy::prelude::*;

use crate::base::isa::Isa;
use crate::base::{Cancel, Digest, InputLog, InputRecord, NodeId, TickClock, VertexId};
use crate::bus::Ledger;
use crate::cluster::Aggregator;
use crate::cluster::coordinator::{ClusterState, Placement, RunDigest, total_ledger};
use crate::cluster::link::NodeLinks;
use crate::record::step_watch::StepWatch;
use crate::record::{Batch, RunRecords};
use crate::registry::{LiveParameters, Metrics};
use crate::resonator::durable::vertex_images;
use crate::resonator::{Plant, VertexImage};
use crate::safety::reading::LoopReading;
use crate::scenario::{Blueprint, Scene};
use crate::scheduler::SchedulerState;
use crate::sensors::reading::SensorReading;

use super::simulation::Simulation;
use super::state::KernelState;
use super::state_record::StateRecorder;

impl Simulation {
    /// The inputs that entered since the last call, for the run folder.
    pub fn take_new_inputs(&mut self) -> Vec<InputRecord> {
        std::mem::take(&mut self.new_inputs)
    }

    /// What was recorded since the last call, with the inputs that it follows from.
    pub fn take_records(&mut self) -> Batch {
        let inputs = self.take_new_inputs();
        let states = self.states.as_mut().map(StateRecorder::drain);
        let (states, velocities) = states.unwrap_or_default();
        let mut records = self.records_mut();
        Batch {
            rows: std::mem::take(&mut records.rows),
            events: std::mem::take(&mut records.events),
            commands: std::mem::take(&mut records.commands),
            states,
            velocities,
            inputs,
        }
    }

    /// The flag that ends a step early.
    #[must_use]
    pub fn cancel(&self) -> &Cancel {
        &self.cancel
    }

    /// Whether devices outside are read, so that plant time should keep to wall time.
    #[must_use]
    pub fn reads_outside(&self) -> bool {
        !self.outside.is_empty()
    }

    /// Ticks completed.
    #[must_use]
    pub fn clock(&self) -> TickClock {
        self.clock
    }

    /// The digest after these ticks.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.coordinator.world().resource::<RunDigest>().0
    }

    /// Where the run stands.
    #[must_use]
    pub fn state(&self) -> KernelState {
        self.state
    }

    /// Pauses, resumes or ends the run. A run that stopped safely stays so.
    pub fn set_state(&mut self, state: KernelState) {
        if self.state != KernelState::SafeStopped {
            self.state = state;
        }
    }

    /// Number of worker threads that run nodes.
    #[must_use]
    pub fn workers(&self) -> usize {
        self.workers.count()
    }

    /// The instruction set of the plant's kernels.
    #[must_use]
    pub fn isa(&self) -> Isa {
        self.plant_settings().isa
    }

    /// The scene.
    #[must_use]
    pub fn scene(&self) -> &Scene {
        self.blueprint.scene()
    }

    /// What the run started from.
    #[must_use]
    pub fn blueprint(&self) -> &Blueprint {
        &self.blueprint
    }

    /// The parameters that can be set while it runs.
    #[must_use]
    pub fn parameters(&self) -> &LiveParameters {
        &self.parameters
    }

    /// The table of metrics.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        self.coordinator.world().resource::<Metrics>()
    }

    /// The value in force of a live parameter; `None` when there is none with this path.
    #[must_use]
    pub fn parameter(&self, path: &str) -> Option<f64> {
        let parameter = self.parameters.find(path)?;
        let mut worlds = std::iter::once(&self.coordinator).chain(&self.nodes);
        worlds.find_map(|own| parameter.get(own.world()))
    }

    /// The input log so far.
    #[must_use]
    pub fn log(&self) -> &InputLog {
        &self.log
    }

    /// Signals, Φ and commands of the cluster.
    #[must_use]
    pub fn cluster(&self) -> &ClusterState {
        self.coordinator.world().resource::<ClusterState>()
    }

    /// Mask and field of the cluster.
    #[must_use]
    pub fn aggregator(&self) -> &Aggregator {
        self.coordinator.world().resource::<Aggregator>()
    }

    /// Modelled loads of the nodes.
    #[must_use]
    pub fn scheduler(&self) -> &SchedulerState {
        self.coordinator.world().resource::<SchedulerState>()
    }

    /// What is known of steps that are too long.
    #[must_use]
    pub fn step_watch(&self) -> &StepWatch {
        self.coordinator.world().resource::<StepWatch>()
    }

    /// The node of each vertex.
    #[must_use]
    pub fn placement(&self) -> &[NodeId] {
        &self.coordinator.world().resource::<Placement>().0
    }

    /// What became of all envelopes.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        total_ledger(self.coordinator.world().resource::<NodeLinks>())
    }

    /// Rows, events and commands that were recorded and not yet taken.
    pub fn records_mut(&mut self) -> Mut<'_, RunRecords> {
        self.coordinator.world_mut().resource_mut::<RunRecords>()
    }

    /// Every vertex as it is now, with its row, ascending.
    pub fn vertex_images(&mut self) -> Vec<VertexImage> {
        let nodes = self.nodes.iter_mut();
        let mut all: Vec<VertexImage> = nodes.flat_map(|n| vertex_images(n.world_mut())).collect();
        all.sort_by_key(|image| image.vertex);
        all
    }

    /// State of every vertex in order of ids, as (θ, 0), (θ, θ′), (x, v) or (x, y).
    #[must_use]
    pub fn vertex_states(&self) -> Vec<[f64; 2]> {
        let mut states = vec![[f64::NAN; 2]; self.blueprint.scene().vertices()];
        for node in &self.nodes {
            let plant = node.world().resource::<Plant>();
            for (slot, vertex) in plant.ids().iter().enumerate() {
                states[vertex.index()] = plant.state(slot);
            }
        }
        states
    }

    /// State of a vertex; `None` when there is no such vertex.
    #[must_use]
    pub fn vertex_state(&self, vertex: VertexId) -> Option<[f64; 2]> {
        let node = self.nodes.get(self.owner(vertex)?.index())?;
        let plant = node.world().resource::<Plant>();
        Some(plant.state(plant.slot_of(vertex)?))
    }

    /// Every control loop where it lives, by number.
    pub fn loops(&mut self) -> Vec<LoopReading> {
        let nodes = self.nodes.iter_mut().map(|node| node.world_mut());
        let mut found: Vec<LoopReading> = nodes.flat_map(LoopReading::all).collect();
        found.sort_by_key(|reading| reading.control.index);
        found
    }

    /// What every scope has of the sensors, in the order of scopes.
    pub fn sensors(&mut self) -> Vec<SensorReading> {
        let channels = &self.blueprint.channels;
        let sensor_of = |channel: u32| channels.get(channel as usize).map(|own| own.sensor);
        let nodes = self.nodes.iter_mut().map(|node| node.world_mut());
        let mut found: Vec<SensorReading> = nodes
            .flat_map(|world| SensorReading::all(world, sensor_of))
            .collect();
        found.sort_by_key(|own| (own.scope, own.sensor));
        found
    }

    /// Envelopes that wait in each node's links: from the node, and to it.
    #[must_use]
    pub fn queues(&self) -> Vec<(u64, u64)> {
        let links = &self.coordinator.world().resource::<NodeLinks>().0;
        let pairs = links.iter();
        pairs
            .map(|(up, down)| (up.ledger().in_flight, down.ledger().in_flight))
            .collect()
    }

    /// A node's World, to look at.
    pub(crate) fn look(&mut self, node: NodeId) -> Option<&mut World> {
        self.nodes
            .get_mut(node.index())
            .map(|node| node.world_mut())
    }

    /// A node's World, for systems and tests of users.
    pub fn node_world(&mut self, node: NodeId) -> Option<&mut World> {
        self.reshaped();
        self.nodes
            .get_mut(node.index())
            .map(|node| node.world_mut())
    }

    /// The coordinator's World, for tests of users.
    pub fn coordinator_world(&mut self) -> &mut World {
        self.coordinator.world_mut()
    }

    /// The node that a vertex lives on.
    #[must_use]
    pub fn owner(&self, vertex: VertexId) -> Option<NodeId> {
        self.placement().get(vertex.index()).copied()
    }
}
