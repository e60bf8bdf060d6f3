//! The loops of the populations that live on this node.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::Input;
use crate::base::order::Order;
use crate::registry::readings::Asked;
use crate::registry::{Class, DurableApp, KeyIndex, Metrics, OfComponent, OfResource, Readings};
use crate::signal::{SignalSynthesizer, SystemState};
use crate::tick::{NodeContext, PendingInputs};

use super::components::{ControlCommand, ControlLoop, LoopScopes, LoopState};
use super::custom::{CustomLaw, FurtherOutput};
use super::feedback::Feedback;
use super::measured::Measured;
use super::regulate::Now;
use super::terms::LoopTerms;

/// Whether loops give commands; `control.enabled` in the scene.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlEnabled(pub bool);

/// The loops of a World.
type Loops<'w, 's> = Query<
    'w,
    's,
    (
        &'static ControlLoop,
        &'static LoopScopes,
        &'static mut LoopState,
        &'static mut ControlCommand,
        &'static mut LoopTerms,
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
    inputs: Res<PendingInputs>,
    synthesizer: Option<Res<SignalSynthesizer>>,
    measured: Measured,
    mut loops: Loops,
    mut further: Further,
) -> Result {
    let due = synthesizer.as_ref().is_none_or(|s| s.is_due(at.clock.tick));
    let sample_s = sample_s(&at, synthesizer.as_deref());
    let now = Now {
        at: &at,
        sample_s,
        feedback: &feedback,
        measured: &measured,
    };
    for (_, mut command) in &mut further {
        calm(&mut command);
    }
    for (control, scopes, mut memory, mut command, mut terms, mut law) in &mut loops {
        calm(&mut command);
        heed(&inputs, control, &mut memory);
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
        let law = law.as_deref_mut();
        let Some(given) = now.regulate(control, scopes, &mut memory, &mut terms, law)? else {
            continue;
        };
        *command = given.command;
        // Followers get their values when the gate has judged the command.
        write_further(&mut further, control.index, |place| {
            let own = given.outputs.get(place).copied().unwrap_or_default();
            (given.gain * own, given.command.measured)
        });
    }
    Ok(())
}

/// What the rules of safety order of a loop.
fn heed(inputs: &PendingInputs, control: &ControlLoop, memory: &mut Mut<LoopState>) {
    for input in &inputs.0 {
        let Input::Regulate { loops, order, .. } = input else {
            continue;
        };
        if !loops.is_empty() && !loops.contains(&control.spec.name) {
            continue;
        }
        match order {
            Order::FallBack(on) if memory.fallen_back != *on => memory.fallen_back = *on,
            Order::Clamp(limit) if memory.clamp != *limit => memory.clamp = *limit,
            _ => {}
        }
    }
}

/// Time between two steps of the loops, s.
#[must_use]
pub fn sample_s(at: &NodeContext, synthesizer: Option<&SignalSynthesizer>) -> f64 {
    let hop = synthesizer.map_or(1, |synthesizer| synthesizer.hop);
    at.clock.tick_s() * hop as f64
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
                fallback: 0.0,
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
    (memory.law, memory.fallback) = Default::default();
    memory.commands += 1;
    *command = ControlCommand {
        value: 0.0,
        noise: 0.0,
        fresh: true,
        ..*command
    };
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
            .durable(OfComponent::<ControlLoop, LoopTerms, _>::whole(
                "control.terms",
                Class::Transport,
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
            .local::<LoopScopes>()
            .local::<KeyIndex<ControlLoop>>()
            .local::<Metrics>()
            .local::<Readings>()
            .local::<Asked<SystemState>>();
    }
}
