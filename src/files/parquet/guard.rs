//! Calls of the library that decodes Parquet.

use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::errors::{ParquetError, Result};

use super::super::fault::Faults;

/// Calls the library. It indexes and asserts by what a file says of itself, so a forged file may
/// make it panic; what it was about to build is dropped then, and nothing of it is used again.
///
/// # Errors
/// When it fails or panics.
pub(super) fn guarded<T>(about: &str, call: impl FnOnce() -> Result<T>) -> Result<T, Faults> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(done) => done.map_err(|error| damaged(about, &plain(&error))),
        Err(_) => Err(damaged(about, "its contents contradict each other")),
    }
}

/// A file that is none, with what shows it.
pub(super) fn damaged(about: &str, why: &str) -> Faults {
    Faults::whole(format!(
        "{about} is damaged or cut short: {why}; expected a whole Parquet file"
    ))
}

/// The message of an error without the name of its kind.
fn plain(error: &ParquetError) -> String {
    let text = error.to_string();
    let bare = ["Parquet error: ", "EOF: ", "External: ", "NYI: "]
        .iter()
        .find_map(|kind| text.strip_prefix(kind));
    bare.unwrap_or(&text).to_owned()
}
