//! What a part remembers between its steps: saved, hashed and brought back for it.

use serde::{Serialize, de::DeserializeOwned};

use super::guard::{PartError, PartResult};

/// What a part may remember: any plain value that can be written and read, for example a struct
/// that derives serde's traits, or `()`.
pub trait Memory: Serialize + DeserializeOwned + Clone + Default + Send + Sync + 'static {}

impl<T: Serialize + DeserializeOwned + Clone + Default + Send + Sync + 'static> Memory for T {}

/// A memory with its image, the bytes that are saved and hashed.
#[derive(Clone, Debug)]
pub struct Remembered<M> {
    value: M,
    image: Vec<u8>,
}

impl<M: Memory> Remembered<M> {
    /// The memory before the first step, of the part that messages call `who`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(who: &str) -> PartResult<Self> {
        let value = M::default();
        let image = image_of(who, &value)?;
        Ok(Self { value, image })
    }

    /// Lets a step change it.
    ///
    /// # Errors
    /// When what the step left cannot be written.
    pub fn change<T>(&mut self, who: &str, step: impl FnOnce(&mut M) -> T) -> PartResult<T> {
        let result = step(&mut self.value);
        self.image = image_of(who, &self.value)?;
        Ok(result)
    }

    /// Its image.
    #[must_use]
    pub fn image(&self) -> &[u8] {
        &self.image
    }

    /// Brings it to an image.
    ///
    /// # Errors
    /// When the bytes are no image of such a memory.
    pub fn restore(&mut self, image: &[u8]) -> Result<(), postcard::Error> {
        self.value = postcard::from_bytes(image)?;
        image.clone_into(&mut self.image);
        Ok(())
    }
}

fn image_of(who: &str, value: &impl Serialize) -> PartResult<Vec<u8>> {
    postcard::to_stdvec(value)
        .map_err(|error| PartError(format!("{who}: what it remembers cannot be saved: {error}")))
}
