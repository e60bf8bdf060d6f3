//! The loops of a World as a scene begins.

use bevy::prelude::*;

use crate::registry::readings::Asked;
use crate::registry::{Demand, Metrics, Need, Site};
use crate::signal::SystemState;
use crate::tick::{Before, TickSystems};

use super::components::{ControlCommand, ControlLoop, LoopScopes, LoopState};
use super::custom::{CustomLaw, FurtherOutput};
use super::law::Laws;
use super::laws::Law;
use super::output::Output;
use super::spec::{ControlSpec, LoopSpec};
use super::systems::{ControlEnabled, control};
use super::terms::LoopTerms;

/// Puts the loops into a World whose scopes live there, and how they read the signals. A World
/// without loops runs none.
///
/// # Errors
/// With path and message, when a law refuses its parameters.
pub fn set_up(
    app: &mut App,
    spec: &ControlSpec,
    laws: &Laws,
    site: &Site,
) -> Result<(), (String, String)> {
    let world = app.world_mut();
    let metrics = world.resource::<Metrics>();
    let demand = world.resource::<Demand>();
    let asked = Asked::named(Need::Signals, SystemState::value, metrics, demand);
    world.insert_resource(asked);
    world.insert_resource(ControlEnabled(spec.enabled));
    let mut any = false;
    // The commands of further outputs are numbered behind the loops.
    let mut number = spec.loops.len() as u32;
    for (index, own) in (0..).zip(&spec.loops) {
        let further = own.outputs().skip(1).zip(number..);
        let further: Vec<(Output, u32)> = further.collect();
        number += further.len() as u32;
        let scope = site.scope(&own.scope);
        if !site.is_home_of(scope) {
            continue;
        }
        any = true;
        let command_of = |index, spec| ControlLoop { index, scope, spec };
        let command = ControlCommand::default();
        let mut entity = world.spawn((
            command_of(index, own.clone()),
            LoopState::default(),
            command,
            LoopTerms::default(),
            scopes_of(own, site),
        ));
        if let Law::Custom(law) = &own.law {
            let at = (site.context.seed, site.context.clock.tick_s());
            let law = CustomLaw::open(laws, law.part(), (index, &own.name), at)
                .and_then(|law| fitting(law, own));
            let law = law.map_err(|message| (format!("control.loops[{index}].law"), message))?;
            entity.insert(law);
        }
        for (place, (output, number)) in (1usize..).zip(further) {
            let spec = LoopSpec {
                name: format!("{} {output:?}", own.name),
                output,
                also: Vec::new(),
                ..own.clone()
            };
            let follows = place.checked_sub(own.law_outputs());
            let further = FurtherOutput {
                of: index,
                place,
                follows: follows.and_then(|k| own.also.get(k).copied()),
            };
            world.spawn((command_of(number, spec), further, command));
        }
    }
    if any {
        app.add_systems(Before, control.in_set(TickSystems::Control));
    }
    Ok(())
}

/// Where a loop measures.
fn scopes_of(own: &LoopSpec, site: &Site) -> LoopScopes {
    let scope = |of: &Option<String>| site.scope(of.as_ref().unwrap_or(&own.scope));
    LoopScopes {
        law: scope(&own.measure_of),
        feeds: own.feeds.iter().map(|feed| scope(&feed.of)).collect(),
    }
}

/// The law, when the loop has as many measures and outputs as it takes.
fn fitting(law: CustomLaw, own: &LoopSpec) -> Result<CustomLaw, String> {
    let found = [own.measures().count(), own.law_outputs()];
    if law.width() == found {
        return Ok(law);
    }
    let [measures, outputs] = law.width();
    Err(format!(
        "found {} measures and {} outputs, expected {measures} and {outputs}, the loop's own among them",
        found[0], found[1]
    ))
}
