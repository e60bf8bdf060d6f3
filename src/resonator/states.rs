//! States between components and the plant: adopted before the tick, scattered after it.

use std::ops::Range;

use bevy::ecs::change_detection::MAX_CHANGE_AGE;
use bevy::ecs::query::ArchetypeFilter;
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use crate::graph::{Delays, Row, Vertex};

use super::components::{
    Amplitude, ForeignWrites, Harmonic, Inertial, Kuramoto, LocalSlot, MaskFactor, Member, Motion,
    Own, Phase, Planar, Position, Rotor, State, StuartLandau, VanDerPol,
};
use super::plant::Plant;

/// States written after this tick's adoption; they hold from the next Ingest.
#[derive(Resource, Clone, Debug, Default)]
pub struct LateWrites(Vec<(usize, [f64; 2])>);

impl LateWrites {
    fn state_for(&self, slot: usize) -> Option<[f64; 2]> {
        let at = self.0.binary_search_by_key(&slot, |write| write.0).ok()?;
        Some(self.0[at].1)
    }
}

/// The states of all vertices, by their kind; a vertex has one of them.
#[derive(SystemParam)]
pub struct States<'w, 's> {
    phases: Query<'w, 's, (&'static LocalSlot, &'static Phase)>,
    motions: Query<'w, 's, (&'static LocalSlot, &'static Motion)>,
    rotors: Query<'w, 's, (&'static LocalSlot, &'static Rotor)>,
    amplitudes: Query<'w, 's, (&'static LocalSlot, &'static Amplitude)>,
    planars: Query<'w, 's, (&'static LocalSlot, &'static Planar)>,
}

impl States<'_, '_> {
    /// The slots whose component is not what the plant has, with what it is.
    fn differing(&self, plant: &Plant) -> Vec<(usize, [f64; 2])> {
        let mut found = Vec::new();
        differing(plant, &self.phases, &mut found);
        differing(plant, &self.motions, &mut found);
        differing(plant, &self.rotors, &mut found);
        differing(plant, &self.amplitudes, &mut found);
        differing(plant, &self.planars, &mut found);
        found
    }
}

/// Takes over states that someone else wrote to components since the last tick.
pub fn adopt_foreign_writes(
    mut plant: ResMut<Plant>,
    mut writes: ResMut<ForeignWrites>,
    states: States,
) {
    for (slot, [first, second]) in states.differing(&plant) {
        plant.write(slot, [first, second]);
        writes.0.push((plant.ids()[slot], first, second));
    }
}

/// Sets aside states that were written since the adoption, so that the scatter does not lose them.
pub fn defer_late_writes(plant: Res<Plant>, mut late: ResMut<LateWrites>, states: States) {
    late.0 = states.differing(&plant);
    late.0.sort_by_key(|(slot, _)| *slot);
}

fn differing<S: State>(
    plant: &Plant,
    states: &Query<(&LocalSlot, &S)>,
    found: &mut Vec<(usize, [f64; 2])>,
) {
    let (first, second) = (plant.dense.first(), plant.dense.second());
    let mut check = |slot: usize, state: &S| {
        let numbers = state.numbers();
        let same = first[slot].to_bits() == numbers[0].to_bits()
            && second
                .get(slot)
                .is_none_or(|own| own.to_bits() == numbers[1].to_bits());
        if !same {
            found.push((slot, numbers));
        }
    };
    let Ok(tables) = states.contiguous_iter() else {
        states
            .iter()
            .for_each(|(slot, state)| check(slot.0 as usize, state));
        return;
    };
    for (slots, states) in tables {
        let same = run_of(slots).is_some_and(|slots| {
            let second = if second.is_empty() {
                &[][..]
            } else {
                &second[slots.clone()]
            };
            bits_agree(&first[slots], second, states)
        });
        if !same {
            let cells = slots.iter().zip(states);
            cells.for_each(|(slot, state)| check(slot.0 as usize, state));
        }
    }
}

/// The slots of a table of entities, when they follow each other.
fn run_of(slots: &[LocalSlot]) -> Option<Range<usize>> {
    let start = slots.first()?.0;
    let follow = slots
        .iter()
        .zip(start..)
        .fold(0, |differ, (slot, k)| differ | (slot.0 ^ k));
    (follow == 0).then(|| start as usize..start as usize + slots.len())
}

fn bits_agree<S: State>(first: &[f64], second: &[f64], states: &[S]) -> bool {
    let mut differ = 0;
    if second.is_empty() {
        for (own, state) in first.iter().zip(states) {
            differ |= own.to_bits() ^ state.numbers()[0].to_bits();
        }
    } else {
        for ((own, second), state) in first.iter().zip(second).zip(states) {
            let numbers = state.numbers();
            differ |= own.to_bits() ^ numbers[0].to_bits();
            differ |= second.to_bits() ^ numbers[1].to_bits();
        }
    }
    differ == 0
}

/// The states of all vertices, to write to.
type StatesMut<'w, 's> = (
    Query<'w, 's, (&'static LocalSlot, &'static mut Phase)>,
    Query<'w, 's, (&'static LocalSlot, &'static mut Motion)>,
    Query<'w, 's, (&'static LocalSlot, &'static mut Rotor)>,
    Query<'w, 's, (&'static LocalSlot, &'static mut Amplitude)>,
    Query<'w, 's, (&'static LocalSlot, &'static mut Planar)>,
);

/// Writes the new states to the components.
pub fn scatter(plant: Res<Plant>, late: Res<LateWrites>, states: StatesMut) {
    scatter_kind(&plant, &late, states.0);
    scatter_kind(&plant, &late, states.1);
    scatter_kind(&plant, &late, states.2);
    scatter_kind(&plant, &late, states.3);
    scatter_kind(&plant, &late, states.4);
}

fn scatter_kind<S: State>(
    plant: &Plant,
    late: &LateWrites,
    mut states: Query<(&LocalSlot, &mut S)>,
) {
    if late.0.is_empty()
        && let Ok(tables) = states.contiguous_iter_mut()
    {
        let (first, second) = (plant.dense.first(), plant.dense.second());
        for (slots, mut states) in tables {
            let Some(run) = run_of(slots) else {
                for (state, slot) in states.iter_mut().zip(slots) {
                    *state = S::from_numbers(plant.state(slot.0 as usize));
                }
                continue;
            };
            let cells = states.iter_mut().zip(&first[run.clone()]);
            match second.get(run) {
                None => cells.for_each(|(state, first)| *state = S::from_numbers([*first, 0.0])),
                Some(second) => {
                    let cells = cells.zip(second);
                    cells.for_each(|((state, x), y)| *state = S::from_numbers([*x, *y]));
                }
            }
        }
        return;
    }
    for (slot, mut state) in &mut states {
        let slot = slot.0 as usize;
        *state = S::from_numbers(late.state_for(slot).unwrap_or_else(|| plant.state(slot)));
    }
}

/// Whether something of a vertex but its state has changed, so that the plant is to be gathered.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct Reshaped(pub bool);

/// What of a vertex decides the shape of the plant.
#[derive(SystemParam)]
pub struct Shapes<'w, 's> {
    vertices: Query<'w, 's, Ref<'static, Vertex>>,
    rows: Query<'w, 's, Ref<'static, Row>, With<Vertex>>,
    delays: Query<'w, 's, Ref<'static, Delays>, With<Vertex>>,
    members: Query<'w, 's, Ref<'static, Member>, With<Vertex>>,
    positions: Query<'w, 's, Ref<'static, Position>, With<Vertex>>,
    masks: Query<'w, 's, Ref<'static, MaskFactor>, With<Vertex>>,
    kuramoto: Query<'w, 's, Ref<'static, Kuramoto>, With<Vertex>>,
    harmonic: Query<'w, 's, Ref<'static, Harmonic>, With<Vertex>>,
    inertial: Query<'w, 's, Ref<'static, Inertial>, With<Vertex>>,
    van_der_pol: Query<'w, 's, Ref<'static, VanDerPol>, With<Vertex>>,
    stuart_landau: Query<'w, 's, Ref<'static, StuartLandau>, With<Vertex>>,
    own: Query<'w, 's, Ref<'static, Own>, With<Vertex>>,
}

/// Looks whether a component of some vertex was changed or is new.
pub fn notice(mut reshaped: ResMut<Reshaped>, all: Shapes) {
    reshaped.0 |= is_any_changed(&all.vertices)
        | is_any_changed(&all.rows)
        | is_any_changed(&all.delays)
        | is_any_changed(&all.members)
        | is_any_changed(&all.positions)
        | is_any_changed(&all.masks)
        | is_any_changed(&all.kuramoto)
        | is_any_changed(&all.harmonic)
        | is_any_changed(&all.inertial)
        | is_any_changed(&all.van_der_pol)
        | is_any_changed(&all.stuart_landau)
        | is_any_changed(&all.own);
}

fn is_any_changed<C: Component, F: ArchetypeFilter>(all: &Query<Ref<C>, F>) -> bool {
    match all.contiguous_iter() {
        Ok(mut tables) => tables.any(|table| {
            let now = table.this_run_tick().get();
            let age = now.wrapping_sub(table.last_run_tick().get());
            let age = age.min(MAX_CHANGE_AGE);
            // A sum over all, not a search: it runs as fast as memory delivers.
            let ticks = table.changed_ticks_slice().iter();
            ticks.fold(false, |any, tick| {
                any | (now.wrapping_sub(tick.get()) < age)
            })
        }),
        Err(_) => all.iter().any(|own| own.is_changed()),
    }
}
