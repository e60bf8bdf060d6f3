//! Weighing loads and planning moves, on the coordinator.

use bevy::prelude::*;

use crate::base::{Input, NodeId, Subject, VertexId};
use crate::cluster::collected::Collected;
use crate::cluster::coordinator::Placement;
use crate::graph::{Row, Vertex};
use crate::registry::{DurableApp, Opening, Site};
use crate::resonator::VertexImage;
use crate::tick::{Coordinate, CoordinatorSystems, NodeContext, PendingInputs};

use super::load::{NodeLoad, vertex_work};
use super::policy::{Move, OpenPolicy, Policies, Policy, Situation};
use super::spec::SchedulerSpec;

/// The moves that are handed off between this tick and the next.
#[derive(Resource, Clone, Debug, Default)]
pub struct PlannedMoves {
    /// In order.
    pub moves: Vec<Move>,
    /// Why.
    pub cause: String,
}

impl PlannedMoves {
    /// Adds a move of a vertex that is elsewhere and is not moved already.
    fn add(&mut self, vertex: VertexId, to: NodeId, placement: &Placement, cause: &str) {
        let from = placement.0[vertex.index()];
        if from != to && self.moves.iter().all(|step| step.vertex != vertex) {
            self.moves.push(Move { vertex, from, to });
            self.cause = cause.to_owned();
        }
    }
}

/// What the scheduler knows.
#[derive(Resource, Clone, Debug)]
pub struct SchedulerState {
    /// Work of each node over the capacity.
    pub loads: Vec<f64>,
    /// Vertices on each node.
    pub vertices: Vec<u64>,
    /// Work units that a node can do in a tick.
    pub capacity: u64,
    spec: SchedulerSpec,
    policy: OpenPolicy,
    stages: u64,
    vertex_work: Vec<u64>,
    sources: Vec<Vec<u32>>,
}

impl SchedulerState {
    /// A scheduler of these vertices on `nodes` nodes with `stages` integrator stages per tick.
    #[must_use]
    pub fn new(spec: &SchedulerSpec, vertices: &[VertexImage], nodes: u16, stages: u64) -> Self {
        let vertex_work: Vec<u64> = vertices
            .iter()
            .map(|image| vertex_work(image.row.len() as u64, stages))
            .collect();
        let total: u64 = vertex_work.iter().sum();
        let share = 2 * total / u64::from(nodes.max(1));
        Self {
            loads: Vec::new(),
            vertices: Vec::new(),
            capacity: spec.capacity.unwrap_or(share).max(1),
            spec: spec.clone(),
            policy: OpenPolicy::default(),
            stages,
            vertex_work,
            // With one node there is nowhere to move to.
            sources: vertices
                .iter()
                .filter(|_| nodes > 1)
                .map(|image| image.row.sources().map(|source| source.0 as u32).collect())
                .collect(),
        }
    }

    /// Learns the row of a vertex as it is now.
    pub fn learn(&mut self, vertex: VertexId, sources: Vec<u32>) {
        let Some(known) = self.sources.get_mut(vertex.index()) else {
            return;
        };
        self.vertex_work[vertex.index()] = vertex_work(sources.len() as u64, self.stages);
        *known = sources;
    }

    fn learn_edge(&mut self, source: VertexId, target: VertexId, weight: f64) {
        let Some(known) = self.sources.get(target.index()) else {
            return;
        };
        let mut sources = known.clone();
        let source = source.0 as u32;
        match sources.binary_search(&source) {
            Ok(at) if weight == 0.0 => {
                sources.remove(at);
            }
            Err(at) if weight != 0.0 => sources.insert(at, source),
            _ => return,
        }
        self.learn(target, sources);
    }
}

/// Weighs the loads and plans the moves of this tick.
pub fn schedule(
    at: Res<NodeContext>,
    collected: Res<Collected>,
    placement: Res<Placement>,
    inputs: Res<PendingInputs>,
    mut state: ResMut<SchedulerState>,
    mut planned: ResMut<PlannedMoves>,
) -> Result {
    let stages = u64::from(at.stages * at.clock.substeps);
    let work: Vec<u64> = collected
        .reports
        .iter()
        .map(|report| {
            NodeLoad {
                vertices: report.vertices,
                row_entries: report.row_entries,
                stages,
                devices: report.devices,
            }
            .work()
        })
        .collect();
    let capacity = state.capacity;
    state.loads = work.iter().map(|w| *w as f64 / capacity as f64).collect();
    state.vertices = collected
        .reports
        .iter()
        .map(|report| report.vertices)
        .collect();
    planned.moves.clear();
    let tick = at.clock.tick;
    for input in &inputs.0 {
        match input {
            Input::Edge {
                source,
                target,
                weight,
            } => state.learn_edge(*source, *target, *weight),
            Input::Move { vertex, to } => {
                let to = NodeId(to.0 % at.nodes);
                planned.add(*vertex, to, &placement, "operator");
            }
            _ => {}
        }
    }
    for scripted in state.spec.script.iter().filter(|s| s.tick == tick) {
        let to = NodeId(scripted.to.0 % at.nodes);
        planned.add(scripted.vertex, to, &placement, "scripted in the scene");
    }
    if !planned.moves.is_empty() || !tick.is_multiple_of(state.spec.period_ticks) {
        return Ok(());
    }
    let greatest = state.loads.iter().copied().fold(0.0, f64::max);
    let now = Situation {
        work,
        capacity,
        owners: &placement.0,
        vertex_work: &state.vertex_work,
        sources: &state.sources,
    };
    planned.moves = state.spec.policy.plan(now, &state.policy)?;
    planned.cause = match &state.spec.policy {
        Policy::Original { threshold, .. } => {
            format!("load {greatest:.3} beyond threshold {threshold}")
        }
        Policy::Custom(own) => format!("policy {}, greatest load {greatest:.3}", own.name),
        _ => format!("greatest load {greatest:.3} out of balance"),
    };
    let spared = |step: &Move| inputs.spares(&Subject::Vertex(step.vertex));
    planned.moves.retain(|step| !spared(step));
    Ok(())
}

impl SchedulerState {
    /// Learns the rows of all vertices anew, from the Worlds that they are in.
    pub fn relearn<'w>(&mut self, nodes: impl Iterator<Item = &'w mut World>) {
        for world in nodes {
            let mut rows = world.query::<(&Vertex, &Row)>();
            for (vertex, row) in rows.iter(world) {
                let sources = row.sources().map(|source| source.0 as u32);
                self.learn(vertex.0, sources.collect());
            }
        }
    }
}

/// Puts a scheduler of these vertices into the coordinator's World.
///
/// # Errors
/// With path and message, when a policy of the catalog refuses its parameters.
pub fn set_up(
    world: &mut World,
    spec: &SchedulerSpec,
    policies: &Policies,
    vertices: &[VertexImage],
    site: &Site,
) -> Result<(), (String, String)> {
    let at = &site.context;
    let stages = u64::from(at.stages * at.clock.substeps);
    let opening = Opening::new(at.seed, 0, at.clock.tick_s());
    let policy = OpenPolicy::open(&spec.policy, policies, opening);
    let mut state = SchedulerState::new(spec, vertices, at.nodes, stages);
    state.policy = policy.map_err(|message| ("scheduler.policy".to_owned(), message))?;
    world.insert_resource(state);
    Ok(())
}

/// Scheduling.
pub struct SchedulerPlugin;

impl Plugin for SchedulerPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<PlannedMoves>()
            .local::<PlannedMoves>()
            .local::<SchedulerState>()
            .add_systems(Coordinate, schedule.in_set(CoordinatorSystems::Schedule));
    }
}
