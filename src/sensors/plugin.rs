//! Wiring.

use bevy::prelude::*;

use crate::registry::{Class, DurableApp, KeyIndex, OfComponent};

use super::channel::{
    ArrivedSamples, Channel, HeldReading, LocalSamples, MergedSamples, SensorFrame,
};
use super::device::MountedDevice;

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
            .local::<Channel>()
            .local::<SensorFrame>()
            .local::<KeyIndex<Channel>>()
            .local::<MountedDevice>()
            .local::<LocalSamples>()
            .local::<ArrivedSamples>()
            .local::<MergedSamples>();
    }
}
