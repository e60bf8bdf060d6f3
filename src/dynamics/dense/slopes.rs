//! Slopes of the models over a chunk of slots.

use std::ops::Range;

use super::CHUNK;
use super::lane::LaneView;
use super::segment::{Kind, OwnPart, Segment};
use crate::base::isa::Arith;
use crate::base::vector::sin_cos_lane;
use crate::dynamics::own_model::Moment;

/// Working numbers of a chunk.
pub(super) type Chunk = [f64; CHUNK];

/// The parameters of a segment, as the hot loop reads them.
pub(super) struct Views<'a> {
    omega: LaneView<'a>,
    rate: LaneView<'a>,
    twist: LaneView<'a>,
    twist_cos: LaneView<'a>,
    swing: LaneView<'a>,
    swing_omega: LaneView<'a>,
    row_weight: LaneView<'a>,
    coupling: LaneView<'a>,
    shift: LaneView<'a>,
    damping: LaneView<'a>,
    force: LaneView<'a>,
    pub(super) noise: LaneView<'a>,
    swings: bool,
    own: Option<&'a OwnPart>,
    mean: MeanPull,
}

/// Σ strength · mean and Σ strength over the populations that a segment feels as a whole.
#[derive(Clone, Copy, Default)]
struct MeanPull {
    first: f64,
    second: f64,
    strength: f64,
}

/// What the slopes of a chunk are made from.
pub(super) struct Inputs<'a> {
    /// Places of the chunk's slots in their segment.
    pub(super) places: Range<usize>,
    /// What the slots show: (sin θ, cos θ), (x, 0) or (x, y).
    pub(super) own: (&'a [f64], &'a [f64]),
    /// v of second-order models.
    pub(super) held: &'a [f64],
    /// Row sums.
    pub(super) sums: (&'a [f64], &'a [f64]),
    /// Time of the stage, s.
    pub(super) time_s: f64,
}

/// Slopes of a chunk.
pub(super) struct Slopes {
    pub(super) first: Chunk,
    /// Of second-order models, the acceleration without damping.
    pub(super) second: Chunk,
    /// Damping rates of second-order models.
    pub(super) damping: Chunk,
}

impl<'a> Views<'a> {
    #[inline(always)]
    pub(super) fn of(segment: &'a Segment, means: &[[f64; 2]]) -> Self {
        let mut mean = MeanPull::default();
        for (population, strength) in &segment.acting.means {
            let [first, second] = means.get(*population).copied().unwrap_or([f64::NAN; 2]);
            mean.first += strength * first;
            mean.second += strength * second;
            mean.strength += strength;
        }
        let acting = &segment.acting;
        Self {
            omega: segment.omega.view(),
            rate: segment.rate.view(),
            twist: segment.twist.view(),
            twist_cos: segment.twist_cos.view(),
            swing: segment.swing.view(),
            swing_omega: segment.swing_omega.view(),
            row_weight: segment.row_weight.view(),
            coupling: acting.coupling.view(),
            shift: acting.shift.view(),
            damping: acting.damping.view(),
            force: acting.force.view(),
            noise: acting.noise.view(),
            swings: !segment.swing.is_zero(),
            own: segment.own.as_ref(),
            mean,
        }
    }

    #[inline(always)]
    pub(super) fn slopes<A: Arith>(&self, a: A, kind: Kind, inputs: &Inputs, out: &mut Slopes) {
        match kind {
            Kind::Phase => self.phase(a, inputs, &mut out.first),
            Kind::InertialPhase => {
                self.phase(a, inputs, &mut out.second);
                let n = inputs.places.len();
                let (mass, extra) = (
                    self.rate.at(&inputs.places),
                    self.damping.at(&inputs.places),
                );
                for i in 0..n {
                    out.second[i] /= mass[i];
                    out.damping[i] = 1.0 / mass[i] + extra[i];
                    out.first[i] = inputs.held[i];
                }
            }
            Kind::Harmonic => {
                let (rate, extra) = (
                    self.rate.at(&inputs.places),
                    self.damping.at(&inputs.places),
                );
                for i in 0..inputs.places.len() {
                    out.damping[i] = rate[i] + extra[i];
                }
                self.pulled_back(a, inputs, out);
            }
            Kind::VanDerPol => {
                let (mu, extra) = (
                    self.rate.at(&inputs.places),
                    self.damping.at(&inputs.places),
                );
                let x = inputs.own.0;
                for i in 0..inputs.places.len() {
                    out.damping[i] = extra[i] - mu[i] * (1.0 - x[i] * x[i]);
                }
                self.pulled_back(a, inputs, out);
            }
            Kind::StuartLandau => self.stuart_landau(a, inputs, out),
            Kind::Own => self.own(inputs, out),
        }
    }

    #[inline(always)]
    fn phase<A: Arith>(&self, a: A, inputs: &Inputs, out: &mut Chunk) {
        let (at, n) = (&inputs.places, inputs.places.len());
        let (omega, shift) = (&self.omega.at(at)[..n], &self.shift.at(at)[..n]);
        let (lag_sin, lag_cos) = (&self.twist.at(at)[..n], &self.twist_cos.at(at)[..n]);
        let (coupling, force) = (&self.coupling.at(at)[..n], &self.force.at(at)[..n]);
        let (s, c) = (&inputs.own.0[..n], &inputs.own.1[..n]);
        let (sum_s, sum_c) = (&inputs.sums.0[..n], &inputs.sums.1[..n]);
        for i in 0..n {
            // sin(θⱼ − θᵢ − α) = sin θⱼ cos(θᵢ + α) − cos θⱼ sin(θᵢ + α), without another sine.
            let lagged_sin = a.mul_add(s[i], lag_cos[i], c[i] * lag_sin[i]);
            let lagged_cos = a.mul_add(c[i], lag_cos[i], -(s[i] * lag_sin[i]));
            let seen_sin = a.mul_add(coupling[i], sum_s[i], self.mean.first);
            let seen_cos = a.mul_add(coupling[i], sum_c[i], self.mean.second);
            let own = a.mul_add(-force[i], s[i], omega[i] + shift[i]);
            out[i] = a.mul_add(-seen_cos, lagged_sin, a.mul_add(seen_sin, lagged_cos, own));
        }
    }

    /// −ω² x + Σ w (xⱼ − x) + F cos Ωt + f.
    #[inline(always)]
    fn pulled_back<A: Arith>(&self, a: A, inputs: &Inputs, out: &mut Slopes) {
        let (at, n) = (&inputs.places, inputs.places.len());
        let (omega, shift) = (&self.omega.at(at)[..n], &self.shift.at(at)[..n]);
        let (coupling, weight) = (&self.coupling.at(at)[..n], &self.row_weight.at(at)[..n]);
        let force = &self.force.at(at)[..n];
        let (x, v, sum) = (&inputs.own.0[..n], &inputs.held[..n], &inputs.sums.0[..n]);
        for i in 0..n {
            let rate = omega[i] + shift[i];
            let pull = a.mul_add(-weight[i], x[i], sum[i]);
            let mean = a.mul_add(-self.mean.strength, x[i], self.mean.first);
            let driven = a.mul_add(coupling[i], pull, mean + force[i]);
            out.second[i] = a.mul_add(-rate * rate, x[i], driven);
            out.first[i] = v[i];
        }
        if self.swings {
            let (swing, omega) = (self.swing.at(at), self.swing_omega.at(at));
            for i in 0..n {
                let (_, c) = sin_cos_lane(a, omega[i] * inputs.time_s);
                out.second[i] = a.mul_add(swing[i], c, out.second[i]);
            }
        }
    }

    /// Written without fused operations: a model of one's own is the same on every machine.
    fn own(&self, inputs: &Inputs, out: &mut Slopes) {
        let Some(own) = self.own else {
            return;
        };
        let at = &inputs.places;
        let (shift, damping) = (self.shift.at(at), self.damping.at(at));
        let (coupling, weight) = (self.coupling.at(at), self.row_weight.at(at));
        let force = self.force.at(at);
        for (i, place) in at.clone().enumerate() {
            let x = inputs.own.0[i];
            let mean = self.mean.first - self.mean.strength * x;
            let pull = coupling[i] * (inputs.sums.0[i] - weight[i] * x) + mean + force[i];
            let moment = Moment {
                time_s: inputs.time_s,
                state: [x, inputs.held[i]],
                pull,
                shift: shift[i],
                damping: damping[i],
                parameters: &[],
            };
            [out.first[i], out.second[i]] = own.slope(place, moment);
        }
    }

    #[inline(always)]
    fn stuart_landau<A: Arith>(&self, a: A, inputs: &Inputs, out: &mut Slopes) {
        let (at, n) = (&inputs.places, inputs.places.len());
        let (omega, shift) = (&self.omega.at(at)[..n], &self.shift.at(at)[..n]);
        let (mu, c2) = (&self.rate.at(at)[..n], &self.twist.at(at)[..n]);
        let (coupling, weight) = (&self.coupling.at(at)[..n], &self.row_weight.at(at)[..n]);
        let (force, damping) = (&self.force.at(at)[..n], &self.damping.at(at)[..n]);
        let (x, y) = (&inputs.own.0[..n], &inputs.own.1[..n]);
        let (sum_x, sum_y) = (&inputs.sums.0[..n], &inputs.sums.1[..n]);
        for i in 0..n {
            let square = a.mul_add(x[i], x[i], y[i] * y[i]);
            let growth = mu[i] - square - damping[i] - self.mean.strength;
            let turning = a.mul_add(-c2[i], square, omega[i] + shift[i]);
            let pull_x = a.mul_add(-weight[i], x[i], sum_x[i]);
            let pull_y = a.mul_add(-weight[i], y[i], sum_y[i]);
            let drawn_x = a.mul_add(coupling[i], pull_x, self.mean.first + force[i]);
            let drawn_y = a.mul_add(coupling[i], pull_y, self.mean.second);
            out.first[i] = a.mul_add(growth, x[i], a.mul_add(-turning, y[i], drawn_x));
            out.second[i] = a.mul_add(growth, y[i], a.mul_add(turning, x[i], drawn_y));
        }
    }
}
