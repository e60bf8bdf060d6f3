//! A picture of the whole plant at one tick, to measure its model on.

use serde::{Deserialize, Serialize};

use crate::base::{TickClock, VertexId};
use crate::resonator::evolve::StageClock;
use crate::resonator::integrator::Integrator;
use crate::resonator::plant::SlotDrive;
use crate::resonator::{ModelImage, Plant, VertexImage};

/// Every vertex with its row, state and drive, and how it is integrated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlantPicture {
    /// Vertices, ascending by id.
    pub images: Vec<VertexImage>,
    /// What acts on each of them in this tick.
    pub drive: Vec<SlotDrive>,
    /// The integrator.
    pub integrator: Integrator,
    /// The tick.
    pub tick: u64,
    /// Integrator step, s.
    pub dt_s: f64,
    /// Steps in a tick.
    pub substeps: u32,
    /// The seed of the run.
    pub seed: u64,
}

/// An edge with its reverse, where it has one: row, place in the row, and weight of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Tie {
    /// The edge, then its reverse.
    pub places: Vec<(usize, usize, f64)>,
}

impl PlantPicture {
    /// The plant as one dense whole, with nothing in a halo.
    #[must_use]
    pub fn plant(&self) -> Plant {
        let mut plant = Plant::gather(&self.images);
        plant.drive.clone_from(&self.drive);
        plant
    }

    /// Time at the picture's tick.
    #[must_use]
    pub fn clock(&self) -> TickClock {
        let mut clock = TickClock::new(self.dt_s, self.substeps);
        clock.tick = self.tick;
        clock
    }

    /// Runs a plant some ticks on, with the drives of the picture held.
    pub fn run(&self, plant: &mut Plant, ticks: u64, seed: u64) {
        let stages = self.integrator.stages();
        let clock = self.clock();
        for step in 0..ticks * u64::from(self.substeps) {
            for stage in 0..stages {
                plant.evolve_stage(
                    self.integrator,
                    StageClock {
                        stage,
                        step: self.tick * u64::from(self.substeps) + step,
                        step_s: self.dt_s,
                        time_s: clock.time_s() + step as f64 * self.dt_s,
                        seed,
                    },
                );
            }
        }
    }

    /// The slots of each unit's vertices.
    #[must_use]
    pub fn slots(&self, units: &[Vec<VertexId>]) -> Vec<Vec<usize>> {
        let slot = |vertex: &VertexId| self.images.binary_search_by_key(vertex, |i| i.vertex).ok();
        units
            .iter()
            .map(|unit| unit.iter().filter_map(slot).collect())
            .collect()
    }

    /// State variables of the plant: one for a phase, two for a displacement.
    #[must_use]
    pub fn variables(&self) -> usize {
        let of = |image: &VertexImage| match image.model {
            ModelImage::Kuramoto(..) => 1,
            ModelImage::Harmonic(..) => 2,
        };
        self.images.iter().map(of).sum()
    }

    /// Whether noise acts anywhere.
    #[must_use]
    pub fn is_noisy(&self) -> bool {
        self.drive.iter().any(|drive| drive.noise != 0.0)
    }

    /// Every edge once, with its reverse where there is one.
    #[must_use]
    pub fn ties(&self) -> Vec<Tie> {
        let mut ties = Vec::new();
        for (row, image) in self.images.iter().enumerate() {
            for (place, edge) in image.row.iter().enumerate() {
                let other = self
                    .images
                    .binary_search_by_key(&edge.source, |image| image.vertex);
                let Ok(other) = other else {
                    continue;
                };
                let reverse = self.images[other]
                    .row
                    .binary_search_by_key(&image.vertex, |entry| entry.source);
                match reverse {
                    // Taken with the edge that comes first.
                    Ok(_) if other < row => {}
                    Ok(back) => {
                        let weight = self.images[other].row[back].weight;
                        let places = vec![(row, place, edge.weight), (other, back, weight)];
                        ties.push(Tie { places });
                    }
                    Err(_) => ties.push(Tie {
                        places: vec![(row, place, edge.weight)],
                    }),
                }
            }
        }
        ties
    }
}
