//! What crosses Worlds: `DistributedEvent`s over the bus, halos at every integrator stage, and the
//! coordinator's `Aggregator`.
//!
//! A node publishes samples, commands, states and alerts; the coordinator merges them in a fixed
//! order, forms field, global mask and feedback, and routes envelopes. Coupling across nodes is
//! exact: what a vertex shows is exchanged after each stage, so placement never changes a bit of
//! the run.

pub mod events;
pub mod link;
pub mod halo;
pub mod handoff;
pub mod node;
pub mod aggregator;
pub mod alerts;
pub mod collected;
mod advance_field;
pub mod coordinator;
pub mod parameters;
pub mod placement;
pub mod readings;
pub mod router;
pub mod setup;
pub mod spec;

pub use aggregator::{Aggregator, MaskError};
pub use coordinator::{CoordinatorPlugin, Placement};
pub use events::{DistributedEvent, NodeReport};
pub use halo::HaloRoutes;
pub use link::NodeLink;
pub use node::NodePlugin;
pub use spec::{AggregatorSpec, ClusterSpec, PlacementSpec};
