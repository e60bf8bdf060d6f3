//! The loop: which systems run in which order, in one place.
//!
//! ```text
//! node   Before : Ingest → Sense → Synthesize → MeasurePhi → Control → Guard → Actuate → Prepare
//!        Stage  : Evolve              (once per integrator stage, with an exchange before each;
//!                                      a lone node runs all stages of a tick in one)
//!        After  : Settle → Publish
//!        Handoff: Depart → Arrive     (only between two ticks, when the scheduler moves vertices)
//! coord. Coordinate: Ingest → Collect → Aggregate → Schedule → Measure → Route → Watch → Digest → Record
//! ```
//!
//! One tick of the cluster is: `Before` on every node, then for each integrator stage a halo
//! exchange and `Stage` on every node, then `After` on every node, then `Coordinate`, then the
//! hand-offs that it ordered. Worlds touch only in the halo exchange and through the bus. All
//! schedules run on one thread each and treat ambiguous system order as an error; parallelism lies
//! between nodes.

use std::fmt;

use bevy::ecs::schedule::{
    LogLevel, Schedule, ScheduleBuildSettings, ScheduleLabel, SingleThreadedExecutor,
};
use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::{Cancel, Input, NodeId, Subject, TickClock};

/// From the inbox to the drive of the plant.
#[derive(ScheduleLabel, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Before;

/// One integrator stage of the plant.
#[derive(ScheduleLabel, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stage;

/// From the plant to the outbox.
#[derive(ScheduleLabel, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct After;

/// Vertices that leave pack themselves up.
#[derive(ScheduleLabel, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Depart;

/// Vertices that arrive are rebuilt.
#[derive(ScheduleLabel, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Arrive;

/// The coordinator's part of a tick.
#[derive(ScheduleLabel, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Coordinate;

/// The sets of a node's tick, in the order in which they run.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TickSystems {
    /// The inbox becomes components and resources; inputs from outside act.
    Ingest,
    /// Vertices and devices become samples.
    Sense,
    /// Merged frames become `SystemState`: entropy, coherence, resonance.
    Synthesize,
    /// Windows of declared units become `PhiReport`s.
    MeasurePhi,
    /// `SystemState` and feedback become `ControlCommand`s.
    Control,
    /// Commands pass the safety gate and become `SafeCommand`s, or alerts.
    Guard,
    /// Safe commands of the tick before become the plant's `Drive`.
    Actuate,
    /// Components are gathered into the plant's dense arrays.
    Prepare,
    /// Stage: rows are summed and the state advances.
    Evolve,
    /// After: the dense arrays are scattered to components, records are hashed.
    Settle,
    /// After: results go to the outbox.
    Publish,
}

/// The sets of the coordinator's tick, in the order in which they run.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CoordinatorSystems {
    /// Edits of live parameters take effect.
    Ingest,
    /// Envelopes of all nodes are gathered and brought into order.
    Collect,
    /// Field, global mask and feedback are formed.
    Aggregate,
    /// Loads are weighed and moves are planned.
    Schedule,
    /// Readings of the metrics that are asked for.
    Measure,
    /// Envelopes go to the nodes' inboxes.
    Route,
    /// Levels that were crossed, and what follows in the next tick.
    Watch,
    /// The digest of the run goes on by this tick.
    Digest,
    /// Readings and events of the tick are written down.
    Record,
}

/// What a World knows of its place and time. Local to the World; time is copied in by the kernel.
#[derive(Resource, Clone, Debug)]
pub struct NodeContext {
    /// The node this World is; the coordinator has the number after the last node.
    pub node: NodeId,
    /// Nodes in the cluster.
    pub nodes: u16,
    /// Worker threads that the kernel may use; 1 means that nothing runs beside the tick.
    pub workers: usize,
    /// The seed of the run.
    pub seed: u64,
    /// Time at the start of this tick.
    pub clock: TickClock,
    /// Stages of an integrator step.
    pub stages: u32,
    /// Set when the run is to stop early; systems that take long look at it and return.
    pub cancel: Cancel,
}

impl NodeContext {
    /// The same for another World.
    #[must_use]
    pub fn at(&self, node: NodeId) -> Self {
        Self {
            node,
            ..self.clone()
        }
    }

    /// The node on which the pipeline of population number `index` lives.
    #[must_use]
    pub fn home_of(&self, index: usize) -> NodeId {
        NodeId((index % usize::from(self.nodes.max(1))) as u16)
    }
}

/// The inputs that act in this tick. Every room's Ingest looks for those that it owns.
#[derive(Resource, Clone, Debug, Default)]
pub struct PendingInputs(
    /// All of them.
    pub Vec<Input>,
    /// Why each acts. Known to the coordinator only.
    pub Vec<Cause>,
);

/// Why an input acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Someone asked for it, or a device gave it.
    Operator,
    /// The scene's schedule.
    Schedule,
    /// A ramp of the schedule, which acts in every tick.
    Ramp,
    /// A level was crossed.
    Crossing,
    /// The climb of `phi.maximise`.
    Maximise,
    /// A rule of safety was violated, or holds again.
    Rule,
}

impl Cause {
    /// An input that follows from what is watched, with its cause.
    #[must_use]
    pub fn by_itself(input: Input) -> (Input, Self) {
        match input {
            Input::Regulate { .. } => (input, Self::Rule),
            _ => (input, Self::Crossing),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Operator => "operator",
            Self::Schedule => "schedule",
            Self::Ramp => "ramp",
            Self::Crossing => "crossing",
            Self::Maximise => "phi.maximise",
            Self::Rule => "rule",
        })
    }
}

impl PendingInputs {
    /// The parameter edits of this tick as (path, value).
    pub fn edits(&self) -> impl Iterator<Item = (&str, f64)> {
        self.0.iter().filter_map(|input| match input {
            Input::Set { path, value } => Some((path.as_str(), *value)),
            _ => None,
        })
    }

    /// Whether the safety kernel is told in this tick to spare a subject.
    #[must_use]
    pub fn spares(&self, subject: &Subject) -> bool {
        let mut inputs = self.0.iter();
        inputs.any(|input| matches!(input, Input::Spare { subject: spared } if spared == subject))
    }
}

/// From inbox to resources: the first of Ingest.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Unpack;

/// Edits of live parameters take effect, before the Ingest systems of other rooms.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ApplyEdits;

/// Adds the schedules of a node with their ordered sets.
pub fn add_node_schedules(app: &mut App) {
    use TickSystems as T;
    for schedule in [
        strict(Before),
        strict(Stage),
        strict(After),
        strict(Depart),
        strict(Arrive),
    ] {
        app.add_schedule(schedule);
    }
    app.configure_sets(
        Before,
        (
            T::Ingest,
            T::Sense,
            T::Synthesize,
            T::MeasurePhi,
            T::Control,
            T::Guard,
            T::Actuate,
            T::Prepare,
        )
            .chain(),
    );
    app.configure_sets(Before, (Unpack, ApplyEdits).chain().in_set(T::Ingest));
    app.configure_sets(Stage, T::Evolve);
    app.configure_sets(After, (T::Settle, T::Publish).chain());
}

/// Adds the coordinator's schedule with its ordered sets.
pub fn add_coordinator_schedules(app: &mut App) {
    use CoordinatorSystems as C;
    app.add_schedule(strict(Coordinate));
    app.configure_sets(
        Coordinate,
        (
            C::Ingest,
            C::Collect,
            C::Aggregate,
            C::Schedule,
            C::Measure,
            C::Route,
            C::Watch,
            C::Digest,
            C::Record,
        )
            .chain(),
    );
}

fn strict(label: impl ScheduleLabel) -> Schedule {
    let mut schedule = Schedule::new(label);
    schedule.set_executor(SingleThreadedExecutor::new());
    schedule.set_build_settings(ScheduleBuildSettings {
        ambiguity_detection: LogLevel::Error,
        ..default()
    });
    schedule
}
