//! Relations: how the causes and effects of distinctions overlap.
//!
//! A distinction d has cause units C_d and effect units E_d, each a unit in a state, their union
//! U_d, and r_d = φ_d / |U_d|. A set D of at least two distinctions relates over O = ∩ U_d if that
//! is not empty, with φ_r = |O| min r_d; a single one relates to itself over C_d ∩ E_d, with
//! φ_r = |O| r_d. Sums never list relations:
//!
//! Σφ_r = Σ_d |C_d ∩ E_d| r_d + Σ_o Σ_i v_i (2^(m − 1 − i) − 1),
//!
//! v_0 ≤ … ≤ v_(m−1) being r_d of the m distinctions whose U_d has o; and the number of relations
//! by inclusion–exclusion over the sets of units O, with m(O) distinctions that have them all:
//! Σ_O (−1)^(|O| − 1) (2^m(O) − m(O) − 1), besides those of single distinctions.
//!
//! Reference: Albantakis et al. (2023).

use std::collections::BTreeMap;

use serde::Serialize;

/// A number of relations: exact as long as it fits 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Count {
    /// The number itself.
    Exact(u64),
    /// The number to about 12 digits.
    Rounded(f64),
}

impl Count {
    /// As a float.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Exact(count) => count as f64,
            Self::Rounded(count) => count,
        }
    }
}

/// What relations need to know of a distinction: its cause and effect as masks over units in
/// states, unit i in state s being bit 2 i + s, and its φ_d.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Related {
    /// C_d.
    pub cause: u64,
    /// E_d.
    pub effect: u64,
    /// φ_d, bits.
    pub phi: f64,
}

impl Related {
    fn union(&self) -> u64 {
        self.cause | self.effect
    }

    fn per_unit(&self) -> f64 {
        self.phi / f64::from(self.union().count_ones())
    }
}

/// Relations among as many distinctions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct OfDegree {
    /// Their number.
    pub count: Count,
    /// Their Σφ_r, bits.
    pub sum_phi: f64,
}

/// Distinctions per unit in a state, and how often sets of units have how many distinctions.
#[derive(Clone, Debug)]
pub struct Overlaps {
    selves: usize,
    selves_phi: f64,
    /// For each unit in a state the r_d of its distinctions, ascending.
    values: Vec<Vec<f64>>,
    /// At m: Σ (−1)^(|O| − 1) over the non-empty sets O with m(O) = m.
    signed: Vec<i64>,
}

/// Most units in states: two per unit of a structure.
const PAIRS_MAX: usize = 24;

impl Overlaps {
    /// Counts the overlaps of some distinctions. `None` when more than 24 units in states occur.
    #[must_use]
    pub fn new(distinctions: &[Related]) -> Option<Self> {
        let occurring = distinctions.iter().fold(0, |mask, d| mask | d.union());
        let pairs: Vec<u32> = (0..64).filter(|bit| occurring >> bit & 1 == 1).collect();
        if pairs.len() > PAIRS_MAX {
            return None;
        }
        let mut values = vec![Vec::new(); pairs.len()];
        let mut having = vec![0u32; 1 << pairs.len()];
        let mut overlaps = Self {
            selves: 0,
            selves_phi: 0.0,
            values: Vec::new(),
            signed: vec![0; distinctions.len() + 1],
        };
        for d in distinctions {
            let own = (d.cause & d.effect).count_ones();
            overlaps.selves += usize::from(own > 0);
            overlaps.selves_phi += f64::from(own) * d.per_unit();
            let mut mask = 0usize;
            for (place, bit) in pairs.iter().enumerate() {
                if d.union() >> bit & 1 == 1 {
                    mask |= 1 << place;
                    values[place].push(d.per_unit());
                }
            }
            having[mask] += 1;
        }
        values.iter_mut().for_each(|v| v.sort_by(f64::total_cmp));
        overlaps.values = values;
        // Sum over supersets.
        for place in 0..pairs.len() {
            for pair in having.chunks_exact_mut(2 << place) {
                let (without, with) = pair.split_at_mut(1 << place);
                without.iter_mut().zip(with).for_each(|(a, b)| *a += *b);
            }
        }
        for (set, count) in having.iter().enumerate().skip(1) {
            let odd = set.count_ones() % 2 == 1;
            overlaps.signed[*count as usize] += if odd { 1 } else { -1 };
        }
        Some(overlaps)
    }

    /// Σφ_r, bits.
    #[must_use]
    pub fn sum_phi(&self) -> f64 {
        let mut sum = self.selves_phi;
        for values in &self.values {
            let mut subsets = 1.0;
            for value in values.iter().rev() {
                sum += value * (subsets - 1.0);
                subsets *= 2.0;
            }
        }
        sum
    }

    /// Number of relations.
    #[must_use]
    pub fn count(&self) -> Count {
        let mut exact = Some(self.selves as i128);
        let mut rounded = self.selves as f64;
        let mut subsets = 1.0f64;
        for (m, sign) in self.signed.iter().enumerate() {
            let of_two = 1i128.checked_shl(m as u32).filter(|_| m < 100);
            let term = of_two.map(|s| i128::from(*sign) * (s - m as i128 - 1));
            exact = exact
                .zip(term.or((*sign == 0).then_some(0)))
                .map(|(a, b)| a + b);
            if *sign != 0 {
                rounded += *sign as f64 * (subsets - m as f64 - 1.0);
            }
            subsets *= 2.0;
        }
        counted(exact, rounded)
    }

    /// Number and Σφ_r of relations by the number of distinctions that they relate.
    #[must_use]
    pub fn by_degree(&self) -> BTreeMap<usize, OfDegree> {
        let mut degrees = BTreeMap::new();
        if self.selves > 0 {
            let own = OfDegree {
                count: Count::Exact(self.selves as u64),
                sum_phi: self.selves_phi,
            };
            degrees.insert(1, own);
        }
        // Binomial coefficients (m over k) for all m, and those of k − 1.
        let most = self.signed.len();
        let mut exact: Vec<Option<i128>> = (0..most).map(|m| Some(m as i128)).collect();
        let mut rounded: Vec<f64> = (0..most).map(|m| m as f64).collect();
        for degree in 2..most {
            let before = rounded.clone();
            for m in 0..most {
                let factor = (m + 1).saturating_sub(degree);
                let product = exact[m].and_then(|c| c.checked_mul(factor as i128));
                exact[m] = product.map(|c| c / degree as i128);
                rounded[m] *= factor as f64 / degree as f64;
            }
            let mut count = Some(0i128);
            let mut about = 0.0;
            for (m, sign) in self
                .signed
                .iter()
                .enumerate()
                .filter(|(_, sign)| **sign != 0)
            {
                let term = exact[m].and_then(|c| c.checked_mul(i128::from(*sign)));
                count = count.zip(term).and_then(|(a, b)| a.checked_add(b));
                about += *sign as f64 * rounded[m];
            }
            let count = counted(count, about);
            if count == Count::Exact(0) {
                break;
            }
            let mut sum_phi = 0.0;
            for values in &self.values {
                for (above, value) in values.iter().rev().enumerate() {
                    sum_phi += value * before[above];
                }
            }
            degrees.insert(degree, OfDegree { count, sum_phi });
        }
        degrees
    }
}

fn counted(exact: Option<i128>, rounded: f64) -> Count {
    match exact.and_then(|count| u64::try_from(count).ok()) {
        Some(count) => Count::Exact(count),
        None => Count::Rounded(rounded.max(0.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::numeric::{subsets_of, units_of};
    use super::*;
    use proptest::prelude::*;

    /// Lists all relations: their number and Σφ_r.
    fn listed(distinctions: &[Related]) -> (u64, f64) {
        let (mut count, mut sum) = (0, 0.0);
        let all = ((1u64 << distinctions.len()) - 1) as u32;
        for set in subsets_of(all).skip(1) {
            let members: Vec<&Related> = units_of(set).map(|k| &distinctions[k]).collect();
            let overlap = if set.count_ones() == 1 {
                members.iter().fold(u64::MAX, |o, d| o & d.cause & d.effect)
            } else {
                members.iter().fold(u64::MAX, |o, d| o & d.union())
            };
            let least = members
                .iter()
                .map(|d| d.per_unit())
                .fold(f64::INFINITY, f64::min);
            if overlap != 0 {
                count += 1;
                sum += f64::from(overlap.count_ones()) * least;
            }
        }
        (count, sum)
    }

    proptest! {
        #[test]
        fn closed_forms_agree_with_the_list(
            raw in prop::collection::vec((1u64..1024, 1u64..1024, 0.01..2.0f64), 0..9),
        ) {
            let related: Vec<Related> = raw
                .iter()
                .map(|(cause, effect, phi)| Related { cause: *cause, effect: *effect, phi: *phi })
                .collect();
            let (count, sum) = listed(&related);
            let overlaps = Overlaps::new(&related).unwrap();
            prop_assert_eq!(overlaps.count(), Count::Exact(count));
            prop_assert!((overlaps.sum_phi() - sum).abs() < 1e-9 * (1.0 + sum));
            let degrees = overlaps.by_degree();
            let total: f64 = degrees.values().map(|d| d.count.as_f64()).sum();
            let phi: f64 = degrees.values().map(|d| d.sum_phi).sum();
            prop_assert_eq!(total, count as f64);
            prop_assert!((phi - sum).abs() < 1e-9 * (1.0 + sum));
        }
    }

    #[test]
    fn many_distinctions_are_counted_beyond_64_bits() {
        let same = Related {
            cause: 1,
            effect: 1,
            phi: 1.0,
        };
        let overlaps = Overlaps::new(&[same; 70]).unwrap();
        let expected = 2.0f64.powi(70);
        assert!((overlaps.count().as_f64() / expected - 1.0).abs() < 1e-12);
        assert!(matches!(overlaps.count(), Count::Rounded(_)));
        let overlaps = Overlaps::new(&[same; 63]).unwrap();
        assert_eq!(overlaps.count(), Count::Exact(u64::MAX >> 1));
        assert!(Overlaps::new(&[same; 200]).unwrap().count().as_f64() > 1e60);
    }
}
