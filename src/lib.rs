//! PhantomOS: a laboratory for networks of resonators that regulate themselves.
//!
//! The rooms stand in dependency order: a room imports only rooms above it
//! (`tests/architecture.rs` holds every `use crate::` against this list).

pub mod base;
