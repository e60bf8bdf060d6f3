//! The digest of a run: a chained 128-bit hash over the bits of all durable state.
//!
//! A record hash covers one vertex, population or other unit of state. The digest of tick t chains
//! the digest of tick t − 1 with every record hash in a fixed order, so it does not depend on which
//! node held what. The hash is XXH3 (not cryptographic: it finds divergence, not forgery).

use std::fmt;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128_with_seed};

use super::random::{WEYL, mix};

/// The digest of a run up to a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest(pub u128);

impl Digest {
    /// The digest of the next tick: this one chained with the record hashes in their fixed order.
    #[must_use]
    pub fn chain(self, tick: u64, records: &[u64]) -> Self {
        let mut bytes = Vec::with_capacity(24 + records.len() * 8);
        bytes.extend_from_slice(&self.0.to_le_bytes());
        bytes.extend_from_slice(&tick.to_le_bytes());
        for record in records {
            bytes.extend_from_slice(&record.to_le_bytes());
        }
        Self(xxh3_128_with_seed(&bytes, 0))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Folds words into a hash, one multiplication-and-shift finaliser a word (`SplitMix64`; Steele,
/// Lea & Flood, 2014). For records that are hashed by the ten thousand in every tick: every input
/// bit reaches every output bit, at a few nanoseconds a record.
#[inline(always)]
#[must_use]
pub fn fold<const N: usize>(start: u64, words: [u64; N]) -> u64 {
    words.iter().fold(start, |hash, word| {
        mix((hash.rotate_left(5) ^ word).wrapping_add(WEYL))
    })
}

/// Collects the bits of one record and hashes them. Reusable, so that hot loops do not allocate.
#[derive(Clone, Debug, Default)]
pub struct RecordHasher {
    bytes: Vec<u8>,
}

impl RecordHasher {
    /// Starts a new record.
    pub fn start(&mut self, tag: u64) -> &mut Self {
        self.bytes.clear();
        self.word(tag)
    }

    /// Adds an integer.
    pub fn word(&mut self, value: u64) -> &mut Self {
        self.bytes.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// Adds a float by its bits: 0.0 and −0.0 differ, and so do two NaNs of different payload.
    pub fn float(&mut self, value: f64) -> &mut Self {
        self.word(value.to_bits())
    }

    /// Adds bytes, preceded by their count.
    pub fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.word(value.len() as u64);
        self.bytes.extend_from_slice(value);
        self
    }

    /// The hash of the record.
    #[must_use]
    pub fn finish(&self) -> u64 {
        xxh3_64(&self.bytes)
    }
}

/// Hashes values through their serialised form, in memory that is used again.
#[derive(Clone, Debug, Default)]
pub struct ValueHasher {
    bytes: Vec<u8>,
}

impl ValueHasher {
    /// The hash of a durable value with a tag.
    ///
    /// # Errors
    /// When the value refuses to be serialised.
    pub fn hash<T: Serialize>(&mut self, tag: u64, value: &T) -> Result<u64, postcard::Error> {
        self.bytes.clear();
        self.bytes.extend_from_slice(&tag.to_le_bytes());
        postcard::serialize_with_flavor(value, Appended(&mut self.bytes))?;
        Ok(xxh3_64(&self.bytes))
    }
}

/// Bytes that are added to a vector.
struct Appended<'a>(&'a mut Vec<u8>);

impl postcard::ser_flavors::Flavor for Appended<'_> {
    type Output = ();

    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(data);
        Ok(())
    }

    fn try_push(&mut self, data: u8) -> postcard::Result<()> {
        self.0.push(data);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bit_of_one_record_changes_the_digest() {
        let base = Digest::default().chain(1, &[1, 2, 3]);
        assert_eq!(base, Digest::default().chain(1, &[1, 2, 3]));
        assert_ne!(base, Digest::default().chain(1, &[1, 2, 2]));
        assert_ne!(base, Digest::default().chain(1, &[2, 1, 3]));
        assert_ne!(base, Digest::default().chain(2, &[1, 2, 3]));
        assert_ne!(base.chain(2, &[]), Digest::default().chain(2, &[]));
    }

    #[test]
    fn folds_see_every_bit_and_the_order() {
        let plain = fold(7, [1, 2, 3]);
        for word in 0..3 {
            for bit in 0..64 {
                let mut words = [1, 2, 3];
                words[word] ^= 1 << bit;
                let changed = (fold(7, words) ^ plain).count_ones();
                assert!((12..=52).contains(&changed), "{word} {bit}: {changed}");
            }
        }
        assert_ne!(plain, fold(7, [2, 1, 3]));
        assert_ne!(plain, fold(8, [1, 2, 3]));
    }

    #[test]
    fn record_hashes_see_every_bit_of_a_float() {
        let hash = |x: f64| {
            let mut hasher = RecordHasher::default();
            hasher.start(0).float(x);
            hasher.finish()
        };
        for bit in 0..64 {
            assert_ne!(
                hash(1.5),
                hash(f64::from_bits(1.5f64.to_bits() ^ (1 << bit)))
            );
        }
    }
}
