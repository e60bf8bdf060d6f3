//! Names → numbers, in the order in which the names come first.
//!
//! A table of hashes with open addressing: each name is kept once, and looking it up touches one or
//! two places. Nothing iterates the table, so that no result depends on its seed.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// A place of the table that holds nothing.
const FREE: u64 = u64::MAX;
/// Places of the smallest table.
const PLACES_MIN: usize = 16;

/// Names, numbered from 0 in the order in which they come first.
#[derive(Clone, Debug, Default)]
pub struct NameIndex {
    names: Vec<Box<str>>,
    /// The upper half of a hash, then the number of the name; a power of two of them.
    places: Vec<u64>,
    state: RandomState,
}

impl NameIndex {
    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// The name of a number; empty beyond the last.
    #[must_use]
    pub fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", |name| name)
    }

    /// The names by their numbers.
    #[must_use]
    pub fn into_names(self) -> Vec<Box<str>> {
        self.names
    }

    /// The number of a name, if it came before.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<u32> {
        self.look(name, self.state.hash_one(name)).ok()
    }

    /// The number of a name, and whether it is new. 2³² − 1 names are too many: later ones are
    /// numbered `u32::MAX` and not kept.
    pub fn number(&mut self, name: &str) -> (u32, bool) {
        if self.names.len() * 2 >= self.places.len() {
            self.grow();
        }
        let hash = self.state.hash_one(name);
        match self.look(name, hash) {
            Ok(found) => (found, false),
            Err(place) => {
                let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
                if number < u32::MAX
                    && let Some(free) = self.places.get_mut(place)
                {
                    *free = hash & !u64::from(u32::MAX) | u64::from(number);
                    self.names.push(name.into());
                }
                (number, true)
            }
        }
    }

    /// The number of a name, or the free place where it belongs.
    fn look(&self, name: &str, hash: u64) -> Result<u32, usize> {
        let mask = self.places.len().wrapping_sub(1);
        // The lower half chooses the place, the upper half is compared.
        let mut place = hash as usize & mask;
        while let Some(held) = self.places.get(place).copied().filter(|held| *held != FREE) {
            let number = held as u32;
            if held >> 32 == hash >> 32 && self.name(number) == name {
                return Ok(number);
            }
            place = (place + 1) & mask;
        }
        Err(place)
    }

    fn grow(&mut self) {
        let size = (self.places.len() * 2).max(PLACES_MIN);
        let mut places = vec![FREE; size];
        for (number, name) in self.names.iter().enumerate() {
            let hash = self.state.hash_one(name.as_ref());
            let mut place = hash as usize & (size - 1);
            while places[place] != FREE {
                place = (place + 1) & (size - 1);
            }
            places[place] = hash & !u64::from(u32::MAX) | number as u64;
        }
        self.places = places;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn names_are_numbered_in_the_order_in_which_they_come(
            list in prop::collection::vec("[a-c]{0,4}", 0..300),
        ) {
            let mut index = NameIndex::default();
            let mut known = BTreeMap::new();
            for name in &list {
                let expected = known.len() as u32;
                let is_new = !known.contains_key(name);
                let number = *known.entry(name.clone()).or_insert(expected);
                prop_assert_eq!(index.number(name), (number, is_new));
            }
            for (name, number) in &known {
                prop_assert_eq!(index.find(name), Some(*number));
                prop_assert_eq!(index.name(*number), name.as_str());
            }
            prop_assert_eq!(index.find("d"), None);
            prop_assert_eq!(index.len(), known.len());
        }
    }
}
