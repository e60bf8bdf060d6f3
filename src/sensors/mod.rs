//! Sensors: plant and devices → samples per channel → `SensorFrame` per population.
//!
//! Every sensor gives one or more channels; a channel belongs to the scope (population or cluster)
//! whose signal engine reads it. Probes and means read the plant where its vertices live, so their
//! samples travel to the scope's home node and are merged there in an order-independent sum. A
//! sample taken in tick t is in the frame of tick t + 1. Devices stand behind [`SensorDevice`];
//! those that the simulation does not own (the host, standard input) are read outside and enter as
//! inputs. Each kind of device is a file of `device/` and a line of [`DeviceSpec`], and each kind
//! of fault a file of `fault/` and a line of [`FaultSpec`].
//!
//! A sample that is missing is a NaN and a flag, never a fault of the plant; a frame tells of every
//! channel when its latest sample was taken, its gaps and its jitter ([`health`]).

pub mod channel;
pub mod device;
pub mod fault;
pub mod health;
pub mod live;
pub mod reading;
pub mod readings;
pub mod setup;
pub mod spec;
pub mod systems;
pub mod plugin;

pub use crate::registry::selection::Selection;
pub use channel::{Channel, ChannelSource, SampleFragment, SamplePart, SensorFrame};
pub use device::SensorDevice;
pub use fault::FaultSpec;
pub use plugin::SensorPlugin;
pub use spec::{DeviceSpec, SensorSpec};
