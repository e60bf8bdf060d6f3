//! The payloads of the bus.

use serde::{Deserialize, Serialize};

use crate::base::{ExactSum, Input, NodeId, PopulationId, Tick, VertexId};
use crate::bus::{Address, Class, Envelope};
use crate::control::{Feedback, LoopTerms};
use crate::field::FieldState;
use crate::field::grid::DepositSum;
use crate::phi::systems::LatestPhi;
use crate::registry::durable::RecordSum;
use crate::registry::stream::StreamSums;
use crate::resonator::VertexImage;
use crate::resonator::observe::PlantSums;
use crate::safety::{SafeCommand, SafetyAlert};
use crate::sensors::SampleFragment;
use crate::sensors::health::HealthSummary;
use crate::signal::SystemState;

/// Something that crosses a World border.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DistributedEvent {
    /// Samples for the populations that live at the target.
    Samples(Vec<SampleFragment>),
    /// What the coordinator needs of a node after each tick.
    Report(NodeReport),
    /// The commands of a node's loops that passed the safety gate in this tick.
    Commands(Vec<SafeCommand>),
    /// The terms of commands of this tick, by the numbers of the loops.
    Terms(Vec<(u32, LoopTerms)>),
    /// The aggregator's suggestion to controllers.
    Feedback(Feedback),
    /// Inputs that act in the coming tick.
    Inputs(Vec<Input>),
    /// What loops steer by: scope, place of the metric in the table, value after the last tick.
    Readings(Vec<(PopulationId, u16, f64)>),
    /// Rules that were broken in this tick.
    SafetyAlerts(Vec<SafetyAlert>),
    /// Vertices on their way to another World.
    EntityMigration(Vec<VertexImage>),
    /// Factors of the global mask.
    Mask(Vec<f64>),
    /// The signals of the populations that live at the source, formed in this tick.
    SystemStates(Vec<(PopulationId, SystemState)>),
    /// The field at the start of the coming tick.
    FieldState(FieldState),
    /// A report of Φ, or why there was none.
    PhiReport(Box<LatestPhi>),
    /// Commands took effect at actuators.
    Actuated(Vec<(Tick, SafeCommand)>),
}

impl DistributedEvent {
    /// The traffic class of this kind of event.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Samples(_) | Self::Report(_) => Class::Lockstep,
            Self::Commands(_) | Self::Feedback(_) => Class::Control,
            Self::Inputs(_)
            | Self::SafetyAlerts(_)
            | Self::EntityMigration(_)
            | Self::Mask(_)
            | Self::Readings(_)
            | Self::FieldState(_) => Class::Effect,
            Self::SystemStates(_) | Self::PhiReport(_) => Class::State,
            Self::Actuated(..) | Self::Terms(_) => Class::Trace,
        }
    }

    /// What the event is the value of, among those of its source.
    fn key(&self) -> u64 {
        match self {
            Self::PhiReport(_) => 1,
            _ => 0,
        }
    }

    /// Puts the event into its sender's envelope number `sequence`.
    #[must_use]
    pub fn seal(self, source: NodeId, target: Address, sequence: u64) -> Event {
        Event {
            target,
            class: self.class(),
            source,
            incarnation: 0,
            sequence,
            key: self.key(),
            payload: self,
        }
    }
}

/// An envelope of this cluster.
pub type Event = Envelope<DistributedEvent>;

/// What the coordinator needs of a node after each tick.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NodeReport {
    /// Number of vertices there.
    pub vertices: u64,
    /// Their record: two sums that add up over nodes.
    pub record: [u64; 2],
    /// What is observed of each population's plant, where the scene asks.
    pub plants: Vec<(PopulationId, PlantSums)>,
    /// The sums that metrics of users ask for, of each population.
    pub streams: Vec<(PopulationId, StreamSums)>,
    /// How well the sensors of each scope are that is at home there, when somebody asks.
    pub sensors: Vec<(PopulationId, HealthSummary)>,
    /// The sum of the hashes of all other records there.
    pub records: RecordSum,
    /// What the vertices deposit on the field's grid.
    pub deposits: Option<DepositSum>,
    /// The vertices' projections on the field's modes.
    pub projections: Vec<ExactSum>,
    /// States that someone wrote to components there.
    pub foreign_writes: Vec<(VertexId, f64, f64)>,
    /// Vertices there that the scene watches: what sensors see of them, and their state.
    pub watched: Vec<(VertexId, [f64; 3])>,
    /// Row entries there, for the modelled load.
    pub row_entries: u64,
    /// Sensor devices there, for the modelled load.
    pub devices: u64,
    /// The node.
    pub node: NodeId,
}
