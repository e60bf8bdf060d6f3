//! `Simulation`: the Worlds of one run, tick by tick.

use bevy::app::SubApp;
use bevy::prelude::*;
use thiserror::Error;

use crate::base::{Digest, Input, InputLog, InputRecord, NodeId, Tick, TickClock, VertexId};
use crate::bus::{Address, Ledger};
use crate::cluster::coordinator::{
    ClusterField, ClusterState, NewInputs, NodeLinks, Outgoing, Placement, total_ledger,
};
use crate::cluster::handoff::DepartOrders;
use crate::cluster::{Aggregator, DistributedEvent, HaloRoutes};
use crate::record::RunRecords;
use crate::resonator::Plant;
use crate::scenario::parameters::{LiveParameter, check_edit, live_parameters};
use crate::scenario::{Blueprint, Scene, SceneError};
use crate::scheduler::{PlannedMoves, SchedulerState};
use crate::sensors::device::SensorDevice;
use crate::sensors::host::Host;
use crate::sensors::{ChannelSource, DeviceSpec};
use crate::tick::{After, Arrive, Before, Coordinate, Depart, NodeContext, PendingInputs, Stage};

use super::assembly::{Worlds, build};
use super::state::KernelState;
use super::workers::{Workers, guarded};

/// Clusters of fewer vertices run their nodes one after the other: waking a worker costs more than
/// their stages.
const BESIDE_FROM: usize = 2_000;

/// Why a run could not go on.
#[derive(Debug, Error)]
pub enum SimError {
    /// The scene is wrong.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// Something inside failed; names the tick and the World.
    #[error("tick {tick}, {place}: {message}")]
    Internal {
        /// The tick.
        tick: Tick,
        /// Nodes, coordinator, halo or hand-off.
        place: &'static str,
        /// What failed.
        message: String,
    },
    /// An edit or snapshot that does not fit the run.
    #[error("{0}")]
    Refused(String),
}

/// How to run a scene.
#[derive(Clone, Debug)]
pub struct SimOptions {
    /// Worker threads, ≥ 1.
    pub threads: usize,
    /// Systems of a user, installed in every node World.
    pub node_plugins: Vec<fn(&mut App)>,
    /// Inputs of an earlier run. With them, devices outside are not read.
    pub replay: Option<InputLog>,
}

impl Default for SimOptions {
    fn default() -> Self {
        Self {
            threads: 1,
            node_plugins: Vec::new(),
            replay: None,
        }
    }
}

/// A device outside the simulation, with the first of its channels.
struct OutsideDevice {
    device: Box<dyn SensorDevice>,
    first_channel: u32,
    period_ticks: u64,
}

/// A run: coordinator, nodes and the time they have reached.
pub struct Simulation {
    pub(super) blueprint: Blueprint,
    pub(super) coordinator: SubApp,
    pub(super) nodes: Vec<SubApp>,
    pub(super) clock: TickClock,
    pub(super) log: InputLog,
    pub(super) routes: HaloRoutes,
    workers: Workers,
    state: KernelState,
    outside: Vec<OutsideDevice>,
    parameters: Vec<LiveParameter>,
    new_inputs: Vec<InputRecord>,
}

impl Simulation {
    /// Builds the Worlds of a blueprint.
    ///
    /// # Errors
    /// When a device cannot be opened or the signal settings are refused.
    pub fn new(blueprint: Blueprint, options: SimOptions) -> Result<Self, SimError> {
        let workers = Workers::new(options.threads);
        let Worlds { coordinator, nodes } =
            build(&blueprint, workers.count(), &options.node_plugins)?;
        let scene = blueprint.scene();
        let outside = if options.replay.is_some() {
            Vec::new()
        } else {
            outside_devices(&blueprint)
        };
        Ok(Self {
            clock: TickClock::new(scene.clock.dt_s, scene.clock.substeps),
            log: options.replay.unwrap_or_default(),
            routes: HaloRoutes::default(),
            state: KernelState::Booting,
            parameters: live_parameters(scene),
            new_inputs: Vec::new(),
            blueprint,
            coordinator,
            nodes,
            workers,
            outside,
        })
    }

    /// Runs one tick on all Worlds.
    ///
    /// # Errors
    /// When a system refuses or panics, or the bus is full. The run cannot go on then.
    pub fn step(&mut self) -> Result<(), SimError> {
        self.state = KernelState::Running;
        self.read_outside();
        self.deliver_inputs()?;
        self.on_nodes("nodes before the plant", &|node| {
            node.world_mut().run_schedule(bevy::app::First);
            node.world_mut().run_schedule(Before);
        })?;
        self.evolve()?;
        self.on_nodes("nodes after the plant", &|node| {
            node.world_mut().run_schedule(After);
            node.world_mut().clear_trackers();
        })?;
        self.coordinate()?;
        self.hand_off()?;
        self.clock.tick += 1;
        let stop = self.cluster().stop;
        if stop.is_some_and(|tick| self.clock.tick > tick + 1) {
            self.state = KernelState::SafeStopped;
        }
        let clock = self.clock;
        for world in self.nodes.iter_mut().chain([&mut self.coordinator]) {
            world.world_mut().resource_mut::<NodeContext>().clock = clock;
        }
        Ok(())
    }

    /// The plant: integrator stages with a halo exchange before each.
    fn evolve(&mut self) -> Result<(), SimError> {
        if !self.routes.fit(&self.nodes) {
            let owners = &self.coordinator.world().resource::<Placement>().0;
            self.routes = HaloRoutes::build(&self.nodes, owners)
                .map_err(|message| self.internal("halo", message))?;
        }
        let scene = self.blueprint.scene();
        let stages = scene.dynamics.integrator.stages() * scene.clock.substeps;
        for stage in 0..stages {
            self.routes.exchange(&mut self.nodes);
            self.on_nodes("plant", &move |node| {
                node.world_mut().resource_mut::<NodeContext>().stage = stage;
                node.world_mut().run_schedule(Stage);
            })?;
        }
        Ok(())
    }

    fn coordinate(&mut self) -> Result<(), SimError> {
        let done = guarded(&mut self.coordinator, &|world: &mut SubApp| {
            world.world_mut().run_schedule(bevy::app::First);
            world.world_mut().run_schedule(Coordinate);
            world.world_mut().clear_trackers();
        });
        done.map_err(|message| self.internal("coordinator", message))?;
        let mut found = self.coordinator.world_mut().resource_mut::<NewInputs>();
        let found = std::mem::take(&mut found.0);
        self.enter(found);
        Ok(())
    }

    /// Moves vertices between two ticks, as the scheduler planned.
    fn hand_off(&mut self) -> Result<(), SimError> {
        let world = self.coordinator.world_mut();
        let moves = world.resource::<PlannedMoves>().moves.clone();
        if moves.is_empty() {
            return Ok(());
        }
        for step in &moves {
            let source = &mut self.nodes[step.from.index()];
            let mut orders = source.world_mut().resource_mut::<DepartOrders>();
            orders.0.push((step.vertex, step.to));
            let mut placement = world.resource_mut::<Placement>();
            placement.0[step.vertex.index()] = step.to;
        }
        self.on_nodes("departure", &|node| node.world_mut().run_schedule(Depart))?;
        let links = self.coordinator.world().resource::<NodeLinks>().clone();
        for envelope in links.0.iter().flat_map(|(up, _)| up.drain()) {
            let Address::Node(target) = envelope.target else {
                continue;
            };
            let sent = links.0[target.index()].1.send(envelope);
            sent.map_err(|error| self.internal("hand-off", error.to_string()))?;
        }
        self.on_nodes("arrival", &|node| node.world_mut().run_schedule(Arrive))
    }

    fn on_nodes(
        &mut self,
        place: &'static str,
        work: &(dyn Fn(&mut SubApp) + Sync),
    ) -> Result<(), SimError> {
        let beside = self.blueprint.vertices.len() >= BESIDE_FROM;
        self.workers
            .run(&mut self.nodes, beside, work)
            .map_err(|message| self.internal(place, message))
    }

    fn internal(&self, place: &'static str, message: String) -> SimError {
        SimError::Internal {
            tick: self.clock.tick,
            place,
            message,
        }
    }

    /// Puts inputs into the log, and among those that the run folder has not had.
    fn enter(&mut self, records: Vec<InputRecord>) {
        self.new_inputs.extend(records.iter().cloned());
        for record in records {
            self.log.push(record);
        }
    }

    fn read_outside(&mut self) {
        let tick = self.clock.tick;
        let mut records = Vec::new();
        for outside in &mut self.outside {
            if !tick.is_multiple_of(outside.period_ticks) {
                continue;
            }
            let mut values = vec![f64::NAN; outside.device.columns().len()];
            outside.device.read(tick, self.clock.time_s(), &mut values);
            for (channel, value) in (outside.first_channel..).zip(values) {
                let input = Input::Sample { channel, value };
                records.push(InputRecord { tick, input });
            }
        }
        self.enter(records);
    }

    /// Puts the inputs of this tick into every inbox.
    fn deliver_inputs(&mut self) -> Result<(), SimError> {
        let records = self.log.at(self.clock.tick);
        let inputs: Vec<Input> = records.iter().map(|record| record.input.clone()).collect();
        let world = self.coordinator.world_mut();
        world.resource_mut::<PendingInputs>().0.clone_from(&inputs);
        if inputs.is_empty() {
            return Ok(());
        }
        let context = world.resource::<NodeContext>().clone();
        let links = world.resource::<NodeLinks>().clone();
        let mut outgoing = world.resource_mut::<Outgoing>();
        let payload = DistributedEvent::Inputs(inputs);
        outgoing.push(&context, Address::AllNodes, payload);
        let Some(envelope) = outgoing.envelopes.pop() else {
            return Ok(());
        };
        for (_, down) in &links.0 {
            let sent = down.send(envelope.clone());
            sent.map_err(|error| self.internal("inputs", error.to_string()))?;
        }
        Ok(())
    }

    /// Enters an input, to act in the next tick, or in a later one.
    ///
    /// # Errors
    /// When it is an edit of something that is not live, or of a value that is not acceptable.
    pub fn push_input(&mut self, tick: Tick, input: Input) -> Result<InputRecord, SimError> {
        if let Input::Set { path, value } = &input {
            check_edit(&self.parameters, path, *value).map_err(SimError::Refused)?;
        }
        let record = InputRecord {
            tick: tick.max(self.clock.tick),
            input,
        };
        self.enter(vec![record.clone()]);
        Ok(record)
    }

    /// The inputs that entered since the last call, for the run folder.
    pub fn take_new_inputs(&mut self) -> Vec<InputRecord> {
        std::mem::take(&mut self.new_inputs)
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
        self.cluster().digest
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
    pub fn parameters(&self) -> &[LiveParameter] {
        &self.parameters
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

    /// State of every vertex in order of ids, as (θ, 0) or (x, v).
    #[must_use]
    pub fn vertex_states(&self) -> Vec<[f64; 2]> {
        let mut states = vec![[f64::NAN; 2]; self.blueprint.vertices.len()];
        for node in &self.nodes {
            let plant = node.world().resource::<Plant>();
            for (slot, vertex) in plant.ids.iter().enumerate() {
                states[vertex.index()] = [plant.first[slot], plant.second[slot]];
            }
        }
        states
    }

    /// The gain of the field's engine, when there is a field.
    pub(super) fn field_gain(&self) -> Option<f64> {
        let field = self.coordinator.world().resource::<ClusterField>();
        field.0.as_ref().map(crate::field::FieldEngine::gain)
    }

    pub(super) fn set_field_gain(&mut self, gain: f64) {
        let mut field = self.coordinator.world_mut().resource_mut::<ClusterField>();
        if let Some(engine) = &mut field.0 {
            engine.set_gain(gain);
        }
    }

    /// A node's World, for systems and tests of users.
    pub fn node_world(&mut self, node: NodeId) -> Option<&mut World> {
        self.nodes.get_mut(node.index()).map(SubApp::world_mut)
    }

    /// The node that a vertex lives on.
    #[must_use]
    pub fn owner(&self, vertex: VertexId) -> Option<NodeId> {
        self.placement().get(vertex.index()).copied()
    }
}

fn outside_devices(blueprint: &Blueprint) -> Vec<OutsideDevice> {
    let scene = blueprint.scene();
    let mut list = Vec::new();
    for spec in &scene.sensors {
        let DeviceSpec::Host {
            readings,
            period_ticks,
        } = &spec.device
        else {
            continue;
        };
        let prefix = format!("{}[", spec.name);
        let first = blueprint
            .channels
            .iter()
            .find(|c| c.source == ChannelSource::External && c.name.starts_with(&prefix));
        if let Some(first) = first {
            list.push(OutsideDevice {
                device: Box::new(Host::open(readings)),
                first_channel: first.index,
                period_ticks: *period_ticks,
            });
        }
    }
    list
}
