//! Samples of one channel as its file holds them, and what they mean.

use std::ops::Range;

/// Samples in the type that holds those of the file.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cells {
    I16(Vec<i16>),
    I32(Vec<i32>),
    F32(Vec<f32>),
    F64(Vec<f64>),
}

/// From a sample to its physical value: gain × (sample − zero) + base.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub gain: f64,
    pub zero: f64,
    pub base: f64,
}

impl Scale {
    /// Values are the samples.
    pub const PLAIN: Self = Self::gain(1.0);

    pub const fn gain(gain: f64) -> Self {
        Self {
            gain,
            zero: 0.0,
            base: 0.0,
        }
    }

    pub fn value(&self, sample: f64) -> f64 {
        self.gain * (sample - self.zero) + self.base
    }
}

/// The samples of a channel.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Track {
    pub cells: Cells,
    pub scale: Scale,
    /// The least and the greatest sample that the recorder could write; none when unknown.
    pub limits: Option<[f64; 2]>,
}

impl Track {
    /// Values that stand for themselves.
    pub fn plain(values: Vec<f64>) -> Self {
        Self {
            cells: Cells::F64(values),
            scale: Scale::PLAIN,
            limits: None,
        }
    }

    pub fn len(&self) -> usize {
        match &self.cells {
            Cells::I16(cells) => cells.len(),
            Cells::I32(cells) => cells.len(),
            Cells::F32(cells) => cells.len(),
            Cells::F64(cells) => cells.len(),
        }
    }

    /// Puts the physical values of a range of samples in `out`.
    pub fn values(&self, range: Range<usize>, out: &mut [f64]) {
        let scale = self.scale;
        self.each(range, out, |sample| scale.value(sample));
    }

    /// Puts into `out` which samples of a range stand at a limit of the recorder, or beyond.
    pub fn at_limits(&self, range: Range<usize>, out: &mut [bool]) {
        if let Some([low, high]) = self.limits {
            self.each(range, out, |sample| sample <= low || sample >= high);
        }
    }

    fn each<T>(&self, range: Range<usize>, out: &mut [T], of: impl Fn(f64) -> T) {
        match &self.cells {
            Cells::I16(cells) => map(cells, range, out, |x| of(f64::from(x))),
            Cells::I32(cells) => map(cells, range, out, |x| of(f64::from(x))),
            Cells::F32(cells) => map(cells, range, out, |x| of(f64::from(x))),
            Cells::F64(cells) => map(cells, range, out, of),
        }
    }
}

fn map<S: Copy, T>(cells: &[S], range: Range<usize>, out: &mut [T], of: impl Fn(S) -> T) {
    let cells = cells.get(range).unwrap_or_default();
    for (slot, cell) in out.iter_mut().zip(cells) {
        *slot = of(*cell);
    }
}
