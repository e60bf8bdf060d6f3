//! Building node Worlds and the coordinator from a blueprint: a line or two for each room.

use std::sync::Arc;

use bevy::ecs::schedule::{InternedScheduleLabel, ScheduleLabel};
use bevy::prelude::*;

use crate::actuation::ActuationPlugin;
use crate::actuation::systems::ActuationSetup;
use crate::base::{NodeId, TickClock};
use crate::bus::ChannelLink;
use crate::cluster::link::NodeLinks;
use crate::cluster::setup::ClusterSetup;
use crate::cluster::{CoordinatorPlugin, NodeLink, NodePlugin};
use crate::control::ControlPlugin;
use crate::phi::PhiPlugin;
use crate::record::RecordPlugin;
use crate::registry::stream::Streams;
use crate::registry::{Demand, LiveParameters, Metrics, Site};
use crate::resonator::ResonatorPlugin;
use crate::resonator::observe_streams;
use crate::resonator::setup::{PlantSetup, spawn_vertices};
use crate::safety::SafetyPlugin;
use crate::scenario::{Blueprint, SceneError, demand, live_parameters};
use crate::scheduler::SchedulerPlugin;
use crate::sensors::SensorPlugin;
use crate::signal::SignalPlugin;
use crate::tick::{
    After, Before, Coordinate, NodeContext, Stage, add_coordinator_schedules, add_node_schedules,
};
use crate::watch::measure::insert_sources;
use crate::watch::{MeasurePlugin, WatchPlugin};
use crate::{actuation, cluster, control, phi, record, resonator, safety, scheduler, sensors};
use crate::{signal, watch};

use super::node::Node;
use super::options::SimOptions;
use super::workers::note_failure;

/// The Worlds of a run and the links between them.
pub struct Worlds {
    /// The coordinator.
    pub coordinator: Node,
    /// The nodes, in order.
    pub nodes: Vec<Node>,
}

/// What every World of a run has.
struct Common {
    live: LiveParameters,
    metrics: Metrics,
    demand: Demand,
    streams: Streams,
}

impl Common {
    fn put_into(&self, world: &mut World, site: &Site) {
        world.insert_resource(site.context.clone());
        world.insert_resource(self.live.clone());
        world.insert_resource(self.metrics.clone());
        world.insert_resource(self.demand.clone());
    }
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
    let scene = blueprint.scene();
    let parts = &blueprint.loaded.parts;
    let demand = demand(scene, parts);
    let metrics = parts.table(scene, &demand);
    let common = Common {
        live: live_parameters(scene, parts),
        streams: parts.streams(&demand, &metrics),
        metrics,
        demand,
    };
    let count = scene.cluster.nodes;
    let site = Site {
        context: NodeContext {
            node: NodeId(count),
            nodes: count,
            workers,
            seed: scene.seed,
            clock: TickClock::new(scene.clock.dt_s, scene.clock.substeps),
            stages: scene.dynamics.integrator.stages(),
            cancel: options.cancel.clone(),
        },
        populations: scene.ranges(),
    };
    let capacity = scene.bus.capacity;
    let links: Vec<_> = (0..count)
        .map(|_| {
            let link = || Arc::new(ChannelLink::new(capacity));
            (link(), link())
        })
        .collect();
    let pairs = links
        .iter()
        .map(|(up, down)| (up.clone() as _, down.clone() as _));
    // It looks at the rows, which the nodes take over.
    let coordinator = build_coordinator(blueprint, NodeLinks(pairs.collect()), &common, &site)?;
    let mut nodes = Vec::new();
    for (number, (up, down)) in (0..).zip(links) {
        let link = NodeLink {
            up,
            down,
            sequence: 0,
        };
        let site = Site {
            context: site.context.at(NodeId(number)),
            ..site.clone()
        };
        nodes.push(build_node(blueprint, link, (&common, &site), options)?);
    }
    blueprint.vertices = Vec::new();
    Ok(Worlds { coordinator, nodes })
}

fn finish(mut app: App, schedules: &[InternedScheduleLabel]) -> Node {
    app.finish();
    app.cleanup();
    Node::new(std::mem::take(app.main_mut()), schedules)
}

fn build_node(
    blueprint: &mut Blueprint,
    link: NodeLink,
    (common, site): (&Common, &Site),
    options: &SimOptions,
) -> Result<Node, SceneError> {
    let (scene, parts) = (&blueprint.loaded.scene, &blueprint.loaded.parts);
    let refused = |(path, message): (String, String)| blueprint.trouble(&path, &message);
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
    let world = app.world_mut();
    common.put_into(world, site);
    world.insert_resource(link);
    let plant = PlantSetup {
        populations: &scene.populations,
        dynamics: &scene.dynamics,
        field: &scene.field,
        delays: &blueprint.delay_rule,
        forces: &scene.forces,
        isa: options.isa,
    };
    resonator::setup::set_up(&mut app, plant, site);
    let open = |sensor| blueprint.mount_device(sensor);
    let window = scene.signal.window;
    sensors::setup::set_up(&mut app, &blueprint.channels, open, window, site)?;
    cluster::node::set_up_samples(&mut app, blueprint.channels.len());
    signal::setup::set_up(&mut app, &scene.signal, &blueprint.channels, site)
        .map_err(|error| SceneError::Invalid(format!("signal: {error}")))?;
    phi::setup::set_up(&mut app, &scene.phi, blueprint.units.len(), site);
    control::setup::set_up(&mut app, &scene.control, &parts.laws, site).map_err(refused)?;
    safety::setup::set_up(&mut app, &scene.safety, site);
    let actuation = ActuationSetup {
        loops: &scene.control.loops,
        specs: &scene.actuators,
        actuators: &parts.actuators,
        is_live: options.replay.is_none(),
    };
    actuation::systems::set_up(&mut app, actuation, site).map_err(refused)?;
    observe_streams::set_up_streams(&mut app, &common.streams);
    let world = app.world_mut();
    watch::setup::set_up_node(world, &scene.crossings);
    let node = site.context.node;
    spawn_vertices(world, &mut blueprint.vertices, &blueprint.placement, node);
    for plugin in &options.node_plugins {
        plugin(&mut app);
    }
    let schedules = [Before.intern(), Stage.intern(), After.intern()];
    Ok(finish(app, &schedules))
}

fn build_coordinator(
    blueprint: &Blueprint,
    links: NodeLinks,
    common: &Common,
    site: &Site,
) -> Result<Node, SceneError> {
    let scene = blueprint.scene();
    let mut app = App::new();
    app.set_error_handler(note_failure);
    add_coordinator_schedules(&mut app);
    app.add_plugins((
        CoordinatorPlugin,
        SchedulerPlugin,
        MeasurePlugin,
        WatchPlugin,
        RecordPlugin,
    ));
    let world = app.world_mut();
    common.put_into(world, site);
    world.insert_resource(links);
    let setup = ClusterSetup {
        aggregator: &scene.aggregator,
        field: &scene.field,
        placement: &blueprint.placement,
        units: &blueprint.units,
        past: &blueprint.delay_line,
    };
    cluster::setup::set_up(world, setup, site);
    insert_sources(world, &common.metrics, &common.demand);
    safety::setup::set_up_rules(world, &scene.safety);
    let (spec, vertices) = (&scene.scheduler, &blueprint.vertices);
    let policies = &blueprint.loaded.parts.policies;
    scheduler::systems::set_up(world, spec, policies, vertices, site)
        .map_err(|(path, message)| blueprint.trouble(&path, &message))?;
    watch::setup::set_up(&mut app, &scene.crossings, vertices, site);
    let steering = (&scene.control, &scene.safety);
    watch::setup::set_up_steering(&mut app, steering, &common.metrics, site);
    watch::setup::set_up_rules(&mut app, &scene.safety, &common.metrics, site);
    let world = app.world_mut();
    let asked = (&common.metrics, &common.demand);
    watch::setup::set_up_terms(world, &scene.control, asked, site);
    record::systems::set_up(world, site, &blueprint.names);
    watch::measure::set_up_streams(&mut app, &common.streams, site)
        .map_err(|error| SceneError::Invalid(error.to_string()))?;
    Ok(finish(app, &[Coordinate.intern()]))
}
