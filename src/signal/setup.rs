//! The signal engine of a World as a scene begins, and the windows of the populations that live
//! there.

use std::collections::BTreeMap;

use bevy::prelude::*;

use crate::base::PopulationId;
use crate::registry::{KeyIndex, Site};
use crate::resonator::Population;
use crate::sensors::{Channel, SensorFrame};
use crate::tick::{Before, TickSystems};

use super::engine::{SignalEngine, SignalSettings};
use super::spec::SignalSpec;
use super::state::{SignalError, SystemState};
use super::systems::{SignalSynthesizer, SignalWindow, synthesize};
use super::window::FrameWindow;

/// Puts the engine into a World, and a window for each sensed population that lives there.
///
/// # Errors
/// When the settings are refused.
pub fn set_up(
    app: &mut App,
    spec: &SignalSpec,
    channels: &[Channel],
    site: &Site,
) -> Result<(), SignalError> {
    let settings = SignalSettings {
        window: spec.window,
        segment: spec.segment,
        sample_rate_hz: site.context.clock.sample_rate_hz(),
    };
    let world = app.world_mut();
    world.insert_resource(SignalSynthesizer {
        engine: SignalEngine::new(settings)?,
        hop: spec.hop,
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
            world.entity_mut(entity).insert((
                SensorFrame::default(),
                SignalWindow(FrameWindow::new(count, spec.window)),
                SystemState::default(),
            ));
        }
    }
    if any {
        app.add_systems(Before, synthesize.in_set(TickSystems::Synthesize));
    }
    Ok(())
}
