//! The metrics of a field on a grid.

use crate::registry::metric::{Declared, Family, Metric, MetricId, Need};

use super::modes::GridState;

/// Energy of the field.
pub const FIELD_ENERGY: MetricId = MetricId::new("field_energy");
/// Root mean square of the field.
pub const FIELD_RMS: MetricId = MetricId::new("field_rms");

/// What this room has to be recorded, plotted, watched and steered by.
#[must_use]
pub fn metrics() -> Vec<Declared<GridState>> {
    let field =
        |id, label, help| Metric::new(id, label, Need::GridField, Family::Field, help).of_cluster();
    vec![
        (
            field(
                FIELD_ENERGY,
                "field energy",
                "Energy of the field on its grid, by Parseval.",
            )
            .formula("½∫(u_t² + c²|∇u|²) of a wave.", ""),
            |own| Some(own.energy),
        ),
        (
            field(
                FIELD_RMS,
                "field amplitude",
                "Root mean square of the field over its grid.",
            ),
            |own| Some(own.rms),
        ),
    ]
}
