//! The live parameter of the field's engine, which the coordinator has.

use crate::field::FieldEngine;
use crate::registry::{Bounds, LiveParameter};

use super::advance_field::ClusterField;

/// The gain of the field's sources.
#[must_use]
pub fn field_gain(initial: f64) -> LiveParameter {
    let get = |own: &ClusterField| own.0.as_ref().map(FieldEngine::gain);
    let set = |own: &mut ClusterField, value| {
        if let Some(engine) = &mut own.0 {
            engine.set_gain(value);
        }
    };
    LiveParameter::of_resource("field.gain", "field gain", initial, get, set)
        .slider(5.0)
        .bounds(Bounds::FINITE)
        .help(
            "How strongly the resonators, or their coherence, feed the field. Raise it to make the \
             field larger; at 0 it only rings out.",
        )
}
