//! States between components and the plant: adopted before the tick, scattered after it.

use bevy::prelude::*;

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
    for (slot, state) in states {
        let slot = slot.0 as usize;
        let numbers = state.numbers();
        let same = first[slot].to_bits() == numbers[0].to_bits()
            && second
                .get(slot)
                .is_none_or(|own| own.to_bits() == numbers[1].to_bits());
        if !same {
            found.push((slot, numbers));
        }
    }
}

/// Writes the new states to the components.
pub fn scatter<S: State>(
    plant: Res<Plant>,
    late: Res<LateWrites>,
    mut states: Query<(&LocalSlot, &mut S)>,
) {
    if late.0.is_empty() {
        for (slot, mut state) in &mut states {
            *state = S::from_numbers(plant.state(slot.0 as usize));
        }
        return;
    }
    for (slot, mut state) in &mut states {
        let slot = slot.0 as usize;
        *state = S::from_numbers(late.state_for(slot).unwrap_or_else(|| plant.state(slot)));
    }
}
