//! The loops of the populations that live on this node.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::PopulationId;
use crate::registry::KeyIndex;
use crate::resonator::Population;
use crate::signal::{SignalSynthesizer, SystemState};
use crate::tick::{Before, NodeContext, TickSystems};

use super::feedback::Feedback;
use super::original::{AdaptiveState, original_gain};
use super::pid::PidState;
use super::spec::{Law, LoopSpec, Measure, Output};

/// A loop with its live parameters; on the home node of its scope.
#[derive(Component, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ControlLoop {
    /// Its number in the scene.
    pub index: u32,
    /// Its scope.
    pub scope: PopulationId,
    /// Its parameters.
    pub spec: LoopSpec,
}

/// What a loop remembers.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LoopState {
    /// State of the PID law.
    pub pid: PidState,
    /// State of the adaptation.
    pub adaptive: AdaptiveState,
    /// Commands given so far.
    pub commands: u64,
}

/// What a loop asks for. Nothing acts on it before the safety kernel has looked at it.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ControlCommand {
    /// The wanted output.
    pub value: f64,
    /// Noise σ that the adaptation adds.
    pub noise: f64,
    /// What the loop measured.
    pub measured: f64,
    /// Whether it was given in this tick.
    pub fresh: bool,
}

/// Whether loops give commands; `control.enabled` in the scene.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlEnabled(pub bool);

fn measured(state: &SystemState, measure: Measure) -> f64 {
    match measure {
        Measure::Coherence => state.coherence,
        Measure::Entropy => state.entropy_nats,
        Measure::EntropyNormalized => state.entropy_normalized,
        Measure::Resonance => state.resonance,
    }
}

/// Runs the loops whose scope has a new valid state in this tick.
pub fn control(
    at: Res<NodeContext>,
    enabled: Res<ControlEnabled>,
    feedback: Res<Feedback>,
    synthesizer: Option<Res<SignalSynthesizer>>,
    states: Query<(&Population, &SystemState)>,
    mut loops: Query<(&ControlLoop, &mut LoopState, &mut ControlCommand)>,
) {
    let due = synthesizer.as_ref().is_none_or(|s| s.is_due(at.clock.tick));
    let hop = synthesizer.map_or(1, |synthesizer| synthesizer.hop);
    let sample_s = at.clock.tick_s() * hop as f64;
    for (control, mut memory, mut command) in &mut loops {
        command.fresh = false;
        if !enabled.0 {
            release(&mut memory, &mut command);
            continue;
        }
        let state = states
            .iter()
            .find(|(population, _)| population.id == control.scope)
            .map(|(_, state)| state);
        let Some(state) = state.filter(|state| due && state.is_measured()) else {
            continue;
        };
        let value = measured(state, control.spec.measure);
        let output = match &control.spec.law {
            Law::Original => original_gain(state.coherence),
            Law::Pid(pid) => {
                pid.step(&mut memory.pid, control.spec.setpoint, value, sample_s)
                    .output
            }
        };
        let (mut gain, mut noise) = (1.0, 0.0);
        if let Some(adaptive) = &control.spec.adaptive {
            adaptive.step(
                &mut memory.adaptive,
                feedback.suggested_gain,
                state.entropy_nats,
            );
            gain = memory.adaptive.gain;
            noise = control.spec.noise_per_temperature * memory.adaptive.temperature;
        }
        memory.commands += 1;
        *command = ControlCommand {
            value: gain * output,
            noise,
            measured: value,
            fresh: true,
        };
    }
}

/// Gives back what a loop had moved when control is turned off, so that the plant is left to
/// itself; a loop that is turned on again begins anew.
fn release(memory: &mut LoopState, command: &mut ControlCommand) {
    if command.value == 0.0 && command.noise == 0.0 {
        return;
    }
    memory.pid = PidState::default();
    memory.commands += 1;
    *command = ControlCommand {
        value: 0.0,
        noise: 0.0,
        fresh: true,
        ..*command
    };
}

/// What a loop's output moves, as the drive's entry.
#[must_use]
pub fn place(output: Output, value: f64, noise: f64) -> crate::field::Drive {
    let mut drive = crate::field::Drive {
        noise,
        ..crate::field::Drive::default()
    };
    match output {
        Output::Coupling => drive.coupling = value,
        Output::Force => drive.force = value,
        Output::FrequencyShift => drive.frequency_shift = value,
        Output::Damping => drive.damping = value,
        Output::FieldGain => drive.field_gain = value,
        Output::Noise => drive.noise += value,
    }
    drive
}

/// Control.
pub struct ControlPlugin;

impl Plugin for ControlPlugin {
    fn build(&self, app: &mut App) {
        KeyIndex::<ControlLoop>::follow(app.world_mut());
        app.init_resource::<Feedback>()
            .insert_resource(ControlEnabled(true))
            .add_systems(Before, control.in_set(TickSystems::Control));
    }
}
