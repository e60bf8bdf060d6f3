//! The coordinator's Record: rows and events of the tick.

use bevy::prelude::*;

use crate::base::{PopulationId, Subject, Tick};
use crate::cluster::Aggregator;
use crate::cluster::coordinator::{ClusterState, Collected, chain_digest};
use crate::resonator::observe::PlantSums;
use crate::safety::SafeCommand;
use crate::scheduler::{PlannedMoves, SchedulerState};
use crate::tick::{Cause, Coordinate, CoordinatorSystems, NodeContext, PendingInputs};

use super::crossings::{Crossings, watch};
use super::event::{EventKind, EventRecord};
use super::rows::MetricRow;

/// Names of populations by number, "cluster" first.
#[derive(Resource, Clone, Debug, Default)]
pub struct ScopeNames(pub Vec<String>);

/// Rows and events that wait to be taken at most; beyond, the oldest half gives way, so that a run
/// whose records nobody takes does not fill the memory.
const KEPT: usize = 200_000;

/// What was recorded and not yet taken, and running counts.
#[derive(Resource, Clone, Debug, Default)]
pub struct RunRecords {
    /// Ticks between rows.
    pub every_ticks: u64,
    /// Rows.
    pub rows: Vec<MetricRow>,
    /// Events.
    pub events: Vec<EventRecord>,
    /// Commands that took effect.
    pub commands: Vec<(Tick, SafeCommand)>,
    /// Counts of the whole run.
    pub counts: RunCounts,
    /// Whether a sum over resonators was no finite number when rows were formed last.
    pub lost: bool,
}

/// Counts of the whole run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunCounts {
    /// Rows with valid signals.
    pub valid_metrics: u64,
    /// Commands that passed the safety gate.
    pub commands: u64,
    /// Vertices that changed their node.
    pub migrations: u64,
    /// Reports of Φ.
    pub phi_reports: u64,
    /// Alerts.
    pub alerts: u64,
}

/// Writes down the events of the tick.
pub fn record_events(
    at: Res<NodeContext>,
    collected: Res<Collected>,
    cluster: Res<ClusterState>,
    planned: Res<PlannedMoves>,
    inputs: Res<PendingInputs>,
    mut records: ResMut<RunRecords>,
) {
    let (tick, t_s) = (at.clock.tick, at.clock.time_s());
    let mut add = |about: Subject, data: EventKind, cause: String, action: String| {
        records.events.push(EventRecord {
            tick,
            t_s,
            about,
            data,
            cause,
            action,
        });
    };
    for alert in &collected.alerts {
        let cause = format!("{}: {} beyond {}", alert.rule, alert.value, alert.limit);
        let action = format!("{}; {:?}", alert.action, alert.severity).to_lowercase();
        let data = EventKind::Alert {
            rule: alert.rule,
            severity: alert.severity,
            value: alert.value,
            limit: alert.limit,
        };
        add(alert.subject.clone(), data, cause, action);
    }
    for step in &planned.moves {
        let (from, to) = (step.from, step.to);
        add(
            Subject::Vertex(step.vertex),
            EventKind::Migration { from, to },
            planned.cause.clone(),
            format!("{from} to {to}"),
        );
    }
    let taken_at = cluster.phi.taken_at;
    if collected.phi_fresh
        && let Some(report) = &cluster.phi.report
    {
        let data = EventKind::Phi {
            value: report.value,
            bound: report.bound,
            taken_at,
        };
        let cause = format!("taken at tick {taken_at}; {}", report.method);
        add(Subject::Cluster, data, cause, report.summary());
    }
    if collected.phi_refused
        && let Some(refusal) = &cluster.phi.refusal
    {
        add(
            Subject::Cluster,
            EventKind::PhiRefused { taken_at },
            format!("taken at tick {taken_at}"),
            format!("refused: {refusal}"),
        );
    }
    for (input, by) in inputs.0.iter().zip(&inputs.1) {
        // A ramp sets its parameter in every tick; metrics tell what it did.
        if input.is_edit() && *by != Cause::Ramp {
            let data = EventKind::Input {
                input: input.clone(),
                by: *by,
            };
            add(input.about(), data, by.to_string(), input.action());
        }
    }
    if records.events.len() >= KEPT {
        records.events.drain(..KEPT / 2);
    }
    let counts = &mut records.counts;
    counts.alerts += collected.alerts.len() as u64;
    counts.migrations += planned.moves.len() as u64;
    counts.commands += collected.commands.len() as u64;
    counts.phi_reports += u64::from(collected.phi_fresh);
    let actuated: Vec<_> = collected.actuated.clone();
    if records.commands.len() >= KEPT {
        records.commands.drain(..KEPT / 2);
    }
    records.commands.extend(actuated);
}

/// The metrics after this tick, when somebody asks for them: a row that is due, or a watched level.
#[derive(Resource, Clone, Debug, Default)]
pub struct TickRows(pub Vec<MetricRow>);

/// Forms the metrics after the tick, and writes them down when a row is due. What is written down
/// decides nothing: watched levels see the metrics of every tick.
pub fn record_rows(
    at: Res<NodeContext>,
    cluster: Res<ClusterState>,
    scheduler: Res<SchedulerState>,
    names: Res<ScopeNames>,
    collected: Res<Collected>,
    aggregator: Res<Aggregator>,
    crossings: Res<Crossings>,
    mut records: ResMut<RunRecords>,
    mut formed: ResMut<TickRows>,
) {
    formed.0.clear();
    let tick = at.clock.tick + 1;
    let due = tick.is_multiple_of(records.every_ticks.max(1));
    if !due && !crossings.watch_metrics() {
        return;
    }
    let mut clock = at.clock;
    clock.tick = tick;
    let alerts = records.counts.alerts;
    let load_max = scheduler.loads.iter().copied().reduce(f64::max);
    let mut scopes: Vec<PopulationId> = cluster.signals.keys().copied().collect();
    if !scopes.contains(&PopulationId::CLUSTER) {
        scopes.insert(0, PopulationId::CLUSTER);
    }
    let plants = collected.plants();
    let name_of = |scope: PopulationId| {
        let name = names.0.get(scope.index()).cloned();
        name.unwrap_or_else(|| "cluster".to_owned())
    };
    // Only what is observed is lost, so that nothing but the record may know of it.
    let lost = plants.iter().filter(|(_, sums)| !sums.is_finite());
    let lost = lost.min_by_key(|(own, _)| (**own == PopulationId::CLUSTER, **own));
    let was_lost = std::mem::replace(&mut records.lost, lost.is_some());
    if let Some((scope, _)) = lost.filter(|_| !was_lost) {
        records.events.push(EventRecord {
            tick: at.clock.tick,
            t_s: at.clock.time_s(),
            about: Subject::Sums(name_of(*scope)),
            data: EventKind::Lost,
            cause: "what is observed of its resonators is no finite number".to_owned(),
            action: "left out of the metrics; warning".to_owned(),
        });
    }
    let grid = aggregator.field.grid.as_ref();
    let field = grid.map(|grid| [grid.energy, grid.rms]);
    let observed = plants
        .keys()
        .filter(|scope| !cluster.signals.contains_key(scope));
    scopes.extend(observed.filter(|scope| **scope != PopulationId::CLUSTER));
    scopes.sort_unstable();
    for scope in scopes {
        let state = cluster.signals.get(&scope);
        let whole = scope == PopulationId::CLUSTER;
        let signals = state.filter(|state| state.valid).map(|state| {
            [
                state.entropy_nats,
                state.entropy_normalized,
                state.coherence,
                state.coherence_debiased,
                state.resonance,
                state.peak_hz,
            ]
        });
        let mut commands = cluster.commands.values().filter(|c| c.scope() == scope);
        let flags: Vec<String> = state
            .map(|state| state.flags.iter().map(ToString::to_string).collect())
            .unwrap_or_default();
        let phi = cluster.phi.report.as_ref().map(|report| report.value);
        formed.0.push(MetricRow {
            tick,
            t_s: clock.time_s(),
            scope: name_of(scope),
            signals,
            phi_nats: phi.filter(|_| whole),
            command: commands.next().map(SafeCommand::value),
            load_max: load_max.filter(|_| whole),
            alerts: whole.then_some(alerts),
            flags: flags.join(" "),
            plant: plants.get(&scope).map(PlantSums::reading),
            field: field.filter(|_| whole),
        });
    }
    if due {
        let valid = formed.0.iter().filter(|row| row.signals.is_some()).count();
        records.counts.valid_metrics += valid as u64;
        if records.rows.len() >= KEPT {
            records.rows.drain(..KEPT / 2);
        }
        records.rows.extend_from_slice(&formed.0);
    }
}

/// Recording.
pub struct RecordPlugin;

impl Plugin for RecordPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<RunRecords>()
            .init_resource::<ScopeNames>()
            .init_resource::<Crossings>()
            .init_resource::<TickRows>()
            .add_systems(
                Coordinate,
                (record_events, record_rows, watch)
                    .chain()
                    .after(chain_digest)
                    .in_set(CoordinatorSystems::Record),
            );
    }
}
