//! Numbers: the one place for transcendental functions, and sums that do not depend on order.
//!
//! The functions come from a pure-Rust libm, which rounds the same on every machine; the standard
//! library's forward to whatever the platform offers. They are banned elsewhere by `clippy.toml`.

use serde::{Deserialize, Serialize};

pub use std::f64::consts::{PI, TAU};

/// Sine of an angle in radians.
#[inline]
#[must_use]
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Cosine of an angle in radians.
#[inline]
#[must_use]
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// Sine and cosine of an angle in radians.
#[inline]
#[must_use]
pub fn sin_cos(x: f64) -> (f64, f64) {
    libm::sincos(x)
}

/// Natural exponential.
#[inline]
#[must_use]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// eˣ − 1 without cancellation near x = 0.
#[inline]
#[must_use]
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// Arc sine in radians, in [−π/2, π/2]; NaN outside [−1, 1].
#[inline]
#[must_use]
pub fn asin(x: f64) -> f64 {
    libm::asin(x)
}

/// Natural logarithm.
#[inline]
#[must_use]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// Angle of the point (x, y), in (−π, π].
#[inline]
#[must_use]
pub fn atan2(y: f64, x: f64) -> f64 {
    libm::atan2(y, x)
}

/// Length of the vector (x, y) without overflow on the way.
#[inline]
#[must_use]
pub fn hypot(x: f64, y: f64) -> f64 {
    libm::hypot(x, y)
}

/// `base` to the power `exponent`.
#[inline]
#[must_use]
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// An angle brought into [0, 2π).
#[inline]
#[must_use]
pub fn wrap_angle(theta_rad: f64) -> f64 {
    let wrapped = theta_rad - TAU * libm::floor(theta_rad / TAU);
    if wrapped >= TAU { 0.0 } else { wrapped }
}

/// A sum whose value does not depend on the order of its terms.
///
/// Every term is rounded once to a multiple of 2⁻⁴⁰ and added as an integer, so the sum over any
/// split of the terms among nodes is the same bits. Terms up to ±2⁶² are represented (beyond, and
/// for NaN, the sum is marked and [`FixedSum::value`] gives NaN); 2²⁴ of the largest fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedSum {
    units: i128,
    overflowed: bool,
}

/// 2⁴⁰: units in 1.0.
const FIXED_ONE: f64 = 1_099_511_627_776.0;
/// 1.5·2¹², whose last place is 2⁻⁴⁰.
const FIXED_ROUND: f64 = 6144.0;
/// 2²³: below it, a term in units fits 64 bits.
const FIXED_SHORT: f64 = 8_388_608.0;
/// 2⁶²: the largest magnitude of a term; 2²⁴ such terms fit.
const FIXED_TERM_MAX: f64 = 4_611_686_018_427_387_904.0;

impl FixedSum {
    /// Adds one term.
    #[inline]
    pub fn add(&mut self, term: f64) {
        // A NaN fails the comparison and is marked as well.
        if term.abs() < FIXED_SHORT {
            self.units += i128::from((term * FIXED_ONE).round_ties_even() as i64);
        } else if term.abs() < FIXED_TERM_MAX {
            self.units += (term * FIXED_ONE).round_ties_even() as i128;
        } else {
            self.overflowed = true;
        }
    }

    /// Adds terms, with the same sum as one by one.
    #[inline(always)]
    pub fn add_slice(&mut self, terms: &[f64]) {
        for chunk in terms.chunks(512) {
            let (mut bits, mut largest) = (0u64, 0u64);
            for term in chunk {
                bits = bits.wrapping_add(Self::bits_of(*term));
                // Magnitudes of floats are ordered like their bits, NaN above all.
                largest = largest.max(term.abs().to_bits());
            }
            if largest > 8f64.to_bits() {
                chunk.iter().for_each(|term| self.add(*term));
            } else {
                self.add_bits(bits, chunk.len());
            }
        }
    }

    /// A term of at most 8 as bits that add up: see [`FixedSum::add_bits`].
    ///
    /// In 1.5·2¹² + x the last place is 2⁻⁴⁰, so the bits are those of 1.5·2¹² plus the term in
    /// units of 2⁻⁴⁰, rounded to nearest.
    #[inline(always)]
    #[must_use]
    pub fn bits_of(term: f64) -> u64 {
        (term + FIXED_ROUND).to_bits()
    }

    /// Adds `count` terms, given the wrapping sum of their [`FixedSum::bits_of`].
    #[inline(always)]
    pub fn add_bits(&mut self, bits: u64, count: usize) {
        let units = bits.wrapping_sub((count as u64).wrapping_mul(FIXED_ROUND.to_bits()));
        self.units += i128::from(units.cast_signed());
    }

    /// Adds every term of another sum.
    #[inline]
    pub fn merge(&mut self, other: &Self) {
        self.units += other.units;
        self.overflowed |= other.overflowed;
    }

    /// The sum, within n · 2⁻⁴⁰ of the real one; NaN when a term did not fit.
    #[must_use]
    pub fn value(&self) -> f64 {
        if self.overflowed {
            f64::NAN
        } else {
            self.units as f64 / FIXED_ONE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn fixed_sum_ignores_order_and_split(
            terms in prop::collection::vec(-1000.0..1000.0f64, 0..200),
            cut in 0usize..200,
        ) {
            let mut forward = FixedSum::default();
            terms.iter().for_each(|&t| forward.add(t));
            let cut = cut.min(terms.len());
            let (mut left, mut right) = (FixedSum::default(), FixedSum::default());
            terms[cut..].iter().rev().for_each(|&t| right.add(t));
            terms[..cut].iter().rev().for_each(|&t| left.add(t));
            right.merge(&left);
            prop_assert_eq!(forward, right);
            let plain: f64 = terms.iter().sum();
            prop_assert!((forward.value() - plain).abs() < 1e-9);
        }

        #[test]
        fn wrapped_angles_lie_in_one_turn(theta in -1e6..1e6f64) {
            let w = wrap_angle(theta);
            prop_assert!((0.0..TAU).contains(&w));
            prop_assert!((sin(w) - sin(theta)).abs() < 1e-9);
        }
    }

    #[test]
    fn slices_add_up_like_their_terms() {
        // Within and beyond the bound of the fast path, and with what does not fit at all.
        for (scale, bad) in [(1.0, None), (8.0, None), (1e5, None), (1.0, Some(f64::NAN))] {
            let mut terms: Vec<f64> = (0..1_237)
                .map(|k| scale * sin(f64::from(k) * 0.7))
                .collect();
            if let Some(bad) = bad {
                terms[700] = bad;
            }
            let (mut one, mut all) = (FixedSum::default(), FixedSum::default());
            terms.iter().for_each(|term| one.add(*term));
            all.add_slice(&terms);
            assert_eq!(one, all, "{scale} {bad:?}");
        }
    }

    #[test]
    fn a_term_that_does_not_fit_is_not_hidden() {
        for bad in [f64::NAN, f64::INFINITY, 1e19, -FIXED_TERM_MAX] {
            let mut sum = FixedSum::default();
            sum.add(1.0);
            sum.add(bad);
            assert!(sum.value().is_nan(), "{bad}");
        }
        let mut sum = FixedSum::default();
        for large in [1e15, 1.5, -8_388_608.0, 3e18, -3e18] {
            sum.add(large);
        }
        assert_eq!(sum.value(), 1e15 + 1.5 - 8_388_608.0);
    }
}
