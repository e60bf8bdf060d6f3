//! Building node Worlds and the coordinator from a blueprint.

use std::sync::Arc;

use bevy::app::SubApp;
use bevy::prelude::*;

use crate::actuation::{ActuationPlugin, MountedActuator, Recorder};
use crate::base::isa::Isa;
use crate::base::{NodeId, PopulationId, TickClock, VertexId, num};
use crate::bus::ChannelLink;
use crate::cluster::coordinator::{ClusterField, NodeLinks, Placement, UnitVertices};
use crate::cluster::node::WatchedVertices;
use crate::cluster::{Aggregator, CoordinatorPlugin, NodeLink, NodePlugin};
use crate::control::systems::ControlEnabled;
use crate::control::{ControlCommand, ControlLoop, ControlPlugin, LoopState};
use crate::field::{Drive, FieldEngine, FieldKind, FieldState};
use crate::phi::systems::LatestPhi;
use crate::phi::{PhiObserver, PhiPlugin};
use crate::record::crossings::{Crossings, Sightings};
use crate::record::systems::ScopeNames;
use crate::record::{RecordPlugin, RunRecords};
use crate::registry::LiveParameters;
use crate::resonator::components::FeltGain;
use crate::resonator::systems::{FieldListens, NewDelays, Past, PlantSettings};
use crate::resonator::{
    MeanField, PlantParameters, PlasticityRules, Population, ResonatorPlugin, Shows, VertexImage,
};
use crate::safety::{GuardState, LatestSafe, SafetyKernel, SafetyPlugin};
use crate::scenario::crossing::Watched;
use crate::scenario::{Blueprint, Scene, SceneError, live_parameters};
use crate::scheduler::{SchedulerPlugin, SchedulerState};
use crate::sensors::channel::HeldReading;
use crate::sensors::device::MountedDevice;
use crate::sensors::spec::{PopulationRanges, find_scope};
use crate::sensors::{ChannelSource, SensorFrame, SensorPlugin};
use crate::signal::{
    FrameWindow, SignalEngine, SignalPlugin, SignalSettings, SignalSynthesizer, SignalWindow,
    SystemState,
};
use crate::tick::{NodeContext, add_coordinator_schedules, add_node_schedules};

use super::options::SimOptions;
use super::workers::note_failure;

/// The Worlds of a run and the links between them.
pub struct Worlds {
    /// The coordinator.
    pub coordinator: SubApp,
    /// The nodes, in order.
    pub nodes: Vec<SubApp>,
}

/// Builds all Worlds.
///
/// # Errors
/// When a device cannot be opened or the signal settings are refused.
pub fn build(
    blueprint: &mut Blueprint,
    workers: usize,
    options: &SimOptions,
) -> Result<Worlds, SceneError> {
    let live = live_parameters(blueprint.scene());
    let crossings = Crossings {
        specs: blueprint.scene().crossings.clone(),
        seen: first_sightings(blueprint),
    };
    let scene = blueprint.scene();
    let scheduler = SchedulerState::new(
        &scene.scheduler,
        &blueprint.vertices,
        scene.cluster.nodes,
        u64::from(scene.dynamics.integrator.stages() * scene.clock.substeps),
    );
    let (capacity, count) = (scene.bus.capacity, scene.cluster.nodes);
    let context = NodeContext {
        node: NodeId(count),
        nodes: count,
        workers,
        seed: scene.seed,
        clock: TickClock::new(scene.clock.dt_s, scene.clock.substeps),
        stages: scene.dynamics.integrator.stages(),
        cancel: options.cancel.clone(),
    };
    let mut links = Vec::new();
    let mut nodes = Vec::new();
    for number in 0..count {
        let (up, down) = (
            Arc::new(ChannelLink::new(capacity)),
            Arc::new(ChannelLink::new(capacity)),
        );
        let link = NodeLink {
            up: up.clone(),
            down: down.clone(),
            sequence: 0,
        };
        links.push((up as _, down as _));
        let context = context.at(NodeId(number));
        nodes.push(build_node(blueprint, context, link, (&live, options))?);
    }
    blueprint.vertices = Vec::new();
    let coordinator = build_coordinator(
        blueprint,
        NodeLinks(links),
        context,
        (scheduler, crossings, live),
    );
    Ok(Worlds { coordinator, nodes })
}

fn finish(mut app: App) -> SubApp {
    app.finish();
    app.cleanup();
    std::mem::take(app.main_mut())
}

fn build_node(
    blueprint: &mut Blueprint,
    context: NodeContext,
    link: NodeLink,
    (live, options): (&LiveParameters, &SimOptions),
) -> Result<SubApp, SceneError> {
    let scene = blueprint.scene();
    let mut app = App::new();
    app.set_error_handler(note_failure);
    add_node_schedules(&mut app);
    app.add_plugins((
        ResonatorPlugin,
        SensorPlugin,
        SignalPlugin,
        PhiPlugin,
        ControlPlugin,
        SafetyPlugin,
        ActuationPlugin,
        NodePlugin,
    ));
    let sample_rate_hz = context.clock.sample_rate_hz();
    let settings = SignalSettings {
        window: scene.signal.window,
        segment: scene.signal.segment,
        sample_rate_hz,
    };
    let engine = SignalEngine::new(settings)
        .map_err(|error| SceneError::Invalid(format!("signal: {error}")))?;
    let listens = FieldEngine::new(&scene.field, context.clock.tick_s());
    let rules = scene
        .populations
        .iter()
        .map(|population| population.plasticity);
    let rules = PlasticityRules(std::iter::once(None).chain(rules).collect());
    app.insert_resource(plant_settings(blueprint, options.isa))
        .insert_resource(rules)
        .insert_resource(NewDelays(blueprint.delay_rule.clone()))
        .insert_resource(watched_vertices(scene))
        .insert_resource(FieldListens(
            listens.as_ref().is_some_and(|(engine, _)| engine.listens()),
        ))
        .insert_resource(FeltGain(scene.field.felt_gain))
        .insert_resource(listens.map_or_else(
            || FieldState::at_rest(scene.field.kind.basis(), scene.field.kind.modes()),
            |(_, field)| field,
        ))
        .insert_resource(SignalSynthesizer {
            engine,
            hop: scene.signal.hop,
        })
        .insert_resource(ControlEnabled(scene.control.enabled))
        .insert_resource(SafetyKernel(scene.safety.clone()))
        .insert_resource(context.clone())
        .insert_resource(live.clone())
        .insert_resource(link);
    spawn_populations(app.world_mut(), blueprint, &context);
    spawn_channels(app.world_mut(), blueprint, &context)?;
    spawn_loops(app.world_mut(), blueprint, &context);
    for (image, owner) in blueprint.vertices.iter_mut().zip(&blueprint.placement) {
        if *owner == context.node {
            let own = VertexImage {
                row: std::mem::take(&mut image.row),
                delays: std::mem::take(&mut image.delays),
                ..image.clone()
            };
            own.spawn(app.world_mut());
        }
    }
    for plugin in &options.node_plugins {
        plugin(&mut app);
    }
    Ok(finish(app))
}

fn plant_settings(blueprint: &Blueprint, isa: Isa) -> PlantSettings {
    let scene = blueprint.scene();
    PlantSettings {
        integrator: scene.dynamics.integrator,
        tolerance: scene.dynamics.tolerance(),
        order: scene.dynamics.order,
        noise_kind: scene.dynamics.noise,
        isa,
        populations: scene.populations.len() + 1,
        vertices: scene.vertices() as u64,
        has_field: scene.field.kind != FieldKind::Off,
        observes: scene.is_observed(),
        observes_edges: scene.record.edges,
    }
}

/// What is seen of watched vertices before the first tick.
fn first_sightings(blueprint: &Blueprint) -> Sightings {
    let crossings = &blueprint.scene().crossings;
    Sightings::at_start(crossings.iter().map(|crossing| match crossing.of {
        Watched::Metric { .. } => None,
        Watched::Vertex { vertex, variable } => {
            let model = &blueprint.vertices.get(vertex as usize)?.model;
            let [first, second] = model.state();
            let observable = match model.shows() {
                Shows::Phase => num::cos(first),
                Shows::Displacement | Shows::Amplitude => first,
            };
            Some(variable.of([observable, first, second]))
        }
    }))
}

fn watched_vertices(scene: &Scene) -> WatchedVertices {
    let watched = scene
        .crossings
        .iter()
        .filter_map(|crossing| match crossing.of {
            Watched::Vertex { vertex, .. } => Some(VertexId(vertex)),
            Watched::Metric { .. } => None,
        });
    let mut list: Vec<VertexId> = watched.collect();
    list.sort_unstable();
    list.dedup();
    WatchedVertices(list)
}

/// The means that population number `index` feels; the whole cluster feels none.
fn mean_field(scene: &Scene, ranges: &PopulationRanges, index: usize) -> MeanField {
    let own = index
        .checked_sub(1)
        .map(|k| &scene.populations[k].mean_field);
    let felt = own.into_iter().flatten().filter_map(|mean| {
        let of = PopulationId(ranges.position(&mean.of)? as u16 + 1);
        Some((of, mean.strength))
    });
    MeanField::new(felt.collect())
}

fn spawn_populations(world: &mut World, blueprint: &Blueprint, context: &NodeContext) {
    let scene = blueprint.scene();
    let names = std::iter::once("cluster").chain(scene.populations.iter().map(|p| p.name.as_str()));
    let ranges = scene.ranges();
    let mut channels_of = vec![0; scene.populations.len() + 1];
    for channel in &blueprint.channels {
        channels_of[channel.scope.index()] += 1;
    }
    for (index, name) in names.enumerate() {
        let id = PopulationId(index as u16);
        let parameters = index.checked_sub(1).map(|k| PlantParameters {
            coupling: scene.populations[k].coupling,
            noise: scene.populations[k].noise,
        });
        let mut entity = world.spawn((
            Population {
                id,
                name: name.to_owned(),
            },
            parameters.unwrap_or_default(),
            Drive::default(),
            mean_field(scene, &ranges, index),
        ));
        if context.home_of(index) != context.node {
            continue;
        }
        let channels = channels_of[index];
        if channels > 0 {
            let window = FrameWindow::new(channels, scene.signal.window);
            entity.insert((
                SensorFrame::default(),
                SignalWindow(window),
                SystemState::default(),
            ));
        }
        if id == PopulationId::CLUSTER && !blueprint.units.is_empty() {
            entity.insert((
                PhiObserver::new(
                    blueprint.units.len(),
                    scene.phi.window,
                    scene.phi.settings(),
                    scene.phi.period_ticks,
                    scene.phi.latency_ticks,
                ),
                LatestPhi::default(),
            ));
        }
    }
}

fn spawn_channels(
    world: &mut World,
    blueprint: &Blueprint,
    context: &NodeContext,
) -> Result<(), SceneError> {
    let mut mounted = Vec::new();
    for channel in &blueprint.channels {
        let home = context.home_of(channel.scope.index()) == context.node;
        match channel.source {
            ChannelSource::External if home => {
                world.spawn((channel.clone(), HeldReading(f64::NAN)));
            }
            ChannelSource::Device { sensor, .. } if home && !mounted.contains(&sensor) => {
                mounted.push(sensor);
                world.spawn(channel.clone());
            }
            _ => {
                world.spawn(channel.clone());
            }
        }
    }
    for sensor in mounted {
        if let Some(device) = blueprint.open_device(sensor as usize)? {
            world.spawn(MountedDevice { sensor, device });
        }
    }
    if context.node == context.home_of(0) {
        world.spawn(MountedActuator(Box::new(Recorder::default())));
    }
    Ok(())
}

fn spawn_loops(world: &mut World, blueprint: &Blueprint, context: &NodeContext) {
    let scene = blueprint.scene();
    let ranges = scene.ranges();
    for (index, spec) in scene.control.loops.iter().enumerate() {
        let scope = find_scope(&spec.scope, &ranges).unwrap_or_default();
        if context.home_of(scope.index()) == context.node {
            world.spawn((
                ControlLoop {
                    index: index as u32,
                    scope,
                    spec: spec.clone(),
                },
                LoopState::default(),
                ControlCommand::default(),
                LatestSafe::default(),
                GuardState::default(),
            ));
        }
    }
}

fn build_coordinator(
    blueprint: &Blueprint,
    links: NodeLinks,
    context: NodeContext,
    (scheduler, crossings, live): (SchedulerState, Crossings, LiveParameters),
) -> SubApp {
    let scene = blueprint.scene();
    let mut app = App::new();
    app.set_error_handler(note_failure);
    add_coordinator_schedules(&mut app);
    app.add_plugins((CoordinatorPlugin, SchedulerPlugin, RecordPlugin));
    let built = FieldEngine::new(&scene.field, context.clock.tick_s());
    let (engine, field) = built.unzip();
    let names = std::iter::once("cluster".to_owned());
    let names = names.chain(scene.populations.iter().map(|p| p.name.clone()));
    app.insert_resource(links)
        .insert_resource(Aggregator::new(
            scene.aggregator.clone(),
            field.unwrap_or_default(),
        ))
        .insert_resource(ClusterField(engine))
        .insert_resource(Placement(blueprint.placement.clone()))
        .insert_resource(UnitVertices(blueprint.units.clone()))
        .insert_resource(SafetyKernel(scene.safety.clone()))
        .insert_resource(scheduler)
        .insert_resource(crossings)
        .insert_resource(live)
        .insert_resource(Past(blueprint.delay_line.clone()))
        .insert_resource(ScopeNames(names.collect()))
        .insert_resource(RunRecords {
            every_ticks: scene.record.every_ticks,
            ..RunRecords::default()
        })
        .insert_resource(context);
    finish(app)
}
