//! The readings of a tick: what every room has of the metrics that are asked for.

use std::collections::BTreeMap;

use bevy::prelude::*;

use crate::base::PopulationId;
use crate::bus::Address;
use crate::cluster::collected::Collected;
use crate::cluster::coordinator::{ClusterState, Outgoing};
use crate::cluster::{Aggregator, DistributedEvent};
use crate::control::terms::LatestTerms;
use crate::field::GridState;
use crate::phi::systems::LatestPhi;
use crate::registry::metric::Declared;
use crate::registry::part::PartResult;
use crate::registry::readings::Asked;
use crate::registry::stream::Streams;
use crate::registry::{Class, Demand, DurableApp, Metrics, Need, OfResource, Readings, Site};
use crate::resonator::observe::PlantReading;
use crate::safety::SafeCommand;
use crate::scheduler::SchedulerState;
use crate::sensors::health::HealthSummary;
use crate::signal::SystemState;
use crate::tick::{Coordinate, CoordinatorSystems, NodeContext};

use super::streams::RunningStreams;

/// The scope whose sums over resonators are no finite numbers, populations before the cluster.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LostSums(pub Option<PopulationId>);

/// What loops steer by that the coordinator has: scope, and the place of the metric in the table.
#[derive(Resource, Clone, Debug, Default)]
pub struct SteeredBy(pub Vec<(PopulationId, usize)>);

/// Where a term of a loop stands among the readings.
#[derive(Clone, Copy, Debug)]
pub struct TermPlace {
    /// Number of the loop.
    pub control: u32,
    /// Place among its terms.
    pub term: usize,
    /// Its scope.
    pub scope: PopulationId,
    /// Place in the table of metrics.
    pub place: usize,
    /// Whether it is asked for in every tick, and not in ticks after which a row is due alone.
    pub always: bool,
}

/// Where readings stand that belong to no room's results, where somebody asks.
#[derive(Resource, Clone, Debug, Default)]
pub struct TermPlaces {
    /// The terms of loops.
    pub terms: Vec<TermPlace>,
    /// The age of Φ, and whether it is asked for in every tick.
    pub phi_age: Option<(usize, bool)>,
}

/// The metrics that are asked for, by where they are read.
type Sources<'w> = (
    Res<'w, Asked<SystemState>>,
    Res<'w, Asked<PlantReading>>,
    Res<'w, Asked<GridState>>,
    Res<'w, Asked<LatestPhi>>,
    Res<'w, Asked<SafeCommand>>,
    Res<'w, Asked<SchedulerState>>,
    Res<'w, Asked<ClusterState>>,
    Res<'w, Asked<HealthSummary>>,
);

/// Where this run reads the metrics that are asked for, a line for each room that has some.
pub fn insert_sources(world: &mut World, metrics: &Metrics, demand: &Demand) {
    let asked = (metrics, demand);
    let signals = Asked::named(Need::Signals, SystemState::value, metrics, demand);
    world.insert_resource(signals);
    insert(world, crate::resonator::readings::metrics(), asked);
    insert(world, crate::field::readings::metrics(), asked);
    insert(world, crate::phi::readings::metrics(), asked);
    insert(world, crate::safety::readings::metrics(), asked);
    insert(world, crate::scheduler::readings::metrics(), asked);
    insert(world, crate::cluster::readings::metrics(), asked);
    insert(world, crate::sensors::readings::metrics(), asked);
}

fn insert<S: 'static>(
    world: &mut World,
    declared: Vec<Declared<S>>,
    (metrics, demand): (&Metrics, &Demand),
) {
    world.insert_resource(Asked::new(declared, metrics, demand));
}

/// Forms the readings after this tick, when anybody asks for them.
pub fn measure(
    at: Res<NodeContext>,
    (metrics, demand): (Res<Metrics>, Res<Demand>),
    sources: Sources,
    cluster: Res<ClusterState>,
    collected: Res<Collected>,
    aggregator: Res<Aggregator>,
    scheduler: Res<SchedulerState>,
    (terms, places): (Res<LatestTerms>, Res<TermPlaces>),
    mut readings: ResMut<Readings>,
    mut lost: ResMut<LostSums>,
) {
    let completed = at.clock.tick + 1;
    readings.begin(completed, metrics.list().len());
    if !demand.is_due(completed) {
        return;
    }
    let (signals, plants, grids, phi, commands, loads, alerts, health) = sources;
    let whole = PopulationId::CLUSTER;
    alerts.read(&cluster, readings.scope_mut(whole));
    loads.read(&scheduler, readings.scope_mut(whole));
    phi.read(&cluster.phi, readings.scope_mut(whole));
    let row = demand.is_row_due(completed);
    if let Some((place, always)) = places.phi_age
        && (always || row)
    {
        let report = cluster.phi.report.as_ref();
        let taken_at = report.map_or(0, |_| cluster.phi.taken_at);
        readings.scope_mut(whole)[place] = Some((completed - taken_at) as f64);
    }
    if let Some(grid) = &aggregator.field.grid {
        grids.read(grid, readings.scope_mut(whole));
    }
    for (scope, state) in &cluster.signals {
        let own = readings.scope_mut(*scope);
        if state.valid {
            signals.read(state, own);
        }
    }
    for (scope, own) in collected.reports.iter().flat_map(|own| &own.sensors) {
        health.read(own, readings.scope_mut(*scope));
    }
    if demand.needs_any(&[Need::States, Need::Rates, Need::Edges], completed) {
        let sums = collected.plants();
        // Only what is observed is lost, so that nothing but the record may know of it.
        let broken = sums.iter().filter(|(_, own)| !own.is_finite());
        let broken = broken.map(|(scope, _)| *scope);
        lost.0 = broken.min_by_key(|scope| (*scope == whole, *scope));
        for (scope, own) in &sums {
            plants.read(&own.reading(), readings.scope_mut(*scope));
        }
    }
    for own in places.terms.iter().filter(|own| own.always || row) {
        let terms = terms.0.get(&own.control);
        let value = terms.and_then(|terms| terms.get(own.term));
        readings.scope_mut(own.scope)[own.place] = value;
    }
    let mut first: BTreeMap<PopulationId, &SafeCommand> = BTreeMap::new();
    for command in cluster.commands.values() {
        first.entry(command.scope()).or_insert(command);
    }
    for (scope, command) in first {
        commands.read(command, readings.scope_mut(scope));
    }
}

/// Forms the metrics of users, which may read all others.
///
/// # Errors
/// When one of them fails.
pub fn measure_streams(
    at: Res<NodeContext>,
    (metrics, demand): (Res<Metrics>, Res<Demand>),
    collected: Res<Collected>,
    streams: Res<Streams>,
    mut running: ResMut<RunningStreams>,
    mut readings: ResMut<Readings>,
) -> Result {
    let completed = at.clock.tick + 1;
    if !demand.needs(Need::Own, completed) {
        return Ok(());
    }
    let after_s = at.clock.tick_s() * completed as f64;
    running.read(
        &streams,
        &collected.streams(),
        (completed, after_s),
        (&metrics, &mut readings),
        |id| demand.asks_after(id, completed),
    )?;
    Ok(())
}

/// Begins the metrics of users in the scopes of a run, and lets them be formed where there are any.
///
/// # Errors
/// When what one remembers cannot be saved.
pub fn set_up_streams(app: &mut App, streams: &Streams, site: &Site) -> PartResult<()> {
    let running = RunningStreams::begin(streams, site.populations.len() as u16)?;
    if streams.0.is_empty() {
        return Ok(());
    }
    let measure = measure_streams.in_set(CoordinatorSystems::Measure);
    let measure = measure.after(self::measure);
    app.insert_resource(running)
        .insert_resource(streams.clone())
        .durable(OfResource::<RunningStreams, _>::checked_part(
            "watch.streams",
            Class::State,
            RunningStreams::images,
            RunningStreams::restore,
        ))
        .local::<Streams>()
        .add_systems(Coordinate, measure);
    Ok(())
}

/// Sends the nodes what their loops steer by.
pub fn send_readings(
    at: Res<NodeContext>,
    steered: Res<SteeredBy>,
    readings: Res<Readings>,
    mut outgoing: ResMut<Outgoing>,
) {
    let found = steered.0.iter().filter_map(|(scope, metric)| {
        let value = readings.get(*scope, *metric)?;
        Some((*scope, *metric as u16, value))
    });
    let found: Vec<_> = found.collect();
    if !found.is_empty() {
        outgoing.push(&at, Address::AllNodes, DistributedEvent::Readings(found));
    }
}

/// The readings of every tick.
pub struct MeasurePlugin;

impl Plugin for MeasurePlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Readings>()
            .init_resource::<LostSums>()
            .init_resource::<SteeredBy>()
            .init_resource::<TermPlaces>()
            .init_resource::<LatestTerms>()
            .durable(OfResource::<LatestTerms, _>::whole(
                "control.latest_terms",
                Class::Transport,
            ))
            .local::<TermPlaces>()
            .local::<Readings>()
            .local::<LostSums>()
            .local::<SteeredBy>()
            .local::<Metrics>()
            .local::<Demand>()
            .local::<Asked<SystemState>>()
            .local::<Asked<PlantReading>>()
            .local::<Asked<GridState>>()
            .local::<Asked<LatestPhi>>()
            .local::<Asked<SafeCommand>>()
            .local::<Asked<SchedulerState>>()
            .local::<Asked<ClusterState>>()
            .local::<Asked<HealthSummary>>()
            .add_systems(Coordinate, measure.in_set(CoordinatorSystems::Measure));
    }
}
