//! The signal engine of a World as a scene begins, and the windows of the populations that live
//! there.

use std::collections::BTreeMap;

use bevy::prelude::*;

use crate::base::PopulationId;
use crate::registry::{Demand, KeyIndex, Site};
use crate::resonator::Population;
use crate::sensors::{Channel, SensorFrame};
use crate::tick::{Before, TickSystems};

use super::engine::SignalEngine;
use super::spec::SignalSpec;
use super::state::{SignalError, SystemState};
use super::stream::SignalStream;
use super::systems::{SignalSynthesizer, SignalWindows, synthesize};

/// Puts the engines into a World, and windows for each sensed population that lives there. They
/// compute what the World's [`Demand`] asks for.
///
/// # Errors
/// When the settings are refused.
pub fn set_up(
    app: &mut App,
    spec: &SignalSpec,
    channels: &[Channel],
    site: &Site,
) -> Result<(), SignalError> {
    let world = app.world_mut();
    let settings = spec.settings(site.context.clock.sample_rate_hz());
    let windows: Vec<usize> = settings.iter().map(|own| own.window).collect();
    let demand = world.get_resource::<Demand>().cloned().unwrap_or_default();
    let wanted = spec.wanted(|id| demand.asks(id));
    let engines = settings.into_iter().zip(wanted);
    let engines = engines.map(|(settings, wanted)| SignalEngine::new(settings, wanted));
    world.insert_resource(SignalSynthesizer {
        engines: engines.collect::<Result<_, _>>()?,
        hop: spec.hop,
        further: SystemState::default(),
    });
    let mut sensed: BTreeMap<PopulationId, usize> = BTreeMap::new();
    for channel in channels {
        *sensed.entry(channel.scope).or_default() += 1;
    }
    let mut any = false;
    for (scope, count) in sensed.into_iter().filter(|own| site.is_home_of(own.0)) {
        let populations = world.resource::<KeyIndex<Population>>();
        if let Some(entity) = populations.entity(u64::from(scope.0)) {
            any = true;
            let streams = windows
                .iter()
                .map(|window| SignalStream::new(count, *window));
            world.entity_mut(entity).insert((
                SensorFrame::default(),
                SignalWindows(streams.collect()),
                SystemState::default(),
            ));
        }
    }
    if any {
        app.add_systems(Before, synthesize.in_set(TickSystems::Synthesize));
    }
    Ok(())
}
