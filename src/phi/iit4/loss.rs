//! What a unit loses when some of its inputs become noise.
//!
//! For one direction and one specified state every cut costs
//!
//! φ(θ) = π Σ_j (log₂ p_j(all inputs) − log₂ p_j(inputs kept by θ)),
//!
//! where p_j is the probability of the value of unit j with kept inputs at their values and all
//! others averaged over: a fresh coin for each cut connection, so that units stay independent.

use super::candidate::Candidate;
use super::cut::Cut;
use super::numeric::{exp2, log2};

/// Losses of all units for all sets of kept inputs.
///
/// Shapes: `of_unit` is 2ᵐ × m, row = mask of kept inputs; `within` has 2ᵐ values. Units: bits.
#[derive(Clone, Debug, PartialEq)]
pub struct Losses {
    /// Number of units m.
    pub units: usize,
    /// π (log₂ p_j(all) − log₂ p_j(mask)) at `mask * m + j`.
    pub of_unit: Vec<f64>,
    /// Σ_{j ∈ mask} of the loss of unit j when it keeps `mask`: a block that keeps only itself.
    pub within: Vec<f64>,
    selectivity: f64,
    forward: f64,
}

impl Losses {
    /// Losses of the past: outcomes are the present state, inputs the cause state.
    #[must_use]
    pub fn of_cause(system: &Candidate, cause: u32, selectivity: f64) -> Self {
        Self::new(
            &system.cause,
            system.units(),
            system.state,
            cause,
            selectivity,
        )
    }

    /// Losses of the future: outcomes are the effect state, inputs the present state.
    #[must_use]
    pub fn of_effect(system: &Candidate, effect: u32, selectivity: f64) -> Self {
        Self::new(
            &system.effect,
            system.units(),
            effect,
            system.state,
            selectivity,
        )
    }

    fn new(columns: &[f64], units: usize, outcome: u32, inputs: u32, selectivity: f64) -> Self {
        let states = 1usize << units;
        let mut of_unit = vec![0.0; states * units];
        let mut forward = 1.0;
        let mut p = vec![0.0; states];
        for (unit, column) in columns.chunks_exact(states).enumerate() {
            let on = outcome >> unit & 1 == 1;
            // Index by difference from the inputs, so that a clear bit means "as it is".
            for (x, value) in p.iter_mut().enumerate() {
                let source = column[x ^ inputs as usize];
                *value = if on { source } else { 1.0 - source };
            }
            forward *= p[0];
            average_over_subsets(&mut p, units);
            let whole = log2(p[states - 1]);
            for (mask, value) in p.iter().enumerate() {
                of_unit[mask * units + unit] = selectivity * (whole - log2(*value));
            }
        }
        let within = (0..states)
            .map(|mask| {
                (0..units)
                    .filter(|unit| mask >> unit & 1 == 1)
                    .map(|unit| of_unit[mask * units + unit])
                    .sum()
            })
            .collect();
        Self {
            units,
            of_unit,
            within,
            selectivity,
            forward,
        }
    }

    /// φ(θ) of a cut, not clamped, bits.
    #[must_use]
    pub fn of_cut(&self, cut: &Cut) -> f64 {
        cut.kept
            .iter()
            .enumerate()
            .map(|(unit, kept)| self.of_unit[*kept as usize * self.units + unit])
            .sum()
    }

    /// The repertoire value π of the specified state.
    #[must_use]
    pub fn selectivity(&self) -> f64 {
        self.selectivity
    }

    /// The forward probability without a cut.
    #[must_use]
    pub fn forward(&self) -> f64 {
        self.forward
    }

    /// The forward probability under a cut.
    #[must_use]
    pub fn partitioned(&self, cut: &Cut) -> f64 {
        self.forward * exp2(-self.of_cut(cut) / self.selectivity)
    }
}

/// Turns values by difference mask into values by mask of kept inputs: a set bit keeps the input,
/// a clear bit averages over it.
fn average_over_subsets(p: &mut [f64], units: usize) {
    for unit in 0..units {
        let half = 1usize << unit;
        for pair in p.chunks_exact_mut(2 * half) {
            let (same, flipped) = pair.split_at_mut(half);
            for (a, b) in same.iter_mut().zip(flipped) {
                let kept = *a;
                *a = 0.5 * (kept + *b);
                *b = kept;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_are_over_inputs_that_are_not_kept() {
        // By difference from the inputs of two units.
        let mut p = [0.1, 0.2, 0.4, 0.8];
        average_over_subsets(&mut p, 2);
        let expected = [0.375, 0.25, 0.15, 0.1];
        for (a, b) in p.iter().zip(expected) {
            assert!((a - b).abs() < 1e-15);
        }
    }

    #[test]
    fn a_cut_of_a_copy_costs_one_bit_per_target() {
        let system = Candidate {
            nodes: vec![0, 1],
            state: 2,
            cause: vec![0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0],
            effect: vec![0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0],
            sources: vec![2, 1],
        };
        let losses = Losses::of_effect(&system, 1, 1.0);
        let cut = Cut { kept: vec![1, 3] };
        assert!((losses.of_cut(&cut) - 1.0).abs() < 1e-12);
        assert!((losses.partitioned(&cut) - 0.5).abs() < 1e-12);
        assert!((losses.within[1] - 1.0).abs() < 1e-12);
        assert_eq!(losses.forward(), 1.0);
    }
}
