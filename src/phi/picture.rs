//! A picture of the whole plant at one tick, to measure its model on.

use serde::{Deserialize, Serialize};

use crate::base::isa::Isa;
use crate::base::{TickClock, VertexId};
use crate::dynamics::dense::adaptive::advance;
use crate::dynamics::dense::{Acting, NoiseKind, NoiseStream};
use crate::dynamics::dopri5::Tolerance;
use crate::dynamics::step_control::StepControl;
use crate::resonator::dynamics_spec::SlotOrder;
use crate::resonator::integrator::Integrator;
use crate::resonator::plant::Gathering;
use crate::resonator::systems::stages_of_tick;
use crate::resonator::{Plant, VertexImage};

/// Every vertex with its row, state and drive, and how it is integrated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlantPicture {
    /// Vertices, ascending by id.
    pub images: Vec<VertexImage>,
    /// What acts on each segment of their plant in this tick.
    pub acting: Vec<Acting>,
    /// The integrator.
    pub integrator: Integrator,
    /// Its tolerances, when its steps are adaptive.
    pub tolerance: Tolerance,
    /// How noise depends on the state.
    pub noise_kind: NoiseKind,
    /// The instruction set of the kernels.
    pub isa: Isa,
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
    /// Vertices as one dense whole in the order of ids, with nothing in a halo.
    #[must_use]
    pub fn gather(images: &[VertexImage], noise_kind: NoiseKind, isa: Isa) -> Plant {
        let views: Vec<_> = images.iter().map(VertexImage::view).collect();
        let how = Gathering {
            order: SlotOrder::Scene,
            noise_kind,
            isa,
            ..Gathering::default()
        };
        Plant::gather(&views, how)
    }

    /// The plant, with what acts on it.
    #[must_use]
    pub fn plant(&self) -> Plant {
        let mut plant = Self::gather(&self.images, self.noise_kind, self.isa);
        for (segment, acting) in self.acting.iter().enumerate() {
            plant.dense.act(segment, acting.clone());
        }
        plant.dense.settle_sums();
        plant
    }

    /// Time at the picture's tick.
    #[must_use]
    pub fn clock(&self) -> TickClock {
        let mut clock = TickClock::new(self.dt_s, self.substeps);
        clock.tick = self.tick;
        clock
    }

    /// Runs a plant from the picture's tick some ticks on, with its drives held.
    ///
    /// # Errors
    /// When adaptive steps do not reach the end.
    pub fn run(&self, plant: &mut Plant, ticks: u64, seed: u64) -> Result<(), String> {
        self.run_span(plant, (0, ticks), seed)
    }

    /// Runs a plant some ticks on, from some ticks after the picture's.
    ///
    /// # Errors
    /// When adaptive steps do not reach the end.
    pub fn run_span(
        &self,
        plant: &mut Plant,
        (after, ticks): (u64, u64),
        seed: u64,
    ) -> Result<(), String> {
        let scheme = self.integrator.scheme();
        let dense = &mut plant.dense;
        dense.set_noise(NoiseStream::new(seed, dense.len() as u64));
        dense.set_tolerance(self.tolerance);
        dense.settle_sums();
        let (mut clock, mut control) = (self.clock(), StepControl::default());
        clock.tick += after;
        for _ in 0..ticks {
            if self.integrator.is_adaptive() {
                let span = (clock.time_s(), clock.tick_s());
                advance(dense, &mut control, span).map_err(|failure| failure.to_string())?;
            } else {
                for stage in stages_of_tick(clock, scheme) {
                    dense.take_own_means();
                    dense.stage(1, scheme, stage);
                }
            }
            clock.tick += 1;
        }
        Ok(())
    }

    /// The slots of each unit's vertices in a plant.
    #[must_use]
    pub fn slots(plant: &Plant, units: &[Vec<VertexId>]) -> Vec<Vec<usize>> {
        let slot = |vertex: &VertexId| plant.slot_of(*vertex);
        units
            .iter()
            .map(|unit| unit.iter().filter_map(slot).collect())
            .collect()
    }

    /// State variables of the plant: one for a plain phase, two for all others.
    #[must_use]
    pub fn variables(&self) -> usize {
        let of = |image: &VertexImage| {
            if image.model.kind().has_second() {
                2
            } else {
                1
            }
        };
        self.images.iter().map(of).sum()
    }

    /// Whether noise acts anywhere.
    #[must_use]
    pub fn is_noisy(&self) -> bool {
        self.acting.iter().any(|acting| !acting.noise.is_zero())
    }

    /// Every edge once, with its reverse where there is one.
    #[must_use]
    pub fn ties(&self) -> Vec<Tie> {
        let mut ties = Vec::new();
        for (row, image) in self.images.iter().enumerate() {
            for (place, edge) in image.row.iter().enumerate() {
                let other = self
                    .images
                    .binary_search_by_key(&edge.source(), |image| image.vertex);
                let Ok(other) = other else {
                    continue;
                };
                let back = &self.images[other].row;
                let reverse = back.place(image.vertex);
                match reverse.and_then(|place| Some((place, back.get(place)?))) {
                    // Taken with the edge that comes first.
                    Some(_) if other < row => {}
                    Some((back, reverse)) => {
                        let places = vec![(row, place, edge.weight), (other, back, reverse.weight)];
                        ties.push(Tie { places });
                    }
                    None => ties.push(Tie {
                        places: vec![(row, place, edge.weight)],
                    }),
                }
            }
        }
        ties
    }
}
