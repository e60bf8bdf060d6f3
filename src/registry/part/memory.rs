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
    /// Changes after which the image was read back, to see that it comes back as it was saved.
    tried: u32,
}

/// Changes whose image is read back: what serde cannot read again shows in the first ones.
const TRIALS: u32 = 16;

impl<M: Memory> Remembered<M> {
    /// The memory before the first step, of the part that messages call `who`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(who: &str) -> PartResult<Self> {
        let value = M::default();
        let image = image_of(who, &value)?;
        let own = Self {
            value,
            image,
            tried: 0,
        };
        own.try_back(who)?;
        Ok(own)
    }

    /// Lets a step change it.
    ///
    /// # Errors
    /// When what the step left cannot be written.
    pub fn change<T>(&mut self, who: &str, step: impl FnOnce(&mut M) -> T) -> PartResult<T> {
        let result = step(&mut self.value);
        self.image = image_of(who, &self.value)?;
        if self.tried < TRIALS {
            self.tried += 1;
            self.try_back(who)?;
        }
        Ok(result)
    }

    /// Reads the image and writes it again.
    fn try_back(&self, who: &str) -> PartResult<()> {
        let back = postcard::from_bytes::<M>(&self.image).map_err(|error| error.to_string());
        let again = back.and_then(|back| image_of(who, &back).map_err(|error| error.to_string()));
        match again {
            Ok(image) if image == self.image => Ok(()),
            Ok(_) => Err(PartError(format!(
                "{who}: what it remembers does not come back as it was saved, expected a type whose \
                 order stands (a BTreeMap for a HashMap) and no skipped fields"
            ))),
            Err(error) => Err(PartError(format!(
                "{who}: what it remembers cannot be read again ({error}), expected a type without \
                 untagged, flattened or skipped parts"
            ))),
        }
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
