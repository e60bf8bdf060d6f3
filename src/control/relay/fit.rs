//! A model of the plant through two points of its frequency response.

use serde::{Deserialize, Serialize};

use crate::base::num;

use super::ultimate::Ultimate;

/// K e^(−sL)/(1 + sτ)ⁿ with real n, good about the frequencies that it was made of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LagDelay {
    /// K, measure over output; only where the model holds down to 0 the plant's static gain.
    pub gain: f64,
    /// n, > 0.
    pub order: f64,
    /// τ, s.
    pub lag_s: f64,
    /// L, s; slightly below 0 where noise or a zero of the plant makes it so.
    pub delay_s: f64,
}

/// Angle of a complex number.
pub(super) fn angle([re, im]: [f64; 2]) -> f64 {
    num::atan2(im, re)
}

/// Size of a complex number.
pub(super) fn size([re, im]: [f64; 2]) -> f64 {
    num::hypot(re, im)
}

impl LagDelay {
    /// Size and angle (rad, not wrapped) of the response at the angular frequency `omega`, rad/s.
    #[must_use]
    pub fn response(&self, omega: f64) -> (f64, f64) {
        let along = omega * self.lag_s;
        let damped = num::pow(1.0 + along * along, -0.5 * self.order);
        let turned = self.order * num::atan2(along, 1.0) + omega * self.delay_s;
        (self.gain * damped, -turned)
    }

    /// The ultimate point, looked for from a third to three times the angular frequency `near`,
    /// rad/s, beyond which the model is not to be trusted.
    #[must_use]
    pub fn ultimate(&self, near: f64) -> Option<Ultimate> {
        let beyond = |omega: f64| self.response(omega).1 < -num::PI;
        let (mut low, mut high) = (near / 3.0, near * 3.0);
        if beyond(low) || !beyond(high) {
            return None;
        }
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            match beyond(middle) {
                true => high = middle,
                false => low = middle,
            }
        }
        Some(Ultimate {
            gain: 1.0 / self.response(high).0,
            period_s: num::TAU / high,
        })
    }
}

/// The model through the complex responses `first` at the angular frequency `omega` and `third` at
/// three times it. The delay drops out of arg G(3jω) − 3 arg G(jω), and the ratio of the sizes
/// gives n for each ωτ; what is left is one equation in ωτ, which grows from 0 to a bound. Turns of
/// the angle that cannot be told are decided by `fifth`, the response at five times `omega`. None
/// when the sizes do not fall, or a number is out of range.
#[must_use]
pub fn fit(omega: f64, first: [f64; 2], third: [f64; 2], fifth: [f64; 2]) -> Option<LagDelay> {
    let falls = num::ln(size(first) / size(third));
    if !(falls.is_finite() && falls > 0.0 && omega > 0.0) {
        return None;
    }
    let order = |s: f64| 2.0 * falls / num::ln((1.0 + 9.0 * s * s) / (1.0 + s * s));
    let turn = |s: f64| order(s) * (3.0 * num::atan2(s, 1.0) - num::atan2(3.0 * s, 1.0));
    // 0 … 2π behind.
    let lag = num::wrap_angle(-angle(first));
    let wanted = num::wrap_angle(angle(third) + 3.0 * lag);
    let (least, most) = (1e-4, 1e4);
    let mut best: Option<(f64, LagDelay)> = None;
    for turns in 0..4 {
        let target = wanted + num::TAU * f64::from(turns);
        if !(turn(least) < target && target < turn(most)) {
            continue;
        }
        let (mut low, mut high) = (num::ln(least), num::ln(most));
        for _ in 0..80 {
            let middle = 0.5 * (low + high);
            match turn(num::exp(middle)) < target {
                true => low = middle,
                false => high = middle,
            }
        }
        let s = num::exp(0.5 * (low + high));
        let order = order(s);
        let own = LagDelay {
            gain: size(first) * num::pow(1.0 + s * s, 0.5 * order),
            order,
            lag_s: s / omega,
            delay_s: (lag - order * num::atan2(s, 1.0)) / omega,
        };
        let (far, behind) = own.response(5.0 * omega);
        let (sin, cos) = num::sin_cos(behind);
        let miss = size([far * cos - fifth[0], far * sin - fifth[1]]);
        let numbers = [own.gain, own.order, own.lag_s, own.delay_s, miss];
        // A plant does not answer before it is asked.
        let causal = own.delay_s * omega > -0.3;
        if numbers.iter().all(|x| x.is_finite())
            && causal
            && best.is_none_or(|(least, _)| miss < least)
        {
            best = Some((miss, own));
        }
    }
    best.map(|(_, own)| own)
}
