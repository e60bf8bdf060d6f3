//! What a scene watches: a metric or a vertex that crosses a level, and what is done then.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use std::fmt;

use crate::base::{Input, Problems, VertexId};
use crate::registry::site::{PopulationRanges, find_scope, unknown_scope};
use crate::registry::{LiveParameters, Metric, MetricId, Metrics, Need, check_edit};

/// A level that is watched. The crossing is found at the end of a tick and its time by a straight
/// line between two ticks; what follows from it acts from the next tick on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CrossingSpec {
    /// Its name, the subject of its events.
    pub name: String,
    /// What is watched.
    pub of: Watched,
    /// The level.
    pub level: f64,
    /// In which direction it must be crossed.
    #[serde(default)]
    pub direction: Direction,
    /// Whether only the first crossing counts.
    #[serde(default)]
    pub once: bool,
    /// What is done; nothing but the event when empty.
    #[serde(default)]
    pub then: Vec<Action>,
}

/// What may cross a level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Watched {
    /// A metric, in every tick.
    Metric {
        /// Its name, as in the head of metrics.csv.
        metric: MetricId,
        /// Population, or "cluster".
        #[serde(default = "cluster")]
        scope: String,
    },
    /// A vertex.
    Vertex {
        /// Its number.
        vertex: u64,
        /// Which of its numbers.
        #[serde(default)]
        variable: Variable,
    },
}

fn cluster() -> String {
    "cluster".to_owned()
}

/// A number of a vertex.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Variable {
    /// What sensors see: cos θ, or x.
    #[default]
    Observable,
    /// θ, x or Re z.
    First,
    /// The rate, v or Im z.
    Second,
}

impl Variable {
    /// This one of what sensors see of a vertex and of its state.
    #[must_use]
    pub fn of(self, [observable, first, second]: [f64; 3]) -> f64 {
        match self {
            Self::Observable => observable,
            Self::First => first,
            Self::Second => second,
        }
    }
}

/// A direction of crossing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Direction {
    /// From below the level to it or beyond.
    #[default]
    Rising,
    /// From above the level to it or below.
    Falling,
    /// Both.
    Either,
}

/// What may follow a crossing, or be done at a time by the schedule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Action {
    /// A live parameter is set.
    Set {
        /// The parameter.
        path: String,
        /// Its new value.
        value: f64,
    },
    /// An edge gets a new weight; with 0 it fails.
    Edge {
        /// Where it comes from, a vertex number.
        source: u64,
        /// Where it leads to.
        target: u64,
        /// Its weight.
        weight: f64,
    },
    /// A vertex is pushed.
    Kick {
        /// The vertex number.
        vertex: u64,
        /// Added to θ, x or Re z.
        first: f64,
        /// Added to the rate, v or Im z.
        #[serde(default)]
        second: f64,
    },
}

impl Action {
    /// Collects what is wrong with the action at the path `at`, given the live parameters of the
    /// scene; edges and kicks are judged with the graph.
    pub fn validate(&self, problems: &mut Problems, at: &str, live: &LiveParameters) {
        if let Self::Set { path, value } = self
            && let Err(message) = check_edit(live, path, *value)
        {
            problems.add(format!("{at}.path"), message);
        }
    }

    /// The input that does it.
    #[must_use]
    pub fn input(&self) -> Input {
        match self {
            Self::Set { path, value } => Input::Set {
                path: path.clone(),
                value: *value,
            },
            Self::Edge {
                source,
                target,
                weight,
            } => Input::Edge {
                source: VertexId(*source),
                target: VertexId(*target),
                weight: *weight,
            },
            Self::Kick {
                vertex,
                first,
                second,
            } => Input::Kick {
                vertex: VertexId(*vertex),
                first: *first,
                second: *second,
            },
        }
    }
}

impl Watched {
    /// The metric that is watched, if it is one.
    #[must_use]
    pub fn metric(&self) -> Option<&MetricId> {
        match self {
            Self::Metric { metric, .. } => Some(metric),
            Self::Vertex { .. } => None,
        }
    }
}

impl fmt::Display for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Metric { metric, scope } => write!(f, "{metric} of {scope}"),
            Self::Vertex { vertex, variable } => {
                let word = format!("{variable:?}").to_lowercase();
                write!(f, "{word} of {}", VertexId(*vertex))
            }
        }
    }
}

impl CrossingSpec {
    /// When the straight line from (t₀, v₀) to (t₁, v₁) crosses the level in this direction.
    #[must_use]
    pub fn crossed(&self, (t0, v0): (f64, f64), (t1, v1): (f64, f64)) -> Option<f64> {
        let rises = v0 < self.level && v1 >= self.level;
        let falls = v0 > self.level && v1 <= self.level;
        let counts = match self.direction {
            Direction::Rising => rises,
            Direction::Falling => falls,
            Direction::Either => rises || falls,
        };
        counts.then(|| t0 + (t1 - t0) * ((self.level - v0) / (v1 - v0)))
    }

    /// Collects what is wrong with the entry at `path`; edges and kicks are judged with the graph.
    pub fn validate(
        &self,
        problems: &mut Problems,
        path: &str,
        populations: &PopulationRanges,
        (live, metrics): (&LiveParameters, &Metrics),
    ) {
        let count: usize = populations.iter().map(|range| range.count).sum();
        let finite = self.level.is_finite();
        problems.require(
            finite,
            &format!("{path}.level"),
            self.level,
            "a finite number",
        );
        problems.require(
            !self.name.is_empty(),
            &format!("{path}.name"),
            format!("{:?}", self.name),
            "a name, which its events bear",
        );
        match &self.of {
            Watched::Metric { metric, scope } => {
                // Where the vertices are decides the load, and nothing that happens may follow from
                // it.
                let fits = |own: &Metric| own.needs != Need::Placement;
                if !metrics.find(metric).is_some_and(fits) {
                    let expected = metrics.expected(metric, fits);
                    let message = format!("found {:?}, {expected}", metric.as_str());
                    problems.add(format!("{path}.of.metric"), message);
                }
                if find_scope(scope, populations).is_none() {
                    unknown_scope(problems, &format!("{path}.of.scope"), scope, populations);
                } else if let Some(own) = metrics.find(metric) {
                    own.refuse_scope(problems, &format!("{path}.of.scope"), scope);
                }
            }
            Watched::Vertex { vertex, .. } => problems.require(
                (*vertex as usize) < count,
                &format!("{path}.of.vertex"),
                vertex,
                &format!("a vertex below {count}"),
            ),
        }
        for (k, action) in self.then.iter().enumerate() {
            action.validate(problems, &format!("{path}.then[{k}]"), live);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_crosses_in_its_direction_only() {
        let mut spec = CrossingSpec {
            name: "up".to_owned(),
            of: Watched::Vertex {
                vertex: 0,
                variable: Variable::First,
            },
            level: 1.0,
            direction: Direction::Rising,
            once: false,
            then: Vec::new(),
        };
        assert_eq!(spec.crossed((2.0, 0.5), (3.0, 2.5)), Some(2.25));
        assert_eq!(spec.crossed((2.0, 1.0), (3.0, 2.5)), None);
        assert_eq!(spec.crossed((2.0, 2.5), (3.0, 0.5)), None);
        spec.direction = Direction::Falling;
        assert_eq!(spec.crossed((2.0, 2.5), (3.0, 0.5)), Some(2.75));
        spec.direction = Direction::Either;
        assert_eq!(spec.crossed((0.0, 0.0), (4.0, 4.0)), Some(1.0));
        assert_eq!(spec.crossed((0.0, f64::NAN), (4.0, 4.0)), None);
    }
}
