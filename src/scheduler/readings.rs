//! The metric of load.

use crate::registry::metric::{Declared, Family, Metric, MetricId, Need};

use super::systems::SchedulerState;

/// The greatest load of a node. It depends on where vertices are, so nothing may follow from it.
pub const LOAD_MAX: MetricId = MetricId::new("load_max");

/// What this room has to be recorded, plotted and asserted on.
#[must_use]
pub fn metrics() -> Vec<Declared<SchedulerState>> {
    let load = Metric::new(
        LOAD_MAX,
        "greatest load",
        Need::Placement,
        Family::Safety,
        "The greatest modelled load of a node: vertices, edges and devices over the node's capacity. \
         Beyond 1 a node would not keep up.",
    )
    .of_cluster();
    vec![(load, |own| own.loads.iter().copied().reduce(f64::max))]
}
