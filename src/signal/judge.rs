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
}

impl Extents {
    /// Forgets all runs.
    pub fn clear(&mut self) {
        self.count = 0;
    }

    /// Looks at a window whose oldest frame has the number `first` and whose newest `fresh` frames
    /// are new.
    pub fn look(&mut self, isa: Isa, window: &FrameWindow, first: u64, fresh: usize) {
        let frames = window.len();
        while self.count > 0 && self.runs[self.first].from < first {
            self.first = (self.first + 1) % self.runs.len();
            self.count -= 1;
        }
        self.append(isa, window, first, fresh);
        self.whole.reset(window.channel_count());
        let covered: usize = self.iter().map(|run| run.frames).sum();
        // Frames of a run that has begun before the window.
        isa.run(Widen(&mut self.whole, window, 0..frames - covered));
        let (newer, older) = self.runs.split_at(self.first);
        let runs = older.iter().chain(newer).take(self.count);
        isa.run(Merge(&mut self.whole, runs));
        self.faults.clear();
        for channel in 0..window.channel_count() {
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

struct Merge<'a, I>(&'a mut Bounds, I);

impl<'a, I: Iterator<Item = &'a Run>> Kernel for Merge<'_, I> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, _: A) {
        let Self(whole, runs) = self;
        for run in runs {
            for (own, x) in whole.low.iter_mut().zip(&run.of.low) {
                *own = if *x < *own { *x } else { *own };
            }
            for (own, x) in whole.high.iter_mut().zip(&run.of.high) {
                *own = if *x > *own { *x } else { *own };
            }
            for (own, x) in whole.dirt.iter_mut().zip(&run.of.dirt) {
                *own += x;
            }
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
