//! What a scene does to itself at fixed times: ramps of parameters, and actions like those that
//! follow a crossing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{Input, Problems, Tick, TickClock};
use crate::watch::Action;

use crate::registry::{LiveParameters, check_edit};

/// One thing that happens by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// Actions are done once.
    At {
        /// When, s of plant time.
        at_s: f64,
        /// What is done, in this order; the same actions may follow a crossing.
        then: Vec<Action>,
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
            Self::At { at_s, .. } => *at_s,
        }
    }

    /// The tick in which it begins.
    #[must_use]
    pub fn start(&self, clock: &TickClock) -> Tick {
        tick_of(self.start_s(), clock)
    }

    /// The inputs of the tick that begins at `clock`, in the order in which they act; none unless
    /// it is one of this entry's ticks.
    pub fn inputs(&self, clock: &TickClock) -> impl Iterator<Item = Input> {
        let due: &[Action] = match self.start(clock) == clock.tick {
            true => self.actions(),
            false => &[],
        };
        let moved = self.moved(clock).into_iter();
        moved.chain(due.iter().map(Action::input))
    }

    /// What a ramp sets in the tick that begins at `clock`.
    fn moved(&self, clock: &TickClock) -> Option<Input> {
        let Self::Ramp {
            path,
            from,
            to,
            end_s,
            ..
        } = self
        else {
            return None;
        };
        let (start, end) = (self.start(clock), tick_of(*end_s, clock));
        (start..=end).contains(&clock.tick).then(|| {
            let share = (clock.tick - start) as f64 / (end - start).max(1) as f64;
            Input::Set {
                path: path.clone(),
                value: from + share * (to - from),
            }
        })
    }

    /// What is done when the entry is due; a ramp has none, since it does something else in every
    /// tick.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        match self {
            Self::Ramp { .. } => &[],
            Self::At { then, .. } => then,
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
            Self::At { at_s, then } => {
                time(problems, "at_s", *at_s);
                let path = format!("{at}.then");
                problems.require(!then.is_empty(), &path, "none", "at least one action");
                for (m, action) in then.iter().enumerate() {
                    action.validate(problems, &format!("{path}[{m}]"), live);
                }
            }
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
            for input in ramp.inputs(&clock) {
                if let Input::Set { value, .. } = input {
                    found.push((tick, value));
                }
            }
        }
        assert_eq!(found.len(), 21);
        assert_eq!(
            (found[0], found[10], found[20]),
            ((10, 1.0), (20, 2.0), (30, 3.0))
        );
    }

    #[test]
    fn actions_are_done_in_their_order_at_one_tick() {
        let set = |value| Action::Set {
            path: "safety.max_energy".to_owned(),
            value,
        };
        let kick = Action::Kick {
            vertex: 3,
            first: 0.5,
            second: 0.0,
        };
        let then = vec![set(1.0), kick, set(2.0)];
        let expected: Vec<Input> = then.iter().map(Action::input).collect();
        let entry = Scheduled::At { at_s: 0.2, then };
        let mut clock = TickClock::new(0.01, 1);
        for tick in 0..50 {
            clock.tick = tick;
            let found: Vec<Input> = entry.inputs(&clock).collect();
            assert_eq!(found, if tick == 20 { expected.clone() } else { vec![] });
        }
    }

    #[test]
    fn each_action_is_judged_at_its_own_path() {
        let set = |path: &str| Action::Set {
            path: path.to_owned(),
            value: 1.0,
        };
        let judged = |at_s, then| {
            let mut problems = Problems::default();
            let live = LiveParameters::default();
            Scheduled::At { at_s, then }.validate(&mut problems, "schedule[2]", &live);
            let list = problems.list().iter();
            list.map(|problem| (problem.path.clone(), problem.message.clone()))
                .collect::<Vec<_>>()
        };
        let wrong = judged(-1.0, vec![set("a"), set("b")]);
        let paths: Vec<&str> = wrong.iter().map(|(path, _)| path.as_str()).collect();
        let expected = [
            "schedule[2].at_s",
            "schedule[2].then[0].path",
            "schedule[2].then[1].path",
        ];
        assert_eq!(paths, expected);
        let message = "found none, expected at least one action".to_owned();
        let empty = ("schedule[2].then".to_owned(), message);
        assert_eq!(judged(1.0, Vec::new()), [empty]);
    }
}
