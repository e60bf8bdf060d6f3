//! Ingest, gather, evolve and records.

use std::sync::Arc;

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::isa::Isa;
use crate::base::{ExactSum, Input, TickClock, VertexId};
use crate::dynamics::dense::{Kind, NoiseKind, NoiseStream, Scheme, StageClock};
use crate::dynamics::dopri5::Tolerance;
use crate::field::grid::DepositSum;
use crate::field::modes::for_each_mode;
use crate::field::{FieldState, GridState};
use crate::graph::{Delays, Row, Vertex};
use crate::registry::{Demand, Need};
use crate::tick::{NodeContext, PendingInputs};

use super::components::{Amplitude, ForeignWrites, LocalSlot, Motion, Phase, Planar, Rotor, State};
use super::delay_line::{DelayLine, DelayRule};
use super::dynamics_spec::SlotOrder;
use super::image::VertexView;
use super::integrator::Integrator;
use super::observe::PlantRecords;
use super::plant::{Gathering, Plant};
use super::plasticity::PlasticityRules;
use super::quarantine::Quarantine;
use super::states::Reshaped;

/// How the plant of the run is gathered and integrated.
#[derive(Resource, Clone, Copy, Debug)]
pub struct PlantSettings {
    /// The integrator.
    pub integrator: Integrator,
    /// Its tolerances, when its steps are adaptive.
    pub tolerance: Tolerance,
    /// How slots are ordered in memory.
    pub order: SlotOrder,
    /// How noise depends on the state.
    pub noise_kind: NoiseKind,
    /// The instruction set of the kernels.
    pub isa: Isa,
    /// Populations of the scene, the whole cluster among them.
    pub populations: usize,
    /// Vertices of the scene.
    pub vertices: u64,
    /// Whether there is a field.
    pub has_field: bool,
    /// Whether the field is fed by the mean of what all resonators show.
    pub feeds_mean: bool,
}

impl Default for PlantSettings {
    fn default() -> Self {
        Self {
            integrator: Integrator::default(),
            tolerance: Tolerance::default(),
            order: SlotOrder::default(),
            noise_kind: NoiseKind::default(),
            isa: Isa::best(),
            populations: 1,
            vertices: 0,
            has_field: false,
            feeds_mean: false,
        }
    }
}

impl PlantSettings {
    /// What gathering needs to know.
    #[must_use]
    pub fn gathering<'a>(&self, rules: &'a PlasticityRules) -> Gathering<'a> {
        Gathering {
            rules,
            populations: self.populations,
            has_field: self.has_field,
            order: self.order,
            noise_kind: self.noise_kind,
            isa: self.isa,
        }
    }
}

/// Counts gathers, so that halo routes made for an older one are seen to be stale.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlantEpoch(pub u64);

/// Whether the field wants the vertices projected on its modes.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct FieldListens(pub bool);

/// The state components of a vertex, of which it has one.
type AnyState<'w> = (
    &'w Vertex,
    Option<&'w mut Phase>,
    Option<&'w mut Motion>,
    Option<&'w mut Rotor>,
    Option<&'w mut Amplitude>,
    Option<&'w mut Planar>,
);

fn change<S: State>(state: Option<Mut<S>>, change: impl Fn([f64; 2]) -> [f64; 2]) {
    if let Some(mut state) = state {
        *state = S::from_numbers(change(state.numbers()));
    }
}

/// Applies kicks and replayed foreign writes.
pub fn ingest_states(
    inputs: Res<PendingInputs>,
    mut plant: ResMut<Plant>,
    mut states: Query<AnyState>,
) {
    for input in &inputs.0 {
        let (vertex, set, by) = match input {
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
        let found = states.iter_mut().find(|(own, ..)| own.0 == *vertex);
        let Some((_, phase, motion, rotor, amplitude, planar)) = found else {
            continue;
        };
        let new = |old: [f64; 2]| {
            if set {
                by
            } else {
                [old[0] + by[0], old[1] + by[1]]
            }
        };
        change(phase, new);
        change(motion, new);
        change(rotor, new);
        change(amplitude, new);
        change(planar, new);
        if let Some(slot) = plant.slot_of(*vertex) {
            let state = new(plant.state(slot));
            plant.write(slot, state);
        }
    }
}

/// Adds, changes and cuts edges: each is an entry in the row of the vertex that feels it.
pub fn ingest_edges(
    inputs: Res<PendingInputs>,
    late: Res<NewDelays>,
    mut rows: Query<(Entity, &Vertex, &mut Row, Option<&mut Delays>)>,
    mut commands: Commands,
) {
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
            let found = rows.iter_mut().find(|(_, vertex, ..)| vertex.0 == *target);
            let Some((entity, _, mut row, delays)) = found else {
                continue;
            };
            row.set(*source, *weight);
            let steps = late.0.steps(source.index(), target.index());
            match delays {
                _ if steps == 0 => {}
                Some(mut delays) => delays.set(*source, steps),
                None => {
                    commands
                        .entity(entity)
                        .insert(Delays(vec![(*source, steps)]));
                }
            }
        }
    }
}

/// Gathers the plant anew when vertices came, went or changed in anything but state.
pub fn gather(
    world: &mut World,
    count: &mut QueryState<(), With<Vertex>>,
    vertices: &mut QueryState<(Entity, EntityRef), With<Vertex>>,
) {
    let count = count.query(world).iter().len();
    let reshaped = std::mem::take(&mut world.resource_mut::<Reshaped>().0);
    if !reshaped && count == world.resource::<Plant>().len() {
        return;
    }
    let settings = *world.resource::<PlantSettings>();
    // In order first, so that the views, which are large, are laid down once.
    let all = vertices.query(world).iter_inner();
    let mut order: Vec<(VertexId, Entity)> = all
        .filter_map(|(entity, own)| Some((own.get::<Vertex>()?.0, entity)))
        .collect();
    order.sort_unstable_by_key(|(vertex, _)| *vertex);
    let mut views = Vec::with_capacity(order.len());
    order.retain(|(_, entity)| {
        let view = VertexView::of(world.entity(*entity));
        views.extend(view);
        view.is_some()
    });
    let rules = world.resource::<PlasticityRules>();
    let mut plant = Plant::gather(&views, settings.gathering(rules));
    let writes = carried_over(world.resource::<Plant>(), &plant, &views);
    drop(views);
    let seed = world.resource::<NodeContext>().seed;
    plant.dense.set_tolerance(settings.tolerance);
    plant
        .dense
        .set_noise(NoiseStream::new(seed, settings.vertices));
    world.resource_mut::<ForeignWrites>().0.extend(writes);
    for (slot, (_, entity)) in plant.slots().zip(order) {
        world.entity_mut(entity).insert(LocalSlot(slot as u32));
    }
    world.insert_resource(plant);
    world.resource_mut::<PlantEpoch>().0 += 1;
}

/// A state written by someone else in the same tick as a reshaping is still a foreign write.
fn carried_over(old: &Plant, fresh: &Plant, views: &[VertexView]) -> Vec<(VertexId, f64, f64)> {
    let mut writes = Vec::new();
    for (slot, view) in fresh.slots().zip(views) {
        let Some(before) = old.slot_of(view.vertex) else {
            continue;
        };
        let (was, is) = (old.state(before), fresh.state(slot));
        if was.map(f64::to_bits) != is.map(f64::to_bits) {
            writes.push((view.vertex, is[0], is[1]));
        }
    }
    writes
}

/// Looks for the greatest displacement and for states that are not finite, among the vertices that
/// live here now, wherever they were in the last tick.
pub fn judge_states(plant: Res<Plant>, mut records: ResMut<PlantRecords>) {
    records.peak_amplitude = 0.0;
    records.non_finite = None;
    for segment in plant.dense.segments() {
        let [peak, second] = plant.dense.peaks(segment.slots.clone());
        if !(peak.is_finite() && second.is_finite()) {
            let bad = |slot: &usize| plant.state(*slot).iter().any(|x| !x.is_finite());
            let bad = segment.slots.clone().filter(bad);
            let vertices = bad.map(|slot| plant.ids()[slot]);
            records.non_finite = vertices.chain(records.non_finite).min();
        } else if !segment.kind.is_phase() {
            let own = match segment.kind {
                Kind::StuartLandau => plant.dense.peak_modulus(segment.slots.clone()),
                _ => peak,
            };
            records.peak_amplitude = records.peak_amplitude.max(own);
        }
    }
}

/// What is heard late, kept by the coordinator.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Past(pub DelayLine);

/// How late edges are heard that come while the run goes on.
#[derive(Resource, Clone, Debug, Default)]
pub struct NewDelays(pub Arc<DelayRule>);

/// What the plant is to do when `Stage` runs. The kernel sets it.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq)]
pub enum Due {
    /// All stages of the tick: nothing has to be exchanged between them.
    #[default]
    Tick,
    /// One stage; the first of the tick, or another.
    Stage(StageClock, bool),
}

/// Integrator stages: one when something must be exchanged between them, else all of a tick.
pub fn evolve(
    mut plant: ResMut<Plant>,
    quarantine: Res<Quarantine>,
    settings: Res<PlantSettings>,
    at: Res<NodeContext>,
    due: Res<Due>,
    rules: Res<PlasticityRules>,
) {
    if rules.is_any() && matches!(*due, Due::Tick | Due::Stage(_, true)) {
        plant.adapt(&rules, at.clock.tick_s());
    }
    run_stages(&mut plant, (&quarantine, settings.integrator), &at, *due);
}

/// Does what the system [`evolve`] does, without a schedule around it. Gives `false`, having done
/// nothing, where weights adapt.
pub fn evolve_alone(world: &mut World, due: Due) -> bool {
    if world.resource::<PlasticityRules>().is_any() {
        return false;
    }
    let integrator = world.resource::<PlantSettings>().integrator;
    let at = world.resource::<NodeContext>().clone();
    world.resource_scope(|world, mut plant: Mut<Plant>| {
        run_stages(&mut plant, (world.resource(), integrator), &at, due);
    });
    true
}

fn run_stages(
    plant: &mut Plant,
    (quarantine, integrator): (&Quarantine, Integrator),
    at: &NodeContext,
    due: Due,
) {
    let scheme = integrator.scheme();
    let threads = if at.nodes == 1 { at.workers } else { 1 };
    if let Due::Stage(clock, _) = due {
        plant.dense.stage(threads, scheme, clock);
        return quarantine.hold(plant);
    }
    for clock in stages_of_tick(at.clock, scheme) {
        if at.cancel.is_requested() {
            return;
        }
        plant.dense.take_own_means();
        plant.dense.stage(threads, scheme, clock);
        quarantine.hold(plant);
    }
}

/// The stages of a tick under a scheme of fixed step.
pub fn stages_of_tick(clock: TickClock, scheme: Scheme) -> impl Iterator<Item = StageClock> {
    let (substeps, dt_s) = (clock.substeps, clock.dt_s);
    let first = clock.tick * u64::from(substeps);
    (first..first + u64::from(substeps)).flat_map(move |step| {
        (0..scheme.stages()).map(move |stage| StageClock {
            stage,
            step,
            step_s: dt_s,
            time_s: step as f64 * dt_s,
        })
    })
}

fn deposit(plant: &Plant, grid: &GridState) -> DepositSum {
    let mut deposits = DepositSum::new(grid.domain.cells());
    for segment in plant.dense.segments() {
        plant.observe(segment, |slot, observed| {
            if let Some(probe) = grid.probe(plant.position(slot)) {
                deposits.add(&probe, observed);
            }
        });
    }
    deposits
}

/// Hashes all vertices and projects them on the field's modes.
pub fn take_records(
    plant: Res<Plant>,
    field: Res<FieldState>,
    listens: Res<FieldListens>,
    settings: Res<PlantSettings>,
    (at, demand): (Res<NodeContext>, Res<Demand>),
    mut records: ResMut<PlantRecords>,
) {
    records.vertices = plant.len() as u64;
    records.record = plant.record();
    let asked = |needs: &[Need]| demand.needs_any(needs, at.clock.tick + 1);
    let edges = asked(&[Need::Edges]);
    if settings.feeds_mean || edges || asked(&[Need::States, Need::Rates]) {
        records.observe(&plant, edges);
    }
    records.deposits = field
        .grid
        .as_ref()
        .filter(|_| listens.0)
        .map(|grid| deposit(&plant, grid));
    let modes = if listens.0 && field.grid.is_none() {
        field.amplitudes.len()
    } else {
        0
    };
    records.projections.clear();
    records.projections.resize(modes, ExactSum::default());
    if modes == 0 {
        return;
    }
    for segment in plant.dense.segments() {
        plant.observe(segment, |slot, observed| {
            for_each_mode(field.basis, plant.position(slot)[0], modes, |k, shape| {
                records.projections[k].add(shape * observed);
            });
        });
    }
}
