//! A transition probability matrix from the model, by perturbation: every joint state of the units
//! is set in turn and the plant is run on from there.
//!
//! A unit is *on* when its members' mean observable (cos θ, or x) is at least the threshold. To
//! change a unit's state its members are mirrored there: θ → π − θ, which keeps sin θ, or
//! x → 2 · threshold − x; members of a unit that is in the wanted state already keep theirs. All
//! other vertices begin where they are (they are the background), and drives and field are held as
//! they were. Without noise every probability is 0 or 1 and exact for the model; with noise it is
//! a share of `repetitions` runs, whose standard error is at most ½ / √repetitions.

use crate::base::{VertexId, num};
use crate::resonator::Plant;

use super::picture::{PlantPicture, PlantSize, layout_work, run_work};
use super::work::Budget;

/// How to perturb.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Perturbation {
    /// Mean observable from which a unit is on; 0 for phases.
    pub threshold: f64,
    /// Ticks between the state that is set and the one that is read.
    pub lag_ticks: u64,
    /// Runs from each state, when there is noise.
    pub repetitions: u32,
}

/// P(unit j on after the lag | joint state s set now), as `[2^n][n]`; bit i of s is unit i.
/// Also gives the units' present joint state.
///
/// # Errors
/// When the plant cannot be integrated from one of the states.
pub fn perturbed_tpm(
    picture: &PlantPicture,
    units: &[Vec<VertexId>],
    how: &Perturbation,
) -> Result<(Vec<Vec<f64>>, u32), String> {
    perturbed_within(picture, units, how, &mut Budget::unlimited())
}

/// Operations of [`perturbed_within`], at least: 2ⁿ states, each run so often.
#[must_use]
pub fn perturbed_work(size: PlantSize, units: usize, ticks: u64, repetitions: u32) -> u64 {
    let states = 1_u64 << units.min(63);
    let runs = states.saturating_mul(u64::from(repetitions.max(1)));
    runs.saturating_mul(run_work(size, ticks))
}

/// [`perturbed_tpm`], charged to a budget.
///
/// # Errors
/// As [`perturbed_tpm`], and when the budget ends.
pub fn perturbed_within(
    picture: &PlantPicture,
    units: &[Vec<VertexId>],
    how: &Perturbation,
    budget: &mut Budget<'_>,
) -> Result<(Vec<Vec<f64>>, u32), String> {
    let layout = layout_work(picture.size());
    let base = picture.plant();
    let slots = PlantPicture::slots(&base, units);
    let now = joint_state(&base, &slots, how.threshold);
    let repetitions = if picture.is_noisy() {
        how.repetitions.max(1)
    } else {
        1
    };
    let rows = (0..1_u32 << units.len()).map(|wanted| {
        let mut on = vec![0_u32; units.len()];
        for repetition in 0..u64::from(repetitions) {
            budget.spend(layout);
            let mut plant = base.clone();
            for (unit, members) in slots.iter().enumerate() {
                if (wanted ^ now) >> unit & 1 == 1 {
                    mirror(&mut plant, members, how.threshold);
                }
            }
            // Runs from different states share their noise, so that states are compared alike.
            let seed = picture
                .seed
                .wrapping_add(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(repetition + 1));
            picture.run_within(&mut plant, (0, how.lag_ticks), seed, budget)?;
            let after = joint_state(&plant, &slots, how.threshold);
            for (unit, count) in on.iter_mut().enumerate() {
                *count += after >> unit & 1;
            }
        }
        let share = |count: u32| f64::from(count) / f64::from(repetitions);
        Ok(on.into_iter().map(share).collect())
    });
    Ok((rows.collect::<Result<_, String>>()?, now))
}

fn joint_state(plant: &Plant, slots: &[Vec<usize>], threshold: f64) -> u32 {
    let mut state = 0;
    for (unit, members) in slots.iter().enumerate() {
        let sum: f64 = members.iter().map(|slot| plant.observable(*slot)).sum();
        let on = sum >= threshold * members.len() as f64;
        state |= u32::from(on) << unit;
    }
    state
}

fn mirror(plant: &mut Plant, members: &[usize], threshold: f64) {
    for slot in members {
        let [first, second] = plant.state(*slot);
        let mirrored = if plant.kind(*slot).is_phase() {
            num::PI - first
        } else {
            2.0 * threshold - first
        };
        plant.write(*slot, [mirrored, second]);
    }
}
