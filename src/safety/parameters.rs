//! The live parameters of the safety kernel: its limits.

use crate::registry::LiveParameter;

use super::spec::SafetySpec;
use super::state::SafetyKernel;

/// The live parameters of this part of a scene.
#[must_use]
pub fn live_parameters(spec: &SafetySpec) -> Vec<LiveParameter> {
    let energy = LiveParameter::of_resource(
        "safety.max_energy",
        "greatest command",
        spec.max_energy,
        |own: &SafetyKernel| Some(own.0.max_energy),
        |own, value| own.0.max_energy = value,
    )
    .help(
        "The greatest magnitude of a command that passes the safety gate; beyond it a command is \
         rejected or clamped. Lower it to see a loop that may do less.",
    );
    let amplitude = LiveParameter::of_resource(
        "safety.max_amplitude",
        "greatest amplitude",
        spec.max_amplitude,
        |own: &SafetyKernel| Some(own.0.max_amplitude),
        |own, value| own.0.max_amplitude = value,
    )
    .help(
        "The greatest amplitude of a resonator that is no phase, and of a mode of the field. \
         Beyond it the rule's severity decides: a warning, a hold, or a stop of the run.",
    );
    vec![energy.slider(20.0), amplitude.slider(2000.0)]
}
