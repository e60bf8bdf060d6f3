//! What is saved of a type, how often it is hashed, and what its records hash to.

use bevy::ecs::change_detection::Tick;
use bevy::ecs::component::ComponentId;
use serde::{Serialize, de::DeserializeOwned};
use xxhash_rust::xxh3::xxh3_64;

use crate::base::digest::{ValueHasher, fold};

use super::durable::{Class, DurableError, RecordSum, RecordView};

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

/// How a saved image is put back; says why when it does not fit.
type Reinstate<T, I> = Box<dyn Fn(&mut T, I) -> Result<(), String> + Send + Sync>;

/// What is saved of a type, how often it is hashed, and the hash of each record as it stood last.
pub(super) struct Facts<T, I> {
    pub(super) name: &'static str,
    tag: u64,
    pub(super) class: Class,
    pub(super) cadence: Cadence,
    pub(super) image: fn(&T) -> I,
    hash_of: HashOf<T, I>,
    pub(super) reinstate: Reinstate<T, I>,
    hasher: ValueHasher,
    /// The type in the World that the facts are of, once it was asked for.
    pub(super) id: Option<ComponentId>,
    /// Key, tick of the last change and contribution of each record, in the order of keys.
    known: Vec<(u64, Tick, RecordSum)>,
}

impl<T, I: Serialize + DeserializeOwned> Facts<T, I> {
    pub(super) fn form(&self, error: postcard::Error) -> DurableError {
        let name = self.name;
        DurableError::Form { name, error }
    }

    pub(super) fn refused(&self, reason: String) -> DurableError {
        let name = self.name;
        DurableError::Refused { name, reason }
    }

    /// One record as it stands.
    pub(super) fn view(
        &self,
        of: Option<(&'static str, u64)>,
        image: &I,
    ) -> Result<RecordView, DurableError> {
        Ok(RecordView {
            name: self.name,
            of,
            bytes: postcard::to_stdvec(image).map_err(|error| self.form(error))?,
            // Maps whose keys are no texts have no JSON; their bytes are compared all the same.
            value: serde_json::to_value(image).unwrap_or_default(),
        })
    }

    pub(super) fn is_due(&self, completed: u64) -> bool {
        self.class != Class::Transport
            && (self.cadence == Cadence::EveryTick || completed.is_multiple_of(RARELY))
    }

    /// Adds the hash of record number `place` as it stands, when it was not written to since the
    /// last time; tells whether it did.
    pub(super) fn add_known(
        &self,
        (place, key): (usize, u64),
        changed: Tick,
        sum: &mut RecordSum,
    ) -> bool {
        match self.known.get(place) {
            Some((own, tick, known)) if *own == key && *tick == changed => {
                sum.merge(known);
                true
            }
            _ => false,
        }
    }

    /// Adds the hash of record number `place`, made anew.
    pub(super) fn hash(
        &mut self,
        (place, key): (usize, u64),
        value: &T,
        changed: Tick,
        sum: &mut RecordSum,
    ) -> Result<(), DurableError> {
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
        Ok(())
    }
}

pub(super) fn always<T: 'static, I: 'static>(reinstate: fn(&mut T, I)) -> Reinstate<T, I> {
    Box::new(move |own, image| {
        reinstate(own, image);
        Ok(())
    })
}

impl<T: Clone + Serialize + 'static> Facts<T, T> {
    pub(super) fn whole(name: &'static str, class: Class) -> Self {
        Self {
            hash_of: |hasher, tag, value, _| hasher.hash(tag, value),
            ..Self::new(name, class, T::clone, always(|own, image| *own = image))
        }
    }
}

impl<T: 'static, I: Serialize + 'static> Facts<T, I> {
    pub(super) fn new(
        name: &'static str,
        class: Class,
        image: fn(&T) -> I,
        reinstate: Reinstate<T, I>,
    ) -> Self {
        Self {
            name,
            tag: xxh3_64(name.as_bytes()),
            class,
            cadence: Cadence::EveryTick,
            image,
            hash_of: |hasher, tag, value, image| hasher.hash(tag, &image(value)),
            reinstate,
            hasher: ValueHasher::default(),
            id: None,
            known: Vec::new(),
        }
    }
}
