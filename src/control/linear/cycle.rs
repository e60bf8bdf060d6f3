//! The limit cycle of a known plant, and what is measured of its whole record.

use crate::base::num;
use crate::control::relay::{RelaySpec, describing};

use super::discrete::Discrete;

/// Periods of the record.
const RECORD: usize = 40;
/// Periods of its end that amplitude and fundamental are taken of.
const TAIL: f64 = 4.0;
/// Switch intervals of its end that the period is the mean of.
const INTERVALS: usize = 5;

/// A limit cycle.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitCycle {
    /// Half of what y covers from peak to peak in the last four periods.
    pub amplitude: f64,
    /// The mean of the last five intervals between switches the same way, s.
    pub period_s: f64,
    /// Ku by the describing function.
    pub ku_describing: f64,
    /// Ku by the fundamental of the last four periods.
    pub ku_fourier: f64,
    /// y in the last four periods, some 400 samples of it.
    pub tail: Vec<f64>,
}

/// Runs a plant at rest under the relay about 0 for forty periods. None when it does not get there
/// within `samples_max` samples, or a period has less than eight.
#[must_use]
pub fn limit_cycle(spec: &RelaySpec, plant: &Discrete, samples_max: usize) -> Option<LimitCycle> {
    let (mut plant, ts) = (plant.at_rest(), plant.sample_s());
    let (mut high, mut falls, mut record) = (None, Vec::new(), Vec::new());
    while falls.len() < RECORD {
        if record.len() >= samples_max {
            return None;
        }
        let y = plant.output();
        if !y.is_finite() {
            return None;
        }
        let next = spec.switch(high, -y);
        if high == Some(true) && !next {
            falls.push(record.len());
        }
        high = Some(next);
        record.push(y);
        plant.advance(match next {
            true => spec.bias + spec.amplitude,
            false => spec.bias - spec.amplitude,
        });
    }
    let last = falls.len() - 1;
    let samples = (falls[last] - falls[last - INTERVALS]) as f64 / INTERVALS as f64;
    if samples < 8.0 {
        return None;
    }
    let length = (TAIL * samples).round() as usize;
    let tail = &record[record.len().saturating_sub(length)..];
    let ends = tail
        .iter()
        .fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], y| {
            [a.min(*y), b.max(*y)]
        });
    let amplitude = 0.5 * (ends[1] - ends[0]);
    let (mut re, mut im) = (0.0, 0.0);
    for (k, y) in tail.iter().enumerate() {
        let (sin, cos) = num::sin_cos(num::TAU * k as f64 / samples);
        re += y * cos;
        im -= y * sin;
    }
    let fundamental = 2.0 * num::hypot(re, im) / tail.len() as f64;
    let every = (tail.len() / 400).max(1);
    Some(LimitCycle {
        amplitude,
        period_s: samples * ts,
        ku_describing: describing(spec.amplitude, amplitude, spec.hysteresis).0,
        ku_fourier: 4.0 * spec.amplitude / num::PI / fundamental,
        tail: tail.iter().step_by(every).copied().collect(),
    })
}
