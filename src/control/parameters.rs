//! The live parameters of control: the switch, setpoints, and the gains of PID laws.

use std::collections::BTreeMap;

use bevy::prelude::{Entity, World};

use crate::registry::part::{About, Value};
use crate::registry::{Bounds, Key, KeyIndex, LiveParameter};

use super::components::{ControlCommand, ControlLoop, LoopState};
use super::custom::CustomLaw;
use super::law::Laws;
use super::laws::Law;
use super::measure::Measure;
use super::spec::{ControlSpec, LoopSpec};
use super::systems::ControlEnabled;

impl Key for ControlLoop {
    const KIND: &'static str = "loop";

    fn key(&self) -> u64 {
        u64::from(self.index)
    }
}

/// The live parameters of this part of a scene.
#[must_use]
pub fn live_parameters(spec: &ControlSpec, laws: &Laws) -> Vec<LiveParameter> {
    let mut list = Vec::new();
    if !spec.loops.is_empty() {
        let enabled = f64::from(u8::from(spec.enabled));
        let get = |own: &ControlEnabled| Some(f64::from(u8::from(own.0)));
        let set = |own: &mut ControlEnabled, value| own.0 = value != 0.0;
        let switch = LiveParameter::of_resource("control.enabled", "control", enabled, get, set)
            .bounds(Bounds::Switch)
            .help(
                "Whether the loops give commands. Switch them off to see what the network does \
                 alone: what they had moved is given back.",
            );
        list.push(switch.spans(0.0, 1.0));
    }
    for (index, own) in (0..).zip(&spec.loops) {
        list.push(setpoint(index, own));
        list.extend(numbers(index, own));
        if let Law::Custom(law) = &own.law
            && let Some(about) = laws.find(&law.name)
        {
            list.extend(law_parameters(index, own, &law.parameters, about));
        }
        list.extend(manual(index, own));
    }
    list
}

/// The numbers among the parameters of a law of the catalog.
fn law_parameters<'a>(
    index: u64,
    spec: &'a LoopSpec,
    given: &'a BTreeMap<String, Value>,
    about: &'a About,
) -> impl Iterator<Item = LiveParameter> + 'a {
    about.parameters.iter().filter_map(move |own| {
        let name = own.name;
        let initial = given.get(name).unwrap_or(&own.default).number()?;
        let live = LiveParameter::new(
            format!("control.loops[{index}].law.parameters.{name}"),
            format!("{} {name}", spec.name),
            initial,
            move |world| world.get::<CustomLaw>(find(world, index)?)?.parameter(name),
            move |world, value| {
                let law = find(world, index).and_then(|entity| world.get_mut::<CustomLaw>(entity));
                if let Some(mut law) = law {
                    law.tune(name, value);
                }
            },
        );
        let live = live.unit(own.unit).bounds(own.bounds).help(own.help);
        Some(match own.bounds {
            Bounds::Range { least, most } if least.is_finite() && most.is_finite() => {
                live.spans(least, most)
            }
            _ => live.slider(1.0),
        })
    })
}

fn setpoint(index: u64, spec: &LoopSpec) -> LiveParameter {
    let setpoint = LiveParameter::of_component::<ControlLoop, ControlLoop>(
        format!("control.loops[{index}].setpoint"),
        format!("{} setpoint", spec.name),
        spec.setpoint,
        index,
        (
            |own| own.spec.setpoint,
            |own, value| own.spec.setpoint = value,
        ),
    )
    .help(
        "The value of its measure that the loop steers for. Move it to ask for another state and \
         watch how the loop gets there.",
    );
    match &spec.measure {
        Measure::Coherence | Measure::EntropyNormalized => setpoint.spans(0.0, 1.0),
        Measure::Entropy => setpoint.unit("nats").slider(6.0),
        Measure::Resonance => setpoint.slider(100.0),
        Measure::Metric(_) => setpoint.slider(1.0).bounds(Bounds::FINITE),
    }
}

/// The live numbers of a law of the program.
fn numbers(index: u64, spec: &LoopSpec) -> Vec<LiveParameter> {
    let mut law = spec.law.clone();
    let numbers = law.numbers().into_iter();
    let live = numbers.map(|own| {
        let name = own.name;
        LiveParameter::new(
            format!("control.loops[{index}].law.{name}"),
            format!("{} {name}", spec.name),
            *own.place,
            move |world| {
                let entity = find(world, index)?;
                let mut law = world.get::<ControlLoop>(entity)?.spec.law.clone();
                let place = law.numbers().into_iter().find(|own| own.name == name)?;
                Some(*place.place)
            },
            move |world, value| retune(world, index, (name, value)),
        )
        .unit(own.unit)
        .slider(own.slider)
        .bounds(Bounds::FINITE)
        .help(own.help)
    });
    live.collect()
}

fn find(world: &World, index: u64) -> Option<Entity> {
    world.get_resource::<KeyIndex<ControlLoop>>()?.entity(index)
}

/// Changes a number of a loop's law so that its output does not jump.
fn retune(world: &mut World, index: u64, (name, value): (&str, f64)) {
    let Some(entity) = find(world, index) else {
        return;
    };
    let mut entity = world.entity_mut(entity);
    let parts = entity.get_components_mut::<(&mut ControlLoop, &mut LoopState, &ControlCommand)>();
    if let Ok((mut control, mut memory, command)) = parts {
        let before = control.spec.law.clone();
        let numbers = control.spec.law.numbers().into_iter();
        for own in numbers.filter(|own| own.name == name) {
            *own.place = value;
        }
        let (setpoint, measured) = (control.spec.setpoint, command.measured);
        let law = &control.spec.law;
        law.retune(&before, &mut memory.law, setpoint, measured);
    }
}

/// The switch between automatic and manual mode, and the manual output.
fn manual(index: u64, spec: &LoopSpec) -> [LiveParameter; 2] {
    let path = |field: &str| format!("control.loops[{index}].{field}");
    let switch = LiveParameter::of_component::<ControlLoop, ControlLoop>(
        path("manual"),
        format!("{} manual", spec.name),
        f64::from(u8::from(spec.manual)),
        index,
        (
            |own| f64::from(u8::from(own.spec.manual)),
            |own, value| own.spec.manual = value != 0.0,
        ),
    )
    .bounds(Bounds::Switch)
    .help(
        "Manual mode: the output is the manual one and the law follows it, so that nothing jumps \
         when you give the loop back to its law.",
    );
    let output = LiveParameter::of_component::<ControlLoop, ControlLoop>(
        path("manual_output"),
        format!("{} manual output", spec.name),
        spec.manual_output,
        index,
        (
            |own| own.spec.manual_output,
            |own, value| own.spec.manual_output = value,
        ),
    )
    .help("The output in manual mode, in the unit of what the loop moves.");
    [
        switch.spans(0.0, 1.0),
        output.slider(5.0).bounds(Bounds::FINITE),
    ]
}
