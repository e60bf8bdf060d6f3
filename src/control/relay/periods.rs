//! What is kept of a limit cycle: sums of each period, and what follows from all of them.

use serde::{Deserialize, Serialize};

use crate::base::num;

use super::fit::{LagDelay, angle, fit, size};
use super::spec::RelaySpec;
use super::tuning::{Method, RelayTuning};
use super::ultimate::Ultimate;

/// The harmonics that are measured.
const HARMONICS: [f64; 3] = [1.0, 3.0, 5.0];

type Complex = [f64; 2];

fn times([a, b]: Complex, [c, d]: Complex) -> Complex {
    [a * c - b * d, a * d + b * c]
}

fn over(a: Complex, [c, d]: Complex) -> Complex {
    let square = c * c + d * d;
    let [re, im] = times(a, [c, -d]);
    [re / square, im / square]
}

/// Sums over the samples of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Sums {
    pub samples: u32,
    least: f64,
    greatest: f64,
    sum: [f64; 2],
    /// Of y, u and 1 times e^(−ikωt), by harmonic.
    waves: [[Complex; 3]; 3],
}

/// A period that is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Period {
    samples: u32,
    least: f64,
    greatest: f64,
    mean_output: f64,
    y: [Complex; 3],
    u: [Complex; 3],
}

impl Sums {
    /// Takes in a sample; `step_rad` is ω Ts.
    pub(super) fn add(&mut self, y: f64, u: f64, step_rad: f64) {
        if self.samples == 0 {
            (self.least, self.greatest) = (y, y);
        }
        (self.least, self.greatest) = (self.least.min(y), self.greatest.max(y));
        self.sum[0] += y;
        self.sum[1] += u;
        let (sin, cos) = num::sin_cos(-step_rad * f64::from(self.samples));
        let wave = [cos, sin];
        let square = times(wave, wave);
        let third = times(square, wave);
        for (k, own) in [wave, third, times(third, square)].into_iter().enumerate() {
            for (value, to) in [y, u, 1.0].into_iter().zip(&mut self.waves) {
                to[k][0] += value * own[0];
                to[k][1] += value * own[1];
            }
        }
        self.samples = self.samples.saturating_add(1);
    }

    /// The period that these make. The mean is taken off, so that a window that is not quite a
    /// period tells nothing of it; u is constant through a sample, and its part of the response
    /// that of a step.
    pub(super) fn close(&self, step_rad: f64) -> Period {
        let count = f64::from(self.samples.max(1));
        let mean = self.sum.map(|sum| sum / count);
        let about = |k: usize, of: usize| -> Complex {
            let [re, im] = self.waves[of][k];
            let [own_re, own_im] = self.waves[2][k];
            let scale = 2.0 / count;
            [
                scale * (re - mean[of] * own_re),
                scale * (im - mean[of] * own_im),
            ]
        };
        let mut own = Period {
            samples: self.samples,
            least: self.least,
            greatest: self.greatest,
            mean_output: mean[1],
            ..Period::default()
        };
        for (k, harmonic) in HARMONICS.into_iter().enumerate() {
            own.y[k] = about(k, 0);
            let half = 0.5 * harmonic * step_rad;
            let (sin, cos) = num::sin_cos(half);
            let hold = [cos * sin / half, -sin * sin / half];
            own.u[k] = times(about(k, 1), hold);
        }
        own
    }
}

/// What the kept periods say together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Half of what y covers from peak to peak, over all of them.
    pub amplitude: f64,
    /// Their mean duration, s.
    pub period_s: f64,
    /// Greatest relative difference of a duration from the mean.
    pub period_spread: f64,
    /// Greatest relative difference of an amplitude from their mean.
    pub amplitude_spread: f64,
    /// Mean output.
    pub mean_output: f64,
    /// Size of the fundamental of y.
    pub fundamental: f64,
    /// G at one, three and five times the frequency.
    pub response: [[f64; 2]; 3],
    /// Relative standard error of the third.
    pub third_error: f64,
    /// |Y3|/|Y1|.
    pub harmonic_share: f64,
}

/// Means over periods.
pub(super) fn summarise(periods: &[Period], sample_s: f64) -> Measured {
    let count = periods.len().max(1) as f64;
    let mean = |part: &dyn Fn(&Period) -> f64| periods.iter().map(part).sum::<f64>() / count;
    let spread = |part: &dyn Fn(&Period) -> f64| {
        let middle = mean(part);
        let off = periods.iter().map(|own| (part(own) - middle).abs());
        off.fold(0.0f64, f64::max) / middle.abs()
    };
    let duration = |own: &Period| f64::from(own.samples);
    let amplitude = |own: &Period| 0.5 * (own.greatest - own.least);
    let wave = |k: usize, of: fn(&Period) -> &[Complex; 3]| -> Complex {
        [mean(&|own| of(own)[k][0]), mean(&|own| of(own)[k][1])]
    };
    let of_y = |k| wave(k, |own| &own.y);
    let of_u = |k| wave(k, |own| &own.u);
    let third = of_y(1);
    let scatter = mean(&|own| {
        let off = size([own.y[1][0] - third[0], own.y[1][1] - third[1]]);
        off * off
    });
    let ends = periods
        .iter()
        .fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], own| {
            [a.min(own.least), b.max(own.greatest)]
        });
    Measured {
        amplitude: 0.5 * (ends[1] - ends[0]),
        period_s: mean(&duration) * sample_s,
        period_spread: spread(&duration),
        amplitude_spread: spread(&amplitude),
        mean_output: mean(&|own| own.mean_output),
        fundamental: size(of_y(0)),
        response: std::array::from_fn(|k| over(of_y(k), of_u(k))),
        third_error: (scatter / count).sqrt() / size(third),
        harmonic_share: size(third) / size(of_y(0)),
    }
}

/// The noise of the third harmonic up to which a model is made of it.
const THIRD_ERROR: f64 = 0.1;

impl Measured {
    /// The ultimate point, how it was found, its relative error, and the model. `sign` is −1 for a
    /// plant that acts in reverse.
    #[must_use]
    pub fn ultimate(&self, sign: f64) -> (Ultimate, Method, f64, Option<LagDelay>) {
        let response = self.response.map(|[re, im]| [sign * re, sign * im]);
        let [first, third, fifth] = response;
        let (omega, spread) = (
            num::TAU / self.period_s,
            self.period_spread.max(self.amplitude_spread),
        );
        let plain = Ultimate {
            gain: sign / size(first),
            period_s: self.period_s,
        };
        let off = num::wrap_angle(angle(first)) - num::PI;
        let model = (self.third_error < THIRD_ERROR)
            .then(|| fit(omega, first, third, fifth))
            .flatten();
        let found = model.and_then(|own| Some((own, own.ultimate(omega)?)));
        let Some((model, mut ultimate)) = found else {
            // The frequency is off by some part of the angle, and the size with it.
            return (plain, Method::Fourier, off.abs().max(spread), None);
        };
        // The other way: straight from the first to the third point, angle over frequency and size
        // over frequency in logarithms.
        let behind = [model.response(omega).1, model.response(3.0 * omega).1];
        let factor = 1.0 + 2.0 * (-num::PI - behind[0]) / (behind[1] - behind[0]);
        let falls = num::ln(size(first) / size(third)) / num::ln(3.0);
        let other = num::pow(factor, falls) / size(first);
        // The whole of the correction is a bound as well.
        let corrected = (1.0 / (size(first) * ultimate.gain) - 1.0).abs();
        let error = (other / ultimate.gain - 1.0).abs().min(corrected);
        ultimate.gain *= sign;
        let noise = self.third_error.min(off.abs());
        let whole = error.max(spread).max(noise);
        (ultimate, Method::Harmonics, whole, Some(model))
    }

    /// Everything that is told of the experiment; none when the rule gives no gains.
    #[must_use]
    pub(super) fn tuning(&self, spec: &RelaySpec) -> Option<RelayTuning> {
        let sign = spec.amplitude.signum();
        let (ultimate, method, error, model) = self.ultimate(sign);
        let static_gain = spec.static_gain;
        let gains = spec.rule.gains(spec.kind, ultimate, static_gain)?;
        let (ku_describing, ku_without_hysteresis) =
            describing(spec.amplitude, self.amplitude, spec.hysteresis);
        let ku_fourier = 4.0 * spec.amplitude / num::PI / self.fundamental;
        let [re, im] = self.response[0];
        Some(RelayTuning {
            amplitude: self.amplitude,
            period_s: self.period_s,
            ku_describing,
            ku_without_hysteresis,
            ku_fourier,
            describing_error: (ku_describing / ku_fourier - 1.0).abs(),
            phase_rad: num::wrap_angle(angle([sign * re, sign * im])) - num::PI,
            harmonic_share: self.harmonic_share,
            period_spread: self.period_spread,
            amplitude_spread: self.amplitude_spread,
            ultimate,
            method,
            error,
            model: model.map(|own| LagDelay {
                gain: sign * own.gain,
                ..own
            }),
            mean_output: self.mean_output,
            gains,
        })
    }
}

/// Ku by the describing function of a relay of amplitude `d` and hysteresis `hysteresis` for the
/// amplitude `a` of y, and the same without the correction for hysteresis.
#[must_use]
pub fn describing(d: f64, a: f64, hysteresis: f64) -> (f64, f64) {
    let whole = (a * a - hysteresis * hysteresis).max(0.0).sqrt();
    let gain = |a: f64| 4.0 * d / (num::PI * a);
    (gain(whole), gain(a))
}
