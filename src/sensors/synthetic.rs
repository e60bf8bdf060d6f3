//! A known signal as a sensor, for tests and for teaching what the numbers mean.

use crate::base::Tick;
use crate::base::num;
use crate::base::random::{KeyedRng, Purpose};

use super::device::SensorDevice;

/// Sines of one frequency with a phase step between channels, in white noise.
#[derive(Clone, Debug)]
pub struct Synthetic {
    /// Number of channels.
    pub channels: usize,
    /// Frequency, Hz.
    pub frequency_hz: f64,
    /// Amplitude.
    pub amplitude: f64,
    /// Phase between neighbouring channels, rad.
    pub phase_step: f64,
    /// Standard deviation of the noise.
    pub noise: f64,
    /// Seed of the run.
    pub seed: u64,
    /// The sensor's number, which keeps its noise apart from others'.
    pub sensor: u32,
}

impl SensorDevice for Synthetic {
    fn columns(&self) -> Vec<String> {
        (0..self.channels).map(|k| k.to_string()).collect()
    }

    fn read(&mut self, tick: Tick, time_s: f64, values: &mut [f64]) {
        for (k, value) in values.iter_mut().enumerate() {
            let phase = num::TAU * self.frequency_hz * time_s + self.phase_step * k as f64;
            let stream = (1 << 63) | (u64::from(self.sensor) << 32) | k as u64;
            let xi = KeyedRng::new(self.seed, Purpose::Sensor, stream, tick).normal();
            *value = self.amplitude * num::cos(phase) + self.noise * xi;
        }
    }
}
