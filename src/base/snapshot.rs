//! The snapshot codec: the bytes that save, restore, fork and migrate.
//!
//! Layout: magic `PHOS`, format version (u16), payload length (u64), payload, XXH3-64 of all that
//! precedes; integers little-endian, payload in postcard's format. A flipped bit, a cut or a
//! version from elsewhere is refused, never half read.

use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;
use xxhash_rust::xxh3::xxh3_64;

/// The version of the payload's schema. Raise it when a durable type changes its form.
pub const SNAPSHOT_VERSION: u16 = 5;

const MAGIC: &[u8; 4] = b"PHOS";
const HEADER_LEN: usize = 14;
const CHECKSUM_LEN: usize = 8;

/// Why bytes are not a snapshot of this program.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SnapshotError {
    /// The bytes do not begin with the magic, or are shorter than a header.
    #[error("not a snapshot: expected it to begin with PHOS")]
    NotASnapshot,
    /// The snapshot was written under another schema.
    #[error("snapshot has format version {found}, this program reads version {SNAPSHOT_VERSION}")]
    Version {
        /// The version in the file.
        found: u16,
    },
    /// The bytes were cut or altered.
    #[error("snapshot is damaged: its checksum or length does not fit its {len} bytes")]
    Damaged {
        /// Bytes given.
        len: usize,
    },
    /// The payload does not have the expected form, or a value cannot be written.
    #[error("snapshot payload has an unexpected form: {0}")]
    Payload(#[from] postcard::Error),
}

/// Wraps a value as a sealed snapshot.
///
/// # Errors
/// When the value cannot be serialised.
pub fn seal<T: Serialize>(value: &T) -> Result<Vec<u8>, SnapshotError> {
    let payload = postcard::to_stdvec(value)?;
    let mut bytes = Vec::with_capacity(HEADER_LEN + payload.len() + CHECKSUM_LEN);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&SNAPSHOT_VERSION.to_le_bytes());
    bytes.extend_from_slice(&(payload.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&payload);
    let checksum = xxh3_64(&bytes);
    bytes.extend_from_slice(&checksum.to_le_bytes());
    Ok(bytes)
}

/// Reads a sealed snapshot.
///
/// # Errors
/// When the bytes are not a snapshot, of another version, damaged, or of another form.
pub fn open<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, SnapshotError> {
    if bytes.len() < HEADER_LEN || &bytes[..4] != MAGIC {
        return Err(SnapshotError::NotASnapshot);
    }
    let found = u16::from_le_bytes([bytes[4], bytes[5]]);
    if found != SNAPSHOT_VERSION {
        return Err(SnapshotError::Version { found });
    }
    let damaged = SnapshotError::Damaged { len: bytes.len() };
    let Some((body, tail)) = bytes.split_last_chunk::<CHECKSUM_LEN>() else {
        return Err(damaged);
    };
    let payload = body.get(HEADER_LEN..).ok_or(damaged)?;
    let declared = bytes[6..HEADER_LEN]
        .iter()
        .rev()
        .fold(0u64, |n, b| (n << 8) | u64::from(*b));
    if declared != payload.len() as u64 || xxh3_64(body) != u64::from_le_bytes(*tail) {
        return Err(SnapshotError::Damaged { len: bytes.len() });
    }
    Ok(postcard::from_bytes(payload)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_and_every_cut_is_refused() {
        let value = (7u64, vec![1.5f64, -0.0], String::from("ring"));
        let bytes = seal(&value).unwrap();
        assert_eq!(open::<(u64, Vec<f64>, String)>(&bytes).unwrap(), value);
        for byte in 0..bytes.len() {
            assert!(
                open::<(u64, Vec<f64>, String)>(&bytes[..byte]).is_err(),
                "cut at {byte}"
            );
            for bit in 0..8 {
                let mut bad = bytes.clone();
                bad[byte] ^= 1 << bit;
                assert!(
                    open::<(u64, Vec<f64>, String)>(&bad).is_err(),
                    "bit {bit} of {byte}"
                );
            }
        }
    }

    #[test]
    fn a_foreign_version_names_itself() {
        let mut bytes = seal(&1u8).unwrap();
        bytes[4] = 99;
        assert_eq!(
            open::<u8>(&bytes),
            Err(SnapshotError::Version { found: 99 })
        );
    }
}
