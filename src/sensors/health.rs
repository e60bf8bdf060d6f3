//! How well a scope's channels are: when each gave its latest sample, and what is missing.

use serde::{Deserialize, Serialize};

use crate::base::Tick;

/// What is known of the samples of one channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChannelHealth {
    /// The tick in which its latest sample was taken; `None` before the first.
    pub latest: Option<Tick>,
    /// Spans of ticks without a sample so far; one that goes on counts.
    pub gaps: u64,
    /// Ticks without a sample so far.
    pub missing: u64,
    /// Ticks with one, among the latest of the window.
    pub recent: u32,
    /// Whether there is none now.
    pub in_gap: bool,
    /// Its sample in the latest frame, if it had one.
    pub value: Option<f64>,
    /// How unevenly the samples of a live device arrive, s of wall time; `None` for others, and
    /// before there are two.
    pub jitter_s: Option<f64>,
}

/// Whether each channel had a sample, in each of the latest ticks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Presence {
    /// Bits of the channels, tick by tick; begins anew when it is full.
    bits: Vec<u64>,
    /// Ticks seen so far.
    seen: u64,
}

/// How well the channels of a scope are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FrameHealth {
    /// Of each channel, ascending.
    pub channels: Vec<ChannelHealth>,
    /// Ticks over which coverage is told.
    window: u64,
    presence: Presence,
}

/// One channel's part of a frame.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// The value; NaN where there is none.
    pub value: f64,
    /// The tick in which it was taken; `None` for one that is held.
    pub taken: Option<Tick>,
    /// Jitter of a live device, s.
    pub jitter_s: Option<f64>,
}

/// The health of a scope's channels together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HealthSummary {
    /// Share of samples that are there, 0 … 1, over channels and the latest ticks.
    pub coverage: f64,
    /// Ticks since the latest sample of the channel where that is longest.
    pub stale_ticks: u64,
    /// Gaps of all channels so far.
    pub gaps: u64,
    /// The greatest jitter, s; `None` without a live device.
    pub jitter_s: Option<f64>,
    /// The mean of the latest samples of the channels that had one.
    pub mean: Option<f64>,
}

impl FrameHealth {
    /// Of a scope of `channels` channels, with coverage over so many ticks, ≥ 1.
    #[must_use]
    pub fn new(channels: usize, window: usize) -> Self {
        let window = window.max(1);
        Self {
            channels: vec![ChannelHealth::default(); channels],
            window: window as u64,
            presence: Presence {
                bits: vec![0; window * channels.div_ceil(64)],
                seen: 0,
            },
        }
    }

    /// Takes a frame, with one arrival for each channel.
    pub fn see(&mut self, frame: impl Iterator<Item = Arrival>) {
        let words = self.channels.len().div_ceil(64);
        let window = self.window.max(1);
        let first = (self.presence.seen % window) as usize * words;
        let full = self.presence.seen >= window;
        self.presence.seen += 1;
        for (k, (own, arrival)) in self.channels.iter_mut().zip(frame).enumerate() {
            let present = arrival.value.is_finite();
            own.value = present.then_some(arrival.value);
            let Some(word) = self.presence.bits.get_mut(first + k / 64) else {
                continue;
            };
            let bit = 1u64 << (k % 64);
            if full && *word & bit != 0 {
                own.recent -= 1;
            }
            match present {
                true => *word |= bit,
                false => *word &= !bit,
            }
            own.recent += u32::from(present);
            own.jitter_s = arrival.jitter_s;
            if present {
                own.in_gap = false;
                own.latest = own.latest.max(arrival.taken);
            } else {
                own.missing += 1;
                own.gaps += u64::from(!own.in_gap);
                own.in_gap = true;
            }
        }
    }

    /// Ticks that coverage is told over at present: fewer at the start.
    #[must_use]
    pub fn ticks(&self) -> u64 {
        self.presence.seen.min(self.window)
    }

    /// Share of the latest ticks in which a channel had a sample, 0 … 1; 0 before any tick.
    #[must_use]
    pub fn coverage(&self, channel: usize) -> f64 {
        let own = self.channels.get(channel);
        own.map_or(0.0, |own| {
            f64::from(own.recent) / self.ticks().max(1) as f64
        })
    }

    /// Ticks since the latest sample of a channel, in a frame of samples that were taken in tick
    /// `taken`; of one that never had any, all ticks so far.
    #[must_use]
    pub fn stale_ticks(&self, channel: usize, taken: Tick) -> u64 {
        let latest = self.channels.get(channel).and_then(|own| own.latest);
        latest.map_or(self.presence.seen, |latest| taken.saturating_sub(latest))
    }

    /// The mean of the latest samples of the channels that had one.
    fn mean(&self) -> Option<f64> {
        let values = self.channels.iter().filter_map(|own| own.value);
        let (count, sum) = values.fold((0u32, 0.0), |(n, sum), x| (n + 1, sum + x));
        (count > 0).then(|| sum / f64::from(count))
    }

    /// All channels together, in a frame of samples that were taken in tick `taken`; `None` before
    /// the first frame.
    #[must_use]
    pub fn summary(&self, taken: Tick) -> Option<HealthSummary> {
        let count = self.channels.len();
        if count == 0 || self.presence.seen == 0 {
            return None;
        }
        let recent: u64 = self.channels.iter().map(|own| u64::from(own.recent)).sum();
        let stale = (0..count).map(|k| self.stale_ticks(k, taken));
        let jitter = self.channels.iter().filter_map(|own| own.jitter_s);
        Some(HealthSummary {
            coverage: recent as f64 / (count as u64 * self.ticks()) as f64,
            stale_ticks: stale.max().unwrap_or(0),
            gaps: self.channels.iter().map(|own| own.gaps).sum(),
            jitter_s: jitter.max_by(f64::total_cmp),
            mean: self.mean(),
        })
    }
}

/// How unevenly the samples of a channel of a live device arrive, after RFC 3550 (6.4.1): with
/// transit times Rᵢ − Sᵢ, J grows by (|Δ(R − S)| − J)/16 with each sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Jitter {
    /// Transit time of the latest sample, s.
    transit_s: Option<f64>,
    /// J, s; `None` before two samples.
    pub estimate_s: Option<f64>,
}

impl Jitter {
    /// Takes the transit time of a sample, s; one that is not known does not count.
    pub fn see(&mut self, transit_s: f64) {
        if !transit_s.is_finite() {
            return;
        }
        if let Some(last) = self.transit_s.replace(transit_s) {
            let moved = (transit_s - last).abs();
            let known = self.estimate_s.unwrap_or(0.0);
            self.estimate_s = Some(known + (moved - known) / 16.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(value: f64, taken: Option<Tick>) -> Arrival {
        Arrival {
            value,
            taken,
            jitter_s: None,
        }
    }

    #[test]
    fn gaps_staleness_and_coverage_are_those_of_the_samples() {
        let mut health = FrameHealth::new(2, 4);
        assert_eq!(health.summary(0), None);
        let (lost, held) = (f64::NAN, None);
        // Channel 0: there, there, lost, lost, held, there. Channel 1 is always there.
        let first = [
            arrival(1.0, Some(0)),
            arrival(1.0, Some(1)),
            arrival(lost, Some(2)),
            arrival(lost, held),
            arrival(1.0, held),
            arrival(1.0, Some(5)),
        ];
        let mut stale = Vec::new();
        let mut covered = Vec::new();
        for (own, tick) in first.into_iter().zip(0..) {
            health.see([own, arrival(2.0, Some(tick))].into_iter());
            let summary = health.summary(tick).unwrap();
            stale.push(summary.stale_ticks);
            covered.push(health.coverage(0));
        }
        assert_eq!(stale, [0, 0, 1, 2, 3, 0]);
        assert_eq!(covered, [1.0, 1.0, 2.0 / 3.0, 0.5, 0.5, 0.5]);
        let own = health.channels[0];
        assert_eq!((own.gaps, own.missing, own.latest), (1, 2, Some(5)));
        let all = health.summary(5).unwrap();
        assert_eq!((all.gaps, all.jitter_s), (1, None));
        assert_eq!(all.coverage, 6.0 / 8.0);
    }

    #[test]
    fn a_channel_that_never_spoke_is_stale_since_the_start() {
        let mut health = FrameHealth::new(70, 8);
        for tick in 0..20 {
            let one = |k: u64| arrival(if k == 69 { f64::NAN } else { 0.5 }, Some(tick));
            health.see((0..70).map(one));
        }
        assert_eq!(health.stale_ticks(69, 19), 20);
        assert_eq!((health.coverage(69), health.coverage(68)), (0.0, 1.0));
        assert_eq!(health.channels[69].gaps, 1);
        let bytes = postcard::to_stdvec(&health).unwrap();
        let back: FrameHealth = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(back, health);
    }

    #[test]
    fn jitter_is_that_of_rfc_3550() {
        let mut jitter = Jitter::default();
        for transit in [5.0, f64::NAN, 5.0, 5.016, 5.0] {
            jitter.see(transit);
        }
        // 0, then 0.016/16 = 0.001, then 0.001 + 0.015/16.
        let expected = 0.001 + 0.015 / 16.0;
        assert!((jitter.estimate_s.unwrap() - expected).abs() < 1e-12);
    }
}
