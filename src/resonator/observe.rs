//! What is observed of every population's plant after a tick, as sums that add up over nodes.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::{ExactSum, PopulationId, VertexId, num};
use crate::dynamics::dense::{Kind, MeanSum, Segment};
use crate::field::grid::DepositSum;
use crate::registry::stream::StreamSums;
use crate::registry::{Demand, Need};
use crate::tick::NodeContext;

use super::components::{Amplitude, LocalSlot, Phase, State};
use super::plant::{Plant, Seen};

/// An exact sum and the number of its terms.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counted {
    sum: ExactSum,
    count: u64,
}

impl Counted {
    fn add(&mut self, term: f64) {
        self.sum.add(term);
        self.count += 1;
    }

    fn merge(&mut self, other: &Self) {
        self.sum.merge(&other.sum);
        self.count += other.count;
    }

    fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum.value() / self.count as f64)
    }
}

/// Exact sums over a population's resonators on a node.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlantSums {
    /// Of what they show.
    pub shown: MeanSum,
    /// Their number.
    pub count: u64,
    observed: ExactSum,
    energy: Counted,
    rate: Counted,
    rate_square: Counted,
    coupling: Counted,
    local_order: Counted,
}

/// What is known of the plant for digest, field and safety.
#[derive(Resource, Clone, Debug, Default)]
pub struct PlantRecords {
    /// Vertices here.
    pub vertices: u64,
    /// Their record; see [`Plant::record`].
    pub record: [u64; 2],
    /// Sums over the resonators of each population here, where the scene asks.
    pub populations: Vec<(PopulationId, PlantSums)>,
    /// The sums that metrics of users ask for, of each population here.
    pub streams: Vec<(PopulationId, StreamSums)>,
    /// Σ φₖ(xᵢ) oᵢ over local vertices, for each mode that the wave engine asked for.
    pub projections: Vec<ExactSum>,
    /// What the vertices here deposit on the field's grid.
    pub deposits: Option<DepositSum>,
    /// The greatest |x| or |z| of an oscillator here that is not a phase.
    pub peak_amplitude: f64,
    /// The first vertex whose state is not finite.
    pub non_finite: Option<VertexId>,
}

/// What is observed of a population; `None` where its models have no such thing or the scene does
/// not ask.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PlantReading {
    /// |mean e^{iθ}|, |mean x| or |mean z|.
    pub order: f64,
    /// Mean of what sensors see: cos θ, or x.
    pub mean: f64,
    /// Mean of ½v² + ½ω²x² of oscillators, ½mv² of phases with inertia.
    pub own_energy: Option<f64>,
    /// Mean energy of the incoming edges: Σⱼ ½κwᵢⱼ(1 − cos(θⱼ − θᵢ)) or Σⱼ ¼κwᵢⱼ|zⱼ − zᵢ|².
    pub coupling_energy: Option<f64>,
    /// Mean of |Σⱼ wᵢⱼ e^{iθⱼ}| / Σⱼ |wᵢⱼ| over phases that hear any.
    pub local_order: Option<f64>,
    /// Mean rate of phases, and of the angles of amplitudes, over the tick, rad/s.
    pub frequency: Option<f64>,
    /// Its standard deviation over the resonators; 0 when all are locked.
    pub frequency_sd: Option<f64>,
}

impl PlantReading {
    /// Own and coupling energy together, where there is an edge.
    #[must_use]
    pub fn energy(&self) -> Option<f64> {
        let coupling = self.coupling_energy?;
        Some(self.own_energy.unwrap_or(0.0) + coupling)
    }
}

impl PlantSums {
    /// Adds the sums of other resonators.
    pub fn merge(&mut self, other: &Self) {
        self.shown.merge(&other.shown);
        self.count += other.count;
        self.observed.merge(&other.observed);
        self.energy.merge(&other.energy);
        self.rate.merge(&other.rate);
        self.rate_square.merge(&other.rate_square);
        self.coupling.merge(&other.coupling);
        self.local_order.merge(&other.local_order);
    }

    /// Whether all sums are finite numbers.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        let plain = [&self.shown.first, &self.shown.second, &self.observed];
        let counted = [
            &self.energy,
            &self.rate,
            &self.rate_square,
            &self.coupling,
            &self.local_order,
        ];
        let counted = counted.into_iter().map(|own| &own.sum);
        plain.into_iter().chain(counted).all(ExactSum::is_finite)
    }

    /// Means over the population.
    #[must_use]
    pub fn reading(&self) -> PlantReading {
        let [first, second] = self.shown.mean(self.count);
        let per_resonator = |sum: &Counted| {
            let whole = sum.mean()? * sum.count as f64;
            Some(whole / self.count.max(1) as f64)
        };
        let frequency = self.rate.mean();
        let spread = self.rate_square.mean().zip(frequency);
        PlantReading {
            order: num::hypot(first, second),
            mean: self.observed.value() / self.count.max(1) as f64,
            own_energy: per_resonator(&self.energy),
            coupling_energy: per_resonator(&self.coupling),
            local_order: self.local_order.mean(),
            frequency,
            frequency_sd: spread.map(|(square, mean)| (square - mean * mean).max(0.0).sqrt()),
        }
    }
}

/// Adds to each population the rates of its phases or amplitudes over the tick: their components
/// still are as the tick began.
pub fn observe_rates<S: Turning>(
    at: Res<NodeContext>,
    plant: Res<Plant>,
    demand: Res<Demand>,
    mut records: ResMut<PlantRecords>,
    states: Query<(&LocalSlot, &S)>,
) {
    if !demand.needs(Need::Rates, at.clock.tick + 1) {
        return;
    }
    let tick_s = at.clock.tick_s();
    let segments = plant.dense.segments();
    let populations = segments.iter().map(|own| own.population + 1).max();
    let mut found = vec![(Counted::default(), Counted::default()); populations.unwrap_or(0)];
    for (slot, before) in &states {
        let slot = slot.0 as usize;
        let rate = S::turned(before.numbers(), plant.state(slot)) / tick_s;
        let population = segments[plant.dense.segment_of(slot)].population;
        let (rates, squares) = &mut found[population];
        rates.add(rate);
        squares.add(rate * rate);
    }
    for (population, (rates, squares)) in found.iter().enumerate() {
        if rates.count > 0 {
            let sums = records.sums_of(PopulationId(population as u16));
            sums.rate.merge(rates);
            sums.rate_square.merge(squares);
        }
    }
}

/// A state that turns.
pub trait Turning: State {
    /// The angle between two states, rad.
    fn turned(before: [f64; 2], after: [f64; 2]) -> f64;
}

impl Turning for Phase {
    fn turned(before: [f64; 2], after: [f64; 2]) -> f64 {
        after[0] - before[0]
    }
}

impl Turning for Amplitude {
    fn turned([x, y]: [f64; 2], [u, v]: [f64; 2]) -> f64 {
        num::atan2(v * x - u * y, u * x + v * y)
    }
}

impl PlantRecords {
    fn sums_of(&mut self, population: PopulationId) -> &mut PlantSums {
        let known = self
            .populations
            .iter()
            .position(|(own, _)| *own == population);
        let at = known.unwrap_or_else(|| {
            self.populations.push((population, PlantSums::default()));
            self.populations.len() - 1
        });
        &mut self.populations[at].1
    }

    /// Adds what every population shows and holds after the tick.
    pub(super) fn observe(&mut self, plant: &Plant, edges: bool) {
        for segment in plant.dense.segments() {
            let sums = self.sums_of(PopulationId(segment.population as u16));
            observe_states(plant, segment, sums);
            if edges {
                observe_edges(plant, segment, sums);
            }
        }
    }
}

fn observe_states(plant: &Plant, own: &Segment, sums: &mut PlantSums) {
    let (first, second) = (plant.dense.first(), plant.dense.second());
    sums.count += own.slots.len() as u64;
    for (k, slot) in own.slots.clone().enumerate() {
        let shown = plant.dense.shown(slot);
        sums.shown.first.add(shown[0]);
        sums.shown.second.add(shown[1]);
        sums.observed.add(shown[usize::from(own.kind.is_phase())]);
        match own.kind {
            Kind::Harmonic | Kind::VanDerPol => {
                let (x, v, omega) = (first[slot], second[slot], own.omega.get(k));
                sums.energy.add(0.5 * (v * v + omega * omega * x * x));
            }
            Kind::InertialPhase => {
                let (v, mass) = (second[slot], own.rate.get(k));
                sums.energy.add(0.5 * mass * v * v);
                sums.rate.add(v);
                sums.rate_square.add(v * v);
            }
            Kind::Phase | Kind::StuartLandau | Kind::Own => {}
        }
    }
}

fn observe_edges(plant: &Plant, own: &Segment, sums: &mut PlantSums) {
    let is_phase = own.kind.is_phase();
    plant
        .dense
        .visit_rows(own.slots.clone(), |slot, sources, weights| {
            if sources.is_empty() {
                return;
            }
            let here: Seen = plant.dense.shown(slot);
            let (mut heard, mut weight, mut square) = ([0.0; 2], 0.0, 0.0);
            for (source, w) in sources.iter().zip(weights) {
                let there = plant.dense.shown(*source as usize);
                let apart = [there[0] - here[0], there[1] - here[1]];
                square += w * (apart[0] * apart[0] + apart[1] * apart[1]);
                heard = [heard[0] + w * there[0], heard[1] + w * there[1]];
                weight += w.abs();
            }
            // 1 − cos(θⱼ − θᵢ) is half the square of the chord, so one formula serves all.
            let kappa = own.acting.coupling.get(slot - own.slots.start);
            sums.coupling.add(0.25 * kappa * square);
            if is_phase && weight > 0.0 {
                sums.local_order
                    .add(num::hypot(heard[0], heard[1]) / weight);
            }
        });
}
