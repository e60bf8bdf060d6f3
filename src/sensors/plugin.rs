//! Wiring.

use bevy::prelude::*;

use crate::resonator::plugin::Adopt;
use crate::tick::{ApplyEdits, Before, TickSystems};

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
