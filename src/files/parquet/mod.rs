//! Parquet: tables of columns, from one file or from a directory of part files.
//!
//! ```text
//! file, directory of parts ─ source ─► ParquetFile (schema, row groups)
//!                                        ├─ pages: sizes of every page that will be read
//!                                        ├─ column: numbers and texts of a column chunk
//!                                        └─ table ─► TableFile, as from a text
//! ```
//!
//! Read are columns without nesting, uncompressed or in Snappy or LZ4 (both forms). The library
//! that decodes them trusts the sizes in a file; they are held against the file first, and a panic
//! that is left is an error.

mod guard;
mod page_head;
mod pages;
mod kind;
mod column;
mod file;
mod table;
mod merge;
#[cfg(test)]
mod tests;

pub use file::ParquetFile;
pub use kind::{ColumnKind, ParquetColumn};
pub use merge::{append_groups, merge};
pub use table::{ParquetQuestion, read};

/// What a Parquet file begins and ends with.
pub const MAGIC: &[u8; 4] = b"PAR1";

/// Whether bytes begin like a Parquet file.
#[must_use]
pub fn is_parquet(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}
