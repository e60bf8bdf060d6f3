//! A window that moves on, with what its analysis keeps from one result to the next.

use std::fmt;

use super::causal::CausalOrder;
use super::judge::Extents;
use super::locking::CausalLocking;
use super::ordinal::Ordinal;
use super::segments::Segments;
use super::state::SignalError;
use super::window::FrameWindow;

/// The latest frames of a population's channels. What is kept beside the window saves work alone:
/// without it, an analysis gives the same bits.
#[derive(Clone)]
pub struct SignalStream {
    pub(super) window: FrameWindow,
    /// Number of the next frame; that of the first is 0.
    next: u64,
    /// Of the next frame at the last analysis.
    seen: u64,
    pub(super) extents: Extents,
    pub(super) segments: Segments,
    pub(super) ordinal: Ordinal,
    pub(super) causal: CausalOrder,
    pub(super) locking: CausalLocking,
}

impl SignalStream {
    /// An empty window of `capacity` frames, at least one.
    #[must_use]
    pub fn new(channels: usize, capacity: usize) -> Self {
        Self::of(FrameWindow::new(channels, capacity))
    }

    /// Of a window that is there already.
    #[must_use]
    pub fn of(window: FrameWindow) -> Self {
        Self {
            next: window.len() as u64,
            window,
            seen: 0,
            extents: Extents::default(),
            segments: Segments::default(),
            ordinal: Ordinal::default(),
            causal: CausalOrder::default(),
            locking: CausalLocking::default(),
        }
    }

    /// Begins anew with a full window of channels of equal length, in the memory that there is.
    pub fn fill(&mut self, channels: &[&[f64]]) {
        self.window.fill(channels);
        (self.next, self.seen) = (self.window.len() as u64, 0);
        self.extents.clear();
        self.segments.clear();
        self.ordinal.clear();
        self.causal.clear();
        self.locking.clear();
    }

    /// Adds a frame; a full window loses its oldest.
    ///
    /// # Errors
    /// When the frame has another number of channels than the window.
    pub fn push(&mut self, frame: &[f64]) -> Result<(), SignalError> {
        self.window.push(frame)?;
        self.next += 1;
        Ok(())
    }

    /// The window.
    #[must_use]
    pub fn window(&self) -> &FrameWindow {
        &self.window
    }

    /// Number of the oldest frame.
    pub(super) fn first(&self) -> u64 {
        self.next - self.window.len() as u64
    }

    /// Frames that are new since this was asked last, at most all of the window.
    pub(super) fn take_fresh(&mut self) -> usize {
        let (new, frames) = (self.next - self.seen, self.window.len());
        self.seen = self.next;
        usize::try_from(new).map_or(frames, |new| new.min(frames))
    }
}

impl PartialEq for SignalStream {
    fn eq(&self, other: &Self) -> bool {
        self.window == other.window
    }
}

impl fmt::Debug for SignalStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SignalStream").field(&self.window).finish()
    }
}
