//! The scene's schema: one RON document describes plant, sensors, control, safety, cluster and Φ.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actuation::ActuatorSpec;
use crate::base::{TickClock, VertexId};
use crate::bus::BusSpec;
use crate::cluster::{AggregatorSpec, ClusterSpec};
use crate::control::ControlSpec;
use crate::field::FieldSpec;
use crate::graph::GraphSpec;
use crate::phi::PhiSpec;
use crate::registry::site::{PopulationRange, PopulationRanges};
use crate::resonator::dynamics_spec::DynamicsSpec;
use crate::resonator::forces::ForceSpec;
use crate::resonator::model_spec::ModelSpec;
use crate::resonator::spec::PopulationSpec;
use crate::safety::SafetySpec;
use crate::scheduler::SchedulerSpec;
use crate::sensors::SensorSpec;
use crate::signal::SignalSpec;
use crate::watch::CrossingSpec;

use super::assertion::Assertion;
use super::figure_spec::FigureSpec;
use super::record_spec::RecordSpec;
use super::schedule::Scheduled;
use super::view_spec::ViewSpec;

/// The version of this schema. Texts of version 1 are rewritten before they are read.
pub const SCENE_VERSION: u32 = 2;

/// A scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// Version of the schema, [`SCENE_VERSION`].
    pub version: u32,
    /// Name, also of its run folders.
    pub name: String,
    /// One line that says what it shows.
    #[serde(default)]
    pub description: String,
    /// What to look for and what to try, in paragraphs between empty lines; a panel of the window.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// How a window shows it when it opens.
    #[serde(default, skip_serializing_if = "ViewSpec::is_empty")]
    pub view: ViewSpec,
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
    /// How the resonators are integrated.
    #[serde(default)]
    pub dynamics: DynamicsSpec,
    /// The field they ring in.
    #[serde(default)]
    pub field: FieldSpec,
    /// What acts on resonators from outside.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forces: Vec<ForceSpec>,
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
    /// Devices that act on commands besides the plant.
    #[serde(default)]
    pub actuators: Vec<ActuatorSpec>,
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
    /// The figures of its report, one after the other; the plots of its view when there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<FigureSpec>,
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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

/// A smaller setting of the scene, for tests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
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

    /// Plant time between two rows of metrics, s.
    #[must_use]
    pub fn row_s(&self) -> f64 {
        let clock = TickClock::new(self.clock.dt_s, self.clock.substeps);
        clock.tick_s() * self.record.every_ticks as f64
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
}
