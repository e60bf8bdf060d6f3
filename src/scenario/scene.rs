//! The scene's schema: one RON document describes plant, sensors, control, safety, cluster and Φ.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::base::{Problems, TickClock, VertexId};
use crate::bus::BusSpec;
use crate::cluster::{AggregatorSpec, ClusterSpec};
use crate::control::ControlSpec;
use crate::field::{FieldKind, FieldSpec};
use crate::graph::GraphSpec;
use crate::phi::PhiSpec;
use crate::registry::site::{PopulationRange, PopulationRanges};
use crate::registry::{LiveParameters, Metric, Metrics, Need};
use crate::resonator::dynamics_spec::DynamicsSpec;
use crate::resonator::model_spec::ModelSpec;
use crate::resonator::spec::PopulationSpec;
use crate::safety::SafetySpec;
use crate::scheduler::SchedulerSpec;
use crate::sensors::{DeviceSpec, Selection, SensorSpec};
use crate::signal::SignalSpec;
use crate::watch::CrossingSpec;

use super::assertion::Assertion;
use super::schedule::Scheduled;

/// The schema version that this program reads.
pub const SCENE_VERSION: u32 = 1;

/// A scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// Version of the schema; 1.
    pub version: u32,
    /// Name, also of its run folders.
    pub name: String,
    /// One line that says what it shows.
    #[serde(default)]
    pub description: String,
    /// Seed of everything that is drawn.
    #[serde(default = "default_seed")]
    pub seed: u64,
    /// Ticks of a run.
    #[serde(default = "default_ticks")]
    pub ticks: u64,
    /// Whether readings from outside enter; such a run repeats only with its input log.
    #[serde(default)]
    pub live: bool,
    /// Integrator step and tick.
    #[serde(default)]
    pub clock: ClockSpec,
    /// The entity graph.
    #[serde(default)]
    pub graph: GraphSpec,
    /// The resonators; vertices are numbered through them in order.
    pub populations: Vec<PopulationSpec>,
    /// How they are integrated.
    #[serde(default)]
    pub dynamics: DynamicsSpec,
    /// The field they ring in.
    #[serde(default)]
    pub field: FieldSpec,
    /// Sensors.
    #[serde(default)]
    pub sensors: Vec<SensorSpec>,
    /// The signal engine.
    #[serde(default)]
    pub signal: SignalSpec,
    /// Measurement of Φ.
    #[serde(default)]
    pub phi: PhiSpec,
    /// Controllers.
    #[serde(default)]
    pub control: ControlSpec,
    /// Safety rules.
    #[serde(default)]
    pub safety: SafetySpec,
    /// The aggregator.
    #[serde(default)]
    pub aggregator: AggregatorSpec,
    /// Node Worlds.
    #[serde(default)]
    pub cluster: ClusterSpec,
    /// The topology scheduler.
    #[serde(default)]
    pub scheduler: SchedulerSpec,
    /// The bus.
    #[serde(default)]
    pub bus: BusSpec,
    /// What is written down.
    #[serde(default)]
    pub record: RecordSpec,
    /// What happens by itself at fixed times.
    #[serde(default)]
    pub schedule: Vec<Scheduled>,
    /// Levels that are watched, and what is done when they are crossed.
    #[serde(default)]
    pub crossings: Vec<CrossingSpec>,
    /// What must hold at the end of a run.
    #[serde(default)]
    pub assertions: Vec<Assertion>,
    /// A smaller setting for tests.
    #[serde(default)]
    pub ci: CiSpec,
}

fn default_seed() -> u64 {
    42
}

fn default_ticks() -> u64 {
    1000
}

/// Integrator step and tick.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClockSpec {
    /// Integrator step, s.
    pub dt_s: f64,
    /// Integrator steps in a tick.
    pub substeps: u32,
}

impl Default for ClockSpec {
    fn default() -> Self {
        Self {
            dt_s: 0.01,
            substeps: 1,
        }
    }
}

/// What a run writes down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecordSpec {
    /// Ticks between rows of metrics.csv.
    pub every_ticks: u64,
    /// Whether rows hold what is observed of the resonators themselves, even if nothing else asks for
    /// it: the columns `order`, `own_energy`, `frequency`, `frequency_sd` and `mean`.
    pub plant: bool,
    /// Whether they hold what is observed of the edges, too: `energy`, `coupling_energy` and
    /// `local_order`. It costs about as much as an integrator stage a row.
    pub edges: bool,
}

impl Default for RecordSpec {
    fn default() -> Self {
        Self {
            every_ticks: 1,
            plant: false,
            edges: false,
        }
    }
}

/// A smaller setting of the scene, for tests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CiSpec {
    /// Ticks of the test run; those of the scene when absent.
    pub ticks: Option<u64>,
    /// Overrides, from path to value as RON text.
    pub set: BTreeMap<String, String>,
}

impl Scene {
    /// Number of vertices.
    #[must_use]
    pub fn vertices(&self) -> usize {
        let counts = self.populations.iter().map(|p| p.count);
        counts.fold(0, usize::saturating_add)
    }

    /// The entries of the schedule that a run to its last tick does not reach, a line each.
    #[must_use]
    pub fn beyond_end(&self) -> Vec<String> {
        let clock = TickClock::new(self.clock.dt_s, self.clock.substeps);
        let begins_s = |tick: u64| tick as f64 * clock.tick_s();
        let (end_s, last_s) = (begins_s(self.ticks), begins_s(self.ticks.saturating_sub(1)));
        let entries = self.schedule.iter().enumerate();
        let late = entries.filter(|(_, own)| own.start(&clock) >= self.ticks);
        late.map(|(k, own)| {
            let start_s = own.start_s();
            format!(
                "schedule[{k}] is due at {start_s} s, but the run ends at {end_s} s (its last tick \
                 begins at {last_s} s)"
            )
        })
        .collect()
    }

    /// What is missing for a metric to have values, if anything.
    fn lacks(&self, metric: &Metric) -> Option<&'static str> {
        let has_grid = matches!(self.field.kind, FieldKind::Grid(_));
        (metric.needs == Need::GridField && !has_grid).then_some("a field of kind Grid")
    }

    /// Collects a metric that can have no value here.
    fn refuse_lacking(&self, problems: &mut Problems, path: &str, metric: Option<&Metric>) {
        let lacking = metric.and_then(|own| Some((&own.id, self.lacks(own)?)));
        if let Some((id, needed)) = lacking {
            problems.add(path, format!("{id} without {needed}, which writes it"));
        }
    }

    /// The model of a vertex, unless its number is beyond the last.
    #[must_use]
    pub fn model_of(&self, vertex: VertexId) -> Option<&ModelSpec> {
        let mut left = vertex.index();
        for population in &self.populations {
            match left.checked_sub(population.count) {
                None => return Some(&population.model),
                Some(rest) => left = rest,
            }
        }
        None
    }

    /// Names and vertex ranges of the populations.
    #[must_use]
    pub fn ranges(&self) -> PopulationRanges {
        let mut first = 0usize;
        let ranges = self.populations.iter().map(|population| {
            let range = PopulationRange {
                name: population.name.clone(),
                first,
                count: population.count,
            };
            first = first.saturating_add(population.count);
            range
        });
        PopulationRanges::new(ranges.collect())
    }

    /// Everything that is wrong with the scene's values, where these are its live parameters and metrics.
    #[must_use]
    pub fn validate(&self, live: &LiveParameters, metrics: &Metrics) -> Problems {
        let mut problems = Problems::default();
        self.validate_head(&mut problems);
        let ranges = self.ranges();
        for (k, population) in self.populations.iter().enumerate() {
            population.validate(&mut problems, &format!("populations[{k}]"));
        }
        let own = self.populations.iter().map(|p| p.name.as_str());
        names(&mut problems, "populations", own);
        let own = self.sensors.iter().map(|s| s.name.as_str());
        names(&mut problems, "sensors", own);
        let own = self.control.loops.iter().map(|l| l.name.as_str());
        names(&mut problems, "control.loops", own);
        self.dynamics.validate(&mut problems, &self.populations);
        self.graph.validate(&mut problems, self.vertices());
        self.field.validate(
            &mut problems,
            self.clock.dt_s * f64::from(self.clock.substeps),
        );
        if self.field.kind.needs_mean_phase() && !self.phases_only("cluster") {
            problems.add(
                "field.kind.law".to_owned(),
                "the mean phase of resonators that have none, expected populations of phases",
            );
        }
        for (k, sensor) in self.sensors.iter().enumerate() {
            let path = format!("sensors[{k}]");
            sensor.validate(&mut problems, &path, &ranges, self.live);
        }
        self.signal.validate(&mut problems);
        let sensors: Vec<_> = self
            .sensors
            .iter()
            .map(|sensor| (sensor.name.clone(), channel_count(sensor, &ranges)))
            .collect();
        self.phi.validate(&mut problems, &sensors);
        self.control.validate(
            &mut problems,
            &ranges,
            &|scope| self.is_sensed(scope),
            &|scope| self.phases_only(scope),
            metrics,
        );
        if self.dynamics.integrator.is_adaptive() {
            self.control.refuse_noise(&mut problems);
        }
        self.safety.validate(&mut problems);
        let masked = if self.phi.units.is_empty() {
            0
        } else {
            self.vertices()
        };
        self.aggregator.validate(&mut problems, masked);
        self.cluster.validate(&mut problems);
        self.scheduler.validate(&mut problems, self.vertices());
        self.bus.validate(&mut problems, self.cluster.nodes);
        problems.count("record.every_ticks", self.record.every_ticks, 1, 1 << 32);
        for (k, scheduled) in self.schedule.iter().enumerate() {
            scheduled.validate(&mut problems, &format!("schedule[{k}]"), live);
        }
        for (k, crossing) in self.crossings.iter().enumerate() {
            let path = format!("crossings[{k}]");
            crossing.validate(&mut problems, &path, &ranges, (live, metrics));
            let metric = crossing.of.metric().and_then(|id| metrics.find(id));
            self.refuse_lacking(&mut problems, &format!("{path}.of.metric"), metric);
        }
        let own = self.crossings.iter().map(|c| c.name.as_str());
        names(&mut problems, "crossings", own);
        for (k, assertion) in self.assertions.iter().enumerate() {
            let path = format!("assertions[{k}]");
            assertion.validate(&mut problems, &path, &ranges, metrics);
            let metric = metrics.find(&assertion.metric);
            self.refuse_lacking(&mut problems, &format!("{path}.metric"), metric);
        }
        problems
    }

    fn validate_head(&self, problems: &mut Problems) {
        problems.require(
            self.version == SCENE_VERSION,
            "version",
            self.version,
            "version 1, the only one that this program reads",
        );
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        problems.require(
            !self.name.is_empty() && self.name.chars().all(plain),
            "name",
            format!("{:?}", self.name),
            "letters, digits, - and _, since run folders bear it",
        );
        problems.count("ticks", self.ticks, 1, 1 << 40);
        problems.positive("clock.dt_s", self.clock.dt_s, " s");
        problems.count(
            "clock.substeps",
            u64::from(self.clock.substeps),
            1,
            1_000_000,
        );
        problems.count(
            "populations",
            self.populations.len() as u64,
            1,
            u64::from(u16::MAX - 1),
        );
    }

    fn is_sensed(&self, scope: &str) -> bool {
        self.sensors
            .iter()
            .any(|sensor| match (&sensor.scope, &sensor.device) {
                (Some(own), _) => own == scope,
                (None, DeviceSpec::Mean { populations }) => {
                    scope != "cluster"
                        && (populations.is_empty() || populations.iter().any(|name| name == scope))
                }
                (None, _) => scope == "cluster",
            })
    }

    fn phases_only(&self, scope: &str) -> bool {
        self.populations
            .iter()
            .filter(|p| scope == "cluster" || p.name == scope)
            .all(|p| p.model.is_phase())
    }
}

fn channel_count(sensor: &SensorSpec, ranges: &PopulationRanges) -> Option<usize> {
    match &sensor.device {
        DeviceSpec::Probe { vertices } => Some(match vertices {
            Selection::All => ranges.iter().map(|range| range.count).sum(),
            Selection::Spread(count) => *count,
            other => other.resolve(ranges).len(),
        }),
        DeviceSpec::Mean { populations } if populations.is_empty() => Some(ranges.len()),
        DeviceSpec::Mean { populations } => Some(populations.len()),
        DeviceSpec::Synthetic { channels, .. } => Some(*channels),
        DeviceSpec::Host { readings, .. } => Some(readings.len()),
        DeviceSpec::Csv { columns, .. } => (!columns.is_empty()).then_some(columns.len()),
    }
}

/// Names are told apart, and hold nothing that files and terminals do not bear.
fn names<'a>(problems: &mut Problems, path: &str, names: impl Iterator<Item = &'a str>) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (k, name) in names.enumerate() {
        problems.plain_text(&format!("{path}[{k}].name"), name);
        if !seen.insert(name) {
            problems.add(
                format!("{path}[{k}].name"),
                format!("{name:?} is taken already, expected a name of its own"),
            );
        }
    }
}
