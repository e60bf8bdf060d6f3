//! A ring of the latest frames.

use serde::{Deserialize, Serialize};

use super::state::SignalError;

/// The latest frames of a fixed number of channels. Samples keep every bit, NaN included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrameWindow {
    channels: usize,
    capacity: usize,
    /// Frames one after the other; the oldest begins at `head` once the ring is full.
    frames: Vec<f64>,
    head: usize,
}

impl FrameWindow {
    /// An empty window of `capacity` frames.
    #[must_use]
    pub fn new(channels: usize, capacity: usize) -> Self {
        Self {
            channels,
            capacity: capacity.max(1),
            frames: Vec::new(),
            head: 0,
        }
    }

    /// Adds a frame; a full window loses its oldest.
    ///
    /// # Errors
    /// When the frame has another number of channels than the window.
    pub fn push(&mut self, frame: &[f64]) -> Result<(), SignalError> {
        if frame.len() != self.channels {
            return Err(SignalError::FrameLength {
                found: frame.len(),
                expected: self.channels,
            });
        }
        if self.len() < self.capacity {
            self.frames.extend_from_slice(frame);
        } else {
            let at = self.head * self.channels;
            self.frames[at..at + self.channels].copy_from_slice(frame);
            self.head = (self.head + 1) % self.capacity;
        }
        Ok(())
    }

    /// Frames held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.frames.len().checked_div(self.channels).unwrap_or(0)
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Whether the next frame displaces one.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.len() == self.capacity
    }

    /// Frames that it can hold.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Number of channels.
    #[must_use]
    pub fn channel_count(&self) -> usize {
        self.channels
    }

    /// Copies one channel into `out`, oldest sample first.
    pub fn channel(&self, index: usize, out: &mut Vec<f64>) {
        let n = self.len();
        out.clear();
        out.extend((0..n).map(|k| self.frames[(self.head + k) % n * self.channels + index]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_frame_gives_way_and_nan_survives() {
        let mut window = FrameWindow::new(2, 3);
        let mut out = Vec::new();
        for k in 0..5 {
            window.push(&[f64::from(k), f64::NAN]).unwrap();
        }
        window.channel(0, &mut out);
        assert_eq!(out, [2.0, 3.0, 4.0]);
        window.channel(1, &mut out);
        assert!(out.iter().all(|x| x.is_nan()));
        assert!(window.is_full());
        assert!(window.push(&[1.0]).is_err());
    }
}
