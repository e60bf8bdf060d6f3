//! A plant as a transfer function, its frequency response and its ultimate point.

use nalgebra::{Complex, DMatrix};
use thiserror::Error;

use crate::base::num;
use crate::control::relay::Ultimate;

use super::roots::roots;

/// A plant b(s)/a(s) e^(−sL), strictly proper, with a monic denominator.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearPlant {
    numerator: Vec<f64>,
    denominator: Vec<f64>,
    delay_s: f64,
}

/// Why there is no such plant.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum PlantError {
    /// A coefficient is not finite.
    #[error("{place}: found {found}, expected finite coefficients")]
    NonFinite {
        /// Numerator or denominator.
        place: &'static str,
        /// The coefficient.
        found: f64,
    },
    /// There are no coefficients, or only zeros.
    #[error(
        "{place}: found no coefficient other than 0, expected at least one, highest power first"
    )]
    Empty {
        /// Numerator or denominator.
        place: &'static str,
    },
    /// The denominator begins with a zero.
    #[error(
        "denominator: found a leading coefficient of 0, expected the highest power of s first and \
         its coefficient other than 0"
    )]
    LeadingZero,
    /// The plant passes its input on at once.
    #[error(
        "numerator: found degree {found}, expected less than {least}, the degree of the \
         denominator: a plant that passes its input on within a sample makes an algebraic loop"
    )]
    Improper {
        /// Degree of the numerator.
        found: usize,
        /// Degree of the denominator.
        least: usize,
    },
    /// The denominator has more powers than are handled.
    #[error("denominator: found degree {found}, expected at most {}", DEGREE_MAX)]
    Degree {
        /// Its degree.
        found: usize,
    },
    /// The delay is not one.
    #[error("delay: found {found} s, expected a finite number ≥ 0 s")]
    Delay {
        /// The delay.
        found: f64,
    },
    /// The sample time is not one.
    #[error("sample time: found {found} s, expected a finite number > 0 s")]
    SampleTime {
        /// The sample time.
        found: f64,
    },
    /// The delay has too many samples.
    #[error(
        "delay: found {found} samples, expected at most {}; sample more slowly",
        LINE_MAX
    )]
    Line {
        /// Samples of the delay.
        found: f64,
    },
    /// The sampled plant has numbers that are not finite.
    #[error(
        "the plant grows beyond all numbers within a sample of {sample_s} s, expected a shorter \
         sample"
    )]
    Overflow {
        /// The sample time.
        sample_s: f64,
    },
}

/// The highest degree of a denominator.
pub(super) const DEGREE_MAX: usize = 20;
/// The most samples of a delay.
pub(super) const LINE_MAX: usize = 200_000;

impl LinearPlant {
    /// The plant with these coefficients, highest power of s first, and a delay in s.
    ///
    /// # Errors
    /// When a number is not finite, the denominator begins with 0 or the plant is not strictly
    /// proper. Leading zeros of the numerator are left out.
    pub fn new(numerator: &[f64], denominator: &[f64], delay_s: f64) -> Result<Self, PlantError> {
        for (place, own) in [("numerator", numerator), ("denominator", denominator)] {
            if let Some(found) = own.iter().find(|x| !x.is_finite()) {
                return Err(PlantError::NonFinite {
                    place,
                    found: *found,
                });
            }
            if own.iter().all(|x| *x == 0.0) {
                return Err(PlantError::Empty { place });
            }
        }
        if denominator[0] == 0.0 {
            return Err(PlantError::LeadingZero);
        }
        let leading = numerator.iter().take_while(|x| **x == 0.0).count();
        let numerator = &numerator[leading..];
        if numerator.len() >= denominator.len() {
            return Err(PlantError::Improper {
                found: numerator.len() - 1,
                least: denominator.len() - 1,
            });
        }
        if denominator.len() > DEGREE_MAX + 1 {
            return Err(PlantError::Degree {
                found: denominator.len() - 1,
            });
        }
        if !(delay_s.is_finite() && delay_s >= 0.0) {
            return Err(PlantError::Delay { found: delay_s });
        }
        let scale = denominator[0];
        let monic = |own: &[f64]| own.iter().map(|x| x / scale).collect();
        let own = Self {
            numerator: monic(numerator),
            denominator: monic(denominator),
            delay_s,
        };
        let mut all = own.numerator.iter().chain(&own.denominator);
        match all.find(|x| !x.is_finite()) {
            Some(found) => Err(PlantError::NonFinite {
                place: "denominator, made monic",
                found: *found,
            }),
            None => Ok(own),
        }
    }

    /// Coefficients of the numerator over the leading one of the denominator.
    #[must_use]
    pub fn numerator(&self) -> &[f64] {
        &self.numerator
    }

    /// Coefficients of the denominator, the first 1.
    #[must_use]
    pub fn denominator(&self) -> &[f64] {
        &self.denominator
    }

    /// The delay, s.
    #[must_use]
    pub fn delay_s(&self) -> f64 {
        self.delay_s
    }

    /// Degree of the denominator.
    #[must_use]
    pub fn order(&self) -> usize {
        self.denominator.len() - 1
    }

    /// The response at the angular frequency `omega`, rad/s.
    #[must_use]
    pub fn response(&self, omega: f64) -> Complex<f64> {
        let s = Complex::new(0.0, omega);
        let at = |own: &[f64]| {
            own.iter().fold(Complex::new(0.0, 0.0), |sum, x| {
                sum * s + Complex::new(*x, 0.0)
            })
        };
        let (sin, cos) = num::sin_cos(-omega * self.delay_s);
        at(&self.numerator) / at(&self.denominator) * Complex::new(cos, sin)
    }

    /// The static gain b(0)/a(0); none for an integrating plant.
    #[must_use]
    pub fn static_gain(&self) -> Option<f64> {
        let last = |own: &[f64]| own.last().copied().unwrap_or(0.0);
        let gain = last(&self.numerator) / last(&self.denominator);
        gain.is_finite().then_some(gain)
    }

    /// 1, or −1 for a plant that acts in reverse: the sign of its response at low frequencies.
    #[must_use]
    pub fn sign(&self) -> f64 {
        let last = |own: &[f64]| {
            own.iter()
                .rev()
                .find(|x| **x != 0.0)
                .map_or(1.0, |x| x.signum())
        };
        last(&self.numerator) * last(&self.denominator)
    }

    /// The poles, rad/s.
    #[must_use]
    pub fn poles(&self) -> Vec<Complex<f64>> {
        roots(&self.denominator)
    }

    /// The zeros, rad/s.
    #[must_use]
    pub fn zeros(&self) -> Vec<Complex<f64>> {
        roots(&self.numerator)
    }

    /// The greatest real part of a pole, 1/s: > 0 for an unstable plant.
    #[must_use]
    pub fn growth(&self) -> f64 {
        let parts = self.poles().into_iter().map(|pole| pole.re);
        parts.fold(f64::NEG_INFINITY, f64::max)
    }

    /// The angular frequencies between which the plant's response turns, rad/s.
    pub(super) fn band(&self) -> [f64; 2] {
        let places = self.poles().into_iter().chain(self.zeros());
        let sizes = places.map(|own| num::hypot(own.re, own.im));
        let mut band = [f64::INFINITY, 0.0f64];
        for size in sizes.filter(|own| *own > 1e-12) {
            band = [band[0].min(size), band[1].max(size)];
        }
        if self.delay_s > 0.0 {
            let turn = 1.0 / self.delay_s;
            band = [band[0].min(turn), band[1].max(turn)];
        }
        if band[1] == 0.0 {
            band = [1.0, 1.0];
        }
        [band[0] * 1e-3, band[1] * 1e3]
    }

    /// The ultimate point: the least gain of a proportional law with which the loop stands at the
    /// border of stability, over all frequencies at which the response is real and of the sign that
    /// a law of the sign of `sign` turns into −1. None when there is no such frequency.
    #[must_use]
    pub fn ultimate(&self, sign: f64) -> Option<Ultimate> {
        let [low, high] = self.band();
        let mut best: Option<(f64, f64)> = None;
        let mut consider = |omega: f64| {
            let size = -sign * self.response(omega).re;
            if size.is_finite() && size > 0.0 && best.is_none_or(|(most, _)| size > most) {
                best = Some((size, omega));
            }
        };
        let imaginary = |omega: f64| self.response(omega).im;
        let (mut omega, mut before) = (low, imaginary(low));
        let mut left = 100_000;
        while omega < high && left > 0 {
            left -= 1;
            // Fine on both scales: a tenth of the width of a pole, and of a turn of the delay.
            let mut next = omega * 1.005;
            if self.delay_s > 0.0 {
                next = next.min(omega + 0.1 / self.delay_s);
            }
            let after = imaginary(next);
            if before == 0.0 {
                consider(omega);
            } else if before * after < 0.0 {
                consider(root(omega, next, imaginary));
            }
            (omega, before) = (next, after);
        }
        best.map(|(size, omega)| Ultimate {
            gain: sign / size,
            period_s: num::TAU / omega,
        })
    }
}

/// Where a function changes its sign between two places.
pub(super) fn root(mut low: f64, mut high: f64, of: impl Fn(f64) -> f64) -> f64 {
    let side = of(low) < 0.0;
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        match (of(middle) < 0.0) == side {
            true => low = middle,
            false => high = middle,
        }
    }
    0.5 * (low + high)
}

/// The companion matrix of a monic polynomial in time scaled by `rate`.
pub(super) fn companion(monic: &[f64], rate: f64) -> DMatrix<f64> {
    let order = monic.len() - 1;
    let mut scale = 1.0;
    let mut first = Vec::with_capacity(order);
    for own in &monic[1..] {
        scale *= rate;
        first.push(-own / scale);
    }
    DMatrix::from_fn(order, order, |i, j| match i {
        0 => first[j],
        _ => f64::from(u8::from(i == j + 1)),
    })
}
