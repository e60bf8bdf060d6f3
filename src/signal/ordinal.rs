//! Counts of the order patterns of three neighbouring samples.

use crate::base::num;

use super::window::FrameWindow;

/// Codes of patterns: which of the pairs (1, 2), (1, 3), (2, 3) descend. Six of eight occur.
const CODES: usize = 8;

/// Pattern counts of every channel over a window. Counts are integers, so a window that has moved
/// on counts as if it had been counted anew.
#[derive(Clone, Debug, Default)]
pub struct Ordinal {
    channels: usize,
    /// Codes of the patterns that end in each of the latest frames, by number of the frame.
    codes: Vec<u8>,
    capacity: usize,
    counts: Vec<u32>,
    /// Numbers of the first and of one after the last frame whose pattern is counted.
    counted: (u64, u64),
}

impl Ordinal {
    /// Forgets what was counted.
    pub fn clear(&mut self) {
        self.counted = (0, 0);
        self.counts.fill(0);
    }

    /// Counts the patterns of a window whose oldest frame has the number `first`.
    pub fn look(&mut self, window: &FrameWindow, first: u64) {
        let (channels, capacity) = (window.channel_count(), window.capacity());
        if (self.channels, self.capacity) != (channels, capacity) {
            (self.channels, self.capacity) = (channels, capacity);
            self.codes = vec![0; channels * capacity];
            self.counts = vec![0; channels * CODES];
            self.counted = (0, 0);
        }
        let (from, to) = (first + 2, first + window.len() as u64);
        if from >= to || self.counted.1 < from || self.counted.0 > from {
            self.clear();
            self.counted = (from, from);
        }
        for frame in self.counted.0..from {
            self.count(frame, |count| *count -= 1);
        }
        for frame in self.counted.1..to {
            self.encode(window, (frame - first) as usize, frame);
            self.count(frame, |count| *count += 1);
        }
        self.counted = (from, to.max(from));
    }

    fn slot(&self, frame: u64) -> usize {
        (frame % self.capacity as u64) as usize * self.channels
    }

    fn encode(&mut self, window: &FrameWindow, place: usize, frame: u64) {
        let at = self.slot(frame);
        let codes = &mut self.codes[at..at + self.channels];
        let (a, b, c) = (
            window.row(place - 2),
            window.row(place - 1),
            window.row(place),
        );
        for (k, code) in codes.iter_mut().enumerate() {
            // Of equal samples the earlier counts as the lower.
            let descend = [b[k] < a[k], c[k] < a[k], c[k] < b[k]].map(u8::from);
            *code = descend[0] | (descend[1] << 1) | (descend[2] << 2);
        }
    }

    fn count(&mut self, frame: u64, change: impl Fn(&mut u32)) {
        let at = self.slot(frame);
        let codes = &self.codes[at..at + self.channels];
        for (own, code) in self.counts.chunks_exact_mut(CODES).zip(codes) {
            change(&mut own[usize::from(*code)]);
        }
    }

    /// Permutation entropy of a channel, −Σ p ln p over its patterns, nats; 0 … ln 6.
    #[must_use]
    pub fn entropy(&self, channel: usize) -> f64 {
        let counts = &self.counts[channel * CODES..(channel + 1) * CODES];
        let total: u32 = counts.iter().sum();
        let mut entropy = 0.0;
        for count in counts.iter().filter(|count| **count > 0) {
            let p = f64::from(*count) / f64::from(total);
            entropy -= p * num::ln(p);
        }
        entropy.max(0.0)
    }
}
