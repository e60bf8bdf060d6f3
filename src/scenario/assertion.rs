//! What must hold at the end of a run.

use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::sensors::spec::{PopulationRange, find_scope, unknown_scope};

/// Columns of metrics.csv that assertions may speak of.
pub const ASSERTABLE: [&str; 17] = [
    "entropy_nats",
    "entropy_normalized",
    "coherence",
    "resonance",
    "phi_nats",
    "load_max",
    "alerts",
    "order",
    "own_energy",
    "field_energy",
    "field_rms",
    "energy",
    "coupling_energy",
    "local_order",
    "frequency",
    "frequency_sd",
    "mean",
];

/// A bound on a metric over a span of plant time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// Column of metrics.csv.
    pub metric: String,
    /// Population, or "cluster".
    #[serde(default = "cluster")]
    pub scope: String,
    /// What is taken of the values in the span.
    #[serde(default)]
    pub take: Statistic,
    /// Start of the span, s of plant time.
    #[serde(default)]
    pub from_s: f64,
    /// End of the span, s; the end of the run when absent.
    #[serde(default)]
    pub to_s: Option<f64>,
    /// Lower bound.
    #[serde(default)]
    pub at_least: Option<f64>,
    /// Upper bound.
    #[serde(default)]
    pub at_most: Option<f64>,
}

fn cluster() -> String {
    "cluster".to_owned()
}

/// What is taken of the values of a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Statistic {
    /// The last value.
    #[default]
    Last,
    /// The first value.
    First,
    /// Their mean.
    Mean,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The greatest departure from the first value, as a share of it.
    Drift,
}

impl Statistic {
    /// The statistic of values; `None` of none.
    #[must_use]
    pub fn of(self, values: &[f64]) -> Option<f64> {
        match self {
            Self::Last => values.last().copied(),
            Self::First => values.first().copied(),
            Self::Mean => {
                let sum: f64 = values.iter().sum();
                (!values.is_empty()).then(|| sum / values.len() as f64)
            }
            Self::Min => values.iter().copied().reduce(f64::min),
            Self::Max => values.iter().copied().reduce(f64::max),
            Self::Drift => {
                let first = values.first()?;
                let apart = values.iter().map(|value| (value - first).abs());
                let greatest = apart.fold(0.0, f64::max);
                // Of nothing, any departure is infinite.
                Some(if greatest == 0.0 {
                    0.0
                } else {
                    greatest / first.abs()
                })
            }
        }
    }
}

impl Assertion {
    /// Collects what is wrong with the assertion at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str, populations: &[PopulationRange]) {
        problems.require(
            ASSERTABLE.contains(&self.metric.as_str()),
            &format!("{path}.metric"),
            format!("{:?}", self.metric),
            &format!("one of {}", ASSERTABLE.join(", ")),
        );
        if find_scope(&self.scope, populations).is_none() {
            unknown_scope(problems, &format!("{path}.scope"), &self.scope, populations);
        }
        if self.at_least.is_none() && self.at_most.is_none() {
            problems.add(path, "expected at_least, at_most or both");
        }
        for (name, bound) in [("at_least", self.at_least), ("at_most", self.at_most)] {
            if bound.is_some_and(f64::is_nan) {
                problems.add(format!("{path}.{name}"), "found NaN, expected a number");
            }
        }
        if let (Some(least), Some(most)) = (self.at_least, self.at_most)
            && least > most
        {
            let text = format!("at least {least} and at most {most}, which nothing is");
            problems.add(format!("{path}.at_most"), text);
        }
        if let Some(to_s) = self.to_s {
            problems.range(
                &format!("{path}.to_s"),
                to_s,
                self.from_s,
                f64::INFINITY,
                " s",
            );
        }
        problems.range(
            &format!("{path}.from_s"),
            self.from_s,
            0.0,
            f64::INFINITY,
            " s",
        );
    }

    /// Judges the values of the span: `None` when the assertion holds, else what was found.
    #[must_use]
    pub fn judge(&self, values: &[f64]) -> Option<String> {
        let Some(found) = self.take.of(values) else {
            return Some(format!("{} has no value in the span", self.metric));
        };
        if let Some(lost) = values.iter().find(|value| !value.is_finite()) {
            return Some(format!(
                "{} of {} is {lost} in the span",
                self.metric, self.scope
            ));
        }
        let low = self.at_least.is_none_or(|bound| found >= bound);
        let high = self.at_most.is_none_or(|bound| found <= bound);
        let taken = format!("{:?}", self.take).to_lowercase();
        (!(low && high)).then(|| {
            let bounds = [
                self.at_least.map(|bound| format!("at least {bound}")),
                self.at_most.map(|bound| format!("at most {bound}")),
            ];
            let bounds: Vec<_> = bounds.into_iter().flatten().collect();
            format!(
                "{taken} {} of {} is {found}, expected {}",
                self.metric,
                self.scope,
                bounds.join(" and ")
            )
        })
    }
}
