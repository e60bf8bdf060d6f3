//! A run held line by line against what a folder says of it.

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use crate::base::Tick;
use crate::registry::Metrics;

use super::event::EventRecord;
use super::lines::{Batch, COMMANDS, COMMANDS_HEAD, EVENTS, METRICS, RunSink, command_line};
use super::rows::metrics_head;
use super::saved::{SavedError, SavedRun};

/// The lines of one file, in turn.
struct Lines {
    name: &'static str,
    reader: BufReader<File>,
    number: u64,
    over: bool,
}

impl Lines {
    fn new(run: &SavedRun, name: &'static str) -> Result<Self, SavedError> {
        Ok(Self {
            name,
            reader: run.reader(name)?,
            number: 0,
            over: false,
        })
    }

    /// The next complete line; a torn one at the end counts as none.
    fn next(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        if !self.over && self.reader.read_line(&mut line)? > 0 && line.ends_with('\n') {
            self.number += 1;
            line.pop();
            return Ok(Some(line));
        }
        self.over = true;
        Ok(None)
    }
}

/// What a run that is repeated records, compared with the files of a folder. A run that was cut
/// short may lack its last lines.
pub struct Comparison {
    metrics: Lines,
    events: Lines,
    commands: Lines,
    cut: bool,
    difference: Option<String>,
}

impl Comparison {
    /// Begins with the heads of the files.
    ///
    /// # Errors
    /// When a file is missing or cannot be read.
    pub fn begin(run: &SavedRun, metrics: &Metrics) -> Result<Self, SavedError> {
        let mut own = Self {
            metrics: Lines::new(run, METRICS)?,
            events: Lines::new(run, EVENTS)?,
            commands: Lines::new(run, COMMANDS)?,
            cut: run.manifest.is_cut(),
            difference: None,
        };
        let heads = own
            .hold_to(|own| &mut own.metrics, &metrics_head(metrics))
            .and_then(|()| own.hold_to(|own| &mut own.commands, COMMANDS_HEAD));
        heads.map_err(|error| SavedError::Unreadable {
            path: run.path.clone(),
            error,
        })?;
        Ok(own)
    }

    fn hold_to(&mut self, of: fn(&mut Self) -> &mut Lines, line: &str) -> io::Result<()> {
        let lines = of(self);
        let found = lines.next()?;
        let (name, number) = (lines.name, lines.number);
        let difference = match found {
            Some(found) if found == line => return Ok(()),
            Some(found) => format!(
                "{name} line {number}: the folder has\n  {found}\nand the run gives\n  {line}"
            ),
            None if self.cut => return Ok(()),
            None => format!("{name} ends after line {number}, and the run gives\n  {line}"),
        };
        self.difference.get_or_insert(difference);
        Ok(())
    }

    /// The first difference so far.
    #[must_use]
    pub fn difference(&self) -> Option<&str> {
        self.difference.as_deref()
    }

    /// Looks for lines up to tick `end` that the run did not give.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn finish(mut self, end: Tick) -> io::Result<Option<String>> {
        let row = |line: &str| line.split(',').next().and_then(|cell| cell.parse().ok());
        let event = |line: &str| {
            let event: EventRecord = serde_json::from_str(line).ok()?;
            Some(event.tick)
        };
        // Rows bear the tick after which they were taken, the rest that in which they happened.
        type Reader<'a> = &'a dyn Fn(&str) -> Option<Tick>;
        let files: [(&mut Lines, Reader, Tick); 3] = [
            (&mut self.metrics, &row, end + 1),
            (&mut self.events, &event, end),
            (&mut self.commands, &row, end),
        ];
        for (lines, tick_of, beyond) in files {
            let Some(line) = lines.next()? else {
                continue;
            };
            if tick_of(&line).is_none_or(|tick| tick < beyond) {
                let (name, number) = (lines.name, lines.number);
                self.difference.get_or_insert(format!(
                    "{name} line {number}: the folder has\n  {line}\nand the run gives nothing more"
                ));
            }
        }
        Ok(self.difference)
    }
}

impl RunSink for Comparison {
    fn append(&mut self, batch: &Batch) -> io::Result<()> {
        for row in &batch.rows {
            self.hold_to(|own| &mut own.metrics, &row.line())?;
        }
        for event in &batch.events {
            self.hold_to(|own| &mut own.events, &serde_json::to_string(event)?)?;
        }
        for (tick, command) in &batch.commands {
            self.hold_to(|own| &mut own.commands, &command_line(*tick, command))?;
        }
        Ok(())
    }
}
