//! The usual forms of durable records: resources, and components of entities that have a key.

use std::any::TypeId;
use std::marker::PhantomData;

use bevy::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use super::durable::{Class, Durable, DurableError, RecordSum, RecordView};
use super::facts::{Cadence, Facts, always};
use super::key::{Key, KeyIndex};

/// A resource, or what of it is saved.
pub struct OfResource<T, I>(Facts<T, I>);

/// A component of the entities that have a key of kind `K`, or what of it is saved.
pub struct OfComponent<K, T, I>(Facts<T, I>, PhantomData<fn() -> K>);

impl<T: Clone + Serialize + 'static> OfResource<T, T> {
    /// All of a resource.
    #[must_use]
    pub fn whole(name: &'static str, class: Class) -> Self {
        Self(Facts::whole(name, class))
    }
}

impl<T: 'static, I: Serialize + 'static> OfResource<T, I> {
    /// What of a resource `image` gives, and how a saved image is put back.
    #[must_use]
    pub fn part(
        name: &'static str,
        class: Class,
        image: fn(&T) -> I,
        reinstate: fn(&mut T, I),
    ) -> Self {
        Self(Facts::new(name, class, image, always(reinstate)))
    }

    /// As [`Self::part`], where an image may be refused.
    #[must_use]
    pub fn checked_part(
        name: &'static str,
        class: Class,
        image: fn(&T) -> I,
        reinstate: fn(&mut T, I) -> Result<(), String>,
    ) -> Self {
        Self(Facts::new(name, class, image, Box::new(reinstate)))
    }

    /// Hashed in every 256th tick only.
    #[must_use]
    pub fn rarely(mut self) -> Self {
        self.0.cadence = Cadence::Rarely;
        self
    }
}

impl<K, T: Clone + Serialize + 'static> OfComponent<K, T, T> {
    /// All of a component.
    #[must_use]
    pub fn whole(name: &'static str, class: Class) -> Self {
        Self(Facts::whole(name, class), PhantomData)
    }
}

impl<K, T: 'static, I: Serialize + 'static> OfComponent<K, T, I> {
    /// What of a component `image` gives, and how a saved image is put back.
    #[must_use]
    pub fn part(
        name: &'static str,
        class: Class,
        image: fn(&T) -> I,
        reinstate: fn(&mut T, I),
    ) -> Self {
        Self(
            Facts::new(name, class, image, always(reinstate)),
            PhantomData,
        )
    }

    /// As [`Self::part`], where an image may be refused.
    #[must_use]
    pub fn checked_part(
        name: &'static str,
        class: Class,
        image: fn(&T) -> I,
        reinstate: fn(&mut T, I) -> Result<(), String>,
    ) -> Self {
        let facts = Facts::new(name, class, image, Box::new(reinstate));
        Self(facts, PhantomData)
    }

    /// Hashed in every 256th tick only.
    #[must_use]
    pub fn rarely(mut self) -> Self {
        self.0.cadence = Cadence::Rarely;
        self
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

    fn views(&self, world: &mut World) -> Result<Vec<RecordView>, DurableError> {
        let image = world.get_resource::<T>().map(self.0.image);
        image.iter().map(|own| self.0.view(None, own)).collect()
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
        (self.0.reinstate)(&mut own, image).map_err(|reason| self.0.refused(reason))
    }

    fn hash(
        &mut self,
        world: &World,
        completed: u64,
        sum: &mut RecordSum,
    ) -> Result<(), DurableError> {
        if !self.0.is_due(completed) {
            return Ok(());
        }
        self.0.id = self.0.id.or_else(|| world.component_id::<T>());
        let ticks = self
            .0
            .id
            .and_then(|id| world.get_resource_change_ticks_by_id(id));
        // Its value is looked for only when it was written to.
        if let Some(ticks) = ticks
            && !self.0.add_known((0, 0), ticks.changed, sum)
            && let Some(own) = world.get_resource::<T>()
        {
            self.0.hash((0, 0), own, ticks.changed, sum)?;
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

    fn views(&self, world: &mut World) -> Result<Vec<RecordView>, DurableError> {
        let index = world.get_resource::<KeyIndex<K>>();
        let records = index.into_iter().flat_map(KeyIndex::iter);
        let records = records.filter_map(|(key, entity)| Some((key, world.get::<T>(entity)?)));
        records
            .map(|(key, own)| self.0.view(Some((K::KIND, key)), &(self.0.image)(own)))
            .collect()
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
            let done = (self.0.reinstate)(&mut own, image);
            done.map_err(|reason| self.0.refused(reason))?;
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
        self.0.id = self.0.id.or_else(|| world.component_id::<T>());
        let Some(id) = self.0.id else {
            return Ok(());
        };
        let mut place = 0;
        for (key, entity) in index.iter() {
            let entity = world.entity(entity);
            let Some(ticks) = entity.get_change_ticks_by_id(id) else {
                continue;
            };
            if !self.0.add_known((place, key), ticks.changed, sum)
                && let Some(own) = entity.get::<T>()
            {
                self.0.hash((place, key), own, ticks.changed, sum)?;
            }
            place += 1;
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
