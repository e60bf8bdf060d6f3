//! Wiring.

use bevy::prelude::*;

use crate::field::Drive;
use crate::field::FieldState;
use crate::graph::{Delays, Row, Vertex};
use crate::registry::{Class, Demand, DurableApp, KeyIndex, OfComponent, OfResource};
use crate::tick::{After, Before, Stage, TickSystems};

use super::components::{
    Amplitude, FeltGain, ForeignWrites, Harmonic, Inertial, Kuramoto, LocalSlot, MaskFactor,
    MeanField, Member, Motion, Own, Phase, Planar, PlantParameters, Population, Position, Rotor,
    StuartLandau, VanDerPol,
};
use super::drive::{Applied, apply_drive};
use super::durable::Vertices;
use super::observe::observe_rates;
use super::plant::Plant;
use super::plasticity::{PlasticityRules, scatter_rows};
use super::states::{
    LateWrites, Reshaped, adopt_foreign_writes, defer_late_writes, forget_late_writes, notice,
    scatter,
};
use super::systems::{
    Due, FieldListens, NewDelays, PlantEpoch, PlantRecords, PlantSettings, evolve, gather,
    ingest_edges, ingest_states, judge_states, take_records,
};

/// States written from outside are taken over; sensors read after it.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Adopt;

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
            .local::<LocalSlot>()
            .local::<Demand>()
            .configure_sets(Before, Adopt.in_set(TickSystems::Sense))
            .add_systems(
                Before,
                (
                    (ingest_states, ingest_edges)
                        .in_set(TickSystems::Ingest)
                        .after(crate::tick::ApplyEdits),
                    (
                        (
                            notice::<Vertex>,
                            notice::<Row>,
                            notice::<Delays>,
                            notice::<Member>,
                            notice::<Position>,
                            notice::<MaskFactor>,
                            notice::<Kuramoto>,
                            notice::<Harmonic>,
                            notice::<Inertial>,
                            notice::<VanDerPol>,
                            notice::<StuartLandau>,
                            notice::<Own>,
                        )
                            .chain(),
                        gather,
                        adopt_foreign_writes::<Phase>,
                        adopt_foreign_writes::<Motion>,
                        adopt_foreign_writes::<Rotor>,
                        adopt_foreign_writes::<Amplitude>,
                        adopt_foreign_writes::<Planar>,
                        judge_states,
                    )
                        .chain()
                        .in_set(Adopt),
                    (
                        forget_late_writes,
                        defer_late_writes::<Phase>,
                        defer_late_writes::<Motion>,
                        defer_late_writes::<Rotor>,
                        defer_late_writes::<Amplitude>,
                        defer_late_writes::<Planar>,
                        apply_drive,
                    )
                        .chain()
                        .in_set(TickSystems::Prepare),
                ),
            )
            .add_systems(Stage, evolve.in_set(TickSystems::Evolve))
            .add_systems(
                After,
                (
                    observe_rates::<Phase>,
                    observe_rates::<Amplitude>,
                    scatter::<Phase>,
                    scatter::<Motion>,
                    scatter::<Rotor>,
                    scatter::<Amplitude>,
                    scatter::<Planar>,
                    scatter_rows,
                    take_records,
                )
                    .chain()
                    .in_set(TickSystems::Settle),
            );
    }
}
