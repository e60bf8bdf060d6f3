//! The covariance of units from the linearised noisy dynamics around the plant's present state.
//!
//! dx = J x dt + B dW with J the Jacobian of the model at the present phases (or displacements) and
//! B the noise of each vertex there; an observed unit is the mean of its members' δθ or δx. The
//! stationary covariance and the one over the lag follow exactly from J and B. What is approximate
//! is the linearisation: it says what small fluctuations around this state would do if the state
//! stayed; the slopes of a model of one's own at time 0 are differentiated by central differences,
//! to about ten digits. The mean phase of a network drifts freely, so a phase is given a weak
//! restoring rate `leak`, 1/s.

use nalgebra::DMatrix;

use crate::base::{VertexId, num};
use crate::dynamics::dense::{Kind, NoiseKind};
use crate::dynamics::own_model::Moment;
use crate::resonator::Plant;

use super::gauss::lyapunov::stationary_flow_within;
use super::gauss::{GaussError, GaussianSystem};
use super::picture::PlantPicture;
use super::work::Budget;

/// State variables of the linearised plant at most: the covariance costs their number cubed.
pub const VARIABLES_MAX: usize = 600;

/// The restoring rate of a phase, 1/s.
pub const LEAK: f64 = 0.05;

/// The units' past and present under the linearised dynamics.
///
/// # Errors
/// When the linearised dynamics is unstable, or a covariance is not positive definite.
pub fn linearised(
    picture: &PlantPicture,
    units: &[Vec<VertexId>],
    lag_ticks: u64,
    leak: f64,
) -> Result<GaussianSystem, GaussError> {
    linearised_within(picture, units, (lag_ticks, leak), &mut Budget::unlimited())
}

/// [`linearised`], charged to a budget.
///
/// # Errors
/// As [`linearised`], and when the budget ends.
pub fn linearised_within(
    picture: &PlantPicture,
    units: &[Vec<VertexId>],
    (lag_ticks, leak): (u64, f64),
    budget: &mut Budget<'_>,
) -> Result<GaussianSystem, GaussError> {
    let plant = picture.plant();
    let (jacobian, noise, place) = jacobian(&plant, leak);
    let lag_s = lag_ticks as f64 * picture.dt_s * f64::from(picture.substeps);
    let whole = stationary_flow_within(&jacobian, &noise, lag_s, budget)?;
    let slots = PlantPicture::slots(&plant, units);
    let mut look = DMatrix::zeros(units.len(), jacobian.nrows());
    for (unit, members) in slots.iter().enumerate() {
        for slot in members {
            look[(unit, place[*slot])] = 1.0 / members.len() as f64;
        }
    }
    let seen = |matrix: &DMatrix<f64>| -> DMatrix<f64> { &look * matrix * look.transpose() };
    let cov_x = symmetric(&seen(whole.cov_x()));
    let cov_xy = whole.cov_xy().map(seen).unwrap_or_else(|| cov_x.clone());
    GaussianSystem::new(cov_x.clone(), cov_xy, cov_x)
}

fn symmetric(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    DMatrix::from_fn(matrix.nrows(), matrix.ncols(), |i, k| {
        0.5 * (matrix[(i, k)] + matrix[(k, i)])
    })
}

/// J, B (diagonal) and the row of each slot's observed variable.
#[must_use]
pub fn jacobian(plant: &Plant, leak: f64) -> (DMatrix<f64>, DMatrix<f64>, Vec<usize>) {
    let mut place = Vec::with_capacity(plant.len());
    let mut size = 0;
    for slot in 0..plant.len() {
        place.push(size);
        size += if plant.kind(slot).has_second() { 2 } else { 1 };
    }
    let mut found = Linear {
        plant,
        place,
        jacobian: DMatrix::zeros(size, size),
        noise: DMatrix::zeros(size, size),
    };
    (0..plant.len()).for_each(|slot| found.fill(slot, leak));
    (found.jacobian, found.noise, found.place)
}

struct Linear<'a> {
    plant: &'a Plant,
    place: Vec<usize>,
    jacobian: DMatrix<f64>,
    noise: DMatrix<f64>,
}

impl Linear<'_> {
    fn fill(&mut self, slot: usize, leak: f64) {
        let plant = self.plant;
        let (own, index) = plant.segment(slot);
        let ([first, second], at) = (plant.state(slot), self.place[slot]);
        let (omega, rate) = (own.omega.get(index), own.rate.get(index));
        let acting = &own.acting;
        let turn = omega + acting.shift.get(index);
        let extra = acting.damping.get(index);
        let sigma = acting.noise.get(index);
        let noise = |state: f64| match own.noise_kind {
            NoiseKind::Additive => sigma,
            NoiseKind::Multiplicative => sigma * state,
        };
        match own.kind {
            Kind::Phase => {
                self.phase(slot, (at, 1.0), leak);
                self.noise[(at, at)] = noise(first);
            }
            Kind::InertialPhase => {
                self.jacobian[(at, at + 1)] = 1.0;
                self.phase(slot, (at + 1, 1.0 / rate), leak);
                self.jacobian[(at + 1, at + 1)] = -1.0 / rate - extra;
                self.noise[(at + 1, at + 1)] = noise(second);
            }
            Kind::Harmonic | Kind::VanDerPol => {
                let (x, v) = (first, second);
                let (damping, slope) = if own.kind == Kind::Harmonic {
                    (rate + extra, 0.0)
                } else {
                    (extra - rate * (1.0 - x * x), 2.0 * rate * x * v)
                };
                self.jacobian[(at, at + 1)] = 1.0;
                self.jacobian[(at + 1, at)] = -turn * turn - slope;
                self.jacobian[(at + 1, at + 1)] = -damping;
                self.pulled(slot, at + 1, 0);
                self.noise[(at + 1, at + 1)] = noise(v);
            }
            Kind::StuartLandau => {
                let (x, y, c2) = (first, second, own.twist.get(index));
                let square = x * x + y * y;
                let (growth, turn) = (rate - square - extra, turn - c2 * square);
                self.jacobian[(at, at)] = growth - 2.0 * x * x + 2.0 * c2 * x * y;
                self.jacobian[(at, at + 1)] = -turn - 2.0 * x * y + 2.0 * c2 * y * y;
                self.jacobian[(at + 1, at)] = turn - 2.0 * x * y - 2.0 * c2 * x * x;
                self.jacobian[(at + 1, at + 1)] = growth - 2.0 * y * y - 2.0 * c2 * x * y;
                self.pulled(slot, at, 0);
                self.pulled(slot, at + 1, 1);
                (self.noise[(at, at)], self.noise[(at + 1, at + 1)]) = (noise(x), noise(y));
            }
            Kind::Own => {
                self.own(slot, at);
                self.noise[(at, at)] = noise(first);
            }
        }
    }

    /// The rows of a model of one's own, by central differences.
    fn own(&mut self, slot: usize, at: usize) {
        let plant = self.plant;
        let (segment, index) = plant.segment(slot);
        let Some(own) = &segment.own else {
            return;
        };
        let (state, acting, felt) = (plant.state(slot), &segment.acting, self.felt(slot));
        let pulls = felt.iter();
        let pulls = pulls.map(|(source, weight)| weight * (plant.state(*source)[0] - state[0]));
        let point = [
            state[0],
            state[1],
            pulls.sum::<f64>() + acting.force.get(index),
        ];
        let slope = |[x, y, pull]: [f64; 3]| {
            let moment = Moment {
                time_s: 0.0,
                state: [x, y],
                pull,
                shift: acting.shift.get(index),
                damping: acting.damping.get(index),
                parameters: &[],
            };
            own.slope(index, moment)
        };
        let by = [0, 1, 2].map(|k| {
            // Where truncation and rounding err alike.
            let step = num::pow(f64::EPSILON, 1.0 / 3.0) * point[k].abs().max(1.0);
            let [mut less, mut more] = [point; 2];
            (less[k], more[k]) = (point[k] - step, point[k] + step);
            let (less, more, width) = (slope(less), slope(more), more[k] - less[k]);
            [0, 1].map(|row| (more[row] - less[row]) / width)
        });
        let [by_x, by_y, by_pull] = by;
        for (row, gain) in by_pull.iter().enumerate() {
            self.jacobian[(at + row, at)] += by_x[row];
            self.jacobian[(at + row, at + 1)] += by_y[row];
            for (source, weight) in &felt {
                self.jacobian[(at + row, self.place[*source])] += weight * gain;
                self.jacobian[(at + row, at)] -= weight * gain;
            }
        }
    }

    /// Weights with which a slot feels others: along edges, and through means.
    fn felt(&self, slot: usize) -> Vec<(usize, f64)> {
        let (own, index) = self.plant.segment(slot);
        let coupling = own.acting.coupling.get(index);
        let mut felt: Vec<(usize, f64)> = self
            .plant
            .row(slot)
            .map(|(source, weight)| (source, coupling * weight))
            .collect();
        for (of, strength) in &own.acting.means {
            let segments = self
                .plant
                .dense
                .segments()
                .iter()
                .filter(|s| s.population == *of);
            let members: Vec<usize> = segments.flat_map(|s| s.slots.clone()).collect();
            let share = strength / members.len().max(1) as f64;
            felt.extend(members.into_iter().map(|member| (member, share)));
        }
        felt
    }

    /// The row of a phase's pull, divided by its inertia.
    fn phase(&mut self, slot: usize, (row, scale): (usize, f64), leak: f64) {
        let plant = self.plant;
        let (own, index) = plant.segment(slot);
        let theta = plant.state(slot)[0];
        let alpha = num::atan2(own.twist.get(index), own.twist_cos.get(index));
        let mut diagonal = -leak - own.acting.force.get(index) * num::cos(theta);
        for (source, weight) in self.felt(slot) {
            let pull = weight * num::cos(plant.state(source)[0] - theta - alpha);
            self.jacobian[(row, self.place[source])] += scale * pull;
            diagonal -= pull;
        }
        self.jacobian[(row, self.place[slot])] += scale * diagonal;
    }

    /// The pull of others' variable number `which` on the same variable of a slot.
    fn pulled(&mut self, slot: usize, row: usize, which: usize) {
        for (source, weight) in self.felt(slot) {
            self.jacobian[(row, self.place[source] + which)] += weight;
            self.jacobian[(row, self.place[slot] + which)] -= weight;
        }
    }
}
