//! The covariance of units from the linearised noisy dynamics around the plant's present state.
//!
//! dx = J x dt + B dW with J the Jacobian of the model at the present phases (or displacements) and
//! B the noise of each vertex; an observed unit is the mean of its members' δθ or δx. The
//! stationary covariance and the one over the lag follow exactly from J and B. What is approximate
//! is the linearisation: it says what small fluctuations around this state would do if the state
//! stayed. The mean phase of a network drifts freely, so a phase is given a weak restoring rate
//! `leak`, 1/s.

use nalgebra::DMatrix;

use crate::base::{VertexId, num};
use crate::resonator::Plant;

use super::gauss::lyapunov::stationary_flow;
use super::gauss::{GaussError, GaussianSystem};
use super::picture::PlantPicture;

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
    let plant = picture.plant();
    let (jacobian, noise, place) = jacobian(&plant, leak);
    let lag_s = lag_ticks as f64 * picture.dt_s * f64::from(picture.substeps);
    let whole = stationary_flow(&jacobian, &noise, lag_s)?;
    let slots = picture.slots(units);
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
    for parameters in &plant.parameters {
        place.push(size);
        size += if parameters.is_phase { 1 } else { 2 };
    }
    let mut jacobian = DMatrix::zeros(size, size);
    let mut noise = DMatrix::zeros(size, size);
    for slot in 0..plant.len() {
        let (p, d, at) = (plant.parameters[slot], plant.drive[slot], place[slot]);
        if p.is_phase {
            let alpha = num::atan2(p.lag.0, p.lag.1);
            let mut own = -leak - d.force * num::cos(plant.first[slot]);
            for (source, weight) in plant.row(slot) {
                let gap = plant.first[source] - plant.first[slot] - alpha;
                let pull = d.coupling * weight * num::cos(gap);
                jacobian[(at, place[source])] += pull;
                own -= pull;
            }
            jacobian[(at, at)] += own;
            noise[(at, at)] = d.noise;
        } else {
            jacobian[(at, at + 1)] = 1.0;
            jacobian[(at + 1, at)] = -d.rate - d.coupling * p.row_weight;
            jacobian[(at + 1, at + 1)] = -d.gamma;
            for (source, weight) in plant.row(slot) {
                jacobian[(at + 1, place[source])] += d.coupling * weight;
            }
            noise[(at + 1, at + 1)] = d.noise;
        }
    }
    (jacobian, noise, place)
}
