//! What is asked of the arrays between stages: rows, peaks, hashes, adaptive steps.

use std::ops::Range;
use std::sync::Arc;

use super::adaptive::Worst;
use super::lane::Lane;
use super::plant::{Block, DensePlant};
use super::shown::Pair;
use super::tally::{Peak, PeakSquare, StateHash};
use crate::dynamics::dopri5::Tolerance;

impl DensePlant {
    /// Whether any slot feels a mean over a population.
    #[must_use]
    pub fn feels_means(&self) -> bool {
        self.segments.iter().any(|own| !own.acting.means.is_empty())
    }

    /// Takes the noise from all slots, so that only their drift moves them.
    pub fn silence(&mut self) {
        for segment in &mut self.segments {
            segment.acting.noise = Lane::default();
        }
    }

    /// The entries of a slot's row: sources' slots, and weights.
    #[must_use]
    pub fn row(&self, slot: usize) -> (&[u32], &[f64]) {
        let block = self.blocks.partition_point(|block| block.slots.end <= slot);
        let start = self
            .blocks
            .get(block)
            .map_or(slot, |block| block.slots.start);
        self.rows.row(block, slot - start)
    }

    /// Incoming edges of all slots.
    #[must_use]
    pub fn row_entries(&self) -> usize {
        self.rows.entries()
    }

    /// Replaces the weights of some slots' rows, given what target and source show and the weight.
    /// The slots must be those of whole segments.
    pub fn change_weights(&mut self, slots: Range<usize>, change: impl Fn(Pair, Pair, f64) -> f64) {
        let (blocks, tables) = (&self.blocks, &self.tables);
        let rows = Arc::make_mut(&mut self.rows);
        let of_slots = |block: &Block| slots.contains(&block.slots.start);
        for (block, own) in blocks
            .iter()
            .enumerate()
            .filter(|(_, block)| of_slots(block))
        {
            rows.change(block, |slot, sources, weights| {
                let own = tables.shown(own.slots.start + slot);
                for (source, weight) in sources.iter().zip(weights) {
                    *weight = change(own, tables.shown(*source as usize), *weight);
                }
            });
        }
    }

    /// Calls `visit(slot, sources, weights)` with the rows of some slots, which must be those of
    /// whole segments; within a block, in order of their length.
    pub fn visit_rows(&self, slots: Range<usize>, mut visit: impl FnMut(usize, &[u32], &[f64])) {
        for (block, own) in self.blocks.iter().enumerate() {
            if slots.contains(&own.slots.start) {
                self.rows.visit(block, |slot, sources, weights| {
                    visit(own.slots.start + slot, sources, weights);
                });
            }
        }
    }

    /// Sets the sums of the weights of a segment's rows.
    pub fn set_row_weight(&mut self, segment: usize, sums: Lane) {
        self.segments[segment].row_weight = sums;
    }

    /// The largest magnitudes of the first and of the second numbers in the states of some slots;
    /// NaN where one is NaN.
    #[must_use]
    pub fn peaks(&self, slots: Range<usize>) -> [f64; 2] {
        let second = self.second.get(slots.clone()).unwrap_or_default();
        // Magnitudes of floats are ordered like their bits, NaN above all.
        [&self.first[slots], second].map(|own| f64::from_bits(self.isa.run(Peak(own))))
    }

    /// The largest √(first² + second²) of some slots whose state is a complex amplitude.
    #[must_use]
    pub fn peak_modulus(&self, slots: Range<usize>) -> f64 {
        let squares = self
            .isa
            .run(PeakSquare(&self.first[slots.clone()], &self.second[slots]));
        f64::from_bits(squares).sqrt()
    }

    /// Sum of a hash of each slot's vertex and state, the same in any order of slots.
    #[must_use]
    pub fn state_hash(&self) -> u64 {
        self.isa.run(StateHash {
            ids: &self.ids,
            first: &self.first,
            second: &self.second,
        })
    }

    /// Sets the tolerances of the adaptive scheme.
    pub fn set_tolerance(&mut self, tolerance: Tolerance) {
        self.tolerance = tolerance;
    }

    /// Says that the next step of the adaptive scheme cannot go on from the one before.
    pub fn begin_steps(&mut self) {
        self.known = false;
    }

    /// The worst error of a step of the adaptive scheme, after its last stage.
    #[must_use]
    pub fn worst(&self) -> Worst {
        self.worst
    }

    /// Makes the end of a step of the adaptive scheme the state.
    pub fn accept_step(&mut self) {
        self.first.copy_from_slice(&self.sum_first);
        self.second.copy_from_slice(&self.sum_second);
        let slopes = self.slopes.iter_mut().flatten();
        slopes.for_each(|slopes| slopes[0] = slopes[6]);
    }
}
