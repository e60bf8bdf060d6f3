//! The lines of a run folder's files, and what produces them.

use std::borrow::Cow;
use std::io;

use crate::base::{InputRecord, Tick};
use crate::safety::SafeCommand;

use super::event::EventRecord;
use super::rows::{METRIC_COLUMNS, MetricRow};

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

/// The first line of metrics.csv.
#[must_use]
pub fn metrics_head() -> String {
    METRIC_COLUMNS.join(",")
}

/// The first line of commands.csv.
pub const COMMANDS_HEAD: &str = "tick,loop,output,value,noise";

/// A row of metrics.csv.
#[must_use]
pub fn metrics_line(row: &MetricRow) -> String {
    let cells = row.cells();
    let cells: Vec<Cow<str>> = cells.iter().map(|cell| quoted(cell)).collect();
    cells.join(",")
}

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

/// A cell of CSV (RFC 4180): in double quotes where a comma, a quote or a line end would break it.
fn quoted(cell: &str) -> Cow<'_, str> {
    if cell.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", cell.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_commas_and_quotes_come_back_from_a_reader() {
        let row = MetricRow {
            scope: "a,\"b\" c".to_owned(),
            flags: "flat".to_owned(),
            ..MetricRow::default()
        };
        let text = format!("{}\n{}\n", metrics_head(), metrics_line(&row));
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let record = reader.records().next().unwrap().unwrap();
        assert_eq!(record.len(), METRIC_COLUMNS.len());
        assert_eq!(&record[2], "a,\"b\" c");
        assert_eq!(&record[13], "flat");
    }
}
