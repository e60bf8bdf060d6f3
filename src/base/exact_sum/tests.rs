//! The sum beside an integer that is written bit by bit.

use std::fmt::Display;
use std::hash::{DefaultHasher, Hash, Hasher};

use proptest::prelude::*;

use super::{Bins, ExactSum};
use crate::base::num;

/// Signed counts of 2⁻¹⁰⁷⁴, 2⁻¹⁰⁷³, …: slow, and plainly right.
struct Reference(Vec<i64>);

impl Reference {
    fn of(terms: &[f64]) -> Self {
        let mut counts = vec![0; 2_200];
        for term in terms {
            let bits = term.abs().to_bits();
            let (exponent, fraction) = (bits >> 52, bits & ((1 << 52) - 1));
            let (mantissa, place) = match exponent {
                0 => (fraction, 0),
                _ => (fraction + (1 << 52), exponent as usize - 1),
            };
            let sign = if term.is_sign_negative() { -1 } else { 1 };
            for k in (0..53).filter(|k| mantissa >> k & 1 == 1) {
                counts[place + k] += sign;
            }
        }
        Self(counts)
    }

    /// The bits of the magnitude, lowest first, and whether the sum is negative.
    fn magnitude(&self) -> (Vec<bool>, bool) {
        for sign in [1, -1] {
            let mut carry = 0;
            let bits = self.0.iter().map(|count| {
                carry += sign * count;
                let bit = carry.rem_euclid(2);
                carry = (carry - bit) / 2;
                bit == 1
            });
            let bits: Vec<bool> = bits.collect();
            if carry == 0 {
                return (bits, sign < 0);
            }
        }
        panic!("a number or its opposite has a magnitude");
    }

    fn value(&self) -> f64 {
        let (bits, is_negative) = self.magnitude();
        let length = bits.iter().rposition(|bit| *bit).map_or(0, |k| k + 1);
        let first = length.saturating_sub(53);
        let mut mantissa = bits[first..length]
            .iter()
            .rev()
            .fold(0u64, |m, bit| 2 * m + u64::from(*bit));
        let half = first > 0 && bits[first - 1];
        let beyond = first > 0 && bits[..first - 1].contains(&true);
        mantissa += u64::from(half && (beyond || mantissa % 2 == 1));
        let value = lifted(mantissa as f64, first as i32);
        if is_negative { -value } else { value }
    }
}

fn power(k: i32) -> f64 {
    f64::from_bits(((k + 1023) as u64) << 52)
}

/// x · 2^(k − 1074) for a whole x below 2⁵⁴ and k ≥ 0, infinite where that is no double.
fn lifted(x: f64, k: i32) -> f64 {
    let small = x * f64::from_bits(1);
    let steps = [k / 3, k / 3, k - k / 3 * 2];
    steps.into_iter().fold(small, |x, step| x * power(step))
}

fn sum(terms: &[f64]) -> ExactSum {
    let mut sum = ExactSum::default();
    terms.iter().for_each(|term| sum.add(*term));
    sum
}

fn hash(sum: &ExactSum) -> u64 {
    let mut hasher = DefaultHasher::new();
    sum.hash(&mut hasher);
    hasher.finish()
}

fn good<T, E: Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

fn bytes(sum: &ExactSum) -> Vec<u8> {
    good(postcard::to_stdvec(sum))
}

fn text(sum: &ExactSum) -> String {
    good(serde_json::to_string(sum))
}

/// Equal, and equal in every form that leaves the program.
fn assert_same(a: &ExactSum, b: &ExactSum) {
    assert_eq!(a, b);
    assert_eq!(hash(a), hash(b));
    assert_eq!(bytes(a), bytes(b));
    assert_eq!(text(a), text(b));
}

fn near(centre: i32, width: i32) -> impl Strategy<Value = f64> {
    (-width..=width, 0u64..1 << 52, any::<bool>()).prop_map(move |(k, fraction, sign)| {
        let exponent = (centre + k + 1023).clamp(0, 2046) as u64;
        f64::from_bits((u64::from(sign) << 63) | (exponent << 52) | fraction)
    })
}

/// Terms all over the range, terms of like size anywhere, and terms with their opposites.
fn terms() -> impl Strategy<Value = Vec<f64>> {
    let anywhere = prop::collection::vec(near(0, 1100), 0..40);
    let alike = (-1080..1030, 0..150)
        .prop_flat_map(|(centre, width)| prop::collection::vec(near(centre, width), 0..600));
    let cancelling = prop::collection::vec(near(0, 300), 1..20).prop_map(|mut terms| {
        terms.extend(terms.clone().iter().rev().skip(1).map(|x| -x));
        terms
    });
    prop_oneof![anywhere, alike, cancelling]
}

proptest! {
    #[test]
    fn a_sum_is_the_rounded_integer_in_any_order_and_split(
        terms in terms(), cuts in (0.0..1.0f64, 0.0..1.0f64),
    ) {
        let whole = sum(&terms);
        let expected = Reference::of(&terms).value();
        prop_assert_eq!(whole.value(), expected);
        prop_assert_eq!(whole.is_finite(), expected.is_finite());

        let mut slice = ExactSum::default();
        slice.add_slice(&terms);
        assert_same(&whole, &slice);

        let at = |share: f64| (share * terms.len() as f64) as usize;
        let (a, b) = (at(cuts.0.min(cuts.1)), at(cuts.0.max(cuts.1)));
        let mut parts = [&terms[b..], &terms[..a], &terms[a..b]].map(|part| {
            let mut backwards = part.to_vec();
            backwards.reverse();
            sum(&backwards)
        });
        let [first, second, third] = &mut parts;
        second.merge(third);
        first.merge(second);
        assert_same(&whole, first);
    }

    #[test]
    fn opposites_leave_nothing_behind(terms in terms()) {
        let mut all = sum(&terms);
        terms.iter().for_each(|term| all.add(-term));
        assert_same(&all, &ExactSum::default());
        prop_assert_eq!(all.value().to_bits(), 0);
        // And a sum that went far and came back is what it would be without.
        all.add(1.5);
        assert_same(&all, &sum(&[1.5]));
    }

    #[test]
    fn written_sums_come_back(terms in terms()) {
        let own = sum(&terms);
        let back: ExactSum = good(postcard::from_bytes(&bytes(&own)));
        assert_same(&own, &back);
        let mut back: ExactSum = good(serde_json::from_str(&text(&own)));
        assert_same(&own, &back);
        back.add_slice(&terms);
        assert_same(&back, &sum(&[&terms[..], &terms[..]].concat()));
    }

    #[test]
    fn bins_hold_what_they_promise(
        terms in prop::collection::vec(near(-22, 25), 0..=512), zeros in 0usize..5,
    ) {
        let mut terms = terms;
        terms.truncate(512 - zeros);
        terms.extend([0.0, -0.0, Bins::LEAST, -Bins::LEAST].iter().take(zeros));
        let mut bins = Bins::default();
        terms.iter().for_each(|term| bins.add(*term));
        let mut binned = ExactSum::default();
        binned.add_bins(bins, terms.len());
        assert_same(&binned, &sum(&terms));
    }

    #[test]
    fn scaled_integers_add_up_exactly(
        parts in prop::collection::vec((any::<i64>(), any::<i64>(), -1074..900), 1..5),
    ) {
        let mut own = ExactSum::default();
        let mut terms = Vec::new();
        for (high, low, exponent) in parts {
            own.add_scaled((i128::from(high) << 60) + i128::from(low), exponent);
            // Halves of 32 bits are doubles.
            for (part, above) in [(high, 60), (low, 0)] {
                for (half, above) in [(part >> 32, above + 32), (part & 0xFFFF_FFFF, above)] {
                    terms.push(lifted(half as f64, exponent + 1074 + above));
                }
            }
        }
        assert_same(&own, &sum(&terms));
    }
}

#[test]
fn what_is_small_survives_what_is_large() {
    assert_eq!(sum(&[1e300, 1.0, -1e300]).value(), 1.0);
    assert_eq!(sum(&[1e300, 1e-300, -1e300]).value(), 1e-300);
    assert_eq!(sum(&[f64::MAX, 5e-324, -f64::MAX]).value(), 5e-324);
    assert_eq!(sum(&[0.1; 10]).value(), 1.0);
    let mut slice = ExactSum::default();
    slice.add_slice(&[1e300, 1.0, -1e300, 1e-200]);
    assert_eq!(slice.value(), 1.0);
    assert_eq!(sum(&[5e-324; 3]).value(), 1.5e-323);
    assert_eq!(
        sum(&[f64::MIN_POSITIVE, -5e-324]).value(),
        f64::MIN_POSITIVE - 5e-324
    );
}

#[test]
fn ties_go_to_even() {
    let half = f64::EPSILON / 2.0;
    assert_eq!(sum(&[1.0, half]).value(), 1.0);
    assert_eq!(sum(&[1.0, half, 1e-300]).value(), 1.0 + f64::EPSILON);
    assert_eq!(sum(&[1.0, half, -1e-300]).value(), 1.0);
    let odd = 1.0 + f64::EPSILON;
    assert_eq!(sum(&[odd, half]).value(), 1.0 + 2.0 * f64::EPSILON);
    assert_eq!(sum(&[-odd, -half]).value(), -1.0 - 2.0 * f64::EPSILON);
    // A carry into the next power of two.
    assert_eq!(sum(&[2.0 - f64::EPSILON, half]).value(), 2.0);
}

#[test]
fn a_sum_beyond_all_doubles_is_infinite_and_can_come_back() {
    let mut own = sum(&[f64::MAX; 1_000]);
    assert_eq!(own.value(), f64::INFINITY);
    assert!(!own.is_finite());
    own.merge(&sum(&[-f64::MAX; 999]));
    assert_eq!(own.value(), f64::MAX);
    assert!(own.is_finite());
    assert_same(&own, &sum(&[f64::MAX]));
    assert_eq!(sum(&[-f64::MAX, -f64::MAX]).value(), f64::NEG_INFINITY);
    // Half of a last place more than the greatest double rounds to infinity, less does not.
    let half = power(970);
    assert_eq!(sum(&[f64::MAX, half]).value(), f64::INFINITY);
    assert_eq!(sum(&[f64::MAX, half, -1.0]).value(), f64::MAX);
}

#[test]
fn a_term_that_is_no_finite_number_is_not_hidden() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let marked = sum(&[1.0, bad, -1.0]);
        assert!(marked.value().is_nan() && !marked.is_finite());
        assert_ne!(marked, ExactSum::default());
        // Nothing else of it can be seen.
        assert_same(&marked, &sum(&[bad, 1e300, 1e-300]));
        let mut other = sum(&[2.0]);
        other.merge(&marked);
        other.add(3.0);
        assert_same(&other, &marked);
        let mut slice = ExactSum::default();
        slice.add_slice(&[vec![0.5; 700], vec![bad], vec![0.5; 3]].concat());
        assert_same(&slice, &marked);
        let back: ExactSum = good(postcard::from_bytes(&bytes(&marked)));
        assert_same(&back, &marked);
    }
}

#[test]
fn slices_add_up_like_their_terms_whatever_their_size() {
    for scale in [
        0.0, 1e-320, 1e-200, 1e-14, 1e-9, 1.0, 8.0, 1e5, 1e200, 1e307,
    ] {
        let mut terms: Vec<f64> = (0..1_237)
            .map(|k| scale * num::sin(f64::from(k) * 0.7))
            .collect();
        for odd in [None, Some(1e-30), Some(1e30)] {
            terms[700] = odd.unwrap_or(terms[700]);
            let mut all = ExactSum::default();
            all.add_slice(&terms);
            assert_same(&all, &sum(&terms));
            assert_eq!(all.value(), Reference::of(&terms).value());
        }
    }
}

#[test]
fn sums_of_terms_of_like_size_are_small() {
    assert!(size_of::<ExactSum>() <= 48);
    for scale in [1e-12, 1.0, 1e12] {
        let mut own = ExactSum::default();
        for k in 0..10_000 {
            own.add(scale * num::sin(f64::from(k)));
        }
        assert!(own.wide.is_none());
        assert!(bytes(&own).len() <= 34);
    }
}

#[test]
fn bytes_that_are_no_sum_are_refused() {
    let read = |low: u8, limbs: &[u64]| -> Result<ExactSum, _> {
        postcard::from_bytes(&good(postcard::to_stdvec(&(false, low, limbs))))
    };
    assert!(read(33, &[1, 1]).is_err() && read(200, &[1]).is_err());
    assert!(read(33, &[1 << 63]).is_err() && read(0, &[0; 40]).is_err());
    // Limbs that say nothing are read, and not kept.
    let long = good(read(10, &[0, 0, 0, 0, 0, 7, 0, 0, 0]));
    assert_same(&long, &good(read(15, &[7])));
}
