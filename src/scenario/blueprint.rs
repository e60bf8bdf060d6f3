//! `Blueprint`: a scene with everything drawn, opened and placed.

use std::sync::Arc;

use crate::base::{NodeId, PopulationId, VertexId};
use crate::cluster::placement::place;
use crate::files::Faults;
use crate::files::graph::read as read_graph;
use crate::graph::from_file::{self, FileEdges, Reading};
use crate::graph::generators::generate;
use crate::graph::words::edges_and_pairs;
use crate::graph::{EntityGraph, GraphError, Row};
use crate::phi::settings::PhiSource;
use crate::phi::spec::MAX_UNITS;
use crate::resonator::spec::PopulationSpec;
use crate::resonator::{DelayLine, DelayRule, Shows, VertexImage};
use crate::sensors::device::MountedDevice;
use crate::sensors::device::kind::Opened;
use crate::sensors::{Channel, ChannelSource};
use crate::watch::Watched;
use crate::watch::spec::Variable;

use super::delays::set_delays;
use super::devices::{open_channels, open_device};
use super::inputs::Inputs;
use super::judge::{refuse_drawn, refuse_input, refuse_long_steps};
use super::load::LoadedScene;
use super::parameter_files::read_parameters;
use super::report::SceneError;
use super::scene::Scene;
use super::trouble::trouble;

/// Everything that a run starts from.
#[derive(Clone, Debug)]
pub struct Blueprint {
    /// The scene.
    pub loaded: LoadedScene,
    /// Every vertex with parameters, initial state and row, ascending by id. A simulation takes
    /// them over into its Worlds and leaves none here.
    pub vertices: Vec<VertexImage>,
    /// Every channel, by index.
    pub channels: Vec<Channel>,
    /// The node of each vertex.
    pub placement: Vec<NodeId>,
    /// The vertices of each unit of Φ.
    pub units: Vec<Vec<VertexId>>,
    /// Edges of the graph, directed.
    pub edges: usize,
    /// Pairs of vertices, when every edge has its like in the other direction.
    pub pairs: Option<usize>,
    /// The past that late edges hear, before the start.
    pub delay_line: DelayLine,
    /// How late edges are heard that come later.
    pub delay_rule: Arc<DelayRule>,
    /// What a graph file calls the vertices; empty when by their numbers alone.
    pub names: Arc<[Box<str>]>,
    /// The files that were read, and what they were read as.
    pub inputs: Inputs,
}

impl Blueprint {
    /// Draws parameters, builds the graph, opens files and places vertices.
    ///
    /// # Errors
    /// With the problems that only show now: files, edges between unlike resonators, too many
    /// units of Φ.
    pub fn new(loaded: LoadedScene) -> Result<Self, SceneError> {
        let scene = &loaded.scene;
        let mut inputs = Inputs::default();
        let (graph, stated) = build_graph(&loaded, &mut inputs)?;
        refuse_mixed_edges(&loaded, &graph)?;
        let rows = graph.rows();
        let edges = graph.edge_count();
        let pairs = pairs(&rows);
        drop(graph);
        let called = stated
            .as_ref()
            .map_or(&[][..], |edges| edges.names.as_slice());
        let populations = read_parameters(&loaded, &mut inputs, called)?;
        let mut vertices = draw_vertices(scene, &populations, rows);
        let (names, stated) = match stated {
            Some(mut edges) => (std::mem::take(&mut edges.names), Some(edges)),
            None => (Vec::new(), None),
        };
        let delays = set_delays(scene, &mut vertices, stated.as_ref())
            .map_err(|message| trouble(&loaded, "graph.delay", &message))?;
        drop(stated);
        inputs.tell_of_graph(delays.note);
        refuse_wrong_inputs(&loaded)?;
        refuse_watched(&loaded, &vertices)?;
        refuse_drawn(scene, &vertices)
            .map_err(|(path, message)| trouble(&loaded, &path, &message))?;
        refuse_long_steps(scene, &vertices)
            .map_err(|message| trouble(&loaded, "clock.dt_s", &message))?;
        let mut channels = open_channels(&loaded, &mut inputs)?;
        let units = declare_units(&loaded, &mut channels)?;
        let placement = place(
            &scene.cluster.placement,
            scene.vertices(),
            scene.cluster.nodes,
            scene.seed,
        );
        Ok(Self {
            vertices,
            channels,
            placement,
            units,
            edges,
            pairs,
            delay_line: delays.line,
            delay_rule: Arc::new(delays.rule),
            names: names.into(),
            inputs,
            loaded,
        })
    }

    /// The scene.
    #[must_use]
    pub fn scene(&self) -> &Scene {
        &self.loaded.scene
    }

    /// `870 directed edges (435 pairs)`, or without the pairs where not all edges lead both ways.
    #[must_use]
    pub fn edges_shown(&self) -> String {
        edges_and_pairs(self.edges, self.pairs)
    }

    /// Opens the device of a sensor, as it is read at present.
    ///
    /// # Errors
    /// When a file cannot be read, or a device of a user refuses its parameters.
    pub fn open_device(&self, sensor: u32) -> Result<Opened, SceneError> {
        open_device(&self.loaded, sensor as usize, &mut Inputs::default())
    }

    /// Opens the device of a sensor that the simulation owns, or gives `None` for others.
    ///
    /// # Errors
    /// As [`Self::open_device`].
    pub fn mount_device(&self, sensor: u32) -> Result<Option<MountedDevice>, SceneError> {
        let spec = &self.loaded.scene.sensors[sensor as usize];
        let own = spec.device.kind().custom_name();
        let who = own.map(|own| format!("sensor {own:?} named {:?}", spec.name));
        Ok(match self.open_device(sensor)? {
            Opened::Owned(device) => Some(MountedDevice::new(sensor, device, who)),
            Opened::Plant(_) | Opened::Live(_) => None,
        })
    }

    /// A problem that shows only as the Worlds are built, at its place in the scene.
    #[must_use]
    pub fn trouble(&self, path: &str, message: &str) -> SceneError {
        trouble(&self.loaded, path, message)
    }
}

/// The graph, and its edges as a file states them.
fn build_graph(
    loaded: &LoadedScene,
    inputs: &mut Inputs,
) -> Result<(EntityGraph, Option<FileEdges>), SceneError> {
    let scene = &loaded.scene;
    let (n, capacity) = (scene.vertices(), scene.graph.capacity);
    let fault = |error: GraphError| trouble(loaded, "graph.kind", &error.to_string());
    let Some(options) = scene.graph.kind.file() else {
        let graph = generate(
            &scene.graph.kind,
            n,
            scene.graph.weight,
            capacity,
            scene.seed,
        );
        return Ok((graph.map_err(fault)?, None));
    };
    let refuse = |message: String| trouble(loaded, "graph.kind.path", &message);
    let (file, bytes) = loaded.files.read(&options.path).map_err(refuse)?;
    let claim = inputs.claim(&options.path, &bytes);
    let named = |faults: Faults| refuse(format!("{file}: {faults}"));
    let found = read_graph(&file, bytes, &options.question()).map_err(named)?;
    let reading = Reading {
        vertices: Some(n),
        fourth_is_delay: scene.graph.kind.has_delay_in_fourth(),
    };
    let edges = from_file::build(found, &options, reading).map_err(named)?;
    inputs.add(claim, &edges.summary, &edges.notes);
    let graph = edges.graph(capacity).map_err(fault)?;
    Ok((graph, Some(edges)))
}

/// Pairs of joined vertices, when every edge has its like in the other direction.
fn pairs(rows: &[Row]) -> Option<usize> {
    let (mut edges, mut loops) = (0, 0);
    for (target, row) in rows.iter().enumerate() {
        for source in row.sources() {
            edges += 1;
            loops += usize::from(source.index() == target);
            let back = rows.get(source.index())?;
            back.place(VertexId::from_index(target))?;
        }
    }
    Some((edges - loops) / 2 + loops)
}

fn refuse_mixed_edges(loaded: &LoadedScene, graph: &EntityGraph) -> Result<(), SceneError> {
    let shows: Vec<Shows> = loaded
        .scene
        .populations
        .iter()
        .flat_map(|p| std::iter::repeat_n(p.model.shows(), p.count))
        .collect();
    if shows.windows(2).all(|pair| pair[0] == pair[1]) {
        return Ok(());
    }
    let mixed = graph
        .edges()
        .into_iter()
        .find(|(a, b, _)| shows[a.index()] != shows[b.index()]);
    match mixed {
        None => Ok(()),
        Some((a, b, _)) => {
            let (one, other) = (shows[a.index()].plural(), shows[b.index()].plural());
            let message = format!(
                "an edge joins {a} and {b}, which are {one} and {other}; expected edges between \
                 like resonators"
            );
            Err(trouble(loaded, "graph.kind", &message))
        }
    }
}

/// Refuses edges and kicks, scheduled or to follow a crossing, that the graph cannot have.
fn refuse_wrong_inputs(loaded: &LoadedScene) -> Result<(), SceneError> {
    let scene = &loaded.scene;
    let scheduled = scene.schedule.iter().enumerate();
    let scheduled = scheduled.map(|(k, own)| (format!("schedule[{k}]"), own.actions()));
    let crossed = scene.crossings.iter().enumerate();
    let crossed = crossed.map(|(k, own)| (format!("crossings[{k}]"), own.then.as_slice()));
    for (path, actions) in scheduled.chain(crossed) {
        for (m, action) in actions.iter().enumerate() {
            refuse_input(scene, &action.input()).map_err(|(field, message)| {
                trouble(loaded, &format!("{path}.then[{m}].{field}"), &message)
            })?;
        }
    }
    Ok(())
}

/// Refuses to watch the second number of a phase that has one.
fn refuse_watched(loaded: &LoadedScene, vertices: &[VertexImage]) -> Result<(), SceneError> {
    for (k, crossing) in loaded.scene.crossings.iter().enumerate() {
        if let Watched::Vertex { vertex, variable } = crossing.of
            && variable == Variable::Second
            && !vertices[vertex as usize].model.kind().has_second()
        {
            let path = format!("crossings[{k}].of.variable");
            let message = "a plain phase has no second number, expected First or Observable";
            return Err(trouble(loaded, &path, message));
        }
    }
    Ok(())
}

fn draw_vertices(
    scene: &Scene,
    populations: &[PopulationSpec],
    rows: Vec<Row>,
) -> Vec<VertexImage> {
    let total = scene.vertices();
    let mut rows = rows.into_iter();
    let mut vertices = Vec::with_capacity(total);
    for (p, population) in populations.iter().enumerate() {
        for index in 0..population.count {
            let vertex = VertexId::from_index(vertices.len());
            vertices.push(VertexImage {
                vertex,
                population: PopulationId((p + 1) as u16),
                position: population.places.draw(
                    scene.seed,
                    (vertex, total),
                    (index, population.count),
                ),
                mask: 1.0,
                model: population.model.draw(scene.seed, vertex, index),
                row: rows.next().unwrap_or_default(),
                delays: Vec::new(),
            });
        }
    }
    vertices
}

fn declare_units(
    loaded: &LoadedScene,
    channels: &mut [Channel],
) -> Result<Vec<Vec<VertexId>>, SceneError> {
    let ranges = loaded.scene.ranges();
    let mut units = Vec::new();
    for name in &loaded.scene.phi.units {
        let sensors = loaded.scene.sensors.iter();
        // By number: the name of another sensor may begin like a channel of this one.
        let Some(sensor) = sensors.zip(0..).find(|(own, _)| own.name == *name) else {
            continue;
        };
        let own = channels.iter_mut().filter(|own| own.sensor == sensor.1);
        for channel in own {
            channel.phi_unit = Some(units.len() as u32);
            units.push(match &channel.source {
                ChannelSource::Vertex(vertex) => vec![*vertex],
                ChannelSource::Mean(population) => {
                    let range = &ranges[population.index() - 1];
                    (range.first..range.first + range.count)
                        .map(VertexId::from_index)
                        .collect()
                }
                ChannelSource::Device { .. }
                | ChannelSource::Field(_)
                | ChannelSource::External => Vec::new(),
            });
        }
    }
    if units.len() > MAX_UNITS {
        let message = format!(
            "these sensors have {} channels, expected at most {MAX_UNITS} units",
            units.len()
        );
        return Err(trouble(loaded, "phi.units", &message));
    }
    let phi = &loaded.scene.phi;
    if phi.source != PhiSource::Window && units.iter().any(Vec::is_empty) {
        let message = "this source measures the model, so every unit must be a vertex or a mean of \
                       vertices, not the channel of a device or of the field";
        return Err(trouble(loaded, "phi.units", message));
    }
    let phases = loaded.scene.populations.iter().any(|p| p.model.is_phase());
    if phi.source == PhiSource::Perturbed && phases && phi.threshold != 0.0 {
        let message = "phases are mirrored where cos θ = 0 to perturb them, expected 0";
        return Err(trouble(loaded, "phi.threshold", message));
    }
    Ok(units)
}
