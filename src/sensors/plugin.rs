//! Wiring.

use bevy::prelude::*;

use crate::registry::{Class, DurableApp, KeyIndex, OfComponent};
use crate::resonator::plugin::Adopt;
use crate::tick::{ApplyEdits, Before, TickSystems};

use super::channel::{
    ArrivedSamples, Channel, HeldReading, LocalSamples, MergedSamples, SensorFrame,
};
use super::device::MountedDevice;
use super::systems::{form_frames, ingest_readings, merge_samples, sense};

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
            .local::<MergedSamples>()
            .add_systems(
                Before,
                (
                    ingest_readings
                        .in_set(TickSystems::Ingest)
                        .after(ApplyEdits),
                    (merge_samples, form_frames)
                        .chain()
                        .in_set(TickSystems::Ingest)
                        .after(ApplyEdits),
                    sense.in_set(TickSystems::Sense).after(Adopt),
                ),
            );
    }
}
