//! Zip archives, of which `.npz` is one.

use std::io::{Cursor, Read};

use super::fault::Faults;

/// Bytes that an archive's array may hold without regard to the length of the archive.
const FREE_BYTES: u64 = 64 << 20;
/// How many times longer than the archive an array may be beyond that.
const GROWTH_MAX: u64 = 200;

/// Whether bytes begin like a zip archive.
#[must_use]
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// The members of a zip archive.
///
/// # Errors
/// When the archive is damaged.
pub fn members(bytes: &[u8]) -> Result<Vec<String>, Faults> {
    let archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let names = archive.file_names();
    names
        .map(|name| {
            name.map(|name| name.into_owned())
                .map_err(|error| damaged(&error))
        })
        .collect()
}

/// The contents of one member.
///
/// # Errors
/// When the archive is damaged, or the member grows out of all proportion.
pub fn member(bytes: &[u8], name: &str) -> Result<Vec<u8>, Faults> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let file = archive.by_name(name).map_err(|error| damaged(&error))?;
    let most = FREE_BYTES + GROWTH_MAX * bytes.len() as u64;
    let mut inner = Vec::new();
    let read = file.take(most + 1).read_to_end(&mut inner);
    read.map_err(|error| Faults::whole(format!("{name:?} in the archive is damaged: {error}")))?;
    if inner.len() as u64 > most {
        let message = format!("{name:?} in the archive holds more than {most} bytes");
        return Err(Faults::whole(message));
    }
    Ok(inner)
}

fn damaged(error: &zip::result::ZipError) -> Faults {
    Faults::whole(format!("its archive (zip, .npz) is damaged: {error}"))
}
