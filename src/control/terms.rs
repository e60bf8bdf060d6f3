//! The terms of a loop's command: what it is made of, from the setpoint to what passed the gate.

use std::collections::BTreeMap;

use bevy::prelude::{Component, Resource};
use serde::{Deserialize, Serialize};

use crate::registry::metric::{Family, Metric, MetricId, Need};

use super::kind::LAW_TERMS;
use super::spec::{ControlSpec, LoopSpec};

/// Terms that every loop has, with what they mean, before those of its law.
const COMMON: [(&str, &str); 5] = [
    (
        "setpoint",
        "What the loop steers for, in the unit of its measure.",
    ),
    ("measured", "What it measured."),
    ("asked", "What it asked for, before safety."),
    ("passed", "What safety let pass."),
    (
        "bound",
        "Which bound of safety acted on the command: 0 none, 1 energy, 2 slew, 3 power, 4 barrier, \
         5 the clamp of a rule, 6 fall-back, 7 not finite.",
    ),
];

/// Terms of an adaptive loop, behind those of its law.
const ADAPTIVE: [(&str, &str); 2] = [
    (
        "gain",
        "The adaptive gain, by which the output is multiplied.",
    ),
    ("temperature", "The smoothed entropy, nats."),
];

/// Places for terms.
const PLACES: usize = COMMON.len() + LAW_TERMS + ADAPTIVE.len();

/// The terms of the last command of each loop, by its number. Known to the coordinator, when
/// somebody asks.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LatestTerms(pub BTreeMap<u32, LoopTerms>);

/// The terms of a loop's last command, in the order of [`LoopSpec::terms`].
#[derive(Component, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoopTerms {
    values: [f64; PLACES],
    /// The tick of the command; none before the first.
    tick: Option<u64>,
}

impl Default for LoopTerms {
    fn default() -> Self {
        Self {
            values: [f64::NAN; PLACES],
            tick: None,
        }
    }
}

impl LoopTerms {
    /// Begins those of a command in `tick`, which asks for `asked`.
    pub fn begin(&mut self, tick: u64, setpoint: f64, measured: f64, asked: f64) {
        self.tick = Some(tick);
        self.values[..3].copy_from_slice(&[setpoint, measured, asked]);
    }

    /// What the gate made of the command: what passed last, and the number of the bound that acted.
    pub fn gate(&mut self, passed: Option<f64>, bound: u8) {
        self.values[3] = passed.unwrap_or(f64::NAN);
        self.values[4] = f64::from(bound);
    }

    /// The places of the law's terms.
    pub fn of_law(&mut self) -> &mut [f64] {
        &mut self.values[COMMON.len()..COMMON.len() + LAW_TERMS]
    }

    /// The terms of the adaptation.
    pub fn adapt(&mut self, law_terms: usize, gain: f64, temperature: f64) {
        let at = COMMON.len() + law_terms;
        self.values[at..at + 2].copy_from_slice(&[gain, temperature]);
    }

    /// Whether the command is of this tick.
    #[must_use]
    pub fn is_of(&self, tick: u64) -> bool {
        self.tick == Some(tick)
    }

    /// The term at a place, if it has a value.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<f64> {
        let value = self.values.get(place).copied();
        value.filter(|value| value.is_finite())
    }
}

impl LoopSpec {
    /// The names of its terms with what they mean, in the order of [`LoopTerms`]. Those of a law of
    /// the catalog are not among them.
    pub fn terms(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let law = self.law.terms().iter();
        let law = law.map(|own| (*own, "A term of the law."));
        let adaptive = ADAPTIVE.iter().filter(|_| self.adaptive.is_some());
        COMMON.into_iter().chain(law).chain(adaptive.copied())
    }

    /// The metric of one of its terms: the loop's name and the term's.
    #[must_use]
    pub fn term_metric(&self, term: &str) -> MetricId {
        MetricId::from(format!("{}.{term}", self.name.replace(' ', "_")))
    }
}

impl ControlSpec {
    /// The metrics of the terms of its loops, in the scopes of the loops.
    #[must_use]
    pub fn term_metrics(&self) -> Vec<Metric> {
        let loops = self.loops.iter();
        let rows = loops.flat_map(|own| {
            own.terms().map(|(term, help)| {
                let id = own.term_metric(term);
                let label = format!("{}: {}", own.name, term.replace('_', " "));
                Metric::new(id, label, Need::Loop, Family::Field, help).range("any number")
            })
        });
        rows.collect()
    }
}
