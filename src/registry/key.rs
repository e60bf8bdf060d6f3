//! Keys: what tells the entities of a kind apart in every World, and where each entity is.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use bevy::ecs::lifecycle::HookContext;
use bevy::ecs::world::DeferredWorld;
use bevy::prelude::*;

/// A component that identifies an entity of its kind within a World, for example a population by
/// its number. No two entities of a World have the same key.
pub trait Key: Component {
    /// What an entity of this kind is called, in a word.
    const KIND: &'static str = "entity";

    /// The number that identifies this entity.
    fn key(&self) -> u64;
}

/// The entity of each key of a kind. It follows the World by itself.
#[derive(Resource)]
pub struct KeyIndex<K: Key>(BTreeMap<u64, Entity>, PhantomData<fn() -> K>);

impl<K: Key> KeyIndex<K> {
    /// The entity with this key, when it is in this World.
    #[must_use]
    pub fn entity(&self, key: u64) -> Option<Entity> {
        self.0.get(&key).copied()
    }

    /// All entities in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (u64, Entity)> + '_ {
        self.0.iter().map(|(key, entity)| (*key, *entity))
    }

    /// Follows the entities of this kind from now on. To be called once a World, before the first
    /// of them is spawned.
    pub fn follow(world: &mut World) {
        if world.contains_resource::<Self>() {
            return;
        }
        world.insert_resource(Self(BTreeMap::new(), PhantomData));
        world
            .register_component_hooks::<K>()
            .on_insert(|mut world: DeferredWorld, context: HookContext| {
                let key = world.get::<K>(context.entity).map(Key::key);
                if let Some((key, mut index)) = key.zip(world.get_resource_mut::<Self>()) {
                    index.0.insert(key, context.entity);
                }
            })
            .on_discard(|mut world: DeferredWorld, context: HookContext| {
                let key = world.get::<K>(context.entity).map(Key::key);
                if let Some((key, mut index)) = key.zip(world.get_resource_mut::<Self>())
                    && index.0.get(&key) == Some(&context.entity)
                {
                    index.0.remove(&key);
                }
            });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Component)]
    struct Number(u64);

    impl Key for Number {
        fn key(&self) -> u64 {
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
