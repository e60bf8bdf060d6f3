//! The parts that a scene can name, a line for each room that has some.

use crate::registry::metric::{Declared, Metric};
use crate::registry::{Demand, Metrics, Need};
use crate::{cluster, field, phi, resonator, safety, scheduler, signal};

use super::scene::Scene;

/// The metrics of the program, in the order of their columns.
#[must_use]
pub fn metrics() -> Metrics {
    let mut list = of(signal::readings::metrics());
    list.extend(of(phi::readings::metrics()));
    list.extend(of(safety::readings::metrics()));
    list.extend(of(scheduler::readings::metrics()));
    list.extend(of(cluster::readings::metrics()));
    list.extend(of(resonator::readings::metrics()));
    list.extend(of(field::readings::metrics()));
    Metrics::new(list)
}

fn of<S>(declared: Vec<Declared<S>>) -> Vec<Metric> {
    declared.into_iter().map(|(metric, _)| metric).collect()
}

/// What a scene asks for: loops and watches in every tick, assertions and the record in ticks after
/// which a row is due.
#[must_use]
pub fn demand(scene: &Scene, metrics: &Metrics) -> Demand {
    let mut demand = Demand::new(scene.record.every_ticks);
    for spec in &scene.control.loops {
        demand.ask(metrics, &spec.measure.metric(), true);
    }
    for id in scene.crossings.iter().filter_map(|own| own.of.metric()) {
        demand.ask(metrics, id, true);
    }
    for assertion in &scene.assertions {
        demand.ask(metrics, &assertion.metric, false);
    }
    let plant = scene.record.plant || scene.record.edges;
    for metric in metrics.list() {
        let recorded = match metric.needs {
            Need::States | Need::Rates => plant,
            Need::Edges => scene.record.edges,
            _ => true,
        };
        if recorded {
            demand.ask(metrics, &metric.id, false);
        }
    }
    demand
}
