//! Watched levels: what was seen of them, and what follows when one is crossed.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::{Input, PopulationId, Subject};
use crate::cluster::collected::Collected;
use crate::registry::{Class, DurableApp, Metrics, OfResource, Readings};
use crate::tick::{NodeContext, PendingInputs};

use super::spec::{CrossingSpec, Watched};

/// What is watched, and what was seen of it.
#[derive(Resource, Clone, Debug, Default)]
pub struct Watches {
    /// The scene's list, with the scope of each that watches a metric.
    pub specs: Vec<(CrossingSpec, PopulationId)>,
    /// What was seen so far.
    pub state: WatchState,
}

/// The state of [`Watches`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WatchState {
    /// Time and value of each entry that were seen last.
    last: Vec<Option<(f64, f64)>>,
    /// How often each was crossed.
    counts: Vec<u64>,
    /// What is done as the next tick begins.
    pub due: Vec<Input>,
}

impl WatchState {
    /// With what each entry was at time 0, where that is known.
    #[must_use]
    pub fn at_start(values: impl Iterator<Item = Option<f64>>) -> Self {
        Self {
            last: values.map(|value| Some((0.0, value?))).collect(),
            ..Self::default()
        }
    }
}

/// A level that was crossed in this tick.
#[derive(Clone, Debug)]
pub struct Crossing {
    /// The watch.
    pub about: Subject,
    /// When, s of plant time.
    pub time_s: f64,
    /// The level.
    pub level: f64,
    /// Whether what should follow was held back.
    pub held_back: bool,
    /// What crossed what, in words.
    pub cause: String,
    /// What is done, in words.
    pub action: String,
}

/// The levels that were crossed in this tick.
#[derive(Resource, Clone, Debug, Default)]
pub struct Crossed(pub Vec<Crossing>);

/// Looks whether a level was crossed in this tick.
pub fn watch(
    at: Res<NodeContext>,
    collected: Res<Collected>,
    inputs: Res<PendingInputs>,
    metrics: Res<Metrics>,
    readings: Res<Readings>,
    mut crossed: ResMut<Crossed>,
    mut watches: ResMut<Watches>,
) {
    crossed.0.clear();
    // Written to only when there is something, so that its hash stands.
    if watches.specs.is_empty() {
        return;
    }
    let Watches { specs, state } = &mut *watches;
    state.last.resize(specs.len(), None);
    state.counts.resize(specs.len(), 0);
    let mut clock = at.clock;
    clock.tick += 1;
    let now = clock.time_s();
    for (k, (spec, scope)) in specs.iter().enumerate() {
        let value = match &spec.of {
            Watched::Metric { metric, .. } => {
                let place = metrics.position(metric);
                place.and_then(|place| readings.get(*scope, place))
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
        let before = state.last[k].replace((now, value));
        let done = spec.once && state.counts[k] > 0;
        let time = before.filter(|_| !done);
        let Some(time_s) = time.and_then(|before| spec.crossed(before, (now, value))) else {
            continue;
        };
        state.counts[k] += 1;
        let about = Subject::Watch(spec.name.clone());
        let held_back = inputs.spares(&about);
        let then = spec.then.iter().filter(|_| !held_back);
        let follow: Vec<Input> = then.map(|action| action.input()).collect();
        let actions: Vec<String> = follow
            .iter()
            .map(|input| format!("{} {}", input.about(), input.action()))
            .collect();
        crossed.0.push(Crossing {
            about,
            time_s,
            level: spec.level,
            held_back,
            cause: format!("{} crossed {} at t = {time_s} s", spec.of, spec.level),
            action: match actions.is_empty() {
                true if held_back => "held back".to_owned(),
                true => "noted".to_owned(),
                false => actions.join("; "),
            },
        });
        state.due.extend(follow);
    }
}

/// Watched levels.
pub struct WatchPlugin;

impl Plugin for WatchPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Watches>()
            .init_resource::<Crossed>()
            .durable(OfResource::<Watches, WatchState>::part(
                "watch.state",
                Class::State,
                |own| own.state.clone(),
                |own, state| own.state = state,
            ))
            .local::<Crossed>();
        super::rules::durable(app);
    }
}
