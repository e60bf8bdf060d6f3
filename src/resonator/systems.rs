//! Gather → evolve → scatter.

use bevy::prelude::*;

use crate::base::num::FixedSum;
use crate::base::{Input, VertexId};
use crate::field::modes::for_each_mode;
use crate::field::{Drive, FieldState};
use crate::graph::{Row, Vertex};
use crate::tick::{NodeContext, PendingInputs};

use super::components::{
    FeltGain, ForeignWrites, Harmonic, Kuramoto, LocalSlot, MaskFactor, Member, Motion, Phase,
    PlantParameters, Population, Position,
};
use super::evolve::StageClock;
use super::image::VertexImage;
use super::integrator::Integrator;
use super::plant::Plant;

/// The integrator of the run.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct PlantIntegrator(pub Integrator);

/// Counts gathers, so that halo routes made for an older one are seen to be stale.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlantEpoch(pub u64);

/// What is known of the plant for digest, field and safety.
#[derive(Resource, Clone, Debug, Default)]
pub struct PlantRecords {
    /// Record hash of each local vertex, ascending by id.
    pub hashes: Vec<(VertexId, u64)>,
    /// Σ φₖ(xᵢ) oᵢ over local vertices, for each mode that the wave engine asked for.
    pub projections: Vec<FixedSum>,
    /// The greatest |x| of a harmonic oscillator here.
    pub peak_amplitude: f64,
    /// The first vertex whose state is not finite.
    pub non_finite: Option<VertexId>,
}

/// Whether the field wants the vertices projected on its modes.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct FieldListens(pub bool);

/// Applies operator edits, kicks and replayed foreign writes.
pub fn ingest_inputs(
    inputs: Res<PendingInputs>,
    mut plant: ResMut<Plant>,
    mut felt: ResMut<FeltGain>,
    mut populations: Query<(&Population, &mut PlantParameters)>,
    mut states: Query<(&Vertex, Option<&mut Phase>, Option<&mut Motion>)>,
) {
    for (path, value) in inputs.edits() {
        if path == "field.felt_gain" {
            felt.0 = value;
        }
        for (population, mut parameters) in &mut populations {
            let Some(index) = population.id.index().checked_sub(1) else {
                continue;
            };
            if path == format!("populations[{index}].coupling") {
                parameters.coupling = value;
            } else if path == format!("populations[{index}].noise") {
                parameters.noise = value;
            }
        }
    }
    for input in &inputs.0 {
        let (vertex, set, [first, second]) = match input {
            Input::Write {
                vertex,
                first,
                second,
            } => (vertex, true, [*first, *second]),
            Input::Kick {
                vertex,
                first,
                second,
            } => (vertex, false, [*first, *second]),
            _ => continue,
        };
        // By component, not by slot: a vertex that has just arrived is not in the plant yet.
        let Some((_, phase, motion)) = states.iter_mut().find(|(own, ..)| own.0 == *vertex) else {
            continue;
        };
        let mut now = [first, second];
        if let Some(mut phase) = phase {
            now = if set { now } else { [phase.0 + first, 0.0] };
            phase.0 = now[0];
        }
        if let Some(mut motion) = motion {
            if !set {
                now = [motion.x + first, motion.v + second];
            }
            (motion.x, motion.v) = (now[0], now[1]);
        }
        if let Some(slot) = plant.slot_of(*vertex) {
            plant.write(slot, now[0], now[1]);
        }
    }
}

/// Adds, changes and cuts edges: each is an entry in the row of the vertex that feels it.
pub fn ingest_edges(inputs: Res<PendingInputs>, mut rows: Query<(&Vertex, &mut Row)>) {
    for input in &inputs.0 {
        let edges = match input {
            Input::Edge {
                source,
                target,
                weight,
            } => &[(*source, *target, *weight)][..],
            Input::Tune { edges, .. } => edges,
            _ => continue,
        };
        for (source, target, weight) in edges {
            if let Some((_, mut row)) = rows.iter_mut().find(|(vertex, _)| vertex.0 == *target) {
                row.set(*source, *weight);
            }
        }
    }
}

/// What changes the shape of the plant, so that it must be gathered anew.
type Reshaped = Or<(
    Changed<Vertex>,
    Changed<Row>,
    Changed<Member>,
    Changed<Position>,
    Changed<Kuramoto>,
    Changed<Harmonic>,
    Changed<MaskFactor>,
)>;

/// Gathers the plant anew when vertices came, went or changed in anything but state.
pub fn gather(
    world: &mut World,
    reshaped: &mut QueryState<(), (With<Vertex>, Reshaped)>,
    count: &mut QueryState<(), With<Vertex>>,
    vertices: &mut QueryState<(Entity, EntityRef), With<Vertex>>,
) {
    let count = count.query(world).iter().len();
    let same = reshaped.query(world).is_empty() && count == world.resource::<Plant>().len();
    if same {
        return;
    }
    let mut found: Vec<(Entity, VertexImage)> = vertices
        .query(world)
        .iter()
        .filter_map(|(entity, all)| Some((entity, VertexImage::of(all)?)))
        .collect();
    found.sort_by_key(|(_, image)| image.vertex);
    let (entities, images): (Vec<Entity>, Vec<VertexImage>) = found.into_iter().unzip();
    let plant = Plant::gather(&images);
    carry_over(world, &plant, &images);
    for (slot, entity) in entities.iter().enumerate() {
        world.entity_mut(*entity).insert(LocalSlot(slot as u32));
    }
    world.insert_resource(plant);
    world.resource_mut::<PlantEpoch>().0 += 1;
}

/// A state written by someone else in the same tick as a reshaping is still a foreign write.
fn carry_over(world: &mut World, fresh: &Plant, images: &[VertexImage]) {
    let old = world.resource::<Plant>();
    let mut writes = Vec::new();
    for (slot, image) in images.iter().enumerate() {
        let Some(before) = old.slot_of(image.vertex) else {
            continue;
        };
        let same = old.first[before].to_bits() == fresh.first[slot].to_bits()
            && old.second[before].to_bits() == fresh.second[slot].to_bits();
        if !same {
            writes.push((image.vertex, fresh.first[slot], fresh.second[slot]));
        }
    }
    world.resource_mut::<ForeignWrites>().0.extend(writes);
}

/// Takes over states that someone else wrote to components since the last tick.
pub fn adopt_foreign_writes(
    mut plant: ResMut<Plant>,
    mut writes: ResMut<ForeignWrites>,
    phases: Query<(&LocalSlot, &Phase), With<Kuramoto>>,
    motions: Query<(&LocalSlot, &Motion), With<Harmonic>>,
) {
    let found = differing(&plant, &phases, &motions);
    for (slot, first, second) in found {
        plant.write(slot, first, second);
        writes.0.push((plant.ids[slot], first, second));
    }
}

/// Looks for the greatest displacement and for states that are not finite, among the vertices that
/// live here now, wherever they were in the last tick.
pub fn judge_states(plant: Res<Plant>, mut records: ResMut<PlantRecords>) {
    records.peak_amplitude = 0.0;
    records.non_finite = None;
    for slot in 0..plant.len() {
        let (first, second) = (plant.first[slot], plant.second[slot]);
        if !(first.is_finite() && second.is_finite()) {
            records.non_finite = records.non_finite.or(Some(plant.ids[slot]));
        } else if !plant.parameters[slot].is_phase {
            records.peak_amplitude = records.peak_amplitude.max(first.abs());
        }
    }
}

/// States written after this tick's adoption; they hold from the next Ingest.
#[derive(Resource, Clone, Debug, Default)]
pub struct LateWrites(Vec<(usize, f64, f64)>);

impl LateWrites {
    fn state_for(&self, slot: usize) -> Option<(f64, f64)> {
        let at = self.0.binary_search_by_key(&slot, |write| write.0).ok()?;
        Some((self.0[at].1, self.0[at].2))
    }
}

/// Sets aside states that were written since the adoption, so that the scatter does not lose them.
pub fn defer_late_writes(
    plant: Res<Plant>,
    mut late: ResMut<LateWrites>,
    phases: Query<(&LocalSlot, &Phase), With<Kuramoto>>,
    motions: Query<(&LocalSlot, &Motion), With<Harmonic>>,
) {
    late.0 = differing(&plant, &phases, &motions);
}

fn differing(
    plant: &Plant,
    phases: &Query<(&LocalSlot, &Phase), With<Kuramoto>>,
    motions: &Query<(&LocalSlot, &Motion), With<Harmonic>>,
) -> Vec<(usize, f64, f64)> {
    let mut found = Vec::new();
    for (slot, phase) in phases {
        let slot = slot.0 as usize;
        if plant.first[slot].to_bits() != phase.0.to_bits() {
            found.push((slot, phase.0, 0.0));
        }
    }
    for (slot, motion) in motions {
        let slot = slot.0 as usize;
        if plant.first[slot].to_bits() != motion.x.to_bits()
            || plant.second[slot].to_bits() != motion.v.to_bits()
        {
            found.push((slot, motion.x, motion.v));
        }
    }
    found.sort_by_key(|(slot, ..)| *slot);
    found
}

/// Parameters and drive of every population, by number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Acting(Vec<(PlantParameters, Drive)>);

impl Acting {
    /// Those of these populations.
    pub fn of<'a>(
        populations: impl Iterator<Item = (&'a Population, &'a PlantParameters, &'a Drive)>,
    ) -> Self {
        let mut acting = vec![(PlantParameters::default(), Drive::default())];
        for (population, parameters, drive) in populations {
            let index = population.id.index();
            if acting.len() <= index {
                acting.resize_with(index + 1, Default::default);
            }
            acting[index] = (*parameters, *drive);
        }
        Self(acting)
    }

    fn is_field_felt(&self, felt: f64) -> bool {
        felt != 0.0 || self.0.iter().any(|(_, drive)| drive.field_gain != 0.0)
    }
}

/// What was applied to the plant last, so that nothing is done while nothing changes.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Applied {
    epoch: u64,
    acting: Acting,
    felt: bool,
}

/// Adds drives, mask and field to the parameters of every slot.
pub fn actuate_all(plant: &mut Plant, acting: &Acting, field: &FieldState, felt: f64) {
    let cluster = acting.0[0].1;
    let felt_anywhere = acting.is_field_felt(felt);
    for slot in 0..plant.len() {
        let (parameters, drive) = &acting.0[plant.population[slot].index()];
        let strength = if felt_anywhere {
            field.at(plant.position[slot])
        } else {
            0.0
        };
        plant.actuate(slot, parameters, &cluster.plus(drive), felt, strength);
    }
}

/// Adds drives, mask and field to the vertices' own parameters.
pub fn apply_drive(
    mut plant: ResMut<Plant>,
    mut applied: ResMut<Applied>,
    epoch: Res<PlantEpoch>,
    field: Res<FieldState>,
    felt: Res<FeltGain>,
    populations: Query<(&Population, &PlantParameters, &Drive)>,
) {
    let acting = Acting::of(populations.iter());
    let felt_anywhere = acting.is_field_felt(felt.0);
    let now = Applied {
        epoch: epoch.0,
        acting,
        felt: felt_anywhere,
    };
    if !felt_anywhere && *applied == now {
        return;
    }
    actuate_all(&mut plant, &now.acting, &field, felt.0);
    *applied = now;
}

/// One integrator stage.
pub fn evolve(mut plant: ResMut<Plant>, integrator: Res<PlantIntegrator>, at: Res<NodeContext>) {
    let substep = u64::from(at.stage / at.stages);
    let step = at.clock.tick * u64::from(at.clock.substeps) + substep;
    plant.evolve_stage(
        integrator.0,
        StageClock {
            stage: at.stage % at.stages,
            step,
            step_s: at.clock.dt_s,
            time_s: step as f64 * at.clock.dt_s,
            seed: at.seed,
        },
    );
}

/// Writes the new states to the components.
pub fn scatter(
    plant: Res<Plant>,
    late: Res<LateWrites>,
    mut phases: Query<(&LocalSlot, &mut Phase)>,
    mut motions: Query<(&LocalSlot, &mut Motion)>,
) {
    for (slot, mut phase) in &mut phases {
        let slot = slot.0 as usize;
        phase.0 = late
            .state_for(slot)
            .map_or(plant.first[slot], |(first, _)| first);
    }
    for (slot, mut motion) in &mut motions {
        let slot = slot.0 as usize;
        let own = (plant.first[slot], plant.second[slot]);
        (motion.x, motion.v) = late.state_for(slot).unwrap_or(own);
    }
}

/// Hashes every vertex and projects it on the field's modes.
pub fn take_records(
    plant: Res<Plant>,
    field: Res<FieldState>,
    listens: Res<FieldListens>,
    mut records: ResMut<PlantRecords>,
) {
    records.hashes.clear();
    for slot in 0..plant.len() {
        let hash = plant.record_hash(slot);
        records.hashes.push((plant.ids[slot], hash));
    }
    let modes = if listens.0 { field.amplitudes.len() } else { 0 };
    records.projections.clear();
    records.projections.resize(modes, FixedSum::default());
    for slot in 0..if modes > 0 { plant.len() } else { 0 } {
        let observed = plant.observable(slot);
        for_each_mode(field.basis, plant.position[slot], modes, |k, shape| {
            records.projections[k].add(shape * observed);
        });
    }
}
