//! `VertexImage`: a vertex as bytes, for migration and snapshots.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::{PopulationId, VertexId};
use crate::graph::{Delays, Row, Vertex};

use super::components::{LocalSlot, MaskFactor, Member, Position};
use super::model::{ModelImage, ModelRef};

/// Everything durable of a vertex, and its row of the coupling matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VertexImage {
    /// The vertex.
    pub vertex: VertexId,
    /// Its population.
    pub population: PopulationId,
    /// Its place in the field.
    pub position: [f64; 2],
    /// Its factor in the global mask.
    pub mask: f64,
    /// Model, parameters and state.
    pub model: ModelImage,
    /// Incoming edges, ascending by source.
    pub row: Row,
    /// How many integrator steps late sources are heard, ascending by source.
    pub delays: Vec<(VertexId, u32)>,
}

/// A vertex as it stands in a World or an image, to gather from.
#[derive(Clone, Copy, Debug)]
pub struct VertexView<'a> {
    /// The vertex.
    pub vertex: VertexId,
    /// Its population.
    pub population: PopulationId,
    /// Its place in the field.
    pub position: [f64; 2],
    /// Its factor in the global mask.
    pub mask: f64,
    /// Model, parameters and state.
    pub model: ModelRef<'a>,
    /// Incoming edges, ascending by source.
    pub row: &'a Row,
    /// How many integrator steps late sources are heard, ascending by source.
    pub delays: &'a [(VertexId, u32)],
}

impl VertexImage {
    /// Rebuilds the vertex as an entity.
    pub fn spawn(self, world: &mut World) -> Entity {
        let [x, y] = self.position;
        let common = (
            Vertex(self.vertex),
            Member(self.population),
            Position { x, y },
            MaskFactor(self.mask),
            self.row,
            LocalSlot::default(),
        );
        let mut entity = match self.model {
            ModelImage::Kuramoto(p, state) => world.spawn((common, p, state)),
            ModelImage::Harmonic(p, state) => world.spawn((common, p, state)),
            ModelImage::Inertial(p, state) => world.spawn((common, p, state)),
            ModelImage::VanDerPol(p, state) => world.spawn((common, p, state)),
            ModelImage::StuartLandau(p, state) => world.spawn((common, p, state)),
            ModelImage::Own(p, state) => world.spawn((common, p, state)),
        };
        if !self.delays.is_empty() {
            entity.insert(Delays(self.delays));
        }
        entity.id()
    }

    /// Reads the image of an entity; `None` when it is not a vertex.
    #[must_use]
    pub fn of(entity: EntityRef) -> Option<Self> {
        let view = VertexView::of(entity)?;
        Some(Self {
            vertex: view.vertex,
            population: view.population,
            position: view.position,
            mask: view.mask,
            model: view.model.image(),
            row: view.row.clone(),
            delays: view.delays.to_vec(),
        })
    }

    /// The image, to gather from.
    #[must_use]
    pub fn view(&self) -> VertexView<'_> {
        VertexView {
            vertex: self.vertex,
            population: self.population,
            position: self.position,
            mask: self.mask,
            model: self.model.as_ref(),
            row: &self.row,
            delays: &self.delays,
        }
    }
}

impl<'a> VertexView<'a> {
    /// How many integrator steps late a source is heard.
    #[must_use]
    pub fn delay(&self, source: VertexId) -> u32 {
        let at = self.delays.binary_search_by_key(&source, |delay| delay.0);
        at.map_or(0, |at| self.delays[at].1)
    }

    /// An entity as it stands in its World; `None` when it is not a vertex.
    #[must_use]
    pub fn of(entity: EntityRef<'a>) -> Option<Self> {
        Some(Self {
            vertex: entity.get::<Vertex>()?.0,
            population: entity.get::<Member>()?.0,
            position: entity.get::<Position>().map(|p| [p.x, p.y])?,
            mask: entity.get::<MaskFactor>()?.0,
            model: ModelRef::of(entity)?,
            row: entity.get::<Row>()?,
            delays: entity.get::<Delays>().map_or(&[], |delays| &delays.0),
        })
    }
}
