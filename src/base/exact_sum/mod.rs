//! `ExactSum`: a sum of doubles without any error, so that neither order nor split of its terms
//! shows.
//!
//! Every finite double is an integer times 2⁻¹⁰⁷⁴. The sum is kept as such an integer, in limbs of
//! 64 bits, and rounded once when its value is asked for (Kulisch, 2013, "Computer arithmetic and
//! validity", ch. 8). Only the limbs in use are kept: a window of four for terms of like size, and
//! all 34 for a sum whose terms lie too far apart for it.

mod bins;
mod form;
#[cfg(test)]
mod tests;

pub use bins::Bins;

/// Limbs of the widest sum: the 2,098 bits of the finite doubles, and room for 2⁷⁶ of the largest.
const LIMBS: usize = 34;
/// Limbs of the window.
const WINDOW: usize = 4;
/// Where the window of an empty sum stands: terms from 2⁻¹²⁶ to 2⁶⁶ fit without moving it.
const HOME: u8 = 14;
/// The magnitude of the highest limb stays below, so that one more addition cannot overflow.
const ROOM: u64 = 1 << 62;
/// Bits of a double below its exponent, and their number.
const FRACTION: u64 = (1 << FRACTION_BITS) - 1;
const FRACTION_BITS: u32 = 52;
/// Binary places of the smallest double, 2⁻¹⁰⁷⁴.
const LEAST_PLACES: i32 = 1074;
/// The exponent field of infinities and NaNs.
const SPECIAL: u64 = 0x7FF;

/// An exact sum of doubles.
///
/// - Terms are all finite doubles, subnormals too; up to 2⁷⁶ of them. A term that is NaN or infinite
///   marks the sum, whose value is NaN from then on.
/// - The same terms give equal sums, equal bytes and equal hashes, in any order and however they were
///   split and merged. Sums of different terms are equal when they are the same number.
/// - [`Self::value`] rounds to the nearest double, ties to even. It is ±∞ when the sum is too large
///   for one, and never −0.
///
/// A sum takes 48 bytes; one whose terms span more than about 128 bits takes 272 more.
#[derive(Clone, Debug)]
pub struct ExactSum {
    /// Two's complement, lowest first: limb k of the window counts 2^(64·(low + k) − 1074).
    window: [u64; WINDOW],
    low: u8,
    marked: bool,
    /// All limbs, where the window is too narrow; the window is then without meaning.
    wide: Option<Box<[u64; LIMBS]>>,
}

impl Default for ExactSum {
    fn default() -> Self {
        Self {
            window: [0; WINDOW],
            low: HOME,
            marked: false,
            wide: None,
        }
    }
}

impl ExactSum {
    /// Adds one term.
    #[inline]
    pub fn add(&mut self, term: f64) {
        let bits = term.to_bits();
        let exponent = (bits >> FRACTION_BITS) & SPECIAL;
        if exponent == SPECIAL {
            self.mark();
            return;
        }
        // Subnormals have the scale of the smallest normal numbers, and no hidden bit.
        let hidden = u64::from(exponent != 0);
        let mantissa = (bits & FRACTION) | (hidden << FRACTION_BITS);
        let shift = exponent - hidden;
        let magnitude = i128::from(mantissa) << (shift % 64);
        let units = if term < 0.0 { -magnitude } else { magnitude };
        self.add_units(units, (shift / 64) as usize);
    }

    /// Adds every term of another sum.
    #[inline]
    pub fn merge(&mut self, other: &Self) {
        if other.marked {
            self.mark();
        } else if self.low == other.low && self.wide.is_none() && other.wide.is_none() {
            self.add_window(other.window);
        } else {
            let (from, limbs) = other.limbs();
            self.merge_limbs(from, limbs);
        }
    }

    /// Adds `units` · 2^exponent. What is no multiple of 2⁻¹⁰⁷⁴, or of a magnitude of 2¹¹⁰⁰ or
    /// more, may mark the sum.
    pub fn add_scaled(&mut self, units: i128, exponent: i32) {
        const PART: u32 = 60;
        let magnitude = units.unsigned_abs();
        for k in 0..3 {
            let part = (magnitude >> (PART * k)) & ((1 << PART) - 1);
            if part == 0 {
                continue;
            }
            let place = i64::from(exponent) + i64::from(LEAST_PLACES) + i64::from(PART * k);
            match usize::try_from(place) {
                Ok(place) if place / 64 + 2 <= LIMBS => {
                    let part = part.cast_signed() << (place % 64);
                    self.add_units(part * units.signum(), place / 64);
                }
                _ => self.mark(),
            }
        }
    }

    /// Whether the value is a finite number.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        // A window that ends below 2¹⁰²⁴ needs no closer look.
        let ends_low = 64 * (i32::from(self.low) + WINDOW as i32) <= LEAST_PLACES + 1024;
        !self.marked && ((self.wide.is_none() && ends_low) || self.value().is_finite())
    }

    /// The sum, rounded once to the nearest double, ties to even; NaN after a term that was no
    /// finite number, ±∞ when the sum is too large for a double.
    #[must_use]
    pub fn value(&self) -> f64 {
        if self.marked {
            return f64::NAN;
        }
        let (from, limbs) = self.limbs();
        let Some(highest) = limbs.last() else {
            return 0.0;
        };
        let is_negative = highest >> 63 == 1;
        let mut magnitude = [0; LIMBS];
        let magnitude = &mut magnitude[..limbs.len()];
        let mut carry = is_negative;
        for (own, limb) in magnitude.iter_mut().zip(limbs) {
            let flipped = if is_negative { !limb } else { *limb };
            (*own, carry) = flipped.overflowing_add(u64::from(carry));
        }
        let rounded = f64::from_bits(round(from, magnitude));
        if is_negative { -rounded } else { rounded }
    }

    #[cold]
    fn mark(&mut self) {
        *self = Self {
            marked: true,
            ..Self::default()
        };
    }

    /// Adds `units` · 2^(64·limb − 1074), for |units| < 2¹²⁵.
    #[inline(always)]
    fn add_units(&mut self, units: i128, limb: usize) {
        let (first, second) = (units as u64, (units >> 64) as u64);
        let sign = (units >> 127) as u64;
        let place = limb.wrapping_sub(usize::from(self.low));
        match place {
            0 if self.wide.is_none() => self.add_window([first, second, sign, sign]),
            1 if self.wide.is_none() => self.add_window([0, first, second, sign]),
            2 if self.wide.is_none() => self.add_window([0, 0, first, second]),
            _ if units == 0 => {}
            _ => self.add_slowly(units, limb),
        }
    }

    /// Adds a window in the place of this one, whose highest limb is not beyond [`ROOM`].
    #[inline(always)]
    fn add_window(&mut self, more: [u64; WINDOW]) {
        let mut carry = false;
        for (own, more) in self.window.iter_mut().zip(more) {
            (*own, carry) = own.carrying_add(more, carry);
        }
        // Not in −2⁶² … 2⁶².
        if self.window[WINDOW - 1].wrapping_add(ROOM) >> 63 == 1 {
            self.widen();
        }
    }

    #[cold]
    #[inline(never)]
    fn add_slowly(&mut self, units: i128, limb: usize) {
        if self.wide.is_none() && self.make_room(limb, limb + 2) {
            self.add_units(units, limb);
        } else {
            let words = [units as u64, (units >> 64) as u64];
            self.add_wide(&words, limb);
        }
    }

    /// Adds limbs in two's complement, the lowest in place `from`.
    #[cold]
    #[inline(never)]
    fn merge_limbs(&mut self, from: usize, limbs: &[u64]) {
        if limbs.is_empty() {
            return;
        }
        if self.wide.is_none() && self.make_room(from, from + limbs.len()) {
            let low = usize::from(self.low);
            let sign = sign_of(limbs);
            let mut more = [0; WINDOW];
            for (k, more) in more.iter_mut().enumerate() {
                let limb = (low + k).checked_sub(from);
                *more = limb.map_or(0, |k| limbs.get(k).copied().unwrap_or(sign));
            }
            self.add_window(more);
        } else {
            self.add_wide(limbs, from);
        }
    }

    /// Moves the window so that it holds what it holds and the limbs `from..to`, and room above;
    /// whether that could be done.
    fn make_room(&mut self, from: usize, to: usize) -> bool {
        let (own, limbs) = self.limbs();
        let (from, to) = if limbs.is_empty() {
            (from, to)
        } else {
            (from.min(own), to.max(own + limbs.len()))
        };
        if to - from >= WINDOW {
            return false;
        }
        let spare = usize::from(to - from + 1 < WINDOW);
        let low = from.saturating_sub(spare).min(LIMBS - WINDOW);
        let sign = sign_of(&self.window);
        let before = usize::from(self.low);
        let limb = |at: usize| match at.checked_sub(before) {
            Some(k) => self.window.get(k).copied().unwrap_or(sign),
            None => 0,
        };
        self.window = [limb(low), limb(low + 1), limb(low + 2), limb(low + 3)];
        self.low = low as u8;
        true
    }

    /// Goes from the window to all limbs.
    #[cold]
    #[inline(never)]
    fn widen(&mut self) {
        if self.wide.is_some() {
            return;
        }
        let mut all = Box::new([sign_of(&self.window); LIMBS]);
        let low = usize::from(self.low);
        all[..low].fill(0);
        all[low..low + WINDOW].copy_from_slice(&self.window);
        self.wide = Some(all);
    }

    fn add_wide(&mut self, more: &[u64], limb: usize) {
        self.widen();
        let sign = sign_of(more);
        let Some(all) = self.wide.as_mut() else {
            return;
        };
        let mut carry = false;
        for (k, own) in all[limb..].iter_mut().enumerate() {
            let more = more.get(k).copied();
            // Beyond the last limb only a carry, or the lack of one, changes anything.
            if more.is_none() && carry == (sign != 0) {
                break;
            }
            (*own, carry) = own.carrying_add(more.unwrap_or(sign), carry);
        }
    }

    /// The sum as the place of its lowest limb and its limbs in two's complement, without limbs
    /// that say nothing: the one form of its value. Nothing for zero and for a marked sum.
    fn limbs(&self) -> (usize, &[u64]) {
        let (low, all) = match &self.wide {
            _ if self.marked => return (0, &[]),
            Some(all) => (0, &all[..]),
            None => (usize::from(self.low), &self.window[..]),
        };
        let Some(first) = all.iter().position(|limb| *limb != 0) else {
            return (0, &[]);
        };
        let sign = sign_of(all);
        let mut end = all.len();
        while end - first > 1 && all[end - 1] == sign && (all[end - 2] ^ sign) >> 63 == 0 {
            end -= 1;
        }
        (low + first, &all[first..end])
    }
}

/// The limb that continues a number in two's complement.
fn sign_of(limbs: &[u64]) -> u64 {
    match limbs.last() {
        Some(highest) => 0u64.wrapping_sub(highest >> 63),
        None => 0,
    }
}

/// Bits of the double nearest to a magnitude > 0 whose lowest limb counts 2^(64·from − 1074).
fn round(from: usize, magnitude: &[u64]) -> u64 {
    let bit_length = |limbs: &[u64]| {
        let highest = limbs.iter().rposition(|limb| *limb != 0);
        highest.map_or(0, |k| 64 * k + 64 - limbs[k].leading_zeros() as usize)
    };
    let length = bit_length(magnitude);
    // The place of the last bit that is kept, in the magnitude and on the scale of doubles.
    let keep = FRACTION_BITS as usize + 1;
    let Some(shift) = (64 * from + length).checked_sub(keep) else {
        return magnitude.first().copied().unwrap_or(0) << (64 * from);
    };
    if shift < 64 * from {
        // All bits are kept, and end above the lowest that a double of this size could have.
        let word = magnitude.first().copied().unwrap_or(0);
        return ((shift as u64) << FRACTION_BITS) + (word << (64 * from - shift));
    }
    let dropped = shift - 64 * from;
    let bit = |at: usize| magnitude[at / 64] >> (at % 64) & 1 == 1;
    let (limb, offset) = (dropped / 64, dropped % 64);
    let pair = u128::from(magnitude[limb])
        | (u128::from(magnitude.get(limb + 1).copied().unwrap_or(0)) << 64);
    let mantissa = (pair >> offset) as u64 & (2 * FRACTION + 1);
    let half = dropped > 0 && bit(dropped - 1);
    let below = dropped.saturating_sub(1);
    let rest = magnitude[..below / 64].iter().any(|limb| *limb != 0)
        || magnitude[below / 64] << (63 - below % 64) << 1 != 0;
    let up = half && (rest || mantissa & 1 == 1);
    // Subnormals begin at exponent 0; the hidden bit raises the exponent by one, as does a carry.
    if shift as u64 + 1 >= SPECIAL {
        return SPECIAL << FRACTION_BITS;
    }
    ((shift as u64) << FRACTION_BITS) + mantissa + u64::from(up)
}
