//! Weights that raise Φ: a climb over the weights of the graph's edges, with Φ of the linearised
//! dynamics as the height and √Σ(Δw)² ≤ budget as the fence.
//!
//! An edge and its reverse share their change, so a network that was undirected stays so. Slopes
//! are central differences of Φ; steps go along the slope, are drawn back to the fence, and halve
//! when they do not rise. Φ is a minimum over partitions, so the ground has ridges: the climb ends
//! on one or at the fence, at a local maximum, and the tests hold it to rising, not to being the
//! best there is. Weights keep their sign and stay away from 0, so no edge comes or goes.

use serde::{Deserialize, Serialize};

use crate::base::VertexId;

use super::error::PhiError;
use super::gauss::GaussError;
use super::gauss::minimum::minimum_partition;
use super::linearise::{LEAK, VARIABLES_MAX, linearised_within};
use super::measure_gauss::minimum_settings;
use super::picture::{PlantPicture, Tie};
use super::spec::MaximiseSpec;
use super::spec::PhiSpec;
use super::work::{Budget, Stop};

/// Share of its weight that an edge is moved by to find a slope.
const PROBE: f64 = 1e-4;
/// Share of its weight that an edge keeps at least.
const KEPT: f64 = 1e-3;
/// A step that was halved this often ends the climb.
const HALVINGS: u32 = 12;

/// An edge with its new weight.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EdgeWeight {
    /// Where the edge comes from.
    pub source: VertexId,
    /// The vertex that feels it.
    pub target: VertexId,
    /// Its weight.
    pub weight: f64,
}

/// What a climb came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Maximised {
    /// Φ of the linearised dynamics before, nats.
    pub before: f64,
    /// Φ after, nats.
    pub after: f64,
    /// √Σ(Δw)² over directed edges.
    pub moved: f64,
    /// Values of Φ that were computed.
    pub evaluations: u64,
    /// The edges whose weights changed.
    pub edges: Vec<EdgeWeight>,
}

struct Climb<'a> {
    picture: PlantPicture,
    units: &'a [Vec<VertexId>],
    settings: &'a PhiSpec,
    ties: Vec<Tie>,
    start: Vec<f64>,
    evaluations: u64,
    evaluations_max: u64,
    stop: Stop<'a>,
}

/// Looks for weights with more Φ, until `stop` says so.
///
/// # Errors
/// When the plant is too large, without noise or unstable as it stands, the measure is φ_s, a value
/// of Φ takes more than the settings' budget, or `stop` said so.
pub fn maximise(
    picture: &PlantPicture,
    units: &[Vec<VertexId>],
    settings: &PhiSpec,
    spec: &MaximiseSpec,
    stop: Stop<'_>,
) -> Result<Maximised, PhiError> {
    let found = picture.variables();
    if found > VARIABLES_MAX {
        return Err(PhiError::TooLarge { found });
    }
    if !picture.is_noisy() {
        return Err(PhiError::Noiseless);
    }
    let ties = picture.ties();
    let start: Vec<f64> = ties.iter().map(|tie| tie.places[0].2).collect();
    let mut climb = Climb {
        picture: picture.clone(),
        units,
        settings,
        ties,
        start,
        evaluations: 0,
        evaluations_max: spec.evaluations,
        stop,
    };
    let start = climb.start.clone();
    let before = climb.phi(&start)?;
    let (weights, after) = climb.run(before, spec.budget);
    if stop() {
        return Err(PhiError::Stopped);
    }
    Ok(climb.report(&weights, before, after))
}

impl Climb<'_> {
    /// Φ with these weights of the ties.
    fn phi(&mut self, weights: &[f64]) -> Result<f64, PhiError> {
        self.evaluations += 1;
        if (self.stop)() {
            return Err(PhiError::Stopped);
        }
        for ((tie, weight), start) in self.ties.iter().zip(weights).zip(&self.start) {
            // An edge and its reverse may have weights of their own; both change by the same.
            for (row, place, own) in &tie.places {
                let image = &mut self.picture.images[*row];
                image.row.set_weight(*place, own + (weight - start));
            }
        }
        let lag = self.settings.lag_ticks;
        let stop = || (self.stop)();
        let mut budget = Budget::new(self.settings.budget).with_stop(&stop);
        let system = linearised_within(&self.picture, self.units, (lag, LEAK), &mut budget);
        let system = system.map_err(|error| self.told(error, &budget))?;
        let Some(kind) = self.settings.measure.gaussian() else {
            return Err(PhiError::Unfit("phi.maximise needs a Gaussian measure"));
        };
        let search = minimum_settings(kind, self.settings, system.len());
        let found = minimum_partition(&system, &search, &mut budget)?;
        if budget.ended() {
            let spent = budget.spent();
            return Err(self.told(GaussError::Ended { spent }, &budget));
        }
        Ok(found.phi)
    }

    /// Why there is no value.
    fn told(&self, error: GaussError, budget: &Budget<'_>) -> PhiError {
        match error {
            _ if budget.stopped() => PhiError::Stopped,
            GaussError::Ended { spent } => PhiError::TooMuchWork {
                what: "a value of Φ of the linearised dynamics",
                needed: spent.max(budget.allowed()),
                allowed: budget.allowed(),
                advice: "raise it, measure fewer units, or choose a quicker phi.search",
            },
            error => error.into(),
        }
    }

    fn left(&self) -> u64 {
        if (self.stop)() {
            return 0;
        }
        self.evaluations_max.saturating_sub(self.evaluations)
    }

    /// dΦ/dw of each tie; 0 where the dynamics has no value.
    fn slope(&mut self, weights: &[f64]) -> Vec<f64> {
        let mut slope = vec![0.0; weights.len()];
        let mut tried = weights.to_vec();
        for k in 0..weights.len() {
            if self.left() < 2 {
                break;
            }
            let by = PROBE * self.start[k].abs().max(1e-6);
            tried[k] = weights[k] + by;
            let above = self.phi(&tried);
            tried[k] = weights[k] - by;
            let below = self.phi(&tried);
            tried[k] = weights[k];
            if let (Ok(above), Ok(below)) = (above, below) {
                slope[k] = (above - below) / (2.0 * by);
            }
        }
        slope
    }

    /// Back within the fence, with weights that keep their sign.
    fn fenced(&self, weights: &mut [f64], fence: f64) {
        for (weight, start) in weights.iter_mut().zip(&self.start) {
            let least = KEPT * start.abs();
            *weight = if *start >= 0.0 {
                weight.max(least)
            } else {
                weight.min(-least)
            };
        }
        let length = self.length(weights);
        if length > fence {
            for (weight, start) in weights.iter_mut().zip(&self.start) {
                *weight = start + (*weight - start) * fence / length;
            }
        }
    }

    fn length(&self, weights: &[f64]) -> f64 {
        let squares = self.ties.iter().zip(weights).zip(&self.start);
        let sum: f64 = squares
            .map(|((tie, weight), start)| {
                tie.places.len() as f64 * (weight - start) * (weight - start)
            })
            .sum();
        sum.sqrt()
    }

    fn run(&mut self, before: f64, fence: f64) -> (Vec<f64>, f64) {
        let (mut weights, mut height) = (self.start.clone(), before);
        let mut step = 0.5 * fence;
        while self.left() > 0 {
            let slope = self.slope(&weights);
            let norm = slope.iter().map(|s| s * s).sum::<f64>().sqrt();
            if norm == 0.0 {
                break;
            }
            let mut risen = false;
            for _ in 0..HALVINGS {
                if self.left() == 0 {
                    break;
                }
                let along = weights.iter().zip(&slope);
                let mut tried: Vec<f64> = along.map(|(w, s)| w + step * s / norm).collect();
                self.fenced(&mut tried, fence);
                match self.phi(&tried) {
                    Ok(found) if found > height => {
                        (weights, height, risen) = (tried, found, true);
                        break;
                    }
                    _ => step *= 0.5,
                }
            }
            if !risen {
                break;
            }
        }
        (weights, height)
    }

    fn report(&self, weights: &[f64], before: f64, after: f64) -> Maximised {
        let mut edges = Vec::new();
        for ((tie, weight), start) in self.ties.iter().zip(weights).zip(&self.start) {
            let by = weight - start;
            if by == 0.0 {
                continue;
            }
            edges.extend(tie.places.iter().filter_map(|(row, place, own)| {
                let image = &self.picture.images[*row];
                Some(EdgeWeight {
                    source: image.row.get(*place)?.source(),
                    target: image.vertex,
                    weight: own + by,
                })
            }));
        }
        Maximised {
            before,
            after,
            moved: self.length(weights),
            evaluations: self.evaluations,
            edges,
        }
    }
}
