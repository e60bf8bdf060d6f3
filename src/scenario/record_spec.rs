//! What a scene wants written down.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::registry::selection::Selection;
use crate::registry::site::PopulationRanges;

/// What a run writes down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RecordSpec {
    /// Ticks between rows of metrics.csv.
    pub every_ticks: u64,
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
            plant: false,
            edges: false,
            vertices: None,
            last_state: false,
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
