//! What states show to others: (sin θ, cos θ), (x, 0) or (x, y).

use super::CHUNK;
use super::segment::Kind;
use super::shown::Shown;
use super::slopes::Chunk;
use crate::base::isa::{Arith, Kernel};
use crate::base::num;
use crate::base::vector::{is_far, sin_cos_lane};

/// What states of at most 64 slots show: (sin θ, cos θ), (x, 0) or (x, y).
#[inline(always)]
pub(super) fn show_chunk<A: Arith>(
    a: A,
    kind: Kind,
    first: &[f64],
    second: &[f64],
    shown: &mut (Chunk, Chunk),
) {
    if kind.is_phase() {
        let mut far = false;
        for ((s, c), x) in shown.0.iter_mut().zip(&mut shown.1).zip(first) {
            (*s, *c) = sin_cos_lane(a, *x);
            far |= is_far(*x);
        }
        if far {
            mend_far(first, &mut shown.0, &mut shown.1);
        }
        return;
    }
    shown.0[..first.len()].copy_from_slice(first);
    if kind == Kind::StuartLandau {
        shown.1[..second.len()].copy_from_slice(second);
    }
}

/// Shows states that were set from outside.
pub(super) struct ShowRun<'a, S> {
    pub(super) kind: Kind,
    pub(super) first: &'a [f64],
    pub(super) second: &'a [f64],
    pub(super) shown: &'a mut [S],
}

impl<S: Shown> Kernel for ShowRun<'_, S> {
    type Output = ();

    #[inline(always)]
    fn run<A: Arith>(self, a: A) {
        let mut chunk = ([0.0; CHUNK], [0.0; CHUNK]);
        for (k, shown) in self.shown.chunks_mut(CHUNK).enumerate() {
            let at = k * CHUNK..k * CHUNK + shown.len();
            let second = self.second.get(at.clone()).unwrap_or_default();
            show_chunk(a, self.kind, &self.first[at], second, &mut chunk);
            for ((shown, first), second) in shown.iter_mut().zip(&chunk.0).zip(&chunk.1) {
                *shown = S::new(*first, *second);
            }
        }
    }
}

#[cold]
#[inline(never)]
fn mend_far(angles: &[f64], sines: &mut Chunk, cosines: &mut Chunk) {
    for ((x, s), c) in angles.iter().zip(sines).zip(cosines) {
        if is_far(*x) {
            (*s, *c) = num::sin_cos(*x);
        }
    }
}
