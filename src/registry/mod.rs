//! What a room says of its own types, once: which are saved and hashed, which values are live
//! parameters, which numbers are metrics.
//!
//! A room declares where the type lives; whoever goes over all of them (the tick's ingest, the
//! window, checks of scenes) reads the declaration. Nothing here knows a room.

pub mod durable;
pub mod key;
pub mod metric;
pub mod parameter;
pub mod records;
pub mod site;

pub use durable::{Class, DurableApp};
pub use key::{Key, KeyIndex};
pub use metric::{Demand, Metric, MetricId, Metrics, Need, Readings};
pub use parameter::{Bounds, LiveParameter, LiveParameters, check_edit};
pub use records::{OfComponent, OfResource};
pub use site::Site;
