//! Lengths whose prime factors are small, as passes of these.

use crate::base::isa::Isa;

use super::stages::{Last, Parts, PartsMut, Stage};

/// Prime factors up to here have a pass of their own.
const RADIX_MAX: usize = 61;

/// The passes of a length.
#[derive(Clone, Debug)]
pub struct Passes {
    stages: Vec<Stage>,
    isa: Isa,
}

impl Passes {
    /// The passes of a power of two.
    pub fn power_of_two(n: usize, isa: Isa) -> Self {
        let exponent = n.ilog2() as usize;
        let fours = std::iter::repeat_n(4, exponent / 2);
        Self::of(n, fours.chain((exponent % 2 == 1).then_some(2)), isa)
    }

    /// The passes of these radices, the product of which is `n`.
    fn of(n: usize, radices: impl IntoIterator<Item = usize>, isa: Isa) -> Self {
        let (mut length, mut stride, mut stages) = (n, 1, Vec::new());
        for radix in radices {
            stages.push(Stage::new(radix, length, stride));
            length /= radix;
            stride *= radix;
        }
        Self { stages, isa }
    }

    /// The passes of `n` points, at least 1; `None` when `n` has a large prime factor.
    pub fn new(n: usize, isa: Isa) -> Option<Self> {
        let (mut rest, mut radices) = (n, Vec::new());
        let small = [4, 2, 3, 5].into_iter();
        for radix in small.chain((7..=RADIX_MAX).step_by(2)) {
            while rest > 1 && rest.is_multiple_of(radix) {
                radices.push(radix);
                rest /= radix;
            }
        }
        (rest == 1).then(|| Self::of(n, radices, isa))
    }

    /// Transforms `batch` series, as [`Fft::forward`](super::Fft::forward).
    pub fn forward(&self, batch: usize, re: &mut [f64], im: &mut [f64], scratch: &mut Vec<f64>) {
        let size = re.len();
        if scratch.len() < 2 * size {
            scratch.resize(2 * size, 0.0);
        }
        let (other_re, other_im) = scratch[..2 * size].split_at_mut(size);
        let mut is_there = true;
        for stage in &self.stages {
            if is_there && let Some(radix) = stage.last() {
                let (width, own) = (size / radix, PartsMut { re, im });
                self.isa.run(Last { radix, width, own });
                return;
            }
            let (from, to) = if is_there {
                (
                    Parts { re: &*re, im: &*im },
                    PartsMut {
                        re: &mut *other_re,
                        im: &mut *other_im,
                    },
                )
            } else {
                (
                    Parts {
                        re: &*other_re,
                        im: &*other_im,
                    },
                    PartsMut {
                        re: &mut *re,
                        im: &mut *im,
                    },
                )
            };
            stage.run(self.isa, batch, from, to);
            is_there = !is_there;
        }
        if !is_there {
            re.copy_from_slice(other_re);
            im.copy_from_slice(other_im);
        }
    }
}
