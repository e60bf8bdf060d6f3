//! What a room says of its own types, once: which are saved and hashed, which values are live
//! parameters, which numbers are metrics.
//!
//! A room declares where the type lives; whoever goes over all of them (the tick's ingest, the
//! window, checks of scenes) reads the declaration. Nothing here knows a room.

pub mod durable;
pub mod demand;
pub mod facts;
pub mod key;
pub mod metric;
pub mod parameter;
pub mod part;
pub mod readings;
pub mod records;
pub mod site;
pub mod selection;
pub mod stream;

pub use demand::Demand;
pub use durable::{Class, DurableApp, RecordView};
pub use key::{Key, KeyIndex};
pub use metric::{Metric, MetricId, Metrics, Need};
pub use parameter::{Bounds, LiveParameter, LiveParameters, check_edit};
pub use part::{About, Catalog, CustomSpec, Opening, Part};
pub use readings::{Asked, Readings};
pub use records::{OfComponent, OfResource};
pub use site::Site;
pub use stream::MetricStream;
