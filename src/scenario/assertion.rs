//! What must hold at the end of a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::registry::site::{PopulationRanges, find_scope, unknown_scope};
use crate::registry::{MetricId, Metrics};

/// A bound on a metric over a span of plant time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assertion {
    /// The metric, by its name in the head of metrics.csv.
    pub metric: MetricId,
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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

/// The values of a span, as far as statistics need them: its size does not grow with their number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    count: u64,
    first: f64,
    last: f64,
    sum: f64,
    least: f64,
    greatest: f64,
    apart: f64,
    /// The first value that is not finite.
    lost: Option<f64>,
}

impl Tally {
    /// Adds the next value.
    pub fn push(&mut self, value: f64) {
        if self.count == 0 {
            (self.first, self.least, self.greatest) = (value, value, value);
        }
        self.count += 1;
        self.last = value;
        self.sum += value;
        self.least = self.least.min(value);
        self.greatest = self.greatest.max(value);
        self.apart = self.apart.max((value - self.first).abs());
        if self.lost.is_none() && !value.is_finite() {
            self.lost = Some(value);
        }
    }

    /// The tally of values in turn.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let mut own = Self::default();
        values.iter().for_each(|value| own.push(*value));
        own
    }
}

impl Statistic {
    /// The statistic of values; `None` of none.
    #[must_use]
    pub fn of(self, tally: &Tally) -> Option<f64> {
        let value = match self {
            Self::Last => tally.last,
            Self::First => tally.first,
            Self::Mean => tally.sum / tally.count as f64,
            Self::Min => tally.least,
            Self::Max => tally.greatest,
            // Of nothing, any departure is infinite.
            Self::Drift if tally.apart == 0.0 => 0.0,
            Self::Drift => tally.apart / tally.first.abs(),
        };
        (tally.count > 0).then_some(value)
    }
}

impl Assertion {
    /// Whether a time lies in its span.
    #[must_use]
    pub fn spans(&self, t_s: f64) -> bool {
        t_s >= self.from_s && self.to_s.is_none_or(|end| t_s <= end)
    }

    /// Collects what is wrong with the assertion at `path`.
    pub fn validate(
        &self,
        problems: &mut Problems,
        path: &str,
        populations: &PopulationRanges,
        metrics: &Metrics,
    ) {
        if metrics.find(&self.metric).is_none() {
            let expected = metrics.expected(&self.metric, |_| true);
            let message = format!("found {:?}, {expected}", self.metric.as_str());
            problems.add(format!("{path}.metric"), message);
        }
        if find_scope(&self.scope, populations).is_none() {
            unknown_scope(problems, &format!("{path}.scope"), &self.scope, populations);
        } else if let Some(own) = metrics.find(&self.metric) {
            own.refuse_scope(problems, &format!("{path}.scope"), &self.scope);
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
    pub fn judge(&self, tally: &Tally) -> Option<String> {
        let Some(found) = self.take.of(tally) else {
            return Some(format!("{} has no value in the span", self.metric));
        };
        if let Some(lost) = tally.lost {
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
