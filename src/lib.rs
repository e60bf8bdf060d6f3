//! PhantomOS: a laboratory for networks of resonators that regulate themselves.
//!
//! One scene describes resonators on an entity graph and the field they ring in, the sensors that
//! watch them, the signals made of what they see (entropy, coherence, resonance), the controllers
//! that answer, the safety kernel that decides, the node Worlds that all of it is spread on, and
//! how integrated information (Φ) is measured. The same scene runs in a window and headless, and
//! gives the same bits in both.
//!
//! The rooms stand in dependency order: a room imports only rooms above it
//! (`tests/architecture.rs` holds every `use crate::` against this list).

#![cfg_attr(not(test), warn(clippy::unwrap_used))]
#![warn(clippy::iter_over_hash_type)]
#![warn(clippy::too_many_lines)]

pub mod base;
pub mod files;
pub mod figure;
pub mod logic;
pub mod tick;
pub mod registry;
pub mod bus;
pub mod graph;
pub mod dynamics;
pub mod field;
pub mod resonator;
pub mod sensors;
pub mod signal;
pub mod phi;
pub mod control;
pub mod safety;
pub mod actuation;
pub mod cluster;
pub mod scheduler;
pub mod watch;
pub mod scenario;
pub mod record;
pub mod kernel;
pub mod study;
#[cfg(feature = "dashboard")]
pub mod dashboard;
pub mod cli;
pub mod prelude;
