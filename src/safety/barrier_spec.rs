//! Barriers of a scene: bounds of measures that the commands of a loop keep.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::registry::metric::{Metric, MetricId, Need};
use crate::registry::site::{find_scope, unknown_scope};

use super::rule::RuleFacts;

/// A bound of a measure y that the commands u of a loop keep: a control barrier function.
///
/// With h = most − y, or y − least, commands must keep h′ + α h ≥ 0, so that h cannot become
/// negative. How the measure moves is modelled as y′ = drift + gain · u, where the drift is what
/// the steps of the measure leave after gain · u of the commands that acted, smoothed. The filter
/// gives the command nearest to the wanted one among those that keep all barriers of the loop.
/// Ames, Xu, Grizzle & Tabuada, IEEE Transactions on Automatic Control 62 (2017) 3861–3876.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BarrierSpec {
    /// Its name, for events.
    pub name: String,
    /// The loop whose commands keep it.
    pub keeps: String,
    /// The measure, by its name in the head of metrics.csv.
    pub metric: MetricId,
    /// Where it is measured: a population or "cluster"; the loop's own scope when absent.
    #[serde(default)]
    pub of: Option<String>,
    /// The bound.
    pub bound: Bound,
    /// How y′ changes with the command, per s and unit of the command; not 0.
    pub gain: f64,
    /// α, 1/s: how fast the measure may come close to its bound.
    pub rate_per_s: f64,
    /// Time over which the drift is smoothed, s; longer than what the measure lags behind commands,
    /// and than its noise.
    #[serde(default = "half")]
    pub drift_filter_s: f64,
}

fn half() -> f64 {
    0.5
}

/// A bound of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Bound {
    /// The measure is at most this.
    AtMost(f64),
    /// It is at least this.
    AtLeast(f64),
}

impl BarrierSpec {
    /// h of a measure: ≥ 0 within the bound.
    #[must_use]
    pub fn margin(&self, y: f64) -> f64 {
        match self.bound {
            Bound::AtMost(most) => most - y,
            Bound::AtLeast(least) => y - least,
        }
    }

    /// (g, b) of the condition g · u + b ≥ 0 on the next command, for a measure `y` that moves by
    /// itself at `drift` per s.
    #[must_use]
    pub fn row(&self, y: f64, drift: f64) -> (f64, f64) {
        let sign = match self.bound {
            Bound::AtMost(_) => -1.0,
            Bound::AtLeast(_) => 1.0,
        };
        let b = sign * drift + self.rate_per_s * self.margin(y);
        (sign * self.gain, b)
    }

    /// The interval of measures that it allows.
    #[must_use]
    pub fn span(&self) -> [f64; 2] {
        match self.bound {
            Bound::AtMost(most) => [f64::NEG_INFINITY, most],
            Bound::AtLeast(least) => [least, f64::INFINITY],
        }
    }

    /// Collects what is wrong with the barrier at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str, about: &RuleFacts) {
        let at = |field: &str| format!("{path}.{field}");
        if let Some(message) = about.unknown_loop(&self.keeps) {
            problems.add(at("keeps"), message);
        }
        if let Some(of) = &self.of
            && find_scope(of, about.populations).is_none()
        {
            unknown_scope(problems, &at("of"), of, about.populations);
        }
        let fits = |own: &Metric| !matches!(own.needs, Need::Placement | Need::Rules);
        match about.metrics.find(&self.metric).filter(|own| fits(own)) {
            Some(metric) => {
                if let Some(of) = &self.of {
                    metric.refuse_scope(problems, &at("metric"), of);
                }
            }
            None => {
                let expected = about.metrics.expected(&self.metric, fits);
                let message = format!("found {:?}, {expected}", self.metric.as_str());
                problems.add(at("metric"), message);
            }
        }
        let holds = self.gain.is_finite() && self.gain != 0.0;
        problems.require(holds, &at("gain"), self.gain, "a finite number, not 0");
        problems.positive(&at("rate_per_s"), self.rate_per_s, " 1/s");
        let tau = self.drift_filter_s;
        problems.range(&at("drift_filter_s"), tau, 0.0, 1e9, " s");
        let (Bound::AtMost(bound) | Bound::AtLeast(bound)) = self.bound;
        problems.require(bound.is_finite(), &at("bound"), bound, "a finite number");
    }
}
