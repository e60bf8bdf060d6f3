//! The distributed event bus: sender → classed, bounded link → receiver, in one fixed order.
//!
//! The bus carries any payload; what the payloads mean is the `cluster` room's matter. It promises
//! a delivery order that does not depend on threads or placement (target, class, source,
//! incarnation, sequence), bounded queues with a declared policy when they are full, and a ledger:
//! enqueued = delivered + conflated + dropped + in flight, so that nothing is lost unseen.
//! It does not retry, reorder or interpret.

pub mod envelope;
pub mod link;
pub mod spec;

pub use envelope::{Address, Class, Envelope};
pub use link::{BusError, ChannelLink, Ledger, Link};
pub use spec::BusSpec;
