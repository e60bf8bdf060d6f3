//! States between components and the plant: adopted before the tick, scattered after it.

use std::ops::Range;

use bevy::ecs::change_detection::MAX_CHANGE_AGE;
use bevy::prelude::*;

use crate::graph::Vertex;

use super::components::{ForeignWrites, LocalSlot, State};
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

/// Takes over states that someone else wrote to components since the last tick.
pub fn adopt_foreign_writes<S: State>(
    mut plant: ResMut<Plant>,
    mut writes: ResMut<ForeignWrites>,
    states: Query<(&LocalSlot, &S)>,
) {
    let mut found = Vec::new();
    differing(&plant, &states, &mut found);
    for (slot, [first, second]) in found {
        plant.write(slot, [first, second]);
        writes.0.push((plant.ids()[slot], first, second));
    }
}

/// Forgets the late writes of the tick before.
pub fn forget_late_writes(mut late: ResMut<LateWrites>) {
    late.0.clear();
}

/// Sets aside states that were written since the adoption, so that the scatter does not lose them.
pub fn defer_late_writes<S: State>(
    plant: Res<Plant>,
    mut late: ResMut<LateWrites>,
    states: Query<(&LocalSlot, &S)>,
) {
    let before = late.0.len();
    differing(&plant, &states, &mut late.0);
    if late.0.len() > before {
        late.0.sort_by_key(|(slot, _)| *slot);
    }
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

/// Writes the new states to the components.
pub fn scatter<S: State>(
    plant: Res<Plant>,
    late: Res<LateWrites>,
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

/// Looks whether a component of some vertex was changed or is new.
pub fn notice<C: Component>(mut reshaped: ResMut<Reshaped>, all: Query<Ref<C>, With<Vertex>>) {
    let changed = match all.contiguous_iter() {
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
    };
    reshaped.0 |= changed;
}
