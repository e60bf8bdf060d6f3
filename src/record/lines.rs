//! The lines of a run folder's files, and what produces them.

use std::io;

use crate::base::{InputRecord, Tick};
use crate::safety::SafeCommand;

use super::event::EventRecord;
use super::rows::MetricRow;
use super::states::{StateRow, VelocityRow};

/// The metrics of every recorded tick.
pub const METRICS: &str = "metrics.csv";
/// Every intervention with its cause, one JSON object a line.
pub const EVENTS: &str = "events.jsonl";
/// Commands that took effect.
pub const COMMANDS: &str = "commands.csv";
/// The input log, one JSON object a line.
pub const INPUTS: &str = "inputs.jsonl";

/// What was recorded since it was taken last.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Rows of metrics.
    pub rows: Vec<MetricRow>,
    /// Events.
    pub events: Vec<EventRecord>,
    /// Commands with the ticks in which they took effect.
    pub commands: Vec<(Tick, SafeCommand)>,
    /// States of single oscillators.
    pub states: Vec<StateRow>,
    /// Their mean phase velocities.
    pub velocities: Vec<VelocityRow>,
    /// Inputs that entered.
    pub inputs: Vec<InputRecord>,
}

/// Where records go.
pub trait RunSink {
    /// Takes what was recorded. The inputs of a batch are those that its rows, events and commands
    /// follow from, so they are kept first.
    ///
    /// # Errors
    /// When it cannot be kept.
    fn append(&mut self, batch: &Batch) -> io::Result<()>;
}

/// The first line of commands.csv.
pub const COMMANDS_HEAD: &str = "tick,loop,output,value,noise";

/// A row of commands.csv.
#[must_use]
pub fn command_line(tick: Tick, command: &SafeCommand) -> String {
    format!(
        "{tick},{},{:?},{},{}",
        command.control(),
        command.output(),
        command.value(),
        command.noise()
    )
}
