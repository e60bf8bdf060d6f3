//! Sums of many terms of like size: an integer addition a bin instead of one a limb.
//!
//! Adding 1.5·2ᵏ to a term x with |x| < 2ᵏ⁻¹ rounds it to a multiple of the last place 2ᵏ⁻⁵², and
//! the bits of the result are an integer that counts such multiples; what was rounded away is known
//! exactly and goes to the next bin in the same way (Demmel & Nguyen, 2015, "Parallel reproducible
//! summation"). Two bins hold a term whole unless it is 2⁵² times smaller than the greatest that
//! fits.

use super::{ExactSum, FRACTION_BITS, SPECIAL};

/// The most terms of which the integers of a bin add up without overflow.
const TERMS: usize = 512;
/// Exponent k of the highest bin of [`Bins`].
const HIGHEST: i64 = 5;
/// Largest |term| of the bins' quick way through a slice.
const LARGEST: f64 = 8.0;

/// 1.5·2ᵏ, for −1022 ≤ k ≤ 1023.
const fn shifter(k: i64) -> f64 {
    f64::from_bits((((k + 1023) as u64) << FRACTION_BITS) | (1 << (FRACTION_BITS - 1)))
}

/// Sums of at most 512 terms in two bins, to be added to a sum by [`ExactSum::add_bins`].
///
/// Holds terms with 2⁻⁴⁷ ≤ |x| < 16, and 0; others make the sum wrong. One addition takes four
/// floating-point and two integer operations without a branch, so that loops stay vectorisable.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bins {
    high: u64,
    low: u64,
}

impl Bins {
    /// Least magnitude of a term other than 0: 2⁻⁴⁷.
    pub const LEAST: f64 = 7.105_427_357_601_002e-15;

    /// Adds a term.
    #[inline(always)]
    pub fn add(&mut self, term: f64) {
        self.add_with(term, [shifter(HIGHEST), shifter(HIGHEST - 52)]);
    }

    /// Adds a term to the bins of these shifters, and gives what fits neither.
    #[inline(always)]
    fn add_with(&mut self, term: f64, [high, low]: [f64; 2]) -> f64 {
        let first = term + high;
        let rest = term - (first - high);
        let second = rest + low;
        self.high = self.high.wrapping_add(first.to_bits());
        self.low = self.low.wrapping_add(second.to_bits());
        rest - (second - low)
    }
}

impl ExactSum {
    /// Adds terms, with the same sum as one by one.
    #[inline(always)]
    pub fn add_slice(&mut self, terms: &[f64]) {
        let shifters = [shifter(HIGHEST), shifter(HIGHEST - 52)];
        for chunk in terms.chunks(TERMS) {
            let (mut bins, mut odd, mut rests) = (Bins::default(), 0, 0);
            for term in chunk {
                rests |= bins.add_with(*term, shifters).to_bits();
                // Magnitudes of floats are ordered like their bits, NaN above all.
                odd |= LARGEST.to_bits().wrapping_sub(term.abs().to_bits());
            }
            if rests << 1 == 0 && odd >> 63 == 0 {
                self.add_bins(bins, chunk.len());
            } else {
                self.add_odd(chunk);
            }
        }
    }

    /// Adds bins of `count` terms.
    #[inline(always)]
    pub fn add_bins(&mut self, bins: Bins, count: usize) {
        self.add_bins_at(bins, count, HIGHEST);
    }

    #[inline(always)]
    fn add_bins_at(&mut self, bins: Bins, count: usize, k: i64) {
        for (bits, k) in [(bins.low, k - 52), (bins.high, k)] {
            let none = (count as u64).wrapping_mul(shifter(k).to_bits());
            let units = i128::from(bits.wrapping_sub(none).cast_signed());
            // Of 2^(k − 52), in places above 2⁻¹⁰⁷⁴.
            let place = (k - 52 + 1074) as usize;
            self.add_units(units << (place % 64), place / 64);
        }
    }

    /// Adds at most 512 terms in bins that suit the greatest of them, or one by one.
    #[inline(never)]
    fn add_odd(&mut self, terms: &[f64]) {
        let greatest = terms.iter().fold(0, |g, x| x.abs().to_bits().max(g));
        // |x| < 2ᵏ⁻¹ for all.
        let k = (greatest >> FRACTION_BITS) as i64 - 1023 + 2;
        let fits = (52 - 1022..=1023).contains(&k) && greatest >> FRACTION_BITS < SPECIAL;
        if fits {
            let shifters = [shifter(k), shifter(k - 52)];
            let (mut bins, mut rests) = (Bins::default(), 0);
            for term in terms {
                rests |= bins.add_with(*term, shifters).to_bits();
            }
            if rests << 1 == 0 {
                self.add_bins_at(bins, terms.len(), k);
                return;
            }
        }
        terms.iter().for_each(|term| self.add(*term));
    }
}
