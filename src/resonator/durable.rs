//! The vertices of a World as durable records: all of them at once, since there may be a million.

use std::any::TypeId;

use bevy::prelude::*;

use crate::graph::{Delays, Row, Vertex};
use crate::registry::durable::{Class, Durable, DurableError, RecordSum};

use super::components::{
    Amplitude, Harmonic, Inertial, Kuramoto, MaskFactor, Member, Motion, Own, Phase, Planar,
    Position, Rotor, StuartLandau, VanDerPol,
};
use super::drive::Applied;
use super::image::VertexImage;
use super::plant::Plant;

/// Every vertex of a World, ascending.
pub fn vertex_images(world: &mut World) -> Vec<VertexImage> {
    let mut vertices: Vec<VertexImage> = world
        .query_filtered::<EntityRef, With<Vertex>>()
        .iter(world)
        .filter_map(VertexImage::of)
        .collect();
    vertices.sort_by_key(|image| image.vertex);
    vertices
}

/// Puts these vertices in the place of those that a World has.
pub fn respawn(world: &mut World, vertices: Vec<VertexImage>) {
    let old: Vec<Entity> = world
        .query_filtered::<Entity, With<Vertex>>()
        .iter(world)
        .collect();
    for entity in old {
        world.despawn(entity);
    }
    world.insert_resource(Plant::default());
    world.insert_resource(Applied::default());
    for vertex in vertices {
        vertex.spawn(world);
    }
}

/// The vertices of a World. Their hashes are taken from the dense arrays and told as two sums,
/// which do not depend on where a vertex is.
pub struct Vertices;

impl Vertices {
    const NAME: &'static str = "vertices";

    fn form(error: postcard::Error) -> DurableError {
        let name = Self::NAME;
        DurableError::Form { name, error }
    }
}

impl Durable for Vertices {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn class(&self) -> Class {
        Class::State
    }

    fn covers(&self, id: TypeId) -> bool {
        [
            TypeId::of::<Vertex>(),
            TypeId::of::<Row>(),
            TypeId::of::<Delays>(),
            TypeId::of::<Member>(),
            TypeId::of::<Position>(),
            TypeId::of::<MaskFactor>(),
            TypeId::of::<Phase>(),
            TypeId::of::<Motion>(),
            TypeId::of::<Rotor>(),
            TypeId::of::<Amplitude>(),
            TypeId::of::<Planar>(),
            TypeId::of::<Kuramoto>(),
            TypeId::of::<Harmonic>(),
            TypeId::of::<Inertial>(),
            TypeId::of::<VanDerPol>(),
            TypeId::of::<StuartLandau>(),
            TypeId::of::<Own>(),
        ]
        .contains(&id)
    }

    fn is_bulk(&self) -> bool {
        true
    }

    fn save(&self, world: &mut World) -> Result<Vec<u8>, DurableError> {
        postcard::to_stdvec(&vertex_images(world)).map_err(Self::form)
    }

    fn restore(&self, world: &mut World, bytes: &[u8]) -> Result<(), DurableError> {
        let vertices = postcard::from_bytes(bytes).map_err(Self::form)?;
        respawn(world, vertices);
        Ok(())
    }

    fn hash(
        &mut self,
        _world: &World,
        _completed: u64,
        _sum: &mut RecordSum,
    ) -> Result<(), DurableError> {
        Ok(())
    }
}
