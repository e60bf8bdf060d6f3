//! The metric of what passes the safety gate.

use crate::registry::metric::{Declared, Family, Metric, MetricId, Need};

use super::state::SafeCommand;

/// The command of a scope's first loop.
pub const COMMAND: MetricId = MetricId::new("command");

/// What this room has to be recorded, plotted and watched.
#[must_use]
pub fn metrics() -> Vec<Declared<SafeCommand>> {
    let command = Metric::new(
        COMMAND,
        "command",
        Need::Loop,
        Family::Field,
        "What the first loop of this scope asks for and the safety gate lets pass, in the unit of the \
         drive that it moves.",
    )
    .range("within the loop's output limits");
    vec![(command, |own| Some(own.value()))]
}
