//! A mechanism within a system, and the state it specifies over a purview.
//!
//! The definitions are those of systems with the mechanism in the place of the present and the
//! purview in the place of the past or the future; units of the system outside both are noise.
//! Reference: Albantakis et al. (2023).

use super::candidate::Candidate;
use super::marginal::Marginals;
use super::numeric::{log2, spread, units_of};
use super::specified::{all_greatest, expand};

/// Past or future.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The purview is in the past.
    Cause,
    /// The purview is in the future.
    Effect,
}

/// A system with the tables that its mechanisms share.
#[derive(Clone, Debug)]
pub struct Mechanisms {
    /// Present state of the system.
    pub state: u32,
    /// Number of units.
    pub units: usize,
    sources: Vec<u32>,
    cause: Marginals,
    effect: Marginals,
}

/// States of greatest intrinsic information over a purview.
#[derive(Clone, Debug, PartialEq)]
pub struct PurviewStates {
    /// The greatest intrinsic information, bits.
    pub ii: f64,
    /// States that have it, as masks over the units of the system.
    pub states: Vec<u32>,
    /// Repertoire value of each.
    pub selectivity: Vec<f64>,
}

/// Unconstrained probabilities of the states of all purviews of one mechanism: for effects the
/// mean over the states of the mechanism, by row of the marginals; for causes they are flat.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior {
    sums: Vec<f64>,
}

impl Mechanisms {
    /// Tabulates a system.
    #[must_use]
    pub fn new(system: &Candidate) -> Self {
        let units = system.units();
        Self {
            state: system.state,
            units,
            sources: system.sources.clone(),
            cause: Marginals::new(&system.cause, units),
            effect: Marginals::new(&system.effect, units),
        }
    }

    /// The probabilities of one direction.
    #[must_use]
    pub fn marginals(&self, side: Side) -> &Marginals {
        match side {
            Side::Cause => &self.cause,
            Side::Effect => &self.effect,
        }
    }

    /// Whether a mechanism and a purview hang together: the connections between them form one
    /// piece that touches every unit of both. Otherwise they are reducible, φ = 0.
    #[must_use]
    pub fn hang_together(&self, side: Side, mechanism: u32, purview: u32) -> bool {
        let (outputs, inputs) = match side {
            Side::Cause => (mechanism, purview),
            Side::Effect => (purview, mechanism),
        };
        let mut reached_inputs = inputs & inputs.wrapping_neg();
        let mut reached_outputs = 0u32;
        loop {
            let (before_in, before_out) = (reached_inputs, reached_outputs);
            for unit in units_of(outputs) {
                let sources = self.sources[unit] & inputs;
                if sources & reached_inputs != 0 {
                    reached_outputs |= 1 << unit;
                    reached_inputs |= sources;
                }
            }
            if (before_in, before_out) == (reached_inputs, reached_outputs) {
                return reached_inputs == inputs && reached_outputs == outputs;
            }
        }
    }

    /// Unconstrained probabilities of the states of all purviews of a mechanism.
    #[must_use]
    pub fn prior(&self, side: Side, mechanism: u32) -> Prior {
        match side {
            Side::Cause => Prior { sums: Vec::new() },
            Side::Effect => Prior {
                sums: self.unconstrained_effects(mechanism),
            },
        }
    }

    /// The states that a mechanism specifies over a purview.
    #[must_use]
    pub fn purview_states(
        &self,
        side: Side,
        mechanism: u32,
        purview: u32,
        prior: &Prior,
    ) -> PurviewStates {
        let rows = self.cause.rows(purview);
        let repertoire = match side {
            Side::Cause => self.cause_repertoire(mechanism, purview),
            Side::Effect => self.effect_repertoire(mechanism, purview),
        };
        // With π_c(z) = P(m|z) / Σ P(m|z′) the ratio of P(m|z) to its mean is π_c(z) to 1 / 2^|Z|.
        let flat = 1.0 / rows.len() as f64;
        let ii: Vec<f64> = match side {
            Side::Cause => repertoire.iter().map(|p| information(*p, flat)).collect(),
            Side::Effect => repertoire
                .iter()
                .zip(&prior.sums[rows])
                .map(|(p, q)| information(*p, *q))
                .collect(),
        };
        let (greatest, places) = all_greatest(&ii);
        PurviewStates {
            ii: greatest,
            selectivity: places.iter().map(|k| repertoire[*k as usize]).collect(),
            states: places.iter().map(|k| spread(*k, purview)).collect(),
        }
    }

    /// π_c of all states of a purview.
    fn cause_repertoire(&self, mechanism: u32, purview: u32) -> Vec<f64> {
        let mut p: Vec<f64> = self
            .cause
            .rows(purview)
            .map(|row| {
                units_of(mechanism)
                    .map(|unit| {
                        let on = self.cause.on(row, unit);
                        if self.state >> unit & 1 == 1 {
                            on
                        } else {
                            1.0 - on
                        }
                    })
                    .product()
            })
            .collect();
        let sum: f64 = p.iter().sum();
        if sum > 0.0 {
            p.iter_mut().for_each(|value| *value /= sum);
        }
        p
    }

    /// π_e of all states of a purview.
    fn effect_repertoire(&self, mechanism: u32, purview: u32) -> Vec<f64> {
        let row = self.effect.row(mechanism, self.state);
        let on: Vec<f64> = units_of(purview)
            .map(|unit| self.effect.on(row, unit))
            .collect();
        let mut joint = vec![0.0; 1 << on.len()];
        expand(&on, &mut joint);
        joint
    }

    /// The mean over all states of the mechanism of the joint effect on all units, and its
    /// marginals over all purviews, by row.
    fn unconstrained_effects(&self, mechanism: u32) -> Vec<f64> {
        let states = 1usize << self.units;
        let all = (states - 1) as u32;
        let (mut joint, mut sum) = (vec![0.0; states], vec![0.0; states]);
        let rows = self.effect.rows(mechanism);
        let scale = 1.0 / rows.len() as f64;
        let mut on = vec![0.0; self.units];
        for row in rows {
            for (unit, p) in on.iter_mut().enumerate() {
                *p = self.effect.on(row, unit);
            }
            expand(&on, &mut joint);
            sum.iter_mut().zip(&joint).for_each(|(s, p)| *s += p);
        }
        let whole = self.effect.rows(all);
        let mut marginals = vec![0.0; whole.end];
        for (slot, s) in marginals[whole].iter_mut().zip(&sum) {
            *slot = s * scale;
        }
        for mask in (0..all).rev() {
            for (row, [first, second]) in self.effect.parents(mask) {
                marginals[row] = marginals[first] + marginals[second];
            }
        }
        marginals
    }
}

fn information(p: f64, unconstrained: f64) -> f64 {
    if p > 0.0 {
        p * log2(p / unconstrained)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring() -> Mechanisms {
        // Unit j copies unit j + 1 of three.
        let copy = |j: usize| (0..8u32).map(move |x| f64::from(x >> ((j + 1) % 3) & 1));
        let columns: Vec<f64> = (0..3).flat_map(copy).collect();
        Mechanisms::new(&Candidate {
            nodes: vec![0, 1, 2],
            state: 1,
            cause: columns.clone(),
            effect: columns,
            sources: vec![2, 4, 1],
        })
    }

    #[test]
    fn a_copy_specifies_its_source_and_its_target() {
        let ring = ring();
        let cause = ring.purview_states(Side::Cause, 1, 2, &ring.prior(Side::Cause, 1));
        assert_eq!(cause.states, [2]);
        assert!((cause.ii - 1.0).abs() < 1e-12);
        let prior = ring.prior(Side::Effect, 1);
        let effect = ring.purview_states(Side::Effect, 1, 4, &prior);
        assert_eq!(effect.states, [4]);
        assert!((effect.ii - 1.0).abs() < 1e-12);
    }

    #[test]
    fn pieces_without_a_connection_do_not_hang_together() {
        let ring = ring();
        assert!(ring.hang_together(Side::Effect, 1, 4));
        assert!(!ring.hang_together(Side::Effect, 1, 2));
        assert!(!ring.hang_together(Side::Effect, 3, 5));
        assert!(ring.hang_together(Side::Cause, 1, 2));
        assert!(!ring.hang_together(Side::Cause, 1, 3));
    }
}
