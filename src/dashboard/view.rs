//! The view model: what panels show.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Input, Tick, VertexId, num};
use crate::control::ControlCommand;
use crate::dynamics::dense::Kind;
use crate::field::FieldState;
use crate::kernel::{Branch, KernelState, Simulation};
use crate::phi::systems::LatestPhi;
use crate::safety::reading::LoopReading;
use crate::sensors::reading::SensorReading;

pub use super::facts::{SceneFacts, facts};
use super::inspect::{ComponentView, inspect};
use super::sensed::SensedWindow;

/// Places at which the field is sampled for its picture.
pub const FIELD_SAMPLES: usize = 256;

/// A branch as the time bar shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BranchView {
    /// Its number.
    pub number: usize,
    /// What it parted from, and when.
    pub parent: Option<(usize, Tick)>,
    /// The last tick that has run.
    pub head: Tick,
}

/// What the time machine can do now.
#[derive(Clone, Debug, Default)]
pub struct TimeView {
    /// All branches.
    pub branches: Vec<BranchView>,
    /// The branch that is shown.
    pub current: usize,
    /// Ticks at which there are frames, ascending; the first is the first that can be gone to.
    pub frames: Vec<Tick>,
    /// Seconds that it takes to go to a frame.
    pub restore_s: f64,
    /// Seconds of a tick.
    pub tick_s: f64,
    /// Memory of all frames, bytes.
    pub bytes: usize,
    /// Time spent on frames over time spent on ticks.
    pub overhead: f64,
}

impl BranchView {
    /// A branch as it is now.
    #[must_use]
    pub fn of(branch: &Branch) -> Self {
        Self {
            number: branch.number,
            parent: branch.parent,
            head: branch.head,
        }
    }
}

impl TimeView {
    /// The last tick of the shown branch.
    #[must_use]
    pub fn head(&self) -> Tick {
        self.branches.get(self.current).map_or(0, |b| b.head)
    }

    /// About how many seconds it takes to go to a tick.
    #[must_use]
    pub fn cost_s(&self, tick: Tick) -> f64 {
        let at = self.frames.partition_point(|frame| *frame < tick);
        let from = at.checked_sub(1).map_or(0, |k| self.frames[k]);
        self.restore_s + self.tick_s * tick.saturating_sub(from) as f64
    }
}

/// A control loop as it is now.
#[derive(Clone, Debug)]
pub struct LoopView {
    /// Its name.
    pub name: String,
    /// Its number.
    pub index: u32,
    /// What it asked for last.
    pub command: ControlCommand,
    /// The terms of its law, by name.
    pub terms: Vec<(&'static str, f64)>,
    /// What passed the gate last.
    pub passed: Option<f64>,
    /// Energy that its commands have used of what may be saved up: magnitude × s.
    pub energy_s: f64,
    /// The magnitude that rules clamp its commands to, if one does.
    pub clamp: Option<f64>,
    /// Whether a rule has it fall back.
    pub fallen_back: bool,
}

/// The selected vertex.
#[derive(Clone, Debug)]
pub struct VertexView {
    /// The vertex.
    pub vertex: VertexId,
    /// Its components, by reflection.
    pub components: Vec<ComponentView>,
    /// Vertices whose edges it feels, with weights.
    pub row: Vec<(u32, f64)>,
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
    /// Both numbers of each vertex: (x, v/ω), (Re z, Im z) or (θ in ±π, θ′); NaN for plain phases.
    /// Empty when there are only those, or too many vertices.
    pub planes: Vec<[f32; 2]>,
    /// Node of each vertex.
    pub owners: Vec<u16>,
    /// Modelled load of each node.
    pub loads: Vec<f64>,
    /// Vertices on each node.
    pub node_vertices: Vec<u64>,
    /// Envelopes that wait in each node's links: (from it, to it).
    pub queues: Vec<(u64, u64)>,
    /// u at evenly spaced places from 0 to 1; empty without a field.
    pub field: Vec<f32>,
    /// The modes of the field.
    pub modes: FieldState,
    /// Φ.
    pub phi: LatestPhi,
    /// Values of live parameters that a person set, by path.
    pub edits: BTreeMap<String, f64>,
    /// The value in force of each live parameter, in the order of the facts' list.
    pub values: Vec<f64>,
    /// Control loops.
    pub loops: Vec<LoopView>,
    /// Sensors, by the scopes that read them.
    pub sensors: Vec<SensorReading>,
    /// The selected vertex.
    pub selected: Option<VertexView>,
    /// Envelopes delivered so far.
    pub delivered: u64,
    /// Vertices that changed their node so far.
    pub migrations: u64,
    /// What the time machine can do.
    pub time: TimeView,
    /// How the run that a folder tells came out otherwise, if it did.
    pub differs: Option<String>,
    /// The window of samples of the scope that a panel shows; none while no panel asks for it.
    pub sensed: Option<Arc<SensedWindow>>,
    /// The run folder.
    pub folder: Option<String>,
    /// Why the run broke off, if it did.
    pub error: Option<String>,
    /// What is wrong with the scene's new text, while the old world runs on.
    pub scene_error: Option<String>,
}

impl View {
    /// Looks at a simulation.
    #[must_use]
    pub fn of(
        simulation: &mut Simulation,
        facts: &Arc<SceneFacts>,
        selected: Option<VertexId>,
    ) -> Self {
        let selected = selected.and_then(|vertex| inspect(simulation, vertex));
        let loops = simulation.loops().iter().map(LoopView::of).collect();
        let sensors = simulation.sensors();
        let now = simulation.clock().tick;
        let past = simulation.log().records().iter().filter(|r| r.tick <= now);
        let edits = past.filter_map(|record| match &record.input {
            Input::Set { path, value } => Some((path.clone(), *value)),
            _ => None,
        });
        let edits = edits.collect();
        let live = facts.parameters.list().iter();
        let values = live.map(|own| simulation.parameter(&own.path).unwrap_or(own.initial));
        let values = values.collect();
        let states = simulation.vertex_states();
        let (angles, amplitudes) = pictures(facts, &states);
        let planes = planes(facts, &states);
        let field = &simulation.aggregator().field;
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
            planes,
            owners: simulation.placement().iter().map(|node| node.0).collect(),
            loads: simulation.scheduler().loads.clone(),
            node_vertices: simulation.scheduler().vertices.clone(),
            queues: simulation.queues(),
            field: match field.amplitudes.is_empty() {
                true => Vec::new(),
                false => samples(field),
            },
            modes: field.clone(),
            phi: simulation.cluster().phi.clone(),
            edits,
            values,
            loops,
            sensors,
            selected,
            delivered: simulation.ledger().delivered,
            migrations: simulation.records_mut().counts.migrations,
            time: TimeView::default(),
            differs: None,
            sensed: None,
            folder: None,
            error: None,
            scene_error: None,
        }
    }
}

impl LoopView {
    /// The value of one of its terms, if it has one.
    #[must_use]
    pub fn term(&self, name: &str) -> Option<f64> {
        let mut terms = self.terms.iter();
        terms.find(|(own, _)| *own == name).map(|(_, value)| *value)
    }

    /// A loop with the terms of its law.
    #[must_use]
    pub fn of(reading: &LoopReading) -> Self {
        let spec = &reading.control.spec;
        Self {
            name: spec.name.clone(),
            index: reading.control.index,
            command: reading.command,
            terms: reading.terms.clone(),
            passed: reading.passed,
            energy_s: reading.guard.spent.energy_s,
            clamp: reading.memory.clamp,
            fallen_back: reading.memory.fallen_back,
        }
    }
}

/// What is kept of a field for its picture over time: the amplitudes of its modes, or its values at
/// evenly spaced places where it is a line of cells. Empty without a field, and for plates.
#[must_use]
pub fn field_column(field: &FieldState) -> Vec<f32> {
    match &field.grid {
        Some(grid) if grid.domain.ny() > 1 => Vec::new(),
        Some(_) => samples(field),
        None => field.amplitudes.iter().map(|q| *q as f32).collect(),
    }
}

/// u at evenly spaced places from 0 to 1, through the middle of a plate.
fn samples(field: &FieldState) -> Vec<f32> {
    let last = (FIELD_SAMPLES - 1) as f64;
    let places = (0..FIELD_SAMPLES).map(|k| k as f64 / last);
    places.map(|x| field.at([x, 0.5]) as f32).collect()
}

/// Angle and amplitude of every vertex.
fn pictures(facts: &SceneFacts, states: &[[f64; 2]]) -> (Vec<f32>, Vec<f32>) {
    let models = facts.kinds.iter().zip(&facts.omegas);
    let both = models.zip(states).map(|((kind, omega), [first, second])| {
        let y = match kind {
            Kind::Phase | Kind::InertialPhase => return (*first as f32, 1.0),
            Kind::StuartLandau | Kind::Own => *second,
            Kind::Harmonic | Kind::VanDerPol => -second / omega,
        };
        (num::atan2(y, *first) as f32, num::hypot(*first, y) as f32)
    });
    both.unzip()
}

fn planes(facts: &SceneFacts, states: &[[f64; 2]]) -> Vec<[f32; 2]> {
    if !facts.has_plane() {
        return Vec::new();
    }
    let places = states.iter().enumerate();
    places
        .map(|(vertex, state)| facts.place(vertex, *state))
        .collect()
}
