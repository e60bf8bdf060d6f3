//! Which channels of a window are valid.
//!
//! A channel is valid when every sample is finite and max|x − mean| > 10⁻¹² max|x|. Extremes of
//! runs of frames are kept, so that a window that moves on looks at its new frames alone.

use std::ops::Range;

use crate::base::isa::{Arith, Isa, Kernel};

use super::state::Reason;
use super::window::FrameWindow;

/// A channel whose spread is not above this share of its greatest magnitude has no power.
const LEAST_SPREAD: f64 = 1e-12;

/// Least and greatest samples of every channel, and a mark of those that are not all finite.
#[derive(Clone, Debug, Default)]
pub struct Bounds {
    low: Vec<f64>,
    high: Vec<f64>,
    /// 0 when all samples are finite, NaN otherwise.
    dirt: Vec<f64>,
}

impl Bounds {
    fn reset(&mut self, channels: usize) {
        for (own, value) in [
            (&mut self.low, f64::MAX),
            (&mut self.high, f64::MIN),
            (&mut self.dirt, 0.0),
        ] {
            own.clear();
            own.resize(channels, value);
        }
    }

    fn copy(&mut self, other: &Self) {
        self.low.clone_from(&other.low);
        self.high.clone_from(&other.high);
        self.dirt.clone_from(&other.dirt);
    }

    /// max|x| of a channel.
    #[must_use]
    pub fn magnitude(&self, channel: usize) -> f64 {
        self.high[channel].abs().max(self.low[channel].abs())
    }
}

/// Extremes of runs of frames.
#[derive(Clone, Debug, Default)]
pub struct Extents {
    runs: Vec<Run>,
    /// The oldest run, and how many there are.
    first: usize,
    count: usize,
    /// Of these, the oldest that know the bounds of those after them, and the bounds of the rest.
    known: usize,
    rest: Bounds,
    /// Those of the whole window.
    pub whole: Bounds,
    /// Why each channel is not valid.
    pub faults: Vec<Option<Reason>>,
}

#[derive(Clone, Debug, Default)]
struct Run {
    /// Number of its first frame, and frames.
    from: u64,
    frames: usize,
    of: Bounds,
    /// Together with the runs after it, up to where they were looked at last as a whole.
    up_to: Bounds,
}

impl Extents {
    /// Forgets all runs.
    pub fn clear(&mut self) {
        (self.count, self.known) = (0, 0);
        self.rest.reset(0);
    }

    /// Looks at a window whose oldest frame has the number `first` and whose newest `fresh` frames
    /// are new.
    pub fn look(&mut self, isa: Isa, window: &FrameWindow, first: u64, fresh: usize) {
        let (frames, channels) = (window.len(), window.channel_count());
        if self.rest.low.len() != channels {
            (self.count, self.known) = (0, 0);
            self.rest.reset(channels);
        }
        while self.count > 0 && self.runs[self.first].from < first {
            if self.known == 0 {
                self.know(isa, channels);
            }
            self.first = (self.first + 1) % self.runs.len();
            self.count -= 1;
            self.known -= 1;
        }
        self.append(isa, window, first, fresh);
        self.whole.reset(channels);
        let covered: usize = self.iter().map(|run| run.frames).sum();
        // Frames of a run that has begun before the window.
        isa.run(Widen(&mut self.whole, window, 0..frames - covered));
        if self.known > 0 {
            isa.run(Merge(&mut self.whole, &self.runs[self.first].up_to));
        }
        isa.run(Merge(&mut self.whole, &self.rest));
        self.faults.clear();
        for channel in 0..channels {
            self.faults.push(self.fault(window, channel));
        }
    }

    fn iter(&self) -> impl Iterator<Item = &Run> {
        (0..self.count).map(|k| &self.runs[(self.first + k) % self.runs.len()])
    }

    fn append(&mut self, isa: Isa, window: &FrameWindow, first: u64, fresh: usize) {
        if fresh == 0 {
            return;
        }
        if self.count == self.runs.len() {
            // The oldest comes first again, so that there is room at the end.
            self.runs.rotate_left(self.first);
            self.first = 0;
            self.runs.push(Run::default());
        }
        let at = (self.first + self.count) % self.runs.len();
        self.count += 1;
        let (run, frames) = (&mut self.runs[at], window.len());
        run.from = first + (frames - fresh) as u64;
        run.frames = fresh;
        run.of.reset(window.channel_count());
        isa.run(Widen(&mut run.of, window, frames - fresh..frames));
        isa.run(Merge(&mut self.rest, &run.of));
    }

    /// Lets every run know the bounds of those after it: once for all of them, so that a run is
    /// merged twice, however many a window has.
    fn know(&mut self, isa: Isa, channels: usize) {
        let mut bounds = std::mem::take(&mut self.rest);
        bounds.reset(channels);
        for k in (0..self.count).rev() {
            let at = (self.first + k) % self.runs.len();
            let run = &mut self.runs[at];
            isa.run(Merge(&mut bounds, &run.of));
            run.up_to.copy(&bounds);
        }
        bounds.reset(channels);
        self.rest = bounds;
        self.known = self.count;
    }

    fn fault(&self, window: &FrameWindow, channel: usize) -> Option<Reason> {
        if self.whole.dirt[channel].is_nan() {
            return Some(Reason::NonFinite);
        }
        let peak = self.whole.magnitude(channel);
        if peak == 0.0 {
            return Some(Reason::Constant);
        }
        // Half the range is the least that the spread can be.
        let (low, high) = (
            self.whole.low[channel] / peak,
            self.whole.high[channel] / peak,
        );
        if high - low > 2.0 * LEAST_SPREAD {
            return None;
        }
        let samples = (0..window.len()).map(|place| window.row(place)[channel] / peak);
        let mean = samples.clone().sum::<f64>() / window.len() as f64;
        let spread = samples.fold(0.0f64, |s, x| s.max((x - mean).abs()));
        (spread <= LEAST_SPREAD).then_some(Reason::Constant)
    }
}

struct Merge<'a>(&'a mut Bounds, &'a Bounds);

impl Kernel for Merge<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let Self(own, other) = self;
        for (own, x) in own.low.iter_mut().zip(&other.low) {
            *own = if *x < *own { *x } else { *own };
        }
        for (own, x) in own.high.iter_mut().zip(&other.high) {
            *own = if *x > *own { *x } else { *own };
        }
        for (own, x) in own.dirt.iter_mut().zip(&other.dirt) {
            *own += x;
        }
    }
}

struct Widen<'a>(&'a mut Bounds, &'a FrameWindow, Range<usize>);

impl Kernel for Widen<'_> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let Self(bounds, window, places) = self;
        for place in places {
            let row = window.row(place);
            for (own, x) in bounds.low.iter_mut().zip(row) {
                *own = if *x < *own { *x } else { *own };
            }
            for (own, x) in bounds.high.iter_mut().zip(row) {
                *own = if *x > *own { *x } else { *own };
            }
            // 0 of a finite number, NaN of any other.
            for (own, x) in bounds.dirt.iter_mut().zip(row) {
                *own += 0.0 * x;
            }
        }
    }
}
