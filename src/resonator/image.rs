//! `VertexImage`: a vertex as bytes, for migration and snapshots.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::{PopulationId, VertexId};
use crate::graph::{Row, RowEntry, Vertex};

use super::components::{MaskFactor, Member, Position};
use super::model::ModelImage;

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
    pub row: Vec<RowEntry>,
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
    pub model: ModelImage,
    /// Incoming edges, ascending by source.
    pub row: &'a [RowEntry],
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
            Row(self.row),
        );
        match self.model {
            ModelImage::Kuramoto(p, state) => world.spawn((common, p, state)).id(),
            ModelImage::Harmonic(p, state) => world.spawn((common, p, state)).id(),
            ModelImage::Inertial(p, state) => world.spawn((common, p, state)).id(),
            ModelImage::VanDerPol(p, state) => world.spawn((common, p, state)).id(),
            ModelImage::StuartLandau(p, state) => world.spawn((common, p, state)).id(),
        }
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
            model: view.model,
            row: view.row.to_vec(),
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
            model: self.model,
            row: &self.row,
        }
    }
}

impl<'a> VertexView<'a> {
    /// An entity as it stands in its World; `None` when it is not a vertex.
    #[must_use]
    pub fn of(entity: EntityRef<'a>) -> Option<Self> {
        Some(Self {
            vertex: entity.get::<Vertex>()?.0,
            population: entity.get::<Member>()?.0,
            position: entity.get::<Position>().map(|p| [p.x, p.y])?,
            mask: entity.get::<MaskFactor>()?.0,
            model: ModelImage::of(entity)?,
            row: &entity.get::<Row>()?.0,
        })
    }
}
