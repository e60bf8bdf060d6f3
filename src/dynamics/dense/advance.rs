//! The schemes over a chunk: from slopes to the states of the next stage, and noise.

use super::slopes::Slopes;
use super::work::Cells;
use crate::base::isa::Arith;
use crate::base::num;

/// Noise of one variable over a chunk.
pub(super) struct Kick<'a> {
    pub(super) root: f64,
    pub(super) sigma: &'a [f64],
    pub(super) scales: bool,
    pub(super) heun: bool,
    pub(super) stage: u32,
}

impl Kick<'_> {
    /// `seen` is the state at which the stage evaluated the slopes, `sum` what Heun carries into
    /// its second stage, and `out` the state of the next stage, which is `state` where a step ends.
    #[inline(always)]
    pub(super) fn add<A: Arith>(
        &self,
        a: A,
        normal: &[f64],
        seen: &[f64],
        cells: (&mut [f64], &mut [f64]),
        out: &mut [f64],
    ) {
        let n = normal.len();
        let (state, sum) = cells;
        let (state, out, sigma) = (&mut state[..n], &mut out[..n], &self.sigma[..n]);
        let predicts = self.heun && self.stage == 0;
        let share = if self.heun && self.scales { 0.5 } else { 1.0 };
        for i in 0..n {
            let scale = if self.scales { seen[i] } else { 1.0 };
            let amount = (sigma[i] * self.root) * normal[i] * scale;
            if predicts {
                sum[i] = a.mul_add(share, amount, sum[i]);
                out[i] += amount;
            } else {
                out[i] = a.mul_add(share, amount, out[i]);
                state[i] = out[i];
            }
        }
    }
}

#[inline(always)]
pub(super) fn euler<A: Arith>(a: A, h: f64, state: &mut [f64], k: &mut [f64]) {
    for (y, k) in state.iter_mut().zip(k) {
        *y = a.mul_add(h, *k, *y);
        *k = *y;
    }
}

/// `sum` collects k₁ + 2k₂ + 2k₃; `k` becomes the state of the next stage.
#[inline(always)]
pub(super) fn rk4<A: Arith>(
    a: A,
    stage: u32,
    h: f64,
    state: &mut [f64],
    sum: &mut [f64],
    k: &mut [f64],
) {
    let cells = state.iter_mut().zip(sum).zip(k);
    match stage {
        0 => cells.for_each(|((y, sum), k)| {
            *sum = *k;
            *k = a.mul_add(0.5 * h, *k, *y);
        }),
        1 => cells.for_each(|((y, sum), k)| {
            *sum = a.mul_add(2.0, *k, *sum);
            *k = a.mul_add(0.5 * h, *k, *y);
        }),
        2 => cells.for_each(|((y, sum), k)| {
            *sum = a.mul_add(2.0, *k, *sum);
            *k = a.mul_add(h, *k, *y);
        }),
        _ => cells.for_each(|((y, sum), k)| {
            *y = a.mul_add(h / 6.0, *sum + *k, *y);
            *k = *y;
        }),
    }
}

/// `sum` holds y + h k₁/2 between the stages; `k` becomes the state of the next stage.
#[inline(always)]
pub(super) fn heun<A: Arith>(
    a: A,
    stage: u32,
    h: f64,
    state: &mut [f64],
    sum: &mut [f64],
    k: &mut [f64],
) {
    for ((y, sum), k) in state.iter_mut().zip(sum).zip(k) {
        if stage == 0 {
            *sum = a.mul_add(0.5 * h, *k, *y);
            *k = a.mul_add(h, *k, *y);
        } else {
            *y = a.mul_add(0.5 * h, *k, *sum);
            *k = *y;
        }
    }
}

/// Half a kick and a drift in the first stage, half a kick in the second; e^(−γh/2) outside of both
/// kicks keeps the order at 2 under damping.
#[inline(always)]
pub(super) fn leapfrog<A: Arith>(
    a: A,
    stage: u32,
    h: f64,
    cells: &mut Cells,
    slopes: &mut Slopes,
    n: usize,
) {
    let (x, v) = (&mut cells.first[..n], &mut cells.second[..n]);
    let (push, rate) = (&mut slopes.second[..n], &slopes.damping[..n]);
    for i in 0..n {
        let decay = num::exp(-0.5 * h * rate[i]);
        v[i] = if stage == 0 {
            a.mul_add(0.5 * h, push[i], v[i] * decay)
        } else {
            a.mul_add(0.5 * h, push[i], v[i]) * decay
        };
        if stage == 0 {
            x[i] = a.mul_add(h, v[i], x[i]);
        }
        push[i] = v[i];
        slopes.first[i] = x[i];
    }
}
