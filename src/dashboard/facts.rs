//! What of a run changes only when a scene is opened or its graph is edited.

use std::sync::Arc;

use crate::base::{NodeId, VertexId, num};
use crate::dynamics::dense::Kind;
use crate::graph::words::edges_and_pairs;
use crate::kernel::Simulation;
use crate::registry::{Demand, LiveParameters, Metrics};
use crate::resonator::Shows;
use crate::resonator::systems::PlantEpoch;
use crate::scenario::scene::Scene;
use crate::scenario::{InputFile, demand};

use super::sensed::{SensedScope, sensed_scopes};
use super::words::named;

/// Edges that are drawn at most.
pub const DRAWN_EDGES: usize = 60_000;

/// Vertices whose way through the phase plane is kept.
const FOLLOWED: usize = 16;
/// Vertices up to which the phase plane is looked at.
const PLANE_VERTICES: usize = 50_000;

/// What changes only when a scene is opened or an edge is edited.
#[derive(Clone, Debug)]
pub struct SceneFacts {
    /// The scene.
    pub scene: Scene,
    /// Where the scene's text came from.
    pub source: String,
    /// The scene's text.
    pub text: String,
    /// Edges to draw, each once; none when there are too many.
    pub edges: Vec<[u32; 2]>,
    /// Whether each vertex is a phase oscillator.
    pub is_phase: Vec<bool>,
    /// Model of each vertex.
    pub kinds: Vec<Kind>,
    /// ω of each vertex, 1 in place of 0.
    pub omegas: Vec<f64>,
    /// Population of each vertex, counted from 0.
    pub populations: Vec<u16>,
    /// Edges that each vertex feels.
    pub degrees: Vec<u32>,
    /// All edges, directed.
    pub edge_count: usize,
    /// Pairs of vertices, when every edge has its like in the other direction.
    pub pairs: Option<usize>,
    /// Names of the vertices from the graph's file; empty without.
    pub names: Arc<[Box<str>]>,
    /// The files that were read, and what they were read as.
    pub files: Vec<InputFile>,
    /// Parameters that can be set live.
    pub parameters: LiveParameters,
    /// Metrics that there are.
    pub metrics: Metrics,
    /// Which of them are asked for.
    pub demand: Demand,
    /// Names of the channels of all sensors, by number.
    pub channels: Vec<String>,
    /// Names of the units of Φ.
    pub units: Vec<String>,
    /// The scopes that sensors look at, with their channels.
    pub sensed: Vec<SensedScope>,
    /// Vertices of each unit of Φ.
    pub unit_vertices: Vec<Vec<VertexId>>,
    /// How often each node had gathered its edges when this was.
    pub gathers: Vec<u64>,
    /// Counts what the facts were gathered from, so that panels know a new graph.
    pub edition: u64,
}

/// Facts of a simulation's scene and graph.
#[must_use]
pub fn facts(simulation: &mut Simulation, edition: u64) -> SceneFacts {
    let gathers = gathers(simulation);
    let images = simulation.vertex_images();
    let sensed = sensed_scopes(simulation);
    let blueprint = simulation.blueprint();
    let mut edges = Vec::new();
    let mut all_return = true;
    let mut degrees = Vec::with_capacity(images.len());
    for image in &images {
        degrees.push(image.row.len() as u32);
        for entry in &image.row {
            let (a, b) = (entry.source().0 as u32, image.vertex.0 as u32);
            // An edge with its way back is drawn once.
            let back = &images[entry.source().index()].row;
            let returns = back.place(image.vertex).is_some();
            all_return &= returns;
            if a <= b || !returns {
                edges.push([a, b]);
            }
        }
    }
    let pairs = all_return.then_some(edges.len());
    if edges.len() > DRAWN_EDGES {
        edges.clear();
    }
    let scene = simulation.scene().clone();
    let units = blueprint.channels.iter().filter(|c| c.phi_unit.is_some());
    SceneFacts {
        edges,
        edge_count: degrees.iter().map(|own| *own as usize).sum(),
        degrees,
        pairs,
        names: blueprint.names.clone(),
        files: blueprint.inputs.iter().cloned().collect(),
        is_phase: images
            .iter()
            .map(|image| image.model.shows() == Shows::Phase)
            .collect(),
        kinds: images.iter().map(|image| image.model.kind()).collect(),
        omegas: images
            .iter()
            .map(|image| unit_for_zero(image.model.omega()))
            .collect(),
        populations: images
            .iter()
            .map(|i| i.population.0.saturating_sub(1))
            .collect(),
        parameters: simulation.parameters().clone(),
        metrics: simulation.metrics().clone(),
        demand: demand(&scene, &blueprint.loaded.parts),
        units: units.map(|channel| channel.name.clone()).collect(),
        channels: blueprint
            .channels
            .iter()
            .map(|channel| channel.name.clone())
            .collect(),
        sensed,
        unit_vertices: blueprint.units.clone(),
        source: blueprint.loaded.source.clone(),
        text: blueprint.loaded.text.clone(),
        gathers,
        edition,
        scene,
    }
}

/// How often each node has gathered its edges: what the facts are of stands while this does.
#[must_use]
pub fn gathers(simulation: &mut Simulation) -> Vec<u64> {
    let nodes = (0..simulation.scene().cluster.nodes).map(NodeId);
    nodes
        .map(|node| {
            let world = simulation.look(node);
            world.map_or(0, |world| world.resource::<PlantEpoch>().0)
        })
        .collect()
}

impl SceneFacts {
    /// Whether the edges are few enough to be drawn.
    #[must_use]
    pub fn are_edges_known(&self) -> bool {
        self.edge_count == 0 || !self.edges.is_empty()
    }

    /// Whether both tell of the same edges.
    #[must_use]
    pub fn has_edges_of(&self, other: &Self) -> bool {
        self.edges == other.edges && self.degrees == other.degrees && self.pairs == other.pairs
    }

    /// How many edges there are, in words.
    #[must_use]
    pub fn edges_shown(&self) -> String {
        edges_and_pairs(self.edge_count, self.pairs)
    }

    /// What a vertex is called.
    #[must_use]
    pub fn name_of(&self, vertex: u32) -> String {
        named(vertex, &self.names)
    }

    /// Whether there is a phase plane to look at.
    #[must_use]
    pub fn has_plane(&self) -> bool {
        let wide = self.kinds.iter().any(|kind| kind.has_second());
        wide && self.kinds.len() <= PLANE_VERTICES
    }

    /// The vertices whose way through the phase plane is kept, evenly spread.
    pub fn followed(&self) -> impl Iterator<Item = usize> {
        let n = if self.has_plane() {
            self.kinds.len()
        } else {
            0
        };
        (0..n).step_by(n.div_ceil(FOLLOWED).max(1))
    }

    /// Place of a vertex in the phase plane.
    #[must_use]
    pub fn place(&self, vertex: usize, [first, second]: [f64; 2]) -> [f32; 2] {
        let place = match self.kinds[vertex] {
            Kind::Phase => [f64::NAN; 2],
            Kind::InertialPhase => [num::wrap_angle(first + num::PI) - num::PI, second],
            Kind::StuartLandau | Kind::Own => [first, second],
            Kind::Harmonic | Kind::VanDerPol => [first, second / self.omegas[vertex]],
        };
        place.map(|number| number as f32)
    }
}

fn unit_for_zero(omega: f64) -> f64 {
    if omega == 0.0 { 1.0 } else { omega }
}
