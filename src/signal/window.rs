//! A ring of the latest frames.
//!
//! One frame holds one sample of every channel. A sample keeps its bits, so a channel with a gap
//! carries a NaN until that sample leaves the window, and is left out of analyses until then.

use serde::{Deserialize, Serialize};

use super::state::SignalError;

/// Channels that are written together when a window is made of them.
const GROUP: usize = 8;

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
    /// An empty window of `capacity` frames, at least one.
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

    /// The frame at a place, 0 for the oldest; empty beyond the newest.
    #[inline]
    #[must_use]
    pub fn row(&self, place: usize) -> &[f64] {
        let frames = self.len();
        if place >= frames {
            return &[];
        }
        let mut at = self.head + place;
        if at >= frames {
            at -= frames;
        }
        &self.frames[at * self.channels..(at + 1) * self.channels]
    }

    /// A full window of channels of equal length, oldest sample first.
    #[must_use]
    pub fn of_channels(channels: &[&[f64]]) -> Self {
        let mut own = Self::new(0, 1);
        own.fill(channels);
        own
    }

    /// Becomes a full window of channels of equal length, in the memory that it has.
    pub fn fill(&mut self, channels: &[&[f64]]) {
        let samples = channels.first().map_or(0, |own| own.len());
        let width = channels.len();
        let frames = &mut self.frames;
        frames.resize(samples * width, 0.0);
        // A line of the caches, which holds the samples of eight channels, is written to at once.
        for (number, group) in channels.chunks(GROUP).enumerate() {
            let rows = frames.chunks_exact_mut(width.max(1));
            for (k, row) in rows.enumerate() {
                let to = &mut row[number * GROUP..number * GROUP + group.len()];
                for (to, own) in to.iter_mut().zip(group) {
                    *to = own[k];
                }
            }
        }
        self.channels = width;
        self.capacity = samples.max(1);
        self.head = 0;
    }

    /// Copies one channel into `out`, oldest sample first; a channel that does not exist is empty.
    pub fn channel(&self, index: usize, out: &mut Vec<f64>) {
        out.clear();
        if index < self.channels {
            let (newer, older) = self.frames.split_at(self.head * self.channels);
            for part in [older, newer] {
                out.extend(part.iter().skip(index).step_by(self.channels));
            }
        }
    }

    /// The newest frame; `None` while there is none.
    #[must_use]
    pub fn latest(&self) -> Option<Vec<f64>> {
        let frames = self.len();
        let newest = (self.head + frames).checked_sub(1)? % frames.max(1);
        let at = newest * self.channels;
        self.frames
            .get(at..at + self.channels)
            .filter(|frame| !frame.is_empty())
            .map(<[f64]>::to_vec)
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
        window.channel(2, &mut out);
        assert!(out.is_empty());
        assert!(window.is_full());
    }

    #[test]
    fn the_newest_frame_is_the_last_one_pushed() {
        let mut window = FrameWindow::new(2, 3);
        assert_eq!(window.latest(), None);
        assert!(window.is_empty());
        for k in 0..8 {
            let frame = [f64::from(k), f64::from(-k)];
            window.push(&frame).unwrap();
            assert_eq!(window.latest().as_deref(), Some(frame.as_slice()));
            assert_eq!(window.len(), (k as usize + 1).min(3));
        }
    }

    #[test]
    fn a_frame_of_another_width_is_refused_and_leaves_the_window() {
        let mut window = FrameWindow::new(2, 3);
        window.push(&[1.0, 2.0]).unwrap();
        let before = window.clone();
        for frame in [&[1.0][..], &[1.0, 2.0, 3.0], &[]] {
            let refused = SignalError::FrameLength {
                found: frame.len(),
                expected: 2,
            };
            assert_eq!(window.push(frame), Err(refused));
        }
        assert_eq!(window, before);
    }

    #[test]
    fn a_window_without_channels_stays_empty() {
        let mut window = FrameWindow::new(0, 3);
        window.push(&[]).unwrap();
        assert_eq!((window.len(), window.latest()), (0, None));
    }
}
