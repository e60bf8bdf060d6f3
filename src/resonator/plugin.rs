//! Wiring.

use bevy::prelude::*;

use crate::field::FieldState;
use crate::tick::{After, Before, Stage, TickSystems};

use super::components::{FeltGain, ForeignWrites};
use super::plant::Plant;
use super::systems::{
    Applied, FieldListens, LateWrites, PlantEpoch, PlantIntegrator, PlantRecords,
    adopt_foreign_writes, apply_drive, defer_late_writes, evolve, gather, ingest_edges,
    ingest_inputs, judge_states, scatter, take_records,
};

/// States written from outside are taken over; sensors read after it.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Adopt;

/// Vertices, their motion, and what it leaves behind.
pub struct ResonatorPlugin;

impl Plugin for ResonatorPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Plant>()
            .init_resource::<PlantEpoch>()
            .init_resource::<PlantRecords>()
            .init_resource::<PlantIntegrator>()
            .init_resource::<FieldListens>()
            .init_resource::<FeltGain>()
            .init_resource::<FieldState>()
            .init_resource::<ForeignWrites>()
            .init_resource::<LateWrites>()
            .init_resource::<Applied>()
            .configure_sets(Before, Adopt.in_set(TickSystems::Sense))
            .add_systems(
                Before,
                (
                    (ingest_inputs, ingest_edges)
                        .in_set(TickSystems::Ingest)
                        .after(crate::tick::Unpack),
                    (gather, adopt_foreign_writes, judge_states)
                        .chain()
                        .in_set(Adopt),
                    (defer_late_writes, apply_drive)
                        .chain()
                        .in_set(TickSystems::Prepare),
                ),
            )
            .add_systems(Stage, evolve.in_set(TickSystems::Evolve))
            .add_systems(
                After,
                (scatter, take_records).chain().in_set(TickSystems::Settle),
            );
    }
}
