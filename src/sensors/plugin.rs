//! Wiring.

use bevy::prelude::*;

use crate::resonator::plugin::Adopt;
use crate::tick::{Before, TickSystems, Unpack};

use super::channel::{ArrivedSamples, LocalSamples, MergedSamples};
use super::systems::{form_frames, ingest_readings, merge_samples, sense};

/// Samples and frames.
pub struct SensorPlugin;

impl Plugin for SensorPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<LocalSamples>()
            .init_resource::<ArrivedSamples>()
            .init_resource::<MergedSamples>()
            .add_systems(
                Before,
                (
                    ingest_readings.in_set(TickSystems::Ingest).after(Unpack),
                    (merge_samples, form_frames)
                        .chain()
                        .in_set(TickSystems::Ingest)
                        .after(Unpack),
                    sense.in_set(TickSystems::Sense).after(Adopt),
                ),
            );
    }
}
