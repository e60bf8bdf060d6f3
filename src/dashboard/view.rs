//! The view model: what panels show and what they ask for.

use std::sync::Arc;

use crate::base::Tick;
use crate::kernel::{KernelState, Simulation};
use crate::phi::systems::LatestPhi;
use crate::record::{EventRecord, MetricRow};
use crate::scenario::LiveParameter;
use crate::scenario::parameters::live_parameters;
use crate::scenario::scene::Scene;

use super::series::Series;

/// Places at which the field is sampled for its picture.
pub const FIELD_SAMPLES: usize = 257;
/// Edges that are drawn at most.
const DRAWN_EDGES: usize = 4_000;

/// What does not change while a scene runs.
#[derive(Clone, Debug)]
pub struct SceneFacts {
    /// The scene.
    pub scene: Scene,
    /// Edges to draw, each once; none when there are too many.
    pub edges: Vec<[u32; 2]>,
    /// Whether each vertex is a phase oscillator.
    pub is_phase: Vec<bool>,
    /// Parameters that can be set live.
    pub parameters: Vec<LiveParameter>,
    /// Names of the units of Φ.
    pub units: Vec<String>,
}

/// A run as it is at one tick.
#[derive(Clone, Debug)]
pub struct View {
    /// What does not change.
    pub facts: Arc<SceneFacts>,
    /// Ticks completed.
    pub tick: Tick,
    /// Plant time, s.
    pub t_s: f64,
    /// Where the run stands.
    pub state: KernelState,
    /// Digest of the run.
    pub digest: String,
    /// Ticks per second of wall time, lately.
    pub ticks_per_s: f64,
    /// Plant seconds per second of wall time; infinite for as fast as possible.
    pub speed: f64,
    /// Angle of each vertex, rad: θ, or that of (x, v/ω).
    pub angles: Vec<f32>,
    /// Amplitude of each vertex: 1 for phases, else the length of (x, v/ω).
    pub amplitudes: Vec<f32>,
    /// Node of each vertex.
    pub owners: Vec<u16>,
    /// Modelled load of each node.
    pub loads: Vec<f64>,
    /// Vertices on each node.
    pub node_vertices: Vec<u64>,
    /// u at evenly spaced places from 0 to 1; empty without a field.
    pub field: Vec<f64>,
    /// Φ.
    pub phi: LatestPhi,
    /// Envelopes delivered so far.
    pub delivered: u64,
    /// Why the run broke off, if it did.
    pub error: Option<String>,
}

/// Facts of a simulation's scene.
#[must_use]
pub fn facts(simulation: &Simulation) -> SceneFacts {
    let blueprint = simulation.blueprint();
    let mut edges = Vec::new();
    for image in &blueprint.vertices {
        for entry in image.row.iter().filter(|e| e.source < image.vertex) {
            edges.push([entry.source.0 as u32, image.vertex.0 as u32]);
        }
    }
    if edges.len() > DRAWN_EDGES {
        edges.clear();
    }
    let scene = simulation.scene().clone();
    let is_phase = scene
        .populations
        .iter()
        .flat_map(|p| std::iter::repeat_n(p.model.is_phase(), p.count))
        .collect();
    let units = blueprint.channels.iter().filter(|c| c.phi_unit.is_some());
    SceneFacts {
        edges,
        is_phase,
        parameters: live_parameters(&scene),
        units: units.map(|channel| channel.name.clone()).collect(),
        scene,
    }
}

impl View {
    /// Looks at a simulation.
    #[must_use]
    pub fn of(simulation: &Simulation, facts: &Arc<SceneFacts>) -> Self {
        let states = simulation.vertex_states();
        let vertices = &simulation.blueprint().vertices;
        let mut angles = Vec::with_capacity(states.len());
        let mut amplitudes = Vec::with_capacity(states.len());
        for (image, [first, second]) in vertices.iter().zip(states) {
            let (angle, amplitude) = match &image.model {
                crate::resonator::ModelImage::Kuramoto(..) => (first, 1.0),
                crate::resonator::ModelImage::Harmonic(p, _) => {
                    let rate = if p.omega == 0.0 { 1.0 } else { p.omega };
                    let y = -second / rate;
                    (
                        crate::base::num::atan2(y, first),
                        crate::base::num::hypot(first, y),
                    )
                }
            };
            angles.push(angle as f32);
            amplitudes.push(amplitude as f32);
        }
        let field = &simulation.aggregator().field;
        let places = if field.amplitudes.is_empty() {
            0
        } else {
            FIELD_SAMPLES
        };
        let last = (FIELD_SAMPLES - 1) as f64;
        Self {
            facts: facts.clone(),
            tick: simulation.clock().tick,
            t_s: simulation.clock().time_s(),
            state: simulation.state(),
            digest: simulation.digest().to_string(),
            ticks_per_s: 0.0,
            speed: 1.0,
            angles,
            amplitudes,
            owners: simulation.placement().iter().map(|node| node.0).collect(),
            loads: simulation.scheduler().loads.clone(),
            node_vertices: simulation.scheduler().vertices.clone(),
            field: (0..places).map(|k| field.at(k as f64 / last)).collect(),
            phi: simulation.cluster().phi.clone(),
            delivered: simulation.ledger().delivered,
            error: None,
        }
    }
}

/// What a person asks of the worker.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// Let ticks run.
    Play,
    /// Hold ticks.
    Pause,
    /// Run one tick and pause.
    Step,
    /// Begin the scene anew.
    Reset,
    /// Plant seconds per second of wall time; infinite for as fast as possible.
    Speed(f64),
    /// Set a live parameter.
    Set(String, f64),
    /// Stop safely.
    Stop,
}

/// What the panels keep between frames.
#[derive(Default)]
pub struct ViewState {
    /// The latest view.
    pub view: Option<View>,
    /// Entropy of the shown scope, nats.
    pub entropy: Series,
    /// Coherence.
    pub coherence: Series,
    /// Resonance.
    pub resonance: Series,
    /// Φ, nats.
    pub phi: Series,
    /// Command of the first loop.
    pub command: Series,
    /// The last row of each scope.
    pub rows: Vec<MetricRow>,
    /// The newest events, oldest first.
    pub events: Vec<EventRecord>,
    /// Edited values by path.
    pub edits: std::collections::BTreeMap<String, f64>,
    /// The scope whose metrics are shown.
    pub scope: String,
    /// Orders that the worker has not had yet.
    pub orders: Vec<Order>,
}

/// Events that the list keeps.
const KEPT_EVENTS: usize = 500;

impl ViewState {
    /// An empty state that shows the cluster.
    #[must_use]
    pub fn new() -> Self {
        Self {
            scope: "cluster".to_owned(),
            ..Self::default()
        }
    }

    /// Takes rows of metrics.
    pub fn take_rows(&mut self, rows: Vec<MetricRow>) {
        for row in rows {
            if row.scope == self.scope {
                self.show_row(&row);
            }
            match self.rows.iter_mut().find(|old| old.scope == row.scope) {
                Some(old) => *old = row,
                None => self.rows.push(row),
            }
        }
    }

    fn show_row(&mut self, row: &MetricRow) {
        let pairs = [
            (&mut self.entropy, row.value("entropy_nats")),
            (&mut self.coherence, row.value("coherence")),
            (&mut self.resonance, row.value("resonance")),
            (&mut self.phi, row.phi_nats),
            (&mut self.command, row.command),
        ];
        for (series, value) in pairs {
            if let Some(value) = value {
                series.push(row.t_s, value);
            }
        }
    }

    /// Takes events.
    pub fn take_events(&mut self, events: Vec<EventRecord>) {
        self.events.extend(events);
        let surplus = self.events.len().saturating_sub(KEPT_EVENTS);
        self.events.drain(..surplus);
    }

    /// Forgets what belongs to a run that was reset.
    pub fn forget(&mut self) {
        let scope = std::mem::take(&mut self.scope);
        *self = Self {
            scope,
            ..Self::default()
        };
    }

    /// The row of the shown scope.
    #[must_use]
    pub fn row(&self) -> Option<&MetricRow> {
        self.rows.iter().find(|row| row.scope == self.scope)
    }
}
