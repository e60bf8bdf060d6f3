//! What a scene asks for of the metrics.

use crate::base::TickClock;
use crate::field::{FieldKind, SynthesisLaw};
use crate::registry::{Demand, Need};
use crate::signal::metrics::{COHERENCE, ENTROPY};

use super::parts::Parts;
use super::scene::Scene;

/// What a scene asks for: loops and watches in every tick, assertions, the record and the plots of
/// its view and its figures in ticks after which a row is due.
#[must_use]
pub fn demand(scene: &Scene, parts: &Parts) -> Demand {
    let metrics = parts.metrics_of(scene);
    let mut demand = Demand::new(scene.record.every_ticks);
    for (_, measure, _) in scene.control.loops.iter().flat_map(|own| own.asks()) {
        demand.ask(&metrics, &measure.metric(), true);
    }
    // What these act on, whatever they measure.
    for own in &scene.control.loops {
        if own.adaptive.is_some() {
            demand.ask(&metrics, &ENTROPY, true);
            demand.ask(&metrics, &COHERENCE, true);
        }
    }
    if matches!(
        &scene.field.kind,
        FieldKind::Synthesis {
            law: SynthesisLaw::Coherence,
            ..
        }
    ) {
        demand.ask(&metrics, &COHERENCE, true);
    }
    for id in scene.crossings.iter().filter_map(|own| own.of.metric()) {
        demand.ask(&metrics, id, true);
    }
    let tick_s = TickClock::new(scene.clock.dt_s, scene.clock.substeps).tick_s();
    for rule in scene.safety.all_rules() {
        for id in rule.reads(tick_s) {
            demand.ask(&metrics, &id, true);
        }
    }
    for barrier in &scene.safety.barriers {
        demand.ask(&metrics, &barrier.metric, true);
    }
    for assertion in &scene.assertions {
        for (id, _) in assertion.reads(scene.row_s()) {
            demand.ask(&metrics, &id, false);
        }
    }
    let figured = scene.figures.iter().flat_map(|own| &own.curves);
    for id in scene.view.metrics().chain(figured.map(|own| &own.metric)) {
        demand.ask(&metrics, id, false);
    }
    let signals = scene.signal.recorded();
    let plant = scene.record.plant || scene.record.edges;
    for metric in metrics.list() {
        let recorded = match metric.needs {
            _ if !scene.record.metrics.is_empty() => scene.record.metrics.contains(&metric.id),
            Need::States | Need::Rates => plant,
            Need::Edges => scene.record.edges,
            Need::Signals => signals.contains(&metric.id),
            _ => true,
        };
        if recorded {
            demand.ask(&metrics, &metric.id, false);
        }
    }
    parts.complete(&mut demand);
    demand
}
