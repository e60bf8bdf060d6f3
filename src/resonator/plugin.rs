//! Wiring.

use bevy::prelude::*;

use crate::field::Drive;
use crate::field::FieldState;
use crate::registry::{Class, Demand, DurableApp, KeyIndex, OfComponent, OfResource};
use crate::tick::{After, Before, PendingInputs, Stage, TickSystems};

use super::components::{
    FeltGain, ForeignWrites, LocalSlot, MeanField, PlantParameters, Population,
};
use super::drive::{Applied, Forces, apply_drive};
use super::durable::Vertices;
use super::observe::PlantRecords;
use super::plant::Plant;
use super::plasticity::PlasticityRules;
use super::quarantine::Quarantine;
use super::states::{
    LateWrites, Reshaped, adopt_foreign_writes, defer_late_writes, notice, scatter,
};
use super::systems::{
    Due, FieldListens, NewDelays, PlantEpoch, PlantSettings, evolve, gather, ingest_edges,
    ingest_states, judge_states, take_records,
};

/// States written from outside are taken over; sensors read after it.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Adopt;

fn has_inputs(inputs: Res<PendingInputs>) -> bool {
    !inputs.0.is_empty()
}

/// Vertices, their motion, and what it leaves behind.
pub struct ResonatorPlugin;

impl Plugin for ResonatorPlugin {
    fn build(&self, app: &mut App) {
        KeyIndex::<Population>::follow(app.world_mut());
        app.init_resource::<Plant>()
            .init_resource::<PlantEpoch>()
            .init_resource::<PlantRecords>()
            .init_resource::<PlantSettings>()
            .init_resource::<Demand>()
            .init_resource::<Due>()
            .init_resource::<NewDelays>()
            .init_resource::<PlasticityRules>()
            .init_resource::<FieldListens>()
            .init_resource::<FeltGain>()
            .init_resource::<FieldState>()
            .init_resource::<ForeignWrites>()
            .init_resource::<LateWrites>()
            .init_resource::<Reshaped>()
            .init_resource::<Applied>()
            .init_resource::<Forces>()
            .durable(Vertices)
            .durable(OfComponent::<Population, PlantParameters, _>::whole(
                "population.parameters",
                Class::Replica,
            ))
            .durable(OfComponent::<Population, MeanField, _>::whole(
                "population.mean_field",
                Class::Replica,
            ))
            .durable(OfComponent::<Population, Drive, _>::whole(
                "population.drive",
                Class::Replica,
            ))
            .durable(OfResource::<FeltGain, _>::whole(
                "field.felt_gain",
                Class::Replica,
            ))
            .durable(OfResource::<FieldState, _>::whole("field.felt", Class::Replica).rarely())
            .init_resource::<Quarantine>()
            .durable(OfResource::<Quarantine, _>::whole(
                "plant.quarantine",
                Class::Replica,
            ))
            .local::<Population>()
            .local::<KeyIndex<Population>>()
            .local::<Plant>()
            .local::<PlantEpoch>()
            .local::<PlantRecords>()
            .local::<PlantSettings>()
            .local::<Due>()
            .local::<NewDelays>()
            .local::<PlasticityRules>()
            .local::<FieldListens>()
            .local::<ForeignWrites>()
            .local::<LateWrites>()
            .local::<Reshaped>()
            .local::<Applied>()
            .local::<Forces>()
            .local::<LocalSlot>()
            .local::<Demand>()
            .configure_sets(Before, Adopt.in_set(TickSystems::Sense))
            .add_systems(
                Before,
                (
                    (ingest_states, ingest_edges)
                        .in_set(TickSystems::Ingest)
                        .after(crate::tick::ApplyEdits)
                        .run_if(has_inputs),
                    (notice, gather, adopt_foreign_writes, judge_states)
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
