//! What sensors saw, for panels: the samples of each scope tick by tick, and the window of samples
//! that signals are measured on at the shown tick.

use crate::base::Tick;
use crate::kernel::Simulation;
pub use crate::kernel::sensed::{LATE_TICKS, SensedScope, sensed_scopes};
use crate::signal::{FrameWindow, SignalSettings, SignalWindows};

/// Channels of a scope that are looked at most; further ones are left out.
pub const CHANNELS: usize = 256;
/// Samples of a window that is looked at, over all channels, at most: 32 MB.
pub const SAMPLES: usize = 1 << 22;
/// Samples of a scope that a branch remembers, over all channels: 16 MB.
const KEPT: usize = 1 << 21;
/// Frames that are filled up where none came; a longer gap begins the record anew.
const GAP: u64 = 4096;

/// The samples that the signals of a scope are measured on.
#[derive(Clone, Debug, PartialEq)]
pub struct SensedWindow {
    /// Population, or "cluster".
    pub scope: String,
    /// Names of its channels.
    pub channels: Vec<String>,
    /// The latest samples of each.
    pub window: FrameWindow,
    /// How the scene analyses them.
    pub settings: SignalSettings,
    /// Ticks completed when this was taken.
    pub tick: Tick,
}

impl SensedWindow {
    /// The window of the signal engine as it is now; `None` for more than 256 channels or 2²²
    /// samples.
    #[must_use]
    pub fn of(scope: &SensedScope, simulation: &mut Simulation) -> Option<Self> {
        if scope.channels.len() > CHANNELS {
            return None;
        }
        let clock = simulation.clock();
        let settings = simulation.scene().signal.settings(clock.sample_rate_hz());
        let settings = settings.into_iter().next()?;
        let windows = scope.part::<SignalWindows>(simulation)?;
        let window = windows.0.first()?.window();
        if window.len() * window.channel_count() > SAMPLES {
            return None;
        }
        Some(Self {
            scope: scope.name.clone(),
            channels: scope.channels.clone(),
            window: window.clone(),
            settings,
            tick: clock.tick,
        })
    }
}

/// The samples of a scope's channels by the tick after which they were known, without a gap.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Samples {
    channels: usize,
    first: Tick,
    /// Frame after frame.
    values: Vec<f64>,
}

impl Samples {
    /// Takes the frame that was known after a tick. One that is known already changes nothing.
    pub fn take(&mut self, tick: Tick, frame: &[f64]) {
        if frame.len() != self.channels || frame.is_empty() {
            *self = Self {
                channels: frame.len(),
                first: tick,
                values: Vec::new(),
            };
        }
        let end = self.end();
        if tick < end || frame.is_empty() {
            return;
        }
        if tick - end > GAP {
            self.values.clear();
            self.first = tick;
        } else {
            let missing = (tick - end) as usize * self.channels;
            self.values.resize(self.values.len() + missing, f64::NAN);
        }
        self.values.extend_from_slice(frame);
        if self.values.len() > KEPT {
            let frames = KEPT / 4 / self.channels;
            self.values.drain(..frames * self.channels);
            self.first += frames as Tick;
        }
    }

    /// Forgets what was known after later ticks only.
    pub fn truncate(&mut self, tick: Tick) {
        let frames = (tick + 1).saturating_sub(self.first) as usize;
        self.values.truncate(frames * self.channels);
    }

    /// Channels of a frame.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// The tick after which the first frame was known.
    #[must_use]
    pub fn first(&self) -> Tick {
        self.first
    }

    /// One tick after the one after which the last frame was known.
    #[must_use]
    pub fn end(&self) -> Tick {
        self.first + self.values.len().checked_div(self.channels).unwrap_or(0) as Tick
    }

    /// The sample of a channel that was known after a tick; NaN where there is none.
    #[must_use]
    pub fn at(&self, channel: usize, tick: Tick) -> f64 {
        let Some(frame) = tick.checked_sub(self.first) else {
            return f64::NAN;
        };
        let place = frame as usize * self.channels + channel;
        match channel < self.channels {
            true => self.values.get(place).copied().unwrap_or(f64::NAN),
            false => f64::NAN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_that_runs_again_changes_nothing_and_a_gap_has_no_values() {
        let mut own = Samples::default();
        own.take(2, &[1.0, 2.0]);
        own.take(3, &[3.0, 4.0]);
        own.take(2, &[9.0, 9.0]);
        own.take(6, &[5.0, 6.0]);
        assert_eq!((own.first(), own.end(), own.channels()), (2, 7, 2));
        let second: Vec<f64> = (2..7).map(|tick| own.at(1, tick)).collect();
        assert_eq!(second[..2], [2.0, 4.0]);
        assert!(second[2].is_nan() && second[3].is_nan() && own.at(2, 2).is_nan());
        assert_eq!(second[4], 6.0);
        own.truncate(3);
        assert_eq!((own.end(), own.at(0, 3)), (4, 3.0));
        assert!(own.at(0, 1).is_nan() && own.at(0, 4).is_nan());
        own.truncate(0);
        assert_eq!(own.end(), 2);
        own.take(3 + 2 * GAP, &[7.0, 8.0]);
        assert_eq!(own.first(), 3 + 2 * GAP);
        own.take(9_000_000, &[1.0]);
        assert_eq!((own.channels(), own.at(0, 9_000_000)), (1, 1.0));
    }

    #[test]
    fn the_oldest_samples_give_way() {
        let mut own = Samples::default();
        let frame = vec![0.5; 256];
        for tick in 0..20_000 {
            own.take(tick, &frame);
        }
        assert!(own.values.len() <= KEPT && own.end() == 20_000);
        assert!(own.first() > 9_000 && own.at(0, own.first()) == 0.5);
    }
}
