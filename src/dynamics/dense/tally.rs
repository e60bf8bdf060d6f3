//! What is counted over all slots after a tick.

use crate::base::VertexId;
use crate::base::digest::fold;
use crate::base::isa::{Arith, Kernel};

/// The largest magnitude, as bits.
pub(super) struct Peak<'a>(pub(super) &'a [f64]);

impl Kernel for Peak<'_> {
    type Output = u64;

    #[inline(always)]
    fn run<A: Arith>(self, _: A) -> u64 {
        self.0.iter().fold(0, |peak, x| peak.max(x.abs().to_bits()))
    }
}

/// The largest sum of two squares, as bits.
pub(super) struct PeakSquare<'a>(pub(super) &'a [f64], pub(super) &'a [f64]);

impl Kernel for PeakSquare<'_> {
    type Output = u64;

    #[inline(always)]
    fn run<A: Arith>(self, _: A) -> u64 {
        let pairs = self.0.iter().zip(self.1);
        pairs.fold(0, |peak, (x, y)| peak.max((x * x + y * y).to_bits()))
    }
}

/// The wrapping sum of a hash of each vertex and its state.
pub(super) struct StateHash<'a> {
    pub(super) ids: &'a [VertexId],
    pub(super) first: &'a [f64],
    pub(super) second: &'a [f64],
}

impl Kernel for StateHash<'_> {
    type Output = u64;

    #[inline(always)]
    fn run<A: Arith>(self, _: A) -> u64 {
        let mut sum = 0u64;
        if self.second.is_empty() {
            for (id, first) in self.ids.iter().zip(self.first) {
                sum = sum.wrapping_add(fold(id.0, [first.to_bits(), 0]));
            }
        } else {
            for ((id, first), second) in self.ids.iter().zip(self.first).zip(self.second) {
                sum = sum.wrapping_add(fold(id.0, [first.to_bits(), second.to_bits()]));
            }
        }
        sum
    }
}
