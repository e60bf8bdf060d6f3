//! The figures that a scene declares: what a report of one of its runs shows. Nothing of a run
//! follows from them, but that the metrics which they name are recorded.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::registry::Metrics;
use crate::registry::site::PopulationRanges;

use super::view_spec::{CURVES_MAX, CurveSpec, validate_curves};

/// Figures of a scene at most.
const FIGURES_MAX: usize = 24;

/// A figure of a report, over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FigureSpec {
    /// What it shows, in a few words.
    pub title: String,
    /// A sentence below it: what to see in it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub caption: String,
    /// Its curves; those of each unit have axes of their own, one below the other.
    pub curves: Vec<CurveSpec>,
    /// Whether its axes of values are logarithmic.
    #[serde(default)]
    pub log: bool,
}

/// Collects what is wrong with the figures of a scene.
pub fn validate(
    figures: &[FigureSpec],
    problems: &mut Problems,
    ranges: &PopulationRanges,
    metrics: &Metrics,
) {
    if figures.len() > FIGURES_MAX {
        let found = figures.len();
        let text = format!("found {found} figures, expected at most {FIGURES_MAX}");
        problems.add("figures", text);
    }
    for (k, figure) in figures.iter().enumerate() {
        if figure.title.trim().is_empty() {
            let text = format!("found {:?}, expected what it shows", figure.title);
            problems.add(format!("figures[{k}].title"), text);
        }
        let path = format!("figures[{k}].curves");
        problems.count(&path, figure.curves.len() as u64, 1, CURVES_MAX as u64);
        validate_curves(&figure.curves, problems, &path, (ranges, metrics));
    }
}
