//! The coordinator's Record: rows and events of the tick.

use std::sync::Arc;

use bevy::prelude::*;

use crate::base::{PopulationId, Subject, Tick};
use crate::cluster::collected::Collected;
use crate::cluster::coordinator::ClusterState;
use crate::registry::{Class, Demand, DurableApp, Metrics, OfResource, Readings, Site};
use crate::safety::{Rule, SafeCommand, SafetyAlert, Severity};
use crate::scheduler::PlannedMoves;
use crate::tick::{Cause, Coordinate, CoordinatorSystems, NodeContext, PendingInputs};
use crate::watch::measure::LostSums;
use crate::watch::{Crossed, Rules};

use super::event::{EventKind, EventRecord};
use super::rows::MetricRow;
use super::step_watch::{STEP_TOO_LONG, StepWatch};

/// Names of populations by number, "cluster" first.
#[derive(Resource, Clone, Debug, Default)]
pub struct ScopeNames(pub Vec<String>);

impl ScopeNames {
    fn of(&self, scope: PopulationId) -> String {
        let name = self.0.get(scope.index()).cloned();
        name.unwrap_or_else(|| "cluster".to_owned())
    }
}

/// What a graph file calls the vertices; empty when by their numbers alone.
#[derive(Resource, Clone, Debug, Default)]
pub struct VertexNames(pub Arc<[Box<str>]>);

impl VertexNames {
    fn of(&self, about: &Subject) -> Option<String> {
        let Subject::Vertex(vertex) = about else {
            return None;
        };
        self.0.get(vertex.index()).map(|name| name.to_string())
    }
}

/// Rows and events that wait to be taken at most; beyond, the oldest half gives way, so that a run
/// whose records nobody takes does not fill the memory.
const KEPT: usize = 200_000;

/// What was recorded and not yet taken, and running counts.
#[derive(Resource, Clone, Debug, Default)]
pub struct RunRecords {
    /// Rows.
    pub rows: Vec<MetricRow>,
    /// Events.
    pub events: Vec<EventRecord>,
    /// Commands that took effect.
    pub commands: Vec<(Tick, SafeCommand)>,
    /// Counts of the whole run.
    pub counts: RunCounts,
    /// The scope whose sums over resonators were no finite numbers when they were formed last.
    pub lost: Option<PopulationId>,
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
#[expect(clippy::too_many_lines, reason = "waits to be split")]
pub fn record_events(
    at: Res<NodeContext>,
    collected: Res<Collected>,
    cluster: Res<ClusterState>,
    planned: Res<PlannedMoves>,
    inputs: Res<PendingInputs>,
    (lost, names, called): (Res<LostSums>, Res<ScopeNames>, Res<VertexNames>),
    (crossed, rules): (Res<Crossed>, Res<Rules>),
    mut records: ResMut<RunRecords>,
) {
    let was_lost = std::mem::replace(&mut records.lost, lost.0);
    let (tick, t_s) = (at.clock.tick, at.clock.time_s());
    let mut add = |about: Subject, data: EventKind, cause: String, action: String| {
        records.events.push(EventRecord {
            tick,
            t_s,
            name: called.of(&about),
            about,
            data,
            cause,
            action,
        });
    };
    // What a rule brings about is told with the rule, unless it holds or stops the run.
    let by_rule =
        |alert: &&SafetyAlert| alert.rule == Rule::Formula && alert.severity == Severity::Warning;
    for alert in collected.alerts.iter().filter(|own| !by_rule(own)) {
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
        // A ramp sets its parameter in every tick; metrics tell what it did. Rules tell themselves.
        if input.is_told() && !matches!(by, Cause::Ramp | Cause::Rule) {
            let data = EventKind::Input {
                input: input.clone(),
                by: *by,
            };
            add(input.about(), data, by.to_string(), input.action());
        }
    }
    if let Some(scope) = lost.0.filter(|_| was_lost.is_none()) {
        let cause = "what is observed of its resonators is no finite number".to_owned();
        let action = "left out of the metrics; warning".to_owned();
        add(
            Subject::Sums(names.of(scope)),
            EventKind::Lost,
            cause,
            action,
        );
    }
    for own in &crossed.0 {
        let data = EventKind::Crossing {
            time_s: own.time_s,
            level: own.level,
            held_back: own.held_back,
        };
        add(
            own.about.clone(),
            data,
            own.cause.clone(),
            own.action.clone(),
        );
    }
    for turn in &rules.turns {
        let own = turn.standing;
        let data = EventKind::Rule {
            change: turn.change,
            grade: turn.spec.severity,
            margin: own.margin,
            before: turn.before,
            invalid: own.invalid,
            window: own.window,
            then: turn.spec.then,
        };
        let about = Subject::Rule(turn.spec.name.clone());
        add(about, data, turn.cause(), turn.action.clone());
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

/// Writes down the readings when a row is due. What is written down decides nothing.
pub fn record_rows(
    at: Res<NodeContext>,
    cluster: Res<ClusterState>,
    names: Res<ScopeNames>,
    (metrics, demand, readings): (Res<Metrics>, Res<Demand>, Res<Readings>),
    steps: Res<StepWatch>,
    mut records: ResMut<RunRecords>,
) {
    if !demand.is_row_due(readings.completed) {
        return;
    }
    let mut clock = at.clock;
    clock.tick = readings.completed;
    if records.rows.len() >= KEPT {
        records.rows.drain(..KEPT / 2);
    }
    for (scope, values) in readings.scopes() {
        let state = cluster.signals.get(&scope);
        let flags = state.into_iter().flat_map(|state| &state.flags);
        let mut flags: Vec<String> = flags.map(ToString::to_string).collect();
        if steps.is_too_long(scope.index()) {
            flags.push(STEP_TOO_LONG.to_owned());
        }
        let measured = state.is_some_and(|state| state.valid);
        records.counts.valid_metrics += u64::from(measured);
        records.rows.push(MetricRow {
            tick: clock.tick,
            t_s: clock.time_s(),
            scope: names.of(scope),
            measured,
            flags: flags.join(" "),
            values: values.to_vec(),
            metrics: metrics.clone(),
        });
    }
}

/// Tells the record the names of scopes and vertices.
pub fn set_up(world: &mut World, site: &Site, names: &Arc<[Box<str>]>) {
    world.insert_resource(VertexNames(names.clone()));
    let populations = site.populations.iter().map(|own| own.name.clone());
    let names = std::iter::once("cluster".to_owned()).chain(populations);
    world.insert_resource(ScopeNames(names.collect()));
}

/// Recording.
pub struct RecordPlugin;

impl Plugin for RecordPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<RunRecords>()
            .init_resource::<ScopeNames>()
            .init_resource::<VertexNames>()
            .init_resource::<StepWatch>()
            .durable(OfResource::<StepWatch, _>::whole(
                "record.step_watch",
                Class::Transport,
            ))
            .local::<RunRecords>()
            .local::<ScopeNames>()
            .local::<VertexNames>()
            .add_systems(
                Coordinate,
                (record_events, record_rows)
                    .chain()
                    .in_set(CoordinatorSystems::Record),
            );
    }
}
