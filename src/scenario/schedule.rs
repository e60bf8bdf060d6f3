//! What a scene does to itself at fixed times: ramps and steps of parameters, kicks, and edges that
//! fail or come.

use serde::{Deserialize, Serialize};

use crate::base::{Input, Problems, Tick, TickClock};
use crate::watch::Action;

use crate::registry::{LiveParameters, check_edit};

/// One thing that happens by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Scheduled {
    /// A live parameter moves in a straight line.
    Ramp {
        /// The parameter, for example `populations[0].coupling`.
        path: String,
        /// Its value at the start.
        from: f64,
        /// Its value at the end.
        to: f64,
        /// Start, s of plant time.
        start_s: f64,
        /// End, s.
        end_s: f64,
    },
    /// A live parameter is set.
    Set {
        /// The parameter.
        path: String,
        /// Its new value.
        value: f64,
        /// When, s of plant time.
        at_s: f64,
    },
    /// An edge gets a new weight; with 0 it fails.
    Edge {
        /// Where it comes from, a vertex number.
        source: u64,
        /// Where it leads to.
        target: u64,
        /// Its weight.
        weight: f64,
        /// When, s of plant time.
        at_s: f64,
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
        /// When, s of plant time.
        at_s: f64,
    },
}

/// The tick that begins nearest to a time.
fn tick_of(at_s: f64, clock: &TickClock) -> Tick {
    (at_s / clock.tick_s()).round() as Tick
}

impl Scheduled {
    /// When it begins, s of plant time.
    #[must_use]
    pub fn start_s(&self) -> f64 {
        match self {
            Self::Ramp { start_s, .. } => *start_s,
            Self::Set { at_s, .. } | Self::Edge { at_s, .. } | Self::Kick { at_s, .. } => *at_s,
        }
    }

    /// The tick in which it begins.
    #[must_use]
    pub fn start(&self, clock: &TickClock) -> Tick {
        tick_of(self.start_s(), clock)
    }

    /// The input of the tick that begins at `clock`, if it is one of this entry's ticks.
    #[must_use]
    pub fn input(&self, clock: &TickClock) -> Option<Input> {
        let start = self.start(clock);
        match self {
            Self::Ramp {
                path,
                from,
                to,
                end_s,
                ..
            } => {
                let end = tick_of(*end_s, clock);
                (start..=end).contains(&clock.tick).then(|| {
                    let share = (clock.tick - start) as f64 / (end - start).max(1) as f64;
                    Input::Set {
                        path: path.clone(),
                        value: from + share * (to - from),
                    }
                })
            }
            Self::Set { .. } | Self::Edge { .. } | Self::Kick { .. } => {
                let due = (start == clock.tick).then(|| self.action());
                due.flatten().map(|action| action.input())
            }
        }
    }

    /// What is done, whenever it is due; a ramp does something else in every tick.
    #[must_use]
    pub fn action(&self) -> Option<Action> {
        match self {
            Self::Ramp { .. } => None,
            Self::Set { path, value, .. } => Some(Action::Set {
                path: path.clone(),
                value: *value,
            }),
            Self::Edge {
                source,
                target,
                weight,
                ..
            } => Some(Action::Edge {
                source: *source,
                target: *target,
                weight: *weight,
            }),
            Self::Kick {
                vertex,
                first,
                second,
                ..
            } => Some(Action::Kick {
                vertex: *vertex,
                first: *first,
                second: *second,
            }),
        }
    }

    /// Collects what is wrong with the entry at `path`; edges and kicks of vertices are judged with
    /// the graph.
    pub fn validate(&self, problems: &mut Problems, at: &str, live: &LiveParameters) {
        let time = |problems: &mut Problems, name: &str, value: f64| {
            problems.range(&format!("{at}.{name}"), value, 0.0, 1e12, " s");
        };
        match self {
            Self::Ramp {
                path,
                from,
                to,
                start_s,
                end_s,
            } => {
                for value in [from, to] {
                    if let Err(message) = check_edit(live, path, *value) {
                        problems.add(format!("{at}.path"), message);
                        break;
                    }
                }
                time(problems, "start_s", *start_s);
                problems.range(&format!("{at}.end_s"), *end_s, *start_s, 1e12, " s");
            }
            Self::Set { path, value, at_s } => {
                if let Err(message) = check_edit(live, path, *value) {
                    problems.add(format!("{at}.path"), message);
                }
                time(problems, "at_s", *at_s);
            }
            Self::Edge { at_s, .. } | Self::Kick { at_s, .. } => time(problems, "at_s", *at_s),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_passes_through_its_ends_and_nothing_else_happens() {
        let ramp = Scheduled::Ramp {
            path: "populations[0].coupling".to_owned(),
            from: 1.0,
            to: 3.0,
            start_s: 0.1,
            end_s: 0.3,
        };
        let mut clock = TickClock::new(0.01, 1);
        let mut found = Vec::new();
        for tick in 0..50 {
            clock.tick = tick;
            if let Some(Input::Set { value, .. }) = ramp.input(&clock) {
                found.push((tick, value));
            }
        }
        assert_eq!(found.len(), 21);
        assert_eq!(
            (found[0], found[10], found[20]),
            ((10, 1.0), (20, 2.0), (30, 3.0))
        );
    }
}
