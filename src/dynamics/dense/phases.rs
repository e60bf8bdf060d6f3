//! Stages of phases that are all driven alike: slopes, the scheme, what is shown, and its sums.

use super::BLOCK;
use super::fused::{Alike, Cells};
use super::shown::Shown;
use super::work::MeanSum;
use crate::base::exact_sum::Bins;
use crate::base::isa::Arith;
use crate::base::num;
use crate::base::vector::{is_far, near_zero_lane, reduce_lane, sin_cos_lane, turn_lane};

impl Alike {
    /// The slope of a phase. `PLAIN` knows that there is neither lag nor force, and gives the same
    /// bits.
    #[inline(always)]
    fn slope<A: Arith, const PLAIN: bool>(
        &self,
        a: A,
        omega: f64,
        (s, c): (f64, f64),
        sums: (f64, f64),
    ) -> f64 {
        let seen_sin = a.mul_add(self.coupling, sums.0, self.mean.0);
        let seen_cos = a.mul_add(self.coupling, sums.1, self.mean.1);
        if PLAIN {
            // A sine of −0 becomes 0, as a lag of 0 makes it.
            let sin = s + 0.0;
            return a.mul_add(-seen_cos, sin, a.mul_add(seen_sin, c, omega + self.shift));
        }
        let lagged_sin = a.mul_add(s, self.lag.1, c * self.lag.0);
        let lagged_cos = a.mul_add(c, self.lag.1, -(s * self.lag.0));
        let own = a.mul_add(-self.force, s, omega + self.shift);
        a.mul_add(-seen_cos, lagged_sin, a.mul_add(seen_sin, lagged_cos, own))
    }

    /// A stage of phases, in two loops that each keep their constants in registers.
    #[inline(always)]
    pub(super) fn phases<A: Arith, S: Shown, const STAGE: u8, const SUM: bool>(
        &self,
        a: A,
        h: f64,
        omega: &[f64],
        cells: &mut Cells<S>,
        [one, two, three]: [&mut [f64; BLOCK]; 3],
    ) -> MeanSum {
        let n = omega.len();
        let (stage, angle, quadrant) = (&mut one[..n], &mut two[..n], &mut three[..n]);
        let states = (&mut cells.first[..n], &mut cells.sum_first[..n]);
        let rooms = (&mut *stage, &mut *angle, &mut *quadrant);
        let plain = self.lag == (0.0, 1.0) && self.force == 0.0;
        let marks =
            if cells.before.is_empty() {
                let own = &cells.next[..n];
                let seen = (own, own);
                match plain {
                    true => self
                        .phase_states::<A, S, STAGE, false, true>(a, h, omega, seen, states, rooms),
                    false => self.phase_states::<A, S, STAGE, false, false>(
                        a, h, omega, seen, states, rooms,
                    ),
                }
            } else {
                let seen = (&cells.before[..n], &cells.sums[..n]);
                match plain {
                    true => self
                        .phase_states::<A, S, STAGE, true, true>(a, h, omega, seen, states, rooms),
                    false => self
                        .phase_states::<A, S, STAGE, true, false>(a, h, omega, seen, states, rooms),
                }
            };
        let next = &mut cells.next[..n];
        if marks.is_far() {
            show_far(a, stage, next);
            return sums_of::<S, SUM>(next);
        }
        let bins = show_phases::<A, S, SUM>(a, (angle, quadrant), next);
        if !SUM || marks.is_near() {
            return sums_of::<S, SUM>(next);
        }
        let mut means = MeanSum::default();
        means.first.add_bins(bins[0], next.len());
        means.second.add_bins(bins[1], next.len());
        means
    }

    /// Where the next slopes are taken, as angles from a multiple of π/2, from what the slots show
    /// and their row sums. Without `ROWS` these are zero.
    #[inline(always)]
    fn phase_states<A: Arith, S: Shown, const STAGE: u8, const ROWS: bool, const PLAIN: bool>(
        &self,
        a: A,
        h: f64,
        omega: &[f64],
        (before, sums): (&[S], &[S]),
        (theta, sum): (&mut [f64], &mut [f64]),
        (stage, angle, quadrant): (&mut [f64], &mut [f64], &mut [f64]),
    ) -> Marks {
        let n = omega.len();
        let (before, sums) = (&before[..n], &sums[..n]);
        let (theta, sum) = (&mut theta[..n], &mut sum[..n]);
        let (angle, quadrant) = (&mut angle[..n], &mut quadrant[..n]);
        let stage = &mut stage[..n];
        let reach = if STAGE == 2 { h } else { 0.5 * h };
        let mut marks = Marks::default();
        for i in 0..n {
            let own = (before[i].first(), before[i].second());
            let sums = if ROWS {
                (sums[i].first(), sums[i].second())
            } else {
                (0.0, 0.0)
            };
            let k = self.slope::<A, PLAIN>(a, omega[i], own, sums);
            let at = if STAGE == 3 {
                theta[i] = a.mul_add(h / 6.0, sum[i] + k, theta[i]);
                theta[i]
            } else {
                sum[i] = if STAGE == 0 {
                    k
                } else {
                    a.mul_add(2.0, k, sum[i])
                };
                a.mul_add(reach, k, theta[i])
            };
            stage[i] = at;
            (angle[i], quadrant[i]) = reduce_lane(a, at);
            // Magnitudes are ordered like their bits, NaN above all.
            marks.farthest = marks.farthest.max(at.abs().to_bits().cast_signed());
            marks.nearest = marks.nearest.min(angle[i].abs().to_bits().cast_signed());
        }
        marks
    }
}

/// Magnitudes of a block's phases, as bits.
#[derive(Clone, Copy)]
struct Marks {
    /// The greatest of the phases.
    farthest: i64,
    /// The least of their angles from multiples of π/2.
    nearest: i64,
}

impl Default for Marks {
    fn default() -> Self {
        Self {
            farthest: 0,
            nearest: i64::MAX,
        }
    }
}

impl Marks {
    /// Whether some phase is beyond the range of the quick reduction.
    fn is_far(self) -> bool {
        is_far(f64::from_bits(self.farthest.cast_unsigned()))
    }

    /// Whether some sine or cosine may be too small for [`Bins`].
    fn is_near(self) -> bool {
        self.nearest < NEAR.to_bits().cast_signed()
    }
}

/// Shows phases given as angles from multiples of π/2, and gives with `SUM` the sums of what they
/// show.
#[inline(always)]
fn show_phases<A: Arith, S: Shown, const SUM: bool>(
    a: A,
    (angle, quadrant): (&[f64], &[f64]),
    next: &mut [S],
) -> [Bins; 2] {
    let mut bins = [Bins::default(); 2];
    for ((angle, quadrant), next) in angle.iter().zip(quadrant).zip(next) {
        let (s, c) = turn_lane(near_zero_lane(a, *angle), *quadrant);
        *next = S::new(s, c);
        if SUM {
            bins[0].add(s);
            bins[1].add(c);
        }
    }
    bins
}

/// Angle from a multiple of π/2 below which a sine or cosine may be too small for [`Bins`].
const NEAR: f64 = 2.0 * Bins::LEAST;

/// Shows phases of which some are far.
#[inline(always)]
fn show_far<A: Arith, S: Shown>(a: A, stage: &[f64], next: &mut [S]) {
    for (stage, next) in stage.iter().zip(next) {
        let (s, c) = if is_far(*stage) {
            num::sin_cos(*stage)
        } else {
            sin_cos_lane(a, *stage)
        };
        *next = S::new(s, c);
    }
}

/// Sums of numbers of any size; nothing without `SUM`.
#[cold]
#[inline(never)]
fn sums_of<S: Shown, const SUM: bool>(shown: &[S]) -> MeanSum {
    let mut means = MeanSum::default();
    if SUM {
        let mut parts = ([0.0; BLOCK], [0.0; BLOCK]);
        for ((first, second), shown) in parts.0.iter_mut().zip(&mut parts.1).zip(shown) {
            (*first, *second) = (shown.first(), shown.second());
        }
        means.first.add_slice(&parts.0[..shown.len()]);
        means.second.add_slice(&parts.1[..shown.len()]);
    }
    means
}
