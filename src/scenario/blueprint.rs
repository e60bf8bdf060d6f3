//! `Blueprint`: a scene with everything drawn, opened and placed.

use std::sync::Arc;

use crate::base::{NodeId, PopulationId, VertexId};
use crate::cluster::placement::place;
use crate::graph::edge_list::{self, EdgeRecord};
use crate::graph::generators::{from_edges, generate};
use crate::graph::graphml;
use crate::graph::{EntityGraph, GraphKind, Row};
use crate::phi::settings::PhiSource;
use crate::phi::spec::MAX_UNITS;
use crate::registry::part::{Opening, guarded};
use crate::resonator::{DelayLine, DelayRule, Shows, VertexImage};
use crate::sensors::csv_replay::CsvReplay;
use crate::sensors::device::{MountedDevice, SensorDevice};
use crate::sensors::host::Host;
use crate::sensors::synthetic::Synthetic;
use crate::sensors::{Channel, ChannelSource, DeviceSpec};
use crate::watch::Watched;
use crate::watch::spec::Variable;

use super::delays::set_delays;
use super::judge::{refuse_drawn, refuse_input, refuse_long_steps};
use super::load::LoadedScene;
use super::report::{SceneError, Trouble};
use super::scene::Scene;
use super::text::TextIndex;

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
    /// The past that late edges hear, before the start.
    pub delay_line: DelayLine,
    /// How late edges are heard that come later.
    pub delay_rule: Arc<DelayRule>,
}

impl Blueprint {
    /// Draws parameters, builds the graph, opens files and places vertices.
    ///
    /// # Errors
    /// With the problems that only show now: files, edges between unlike resonators, too many
    /// units of Φ.
    pub fn new(loaded: LoadedScene) -> Result<Self, SceneError> {
        let scene = &loaded.scene;
        let (graph, stated) = build_graph(&loaded)?;
        refuse_mixed_edges(&loaded, &graph)?;
        let rows = graph.rows();
        let edges = graph.edge_count();
        drop(graph);
        let mut vertices = draw_vertices(scene, rows);
        let (delay_line, delay_rule) = set_delays(scene, &mut vertices, &stated)
            .map_err(|message| trouble(&loaded, "graph.delay", &message))?;
        refuse_wrong_inputs(&loaded)?;
        refuse_watched(&loaded, &vertices)?;
        refuse_drawn(scene, &vertices)
            .map_err(|(path, message)| trouble(&loaded, &path, &message))?;
        refuse_long_steps(scene, &vertices)
            .map_err(|message| trouble(&loaded, "clock.dt_s", &message))?;
        let mut channels = open_channels(&loaded)?;
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
            delay_line,
            delay_rule: Arc::new(delay_rule),
            loaded,
        })
    }

    /// The scene.
    #[must_use]
    pub fn scene(&self) -> &Scene {
        &self.loaded.scene
    }

    /// Opens the device of a sensor that the simulation owns, or gives `None` for others.
    ///
    /// # Errors
    /// When a file cannot be read, or a device of a user refuses its parameters.
    pub fn open_device(&self, sensor: u32) -> Result<Option<MountedDevice>, SceneError> {
        let spec = &self.loaded.scene.sensors[sensor as usize];
        let who = match &spec.device {
            DeviceSpec::Custom(own) => Some(format!("sensor {:?} named {:?}", own.name, spec.name)),
            _ => None,
        };
        let device = open_owned(&self.loaded, sensor as usize)?;
        Ok(device.map(|device| MountedDevice::new(sensor, device, who)))
    }

    /// A problem that shows only as the Worlds are built, at its place in the scene.
    #[must_use]
    pub fn trouble(&self, path: &str, message: &str) -> SceneError {
        trouble(&self.loaded, path, message)
    }
}

fn trouble(loaded: &LoadedScene, path: &str, message: &str) -> SceneError {
    let index = TextIndex::scan(&loaded.text);
    let trouble = Trouble::at_path(&index, path, message);
    SceneError::invalid(&loaded.shown_source(), &loaded.text, vec![trouble])
}

/// The graph, and the delays that its file states.
fn build_graph(loaded: &LoadedScene) -> Result<(EntityGraph, Vec<EdgeRecord>), SceneError> {
    let scene = &loaded.scene;
    let (n, capacity) = (scene.vertices(), scene.graph.capacity);
    let refuse = |message: String| trouble(loaded, "graph.kind.path", &message);
    let read = |path: &str| {
        let (file, bytes) = loaded.files.read(path).map_err(refuse)?;
        let text = String::from_utf8(bytes);
        let text = text.map_err(|_| refuse(format!("{file} is not UTF-8 text")))?;
        Ok((file, text))
    };
    let edges = match &scene.graph.kind {
        GraphKind::EdgeList { path } => {
            let (file, text) = read(path)?;
            edge_list::parse(&text).map_err(|error| refuse(format!("{file}: {error}")))?
        }
        GraphKind::GraphMl { path } => {
            let (file, text) = read(path)?;
            let found = graphml::parse(&text);
            let found = found.map_err(|error| refuse(format!("{file}: {error}")))?;
            if found.names.len() != n {
                let nodes = found.names.len();
                return Err(refuse(format!(
                    "{file} has {nodes} nodes, expected as many as the populations count: {n}"
                )));
            }
            found.edges
        }
        kind => {
            let graph = generate(kind, n, scene.graph.weight, capacity, scene.seed);
            let graph = graph.map_err(|error| trouble(loaded, "graph.kind", &error.to_string()))?;
            return Ok((graph, Vec::new()));
        }
    };
    let graph = from_edges(n, &edges, capacity)
        .map_err(|error| trouble(loaded, "graph.kind", &error.to_string()))?;
    Ok((graph, edges))
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

fn draw_vertices(scene: &Scene, rows: Vec<Row>) -> Vec<VertexImage> {
    let total = scene.vertices();
    let mut rows = rows.into_iter();
    let mut vertices = Vec::with_capacity(total);
    for (p, population) in scene.populations.iter().enumerate() {
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

/// The most columns of a device of a user.
const COLUMNS_MAX: usize = 4096;

fn open_owned(
    loaded: &LoadedScene,
    sensor: usize,
) -> Result<Option<Box<dyn SensorDevice>>, SceneError> {
    let spec = &loaded.scene.sensors[sensor];
    match &spec.device {
        DeviceSpec::Probe { .. } | DeviceSpec::Mean { .. } | DeviceSpec::Host { .. } => Ok(None),
        DeviceSpec::Synthetic {
            channels,
            frequency_hz,
            amplitude,
            phase_step,
            noise,
        } => Ok(Some(Box::new(Synthetic {
            channels: *channels,
            frequency_hz: *frequency_hz,
            amplitude: *amplitude,
            phase_step: *phase_step,
            noise: *noise,
            seed: loaded.scene.seed,
            sensor: sensor as u32,
        }))),
        DeviceSpec::Csv {
            path,
            columns,
            period_ticks,
            at_end,
        } => {
            let place = format!("sensors[{sensor}].device.path");
            let (file, bytes) = loaded
                .files
                .read(path)
                .map_err(|message| trouble(loaded, &place, &message))?;
            let opened = CsvReplay::parse(&file, &bytes, columns, *period_ticks, *at_end);
            let device = opened.map_err(|error| trouble(loaded, &place, &error.to_string()))?;
            Ok(Some(Box::new(device)))
        }
        DeviceSpec::Custom(own) => {
            let clock = &loaded.scene.clock;
            let tick_s = clock.dt_s * f64::from(clock.substeps);
            let read = |path: &str| loaded.files.read(path);
            let opening = Opening::new(loaded.scene.seed, sensor as u32, tick_s).with_files(&read);
            let device = loaded.parts.sensors.open(own, opening);
            let place = format!("sensors[{sensor}].device");
            let device = device.map_err(|message| trouble(loaded, &place, &message))?;
            let who = format!("sensor {:?}", own.name);
            let columns = guarded(&who, || device.columns().len());
            let columns = columns.map_err(|error| trouble(loaded, &place, &error.to_string()))?;
            if !(1..=COLUMNS_MAX).contains(&columns) {
                let message = format!("{who} has {columns} columns, expected 1 … {COLUMNS_MAX}");
                return Err(trouble(loaded, &place, &message));
            }
            Ok(Some(device))
        }
    }
}

fn open_channels(loaded: &LoadedScene) -> Result<Vec<Channel>, SceneError> {
    let ranges = loaded.scene.ranges();
    let mut channels: Vec<Channel> = Vec::new();
    for (sensor, spec) in loaded.scene.sensors.iter().enumerate() {
        let columns = match (&spec.device, open_owned(loaded, sensor)?) {
            (_, Some(device)) => device.columns(),
            (DeviceSpec::Host { readings, .. }, None) => Host::open(readings).columns(),
            _ => Vec::new(),
        };
        let first = channels.len() as u32;
        channels.extend(spec.channels(first, sensor as u32, &columns, &ranges));
    }
    Ok(channels)
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
                ChannelSource::Device { .. } | ChannelSource::External => Vec::new(),
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
                       vertices, not the channel of a device";
        return Err(trouble(loaded, "phi.units", message));
    }
    let phases = loaded.scene.populations.iter().any(|p| p.model.is_phase());
    if phi.source == PhiSource::Perturbed && phases && phi.threshold != 0.0 {
        let message = "phases are mirrored where cos θ = 0 to perturb them, expected 0";
        return Err(trouble(loaded, "phi.threshold", message));
    }
    Ok(units)
}
