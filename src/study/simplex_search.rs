//! The simplex search of Nelder and Mead (1965) in the unit cube, by the crate argmin.

use std::cell::RefCell;

use argmin::core::{CostFunction, Executor};
use argmin::solver::neldermead::NelderMead;

use super::cma_es::mirror;

/// What counts for a cost that is no number or infinite: sums of such costs and of their squares
/// are finite, so that a simplex of nothing else comes to its end.
const WORST: f64 = 1e100;
/// Steps at most.
const STEPS: u64 = 100_000;

/// Why a search ends before it is done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// It used up the evaluations that it was given.
    #[error("the budget of evaluations is used up")]
    Budget,
    /// The costs cannot be had any more.
    #[error("{0}")]
    Broken(String),
}

/// Gives costs of a point.
struct Costs<'a>(
    RefCell<&'a mut dyn FnMut(&[f64]) -> Result<f64, Stop>>,
    RefCell<Option<Stop>>,
);

impl CostFunction for &Costs<'_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, point: &Vec<f64>) -> Result<f64, argmin::core::Error> {
        let inside: Vec<f64> = point.iter().map(|x| mirror(*x)).collect();
        match (self.0.borrow_mut())(&inside) {
            Ok(cost) => Ok(if cost < WORST { cost } else { WORST }),
            Err(stop) => {
                *self.1.borrow_mut() = Some(stop.clone());
                Err(stop.into())
            }
        }
    }
}

/// Searches from a point of the unit cube, with a simplex whose edges are `size`, until the costs
/// of its corners have a standard deviation below `tolerance`.
///
/// # Errors
/// With what ended it before.
pub fn nelder_mead(
    start: &[f64],
    size: f64,
    tolerance: f64,
    cost: &mut dyn FnMut(&[f64]) -> Result<f64, Stop>,
) -> Result<(), Stop> {
    let mut corners = vec![start.to_vec()];
    for k in 0..start.len() {
        let mut corner = start.to_vec();
        // Into the cube, not out of it.
        corner[k] += if corner[k] + size <= 1.0 { size } else { -size };
        corners.push(corner);
    }
    let costs = Costs(RefCell::new(cost), RefCell::new(None));
    let solver = NelderMead::new(corners).with_sd_tolerance(tolerance);
    let done = solver
        .map_err(|error| error.to_string())
        .and_then(|solver| {
            let run = Executor::new(&costs, solver)
                .configure(|state| state.max_iters(STEPS))
                .timer(false)
                .run();
            run.map(|_| ()).map_err(|error| error.to_string())
        });
    let stopped = costs.1.borrow_mut().take();
    match (stopped, done) {
        (Some(stop), _) => Err(stop),
        (None, Err(message)) => Err(Stop::Broken(message)),
        (None, Ok(())) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_walks_down_a_bent_valley() {
        let mut best = f64::INFINITY;
        let mut count = 0;
        let mut cost = |x: &[f64]| {
            count += 1;
            let (a, b) = (4.0 * x[0] - 2.0, 4.0 * x[1] - 2.0);
            let value = (1.0 - a) * (1.0 - a) + 100.0 * (b - a * a) * (b - a * a);
            best = best.min(value);
            Ok(value)
        };
        nelder_mead(&[0.2, 0.9], 0.2, 1e-12, &mut cost).unwrap();
        assert!(best < 1e-9, "{best}");
        assert!((20..2000).contains(&count), "{count}");
    }

    #[test]
    fn it_ends_when_costs_end() {
        let mut left = 10;
        let mut cost = |x: &[f64]| {
            left -= 1;
            if left < 0 {
                Err(Stop::Budget)
            } else {
                Ok(x[0])
            }
        };
        assert_eq!(nelder_mead(&[0.5], 0.2, 0.0, &mut cost), Err(Stop::Budget));
        let mut cost = |_: &[f64]| Ok(f64::NAN);
        assert!(nelder_mead(&[0.5], 0.2, 1e-6, &mut cost).is_ok());
    }
}
