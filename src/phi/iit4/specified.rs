//! The cause and the effect state that a system specifies: where its intrinsic information is
//! greatest.
//!
//! ii_e(z) = π_e(z) log₂(P(z | u) / P(z)),  π_e(z) = P(z | u), P(z) the mean over all u′;
//! ii_c(z) = π_c(z) log₂(P(u | z) / P(u)),  π_c(z) = P(u | z) / Σ P(u | z′), P(u) the mean over z.
//!
//! Reference: Albantakis et al. (2023).

use crate::phi::work::Stop;

use super::candidate::Candidate;
use super::numeric::{ZERO, log2, tied};

/// Units up to which the unconstrained effect distribution is computed for all states at once.
const DENSE_UNITS: usize = 9;

/// The states of greatest intrinsic information in one direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Specified {
    /// The greatest intrinsic information, bits.
    pub ii: f64,
    /// All states that have it, ascending.
    pub states: Vec<u32>,
    /// The repertoire value π of each of these states.
    pub selectivity: Vec<f64>,
    /// The forward probability of each: P(u | z) for causes, P(z | u) for effects.
    pub forward: Vec<f64>,
    /// Operations that it took ([`crate::phi::work`]).
    pub operations: u64,
}

/// P(u | z) for every past state z, and P(z | u) is its mirror: products of one probability per
/// unit, taken at every state.
fn products(columns: &[f64], outcome: u32, units: usize) -> Vec<f64> {
    let states = 1usize << units;
    let mut out = vec![1.0; states];
    for (unit, column) in columns.chunks_exact(states).enumerate() {
        if outcome >> unit & 1 == 1 {
            out.iter_mut().zip(column).for_each(|(o, p)| *o *= p);
        } else {
            out.iter_mut().zip(column).for_each(|(o, p)| *o *= 1.0 - p);
        }
    }
    out
}

/// The joint distribution of independent units that are on with the given probabilities.
pub(super) fn expand(on: &[f64], out: &mut [f64]) {
    out[0] = 1.0;
    for (unit, p) in on.iter().enumerate() {
        let half = 1usize << unit;
        for index in 0..half {
            let base = out[index];
            out[index + half] = base * p;
            out[index] = base * (1.0 - p);
        }
    }
}

/// The specified cause of a system in its present state.
#[must_use]
pub fn specified_cause(system: &Candidate) -> Specified {
    let forward = products(&system.cause, system.state, system.units());
    let sum: f64 = forward.iter().sum();
    let mean = sum / forward.len() as f64;
    let ii: Vec<f64> = forward
        .iter()
        .map(|p| {
            if *p > 0.0 {
                p / sum * log2(p / mean)
            } else {
                0.0
            }
        })
        .collect();
    let (greatest, states) = all_greatest(&ii);
    Specified {
        ii: greatest,
        selectivity: states.iter().map(|z| forward[*z as usize] / sum).collect(),
        forward: states.iter().map(|z| forward[*z as usize]).collect(),
        states,
        operations: (forward.len() * (40 + system.units())) as u64,
    }
}

/// The specified effect of a system in its present state.
#[must_use]
pub fn specified_effect(system: &Candidate) -> Specified {
    // Nobody stops it.
    effect_until(system, &|| false).unwrap_or_else(|| Specified {
        ii: 0.0,
        states: Vec::new(),
        selectivity: Vec::new(),
        forward: Vec::new(),
        operations: 0,
    })
}

/// [`specified_effect`]; `None` when `stop` said so meanwhile.
pub(super) fn effect_until(system: &Candidate, stop: Stop<'_>) -> Option<Specified> {
    let (units, states) = (system.units(), system.states());
    let on: Vec<f64> = (0..units)
        .map(|unit| system.effect[unit * states + system.state as usize])
        .collect();
    let mut repertoire = vec![0.0; states];
    expand(&on, &mut repertoire);
    let mut tries = 0;
    let sparse = if units <= DENSE_UNITS {
        None
    } else {
        sparse_ii(system, &repertoire, &mut tries, stop)
    };
    let mut operations = states * 40 + tries * units * states;
    let ii = match sparse {
        Some(ii) => ii,
        None => {
            operations += states * states;
            dense_ii(system, &repertoire, stop)?
        }
    };
    let (greatest, tied_states) = all_greatest(&ii);
    let values: Vec<f64> = tied_states
        .iter()
        .map(|z| repertoire[*z as usize])
        .collect();
    Some(Specified {
        ii: greatest,
        states: tied_states,
        selectivity: values.clone(),
        forward: values,
        operations: operations as u64,
    })
}

/// Intrinsic effect information of every state, with the mean over all u′ taken for all z at
/// once: two halves of the units are expanded apart, so that each u′ costs one product per z.
fn dense_ii(system: &Candidate, repertoire: &[f64], stop: Stop<'_>) -> Option<Vec<f64>> {
    let (units, states) = (system.units(), system.states());
    let low = units / 2;
    let (mut low_joint, mut high_joint) = (vec![0.0; 1 << low], vec![0.0; states >> low]);
    let mut sum = vec![0.0; states];
    let mut on = vec![0.0; units];
    for x in 0..states {
        if x.is_multiple_of(64) && stop() {
            return None;
        }
        for (unit, p) in on.iter_mut().enumerate() {
            *p = system.effect[unit * states + x];
        }
        expand(&on[..low], &mut low_joint);
        expand(&on[low..], &mut high_joint);
        for (row, h) in sum.chunks_exact_mut(low_joint.len()).zip(&high_joint) {
            if *h > 0.0 {
                row.iter_mut()
                    .zip(&low_joint)
                    .for_each(|(s, l)| *s += h * l);
            }
        }
    }
    let scale = 1.0 / states as f64;
    let pairs = repertoire.iter().zip(&sum);
    Some(pairs.map(|(p, s)| information(*p, s * scale)).collect())
}

/// The same for states that can still be the greatest, others left at 0: since the present state is
/// one of those averaged over, ii ≤ π · m. `None` when too many states remain, or it is to stop.
/// Counts the states that are tried.
fn sparse_ii(
    system: &Candidate,
    repertoire: &[f64],
    tried: &mut usize,
    stop: Stop<'_>,
) -> Option<Vec<f64>> {
    let (units, states) = (system.units(), system.states());
    let mut order: Vec<u32> = (0..states as u32).collect();
    order.sort_by(|a, b| {
        let (a, b) = (*a as usize, *b as usize);
        repertoire[b].total_cmp(&repertoire[a]).then(a.cmp(&b))
    });
    // Beyond this many the dense way is faster.
    let tries_max = states / (2 * units);
    let mut ii = vec![0.0; states];
    let mut best = 0.0f64;
    for (tries, z) in order.iter().enumerate() {
        let p = repertoire[*z as usize];
        if p * units as f64 <= best * (1.0 - 1e-9) || p <= 0.0 {
            break;
        }
        if tries >= tries_max || stop() {
            return None;
        }
        *tried = tries + 1;
        let sum: f64 = products(&system.effect, *z, units).iter().sum();
        let value = information(p, sum / states as f64);
        ii[*z as usize] = value;
        best = best.max(value);
    }
    if best <= ZERO { None } else { Some(ii) }
}

fn information(p: f64, unconstrained: f64) -> f64 {
    if p > 0.0 && unconstrained > 0.0 {
        p * log2(p / unconstrained)
    } else {
        0.0
    }
}

/// The greatest of some values and all places where it is attained, up to rounding.
pub(super) fn all_greatest(values: &[f64]) -> (f64, Vec<u32>) {
    let greatest = values.iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b));
    let places = (0..values.len() as u32)
        .filter(|k| tied(values[*k as usize], greatest))
        .collect();
    (greatest, places)
}

#[cfg(test)]
mod tests {
    use super::super::network::{Limits, Network};
    use super::super::tpm::Tpm;
    use super::*;
    use proptest::prelude::*;

    fn whole(units: usize, values: &[f64], state: u32) -> Candidate {
        let tpm = Tpm::from_fn(units, |x, j| {
            values[(x as usize * units + j) % values.len()]
        });
        let bits: Vec<u8> = (0..units).map(|k| (state >> k & 1) as u8).collect();
        let none: Option<&[Vec<u8>]> = None;
        let network = Network::new(tpm.unwrap(), none, &bits, Limits::default()).unwrap();
        Candidate::new(&network, (1 << units) - 1).unwrap()
    }

    proptest! {
        #[test]
        fn fewer_states_tried_find_the_same_greatest(
            values in prop::collection::vec(0.01..0.99f64, 17..60),
            state in 0u32..64,
        ) {
            let system = whole(6, &values, state);
            let on: Vec<f64> = (0..6).map(|j| system.effect[j * 64 + state as usize]).collect();
            let mut repertoire = vec![0.0; 64];
            expand(&on, &mut repertoire);
            prop_assert!((repertoire.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let dense = all_greatest(&dense_ii(&system, &repertoire, &|| false).unwrap());
            if let Some(sparse) = sparse_ii(&system, &repertoire, &mut 0, &|| false) {
                let sparse = all_greatest(&sparse);
                prop_assert!((sparse.0 - dense.0).abs() < 1e-12);
                prop_assert_eq!(sparse.1, dense.1);
            }
        }
    }

    #[test]
    fn a_copy_specifies_what_it_copies() {
        let tpm = Tpm::from_fn(2, |x, j| f64::from(x >> (1 - j) & 1)).unwrap();
        let none: Option<&[Vec<u8>]> = None;
        let network = Network::new(tpm, none, &[1, 0], Limits::default()).unwrap();
        let system = Candidate::new(&network, 3).unwrap();
        let (cause, effect) = (specified_cause(&system), specified_effect(&system));
        assert_eq!((cause.states, effect.states), (vec![2], vec![2]));
        assert!((cause.ii - 2.0).abs() < 1e-12);
        assert!((effect.ii - 2.0).abs() < 1e-12);
    }
}
