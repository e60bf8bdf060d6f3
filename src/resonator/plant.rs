//! The plant of one node as dense arrays in the order of vertex ids.

use bevy::prelude::Resource;
use serde::{Deserialize, Serialize};

use crate::base::digest::fold;
use crate::base::num;
use crate::base::{PopulationId, RecordHasher, VertexId};
use crate::field::Drive;
use crate::graph::RowEntry;

use super::components::PlantParameters;
use super::image::{ModelImage, VertexImage};

/// What a vertex shows to others and to sensors: (sin θ, cos θ), or (x, 0).
pub type Seen = [f64; 2];

/// Fixed parameters of a slot.
#[derive(Clone, Copy, Debug)]
pub struct SlotParameters {
    /// Whether it is a phase oscillator.
    pub is_phase: bool,
    /// ω, rad/s.
    pub omega: f64,
    /// γ, 1/s; 0 for phases.
    pub gamma: f64,
    /// sin α and cos α.
    pub lag: (f64, f64),
    /// F of the own periodic force.
    pub force: f64,
    /// Ω of that force, rad/s.
    pub force_omega: f64,
    /// Sum of the row's weights.
    pub row_weight: f64,
}

/// What acts on a slot in the present tick: parameters plus drive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SlotDrive {
    /// κ.
    pub coupling: f64,
    /// ω, or ω² for harmonic oscillators.
    pub rate: f64,
    /// γ, 1/s.
    pub gamma: f64,
    /// Commanded force plus felt field.
    pub force: f64,
    /// σ.
    pub noise: f64,
}

/// The vertices of one node, gathered: a cache of their components, never a second truth.
#[derive(Resource, Clone, Debug, Default)]
pub struct Plant {
    /// Vertices, ascending.
    pub ids: Vec<VertexId>,
    /// θ or x.
    pub first: Vec<f64>,
    /// v; unused for phases.
    pub second: Vec<f64>,
    /// Fixed parameters.
    pub parameters: Vec<SlotParameters>,
    /// Population of each slot.
    pub population: Vec<PopulationId>,
    /// Place of each slot in the field.
    pub position: Vec<f64>,
    /// Factor of each slot in the global mask.
    pub mask: Vec<f64>,
    /// What acts in this tick.
    pub drive: Vec<SlotDrive>,
    /// What each slot shows; local slots first, then the halo.
    pub seen: Vec<Seen>,
    /// Sources of incoming edges that live on other nodes, ascending; their slots follow the local.
    pub halo: Vec<VertexId>,
    pub(super) row_start: Vec<u32>,
    pub(super) row_source: Vec<u32>,
    pub(super) row_weight: Vec<f64>,
    pub(super) slopes: Vec<[f64; 2]>,
    pub(super) base: Vec<[f64; 2]>,
    pub(super) sums: Vec<[f64; 2]>,
    fixed_hash: Vec<u64>,
}

impl Plant {
    /// Gathers vertices, which must ascend by id.
    #[must_use]
    pub fn gather(images: &[VertexImage]) -> Self {
        let mut plant = Self::default();
        let ids: Vec<VertexId> = images.iter().map(|image| image.vertex).collect();
        let mut halo: Vec<VertexId> = images
            .iter()
            .flat_map(|image| image.row.iter().map(|entry| entry.source))
            .filter(|source| ids.binary_search(source).is_err())
            .collect();
        halo.sort_unstable();
        halo.dedup();
        plant.row_start.push(0);
        for image in images {
            plant.push_row(&image.row, &ids, &halo);
            plant.push_slot(image);
        }
        let local = ids.len();
        plant.ids = ids;
        plant.drive = vec![SlotDrive::default(); local];
        plant.slopes = vec![[0.0; 2]; local];
        plant.base = vec![[0.0; 2]; local];
        plant.sums = vec![[0.0; 2]; local];
        plant.seen = vec![[0.0; 2]; local + halo.len()];
        plant.halo = halo;
        (0..local).for_each(|slot| plant.show(slot));
        plant
    }

    fn push_row(&mut self, row: &[RowEntry], ids: &[VertexId], halo: &[VertexId]) {
        for entry in row {
            let slot = match ids.binary_search(&entry.source) {
                Ok(slot) => slot,
                Err(_) => ids.len() + halo.partition_point(|other| *other < entry.source),
            };
            self.row_source.push(slot as u32);
            self.row_weight.push(entry.weight);
        }
        self.row_start.push(self.row_source.len() as u32);
    }

    fn push_slot(&mut self, image: &VertexImage) {
        let row_weight = image.row.iter().map(|entry| entry.weight).sum();
        let (parameters, first, second) = match &image.model {
            ModelImage::Kuramoto(p, state) => {
                let fixed = SlotParameters {
                    is_phase: true,
                    omega: p.omega,
                    gamma: 0.0,
                    lag: num::sin_cos(p.alpha),
                    force: 0.0,
                    force_omega: 0.0,
                    row_weight,
                };
                (fixed, state.0, 0.0)
            }
            ModelImage::Harmonic(p, state) => {
                let fixed = SlotParameters {
                    is_phase: false,
                    omega: p.omega,
                    gamma: p.gamma,
                    lag: (0.0, 1.0),
                    force: p.force,
                    force_omega: p.force_omega,
                    row_weight,
                };
                (fixed, state.x, state.v)
            }
        };
        self.first.push(first);
        self.second.push(second);
        self.parameters.push(parameters);
        self.population.push(image.population);
        self.position.push(image.position);
        self.mask.push(image.mask);
        self.fixed_hash.push(fixed_hash(image));
    }

    /// Number of vertices on this node.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether the node holds no vertex.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The slot of a vertex that lives here.
    #[must_use]
    pub fn slot_of(&self, vertex: VertexId) -> Option<usize> {
        self.ids.binary_search(&vertex).ok()
    }

    /// The row of a slot as (source's slot, weight), ascending by source; slots beyond the local
    /// ones are of the halo.
    pub fn row(&self, slot: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let entries = self.row_start[slot] as usize..self.row_start[slot + 1] as usize;
        let sources = self.row_source[entries.clone()].iter();
        sources
            .map(|source| *source as usize)
            .zip(self.row_weight[entries].iter().copied())
    }

    /// Incoming edges of all local vertices.
    #[must_use]
    pub fn row_entries(&self) -> usize {
        self.row_source.len()
    }

    /// What sensors observe of a slot: cos θ, or x.
    #[must_use]
    pub fn observable(&self, slot: usize) -> f64 {
        if self.parameters[slot].is_phase {
            self.seen[slot][1]
        } else {
            self.first[slot]
        }
    }

    /// Recomputes what a slot shows from its state. `sin` and `cos` are evaluated here alone.
    pub(super) fn show(&mut self, slot: usize) {
        self.seen[slot] = if self.parameters[slot].is_phase {
            let (s, c) = num::sin_cos(self.first[slot]);
            [s, c]
        } else {
            [self.first[slot], 0.0]
        };
    }

    /// Takes a state from outside.
    pub fn write(&mut self, slot: usize, first: f64, second: f64) {
        self.first[slot] = first;
        self.second[slot] = second;
        self.show(slot);
    }

    /// Sets what acts on a slot from its population's parameters, the masked drive, and the field
    /// felt at its place for a felt gain of one.
    pub fn actuate(
        &mut self,
        slot: usize,
        base: &PlantParameters,
        drive: &Drive,
        felt_gain: f64,
        field: f64,
    ) {
        let p = self.parameters[slot];
        let d = drive.masked(self.mask[slot]);
        let omega = p.omega + d.frequency_shift;
        self.drive[slot] = SlotDrive {
            coupling: base.coupling + d.coupling,
            rate: if p.is_phase { omega } else { omega * omega },
            gamma: p.gamma + d.damping,
            force: d.force + (felt_gain + d.field_gain) * field,
            noise: base.noise + d.noise,
        };
    }

    /// The record hash of a slot's durable state.
    #[must_use]
    pub fn record_hash(&self, slot: usize) -> u64 {
        let state = [self.first[slot].to_bits(), self.second[slot].to_bits()];
        fold(self.fixed_hash[slot], &state)
    }
}

/// The hash of what does not move: id, population, place, mask, parameters and row. A change of any
/// of them gathers the plant anew.
fn fixed_hash(image: &VertexImage) -> u64 {
    let mut hasher = RecordHasher::default();
    hasher
        .start(image.vertex.0)
        .word(u64::from(image.population.0))
        .float(image.position)
        .float(image.mask);
    match &image.model {
        ModelImage::Kuramoto(p, _) => {
            hasher.word(0).float(p.omega).float(p.alpha);
        }
        ModelImage::Harmonic(p, _) => {
            hasher
                .word(1)
                .float(p.omega)
                .float(p.gamma)
                .float(p.force)
                .float(p.force_omega);
        }
    }
    for entry in &image.row {
        hasher.word(entry.source.0).float(entry.weight);
    }
    hasher.finish()
}
