//! Alerts of all nodes become the cluster's: merged by rule and subject, raised once while a
//! breach lasts.

use std::collections::BTreeSet;

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::{NodeId, Subject, Tick};
use crate::safety::{Rule, SafetyAlert, Severity};
use crate::tick::PendingInputs;

/// The breaches that lasted through the last tick, and those of them that an operator wants spared.
#[derive(Resource, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenBreaches {
    open: BTreeSet<(Rule, Subject)>,
    spared: BTreeSet<(Rule, Subject)>,
}

impl OpenBreaches {
    /// Whether none lasted through the last tick.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open.is_empty() && self.spared.is_empty()
    }

    /// Merges this tick's alerts and keeps those whose breach is new. Where nodes report the same
    /// breach, the greatest value counts, so that the result does not depend on placement.
    pub fn admit(&mut self, alerts: Vec<SafetyAlert>) -> Vec<SafetyAlert> {
        let mut merged: Vec<SafetyAlert> = Vec::new();
        for alert in alerts {
            let same = merged.iter_mut().find(|other| same_breach(other, &alert));
            match same {
                None => merged.push(alert),
                Some(other) if alert.rule == Rule::NonFinite => {
                    if alert.subject < other.subject {
                        *other = alert;
                    }
                }
                Some(other) => {
                    if alert.value > other.value {
                        *other = alert;
                    }
                }
            }
        }
        merged.sort_by(|a, b| (a.rule, &a.subject).cmp(&(b.rule, &b.subject)));
        let seen: BTreeSet<_> = merged.iter().map(key).collect();
        merged.retain(|alert| !self.open.contains(&key(alert)));
        self.open = seen;
        merged
    }

    /// Takes out alerts whose subject is to be spared, as long as their breach lasts.
    pub fn spare(&mut self, alerts: &mut Vec<SafetyAlert>, inputs: &PendingInputs) {
        let wanted = |alert: &SafetyAlert| {
            alert.rule != Rule::NonFinite
                && (inputs.spares(&alert.subject) || self.spared.contains(&key(alert)))
        };
        self.spared = alerts.iter().filter(|a| wanted(a)).map(key).collect();
        alerts.retain(|alert| !self.spared.contains(&key(alert)));
    }

    /// Whether the field's amplitude is spared now.
    #[must_use]
    pub fn spares_field(&self) -> bool {
        self.spared
            .contains(&(Rule::FieldAmplitude, Subject::Field))
    }
}

/// States that are not finite are one breach, wherever they are; the least vertex stands for it.
fn same_breach(a: &SafetyAlert, b: &SafetyAlert) -> bool {
    let states = |alert: &SafetyAlert| matches!(alert.subject, Subject::Vertex(_));
    a.rule == b.rule && (a.subject == b.subject || (states(a) && states(b)))
}

fn key(alert: &SafetyAlert) -> (Rule, Subject) {
    (alert.rule, alert.subject.clone())
}

/// The alert of an operator who asks to stop.
#[must_use]
pub fn operator_stop(tick: Tick, node: NodeId) -> SafetyAlert {
    SafetyAlert {
        rule: Rule::Operator,
        severity: Severity::Stop,
        subject: Subject::Operator,
        value: 0.0,
        limit: 0.0,
        action: "stop".to_owned(),
        tick,
        node,
    }
}
