//! Save and restore: everything durable of a run at a tick border, as sealed bytes.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::actuation::ActiveCommands;
use crate::base::snapshot::{Durability, open, seal};
use crate::base::{InputRecord, PopulationId, TickClock};
use crate::cluster::alerts::OpenBreaches;
use crate::cluster::coordinator::{ClusterState, NodeLinks, Outgoing, Placement};
use crate::cluster::events::Event;
use crate::cluster::link::Inbox;
use crate::cluster::{Aggregator, HaloRoutes, NodeLink};
use crate::control::systems::ControlEnabled;
use crate::control::{ControlCommand, ControlLoop, Feedback, LoopState};
use crate::field::{Drive, FieldState};
use crate::graph::Vertex;
use crate::phi::PhiJob;
use crate::phi::PhiObserver;
use crate::phi::systems::LatestPhi;
use crate::record::crossings::{Crossings, Sightings};
use crate::resonator::components::FeltGain;
use crate::resonator::systems::Past;
use crate::resonator::{MeanField, PlantParameters, Population, VertexImage};
use crate::safety::{GuardState, LatestSafe, SafetyHold, SafetyKernel, SafetySpec};
use crate::scheduler::SchedulerState;
use crate::sensors::channel::HeldReading;
use crate::sensors::{Channel, SensorFrame};
use crate::signal::{FrameWindow, SignalWindow, SystemState};
use crate::tick::NodeContext;

use super::simulation::{SimError, Simulation};

/// A population's replica on a node, and its pipeline where it lives.
#[derive(Serialize, Deserialize)]
struct PopulationImage {
    id: PopulationId,
    parameters: PlantParameters,
    drive: Drive,
    means: MeanField,
    pipeline: Option<(SensorFrame, FrameWindow, SystemState)>,
    phi: Option<(FrameWindow, Option<PhiJob>, LatestPhi)>,
}

/// A loop where it lives.
type LoopImage = (
    ControlLoop,
    LoopState,
    ControlCommand,
    LatestSafe,
    GuardState,
);

/// A node at a tick border.
#[derive(Serialize, Deserialize)]
pub(super) struct NodeImage {
    pub(super) vertices: Vec<VertexImage>,
    populations: Vec<PopulationImage>,
    loops: Vec<LoopImage>,
    held: Vec<(u32, f64)>,
    commands: ActiveCommands,
    feedback: Feedback,
    field: FieldState,
    felt: FeltGain,
    hold: SafetyHold,
    safety: SafetySpec,
    control_enabled: ControlEnabled,
    sequence: u64,
    waiting: Vec<Event>,
}

/// A run at a tick border.
#[derive(Serialize, Deserialize)]
pub(super) struct RunImage {
    clock: TickClock,
    #[serde(with = "crate::base::input::as_lines")]
    inputs: Vec<InputRecord>,
    pub(super) nodes: Vec<NodeImage>,
    aggregator: Aggregator,
    cluster: ClusterState,
    breaches: OpenBreaches,
    placement: Placement,
    field_gain: Option<f64>,
    sequence: u64,
    safety: SafetySpec,
    past: Past,
    seen: Sightings,
}

/// How each type of a World takes part in snapshots, for the test that walks all Worlds.
pub const REGISTRY: &[(&str, Durability)] = &[
    ("Vertex", Durability::Durable),
    ("Row", Durability::Durable),
    ("Delays", Durability::Durable),
    ("Past", Durability::Durable),
    ("Crossings", Durability::Durable),
    ("Member", Durability::Durable),
    ("Position", Durability::Durable),
    ("Phase", Durability::Durable),
    ("Motion", Durability::Durable),
    ("Rotor", Durability::Durable),
    ("Amplitude", Durability::Durable),
    ("Kuramoto", Durability::Durable),
    ("Harmonic", Durability::Durable),
    ("Inertial", Durability::Durable),
    ("VanDerPol", Durability::Durable),
    ("StuartLandau", Durability::Durable),
    ("Own", Durability::Durable),
    ("Planar", Durability::Durable),
    ("MeanField", Durability::Durable),
    ("MaskFactor", Durability::Durable),
    ("Population", Durability::Durable),
    ("PlantParameters", Durability::Durable),
    ("Drive", Durability::Durable),
    ("SensorFrame", Durability::Durable),
    ("SignalWindow", Durability::Durable),
    ("SystemState", Durability::Durable),
    ("PhiObserver", Durability::Durable),
    ("LatestPhi", Durability::Durable),
    ("ControlLoop", Durability::Durable),
    ("LoopState", Durability::Durable),
    ("ControlCommand", Durability::Durable),
    ("LatestSafe", Durability::Durable),
    ("GuardState", Durability::Durable),
    ("HeldReading", Durability::Durable),
    ("ActiveCommands", Durability::Durable),
    ("Feedback", Durability::Durable),
    ("FieldState", Durability::Durable),
    ("FeltGain", Durability::Durable),
    ("SafetyHold", Durability::Durable),
    ("SafetyKernel", Durability::Durable),
    ("LiveParameters", Durability::Derived),
    ("KeyIndex", Durability::Derived),
    ("ControlEnabled", Durability::Durable),
    ("Inbox", Durability::Durable),
    ("NodeLink", Durability::Durable),
    ("Aggregator", Durability::Durable),
    ("ClusterState", Durability::Durable),
    ("OpenBreaches", Durability::Durable),
    ("Placement", Durability::Durable),
    ("ClusterField", Durability::Durable),
    ("Outgoing", Durability::Durable),
    ("NodeLinks", Durability::Durable),
    ("Channel", Durability::Derived),
    ("MountedDevice", Durability::Derived),
    ("MountedActuator", Durability::Derived),
    ("Plant", Durability::Derived),
    ("LocalSlot", Durability::Derived),
    ("Applied", Durability::Derived),
    ("PlantSettings", Durability::Derived),
    ("PlasticityRules", Durability::Derived),
    ("NewDelays", Durability::Derived),
    ("WatchedVertices", Durability::Derived),
    ("FieldListens", Durability::Derived),
    ("SignalSynthesizer", Durability::Derived),
    ("UnitVertices", Durability::Derived),
    ("ScopeNames", Durability::Derived),
    ("SchedulerState", Durability::Derived),
    ("NodeContext", Durability::Derived),
    ("Due", Durability::LocalOnly),
    ("PlantEpoch", Durability::LocalOnly),
    ("PlantRecords", Durability::LocalOnly),
    ("ForeignWrites", Durability::LocalOnly),
    ("LateWrites", Durability::LocalOnly),
    ("Reshaped", Durability::LocalOnly),
    ("PendingInputs", Durability::LocalOnly),
    ("LocalSamples", Durability::LocalOnly),
    ("ArrivedSamples", Durability::LocalOnly),
    ("MergedSamples", Durability::LocalOnly),
    ("Alerts", Durability::LocalOnly),
    ("DepartOrders", Durability::LocalOnly),
    ("Collected", Durability::LocalOnly),
    ("NewInputs", Durability::LocalOnly),
    ("PlannedMoves", Durability::LocalOnly),
    ("RunRecords", Durability::LocalOnly),
    ("TickRows", Durability::LocalOnly),
];

impl Simulation {
    /// Everything durable, as sealed bytes.
    ///
    /// # Errors
    /// When a value cannot be serialised.
    pub fn snapshot(&mut self) -> Result<Vec<u8>, SimError> {
        let mut image = self.image_without_vertices();
        image.inputs = self.log.records().to_vec();
        for (node, saved) in self.nodes.iter_mut().zip(&mut image.nodes) {
            saved.vertices = vertex_images(node.world_mut());
        }
        seal(&image).map_err(|error| SimError::Refused(error.to_string()))
    }

    /// Goes back to a snapshot of a run of the same scene on the same number of nodes.
    ///
    /// # Errors
    /// When the bytes are not such a snapshot.
    pub fn restore(&mut self, bytes: &[u8]) -> Result<(), SimError> {
        let image: RunImage = open(bytes).map_err(|error| SimError::Refused(error.to_string()))?;
        if image.nodes.len() != self.nodes.len()
            || image.placement.0.len() != self.blueprint.scene().vertices()
        {
            return Err(SimError::Refused(
                "the snapshot is of another scene or number of nodes".to_owned(),
            ));
        }
        self.log = crate::base::InputLog::from_records(image.inputs.clone());
        self.reinstate(image);
        Ok(())
    }

    /// Everything durable but the vertices and the input log.
    pub(super) fn image_without_vertices(&mut self) -> RunImage {
        let nodes = self.nodes.iter_mut().map(|n| save_node(n.world_mut()));
        let nodes: Vec<NodeImage> = nodes.collect();
        let world = self.coordinator.world();
        RunImage {
            clock: self.clock,
            inputs: Vec::new(),
            nodes,
            aggregator: world.resource::<Aggregator>().clone(),
            cluster: world.resource::<ClusterState>().clone(),
            breaches: world.resource::<OpenBreaches>().clone(),
            placement: world.resource::<Placement>().clone(),
            field_gain: self.field_gain(),
            sequence: world.resource::<Outgoing>().sequence,
            safety: world.resource::<SafetyKernel>().0.clone(),
            past: world.resource::<Past>().clone(),
            seen: world.resource::<Crossings>().seen.clone(),
        }
    }

    /// Brings all Worlds to an image; the input log stays.
    pub(super) fn reinstate(&mut self, image: RunImage) {
        self.clock = image.clock;
        self.routes = HaloRoutes::default();
        self.reshaped();
        let world = self.coordinator.world_mut();
        let mut scheduler = world.resource_mut::<SchedulerState>();
        for vertex in image.nodes.iter().flat_map(|node| &node.vertices) {
            let sources = vertex.row.sources().map(|source| source.0 as u32);
            scheduler.learn(vertex.vertex, sources.collect());
        }
        for (node, saved) in self.nodes.iter_mut().zip(image.nodes) {
            node.world_mut().resource_mut::<NodeContext>().clock = image.clock;
            restore_node(node.world_mut(), saved);
        }
        let world = self.coordinator.world_mut();
        for (up, _) in &world.resource::<NodeLinks>().0 {
            up.drain();
        }
        let stopped = image.cluster.stop;
        world.insert_resource(image.aggregator);
        world.insert_resource(image.cluster);
        world.insert_resource(image.breaches);
        world.insert_resource(image.placement);
        world.insert_resource(image.past);
        world.resource_mut::<Crossings>().seen = image.seen;
        world.insert_resource(SafetyKernel(image.safety));
        world.resource_mut::<Outgoing>().sequence = image.sequence;
        world.resource_mut::<NodeContext>().clock = image.clock;
        if let Some(gain) = image.field_gain {
            self.set_field_gain(gain);
        }
        self.settle_state(stopped);
    }
}

/// Every vertex of a World, ascending.
pub(super) fn vertex_images(world: &mut World) -> Vec<VertexImage> {
    let mut vertices: Vec<VertexImage> = world
        .query_filtered::<EntityRef, With<Vertex>>()
        .iter(world)
        .filter_map(VertexImage::of)
        .collect();
    vertices.sort_by_key(|image| image.vertex);
    vertices
}

fn save_node(world: &mut World) -> NodeImage {
    let mut populations: Vec<PopulationImage> = world
        .query_filtered::<EntityRef, With<Population>>()
        .iter(world)
        .filter_map(population_image)
        .collect();
    populations.sort_by_key(|image| image.id);
    type LoopQuery<'w> = (
        &'w ControlLoop,
        &'w LoopState,
        &'w ControlCommand,
        &'w LatestSafe,
        &'w GuardState,
    );
    let mut loops: Vec<LoopImage> = world
        .query::<LoopQuery>()
        .iter(world)
        .map(|(a, b, c, d, e)| (a.clone(), b.clone(), *c, *d, *e))
        .collect();
    loops.sort_by_key(|image| image.0.index);
    let mut held: Vec<(u32, f64)> = world
        .query::<(&Channel, &HeldReading)>()
        .iter(world)
        .map(|(channel, reading)| (channel.index, reading.0))
        .collect();
    held.sort_by_key(|(channel, _)| *channel);
    // What waits in the link is state: it is taken out, saved, and put where the next tick looks.
    let arrived = world.resource::<NodeLink>().down.drain();
    world.resource_mut::<Inbox>().0.extend(arrived);
    NodeImage {
        vertices: Vec::new(),
        populations,
        loops,
        held,
        commands: world.resource::<ActiveCommands>().clone(),
        feedback: *world.resource::<Feedback>(),
        field: world.resource::<FieldState>().clone(),
        felt: *world.resource::<FeltGain>(),
        hold: *world.resource::<SafetyHold>(),
        safety: world.resource::<SafetyKernel>().0.clone(),
        control_enabled: *world.resource::<ControlEnabled>(),
        sequence: world.resource::<NodeLink>().sequence,
        waiting: world.resource::<Inbox>().0.clone(),
    }
}

fn population_image(entity: EntityRef) -> Option<PopulationImage> {
    let pipeline = entity.get::<SensorFrame>().and_then(|frame| {
        let window = entity.get::<SignalWindow>()?.0.clone();
        Some((frame.clone(), window, entity.get::<SystemState>()?.clone()))
    });
    let phi = entity.get::<PhiObserver>().and_then(|observer| {
        let latest = entity.get::<LatestPhi>()?.clone();
        Some((observer.window.clone(), observer.job.clone(), latest))
    });
    Some(PopulationImage {
        id: entity.get::<Population>()?.id,
        parameters: *entity.get::<PlantParameters>()?,
        drive: *entity.get::<Drive>()?,
        means: entity.get::<MeanField>()?.clone(),
        pipeline,
        phi,
    })
}

fn restore_node(world: &mut World, image: NodeImage) {
    let old: Vec<Entity> = world
        .query_filtered::<Entity, With<Vertex>>()
        .iter(world)
        .collect();
    for entity in old {
        world.despawn(entity);
    }
    world.insert_resource(crate::resonator::Plant::default());
    world.insert_resource(crate::resonator::drive::Applied::default());
    for vertex in image.vertices {
        vertex.spawn(world);
    }
    restore_populations(world, image.populations);
    let entities: Vec<(Entity, u32)> = world
        .query::<(Entity, &ControlLoop)>()
        .iter(world)
        .map(|(entity, control)| (entity, control.index))
        .collect();
    for saved in image.loops {
        if let Some((entity, _)) = entities.iter().find(|(_, index)| *index == saved.0.index) {
            world.entity_mut(*entity).insert(saved);
        }
    }
    for (channel, mut reading) in world
        .query::<(&Channel, &mut HeldReading)>()
        .iter_mut(world)
    {
        let saved = image.held.iter().find(|(index, _)| *index == channel.index);
        if let Some((_, value)) = saved {
            reading.0 = *value;
        }
    }
    world.insert_resource(image.commands);
    world.insert_resource(image.feedback);
    world.insert_resource(image.field);
    world.insert_resource(image.felt);
    world.insert_resource(image.hold);
    world.insert_resource(SafetyKernel(image.safety));
    world.insert_resource(image.control_enabled);
    let mut link = world.resource_mut::<NodeLink>();
    link.sequence = image.sequence;
    link.down.drain();
    world.insert_resource(Inbox(image.waiting));
}

fn restore_populations(world: &mut World, images: Vec<PopulationImage>) {
    let entities: Vec<(Entity, PopulationId)> = world
        .query::<(Entity, &Population)>()
        .iter(world)
        .map(|(entity, population)| (entity, population.id))
        .collect();
    for image in images {
        let Some((entity, _)) = entities.iter().find(|(_, id)| *id == image.id) else {
            continue;
        };
        let mut entity = world.entity_mut(*entity);
        entity.insert((image.parameters, image.drive, image.means));
        if let Some((frame, window, state)) = image.pipeline {
            entity.insert((frame, SignalWindow(window), state));
        }
        if let Some((window, job, latest)) = image.phi {
            entity.insert(latest);
            if let Some(mut observer) = entity.get_mut::<PhiObserver>() {
                observer.resume(window, job);
            }
        }
    }
}
