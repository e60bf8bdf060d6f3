//! A picture of the whole plant at one tick, to measure its model on.

use serde::{Deserialize, Serialize};

use crate::base::isa::Isa;
use crate::base::{TickClock, VertexId};
use crate::dynamics::dense::adaptive::{Steppers, Worst, advance};
use crate::dynamics::dense::{Acting, DensePlant, NoiseKind, NoiseStream, StageClock};
use crate::dynamics::dopri5::Tolerance;
use crate::dynamics::step_control::StepControl;
use crate::resonator::dynamics_spec::SlotOrder;
use crate::resonator::integrator::Integrator;
use crate::resonator::plant::Gathering;
use crate::resonator::systems::stages_of_tick;
use crate::resonator::{Plant, VertexImage};

use super::work::Budget;

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

/// Sizes that the work of a plant follows from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlantSize {
    /// State variables.
    pub variables: u64,
    /// Vertices.
    pub vertices: u64,
    /// Edges that are felt.
    pub row_entries: u64,
    /// Integrator stages in a tick; of adaptive steps, those of one.
    pub tick_stages: u64,
}

/// Integrator stages in a tick; of adaptive steps, those of one.
#[must_use]
pub fn tick_stages(integrator: Integrator, substeps: u32) -> u64 {
    let stages = u64::from(integrator.scheme().stages());
    if integrator.is_adaptive() {
        stages
    } else {
        stages * u64::from(substeps)
    }
}

/// Operations of an integrator stage: a slope for each vertex, a sine or a product for each edge
/// that it feels.
fn stage_work(size: PlantSize) -> u64 {
    1500 + 15 * size.vertices + 2 * size.row_entries
}

/// Operations of a run of so many ticks, at least: the plant is laid out anew and then goes through
/// its stages.
#[must_use]
pub fn run_work(size: PlantSize, ticks: u64) -> u64 {
    let stages = ticks.saturating_mul(size.tick_stages);
    layout_work(size).saturating_add(stages.saturating_mul(stage_work(size)))
}

/// Operations of laying the plant out anew.
#[must_use]
pub fn layout_work(size: PlantSize) -> u64 {
    2000 + 20 * size.vertices + 2 * size.row_entries
}

/// Why a run ended that its budget did not reach the end of.
const ENDED: &str = "the budget ended";

/// A plant whose adaptive steps are charged.
struct ChargedPlant<'a, 'b> {
    dense: &'a mut DensePlant,
    stage_work: u64,
    budget: &'a mut Budget<'b>,
}

impl Steppers for ChargedPlant<'_, '_> {
    type Error = &'static str;

    fn begin(&mut self) {
        Steppers::begin(self.dense);
    }

    fn stage(&mut self, clock: StageClock) -> Result<(), &'static str> {
        if !self.budget.spend(self.stage_work) {
            return Err(ENDED);
        }
        // A plant of one machine has no other way to fail.
        Steppers::stage(self.dense, clock).map_err(|_| ENDED)
    }

    fn worst(&self) -> Worst {
        Steppers::worst(self.dense)
    }

    fn accept(&mut self) {
        Steppers::accept(self.dense);
    }
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
    pub fn run_span(&self, plant: &mut Plant, span: (u64, u64), seed: u64) -> Result<(), String> {
        self.run_within(plant, span, seed, &mut Budget::unlimited())
    }

    /// Operations of a run of so many ticks, at least: adaptive steps may be shorter than a tick.
    #[must_use]
    pub fn run_work(&self, ticks: u64) -> u64 {
        run_work(self.size(), ticks)
    }

    /// Its sizes.
    #[must_use]
    pub fn size(&self) -> PlantSize {
        let entries = self.images.iter().map(|image| image.row.len() as u64);
        PlantSize {
            variables: self.variables() as u64,
            vertices: self.images.len() as u64,
            row_entries: entries.sum(),
            tick_stages: tick_stages(self.integrator, self.substeps),
        }
    }

    /// Runs a plant some ticks on, from some ticks after the picture's; charges each integrator
    /// stage.
    ///
    /// # Errors
    /// When adaptive steps do not reach the end, or the budget ends.
    pub fn run_within(
        &self,
        plant: &mut Plant,
        (after, ticks): (u64, u64),
        seed: u64,
        budget: &mut Budget<'_>,
    ) -> Result<(), String> {
        let stage_work = stage_work(self.size());
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
                let mut charged = ChargedPlant {
                    dense,
                    stage_work,
                    budget,
                };
                advance(&mut charged, &mut control, span).map_err(|failure| failure.to_string())?;
            } else {
                for stage in stages_of_tick(clock, scheme) {
                    if !budget.spend(stage_work) {
                        return Err(ENDED.to_owned());
                    }
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
