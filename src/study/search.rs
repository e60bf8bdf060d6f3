//! Searches for the point of least cost within the ranges of axes.

use serde::{Deserialize, Serialize};

use super::axis::Axis;
use super::cma_es::CmaEs;
use super::design::Point;
use super::simplex_search::{Stop, nelder_mead};

/// How a search chooses points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// The simplex of Nelder and Mead: one point at a time, for few parameters and smooth costs.
    NelderMead,
    /// Evolution strategy with covariance matrix adaptation: a generation at a time, for costs with
    /// several valleys or with noise.
    CmaEs,
}

/// What bounds a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Points at most.
    pub evaluations: usize,
    /// It ends when costs differ by less, or are less.
    pub tolerance: f64,
    /// Seed of what is drawn.
    pub seed: u64,
}

/// A point that was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// The values of the axes.
    pub point: Point,
    /// Its cost.
    pub cost: f64,
}

/// Where a search is and what it has found.
pub struct Search<'a> {
    axes: &'a [Axis],
    budget: Budget,
    /// Gives the costs of points; the number is that of the first of them.
    cost: &'a mut dyn FnMut(usize, &[Point]) -> Result<Vec<f64>, String>,
    tried: Vec<Tried>,
}

/// Size of the first steps, as a share of the ranges.
const FIRST_STEP: f64 = 0.25;
/// Size of the steps at which a search ends, as a share of the ranges.
const LAST_STEP: f64 = 1e-7;

impl<'a> Search<'a> {
    /// A search that has tried nothing.
    pub fn new(
        axes: &'a [Axis],
        budget: Budget,
        cost: &'a mut dyn FnMut(usize, &[Point]) -> Result<Vec<f64>, String>,
    ) -> Self {
        Self {
            axes,
            budget,
            cost,
            tried: Vec::new(),
        }
    }

    /// Searches from the middle of the ranges; gives all points that were tried, in order.
    ///
    /// # Errors
    /// When costs cannot be had.
    pub fn run(mut self, method: Method) -> Result<Vec<Tried>, String> {
        let start = vec![0.5; self.axes.len()];
        let stop = match method {
            Method::NelderMead => {
                let tolerance = self.budget.tolerance;
                let mut cost = |at: &[f64]| self.costs(&[at.to_vec()]).map(|costs| costs[0]);
                nelder_mead(&start, FIRST_STEP, tolerance, &mut cost).err()
            }
            Method::CmaEs => self.evolve(&start).err(),
        };
        match stop {
            Some(Stop::Broken(message)) => Err(message),
            _ => Ok(self.tried),
        }
    }

    fn evolve(&mut self, start: &[f64]) -> Result<(), Stop> {
        let mut own = CmaEs::new(start, FIRST_STEP, None, self.budget.seed);
        loop {
            let costs = self.costs(&own.ask())?;
            own.tell(&costs);
            let low = costs.iter().copied().fold(f64::INFINITY, f64::min);
            let high = costs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let flat = high - low < self.budget.tolerance;
            if own.spread() < LAST_STEP || (flat && own.spread() < 1e-2) {
                return Ok(());
            }
        }
    }

    /// The costs of points of the unit cube.
    fn costs(&mut self, points: &[Vec<f64>]) -> Result<Vec<f64>, Stop> {
        if self.tried.len() + points.len() > self.budget.evaluations {
            return Err(Stop::Budget);
        }
        let texts: Vec<Point> = points
            .iter()
            .map(|at| {
                self.axes
                    .iter()
                    .zip(at)
                    .map(|(axis, share)| axis.at(*share))
                    .collect()
            })
            .collect();
        let costs = (self.cost)(self.tried.len(), &texts).map_err(Stop::Broken)?;
        let best = costs.iter().copied().fold(f64::INFINITY, f64::min);
        let both = texts.into_iter().zip(&costs);
        self.tried
            .extend(both.map(|(point, cost)| Tried { point, cost: *cost }));
        match best < self.budget.tolerance {
            true => Err(Stop::Budget),
            false => Ok(costs),
        }
    }
}

/// The point of least cost, the first of several.
#[must_use]
pub fn best(tried: &[Tried]) -> Option<(usize, &Tried)> {
    let numbers = tried
        .iter()
        .enumerate()
        .filter(|(_, own)| own.cost.is_finite());
    numbers.min_by(|a, b| a.1.cost.total_cmp(&b.1.cost))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_methods_find_what_was_hidden_and_keep_to_their_budget() {
        let axes: Vec<Axis> = ["a=-1:3", "b=0.01:100:log"]
            .iter()
            .map(|text| Axis::parse(text).unwrap())
            .collect();
        for method in [Method::NelderMead, Method::CmaEs] {
            let mut calls = 0;
            let mut cost = |first: usize, points: &[Point]| {
                assert_eq!(first, calls);
                calls += points.len();
                let each = points.iter().map(|point| {
                    let [a, b] = [&point[0], &point[1]].map(|text| text.parse::<f64>().unwrap());
                    let off = crate::base::num::ln(b / 5.0);
                    (a - 1.25) * (a - 1.25) + off * off
                });
                Ok(each.collect())
            };
            let budget = Budget {
                evaluations: 300,
                tolerance: 1e-10,
                seed: 1,
            };
            let tried = Search::new(&axes, budget, &mut cost).run(method).unwrap();
            assert!(tried.len() <= 300);
            let (_, best) = best(&tried).unwrap();
            let [a, b] = [&best.point[0], &best.point[1]].map(|text| text.parse::<f64>().unwrap());
            assert!(
                (a - 1.25).abs() < 1e-4 && (b - 5.0).abs() < 1e-3,
                "{method:?}: {best:?}"
            );
        }
        let mut broken = |_: usize, _: &[Point]| Err("no disk".to_owned());
        let budget = Budget {
            evaluations: 9,
            tolerance: 0.0,
            seed: 1,
        };
        let told = Search::new(&axes, budget, &mut broken)
            .run(Method::CmaEs)
            .unwrap_err();
        assert_eq!(told, "no disk");
    }
}
