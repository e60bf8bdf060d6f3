//! What is known of a system without a search, and what the search begins with.

use crate::phi::work::OPERATIONS;

use super::candidate::Candidate;
use super::numeric::log2;
use super::report::{Bound, SystemPhi};
use super::specified::Specified;
use super::system::direction;

/// A report of a system that is not searched, with an upper bound of φ_s.
///
/// The cut of every unit from every other leaves each unit its own past; no cut has more pairs. The
/// least ratio is at most that of this cut, and φ_s is the least ratio times the pairs of its own
/// cut, so φ_s is at most what this cut costs as cause, π (log₂ P(u | z) − Σ_j log₂ p_j) or 0, with
/// p_j the probability of the present value of unit j when its own past is that of z and all other
/// inputs are averaged over. A single unit is cut from itself: nothing is kept. Of several
/// specified causes z the greatest cost bounds.
pub(super) fn unsearched(system: &Candidate, cause: &Specified, operations: u64) -> SystemPhi {
    let (units, states) = (system.units(), system.states());
    let columns = system.cause.chunks_exact(states).enumerate();
    // log₂ p_j by unit and its own past.
    let logs: Vec<[f64; 2]> = columns
        .map(|(unit, column)| {
            let is_on = system.state >> unit & 1 == 1;
            let mut sums = [0.0; 2];
            for (past, on) in column.iter().enumerate() {
                let value = if is_on { *on } else { 1.0 - on };
                for (own, sum) in sums.iter_mut().enumerate() {
                    if units == 1 || past >> unit & 1 == own {
                        *sum += value;
                    }
                }
            }
            let count = if units == 1 { states } else { states / 2 };
            sums.map(|sum| log2(sum / count as f64))
        })
        .collect();
    let specified = cause.states.iter().zip(&cause.selectivity);
    let costs = specified
        .zip(&cause.forward)
        .map(|((z, selectivity), forward)| {
            let own = |(unit, logs): (usize, &[f64; 2])| logs[(z >> unit & 1) as usize];
            let apart: f64 = logs.iter().enumerate().map(own).sum();
            selectivity * (log2(*forward) - apart)
        });
    let bound = costs.fold(0.0, f64::max);
    let mut report = SystemPhi::without_search(system.nodes.clone(), true, Vec::new());
    report.cause = Some(direction(cause, 0, units));
    report.bound = Bound::Upper;
    report.phi_s = bound;
    report.normalized_phi_s = bound / (units * (units - 1)).max(1) as f64;
    report.work = operations.div_ceil(OPERATIONS);
    report
}

/// Operations of the losses of all cuts for one specified state.
pub(super) fn losses_work(system: &Candidate) -> u64 {
    let (units, states) = (system.units() as u64, system.states() as u64);
    500 + states * units * (10 + units / 2)
}

#[cfg(test)]
mod tests {
    use super::super::effort::Effort;
    use super::super::network::{Limits, Network};
    use super::super::system::system_phi;
    use super::super::tpm::Tpm;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_search_gives_less_than_an_unbounded_one(
            units in 1usize..5,
            kind in 0u8..3,
            values in prop::collection::vec(0.0..=1.0f64, 17..40),
            state in 0u32..16,
        ) {
            let value = |k: usize| values[k % values.len()];
            // Noisy, coarse (with ties), and symmetric (with many).
            let tpm = Tpm::from_fn(units, |x, j| match kind {
                0 => value(x as usize * units + j),
                1 => (value(x as usize * units + j) * 2.0).round() / 2.0,
                _ => value(x.count_ones() as usize),
            });
            let bits: Vec<u8> = (0..units).map(|k| (state >> k & 1) as u8).collect();
            let none: Option<&[Vec<u8>]> = None;
            let network = Network::new(tpm.unwrap(), none, &bits, Limits::default()).unwrap();
            let nodes: Vec<usize> = (0..units).collect();
            let exact = system_phi(&network, &nodes, Effort::unlimited()).unwrap();
            for work_max in [0, 5_000, 20_000, 60_000] {
                let effort = Effort { work_max, ..Effort::unlimited() };
                let found = system_phi(&network, &nodes, effort).unwrap();
                prop_assert!(found.phi_s >= exact.phi_s - 1e-9, "{found:?} {exact:?}");
                if found.bound == Bound::Exact {
                    prop_assert!((found.phi_s - exact.phi_s).abs() < 1e-9);
                }
            }
        }
    }
}
