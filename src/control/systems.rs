//! The loops of the populations that live on this node.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::PopulationId;
use crate::registry::readings::Asked;
use crate::registry::{
    Class, DurableApp, KeyIndex, Metrics, Need, OfComponent, OfResource, Readings,
};
use crate::resonator::Population;
use crate::signal::metrics::{COHERENCE, ENTROPY};
use crate::signal::{SignalSynthesizer, SystemState};
use crate::tick::NodeContext;

use super::custom::{CustomLaw, FurtherOutput};
use super::feedback::Feedback;
use super::law::Sample;
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

/// What loops may measure.
#[derive(SystemParam)]
pub struct Measured<'w, 's> {
    metrics: Res<'w, Metrics>,
    readings: Res<'w, Readings>,
    asked: Res<'w, Asked<SystemState>>,
    states: Query<'w, 's, (&'static Population, &'static SystemState)>,
}

impl Measured<'_, '_> {
    /// The signals of a scope, when they come from at least one channel.
    fn signals(&self, scope: PopulationId) -> Option<&SystemState> {
        let mut states = self.states.iter();
        let found = states.find(|(population, _)| population.id == scope);
        found
            .map(|(_, state)| state)
            .filter(|state| state.is_measured())
    }

    /// What a loop measures: a signal of this tick, any other metric as the last tick left it.
    fn value(&self, measure: &Measure, scope: PopulationId) -> Option<f64> {
        let place = self.metrics.position(&measure.metric())?;
        match self.metrics.list()[place].needs {
            Need::Signals => self.asked.value(place, self.signals(scope)?),
            _ => self.readings.get(scope, place),
        }
    }
}

/// The loops of a World.
type Loops<'w, 's> = Query<
    'w,
    's,
    (
        &'static ControlLoop,
        &'static mut LoopState,
        &'static mut ControlCommand,
        Option<&'static mut CustomLaw>,
    ),
>;

/// The commands of their further outputs.
type Further<'w, 's> =
    Query<'w, 's, (&'static FurtherOutput, &'static mut ControlCommand), Without<LoopState>>;

/// Runs the loops whose measures have values, in the ticks in which signals are formed.
pub fn control(
    at: Res<NodeContext>,
    enabled: Res<ControlEnabled>,
    feedback: Res<Feedback>,
    synthesizer: Option<Res<SignalSynthesizer>>,
    measured: Measured,
    mut loops: Loops,
    mut further: Further,
) -> Result {
    let due = synthesizer.as_ref().is_none_or(|s| s.is_due(at.clock.tick));
    let hop = synthesizer.map_or(1, |synthesizer| synthesizer.hop);
    let sample_s = at.clock.tick_s() * hop as f64;
    for (_, mut command) in &mut further {
        calm(&mut command);
    }
    for (control, mut memory, mut command, mut law) in &mut loops {
        calm(&mut command);
        if !enabled.0 {
            let mut own = further.iter().filter(|(own, _)| own.of == control.index);
            let drives = own.any(|(_, command)| command.value != 0.0);
            let remembers = law.as_ref().is_some_and(|law| !law.is_fresh());
            if drives || remembers || command.value != 0.0 || command.noise != 0.0 {
                release(&mut memory, &mut command);
                if let Some(law) = &mut law {
                    law.reset();
                }
                write_further(&mut further, control.index, |_| (0.0, command.measured));
            }
            continue;
        }
        if !due {
            continue;
        }
        let spec = &control.spec;
        let Some(value) = measured.value(&spec.measure, control.scope) else {
            continue;
        };
        let signals = measured.signals(control.scope);
        let output = match (&spec.law, signals) {
            (Law::Original, Some(state)) => match state.value(&COHERENCE) {
                Some(coherence) => original_gain(coherence),
                None => continue,
            },
            (Law::Original, None) => continue,
            (Law::Pid(pid), _) => {
                pid.step(&mut memory.pid, spec.setpoint, value, sample_s)
                    .output
            }
            (Law::Custom(_), _) => {
                let values = spec.measures();
                let values = values.map(|own| measured.value(own, control.scope));
                let values: Option<Vec<f64>> = values.collect();
                let (Some(values), Some(law)) = (values, &mut law) else {
                    continue;
                };
                law.step(&sample(&at, sample_s, spec, &values))?
            }
        };
        let (mut gain, mut noise) = (1.0, 0.0);
        if let Some(adaptive) = &spec.adaptive {
            let Some(entropy) = signals.and_then(|state| state.value(&ENTROPY)) else {
                continue;
            };
            adaptive.step(&mut memory.adaptive, feedback.suggested_gain, entropy);
            gain = memory.adaptive.gain;
            noise = spec.noise_per_temperature * memory.adaptive.temperature;
        }
        memory.commands += 1;
        *command = ControlCommand {
            value: gain * output,
            noise,
            measured: value,
            fresh: true,
        };
        if let Some(law) = &law {
            let outputs = law.outputs();
            write_further(&mut further, control.index, |place| {
                (gain * outputs[place], value)
            });
        }
    }
    Ok(())
}

/// What a law sees of its loop in this tick.
fn sample<'a>(at: &NodeContext, sample_s: f64, spec: &LoopSpec, measured: &'a [f64]) -> Sample<'a> {
    Sample {
        tick: at.clock.tick,
        time_s: at.clock.time_s(),
        sample_s,
        setpoint: spec.setpoint,
        measured,
    }
}

/// A command of an earlier tick is not fresh any more. Written to only when it changes, so that its
/// hash stands.
fn calm(command: &mut Mut<ControlCommand>) {
    if command.fresh {
        command.fresh = false;
    }
}

/// Gives the commands of a loop's further outputs: value and measure by the output's place.
fn write_further(further: &mut Further, index: u32, give: impl Fn(usize) -> (f64, f64)) {
    for (output, mut command) in further {
        if output.of == index {
            let (value, measured) = give(output.place);
            *command = ControlCommand {
                value,
                noise: 0.0,
                measured,
                fresh: true,
            };
        }
    }
}

/// Gives back what a loop had moved when control is turned off, so that the plant is left to
/// itself; a loop that is turned on again begins anew.
fn release(memory: &mut LoopState, command: &mut ControlCommand) {
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
            .init_resource::<Metrics>()
            .init_resource::<Readings>()
            .init_resource::<Asked<SystemState>>()
            .insert_resource(ControlEnabled(true))
            .durable(OfComponent::<ControlLoop, ControlLoop, _>::whole(
                "control.loop",
                Class::State,
            ))
            .durable(OfComponent::<ControlLoop, LoopState, _>::whole(
                "control.memory",
                Class::State,
            ))
            .durable(OfComponent::<ControlLoop, ControlCommand, _>::whole(
                "control.command",
                Class::State,
            ))
            .durable(OfComponent::<ControlLoop, CustomLaw, _>::checked_part(
                "control.law",
                Class::State,
                CustomLaw::image,
                CustomLaw::restore,
            ))
            .durable(OfResource::<ControlEnabled, _>::whole(
                "control.enabled",
                Class::Replica,
            ))
            .durable(OfResource::<Feedback, _>::whole(
                "control.feedback",
                Class::Replica,
            ))
            .local::<FurtherOutput>()
            .local::<KeyIndex<ControlLoop>>()
            .local::<Metrics>()
            .local::<Readings>()
            .local::<Asked<SystemState>>();
    }
}
