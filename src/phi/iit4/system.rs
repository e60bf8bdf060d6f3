//! φ_s of a candidate system: how much it is more than its parts, as cause and as effect.
//!
//! φ(θ) = max(0, min(φ_c(θ), φ_e(θ))); the minimum information partition (MIP) minimises φ(θ) per
//! cut pair, of equal ones it is the one with greater φ(θ), then the one with the smallest cut
//! matrix; φ_s = φ(MIP). With several specified states every pair of them has a MIP of its own and
//! the greatest φ_s counts; of equal pairs the one with the fewest units on is reported, then the
//! one with the smallest states, causes first. Reference: Albantakis et al. (2023).

use crate::phi::work::OPERATIONS;

use super::candidate::{Candidate, Unreachable};
use super::cut::Cut;
use super::effort::{Effort, Meter};
use super::error::Iit4Error;
use super::loss::Losses;
use super::network::Network;
use super::numeric::{ZERO, bits_of, log2, tied, units_of};
use super::report::{Bound, Differentiation, Direction, Mip, Reason, SystemPhi};
use super::search::{Minimum, minimise, ratio_lower_bound};
use super::specified::{Specified, effect_until, specified_cause};
use super::state_pairs::best_pair;
use super::tied::TiedCuts;
use super::unsearched::{losses_work, unsearched};

/// Computes φ_s of a set of units.
///
/// # Errors
/// When the units are not distinct units of the network.
pub fn system_phi(
    network: &Network,
    nodes: &[usize],
    effort: Effort,
) -> Result<SystemPhi, Iit4Error> {
    let mask = network.mask_of(nodes)?;
    Ok(phi_of_mask(network, mask, effort))
}

/// Computes φ_s of a non-empty mask of units.
pub(super) fn phi_of_mask(network: &Network, mask: u32, effort: Effort) -> SystemPhi {
    let nodes: Vec<usize> = units_of(mask).collect();
    let system = match Candidate::new(network, mask) {
        Ok(system) => system,
        Err(Unreachable::Network) => {
            let reasons = vec![Reason::NetworkStateUnreachable];
            return SystemPhi::without_search(nodes, false, reasons);
        }
        Err(Unreachable::Candidate) => {
            let reasons = vec![Reason::StateCannotBeProduced];
            return SystemPhi::without_search(nodes, false, reasons);
        }
    };
    if system.units() == 1 && system.sources[0] == 0 {
        return SystemPhi::without_search(nodes, true, vec![Reason::MonadWithNoSelfloop]);
    }
    if !system.strongly_connected() {
        return SystemPhi::without_search(nodes, true, vec![Reason::NoStrongConnectivity]);
    }
    let cause = specified_cause(&system);
    let Some(effect) = effect_until(&system, effort.stop) else {
        return unsearched(&system, &cause, cause.operations);
    };
    let mut reasons = Vec::new();
    if cause.ii <= ZERO {
        reasons.push(Reason::NoCause);
    }
    if effect.ii <= ZERO {
        reasons.push(Reason::NoEffect);
    }
    if !reasons.is_empty() {
        let mut report = SystemPhi::without_search(nodes, true, reasons);
        report.cause = Some(direction(&cause, 0, system.units()));
        report.effect = Some(direction(&effect, 0, system.units()));
        return report;
    }
    searched(&system, &cause, &effect, effort)
}

pub(super) fn direction(specified: &Specified, which: usize, units: usize) -> Direction {
    let all = ((1u64 << units) - 1) as u32;
    Direction {
        state: bits_of(specified.states[which], all),
        ii: specified.ii,
        tied_states: specified.states.iter().map(|z| bits_of(*z, all)).collect(),
        phi: None,
        signed_phi: None,
        selectivity: specified.selectivity[which],
        forward_p: specified.forward[which],
        partitioned_p: None,
        min_normalized: None,
    }
}

/// The search for one specified state.
fn minimum(losses: &Losses, meter: &mut Meter) -> Minimum {
    let found = if losses.units == 1 {
        let cut = Cut::of_one_unit();
        Minimum {
            ratio: losses.of_cut(&cut),
            tied: TiedCuts::only(cut.clone()),
            cut,
            exact: true,
        }
    } else {
        minimise(losses, meter)
    };
    meter.next_share();
    found
}

fn searched(
    system: &Candidate,
    cause: &Specified,
    effect: &Specified,
    effort: Effort,
) -> SystemPhi {
    let mut meter = Meter::new(effort, cause.states.len() + effect.states.len());
    // Every specified state has losses of its own, and those of the pair that counts are made again.
    let states = (cause.states.len() + effect.states.len() + 2) as u64;
    let specified = 3000 + cause.operations + effect.operations;
    if !meter.pay(specified + states * losses_work(system)) {
        return unsearched(system, cause, specified);
    }
    let of_cause = |k: usize| Losses::of_cause(system, cause.states[k], cause.selectivity[k]);
    let of_effect = |k: usize| Losses::of_effect(system, effect.states[k], effect.selectivity[k]);
    let causes: Vec<Minimum> = (0..cause.states.len())
        .map(|k| minimum(&of_cause(k), &mut meter))
        .collect();
    let effects: Vec<Minimum> = if causes.iter().all(Minimum::is_zero) {
        Vec::new()
    } else {
        (0..effect.states.len())
            .map(|k| minimum(&of_effect(k), &mut meter))
            .collect()
    };
    (effort.progress)(1.0);
    let best = best_pair(&causes, &effects, cause, effect);
    let (losses_c, losses_e) = (of_cause(best.cause), of_effect(best.effect));
    let mut report = SystemPhi::without_search(system.nodes.clone(), true, Vec::new());
    report.n_state_pairs = best.equal;
    let all = (system.states() - 1) as u32;
    let bits = |(k, l): &(usize, usize)| {
        [
            bits_of(cause.states[*k], all),
            bits_of(effect.states[*l], all),
        ]
    };
    report.tied_state_pairs = best.pairs.iter().map(bits).collect();
    report.work = meter.spent().div_ceil(OPERATIONS);
    let mut c = direction(cause, best.cause, system.units());
    let mut e = direction(effect, best.effect, system.units());
    c.min_normalized = Some(causes[best.cause].ratio.max(0.0));
    e.min_normalized = effects.get(best.effect).map(|m| m.ratio.max(0.0));
    report.cause = Some(c);
    report.effect = Some(e);
    let sides = [Some(&causes[best.cause]), effects.get(best.effect)];
    settle(
        &mut report,
        &losses_c,
        &losses_e,
        sides.into_iter().flatten(),
    );
    if meter.ended && report.phi_s > 0.0 {
        bound_above(&mut report, &causes, &effects);
        let lower = ratio_lower_bound(&losses_c).min(ratio_lower_bound(&losses_e));
        report.phi_s_lower = (lower * (system.units() as f64 - 1.0)).max(0.0);
    }
    differentiate(&mut report, system, cause.ii.min(effect.ii));
    report
}

/// Chooses the MIP among the tied cuts of the lesser direction, or of both, and fills the report.
fn settle<'a>(
    report: &mut SystemPhi,
    losses_c: &Losses,
    losses_e: &Losses,
    sides: impl Iterator<Item = &'a Minimum>,
) {
    let sides: Vec<&Minimum> = sides.collect();
    let ratio = sides
        .iter()
        .fold(f64::INFINITY, |r, side| r.min(side.ratio));
    let lesser = sides.iter().filter(|side| tied(side.ratio, ratio));
    let (mut truncated, mut decided) = (false, true);
    let mut cuts: Vec<(Vec<u32>, Cut)> = Vec::new();
    for side in lesser {
        truncated |= side.tied.truncated || !side.exact;
        decided &= side.tied.largest_known && side.exact;
        let own = side.tied.cuts.iter().chain([&side.cut]);
        cuts.extend(own.map(|cut| (cut.matrix_key(), cut.clone())));
    }
    cuts.sort();
    cuts.dedup();
    let phi = |cut: &Cut| losses_c.of_cut(cut).min(losses_e.of_cut(cut));
    let Some((_, first)) = cuts.first() else {
        return;
    };
    let mut mip = first;
    for (_, cut) in &cuts[1..] {
        if phi(cut) > phi(mip) && !tied(phi(cut), phi(mip)) {
            mip = cut;
        }
    }
    report.signed_phi_s = phi(mip);
    report.num_cut = Some(mip.pairs());
    if report.signed_phi_s <= ZERO || sides.iter().any(|side| side.is_zero()) {
        return;
    }
    report.phi_s = report.signed_phi_s;
    report.phi_s_lower = report.phi_s;
    report.normalized_phi_s = report.phi_s / f64::from(mip.pairs());
    let directions = [&mut report.cause, &mut report.effect];
    for (slot, losses) in directions.into_iter().zip([losses_c, losses_e]) {
        if let Some(side) = slot {
            let signed = losses.of_cut(mip);
            side.signed_phi = Some(signed);
            side.phi = Some(signed.max(0.0));
            side.partitioned_p = Some(losses.partitioned(mip));
        }
    }
    let mut values: Vec<f64> = cuts.iter().map(|(_, cut)| phi(cut)).collect();
    values.sort_by(f64::total_cmp);
    values.dedup_by(|a, b| tied(*a, *b));
    report.mip = Some(Mip {
        removed_edges: mip.edges(&report.nodes),
        num_cut: mip.pairs(),
        unique: cuts.len() == 1 && !truncated,
        n_tied: cuts.len(),
        admissible_removed_edges: cuts.iter().map(|(_, c)| c.edges(&report.nodes)).collect(),
        tied_truncated: truncated,
        greatest_decided: decided,
        tied_phi_values: values,
    });
}

/// Turns a report of a search that was ended into an upper bound: φ_s is the least ratio times the
/// pairs of the MIP, so no more than the best ratio times all pairs.
fn bound_above(report: &mut SystemPhi, causes: &[Minimum], effects: &[Minimum]) {
    let mut ratio = 0.0f64;
    for c in causes {
        for e in effects {
            ratio = ratio.max(c.ratio.min(e.ratio));
        }
    }
    let units = report.nodes.len();
    report.bound = Bound::Upper;
    report.normalized_phi_s = ratio;
    report.phi_s = ratio * (units * (units - 1)).max(1) as f64;
}

fn differentiate(report: &mut SystemPhi, system: &Candidate, ii: f64) {
    let states = system.states();
    let now = system.state as usize;
    let of = |columns: &[f64]| {
        let p: f64 = (0..system.units())
            .map(|unit| {
                let on = columns[unit * states + now];
                if now >> unit & 1 == 1 { on } else { 1.0 - on }
            })
            .product();
        if p > 0.0 && p < 1.0 { -log2(p) } else { 0.0 }
    };
    let d = Differentiation {
        cause: of(&system.cause),
        effect: of(&system.effect),
    };
    report.intrinsic_differentiation_2026 = Some(d);
    report.phi_s_2026 = report.phi_s.min(ii).min(d.cause).min(d.effect).max(0.0);
}

#[cfg(test)]
mod tests {
    use super::super::network::Limits;
    use super::super::set_partitions::SetPartitions;
    use super::super::state_pairs::preference;
    use super::super::tpm::Tpm;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// A network of one of several kinds: noisy, deterministic, coarse values, sparse, symmetric.
    fn network(units: usize, kind: u8, values: &[f64], state: u32) -> Network {
        let value = |k: usize| values[k % values.len()];
        let tpm = Tpm::from_fn(units, |x, j| match kind {
            0 => value(x as usize * units + j),
            1 => value(x as usize * units + j).round(),
            2 => (value(x as usize * units + j) * 4.0).round() / 4.0,
            3 => {
                let inputs = [(j + 1) % units, (j + 1 + value(j).round() as usize) % units];
                let bits = inputs.iter().fold(0, |b, i| b << 1 | (x >> i & 1) as usize);
                value(units + 4 * j + bits)
            }
            _ => value(x.count_ones() as usize),
        });
        let bits: Vec<u8> = (0..units).map(|k| (state >> k & 1) as u8).collect();
        let none: Option<&[Vec<u8>]> = None;
        Network::new(tpm.unwrap(), none, &bits, Limits::default()).unwrap()
    }

    /// All distinct cuts, from all labellings of all set partitions.
    fn all_cuts(units: usize) -> BTreeSet<Cut> {
        let mut cuts = BTreeSet::new();
        if units == 1 {
            cuts.insert(Cut::of_one_unit());
        }
        for blocks in SetPartitions::new(units)
            .iter()
            .filter(|blocks| blocks.len() > 1)
        {
            for labels in 0..3usize.pow(blocks.len() as u32) {
                // 0: inputs are cut, 1: outputs are cut, 2: both.
                let label = |k: usize| labels / 3usize.pow(k as u32) % 3;
                let mut kept = vec![0; units];
                for (b, target) in blocks.iter().enumerate() {
                    let open = |a: usize| a == b || (label(a) == 0 && label(b) == 1);
                    let inputs = (0..blocks.len()).filter(|a| open(*a));
                    let inputs = inputs.fold(0, |mask, a| mask | blocks[a]);
                    units_of(*target).for_each(|j| kept[j] = inputs);
                }
                cuts.insert(Cut { kept });
            }
        }
        cuts
    }

    #[test]
    fn distinct_cuts_are_as_many_as_published() {
        let counts: Vec<usize> = (2..=5).map(|units| all_cuts(units).len()).collect();
        assert_eq!(counts, [3, 22, 150, 1061]);
    }

    /// Probability of an outcome under a cut, averaged input by input.
    fn forward(columns: &[f64], outcome: u32, inputs: u32, cut: &Cut) -> f64 {
        let states = 1usize << cut.kept.len();
        let of_unit = |(unit, kept): (usize, &u32)| {
            let agree: Vec<f64> = (0..states)
                .filter(|x| (*x as u32 ^ inputs) & kept == 0)
                .map(|x| columns[unit * states + x])
                .collect();
            let on = agree.iter().sum::<f64>() / agree.len() as f64;
            if outcome >> unit & 1 == 1 {
                on
            } else {
                1.0 - on
            }
        };
        cut.kept.iter().enumerate().map(of_unit).product()
    }

    /// φ_s, φ per pair and all tied cuts of a pair of states, by trying every cut.
    fn tried(system: &Candidate, zc: (u32, f64), ze: (u32, f64)) -> (f64, f64, BTreeSet<Cut>) {
        let (units, now) = (system.units(), system.state);
        let uncut = Cut {
            kept: vec![((1u64 << units) - 1) as u32; units],
        };
        let mut priced = Vec::new();
        for cut in all_cuts(units) {
            let c =
                forward(&system.cause, now, zc.0, &uncut) / forward(&system.cause, now, zc.0, &cut);
            let e = forward(&system.effect, ze.0, now, &uncut)
                / forward(&system.effect, ze.0, now, &cut);
            let phi = (zc.1 * log2(c)).min(ze.1 * log2(e)).max(0.0);
            priced.push((phi / f64::from(cut.pairs()), phi, cut));
        }
        let least = priced.iter().fold(f64::INFINITY, |least, p| least.min(p.0));
        priced.retain(|p| p.0 <= least * (1.0 + 1e-11) + 1e-14);
        let phi = priced.iter().fold(0.0, |most: f64, p| most.max(p.1));
        (phi, least, priced.into_iter().map(|p| p.2).collect())
    }

    fn same_as_tried(net: &Network, mask: u32) -> Result<(), TestCaseError> {
        let effort = Effort {
            tied_cuts_max: 2000,
            ..Effort::unlimited()
        };
        let found = phi_of_mask(net, mask, effort);
        let Ok(system) = Candidate::new(net, mask) else {
            prop_assert!(!found.reachable);
            return Ok(());
        };
        prop_assert!(found.reachable && found.bound == Bound::Exact);
        if !found.reasons.is_empty() {
            prop_assert_eq!(found.phi_s, 0.0);
            return Ok(());
        }
        let (cause, effect) = (
            specified_cause(&system),
            super::super::specified::specified_effect(&system),
        );
        let mut best = (-1.0, 0.0, BTreeSet::new());
        for k in preference(&cause.states) {
            for l in preference(&effect.states) {
                let zc = (cause.states[k], cause.selectivity[k]);
                let ze = (effect.states[l], effect.selectivity[l]);
                let one = tried(&system, zc, ze);
                if one.0 > best.0 + 1e-11 {
                    best = one;
                }
            }
        }
        prop_assert!(
            (found.phi_s - best.0).abs() < 1e-10,
            "{} {}",
            found.phi_s,
            best.0
        );
        prop_assert!((found.normalized_phi_s - best.1).abs() < 1e-10);
        let one_cut = Effort {
            tied_cuts_max: 1,
            ..effort
        };
        let few = phi_of_mask(net, mask, one_cut);
        prop_assert!(few.phi_s <= found.phi_s + 1e-11);
        if few.mip.is_none_or(|mip| mip.greatest_decided) {
            prop_assert!((few.phi_s - found.phi_s).abs() < 1e-11);
        }
        if best.0 > 1e-9 {
            let mip = found.mip.unwrap();
            prop_assert!(!mip.tied_truncated);
            let edges = |cut: &Cut| cut.edges(&system.nodes);
            let ours: BTreeSet<_> = mip.admissible_removed_edges.into_iter().collect();
            let theirs: BTreeSet<_> = best.2.iter().map(edges).collect();
            prop_assert_eq!(ours, theirs);
            let most = best.2.iter().map(Cut::pairs).max().unwrap();
            let largest = best.2.iter().filter(|cut| cut.pairs() == most);
            let first = largest.min_by_key(|cut| cut.matrix_key()).unwrap();
            prop_assert_eq!(mip.removed_edges, edges(first));
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]
        #[test]
        fn the_search_finds_what_trying_all_cuts_finds(
            units in 1usize..=4,
            kind in 0u8..5,
            values in prop::collection::vec(0.0..=1.0f64, 64),
            state in 0u32..32,
            mask in 1u32..16,
        ) {
            let net = network(units, kind, &values, state);
            let all = (1u32 << units) - 1;
            same_as_tried(&net, all)?;
            if mask & all != 0 {
                same_as_tried(&net, mask & all)?;
            }
        }

        #[test]
        fn bounds_hold_when_the_effort_ends(
            kind in 0u8..5,
            values in prop::collection::vec(0.0..=1.0f64, 192),
            state in 0u32..64,
            work_max in 0u64..300_000,
        ) {
            let net = network(6, kind, &values, state);
            let exact = phi_of_mask(&net, 63, Effort::unlimited());
            let bounded = phi_of_mask(&net, 63, Effort { work_max, ..Effort::unlimited() });
            // What is specified is known before anything is refused: 3000 operations, 46 for each of
            // the 64 states as cause and 40 + 64 as effect, which is 12.6 units of work.
            prop_assert!(bounded.work <= work_max.div_ceil(OPERATIONS).max(13), "{}", bounded.work);
            prop_assert!(bounded.phi_s >= exact.phi_s - 1e-11);
            prop_assert!(bounded.normalized_phi_s >= exact.normalized_phi_s - 1e-11);
            prop_assert!(bounded.phi_s_lower <= exact.phi_s + 1e-11);
            if bounded.bound == Bound::Exact {
                prop_assert!((bounded.phi_s - exact.phi_s).abs() < 1e-12);
            }
            let stopped = phi_of_mask(&net, 63, Effort { stop: &|| true, ..Effort::unlimited() });
            prop_assert!(stopped.phi_s >= exact.phi_s - 1e-11);
            let searched = stopped.phi_s > 0.0 && stopped.work > 0;
            prop_assert!(stopped.bound == Bound::Upper || !searched);
        }

        #[test]
        fn the_number_of_workers_changes_no_bit(
            kind in 0u8..5,
            values in prop::collection::vec(0.0..=1.0f64, 640),
            state in 0u32..512,
            work_max in 10_000u64..200_000,
        ) {
            let net = network(9, kind, &values, state);
            let effort = Effort { work_max, ..Effort::unlimited() };
            let one = phi_of_mask(&net, 511, effort);
            let three = phi_of_mask(&net, 511, Effort { workers: 3, ..effort });
            prop_assert_eq!(one, three);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn five_units_are_the_same_as_well(
            kind in 0u8..5,
            values in prop::collection::vec(0.0..=1.0f64, 160),
            state in 0u32..32,
        ) {
            same_as_tried(&network(5, kind, &values, state), 31)?;
        }
    }
}
