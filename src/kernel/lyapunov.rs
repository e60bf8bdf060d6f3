//! The largest Lyapunov exponent of a plant with its drives held.
//!
//! Two copies of the plant run beside each other from states a small distance apart. After each
//! interval the logarithm of their distance is kept and the second copy is brought back near the
//! first: λ = ⟨ln(d/d₀)⟩ / interval (Benettin, Galgani, Giorgilli & Strelcyn, 1980). Noise is the
//! same in both. Control and field stand still, so that what grows is the plant's own.

use crate::base::random::{KeyedRng, Purpose};
use crate::base::{TickClock, num};
use crate::phi::picture::PlantPicture;
use crate::resonator::Plant;

use super::simulation::{SimError, Simulation};

/// How to measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LyapunovSettings {
    /// Ticks of an interval, ≥ 1.
    pub interval: u64,
    /// Intervals that align the distance and do not count.
    pub aligned: u64,
    /// Intervals that count, ≥ 1.
    pub intervals: u64,
    /// Distance d₀ of the states at the start of an interval.
    pub distance: f64,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Lyapunov {
    /// λ, 1/s.
    pub exponent: f64,
    /// Its standard error from ten batches of intervals; `None` for fewer than twenty.
    pub error: Option<f64>,
    /// The running estimate after each interval, 1/s.
    pub running: Vec<f64>,
    /// Time measured, s.
    pub seconds: f64,
}

impl Simulation {
    /// Measures the largest Lyapunov exponent from the present state on; `progress` is told each
    /// interval. The run itself stays where it is.
    ///
    /// # Errors
    /// When the plant hears late, its weights adapt, it has no resonators, or a state is lost.
    pub fn lyapunov(
        &mut self,
        settings: LyapunovSettings,
        mut progress: impl FnMut(u64),
    ) -> Result<Lyapunov, SimError> {
        if !self.blueprint().delay_line.is_empty() {
            let message = "the state of a plant with delays is its past, expected one without";
            return Err(SimError::Refused(message.to_owned()));
        }
        if self
            .scene()
            .populations
            .iter()
            .any(|own| own.plasticity.is_some())
        {
            let message = "weights that adapt would stand still in the copies, expected none";
            return Err(SimError::Refused(message.to_owned()));
        }
        let picture = self.portray();
        let mut pair = Pair::new(&picture, settings.distance);
        let span_s = self.clock().tick_s() * settings.interval as f64;
        let mut sum = 0.0;
        let (mut rates, mut running) = (Vec::new(), Vec::new());
        for k in 0..settings.aligned + settings.intervals {
            let span = (k * settings.interval, settings.interval);
            let growth = pair.advance(span).map_err(SimError::Refused)?;
            progress(k + 1);
            if k >= settings.aligned {
                sum += growth;
                rates.push(growth / span_s);
                running.push(sum / (span_s * rates.len() as f64));
            }
        }
        Ok(Lyapunov {
            exponent: running.last().copied().unwrap_or(f64::NAN),
            error: batch_error(&rates),
            running,
            seconds: span_s * rates.len() as f64,
        })
    }
}

/// The standard error of a mean from ten batches.
fn batch_error(rates: &[f64]) -> Option<f64> {
    let size = rates.len() / 10;
    if size < 2 {
        return None;
    }
    let means: Vec<f64> = rates
        .chunks_exact(size)
        .take(10)
        .map(|batch| batch.iter().sum::<f64>() / size as f64)
        .collect();
    let mean = means.iter().sum::<f64>() / 10.0;
    let square: f64 = means.iter().map(|own| (own - mean) * (own - mean)).sum();
    Some((square / 90.0).sqrt())
}

struct Pair<'a> {
    picture: &'a PlantPicture,
    plant: Plant,
    near: Plant,
    /// Slots whose second number is a state.
    wide: Vec<bool>,
    distance: f64,
}

impl<'a> Pair<'a> {
    fn new(picture: &'a PlantPicture, distance: f64) -> Self {
        let plant = picture.plant();
        let mut near = plant.clone();
        let wide: Vec<bool> = (0..plant.len())
            .map(|slot| plant.kind(slot).has_second())
            .collect();
        let mut directions: Vec<[f64; 2]> = Vec::with_capacity(plant.len());
        for (slot, wide) in wide.iter().enumerate() {
            let mut rng = KeyedRng::new(picture.seed, Purpose::Initial, slot as u64, u64::MAX);
            let second = if *wide { rng.normal() } else { 0.0 };
            directions.push([rng.normal(), second]);
        }
        let norm = norm(directions.iter().copied());
        for (slot, [first, second]) in directions.iter().enumerate() {
            let [x, y] = plant.state(slot);
            let scale = distance / norm;
            near.write(slot, [x + scale * first, y + scale * second]);
        }
        Self {
            picture,
            plant,
            near,
            wide,
            distance,
        }
    }

    /// Runs both copies through an interval, and gives ln(d/d₀).
    fn advance(&mut self, span: (u64, u64)) -> Result<f64, String> {
        let seed = self.picture.seed;
        for plant in [&mut self.plant, &mut self.near] {
            self.picture.run_span(plant, span, seed)?;
        }
        let apart: Vec<[f64; 2]> = (0..self.plant.len())
            .map(|slot| {
                let (own, near) = (self.plant.state(slot), self.near.state(slot));
                let second = if self.wide[slot] {
                    near[1] - own[1]
                } else {
                    0.0
                };
                [near[0] - own[0], second]
            })
            .collect();
        let distance = norm(apart.iter().copied());
        if !distance.is_finite() {
            let clock: TickClock = self.picture.clock();
            let time = clock.time_s() + clock.tick_s() * (span.0 + span.1) as f64;
            return Err(format!("a state is no longer finite at t = {time} s"));
        }
        if distance == 0.0 {
            let text = "the two copies have met: the states have outgrown their distance, expected a \
                        larger --distance";
            return Err(text.to_owned());
        }
        let scale = self.distance / distance;
        for (slot, [first, second]) in apart.iter().enumerate() {
            let [x, y] = self.plant.state(slot);
            self.near
                .write(slot, [x + scale * first, y + scale * second]);
        }
        Ok(num::ln(distance / self.distance))
    }
}

fn norm(vectors: impl Iterator<Item = [f64; 2]>) -> f64 {
    let squares = vectors.map(|[x, y]| x * x + y * y);
    squares.sum::<f64>().sqrt()
}
