//! The bytes of what a person names: a file, or a directory of Parquet parts.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::parquet;

/// The name with which the part files of a directory end.
const PART: &str = "parquet";

/// Reads a file; of a directory with Parquet parts (`*.parquet`, those whose name begins with `.`
/// or `_` apart), the parts in the order of their names as one Parquet file.
///
/// # Errors
/// When it cannot be read, or a directory holds no parts or such that do not fit each other.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !path.is_dir() {
        return fs::read(path);
    }
    let mut parts = Vec::new();
    for part in parts_of(path)? {
        let name = part
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        parts.push((name, fs::read(&part)?));
    }
    let merged = parquet::merge(parts);
    merged.map_err(|faults| io::Error::new(io::ErrorKind::InvalidData, faults.to_string()))
}

/// Whether a path is a directory with Parquet parts.
#[must_use]
pub fn is_parts(path: &Path) -> bool {
    path.is_dir() && parts_of(path).is_ok_and(|parts| !parts.is_empty())
}

/// The part files of a directory, by name.
///
/// # Errors
/// When it cannot be listed.
pub fn parts_of(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut parts = Vec::new();
    for entry in fs::read_dir(path)? {
        let part = entry?.path();
        let name = part.file_name().unwrap_or_default().to_string_lossy();
        let is_hidden = name.starts_with(['.', '_']);
        if !is_hidden && part.extension().is_some_and(|end| end == PART) && part.is_file() {
            parts.push(part);
        }
    }
    parts.sort();
    Ok(parts)
}
