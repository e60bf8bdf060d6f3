//! Roots of polynomials, all at once.

use nalgebra::Complex;

use crate::base::num;

/// Rounds of correction at most; some ten suffice.
const ROUNDS: usize = 500;

/// The roots of a polynomial, highest power first, by the method of Aberth and Ehrlich (1973): it
/// keeps approximations apart from each other and needs no good start. Roots of the multiplicity m
/// have the digits that a polynomial gives them, an m-th of all. Empty when the first coefficient
/// is 0 or a number is not finite.
pub(super) fn roots(coefficients: &[f64]) -> Vec<Complex<f64>> {
    let sound = coefficients.iter().all(|x| x.is_finite());
    if coefficients.len() < 2 || coefficients[0] == 0.0 || !sound {
        return Vec::new();
    }
    // Roots at 0 are exact: they are the trailing zeros.
    let zeros = coefficients.iter().rev().take_while(|x| **x == 0.0).count();
    let mut found = vec![Complex::new(0.0, 0.0); zeros];
    let left = &coefficients[..coefficients.len() - zeros];
    let monic: Vec<f64> = left.iter().map(|x| x / left[0]).collect();
    let rate = rate(&monic);
    let mut scale = 1.0;
    let scaled: Vec<f64> = monic
        .iter()
        .enumerate()
        .map(|(k, own)| {
            scale *= if k == 0 { 1.0 } else { rate };
            own / scale
        })
        .collect();
    let apart = separate(&scaled);
    found.extend(apart.into_iter().map(|own| own * rate));
    found
}

/// The factor by which the variable is scaled so that the coefficients of a monic polynomial are at
/// most about 1: a power of two near the greatest |a_k|^(1/k).
pub(super) fn rate(monic: &[f64]) -> f64 {
    let mut most = f64::NEG_INFINITY;
    for (k, own) in monic.iter().enumerate().skip(1) {
        if *own != 0.0 {
            most = most.max(num::ln(own.abs()) / k as f64);
        }
    }
    if !most.is_finite() {
        return 1.0;
    }
    let power = (most / std::f64::consts::LN_2).round().clamp(-500.0, 500.0);
    num::pow(2.0, power)
}

/// Roots of a monic polynomial whose coefficients are about 1 at most.
fn separate(monic: &[f64]) -> Vec<Complex<f64>> {
    let degree = monic.len() - 1;
    let step = num::TAU / degree.max(1) as f64;
    // No root lies beyond twice the scale; an odd angle keeps the start off the axes.
    let mut all: Vec<Complex<f64>> = (0..degree)
        .map(|k| {
            let (sin, cos) = num::sin_cos(step * k as f64 + 0.4);
            Complex::new(cos, sin)
        })
        .collect();
    for _ in 0..ROUNDS {
        let mut moved = 0.0f64;
        for k in 0..degree {
            let own = all[k];
            let (mut value, mut slope) = (Complex::new(0.0, 0.0), Complex::new(0.0, 0.0));
            for a in monic {
                slope = slope * own + value;
                value = value * own + Complex::new(*a, 0.0);
            }
            if value.norm_sqr() == 0.0 {
                continue;
            }
            let newton = value / slope;
            let others = all.iter().enumerate().filter(|(j, _)| *j != k);
            let push: Complex<f64> = others
                .map(|(_, other)| Complex::new(1.0, 0.0) / (own - other))
                .filter(|own| own.re.is_finite() && own.im.is_finite())
                .sum();
            let change = newton / (Complex::new(1.0, 0.0) - newton * push);
            if change.re.is_finite() && change.im.is_finite() {
                all[k] = own - change;
                let size = num::hypot(own.re, own.im).max(1e-300);
                moved = moved.max(num::hypot(change.re, change.im) / size);
            } else {
                // A place where the slope is 0: aside, and on.
                all[k] = own * Complex::new(1.0, 1e-3);
                moved = 1.0;
            }
        }
        if moved < 1e-15 {
            break;
        }
    }
    // A real polynomial has real roots, or pairs of them: what is left beside is rounding.
    for own in &mut all {
        if own.im.abs() < 1e-14 * own.re.abs() {
            own.im = 0.0;
        }
    }
    all
}
