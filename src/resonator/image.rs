//! `VertexImage`: a vertex as bytes, for migration and snapshots.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::{PopulationId, VertexId};
use crate::graph::{Row, RowEntry, Vertex};

use super::components::{Harmonic, Kuramoto, MaskFactor, Member, Motion, Phase, Position};

/// Model and state of a vertex.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ModelImage {
    /// A phase oscillator.
    Kuramoto(Kuramoto, Phase),
    /// A harmonic oscillator.
    Harmonic(Harmonic, Motion),
}

/// Everything durable of a vertex, and its row of the coupling matrix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VertexImage {
    /// The vertex.
    pub vertex: VertexId,
    /// Its population.
    pub population: PopulationId,
    /// Its place in the field.
    pub position: f64,
    /// Its factor in the global mask.
    pub mask: f64,
    /// Model, parameters and state.
    pub model: ModelImage,
    /// Incoming edges, ascending by source.
    pub row: Vec<RowEntry>,
}

impl VertexImage {
    /// Rebuilds the vertex as an entity.
    pub fn spawn(self, world: &mut World) -> Entity {
        let mut entity = world.spawn((
            Vertex(self.vertex),
            Member(self.population),
            Position(self.position),
            MaskFactor(self.mask),
            Row(self.row),
        ));
        match self.model {
            ModelImage::Kuramoto(parameters, state) => entity.insert((parameters, state)),
            ModelImage::Harmonic(parameters, state) => entity.insert((parameters, state)),
        };
        entity.id()
    }

    /// Reads the image of an entity; `None` when it is not a vertex.
    #[must_use]
    pub fn of(entity: EntityRef) -> Option<Self> {
        let model = if let (Some(p), Some(s)) = (entity.get::<Kuramoto>(), entity.get::<Phase>()) {
            ModelImage::Kuramoto(*p, *s)
        } else {
            ModelImage::Harmonic(*entity.get::<Harmonic>()?, *entity.get::<Motion>()?)
        };
        Some(Self {
            vertex: entity.get::<Vertex>()?.0,
            population: entity.get::<Member>()?.0,
            position: entity.get::<Position>()?.0,
            mask: entity.get::<MaskFactor>()?.0,
            model,
            row: entity.get::<Row>()?.0.clone(),
        })
    }
}
