//! What a scene wants written down.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::registry::metric::{MetricId, Metrics};
use crate::registry::selection::Selection;
use crate::registry::site::PopulationRanges;

/// What a run writes down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RecordSpec {
    /// Ticks between rows of metrics.
    pub every_ticks: u64,
    /// The form of the rows: metrics.csv, the directory metrics.parquet, or both.
    pub format: RecordFormat,
    /// The metrics that rows hold, by the names of their columns; all when empty. Those that plots
    /// of `view` show are written, too, so that the folder opens with them. What assertions, loops,
    /// crossings and rules need is computed all the same, and has no column.
    pub metrics: Vec<MetricId>,
    /// Whether rows hold what is observed of the resonators themselves, even if nothing else asks
    /// for it: the columns `order`, `own_energy`, `frequency`, `frequency_sd` and `mean`.
    pub plant: bool,
    /// Whether they hold what is observed of the edges, too: `energy`, `coupling_energy` and
    /// `local_order`. It costs about as much as an integrator stage a row.
    pub edges: bool,
    /// Which states of single oscillators are written down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vertices: Option<StatesSpec>,
    /// Whether last_state.csv is written also of more than 100,000 vertices.
    pub last_state: bool,
}

impl Default for RecordSpec {
    fn default() -> Self {
        Self {
            every_ticks: 1,
            format: RecordFormat::default(),
            metrics: Vec::new(),
            plant: false,
            edges: false,
            vertices: None,
            last_state: false,
        }
    }
}

/// The form in which rows of metrics are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum RecordFormat {
    /// metrics.csv.
    #[default]
    Csv,
    /// metrics.parquet, a directory of part files.
    Parquet,
    /// Both.
    Both,
}

impl RecordFormat {
    /// Whether metrics.csv is written.
    #[must_use]
    pub fn has_csv(self) -> bool {
        self != Self::Parquet
    }

    /// Whether metrics.parquet is written.
    #[must_use]
    pub fn has_parquet(self) -> bool {
        self != Self::Csv
    }
}

impl RecordSpec {
    /// Collects what is wrong with it at `record`.
    pub fn validate(&self, problems: &mut Problems, ranges: &PopulationRanges, metrics: &Metrics) {
        problems.count("record.every_ticks", self.every_ticks, 1, 1 << 32);
        for (k, id) in self.metrics.iter().enumerate() {
            let path = format!("record.metrics[{k}]");
            if metrics.find(id).is_none() {
                let expected = metrics.expected(id, |_| true);
                problems.add(
                    &path,
                    format!("there is no metric {:?}, {expected}", id.as_str()),
                );
            } else if self.metrics[..k].contains(id) {
                problems.add(
                    &path,
                    format!("{:?} stands here twice, expected once", id.as_str()),
                );
            }
        }
        if let Some(states) = &self.vertices {
            states.validate(problems, "record.vertices", ranges);
        }
    }
}

/// Which states are recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatesSpec {
    /// The vertices.
    #[serde(default)]
    pub of: Selection,
    /// Ticks between rows.
    #[serde(default = "one")]
    pub every_ticks: u64,
    /// The form of the file.
    #[serde(default)]
    pub format: StatesFormat,
    /// Ticks of the windows over which mean phase velocities are taken; 0 for none.
    #[serde(default)]
    pub velocity_ticks: u64,
}

/// The form in which states are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum StatesFormat {
    /// states.csv.
    #[default]
    Csv,
    /// states.npy, of double precision; until the run has ended, the bare numbers in states.f64.
    Npy,
}

fn one() -> u64 {
    1
}

impl StatesSpec {
    /// Collects what is wrong with it at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str, ranges: &PopulationRanges) {
        self.of.validate(problems, &format!("{path}.of"), ranges);
        problems.count(&format!("{path}.every_ticks"), self.every_ticks, 1, 1 << 32);
        problems.count(
            &format!("{path}.velocity_ticks"),
            self.velocity_ticks,
            0,
            1 << 32,
        );
    }
}
