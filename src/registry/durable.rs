//! Durable state: which types of a World are saved, and which are part of the digest.
//!
//! The room that owns a type says so once, where it builds its part of a World:
//!
//! ```text
//! app.durable(OfResource::whole("safety.hold", Class::Replica))
//! app.durable(OfComponent::<ControlLoop, _, _>::whole("control.memory", Class::State))
//! ```
//!
//! Snapshots, frames, the digest and the tests that flip a bit of every type go over what was said;
//! no other list of types exists. A registration is called once a World with all its records.
//! Names, not positions, tell records apart, so a room may add one without disturbing others.

use std::any::TypeId;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bevy::prelude::*;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::base::digest::fold;

/// How a type takes part in snapshots and in the digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Saved, and part of the digest wherever it is: each record is in one World only.
    State,
    /// Saved; every World that has it holds the same. Part of the digest from the first node alone.
    Replica,
    /// Saved and never part of the digest: mail on its way, and where things are.
    Transport,
}

/// Why records could not be saved or restored.
#[derive(Debug, Error)]
pub enum DurableError {
    /// The bytes do not have the expected form, or a value cannot be written.
    #[error("{name}: {error}")]
    Form {
        /// The records.
        name: &'static str,
        /// What is wrong.
        error: postcard::Error,
    },
    /// What is restored belongs to something that this World does not have.
    #[error("{name}: there is no number {key} here to restore it to")]
    Nowhere {
        /// The records.
        name: &'static str,
        /// The key of the missing entity.
        key: u64,
    },
    /// A record does not fit what it belongs to.
    #[error("{name}: {reason}")]
    Refused {
        /// The records.
        name: &'static str,
        /// Why.
        reason: String,
    },
    /// An image has records that this World does not know.
    #[error("{0}: this program knows no such records")]
    Unknown(String),
    /// An image lacks records of this World.
    #[error("{0}: the image has no such records")]
    Missing(&'static str),
}

/// One record as it stands, to be looked at and compared.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordView {
    /// The name of its type's records.
    pub name: &'static str,
    /// What it belongs to, as kind and number; `None` when it is a resource.
    pub of: Option<(&'static str, u64)>,
    /// The bytes that are saved.
    pub bytes: Vec<u8>,
    /// The same for people, where it can be told as JSON; numbers that are not finite are `null`.
    pub value: serde_json::Value,
}

/// The records of one type in one World.
pub trait Durable: Send + Sync {
    /// Their name, for example `safety.hold`.
    fn name(&self) -> &'static str;

    /// How they take part.
    fn class(&self) -> Class;

    /// Whether they are of this type.
    fn covers(&self, id: TypeId) -> bool;

    /// Whether frames keep them in a form of their own.
    fn is_bulk(&self) -> bool {
        false
    }

    /// All records of a World as bytes.
    ///
    /// # Errors
    /// When a value cannot be serialised.
    fn save(&self, world: &mut World) -> Result<Vec<u8>, DurableError>;

    /// The records of a World one by one; all of them as one where a type does not tell them apart.
    ///
    /// # Errors
    /// When a value cannot be serialised.
    fn views(&self, world: &mut World) -> Result<Vec<RecordView>, DurableError> {
        Ok(vec![RecordView {
            name: self.name(),
            of: None,
            bytes: self.save(world)?,
            value: serde_json::Value::Null,
        }])
    }

    /// Brings a World to saved records.
    ///
    /// # Errors
    /// When the bytes are not such records, or an entity is missing.
    fn restore(&self, world: &mut World, bytes: &[u8]) -> Result<(), DurableError>;

    /// Adds the hash of each record of a World, after `completed` ticks.
    ///
    /// # Errors
    /// When a value cannot be serialised.
    fn hash(
        &mut self,
        world: &World,
        completed: u64,
        sum: &mut RecordSum,
    ) -> Result<(), DurableError>;
}

/// What the rooms of a World said of its types. It is shared so that it can be gone over while the
/// World is written to.
#[derive(Resource, Clone, Default)]
pub struct Durables(Arc<Mutex<Declared>>);

#[derive(Default)]
struct Declared {
    list: Vec<Box<dyn Durable>>,
    /// Types that are derived from others or say something of this World only.
    local: BTreeSet<TypeId>,
}

/// The records of a World by name.
pub type WorldImage = Vec<(String, Vec<u8>)>;

impl Durables {
    fn of(world: &World) -> Self {
        world.get_resource::<Self>().cloned().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, Declared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Name and class of all registered types.
    #[must_use]
    pub fn list(&self) -> Vec<(&'static str, Class)> {
        let own = self.lock();
        let list = own.list.iter();
        list.map(|own| (own.name(), own.class())).collect()
    }

    /// Whether something was said of a type.
    #[must_use]
    pub fn knows(&self, id: TypeId) -> bool {
        let own = self.lock();
        own.local.contains(&id) || own.list.iter().any(|own| own.covers(id))
    }

    /// The records of a World; without those that frames keep in a form of their own, unless
    /// `bulk`.
    ///
    /// # Errors
    /// When a value cannot be serialised.
    pub fn save(world: &mut World, bulk: bool) -> Result<WorldImage, DurableError> {
        let own = Self::of(world);
        let own = own.lock();
        let kept = own.list.iter().filter(|own| bulk || !own.is_bulk());
        kept.map(|own| Ok((own.name().to_owned(), own.save(world)?)))
            .collect()
    }

    /// Brings a World to an image. What frames keep otherwise may be missing from it.
    ///
    /// # Errors
    /// When the image is of another World.
    pub fn restore(world: &mut World, image: &WorldImage) -> Result<(), DurableError> {
        let own = Self::of(world);
        let own = own.lock();
        for (name, bytes) in image {
            let found = own.list.iter().find(|own| own.name() == name);
            let found = found.ok_or_else(|| DurableError::Unknown(name.clone()))?;
            found.restore(world, bytes)?;
        }
        let named = |own: &dyn Durable| image.iter().any(|(name, _)| name == own.name());
        let mut missing = own
            .list
            .iter()
            .filter(|own| !own.is_bulk() && !named(own.as_ref()));
        missing
            .next()
            .map_or(Ok(()), |own| Err(DurableError::Missing(own.name())))
    }

    /// The records that take part in the digest, one by one, but those that frames keep in a form
    /// of their own; replicas only where `first`.
    ///
    /// # Errors
    /// When a value cannot be serialised.
    pub fn views(world: &mut World, first: bool) -> Result<Vec<RecordView>, DurableError> {
        let own = Self::of(world);
        let mut views = Vec::new();
        for durable in own.lock().list.iter().filter(|own| !own.is_bulk()) {
            match durable.class() {
                Class::State => views.extend(durable.views(world)?),
                Class::Replica if first => views.extend(durable.views(world)?),
                Class::Replica | Class::Transport => {}
            }
        }
        Ok(views)
    }

    /// The sum of the hashes of all records after `completed` ticks; replicas only where `first`.
    ///
    /// # Errors
    /// When a value cannot be serialised.
    pub fn hash(world: &mut World, completed: u64, first: bool) -> Result<RecordSum, DurableError> {
        // What is written to from here on differs in its tick from what the hashes are of.
        world.increment_change_tick();
        let mut sum = RecordSum::default();
        let own = Self::of(world);
        for durable in &mut own.lock().list {
            if first || durable.class() != Class::Replica {
                durable.hash(world, completed, &mut sum)?;
            }
        }
        Ok(sum)
    }
}

/// The sum of the hashes of records. It does not depend on their order, nor on the World that a
/// record is in.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordSum(pub [u64; 2]);

impl RecordSum {
    /// Adds a record by its tag, which no other record has, and its hash.
    pub fn add(&mut self, tag: u64, hash: u64) {
        self.merge(&Self([fold(tag, [hash]), fold(!tag, [hash])]));
    }

    /// Adds the records of another sum.
    pub fn merge(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(other.0) {
            *own = own.wrapping_add(other);
        }
    }
}

/// What rooms say of their types as they build their part of a World.
pub trait DurableApp {
    /// The records of a type are saved.
    fn durable(&mut self, records: impl Durable + 'static) -> &mut Self;

    /// A type that is derived from others or says something of this World only: it is neither saved
    /// nor part of the digest.
    fn local<T: 'static>(&mut self) -> &mut Self;
}

impl DurableApp for App {
    fn durable(&mut self, records: impl Durable + 'static) -> &mut Self {
        self.init_resource::<Durables>();
        let own = self.world().resource::<Durables>();
        own.lock().list.push(Box::new(records));
        self
    }

    fn local<T: 'static>(&mut self) -> &mut Self {
        self.init_resource::<Durables>();
        let own = self.world().resource::<Durables>();
        own.lock().local.insert(TypeId::of::<T>());
        self
    }
}
