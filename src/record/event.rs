//! What happened in a run: events with typed facts, and the text that people read beside them.

use serde::{Deserialize, Serialize};

use crate::base::input::exact_f64;
use crate::base::{Input, NodeId, Subject, Tick};
use crate::phi::report::PhiBound;
use crate::resonator::rates::StepCause;
use crate::safety::{Grade, Reaction, Rule, Severity};
use crate::tick::Cause;
use crate::watch::RuleChange;

/// What happened, with what programs need of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A rule of the safety kernel was broken.
    Alert {
        /// The rule.
        rule: Rule,
        /// What it brings about.
        severity: Severity,
        /// The value that broke it.
        #[serde(with = "exact_f64")]
        value: f64,
        /// The limit, in the unit of the value.
        #[serde(with = "exact_f64")]
        limit: f64,
    },
    /// A sum over resonators is no finite number any more, so its metrics have no value.
    Lost,
    /// A vertex goes to another node.
    Migration {
        /// The node that it leaves.
        from: NodeId,
        /// The node that it goes to.
        to: NodeId,
    },
    /// A measurement of Φ.
    Phi {
        /// Φ, nats.
        #[serde(with = "exact_f64")]
        value: f64,
        /// What the value is worth.
        bound: PhiBound,
        /// The tick whose window or picture was measured.
        taken_at: Tick,
    },
    /// A measurement of Φ, or a search for weights that raise it, that gave no value.
    PhiRefused {
        /// The tick that was to be measured.
        taken_at: Tick,
    },
    /// An input acts.
    Input {
        /// The input.
        input: Input,
        /// Why it acts.
        by: Cause,
    },
    /// The integrator's step is too long for a population.
    Step {
        /// Whether it came, grew or went.
        change: StepChange,
        /// What is too fast for the step; of what went, what was.
        cause: StepCause,
        /// The error of a step, as a share of the scale of the states.
        #[serde(with = "exact_f64")]
        error: f64,
        /// The rate of the cause times the step.
        #[serde(with = "exact_f64")]
        rate_dt: f64,
        /// A step that would do, s.
        #[serde(with = "exact_f64")]
        would_do_s: f64,
    },
    /// A rule of the scene was violated, holds again, was acknowledged, or what its intervention
    /// effected is told.
    Rule {
        /// What became of it.
        change: RuleChange,
        /// How grave a violation is.
        grade: Grade,
        /// The margin left: the least robustness that is certain of the instants that are judged,
        /// in the unit of what is compared; negative while the rule is violated.
        #[serde(with = "exact_f64")]
        margin: f64,
        /// The margin as the intervention began, of an effect; otherwise the same.
        #[serde(with = "exact_f64")]
        before: f64,
        /// Whether a number that the rule needs is missing or not finite.
        invalid: bool,
        /// The first and the last tick whose readings the margin depends on.
        window: [Tick; 2],
        /// What the rule brings about.
        then: Reaction,
    },
    /// A watched level was crossed.
    Crossing {
        /// When, s of plant time, by a straight line between two ticks.
        #[serde(with = "exact_f64")]
        time_s: f64,
        /// The level, in the unit of what is watched.
        #[serde(with = "exact_f64")]
        level: f64,
        /// Whether what should follow was held back.
        held_back: bool,
    },
}

/// What became of a step that is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepChange {
    /// It is so now.
    Began,
    /// The error or the rate is ten times what was told.
    Worse,
    /// It is so no more.
    Over,
}

impl EventKind {
    /// The words of the column `kind`, in the order in which lists of kinds show them.
    pub const NAMES: [&'static str; 7] = [
        "alert",
        "rule",
        "input",
        "phi",
        "migration",
        "crossing",
        "step",
    ];

    /// The word of the column `kind`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Alert { .. } | Self::Lost => "alert",
            Self::Migration { .. } => "migration",
            Self::Phi { .. } | Self::PhiRefused { .. } => "phi",
            Self::Input { .. } => "input",
            Self::Rule { .. } => "rule",
            Self::Crossing { .. } => "crossing",
            Self::Step { .. } => "step",
        }
    }

    /// The severity of an alert of the safety kernel.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        match self {
            Self::Alert { severity, .. } => Some(*severity),
            _ => None,
        }
    }
}

/// An intervention or turn of events: a line of events.jsonl.
///
/// `kind`, `subject`, `cause` and `action` of the line are text for people; `about` and `data` hold
/// the same facts typed, and nothing is ever read out of the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "EventLine", into = "EventLine")]
pub struct EventRecord {
    /// The tick in which it happened.
    pub tick: Tick,
    /// Plant time at its start, s.
    pub t_s: f64,
    /// What it is about.
    pub about: Subject,
    /// What the graph file calls the vertex that it is about.
    pub name: Option<String>,
    /// What happened.
    pub data: EventKind,
    /// Which number crossed which limit, or who asked, in words.
    pub cause: String,
    /// What was done, in words.
    pub action: String,
}

/// How an event stands in events.jsonl.
#[derive(Serialize, Deserialize)]
struct EventLine {
    tick: Tick,
    t_s: f64,
    #[serde(skip_deserializing)]
    kind: &'static str,
    #[serde(skip_deserializing)]
    subject: String,
    cause: String,
    action: String,
    about: Subject,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    data: EventKind,
}

impl From<EventRecord> for EventLine {
    fn from(event: EventRecord) -> Self {
        Self {
            tick: event.tick,
            t_s: event.t_s,
            kind: event.data.name(),
            subject: event.about.to_string(),
            cause: event.cause,
            action: event.action,
            about: event.about,
            name: event.name,
            data: event.data,
        }
    }
}

impl From<EventLine> for EventRecord {
    fn from(line: EventLine) -> Self {
        Self {
            tick: line.tick,
            t_s: line.t_s,
            about: line.about,
            name: line.name,
            data: line.data,
            cause: line.cause,
            action: line.action,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_comes_back_from_its_line_with_its_numbers() {
        let event = EventRecord {
            tick: 4,
            t_s: 0.04,
            about: Subject::Loop {
                index: 0,
                name: "a \"b\"".to_owned(),
            },
            name: Some("MT".to_owned()),
            data: EventKind::Alert {
                rule: Rule::NonFinite,
                severity: Severity::Stop,
                value: f64::INFINITY,
                limit: 10.0,
            },
            cause: "non_finite: inf beyond 10".to_owned(),
            action: "command rejected; stop".to_owned(),
        };
        let line = serde_json::to_string(&event).unwrap();
        assert!(line.contains(r#""kind":"alert","subject":"loop"#), "{line}");
        assert_eq!(serde_json::from_str::<EventRecord>(&line).unwrap(), event);
        assert!(EventKind::NAMES.contains(&event.data.name()));
    }
}
