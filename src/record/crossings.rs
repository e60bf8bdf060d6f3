//! Watching levels: events when they are crossed, and the inputs that follow.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::{Input, Subject};
use crate::cluster::coordinator::Collected;
use crate::scenario::crossing::{CrossingSpec, Watched};
use crate::tick::{NodeContext, PendingInputs};

use super::event::{EventKind, EventRecord};
use super::systems::{RunRecords, TickRows};

/// What is watched, and what was seen of it.
#[derive(Resource, Clone, Debug, Default)]
pub struct Crossings {
    /// The scene's list.
    pub specs: Vec<CrossingSpec>,
    /// What was seen so far.
    pub seen: Sightings,
}

/// The durable part of [`Crossings`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sightings {
    /// Time and value of each entry that were seen last.
    last: Vec<Option<(f64, f64)>>,
    /// How often each was crossed.
    counts: Vec<u64>,
    /// What is done as the next tick begins.
    pub due: Vec<Input>,
}

impl Crossings {
    /// Whether a metric is among what is watched.
    #[must_use]
    pub fn watch_metrics(&self) -> bool {
        let mut watched = self.specs.iter().map(|spec| &spec.of);
        watched.any(|of| matches!(of, Watched::Metric { .. }))
    }
}

impl Sightings {
    /// With what each entry was at time 0, where that is known.
    #[must_use]
    pub fn at_start(values: impl Iterator<Item = Option<f64>>) -> Self {
        Self {
            last: values.map(|value| Some((0.0, value?))).collect(),
            ..Self::default()
        }
    }
}

/// Looks whether a level was crossed in this tick.
pub fn watch(
    at: Res<NodeContext>,
    collected: Res<Collected>,
    inputs: Res<PendingInputs>,
    formed: Res<TickRows>,
    mut records: ResMut<RunRecords>,
    mut crossings: ResMut<Crossings>,
) {
    let Crossings { specs, seen } = &mut *crossings;
    seen.last.resize(specs.len(), None);
    seen.counts.resize(specs.len(), 0);
    let mut clock = at.clock;
    clock.tick += 1;
    let now = clock.time_s();
    for (k, spec) in specs.iter().enumerate() {
        let value = match &spec.of {
            Watched::Metric { metric, scope } => {
                let row = formed.0.iter().find(|row| row.scope == *scope);
                row.and_then(|row| row.value(metric))
            }
            Watched::Vertex { vertex, variable } => {
                let mut all = collected.reports.iter().flat_map(|report| &report.watched);
                let found = all.find(|(own, _)| own.0 == *vertex);
                found.map(|(_, numbers)| variable.of(*numbers))
            }
        };
        let Some(value) = value.filter(|value| value.is_finite()) else {
            continue;
        };
        let before = seen.last[k].replace((now, value));
        let done = spec.once && seen.counts[k] > 0;
        let time = before.filter(|_| !done);
        let Some(time) = time.and_then(|before| spec.crossed(before, (now, value))) else {
            continue;
        };
        seen.counts[k] += 1;
        let about = Subject::Watch(spec.name.clone());
        let spared = inputs.spares(&about);
        let then = spec.then.iter().filter(|_| !spared);
        let follow: Vec<Input> = then.map(|action| action.input()).collect();
        let told = follow
            .iter()
            .map(|input| format!("{} {}", input.about(), input.action()));
        let told: Vec<String> = told.collect();
        records.events.push(EventRecord {
            tick: at.clock.tick,
            t_s: at.clock.time_s(),
            about,
            data: EventKind::Crossing {
                time_s: time,
                level: spec.level,
                held_back: spared,
            },
            cause: format!("{} crossed {} at t = {time} s", spec.told(), spec.level),
            action: match told.is_empty() {
                true if spared => "held back".to_owned(),
                true => "noted".to_owned(),
                false => told.join("; "),
            },
        });
        seen.due.extend(follow);
    }
}
