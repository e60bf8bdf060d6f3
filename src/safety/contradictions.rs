//! Limits of a scene that contradict each other, so that something could never act or never hold.

use std::collections::BTreeMap;

use crate::base::Problems;
use crate::control::{Fallback, LoopSpec};

use super::rule::{Reaction, RuleFacts};
use super::spec::SafetySpec;

/// Bounds of one number, with who set each.
#[derive(Clone, Debug)]
struct Span {
    ends: [f64; 2],
    paths: [String; 2],
}

impl Default for Span {
    fn default() -> Self {
        Self {
            ends: [f64::NEG_INFINITY, f64::INFINITY],
            paths: [String::new(), String::new()],
        }
    }
}

impl Span {
    fn narrow(&mut self, path: &str, [low, high]: [f64; 2]) {
        if low > self.ends[0] {
            (self.ends[0], self.paths[0]) = (low, path.to_owned());
        }
        if high < self.ends[1] {
            (self.ends[1], self.paths[1]) = (high, path.to_owned());
        }
    }

    /// Collects that nothing is left, at the path of the later bound.
    fn refuse_empty(&self, problems: &mut Problems, of: &str) {
        let [low, high] = self.ends;
        if low > high {
            let [from, to] = &self.paths;
            let message = format!(
                "{of} must be ≥ {low} by {from} and ≤ {high} by {to}: no number is both, expected \
                 limits that leave some"
            );
            problems.add(to.max(from).clone(), message);
        }
    }
}

impl SafetySpec {
    /// Collects limits that contradict each other.
    pub(super) fn refuse_contradictions(&self, problems: &mut Problems, about: &RuleFacts) {
        for (k, own) in about.control.loops.iter().enumerate() {
            self.refuse_loop(problems, &format!("control.loops[{k}]"), own);
        }
        let mut measures: BTreeMap<(String, String), Span> = BTreeMap::new();
        for (k, own) in self.barriers.iter().enumerate() {
            let keeps = about.control.loops.iter();
            let keeps = keeps.into_iter().find(|spec| spec.name == own.keeps);
            let Some(scope) = own.of.as_ref().or(keeps.map(|spec| &spec.scope)) else {
                continue;
            };
            let key = (own.metric.to_string(), scope.clone());
            let path = format!("safety.barriers[{k}].bound");
            measures.entry(key).or_default().narrow(&path, own.span());
        }
        for (k, own) in self.rules.iter().enumerate() {
            let path = format!("safety.rules[{k}].formula");
            for (name, span) in own.constant_bounds(about.tick_s) {
                let (metric, scope) = own.split(&name);
                let key = (metric.to_string(), scope.to_owned());
                measures.entry(key).or_default().narrow(&path, span);
            }
        }
        for ((metric, scope), span) in measures {
            span.refuse_empty(problems, &format!("{metric} of {scope}"));
        }
    }

    /// Collects outputs of a loop that no limit lets pass.
    fn refuse_loop(&self, problems: &mut Problems, path: &str, own: &LoopSpec) {
        let energy = self.max_energy;
        let clamps = self.rules.iter().enumerate().filter_map(|(k, rule)| {
            let acts = rule.loops.is_empty() || rule.loops.contains(&own.name);
            match rule.then {
                Reaction::Clamp(limit) if acts => Some((format!("safety.rules[{k}].then"), limit)),
                _ => None,
            }
        });
        let [low, high] = own.law.reach();
        let mut law = Span::default();
        let span = [
            low.unwrap_or(f64::NEG_INFINITY),
            high.unwrap_or(f64::INFINITY),
        ];
        law.narrow(&format!("{path}.law"), span);
        let multiplied = own.adaptive.is_some() || !own.feeds.is_empty();
        let limits = std::iter::once(("safety.max_energy".to_owned(), energy)).chain(clamps);
        // A law whose own limits leave nothing has been told of.
        let applies = !multiplied && span[0] <= span[1];
        for (limit, most) in limits.filter(|_| applies) {
            let mut both = law.clone();
            both.narrow(&limit, [-most, most]);
            both.refuse_empty(problems, &format!("the output of loop {:?}", own.name));
        }
        let fixed = [
            ("manual_output", own.manual.then_some(own.manual_output)),
            (
                "fallback",
                match own.fallback {
                    Fallback::Value(value) => Some(value),
                    _ => None,
                },
            ),
        ];
        for (field, value) in fixed {
            let Some(value) = value.filter(|value| value.abs() > energy) else {
                continue;
            };
            let message = format!(
                "found {value}, which safety.max_energy, {energy}, never lets pass, expected a \
                 magnitude within it"
            );
            problems.add(format!("{path}.{field}"), message);
        }
    }
}
