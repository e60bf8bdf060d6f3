//! A known signal as a sensor, for tests and for teaching what the numbers mean.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::num;
use crate::base::random::{KeyedRng, Purpose};
use crate::base::{Problems, Tick};
use crate::registry::site::PopulationRanges;
use crate::sensors::device::SensorDevice;

use super::kind::{DeviceFacts, DeviceFault, DeviceKind, DeviceOpening, Opened};

/// A known signal in noise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SyntheticSpec {
    /// Number of channels.
    pub channels: usize,
    /// Frequency, Hz: of a chirp the one that it begins with, of a modulated tone its carrier's;
    /// noise has none.
    pub frequency_hz: f64,
    /// Amplitude; of noise its standard deviation.
    #[serde(default = "one")]
    pub amplitude: f64,
    /// Phase between neighbouring channels, rad.
    #[serde(default)]
    pub phase_step: f64,
    /// Standard deviation of the white noise that is added.
    #[serde(default)]
    pub noise: f64,
    /// The shape of the signal.
    #[serde(default, skip_serializing_if = "Wave::is_sine")]
    pub wave: Wave,
}

/// The shape of a synthetic signal of amplitude A and frequency f.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Wave {
    /// A cos 2πft.
    #[default]
    Sine,
    /// A tone whose frequency moves in a straight line from f to another one, and stays there; its
    /// phase is continuous.
    Chirp {
        /// The frequency at the end, Hz.
        to_hz: f64,
        /// How long it takes, s.
        over_s: f64,
    },
    /// Gaussian noise of standard deviation A, independent in every channel.
    Noise {
        /// How its power lies over frequency.
        #[serde(default)]
        color: NoiseColor,
    },
    /// An amplitude-modulated tone, A (1 + d cos 2πf't) cos 2πft.
    Am {
        /// Frequency f' of the modulation, Hz.
        modulation_hz: f64,
        /// Depth d of the modulation, 0 … 1.
        depth: f64,
    },
}

/// How the power of a noise lies over frequency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum NoiseColor {
    /// Evenly.
    #[default]
    White,
    /// Like 1/f over some sixteen octaves below the sample rate (Voss & Clarke 1978).
    Pink,
}

fn one() -> f64 {
    1.0
}

impl Wave {
    fn is_sine(&self) -> bool {
        *self == Self::Sine
    }
}

/// Signals of one shape with a phase step between channels, in white noise. What they are follows
/// from the tick and the parameters alone.
#[derive(Clone, Debug)]
pub struct Synthetic {
    spec: SyntheticSpec,
    /// Seed of the run.
    seed: u64,
    /// The sensor's number, which keeps its noise apart from others'.
    sensor: u32,
}

/// Rows of the pink noise: the k-th is drawn anew every 2^k ticks.
const PINK_ROWS: u64 = 16;

impl Synthetic {
    /// The signal of a sensor, in a run with this seed.
    #[must_use]
    pub fn new(spec: SyntheticSpec, seed: u64, sensor: u32) -> Self {
        Self { spec, seed, sensor }
    }

    /// A standard normal number of a channel and tick; `row` tells apart those of one channel.
    fn normal(&self, channel: usize, row: u64, tick: Tick) -> f64 {
        let stream = (1 << 63) | (u64::from(self.sensor) << 32) | (row << 16) | channel as u64;
        KeyedRng::new(self.seed, Purpose::Sensor, stream, tick).normal()
    }

    fn wave(&self, channel: usize, tick: Tick, time_s: f64) -> f64 {
        let own = &self.spec;
        let offset = own.phase_step * channel as f64;
        match own.wave {
            Wave::Sine => num::cos(num::TAU * own.frequency_hz * time_s + offset),
            Wave::Chirp { to_hz, over_s } => {
                let swept = time_s.min(over_s);
                let slope = (to_hz - own.frequency_hz) / over_s;
                let turns = (own.frequency_hz + 0.5 * slope * swept) * swept;
                let turns = turns + to_hz * (time_s - swept);
                num::cos(num::TAU * turns + offset)
            }
            Wave::Noise { color } => match color {
                NoiseColor::White => self.normal(channel, 1, tick),
                NoiseColor::Pink => {
                    let rows = 0..PINK_ROWS;
                    let sum: f64 = rows.map(|k| self.normal(channel, k + 1, tick >> k)).sum();
                    sum / (PINK_ROWS as f64).sqrt()
                }
            },
            Wave::Am {
                modulation_hz,
                depth,
            } => {
                let envelope = 1.0 + depth * num::cos(num::TAU * modulation_hz * time_s);
                envelope * num::cos(num::TAU * own.frequency_hz * time_s + offset)
            }
        }
    }
}

impl SensorDevice for Synthetic {
    fn columns(&self) -> Vec<String> {
        (0..self.spec.channels).map(|k| k.to_string()).collect()
    }

    fn read(&mut self, tick: Tick, time_s: f64, values: &mut [f64]) {
        for (k, value) in values.iter_mut().enumerate() {
            let xi = self.normal(k, 0, tick);
            *value = self.spec.amplitude * self.wave(k, tick, time_s) + self.spec.noise * xi;
        }
    }
}

impl DeviceKind for SyntheticSpec {
    fn validate(&self, problems: &mut Problems, path: &str, _: &DeviceFacts) {
        let frequency = |problems: &mut Problems, field: &str, value: f64| {
            problems.range(&format!("{path}.{field}"), value, 0.0, 1e9, " Hz");
        };
        problems.count(&format!("{path}.channels"), self.channels as u64, 1, 4096);
        frequency(problems, "frequency_hz", self.frequency_hz);
        problems.range(&format!("{path}.amplitude"), self.amplitude, 0.0, 1e9, "");
        problems.range(&format!("{path}.noise"), self.noise, 0.0, 1e9, "");
        match self.wave {
            Wave::Sine | Wave::Noise { .. } => {}
            Wave::Chirp { to_hz, over_s } => {
                frequency(problems, "wave.to_hz", to_hz);
                problems.positive(&format!("{path}.wave.over_s"), over_s, " s");
            }
            Wave::Am {
                modulation_hz,
                depth,
            } => {
                frequency(problems, "wave.modulation_hz", modulation_hz);
                problems.range(&format!("{path}.wave.depth"), depth, 0.0, 1.0, "");
            }
        }
    }

    fn count(&self, _: &PopulationRanges) -> Option<usize> {
        Some(self.channels)
    }

    fn open(&self, opening: &mut DeviceOpening) -> Result<Opened, DeviceFault> {
        let device = Synthetic::new(self.clone(), opening.seed, opening.sensor);
        Ok(Opened::Owned(Box::new(device)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(frequency_hz: f64, wave: Wave) -> Synthetic {
        let spec = SyntheticSpec {
            channels: 2,
            frequency_hz,
            amplitude: 2.0,
            phase_step: 0.0,
            noise: 0.0,
            wave,
        };
        Synthetic::new(spec, 7, 3)
    }

    fn series(device: &mut Synthetic, ticks: u64, tick_s: f64) -> Vec<f64> {
        let read = |tick: u64| {
            let mut values = [f64::NAN; 2];
            device.read(tick, tick as f64 * tick_s, &mut values);
            values[0]
        };
        (0..ticks).map(read).collect()
    }

    #[test]
    fn a_chirp_goes_through_its_frequencies_without_a_jump() {
        let wave = Wave::Chirp {
            to_hz: 9.0,
            over_s: 4.0,
        };
        let mut chirp = device(1.0, wave);
        let values = series(&mut chirp, 12_000, 0.001);
        // No step is larger than that of the highest frequency.
        let most = 2.0 * num::TAU * 9.0 * 0.001 * 1.001;
        assert!(values.windows(2).all(|w| (w[1] - w[0]).abs() < most));
        let crossings = |from: usize, to: usize| {
            let part = &values[from..to];
            part.windows(2)
                .filter(|w| w[0] < 0.0 && w[1] >= 0.0)
                .count()
        };
        // (1 + 9)/2 Hz over 4 s are 20 turns; 9 Hz from there on.
        assert!((19..=20).contains(&crossings(0, 4000)));
        assert_eq!(crossings(5000, 10_000), 45);
    }

    #[test]
    fn a_modulated_tone_keeps_to_its_envelope() {
        let wave = Wave::Am {
            modulation_hz: 0.5,
            depth: 0.5,
        };
        let values = series(&mut device(20.0, wave), 2000, 0.001);
        let peak = |from: usize, to: usize| {
            let part = values[from..to].iter();
            part.fold(0.0, |most: f64, value| most.max(value.abs()))
        };
        assert!((peak(0, 100) - 3.0).abs() < 0.02, "{}", peak(0, 100));
        assert!((peak(950, 1050) - 1.0).abs() < 0.02, "{}", peak(950, 1050));
    }

    #[test]
    fn noise_has_its_deviation_and_pink_noise_moves_slowly() {
        for (color, lag) in [(NoiseColor::White, 0.0), (NoiseColor::Pink, 0.875)] {
            let values = series(&mut device(0.0, Wave::Noise { color }), 60_000, 0.01);
            let count = values.len() as f64;
            let power = values.iter().map(|v| v * v).sum::<f64>() / count;
            let next = values.windows(2).map(|w| w[0] * w[1]).sum::<f64>() / count;
            assert!((power / 4.0 - 1.0).abs() < 0.5, "{color:?}: {power}");
            assert!((next / power - lag).abs() < 0.08, "{color:?}: {next}");
        }
        let mut noise = device(
            0.0,
            Wave::Noise {
                color: NoiseColor::White,
            },
        );
        let mut values = [0.0; 2];
        noise.read(5, 0.0, &mut values);
        assert_ne!(values[0], values[1]);
    }
}
