//! When each rule was violated, as its events tell.

use crate::base::{Subject, Tick};
use crate::record::{EventKind, EventRecord};
use crate::safety::Grade;
use crate::watch::RuleChange;

/// Violations that a branch remembers.
const KEPT: usize = 5_000;

/// A violation of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// The rule's name.
    pub rule: String,
    /// How grave it is.
    pub grade: Grade,
    /// The tick in which it began.
    pub from: Tick,
    /// Plant time of that tick, s.
    pub from_s: f64,
    /// The tick in which the rule held again and its plant time, s; none while it is violated.
    pub over: Option<(Tick, f64)>,
    /// The tick in which somebody acknowledged it first.
    pub acknowledged: Option<Tick>,
    /// What it brought about, in words.
    pub action: String,
}

/// How a rule stands at a tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    /// It is not violated.
    Holds,
    /// It is violated since a time, s.
    Violated {
        /// When that began, s of plant time.
        since_s: f64,
        /// Whether somebody acknowledged it.
        acknowledged: bool,
    },
    /// It holds again, and its violation stays until somebody acknowledges it.
    Latched {
        /// When the violation began, s of plant time.
        since_s: f64,
    },
}

impl Violation {
    /// Its end at a time at the latest, s: when the rule held again, or that time.
    #[must_use]
    pub fn end_s(&self, latest_s: f64) -> f64 {
        self.over.map_or(latest_s.max(self.from_s), |(_, end)| end)
    }

    /// Whether the rule is violated at a time in s.
    #[must_use]
    pub fn holds_at(&self, time_s: f64) -> bool {
        self.from_s <= time_s && self.over.is_none_or(|(_, end)| time_s <= end)
    }

    /// What it is, in a line.
    #[must_use]
    pub fn told(&self) -> String {
        let end = match self.over {
            Some((_, end)) => format!("to {end:.2} s"),
            None => "on".to_owned(),
        };
        let Self {
            rule,
            from_s,
            action,
            ..
        } = self;
        format!("rule {rule:?} violated from {from_s:.2} s {end}: {action}")
    }
}

/// The violations of a branch, in the order in which they began.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Takes an event; those of other things change nothing.
    pub fn take(&mut self, event: &EventRecord) {
        let (EventKind::Rule { change, grade, .. }, Subject::Rule(rule)) =
            (&event.data, &event.about)
        else {
            return;
        };
        let last = self.0.iter_mut().rev().find(|own| own.rule == *rule);
        match (change, last) {
            // A tick that runs again tells what is known.
            (RuleChange::Began, Some(own)) if own.from >= event.tick => {}
            (RuleChange::Began, _) => self.0.push(Violation {
                rule: rule.clone(),
                grade: *grade,
                from: event.tick,
                from_s: event.t_s,
                over: None,
                acknowledged: None,
                action: event.action.clone(),
            }),
            (RuleChange::Over, Some(own)) => own.over = Some((event.tick, event.t_s)),
            (RuleChange::Acknowledged, Some(own)) => {
                own.acknowledged = own.acknowledged.or(Some(event.tick));
            }
            _ => {}
        }
        if self.0.len() > KEPT {
            self.0.drain(..KEPT / 4);
        }
    }

    /// All of them.
    #[must_use]
    pub fn list(&self) -> &[Violation] {
        &self.0
    }

    /// Those that have a part between two times, s.
    pub fn between(&self, (from_s, to_s): (f64, f64)) -> impl Iterator<Item = &Violation> {
        let list = self.0.iter();
        list.filter(move |own| own.from_s <= to_s && own.over.is_none_or(|(_, end)| end >= from_s))
    }

    /// How a rule stands when `completed` ticks have run; `latches` when its violations stay until
    /// they are acknowledged.
    #[must_use]
    pub fn standing(&self, rule: &str, latches: bool, completed: Tick) -> Standing {
        let mut past = self.0.iter().rev();
        let last = past.find(|own| own.rule == rule && own.from < completed);
        let Some(own) = last else {
            return Standing::Holds;
        };
        let since_s = own.from_s;
        let acknowledged = own.acknowledged.is_some_and(|tick| tick < completed);
        match own.over.is_some_and(|(tick, _)| tick < completed) {
            false => Standing::Violated {
                since_s,
                acknowledged,
            },
            true if latches && !acknowledged => Standing::Latched { since_s },
            true => Standing::Holds,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::safety::Reaction;

    fn event(tick: Tick, change: RuleChange) -> EventRecord {
        EventRecord {
            tick,
            t_s: tick as f64 * 0.1,
            about: Subject::Rule("calm".to_owned()),
            name: None,
            data: EventKind::Rule {
                change,
                grade: Grade::Critical,
                margin: -1.0,
                before: -1.0,
                invalid: false,
                window: [tick, tick],
                then: Reaction::Alert,
            },
            cause: String::new(),
            action: "alert".to_owned(),
        }
    }

    #[test]
    fn a_rule_is_violated_then_latched_then_acknowledged() {
        let mut own = Violations::default();
        own.take(&event(10, RuleChange::Began));
        own.take(&event(10, RuleChange::Began));
        own.take(&event(20, RuleChange::Over));
        own.take(&event(20, RuleChange::Effect));
        own.take(&event(30, RuleChange::Acknowledged));
        assert_eq!(own.list().len(), 1);
        let at = |tick, latches| own.standing("calm", latches, tick);
        let violated = Standing::Violated {
            since_s: 1.0,
            acknowledged: false,
        };
        assert_eq!((at(10, true), at(11, true)), (Standing::Holds, violated));
        assert_eq!((at(20, true), at(20, false)), (violated, violated));
        assert_eq!(at(21, true), Standing::Latched { since_s: 1.0 });
        assert_eq!(
            (at(21, false), at(31, true)),
            (Standing::Holds, Standing::Holds)
        );
        assert_eq!(own.standing("other", true, 15), Standing::Holds);
        let inside = |range| own.between(range).count();
        let seen = [(0.0, 0.9), (1.5, 1.6), (1.9, 3.0), (2.1, 3.0)].map(inside);
        assert_eq!(seen, [0, 1, 1, 0]);
        let told = own.list()[0].told();
        assert_eq!(told, "rule \"calm\" violated from 1.00 s to 2.00 s: alert");
    }
}
