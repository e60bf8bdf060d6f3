//! Relations when purviews tie: their values over all ways to choose among congruent purviews.

use crate::phi::work::Stop;

use serde::Serialize;

use super::distinction::Greatest;
use super::numeric::{TIE, ZERO, units_of};
use super::relations::{Count, Overlaps, Related};

/// Ways to resolve ties that are tried, and additions that may be spent on them.
const RESOLUTIONS_MAX: u64 = 1 << 18;
const RESOLUTION_WORK_MAX: u64 = 1 << 31;

/// Bounds over all resolutions of ties, when there are too many to try.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AdmissibleRange {
    /// Σφ_r lies within, bits. The bounds need not be attained.
    pub sum_phi_r: [f64; 2],
    /// The number of relations lies within.
    pub num_relations: [Count; 2],
}

/// A mechanism with its options on both sides that are congruent with the system.
#[derive(Clone, Debug)]
pub(super) struct Unfolded {
    /// Its units.
    pub(super) mechanism: u32,
    /// φ_d, bits.
    pub(super) phi: f64,
    /// Cause and effect.
    pub(super) sides: [Greatest; 2],
    /// Places of the congruent options of each.
    pub(super) congruent: [Vec<usize>; 2],
}

/// What relations need of one distinction under a choice of options.
pub(super) fn related(unfolded: &Unfolded, cause: usize, effect: usize) -> Related {
    let pairs = |side: usize, which: usize| {
        let option = &unfolded.sides[side].options[which];
        units_of(option.purview).fold(0u64, |mask, unit| {
            mask | 1 << (2 * unit + (option.state >> unit & 1) as usize)
        })
    };
    Related {
        cause: pairs(0, cause),
        effect: pairs(1, effect),
        phi: unfolded.phi,
    }
}

pub(super) fn valued(overlaps: Option<&Overlaps>) -> (f64, Count) {
    match overlaps {
        Some(overlaps) => (overlaps.sum_phi(), overlaps.count()),
        None => (f64::NAN, Count::Rounded(f64::NAN)),
    }
}

/// What is known of all resolutions.
pub(super) enum Admissible {
    /// There is but one.
    Single,
    /// Their values, distinct and ascending.
    Values(Vec<(f64, Count)>),
    /// Bounds.
    Range(AdmissibleRange),
}

/// Operations of one resolution.
pub(super) fn resolution_work(unfolded: &[Unfolded], chosen: &[Related]) -> u64 {
    let occurring = chosen.iter().fold(0, |mask, d| mask | d.cause | d.effect);
    let pairs = occurring.count_ones();
    (u64::from(pairs) + unfolded.len() as u64 + 1) << pairs
}

/// Tries all resolutions, or bounds them where that takes more than `work_max` operations. `chosen`
/// is one of them, `ways` their number. `None` when `stop` said so meanwhile.
pub(super) fn admissible(
    unfolded: &[Unfolded],
    chosen: &[Related],
    ways: u64,
    (work_max, stop): (u64, Stop<'_>),
) -> Option<Admissible> {
    let each = resolution_work(unfolded, chosen);
    Some(if ways == 1 {
        Admissible::Single
    } else if ways > RESOLUTIONS_MAX.min(RESOLUTION_WORK_MAX.min(work_max) / each) {
        Admissible::Range(range(unfolded))
    } else {
        Admissible::Values(resolutions(unfolded, stop)?)
    })
}

/// Σφ_r and number of relations of all resolutions, distinct and ascending.
fn resolutions(unfolded: &[Unfolded], stop: Stop<'_>) -> Option<Vec<(f64, Count)>> {
    let mut wheels = vec![0usize; 2 * unfolded.len()];
    let mut values: Vec<(f64, Count)> = Vec::new();
    loop {
        if stop() {
            return None;
        }
        let choice: Vec<Related> = unfolded
            .iter()
            .enumerate()
            .map(|(k, u)| {
                let (c, e) = (wheels[2 * k], wheels[2 * k + 1]);
                related(u, u.congruent[0][c], u.congruent[1][e])
            })
            .collect();
        values.push(valued(Overlaps::new(&choice).as_ref()));
        let mut turned = false;
        for (place, wheel) in wheels.iter_mut().enumerate() {
            *wheel += 1;
            if *wheel < unfolded[place / 2].congruent[place % 2].len() {
                turned = true;
                break;
            }
            *wheel = 0;
        }
        if !turned {
            break;
        }
    }
    values.sort_by(|a, b| {
        let counts = a.1.as_f64().total_cmp(&b.1.as_f64());
        counts.then(a.0.total_cmp(&b.0))
    });
    let near = |a: f64, b: f64| (a - b).abs() <= 10.0 * (TIE * a.abs().max(b.abs()) + ZERO);
    values.dedup_by(|a, b| near(a.0, b.0) && a.1 == b.1);
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    Some(values)
}

/// Bounds over all resolutions: overlaps grow with the sets of units, and φ_d per unit falls with
/// their number.
fn range(unfolded: &[Unfolded]) -> AdmissibleRange {
    let mut least = Vec::new();
    let mut most = Vec::new();
    for u in unfolded {
        let mut inner = Related {
            cause: u64::MAX,
            effect: u64::MAX,
            phi: u.phi,
        };
        let mut outer = Related {
            cause: 0,
            effect: 0,
            phi: u.phi,
        };
        let (mut smallest, mut largest) = (u32::MAX, 0);
        for c in &u.congruent[0] {
            for e in &u.congruent[1] {
                let one = related(u, *c, *e);
                inner.cause &= one.cause;
                inner.effect &= one.effect;
                outer.cause |= one.cause;
                outer.effect |= one.effect;
                let size = (one.cause | one.effect).count_ones();
                (smallest, largest) = (smallest.min(size), largest.max(size));
            }
        }
        // φ per unit is φ over the size of the union; rescale to the size that bounds it.
        let size = |d: &Related| f64::from((d.cause | d.effect).count_ones());
        inner.phi *= size(&inner) / f64::from(largest);
        outer.phi *= size(&outer) / f64::from(smallest);
        if inner.cause | inner.effect != 0 {
            least.push(inner);
        }
        most.push(outer);
    }
    let low = valued(Overlaps::new(&least).as_ref());
    let high = valued(Overlaps::new(&most).as_ref());
    AdmissibleRange {
        sum_phi_r: [low.0, high.0],
        num_relations: [low.1, high.1],
    }
}

#[cfg(test)]
mod tests {
    use super::super::distinction::PurviewOption;
    use super::super::mechanism_mip::MechanismMip;
    use super::*;
    use proptest::prelude::*;

    fn side(purviews: &[u32], phi: f64) -> Greatest {
        let option = |purview: &u32| PurviewOption {
            purview: *purview,
            state: 0,
            ii: 1.0,
            mip: MechanismMip {
                phi,
                pairs: 1,
                parts: Vec::new(),
            },
            n_states: 1,
        };
        Greatest {
            phi,
            options: purviews.iter().map(option).collect(),
        }
    }

    proptest! {
        #[test]
        fn bounds_hold_for_every_resolution(
            raw in prop::collection::vec(
                (
                    prop::collection::vec(1u32..32, 1..3),
                    prop::collection::vec(1u32..32, 1..3),
                    0.1..1.0f64,
                ),
                1..6,
            ),
        ) {
            let unfolded: Vec<Unfolded> = raw
                .iter()
                .map(|(causes, effects, phi)| Unfolded {
                    mechanism: 1,
                    phi: *phi,
                    sides: [side(causes, *phi), side(effects, *phi)],
                    congruent: [(0..causes.len()).collect(), (0..effects.len()).collect()],
                })
                .collect();
            let bounds = range(&unfolded);
            let values = resolutions(&unfolded, &|| false).unwrap();
            let chosen: Vec<Related> = unfolded.iter().map(|u| related(u, 0, 0)).collect();
            let (sum, count) = valued(Overlaps::new(&chosen).as_ref());
            let is_listed = values.iter().any(|v| (v.0 - sum).abs() < 1e-9 && v.1 == count);
            prop_assert!(is_listed);
            for (sum, count) in values {
                prop_assert!(sum >= bounds.sum_phi_r[0] - 1e-9);
                prop_assert!(sum <= bounds.sum_phi_r[1] + 1e-9);
                prop_assert!(count.as_f64() >= bounds.num_relations[0].as_f64());
                prop_assert!(count.as_f64() <= bounds.num_relations[1].as_f64());
            }
        }
    }
}
