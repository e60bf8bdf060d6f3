//! What a scene watches and measures, as it begins.

use bevy::prelude::*;

use crate::base::{PopulationId, VertexId, num};
use crate::cluster::node::WatchedVertices;
use crate::control::ControlSpec;
use crate::phi::readings::PHI_AGE;
use crate::registry::{Demand, Metrics, Need, Site};
use crate::resonator::{Shows, VertexImage};
use crate::safety::SafetySpec;
use crate::tick::{Coordinate, CoordinatorSystems};

use super::measure::{SteeredBy, TermPlace, TermPlaces, measure, measure_streams, send_readings};
use super::rules::{Rules, judge_rules};
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
pub fn set_up_steering(
    app: &mut App,
    (control, safety): (&ControlSpec, &SafetySpec),
    metrics: &Metrics,
    site: &Site,
) {
    let measures = control.loops.iter().flat_map(|spec| {
        let home = site.scope(&spec.scope);
        spec.asks().map(move |(_, measure, of)| {
            let scope = of.map_or(home, |of| site.scope(of));
            (scope, scope == home, measure.metric())
        })
    });
    let barriers = safety.barriers.iter().filter_map(|own| {
        let keeps = control.loops.iter().find(|spec| spec.name == own.keeps)?;
        let home = site.scope(&keeps.scope);
        let scope = own.of.as_ref().map_or(home, |of| site.scope(of));
        Some((scope, scope == home, own.metric.clone()))
    });
    let steered = measures
        .chain(barriers)
        .filter_map(|(scope, at_home, metric)| {
            let place = metrics.position(&metric)?;
            let local = at_home && metrics.list()[place].needs == Need::Signals;
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

/// Puts the rules into the coordinator's World, and lets them be judged where there are any.
pub fn set_up_rules(app: &mut App, safety: &SafetySpec, metrics: &Metrics, site: &Site) {
    let rules = Rules::of(safety, metrics, site);
    if !rules.is_empty() {
        let judge = judge_rules.in_set(CoordinatorSystems::Measure);
        let judge = judge
            .after(measure)
            .after(measure_streams)
            .after(send_readings);
        app.add_systems(Coordinate, judge);
    }
    app.insert_resource(rules);
}

/// Tells the coordinator where the terms of loops, and the age of Φ, stand in the table.
pub fn set_up_terms(
    world: &mut World,
    control: &ControlSpec,
    (metrics, demand): (&Metrics, &Demand),
    site: &Site,
) {
    let loops = control.loops.iter().zip(0..);
    let terms = loops.flat_map(|(own, index)| {
        let scope = site.scope(&own.scope);
        own.terms()
            .enumerate()
            .filter_map(move |(term, (name, _))| {
                let id = own.term_metric(name);
                let place = metrics.position(&id)?;
                demand.asks(&id).then(|| TermPlace {
                    control: index,
                    term,
                    scope,
                    place,
                    always: demand.asks_every_tick(&id),
                })
            })
    });
    let terms = terms.collect();
    let age = metrics.position(&PHI_AGE);
    let age = age.filter(|_| demand.asks(&PHI_AGE));
    world.insert_resource(TermPlaces {
        terms,
        phi_age: age.map(|place| (place, demand.asks_every_tick(&PHI_AGE))),
    });
}
