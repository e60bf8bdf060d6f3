//! A vertex's components, read by reflection: those of this crate and those that users registered.

use bevy::ecs::reflect::{AppTypeRegistry, ReflectComponent};
use bevy::prelude::*;
use bevy::reflect::{PartialReflect, ReflectRef};

use crate::base::VertexId;
use crate::graph::{Row, Vertex};
use crate::kernel::Simulation;
use crate::resonator::{
    Amplitude, Harmonic, Inertial, Kuramoto, MaskFactor, Motion, Own, Phase, Planar, Rotor,
    StuartLandau, VanDerPol,
};

use super::view::VertexView;

/// A component and its fields as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentView {
    /// Name of its type.
    pub name: String,
    /// Fields: name and value.
    pub fields: Vec<(String, String)>,
}

/// The types of this crate that are shown.
fn register(registry: &AppTypeRegistry) {
    let mut types = registry.write();
    types.register::<Phase>();
    types.register::<Motion>();
    types.register::<Kuramoto>();
    types.register::<Harmonic>();
    types.register::<Rotor>();
    types.register::<Amplitude>();
    types.register::<Inertial>();
    types.register::<VanDerPol>();
    types.register::<StuartLandau>();
    types.register::<Own>();
    types.register::<Planar>();
    types.register::<MaskFactor>();
    types.register::<crate::resonator::components::Position>();
}

/// Looks at a vertex, wherever it lives. `None` when there is no such vertex.
#[must_use]
pub fn inspect(simulation: &mut Simulation, vertex: VertexId) -> Option<VertexView> {
    let node = simulation.owner(vertex)?;
    let world = simulation.look(node)?;
    world.init_resource::<AppTypeRegistry>();
    let registry = world.resource::<AppTypeRegistry>().clone();
    register(&registry);
    let types = registry.read();
    let mut vertices = world.query::<(EntityRef, &Vertex)>();
    let (entity, _) = vertices.iter(world).find(|(_, own)| own.0 == vertex)?;
    let row = entity.get::<Row>().map(|row| {
        let entries = row.iter();
        entries.map(|e| (e.source().0 as u32, e.weight)).collect()
    });
    let mut components: Vec<ComponentView> = Vec::new();
    for id in entity.archetype().components() {
        let info = world.components().get_info(*id)?;
        let Some(of_type) = info.type_id().and_then(|id| types.get(id)) else {
            continue;
        };
        let reflected = of_type.data::<ReflectComponent>();
        if let Some(value) = reflected.and_then(|component| component.reflect(entity)) {
            let name = of_type.type_info().type_path_table().short_path();
            components.push(ComponentView {
                name: name.to_owned(),
                fields: fields(value.as_partial_reflect()),
            });
        }
    }
    components.sort_by(|a, b| a.name.cmp(&b.name));
    Some(VertexView {
        vertex,
        components,
        row: row.unwrap_or_default(),
    })
}

fn fields(value: &dyn PartialReflect) -> Vec<(String, String)> {
    match value.reflect_ref() {
        ReflectRef::Struct(all) => (0..all.field_len())
            .filter_map(|k| Some((all.name_at(k)?.to_owned(), text(all.field_at(k)?))))
            .collect(),
        ReflectRef::TupleStruct(all) => (0..all.field_len())
            .filter_map(|k| Some((k.to_string(), text(all.field(k)?))))
            .collect(),
        _ => vec![(String::new(), text(value))],
    }
}

fn text(value: &dyn PartialReflect) -> String {
    match value.try_downcast_ref::<f64>() {
        Some(number) => format!("{number:.6}"),
        None => format!("{value:?}"),
    }
}
