//! The live parameters of a scene: what each room says of its own, in the order of the scene.

use crate::field::FieldKind;
use crate::registry::LiveParameters;
use crate::{cluster, control, resonator, safety};

use super::parts::Parts;
use super::scene::Scene;

/// All live parameters of a scene.
#[must_use]
pub fn live_parameters(scene: &Scene, parts: &Parts) -> LiveParameters {
    let mut list = control::parameters::live_parameters(&scene.control, &parts.laws);
    list.extend(resonator::parameters::live_parameters(
        &scene.populations,
        &scene.dynamics,
    ));
    if scene.field.kind != FieldKind::Off {
        list.push(cluster::parameters::field_gain(scene.field.kind.gain()));
        list.push(resonator::parameters::felt_gain(scene.field.felt_gain));
    }
    list.extend(safety::parameters::live_parameters(&scene.safety));
    LiveParameters::new(list)
}
