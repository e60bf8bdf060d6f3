//! The logarithm of the theory, and when two numbers count as equal.

use std::f64::consts::LOG2_E;

use crate::base::num;

/// Relative difference within which two values are a tie. Rounding leaves some 1e-15 per term;
/// differences between unequal values of real networks lie far above.
pub const TIE: f64 = 1e-11;

/// Magnitude, in bits, below which a value counts as zero.
pub const ZERO: f64 = 1e-12;

/// Binary logarithm.
#[inline]
#[must_use]
pub fn log2(x: f64) -> f64 {
    num::ln(x) * LOG2_E
}

/// 2 to the power `x`.
#[inline]
#[must_use]
pub fn exp2(x: f64) -> f64 {
    num::exp(x * std::f64::consts::LN_2)
}

/// Whether two values differ by rounding alone.
#[inline]
#[must_use]
pub fn tied(a: f64, b: f64) -> bool {
    (a - b).abs() < TIE * a.abs().max(b.abs()) + 0.1 * ZERO
}

/// The units of a mask, ascending.
pub fn units_of(mask: u32) -> impl Iterator<Item = usize> {
    let mut left = mask;
    std::iter::from_fn(move || {
        if left == 0 {
            return None;
        }
        let unit = left.trailing_zeros() as usize;
        left &= left - 1;
        Some(unit)
    })
}

/// All subsets of a mask in ascending order, the empty one first. The place of a subset in this
/// order is its compact index: its bits drawn together.
pub fn subsets_of(mask: u32) -> impl Iterator<Item = u32> {
    let mut next = Some(0u32);
    std::iter::from_fn(move || {
        let subset = next?;
        let after = subset.wrapping_sub(mask) & mask;
        next = (after != 0).then_some(after);
        Some(subset)
    })
}

/// The bits of `state` at the places of `mask`, drawn together.
#[inline]
#[must_use]
pub fn compact(state: u32, mask: u32) -> usize {
    let (mut out, mut place, mut left) = (0usize, 0u32, mask);
    while left != 0 {
        let unit = left.trailing_zeros();
        out |= ((state >> unit & 1) as usize) << place;
        place += 1;
        left &= left - 1;
    }
    out
}

/// The low bits of `index` put at the places of `mask`; the inverse of [`compact`].
#[inline]
#[must_use]
pub fn spread(index: u32, mask: u32) -> u32 {
    let (mut out, mut place) = (0, 0);
    for unit in units_of(mask) {
        out |= (index >> place & 1) << unit;
        place += 1;
    }
    out
}

/// The states of the units of `mask`, one number each, ascending by unit.
#[must_use]
pub fn bits_of(state: u32, mask: u32) -> Vec<u8> {
    units_of(mask)
        .map(|unit| (state >> unit & 1) as u8)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_expand_and_contract() {
        let mask = 0b1011_0010;
        for (index, subset) in subsets_of(mask).enumerate() {
            assert_eq!(compact(subset, mask), index);
            assert_eq!(spread(index as u32, mask), subset);
        }
        assert_eq!(subsets_of(mask).count(), 16);
        assert_eq!(subsets_of(0).count(), 1);
        assert_eq!(units_of(mask).collect::<Vec<_>>(), [1, 4, 5, 7]);
        assert_eq!(bits_of(0b10_0010, mask), [1, 0, 1, 0]);
    }

    #[test]
    fn powers_of_two_are_their_own_logarithms() {
        for k in -20..20 {
            let x = libm::ldexp(1.0, k);
            assert!((log2(x) - f64::from(k)).abs() < 1e-14);
            assert!((exp2(f64::from(k)) / x - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn ties_are_relative_above_and_absolute_below() {
        assert!(tied(1.0, 1.0 + 5e-12));
        assert!(!tied(1.0, 1.0 + 5e-11));
        assert!(tied(0.0, 1e-14));
        assert!(!tied(0.0, 1e-12));
        assert!(!tied(0.0, f64::NEG_INFINITY));
    }
}
