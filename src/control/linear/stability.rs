//! Stability of the sampled loop, by the principle of the argument.
//!
//! The poles of the closed loop are the zeros of z^d h(z), h = a c + z^(−d) b e with plant b/a and
//! law e/c: a polynomial of degree n + d for n poles of plant and law. Along the unit circle the
//! argument of h turns once for each zero within, less d; all are within when it turns n times.

use nalgebra::Complex;

use crate::base::num;

use super::margins::SampledLoop;

/// Whether a loop is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stability {
    /// All poles of the closed loop lie within the unit circle.
    Stable,
    /// Some lie on it, within rounding.
    Border,
    /// So many lie beyond it.
    Unstable(usize),
}

/// A change of the argument between neighbouring places that is looked at more closely, rad.
const TURN: f64 = 0.5;

impl SampledLoop<'_> {
    /// Whether the closed loop is stable, without regard to limits of the output.
    #[must_use]
    pub fn stability(&self) -> Stability {
        let closed = |theta: f64| {
            let (below, above) = self.at(theta);
            below + above
        };
        let mut before = (0.0, closed(0.0));
        let mut turned = 0.0;
        for theta in self.angles() {
            let own = closed(theta);
            let Some(part) = turn(&closed, before, (theta, own), 40) else {
                return Stability::Border;
            };
            turned += part;
            before = (theta, own);
        }
        let within = (turned / num::PI).round();
        let order = self.order() as f64;
        if within >= order {
            Stability::Stable
        } else {
            Stability::Unstable((order - within) as usize)
        }
    }
}

/// By how much the argument turns between two places; none where the function vanishes.
fn turn(
    of: &impl Fn(f64) -> Complex<f64>,
    low: (f64, Complex<f64>),
    high: (f64, Complex<f64>),
    depth: u32,
) -> Option<f64> {
    let ratio = high.1 * low.1.conj();
    let angle = num::atan2(ratio.im, ratio.re);
    let is_sound = ratio.re.is_finite() && ratio.im.is_finite() && ratio.norm_sqr() > 0.0;
    if is_sound && angle.abs() < TURN {
        return Some(angle);
    }
    if depth == 0 {
        return None;
    }
    let middle = 0.5 * (low.0 + high.0);
    let own = (middle, of(middle));
    Some(turn(of, low, own, depth - 1)? + turn(of, own, high, depth - 1)?)
}
