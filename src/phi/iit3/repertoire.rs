//! Cause and effect repertoires.
//!
//! p_j(on | K) is the mean probability that unit j turns on over all past states that agree with
//! the current values of the kept inputs K: inputs outside K, and inputs across a cut, are fair
//! coins. Effect repertoire of mechanism M over purview Z: ∏_{j ∈ Z} p_j(z_j | M). Cause
//! repertoire: ∏_{j ∈ M} p_j(u_j | z), brought to sum 1 over the states z of Z.

use super::network::Candidate;

/// A candidate system, possibly cut, with all its conditional means.
#[derive(Clone, Debug)]
pub struct Mechanics {
    /// Number of units.
    pub units: usize,
    /// Index of the current state.
    pub state: usize,
    /// `inputs[j]`: mask of the units that act on j across no cut.
    pub inputs: Vec<usize>,
    /// `means[j][kept << units | values]`: p_j(on | kept inputs at these values).
    means: Vec<Vec<f64>>,
}

impl Mechanics {
    /// The system with the edges from `from` to `to` (masks) cut.
    #[must_use]
    pub fn new(candidate: &Candidate, from: usize, to: usize) -> Self {
        let units = candidate.units;
        let full = (1usize << units) - 1;
        let mut inputs = candidate.inputs.clone();
        for (unit, own) in inputs.iter_mut().enumerate() {
            if to >> unit & 1 == 1 {
                *own &= !from;
            }
        }
        let means = (0..units).map(|unit| {
            let averaged = average_out(&candidate.on[unit], full & !inputs[unit]);
            let mut table = vec![0.0; 1 << (2 * units)];
            table[full << units..].copy_from_slice(&averaged);
            for kept in (0..full).rev() {
                let lowest = (full & !kept) & (full & !kept).wrapping_neg();
                let wider = kept | lowest;
                let mut values = kept;
                // All subsets of `kept`, downwards.
                loop {
                    let off = table[wider << units | values];
                    let on = table[wider << units | values | lowest];
                    table[kept << units | values] = 0.5 * (off + on);
                    if values == 0 {
                        break;
                    }
                    values = (values - 1) & kept;
                }
            }
            table
        });
        Self {
            units,
            state: candidate.state,
            means: means.collect(),
            inputs,
        }
    }

    /// Probability that `unit` turns on when the units of `kept` are at `values`.
    #[must_use]
    pub fn on(&self, unit: usize, kept: usize, values: usize) -> f64 {
        self.means[unit][kept << self.units | (values & kept)]
    }

    /// Probability that `unit` turns on given a mechanism at its current state.
    #[must_use]
    pub fn effect(&self, unit: usize, mechanism: usize) -> f64 {
        self.on(unit, mechanism, self.state)
    }

    /// The effect repertoire, little-endian over the units of the purview.
    #[must_use]
    pub fn effect_repertoire(&self, mechanism: usize, purview: usize) -> Vec<f64> {
        let mut repertoire = vec![1.0];
        for unit in units_of(purview) {
            let on = self.effect(unit, mechanism);
            let off: Vec<f64> = repertoire.iter().map(|p| p * (1.0 - on)).collect();
            repertoire.iter_mut().for_each(|p| *p *= on);
            repertoire.splice(0..0, off);
        }
        repertoire
    }

    /// The cause repertoire, little-endian over the units of the purview; uniform for an empty
    /// mechanism, all 0 when the purview cannot have led to the mechanism's state.
    #[must_use]
    pub fn cause_repertoire(&self, mechanism: usize, purview: usize) -> Vec<f64> {
        let size = purview.count_ones();
        let mut repertoire: Vec<f64> = (0..1usize << size)
            .map(|local| {
                let values = spread(local, purview);
                let mut product = 1.0;
                for unit in units_of(mechanism) {
                    let on = self.on(unit, purview, values);
                    product *= if self.state >> unit & 1 == 1 {
                        on
                    } else {
                        1.0 - on
                    };
                }
                product
            })
            .collect();
        let total: f64 = repertoire.iter().sum();
        if total > 0.0 {
            repertoire.iter_mut().for_each(|p| *p /= total);
        }
        repertoire
    }
}

/// A table over states with the units of `gone` averaged out, still of full size.
fn average_out(table: &[f64], gone: usize) -> Vec<f64> {
    let mut out = table.to_vec();
    for unit in units_of(gone) {
        let flip = 1 << unit;
        for state in 0..out.len() {
            if state & flip == 0 {
                let mean = 0.5 * (out[state] + out[state | flip]);
                out[state] = mean;
                out[state | flip] = mean;
            }
        }
    }
    out
}

/// The units of a mask, ascending.
pub fn units_of(mask: usize) -> impl Iterator<Item = usize> {
    (0..usize::BITS as usize).filter(move |unit| mask >> unit & 1 == 1)
}

/// Bits 0, 1 … of `local` moved to the set bits of `mask`, in order.
#[must_use]
pub fn spread(local: usize, mask: usize) -> usize {
    units_of(mask)
        .enumerate()
        .map(|(k, unit)| (local >> k & 1) << unit)
        .sum()
}

/// The bits of `values` at the set bits of `mask`, moved to bits 0, 1 …
#[must_use]
pub fn gather(values: usize, mask: usize) -> usize {
    units_of(mask)
        .enumerate()
        .map(|(k, unit)| (values >> unit & 1) << k)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Unit 0 is the OR, unit 1 the AND of both; both are on.
    fn or_and() -> Candidate {
        Candidate {
            units: 2,
            on: vec![vec![0.0, 1.0, 1.0, 1.0], vec![0.0, 0.0, 0.0, 1.0]],
            inputs: vec![3, 3],
            state: 3,
        }
    }

    #[test]
    fn repertoires_of_or_and_and() {
        let whole = Mechanics::new(&or_and(), 0, 0);
        let third = 1.0 / 3.0;
        assert_eq!(whole.cause_repertoire(1, 3), [0.0, third, third, third]);
        assert_eq!(whole.cause_repertoire(2, 3), [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(whole.cause_repertoire(0, 3), [0.25; 4]);
        // Given unit 0 on, OR is on for certain and AND by half.
        assert_eq!(whole.effect_repertoire(1, 3), [0.0, 0.5, 0.0, 0.5]);
        assert_eq!(whole.effect_repertoire(0, 2), [0.75, 0.25]);
    }

    #[test]
    fn a_cut_edge_is_a_coin() {
        let cut = Mechanics::new(&or_and(), 1, 2);
        assert_eq!(cut.inputs, [3, 2]);
        assert_eq!(cut.on(1, 3, 3), 0.5);
        assert_eq!(cut.on(1, 3, 1), 0.0);
        assert_eq!(cut.on(0, 3, 3), 1.0);
        assert_eq!(gather(spread(0b101, 0b11010), 0b11010), 0b101);
    }
}
