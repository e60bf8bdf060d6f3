//! What acts on the plant: parameters of populations, drives, mask and field.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::dynamics::dense::{Acting, Lane};
use crate::field::{Drive, FieldState};
use crate::tick::NodeContext;

use super::components::{FeltGain, MeanField, PlantParameters, Population};
use super::forces::{ForceKind, ForceSet, ForcesNow};
use super::plant::Plant;
use super::systems::PlantEpoch;

/// Parameters, drive and felt means of every population, by number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Populations(Vec<(PlantParameters, Drive, MeanField)>);

/// A population's own parameters and what is added to them.
pub type Driven<'a> = (
    &'a Population,
    &'a PlantParameters,
    &'a Drive,
    &'a MeanField,
);

impl Populations {
    /// Those of these populations.
    pub fn of<'a>(populations: impl Iterator<Item = Driven<'a>>) -> Self {
        let mut acting = vec![Default::default()];
        for (population, parameters, drive, means) in populations {
            let index = population.id.index();
            if acting.len() <= index {
                acting.resize_with(index + 1, Default::default);
            }
            acting[index] = (*parameters, *drive, means.clone());
        }
        Self(acting)
    }

    fn is_field_felt(&self, felt: f64) -> bool {
        felt != 0.0 || self.0.iter().any(|(_, drive, _)| drive.field_gain != 0.0)
    }
}

/// The external forces of a scene, in a World.
#[derive(Resource, Clone, Debug, Default)]
pub struct Forces(pub ForceSet);

/// What was applied to the plant last, so that nothing is done while nothing changes.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Applied {
    epoch: u64,
    populations: Populations,
    felt: bool,
}

/// Adds drives, mask and field to the parameters of every segment.
pub fn actuate_all(
    plant: &mut Plant,
    populations: &Populations,
    field: &FieldState,
    felt: f64,
    forces: &ForcesNow<'_>,
) {
    let felt_anywhere = populations.is_field_felt(felt);
    let Some((_, cluster, _)) = populations.0.first() else {
        return;
    };
    // A population may be felt on other nodes only.
    let felt_means = populations
        .0
        .iter()
        .flat_map(|(.., means)| means.strengths());
    felt_means.for_each(|(of, _)| plant.dense.listen(of.index()));
    for segment in 0..plant.dense.segments().len() {
        let own = &plant.dense.segments()[segment];
        let Some((parameters, drive, means)) = populations.0.get(own.population) else {
            continue;
        };
        let drive = cluster.plus(drive);
        let mask = &plant.mask[segment];
        let masked = |own: f64, added: f64| match mask {
            _ if added == 0.0 => Lane::Uniform(own),
            Lane::Uniform(factor) => Lane::Uniform(own + added * factor),
            Lane::Each(factors) => Lane::Each(factors.iter().map(|f| own + added * f).collect()),
        };
        let force = if felt_anywhere {
            let slots = own.slots.clone();
            let forces = slots.enumerate().map(|(k, slot)| {
                let factor = mask.get(k);
                let gain = felt + drive.field_gain * factor;
                drive.force_now() * factor + gain * field.at(plant.position(slot))
            });
            Lane::Each(forces.collect())
        } else {
            masked(0.0, drive.force_now())
        };
        let shift = masked(0.0, drive.frequency_shift);
        let slots = own.slots.clone();
        let pushed = |lane: Lane, kind: ForceKind| {
            if forces.is_empty() {
                return lane;
            }
            let ids = plant.ids()[slots.clone()].iter().enumerate();
            Lane::Each(
                ids.map(|(k, id)| lane.get(k) + forces.on(*id, kind))
                    .collect(),
            )
        };
        let acting = Acting {
            coupling: masked(parameters.coupling, drive.coupling),
            shift: pushed(shift, ForceKind::Rate),
            damping: masked(0.0, drive.damping),
            force: pushed(force, ForceKind::Force),
            noise: masked(parameters.noise, drive.noise),
            means: means
                .strengths()
                .map(|(of, strength)| (of.index(), strength))
                .collect(),
        };
        plant.dense.act(segment, acting);
    }
}

/// Adds drives, mask and field to the vertices' own parameters.
pub fn apply_drive(
    mut plant: ResMut<Plant>,
    mut applied: ResMut<Applied>,
    epoch: Res<PlantEpoch>,
    field: Res<FieldState>,
    felt: Res<FeltGain>,
    (forces, at): (Res<Forces>, Res<NodeContext>),
    populations: Query<Driven>,
    changed: Query<(), Or<(Changed<PlantParameters>, Changed<Drive>, Changed<MeanField>)>>,
) {
    let stands = changed.is_empty() && !felt.is_changed() && forces.0.is_empty();
    if stands && !applied.felt && applied.epoch == epoch.0 {
        plant.dense.settle_sums();
        return;
    }
    let populations = Populations::of(populations.iter());
    let felt_anywhere = populations.is_field_felt(felt.0);
    let now = Applied {
        epoch: epoch.0,
        populations,
        felt: felt_anywhere,
    };
    if felt_anywhere || !forces.0.is_empty() || *applied != now {
        let pushing = forces.0.now(at.clock.time_s(), at.clock.tick_s());
        actuate_all(&mut plant, &now.populations, &field, felt.0, &pushing);
        *applied = now;
    }
    plant.dense.settle_sums();
}
