//! What a scene watches and measures, as it begins.

use bevy::prelude::*;

use crate::base::{PopulationId, VertexId, num};
use crate::cluster::node::WatchedVertices;
use crate::control::ControlSpec;
use crate::registry::{Metrics, Need, Site};
use crate::resonator::{Shows, VertexImage};
use crate::tick::{Coordinate, CoordinatorSystems};

use super::measure::{SteeredBy, measure, measure_streams, send_readings};
use super::spec::{CrossingSpec, Watched};
use super::systems::{WatchState, Watches, watch};

/// Puts the watches into the coordinator's World, with what is seen of vertices before the first
/// tick.
pub fn set_up(app: &mut App, crossings: &[CrossingSpec], vertices: &[VertexImage], site: &Site) {
    let specs = crossings.iter().map(|crossing| {
        let scope = match &crossing.of {
            Watched::Metric { scope, .. } => site.scope(scope),
            Watched::Vertex { .. } => PopulationId::CLUSTER,
        };
        (crossing.clone(), scope)
    });
    let at_start = crossings.iter().map(|crossing| match crossing.of {
        Watched::Metric { .. } => None,
        Watched::Vertex { vertex, variable } => {
            let model = &vertices.get(vertex as usize)?.model;
            let [first, second] = model.state();
            let observable = match model.shows() {
                Shows::Phase => num::cos(first),
                Shows::Displacement | Shows::Amplitude => first,
            };
            Some(variable.of([observable, first, second]))
        }
    });
    app.insert_resource(Watches {
        specs: specs.collect(),
        state: WatchState::at_start(at_start),
    });
    if !crossings.is_empty() {
        app.add_systems(Coordinate, watch.in_set(CoordinatorSystems::Watch));
    }
}

/// Puts the vertices into a node's World that it is to report.
pub fn set_up_node(world: &mut World, crossings: &[CrossingSpec]) {
    let watched = crossings.iter().filter_map(|crossing| match crossing.of {
        Watched::Vertex { vertex, .. } => Some(VertexId(vertex)),
        Watched::Metric { .. } => None,
    });
    let mut list: Vec<VertexId> = watched.collect();
    list.sort_unstable();
    list.dedup();
    world.insert_resource(WatchedVertices(list));
}

/// Tells the coordinator what loops steer by that the nodes do not have themselves.
pub fn set_up_steering(app: &mut App, control: &ControlSpec, metrics: &Metrics, site: &Site) {
    let measures = control.loops.iter().flat_map(|spec| {
        let own = spec.measures();
        own.map(|measure| (site.scope(&spec.scope), measure.metric()))
    });
    let steered = measures.filter_map(|(scope, metric)| {
        let place = metrics.position(&metric)?;
        let local = metrics.list()[place].needs == Need::Signals;
        (!local).then_some((scope, place))
    });
    let mut list: Vec<_> = steered.collect();
    list.sort_unstable();
    list.dedup();
    if !list.is_empty() {
        let send = send_readings.after(measure).after(measure_streams);
        app.add_systems(Coordinate, send.in_set(CoordinatorSystems::Measure));
    }
    app.insert_resource(SteeredBy(list));
}
