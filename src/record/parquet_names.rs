//! What the directory of part files is called, and where it is.

use std::fs;
use std::path::{Path, PathBuf};

/// The directory of part files.
pub const PARTS: &str = "metrics.parquet";
/// The same, while fewer and larger parts are swapped in.
pub(super) const PARTS_OLD: &str = "metrics.parquet.old";
/// The larger parts until they are swapped in.
pub(super) const PARTS_NEW: &str = "metrics.parquet.new";

/// The directory of a run's parts; none when it has none. Links are none.
pub(super) fn directory(folder: &Path) -> Option<PathBuf> {
    let mut names = [PARTS, PARTS_OLD].into_iter().map(|name| folder.join(name));
    names.find(|path| fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir()))
}
