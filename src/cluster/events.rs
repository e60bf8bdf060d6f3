//! The payloads of the bus.

use serde::{Deserialize, Serialize};

use crate::base::{ExactSum, Input, NodeId, PopulationId, Tick, VertexId};
use crate::bus::{Address, Class, Envelope};
use crate::control::Feedback;
use crate::field::FieldState;
use crate::field::grid::DepositSum;
use crate::phi::systems::LatestPhi;
use crate::resonator::VertexImage;
use crate::resonator::observe::PlantSums;
use crate::safety::{SafeCommand, SafetyAlert};
use crate::sensors::SampleFragment;
use crate::signal::SystemState;

/// Something that crosses a World border.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum DistributedEvent {
    /// Samples for the populations that live at the target.
    Samples(Vec<SampleFragment>),
    /// What the coordinator needs of a node after each tick.
    Report(NodeReport),
    /// A command that passed the safety gate.
    Command(SafeCommand),
    /// The aggregator's suggestion to controllers.
    Feedback(Feedback),
    /// Inputs that act in the coming tick.
    Inputs(Vec<Input>),
    /// A rule was broken.
    SafetyAlert(SafetyAlert),
    /// A vertex on its way to another World.
    EntityMigration(VertexImage),
    /// Factors of the global mask.
    Mask(Vec<f64>),
    /// The signals of a population.
    SystemState {
        /// The population.
        population: PopulationId,
        /// The tick in which they were formed.
        tick: Tick,
        /// The signals.
        state: SystemState,
    },
    /// The field at the start of the coming tick.
    FieldState(FieldState),
    /// A report of Φ, or why there was none.
    PhiReport(Box<LatestPhi>),
    /// A command took effect at an actuator.
    Actuated(Tick, SafeCommand),
}

impl DistributedEvent {
    /// The traffic class of this kind of event.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Samples(_) | Self::Report(_) => Class::Lockstep,
            Self::Command(_) | Self::Feedback(_) => Class::Control,
            Self::Inputs(_)
            | Self::SafetyAlert(_)
            | Self::EntityMigration(_)
            | Self::Mask(_)
            | Self::FieldState(_) => Class::Effect,
            Self::SystemState { .. } | Self::PhiReport(_) => Class::State,
            Self::Actuated(..) => Class::Trace,
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
            payload: self,
        }
    }
}

/// An envelope of this cluster.
pub type Event = Envelope<DistributedEvent>;

/// What the coordinator needs of a node after each tick.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NodeReport {
    /// Record hash of each vertex there, ascending by id.
    pub vertices: u64,
    /// Their record: two sums that add up over nodes.
    pub record: [u64; 2],
    /// What is observed of each population's plant, where the scene asks.
    pub plants: Vec<(PopulationId, PlantSums)>,
    /// Record hash of each population and loop that lives there, by its key.
    pub homes: Vec<(u64, u64)>,
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
