//! Sensors as they are now, for people who look at them.

use bevy::prelude::*;

use crate::base::{PopulationId, Tick};
use crate::resonator::Population;

use super::channel::SensorFrame;
use super::health::{ChannelHealth, FrameHealth};

/// Channels of a sensor that are told one by one, at most.
const SHOWN: usize = 32;

/// What the signal engine of one scope has of a sensor.
#[derive(Clone, Debug, PartialEq)]
pub struct SensorReading {
    /// Index of the sensor in the scene.
    pub sensor: u32,
    /// The scope.
    pub scope: PopulationId,
    /// Number of its channels there.
    pub channels: usize,
    /// Share of samples that are there, 0 … 1, over the channels and the ticks of a window.
    pub coverage: f64,
    /// Ticks since the latest sample of the channel where that is longest.
    pub stale_ticks: u64,
    /// Gaps of all channels so far.
    pub gaps: u64,
    /// Samples that are missing so far.
    pub missing: u64,
    /// Channels without a sample now.
    pub silent: usize,
    /// The greatest jitter, s; `None` without a live device.
    pub jitter_s: Option<f64>,
    /// The first channels, one by one.
    pub shown: Vec<ChannelReading>,
}

/// A channel as it is now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChannelReading {
    /// Its number over all sensors.
    pub channel: u32,
    /// Its value; NaN where there is none.
    pub value: f64,
    /// Ticks since its latest sample.
    pub stale_ticks: u64,
    /// Share of samples that are there, 0 … 1, over the ticks of a window.
    pub coverage: f64,
    /// Its time stamps and gaps.
    pub health: ChannelHealth,
}

impl SensorReading {
    /// What the scopes that are at home in a World have of the sensors, in the order of scopes and
    /// channels. `sensor_of` tells the sensor of a channel by its number.
    pub fn all(world: &mut World, sensor_of: impl Fn(u32) -> Option<u32>) -> Vec<Self> {
        let mut frames = world.query::<(&Population, &SensorFrame)>();
        let mut all = Vec::new();
        for (population, frame) in frames.iter(world) {
            let scope = population.id;
            for (k, (channel, value)) in frame.channels.iter().zip(&frame.values).enumerate() {
                let (Some(sensor), Some(health)) =
                    (sensor_of(*channel), frame.health.channels.get(k))
                else {
                    continue;
                };
                let at = (k, frame.taken_at);
                let own = ChannelReading::of((*channel, *value), &frame.health, *health, at);
                match all.last_mut() {
                    Some(Self {
                        sensor: last,
                        scope: of,
                        ..
                    }) if (*last, *of) == (sensor, scope) => {}
                    _ => all.push(Self::empty(sensor, scope)),
                }
                if let Some(last) = all.last_mut() {
                    last.add(own);
                }
            }
        }
        for own in &mut all {
            own.coverage /= own.channels.max(1) as f64;
        }
        all.sort_by_key(|own| (own.scope, own.sensor));
        all
    }

    fn empty(sensor: u32, scope: PopulationId) -> Self {
        Self {
            sensor,
            scope,
            channels: 0,
            coverage: 0.0,
            stale_ticks: 0,
            gaps: 0,
            missing: 0,
            silent: 0,
            jitter_s: None,
            shown: Vec::new(),
        }
    }

    fn add(&mut self, own: ChannelReading) {
        self.channels += 1;
        self.coverage += own.coverage;
        self.stale_ticks = self.stale_ticks.max(own.stale_ticks);
        self.gaps += own.health.gaps;
        self.missing += own.health.missing;
        self.silent += usize::from(!own.value.is_finite());
        let jitter = self.jitter_s.into_iter().chain(own.health.jitter_s);
        self.jitter_s = jitter.max_by(f64::total_cmp);
        if self.shown.len() < SHOWN {
            self.shown.push(own);
        }
    }
}

impl ChannelReading {
    fn of(
        (channel, value): (u32, f64),
        frame: &FrameHealth,
        health: ChannelHealth,
        (place, taken): (usize, Tick),
    ) -> Self {
        Self {
            channel,
            value,
            stale_ticks: frame.stale_ticks(place, taken),
            coverage: frame.coverage(place),
            health,
        }
    }
}
