//! Transcendental functions over slices, in a form that the compiler turns into vector
//! instructions.

use super::isa::Arith;

/// Largest angle that the vector form reduces; beyond, the scalar library answers.
pub const ANGLE_MAX: f64 = 1e6;

/// Whether an angle is beyond [`ANGLE_MAX`], or not a number.
#[inline(always)]
#[must_use]
pub fn is_far(x: f64) -> bool {
    x.abs() > ANGLE_MAX || x.is_nan()
}

const TWO_OVER_PI: f64 = std::f64::consts::FRAC_2_PI;
/// 1.5 · 2⁵²: adding it rounds to an integer, which stands in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// π/2 in three parts, the first two of 33 bits, so that their multiples are exact.
const HALF_PI: [f64; 3] = [
    1.570_796_326_734_125_6,
    6.077_100_506_303_966e-11,
    2.022_266_248_795_950_6e-21,
];

/// sin x and cos x for |x| ≤ [`ANGLE_MAX`], within 1.2e-16; without meaning beyond.
///
/// Cody–Waite reduction to |r| ≤ π/4, then the minimax polynomials of Sun's fdlibm. The three steps
/// can be called in loops of their own, with the same result: a processor overlaps more turns of a
/// loop whose chain of operations is short.
#[inline(always)]
pub fn sin_cos_lane<A: Arith>(a: A, x: f64) -> (f64, f64) {
    let (r, quadrant) = reduce_lane(a, x);
    turn_lane(near_zero_lane(a, r), quadrant)
}

/// The angle from the nearest multiple of π/2, and bits of which the lowest two say which.
#[inline(always)]
pub fn reduce_lane<A: Arith>(a: A, x: f64) -> (f64, f64) {
    let shifted = a.mul_add(x, TWO_OVER_PI, ROUND);
    let turns = shifted - ROUND;
    let r = a.mul_add(-turns, HALF_PI[0], x);
    let r = a.mul_add(-turns, HALF_PI[1], r);
    let r = a.mul_add(-turns, HALF_PI[2], r);
    (r, shifted)
}

/// sin r and cos r for |r| ≤ π/4.
#[inline(always)]
pub fn near_zero_lane<A: Arith>(a: A, r: f64) -> (f64, f64) {
    let z = r * r;
    let s = a.mul_add(z, 1.589_690_995_211_55e-10, -2.505_076_025_340_686_3e-8);
    let s = a.mul_add(z, s, 2.755_731_370_707_006_8e-6);
    let s = a.mul_add(z, s, -1.984_126_982_985_795e-4);
    let s = a.mul_add(z, s, 8.333_333_333_322_49e-3);
    let s = a.mul_add(z, s, -1.666_666_666_666_663_2e-1);
    let sin = a.mul_add(z * r, s, r);
    let c = a.mul_add(z, -1.135_964_755_778_819_5e-11, 2.087_572_321_298_175e-9);
    let c = a.mul_add(z, c, -2.755_731_435_139_066_3e-7);
    let c = a.mul_add(z, c, 2.480_158_728_947_673e-5);
    let c = a.mul_add(z, c, -1.388_888_888_887_411e-3);
    let c = a.mul_add(z, c, 4.166_666_666_666_66e-2);
    let half = 0.5 * z;
    let w = 1.0 - half;
    let cos = w + a.mul_add(z * z, c, (1.0 - w) - half);
    (sin, cos)
}

/// Sine and cosine of an angle from those of its distance to a multiple of π/2.
#[inline(always)]
pub fn turn_lane((sin, cos): (f64, f64), quadrant: f64) -> (f64, f64) {
    let quadrant = quadrant.to_bits();
    // An odd quadrant swaps the two; masks instead of branches keep the loop vectorisable.
    let swap = 0u64.wrapping_sub(quadrant & 1);
    let (sb, cb) = (sin.to_bits(), cos.to_bits());
    let differ = (sb ^ cb) & swap;
    let s = (sb ^ differ) ^ ((quadrant & 2) << 62);
    let c = (cb ^ differ) ^ ((quadrant.wrapping_add(1) & 2) << 62);
    (f64::from_bits(s), f64::from_bits(c))
}

/// ln x for 0 < x ≤ 1 (normal numbers), within 1 ulp; without meaning beyond.
///
/// x = 2ᵏ (1 + f) with √½ ≤ 1 + f < √2, then fdlibm's series in f/(2 + f).
#[inline(always)]
pub fn ln_lane<A: Arith>(a: A, x: f64) -> f64 {
    const SQRT_HALF_BITS: u64 = 0x3FE6_A09E_667F_3BCD;
    let bits = x.to_bits();
    let scaled = bits.wrapping_sub(SQRT_HALF_BITS);
    // An arithmetic shift that every instruction set has: bias, shift, take the bias off again.
    let exponent = (scaled.wrapping_add(1 << 62) >> 52).wrapping_sub(1 << 10);
    let mantissa = f64::from_bits((scaled & 0x000F_FFFF_FFFF_FFFF).wrapping_add(SQRT_HALF_BITS));
    // |k| < 2⁵¹: the integer stands in the low bits of 1.5·2⁵² + k.
    let k = f64::from_bits(ROUND.to_bits().wrapping_add(exponent)) - ROUND;
    let f = mantissa - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = a.mul_add(w, 1.531_383_769_920_937_3e-1, 2.222_219_843_214_978_4e-1);
    let even = w * a.mul_add(w, even, 3.999_999_999_940_942e-1);
    let odd = a.mul_add(w, 1.479_819_860_511_658_6e-1, 1.818_357_216_161_805e-1);
    let odd = a.mul_add(w, odd, 2.857_142_874_366_239e-1);
    let odd = z * a.mul_add(w, odd, 6.666_666_666_666_735e-1);
    let half = 0.5 * f * f;
    let tail = a.mul_add(k, 1.908_214_929_270_587_7e-10, s * (half + (even + odd)));
    a.mul_add(k, 6.931_471_803_691_238e-1, f - (half - tail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::isa::{Isa, Kernel};
    use crate::base::num;

    struct SinCos<'a>(&'a [f64], &'a mut Vec<(f64, f64)>);

    impl Kernel for SinCos<'_> {
        type Output = ();

        #[inline(always)]
        fn run<A: Arith>(self, a: A) {
            self.1.extend(self.0.iter().map(|x| sin_cos_lane(a, *x)));
        }
    }

    struct Ln<'a>(&'a [f64], &'a mut Vec<f64>);

    impl Kernel for Ln<'_> {
        type Output = ();

        #[inline(always)]
        fn run<A: Arith>(self, a: A) {
            self.1.extend(self.0.iter().map(|x| ln_lane(a, *x)));
        }
    }

    #[test]
    fn sines_agree_with_the_library_on_every_set() {
        let mut angles: Vec<f64> = (-40_000..40_000).map(|k| f64::from(k) * 24.987_6).collect();
        angles.extend((-4_000..4_000).map(|k| f64::from(k) * 1.234e-3));
        angles.extend((-2_000..2_000).map(|k| f64::from(k) * num::PI * 0.25));
        for isa in Isa::ALL.into_iter().filter(|isa| isa.is_here()) {
            let mut found = Vec::new();
            isa.run(SinCos(&angles, &mut found));
            for (x, (s, c)) in angles.iter().zip(found) {
                let (sin, cos) = num::sin_cos(*x);
                let error = (s - sin).abs().max((c - cos).abs());
                assert!(error < 2.3e-16, "{isa}: {x} is {error:e} off");
            }
        }
    }

    #[test]
    fn logarithms_agree_with_the_library_on_every_set() {
        let mut values: Vec<f64> = (1..=40_000).map(|k| f64::from(k) / 40_000.0).collect();
        values.extend((1..=53).map(|k| num::pow(2.0, -f64::from(k))));
        values.extend((1..=53).map(|k| 1.5 * num::pow(2.0, -f64::from(k))));
        for isa in Isa::ALL.into_iter().filter(|isa| isa.is_here()) {
            let mut found = Vec::new();
            isa.run(Ln(&values, &mut found));
            for (x, y) in values.iter().zip(found) {
                let error = (y - num::ln(*x)).abs();
                assert!(
                    error <= 2.3e-16 * y.abs().max(1.0),
                    "{isa}: {x} is {error:e} off"
                );
            }
        }
    }
}
