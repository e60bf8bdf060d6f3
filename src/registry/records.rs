//! The usual forms of durable records: resources, and components of entities that have a key.

use std::any::TypeId;
use std::marker::PhantomData;

use bevy::ecs::change_detection::Tick;
use bevy::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use xxhash_rust::xxh3::xxh3_64;

use crate::base::digest::{ValueHasher, fold};

use super::durable::{Class, Durable, DurableError, RecordSum};
use super::key::{Key, KeyIndex};

/// How often the records of a type are hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cadence {
    /// In every tick.
    EveryTick,
    /// In every 256th tick: for what is large and follows from what is hashed in every tick.
    Rarely,
}

/// Ticks between two hashes of what is hashed rarely.
pub const RARELY: u64 = 256;

/// How a record is hashed: by its image, or as it is where that is the same.
type HashOf<T, I> = fn(&mut ValueHasher, u64, &T, fn(&T) -> I) -> Result<u64, postcard::Error>;

/// What is saved of a type, how often it is hashed, and the hash of each record as it stood last.
struct Facts<T, I> {
    name: &'static str,
    tag: u64,
    class: Class,
    cadence: Cadence,
    image: fn(&T) -> I,
    hash_of: HashOf<T, I>,
    reinstate: fn(&mut T, I),
    hasher: ValueHasher,
    /// Key, tick of the last change and contribution of each record, in the order of keys.
    known: Vec<(u64, Tick, RecordSum)>,
}

impl<T, I: Serialize + DeserializeOwned> Facts<T, I> {
    fn form(&self, error: postcard::Error) -> DurableError {
        let name = self.name;
        DurableError::Form { name, error }
    }

    fn is_due(&self, completed: u64) -> bool {
        self.class != Class::Transport
            && (self.cadence == Cadence::EveryTick || completed.is_multiple_of(RARELY))
    }

    /// Adds the hash of record number `place`, made anew only when it was written to since the last time.
    fn hash(
        &mut self,
        (place, key): (usize, u64),
        value: &T,
        changed: Tick,
        sum: &mut RecordSum,
    ) -> Result<(), DurableError> {
        match self.known.get(place) {
            Some((own, tick, known)) if *own == key && *tick == changed => sum.merge(known),
            _ => {
                let tag = fold(self.tag, [key]);
                let hash = (self.hash_of)(&mut self.hasher, tag, value, self.image);
                let hash = hash.map_err(|error| self.form(error))?;
                let mut own = RecordSum::default();
                own.add(tag, hash);
                self.known.truncate(place + 1);
                match self.known.get_mut(place) {
                    Some(known) => *known = (key, changed, own),
                    None => self.known.push((key, changed, own)),
                }
                sum.merge(&own);
            }
        }
        Ok(())
    }
}

/// A resource, or what of it is saved.
pub struct OfResource<T, I>(Facts<T, I>);

/// A component of the entities that have a key of kind `K`, or what of it is saved.
pub struct OfComponent<K, T, I>(Facts<T, I>, PhantomData<fn() -> K>);

impl<T: Clone + Serialize> OfResource<T, T> {
    /// All of a resource.
    #[must_use]
    pub fn whole(name: &'static str, class: Class) -> Self {
        Self(Facts::whole(name, class))
    }
}

impl<T, I: Serialize> OfResource<T, I> {
    /// What of a resource `image` gives, and how a saved image is put back.
    #[must_use]
    pub fn part(
        name: &'static str,
        class: Class,
        image: fn(&T) -> I,
        reinstate: fn(&mut T, I),
    ) -> Self {
        Self(Facts::new(name, class, image, reinstate))
    }

    /// Hashed in every 256th tick only.
    #[must_use]
    pub fn rarely(mut self) -> Self {
        self.0.cadence = Cadence::Rarely;
        self
    }
}

impl<K, T: Clone + Serialize> OfComponent<K, T, T> {
    /// All of a component.
    #[must_use]
    pub fn whole(name: &'static str, class: Class) -> Self {
        Self(Facts::whole(name, class), PhantomData)
    }
}

impl<K, T, I: Serialize> OfComponent<K, T, I> {
    /// What of a component `image` gives, and how a saved image is put back.
    #[must_use]
    pub fn part(
        name: &'static str,
        class: Class,
        image: fn(&T) -> I,
        reinstate: fn(&mut T, I),
    ) -> Self {
        Self(Facts::new(name, class, image, reinstate), PhantomData)
    }

    /// Hashed in every 256th tick only.
    #[must_use]
    pub fn rarely(mut self) -> Self {
        self.0.cadence = Cadence::Rarely;
        self
    }
}

impl<T: Clone + Serialize> Facts<T, T> {
    fn whole(name: &'static str, class: Class) -> Self {
        Self {
            hash_of: |hasher, tag, value, _| hasher.hash(tag, value),
            ..Self::new(name, class, T::clone, |own, image| *own = image)
        }
    }
}

impl<T, I: Serialize> Facts<T, I> {
    fn new(name: &'static str, class: Class, image: fn(&T) -> I, reinstate: fn(&mut T, I)) -> Self {
        Self {
            name,
            tag: xxh3_64(name.as_bytes()),
            class,
            cadence: Cadence::EveryTick,
            image,
            hash_of: |hasher, tag, value, image| hasher.hash(tag, &image(value)),
            reinstate,
            hasher: ValueHasher::default(),
            known: Vec::new(),
        }
    }
}

impl<T, I> Durable for OfResource<T, I>
where
    T: Resource<Mutability = bevy::ecs::component::Mutable>,
    I: Serialize + DeserializeOwned + 'static,
{
    fn name(&self) -> &'static str {
        self.0.name
    }

    fn class(&self) -> Class {
        self.0.class
    }

    fn covers(&self, id: TypeId) -> bool {
        id == TypeId::of::<T>()
    }

    fn save(&self, world: &mut World) -> Result<Vec<u8>, DurableError> {
        let image = world.get_resource::<T>().map(self.0.image);
        postcard::to_stdvec(&image).map_err(|error| self.0.form(error))
    }

    fn restore(&self, world: &mut World, bytes: &[u8]) -> Result<(), DurableError> {
        let image: Option<I> = postcard::from_bytes(bytes).map_err(|error| self.0.form(error))?;
        let Some(image) = image else {
            return Ok(());
        };
        let own = world.get_resource_mut::<T>();
        let mut own = own.ok_or(DurableError::Nowhere {
            name: self.0.name,
            key: 0,
        })?;
        (self.0.reinstate)(&mut own, image);
        Ok(())
    }

    fn hash(
        &mut self,
        world: &World,
        completed: u64,
        sum: &mut RecordSum,
    ) -> Result<(), DurableError> {
        if self.0.is_due(completed)
            && let Some(own) = world.get_resource_ref::<T>()
        {
            self.0.hash((0, 0), &own, own.last_changed(), sum)?;
        }
        Ok(())
    }
}

impl<K, T, I> Durable for OfComponent<K, T, I>
where
    K: Key,
    T: Component<Mutability = bevy::ecs::component::Mutable>,
    I: Serialize + DeserializeOwned + 'static,
{
    fn name(&self) -> &'static str {
        self.0.name
    }

    fn class(&self) -> Class {
        self.0.class
    }

    fn covers(&self, id: TypeId) -> bool {
        id == TypeId::of::<T>()
    }

    fn save(&self, world: &mut World) -> Result<Vec<u8>, DurableError> {
        let index = world.get_resource::<KeyIndex<K>>();
        let records = index.into_iter().flat_map(KeyIndex::iter);
        let records = records.filter_map(|(key, entity)| {
            let own = world.get::<T>(entity)?;
            Some((key, (self.0.image)(own)))
        });
        let records: Vec<(u64, I)> = records.collect();
        postcard::to_stdvec(&records).map_err(|error| self.0.form(error))
    }

    fn restore(&self, world: &mut World, bytes: &[u8]) -> Result<(), DurableError> {
        let records: Vec<(u64, I)> =
            postcard::from_bytes(bytes).map_err(|error| self.0.form(error))?;
        for (key, image) in records {
            let index = world.get_resource::<KeyIndex<K>>();
            let entity = index.and_then(|index| index.entity(key));
            let own = entity.and_then(|entity| world.get_mut::<T>(entity));
            let mut own = own.ok_or(DurableError::Nowhere {
                name: self.0.name,
                key,
            })?;
            (self.0.reinstate)(&mut own, image);
        }
        Ok(())
    }

    fn hash(
        &mut self,
        world: &World,
        completed: u64,
        sum: &mut RecordSum,
    ) -> Result<(), DurableError> {
        let Some(index) = world.get_resource::<KeyIndex<K>>() else {
            return Ok(());
        };
        if !self.0.is_due(completed) {
            return Ok(());
        }
        let mut place = 0;
        for (key, entity) in index.iter() {
            if let Some(own) = world.entity(entity).get_ref::<T>() {
                self.0.hash((place, key), &own, own.last_changed(), sum)?;
                place += 1;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::durable::{DurableApp, Durables};

    #[derive(Component)]
    struct Cell(u64);

    impl Key for Cell {
        fn key(&self) -> u64 {
            self.0
        }
    }

    #[derive(Component, Clone, Copy, Debug, PartialEq, Serialize, serde::Deserialize)]
    struct Charge(f64);

    #[derive(Resource, Clone, Default)]
    struct Clocked {
        ticks: u64,
        scratch: Vec<u8>,
    }

    fn app() -> App {
        let mut app = App::empty();
        KeyIndex::<Cell>::follow(app.world_mut());
        app.init_resource::<Clocked>()
            .durable(OfComponent::<Cell, Charge, _>::whole(
                "charge",
                Class::State,
            ))
            .durable(OfResource::part(
                "ticks",
                Class::Replica,
                |own: &Clocked| own.ticks,
                |own, ticks| own.ticks = ticks,
            ));
        app.world_mut().spawn((Cell(4), Charge(0.5)));
        app.world_mut().spawn((Cell(2), Charge(0.25)));
        app
    }

    #[test]
    fn what_is_saved_comes_back_and_what_is_not_stays() {
        let mut app = app();
        let image = Durables::save(app.world_mut(), true).unwrap();
        let before = Durables::hash(app.world_mut(), 1, true).unwrap();
        let world = app.world_mut();
        world.resource_mut::<Clocked>().ticks = 9;
        world.resource_mut::<Clocked>().scratch.push(1);
        let mut charges = world.query::<&mut Charge>();
        charges.iter_mut(world).for_each(|mut own| own.0 += 1.0);
        let changed = Durables::hash(world, 1, true).unwrap();
        assert_ne!(changed, before);
        Durables::restore(world, &image).unwrap();
        assert_eq!(Durables::hash(world, 1, true).unwrap(), before);
        assert_ne!(Durables::hash(world, 1, false).unwrap(), before);
        assert_eq!(world.resource::<Clocked>().scratch, [1]);
    }

    #[test]
    fn an_image_of_another_world_is_refused_by_name() {
        let mut app = app();
        let mut image = Durables::save(app.world_mut(), true).unwrap();
        image[0].0 = "spin".to_owned();
        let refused = Durables::restore(app.world_mut(), &image).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "spin: this program knows no such records"
        );
        image.remove(0);
        let refused = Durables::restore(app.world_mut(), &image).unwrap_err();
        assert_eq!(refused.to_string(), "charge: the image has no such records");
    }
}
