//! Faults of sensors: what stands between a sample as it was taken and as it arrives.
//!
//! ```text
//! sample ─► the sensor's own noise ─► faults in the order of the scene ─► frame
//! ```
//!
//! They act where the samples of a channel are merged, so that they do not depend on nodes; random
//! ones draw from a stream of their own for each fault, channel and tick. A fault that remembers
//! (the value it is stuck at, samples on their way) has a [`FaultMemory`](memory::FaultMemory),
//! which is saved and part of the digest. A sensor without faults costs nothing.

pub mod bias;
pub mod delay;
pub mod drift;
pub mod dropout;
pub mod kind;
pub mod memory;
pub mod noise;
pub mod quantise;
pub mod spec;
pub mod stuck;
pub mod window;

pub use spec::FaultSpec;
