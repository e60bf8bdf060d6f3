//! Noise from a counter: standard normal numbers named by (stream, step, vertex).

use crate::base::VertexId;
use crate::base::isa::Arith;
use crate::base::num::TAU;
use crate::base::random::{WEYL, mix, tagged};
use crate::base::vector::{ln_lane, sin_cos_lane};

/// 2⁻⁵³.
const ULP: f64 = 1.110_223_024_625_156_5e-16;

/// A stream of noise over all vertices and steps of a run.
///
/// Vertex i draws in step n from words 2(n·N + i) and the next of a splitmix64 sequence (Steele,
/// Lea & Flood, 2014), N being the number of vertices of the whole run; one Box–Muller pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoiseStream {
    start: u64,
    vertices: u64,
}

impl NoiseStream {
    /// The stream of a run of `vertices` vertices.
    #[must_use]
    pub fn new(seed: u64, vertices: u64) -> Self {
        const TAG: u64 = 6;
        Self {
            start: tagged(seed, TAG),
            vertices,
        }
    }
}

/// The pair of independent standard normal numbers of a vertex in a step.
#[inline(always)]
pub(super) fn normal_pair<A: Arith>(
    a: A,
    noise: NoiseStream,
    step: u64,
    vertex: VertexId,
) -> (f64, f64) {
    let word = step.wrapping_mul(noise.vertices).wrapping_add(vertex.0);
    let word = word.wrapping_mul(2).wrapping_add(1);
    let state = noise.start.wrapping_add(word.wrapping_mul(WEYL));
    let u1 = to_unit((mix(state) >> 11) + 1);
    let u2 = to_unit(mix(state.wrapping_add(WEYL)) >> 11);
    let radius = (-2.0 * ln_lane(a, u1)).sqrt();
    let (s, c) = sin_cos_lane(a, TAU * u2);
    (radius * c, radius * s)
}

/// k · 2⁻⁵³ for 0 ≤ k ≤ 2⁵³, without a conversion instruction that older sets lack.
#[inline(always)]
fn to_unit(k: u64) -> f64 {
    const HIGH: u64 = 0x4530_0000_0000_0000;
    const LOW: u64 = 0x4330_0000_0000_0000;
    const BOTH: f64 = 19_342_813_118_337_666_422_669_312.0;
    let high = f64::from_bits(HIGH | (k >> 32)) - BOTH;
    let low = f64::from_bits(LOW | (k & 0xFFFF_FFFF));
    (high + low) * ULP
}
