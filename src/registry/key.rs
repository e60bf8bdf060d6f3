//! Keys: what tells the entities of a kind apart in every World, and where each entity is.

use std::collections::BTreeMap;

use bevy::ecs::lifecycle::HookContext;
use bevy::ecs::world::DeferredWorld;
use bevy::prelude::*;

/// A component that identifies an entity of its kind within a World, for example a population by its
/// number. No two entities of a World have the same key.
pub trait Key: Component {
    /// The identity.
    type Id: Copy + Ord + Send + Sync + 'static;

    /// The identity of this entity.
    fn id(&self) -> Self::Id;
}

/// The entity of each key of a kind. It follows the World by itself.
#[derive(Resource, Debug)]
pub struct KeyIndex<K: Key>(BTreeMap<K::Id, Entity>);

impl<K: Key> KeyIndex<K> {
    /// The entity with this key, when it is in this World.
    #[must_use]
    pub fn entity(&self, id: K::Id) -> Option<Entity> {
        self.0.get(&id).copied()
    }

    /// All entities in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (K::Id, Entity)> + '_ {
        self.0.iter().map(|(id, entity)| (*id, *entity))
    }

    /// Follows the entities of this kind from now on. To be called once a World, before the first of
    /// them is spawned.
    pub fn follow(world: &mut World) {
        if world.contains_resource::<Self>() {
            return;
        }
        world.insert_resource(Self(BTreeMap::new()));
        world
            .register_component_hooks::<K>()
            .on_insert(|mut world: DeferredWorld, context: HookContext| {
                let id = world.get::<K>(context.entity).map(Key::id);
                if let Some((id, mut index)) = id.zip(world.get_resource_mut::<Self>()) {
                    index.0.insert(id, context.entity);
                }
            })
            .on_discard(|mut world: DeferredWorld, context: HookContext| {
                let id = world.get::<K>(context.entity).map(Key::id);
                if let Some((id, mut index)) = id.zip(world.get_resource_mut::<Self>())
                    && index.0.get(&id) == Some(&context.entity)
                {
                    index.0.remove(&id);
                }
            });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Component)]
    struct Number(u32);

    impl Key for Number {
        type Id = u32;

        fn id(&self) -> u32 {
            self.0
        }
    }

    #[test]
    fn the_index_follows_what_comes_and_goes() {
        let mut world = World::new();
        KeyIndex::<Number>::follow(&mut world);
        let second = world.spawn(Number(2)).id();
        let first = world.spawn(Number(1)).id();
        let index = world.resource::<KeyIndex<Number>>();
        assert_eq!(index.iter().collect::<Vec<_>>(), [(1, first), (2, second)]);
        world.entity_mut(second).insert(Number(3));
        world.despawn(first);
        let index = world.resource::<KeyIndex<Number>>();
        assert_eq!(index.iter().collect::<Vec<_>>(), [(3, second)]);
        assert_eq!(index.entity(2), None);
    }
}
