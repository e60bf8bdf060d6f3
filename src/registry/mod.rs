//! What a room says of its own types, once: live parameters, and the entities that records belong
//! to.
//!
//! A room declares where the type lives; whoever goes over all of them (the tick's ingest, the
//! window, checks of scenes) reads the declaration. Nothing here knows a room.

pub mod key;
pub mod parameter;

pub use key::{Key, KeyIndex};
pub use parameter::{Bounds, LiveParameter, LiveParameters, check_edit};
