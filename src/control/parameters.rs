//! The live parameters of control: the switch, setpoints, and the gains of PID laws.

use std::collections::BTreeMap;

use bevy::prelude::World;

use crate::registry::part::{About, Value};
use crate::registry::{Bounds, Key, KeyIndex, LiveParameter};

use super::custom::CustomLaw;
use super::law::Laws;
use super::pid::PidSpec;
use super::spec::{ControlSpec, Law, LoopSpec, Measure};
use super::systems::{ControlCommand, ControlEnabled, ControlLoop, LoopState};

impl Key for ControlLoop {
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
        match &own.law {
            Law::Original => {}
            Law::Pid(pid) => list.extend(gains(index, own, pid)),
            Law::Custom(law) => {
                if let Some(about) = laws.find(&law.name) {
                    list.extend(law_parameters(index, own, &law.parameters, about));
                }
            }
        }
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
        let find =
            move |world: &World| world.get_resource::<KeyIndex<ControlLoop>>()?.entity(index);
        let live = LiveParameter::new(
            format!("control.loops[{index}].law.parameters.{name}"),
            format!("{} {name}", spec.name),
            initial,
            move |world| world.get::<CustomLaw>(find(world)?)?.parameter(name),
            move |world, value| {
                let law = find(world).and_then(|entity| world.get_mut::<CustomLaw>(entity));
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

/// A gain of a PID law: its name, unit, what it does, and where it is.
type Gain = (
    &'static str,
    &'static str,
    &'static str,
    fn(&mut PidSpec) -> &mut f64,
);

const GAINS: [Gain; 3] = [
    (
        "kp",
        "",
        "Proportional gain: output for each unit of deviation. Raise it for a faster answer; too \
         high, the loop swings.",
        |pid| &mut pid.kp,
    ),
    (
        "ki",
        "1/s",
        "Integral gain: output for each unit of deviation that lasts 1 s. Raise it when the \
         measure stays beside its setpoint; too high, it overshoots.",
        |pid| &mut pid.ki,
    ),
    (
        "kd",
        "s",
        "Derivative gain: output for each unit by which the measure falls in 1 s. Raise it to damp \
         swings; it amplifies noise.",
        |pid| &mut pid.kd,
    ),
];

fn gains<'a>(
    index: u64,
    spec: &'a LoopSpec,
    pid: &'a PidSpec,
) -> impl Iterator<Item = LiveParameter> + 'a {
    GAINS.into_iter().map(move |(name, unit, help, place)| {
        LiveParameter::new(
            format!("control.loops[{index}].law.{name}"),
            format!("{} {name}", spec.name),
            *place(&mut pid.clone()),
            move |world| {
                let entity = world
                    .get_resource::<KeyIndex<ControlLoop>>()?
                    .entity(index)?;
                match &world.get::<ControlLoop>(entity)?.spec.law {
                    Law::Pid(pid) => Some(*place(&mut pid.clone())),
                    Law::Original | Law::Custom(_) => None,
                }
            },
            move |world, value| {
                retune(world, index, |pid| *place(pid) = value);
            },
        )
        .unit(unit)
        .slider(5.0)
        .bounds(Bounds::FINITE)
        .help(help)
    })
}

/// Changes a gain of a loop so that its output does not jump.
fn retune(world: &mut World, index: u64, change: impl Fn(&mut PidSpec)) {
    let loops = world.get_resource::<KeyIndex<ControlLoop>>();
    let Some(entity) = loops.and_then(|loops| loops.entity(index)) else {
        return;
    };
    let mut entity = world.entity_mut(entity);
    let parts = entity.get_components_mut::<(&mut ControlLoop, &mut LoopState, &ControlCommand)>();
    if let Ok((mut control, mut memory, command)) = parts {
        let setpoint = control.spec.setpoint;
        if let Law::Pid(pid) = &mut control.spec.law {
            let before = pid.clone();
            change(pid);
            pid.retune(&before, &mut memory.pid, setpoint, command.measured);
        }
    }
}
