//! What an exact sum looks like from outside: equality, hash and bytes, which depend on its value
//! only.

use std::hash::{Hash, Hasher};

use serde::de::{Deserialize, Deserializer, Error};
use serde::{Deserialize as DeriveDeserialize, Serialize, Serializer};

use super::{ExactSum, LIMBS, ROOM};

/// The one written form of a sum.
#[derive(Serialize)]
#[serde(rename = "ExactSum")]
struct Written<'a> {
    marked: bool,
    low: u8,
    limbs: &'a [u64],
}

#[derive(DeriveDeserialize)]
#[serde(rename = "ExactSum")]
struct Read {
    marked: bool,
    low: u8,
    limbs: Vec<u64>,
}

impl PartialEq for ExactSum {
    fn eq(&self, other: &Self) -> bool {
        self.marked == other.marked && self.limbs() == other.limbs()
    }
}

impl Eq for ExactSum {}

impl Hash for ExactSum {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.marked, self.limbs()).hash(state);
    }
}

impl Serialize for ExactSum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (low, limbs) = self.limbs();
        let written = Written {
            marked: self.marked,
            low: low as u8,
            limbs,
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ExactSum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Read { marked, low, limbs } = Read::deserialize(deserializer)?;
        let mut sum = Self::default();
        if marked {
            sum.mark();
            return Ok(sum);
        }
        let end = usize::from(low) + limbs.len();
        let is_large = |top: &u64| top.wrapping_add(ROOM) >> 63 == 1;
        if end > LIMBS || (end == LIMBS && limbs.last().is_some_and(is_large)) {
            return Err(D::Error::custom(format!(
                "an exact sum ends with limb {end}, expected at most {LIMBS}"
            )));
        }
        sum.merge_limbs(usize::from(low), &limbs);
        Ok(sum)
    }
}
