//! Wiring.

use bevy::prelude::*;

use crate::registry::{Class, DurableApp, KeyIndex, OfComponent};
use crate::resonator::Population;

use super::channel::{
    ArrivedSamples, Channel, ChannelMemory, CoverageTicks, HeldReading, LocalSamples,
    MergedSamples, ObserverMemory, ReadingTimes, SensorFrame,
};
use super::device::MountedDevice;
use super::health::FrameHealth;

/// Samples and frames.
pub struct SensorPlugin;

impl Plugin for SensorPlugin {
    fn build(&self, app: &mut App) {
        KeyIndex::<Channel>::follow(app.world_mut());
        app.init_resource::<LocalSamples>()
            .init_resource::<ArrivedSamples>()
            .init_resource::<MergedSamples>()
            .durable(OfComponent::<Channel, HeldReading, _>::whole(
                "sensors.held",
                Class::State,
            ))
            .durable(OfComponent::<Channel, ChannelMemory, _>::whole(
                "sensors.faults",
                Class::State,
            ))
            // Copies of what another World has as state.
            .durable(OfComponent::<Channel, ObserverMemory, _>::whole(
                "sensors.observed_faults",
                Class::Transport,
            ))
            // How well sensors are follows from their samples, and from when those came.
            .durable(OfComponent::<Channel, ReadingTimes, _>::whole(
                "sensors.times",
                Class::Transport,
            ))
            .durable(OfComponent::<Population, SensorFrame, FrameHealth>::part(
                "sensors.health",
                Class::Transport,
                |own| own.health.clone(),
                |own, health| own.health = health,
            ))
            .local::<Channel>()
            .local::<CoverageTicks>()
            .local::<KeyIndex<Channel>>()
            .local::<MountedDevice>()
            .local::<LocalSamples>()
            .local::<ArrivedSamples>()
            .local::<MergedSamples>();
    }
}
