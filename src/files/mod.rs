//! People's files: bytes → text, tables, arrays, graphs and recordings, each as it stands in the
//! file.
//!
//! A reader detects what a file does not say of itself (encoding, separator, decimal mark, a line
//! of names) and tells what it detected as notes; what could be meant in two ways is refused with
//! the choices. Nothing is chosen here that changes a number: which datum is the weight of an edge
//! is for `graph`, which channels are units for whoever measures.
//!
//! ```text
//! bytes ─ unpack (gzip) ─┬─ array (npy, npz)
//!                        ├─ parquet
//!                        ├─ recording (EDF, BDF, WAV; arrays and tables)
//!                        └─ decode (UTF-8, UTF-16, Latin-1) ─┬─ table (dialect → cells → numbers)
//!                                                            └─ graph (one file a format)
//! ```
//!
//! All problems of a file are reported at once, up to [`fault::SHOWN`], with line and column.

pub mod fault;
pub mod number;
pub mod text;
pub mod cells;
pub mod dialect;
pub mod names;
mod sample;
mod ambiguity;
mod header;
pub mod detect;
pub mod table_file;
pub mod archive;
mod array_cells;
pub mod array;
pub mod array_table;
pub mod parquet;
pub mod table;
pub mod source;
pub mod vertex_rows;
mod times;
pub mod columns;
pub mod recording;
pub mod graph;

pub use fault::{Fault, Faults};
pub use table_file::{Table, TableFile};
