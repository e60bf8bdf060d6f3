//! What a program needs that adds parts of its own, or runs scenes: `use phantomos::prelude::*;`

pub use crate::actuation::ActuatorDevice;
pub use crate::base::random::KeyedRng;
pub use crate::base::{NodeId, PopulationId, Tick, VertexId, num};
pub use crate::cli::{Command, Program, exit};
pub use crate::control::{ControlLaw, Sample};
pub use crate::dynamics::own_model::{Moment as ModelMoment, OwnModel};
pub use crate::kernel::{Observer, Outcome, RunError, Session, SimOptions, Simulation, Statistics};
pub use crate::record::Batch;
pub use crate::registry::metric::Family;
pub use crate::registry::part::{Memory, PartRandom};
pub use crate::registry::stream::{Moment, Resonator};
pub use crate::registry::{About, Bounds, Metric, MetricId, MetricStream, Opening, Part};
pub use crate::safety::SafeCommand;
pub use crate::scenario::Statistic;
pub use crate::scenario::{LoadedScene, Parts, SceneError};
pub use crate::scheduler::{Move, SchedulerPolicy, Situation};
pub use crate::sensors::SensorDevice;
