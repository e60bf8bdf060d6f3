//! A run held line by line against what a folder says of it.

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use crate::base::Tick;

use super::event::EventRecord;
use super::lines::{Batch, COMMANDS, COMMANDS_HEAD, EVENTS, METRICS, RunSink, command_line};
use super::metric_rows::{MetricRows, RowForm};
use super::row_block::RowBlock;
use super::rows::{Columns, MetricRow, block_line};
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

/// The rows of metrics.parquet, in turn.
struct Parts {
    rows: MetricRows,
    block: RowBlock,
    /// The next row of the block, and its number in all.
    at: usize,
    number: u64,
}

impl Parts {
    /// Goes to the next row, if there is one.
    fn next(&mut self) -> io::Result<bool> {
        self.at += 1;
        while self.at >= self.block.len() {
            let Some(block) = self.rows.next_block()? else {
                self.block = RowBlock::default();
                self.at = 0;
                return Ok(false);
            };
            (self.block, self.at) = (block, 0);
        }
        self.number += 1;
        Ok(true)
    }

    fn line(&self) -> String {
        block_line(&self.block, self.at)
    }

    /// Whether the row is this one, to the last bit.
    fn is(&self, row: &MetricRow, columns: &Columns) -> bool {
        let (block, at) = (&self.block, self.at);
        let bits = |value: Option<f64>| value.filter(|value| value.is_finite()).map(f64::to_bits);
        block.ticks[at] == row.tick
            && block.times[at].to_bits() == row.t_s.to_bits()
            && block.scope(at) == row.scope
            && block.flags(at) == row.flags
            && block.row(at).map(bits).eq(columns.values(row).map(bits))
    }
}

/// What a run that is repeated records, compared with the files of a folder. A run that was cut
/// short may lack its last lines.
pub struct Comparison {
    columns: Columns,
    metrics: Option<Lines>,
    parts: Option<Parts>,
    events: Lines,
    commands: Lines,
    cut: bool,
    difference: Option<String>,
}

impl Comparison {
    /// Begins with the heads of the files; `columns` are the metrics that the run writes.
    ///
    /// # Errors
    /// When a file is missing or cannot be read.
    pub fn begin(run: &SavedRun, columns: Columns) -> Result<Self, SavedError> {
        let forms = run.row_forms()?;
        let has = |form: RowForm| forms.contains(&form);
        let parts = match has(RowForm::Parquet) {
            true => Some(Parts {
                rows: run.rows(RowForm::Parquet)?,
                block: RowBlock::default(),
                at: 0,
                number: 0,
            }),
            false => None,
        };
        let mut own = Self {
            metrics: match has(RowForm::Csv) {
                true => Some(Lines::new(run, METRICS)?),
                false => None,
            },
            parts,
            events: Lines::new(run, EVENTS)?,
            commands: Lines::new(run, COMMANDS)?,
            cut: run.manifest.is_cut(),
            difference: None,
            columns,
        };
        let heads = own
            .hold_row(&own.columns.head())
            .and_then(|()| own.hold_to(|own| Some(&mut own.commands), COMMANDS_HEAD));
        heads.map_err(|error| SavedError::Unreadable {
            path: run.path.clone(),
            error,
        })?;
        own.hold_part_columns();
        Ok(own)
    }

    fn hold_row(&mut self, line: &str) -> io::Result<()> {
        self.hold_to(|own| own.metrics.as_mut(), line)
    }

    fn hold_part_columns(&mut self) {
        let names = self.columns.metrics().map(|own| own.id.as_str());
        if let Some(parts) = &self.parts
            && !parts.rows.columns().iter().map(String::as_str).eq(names)
        {
            let (name, found) = (parts.rows.form.name(), parts.rows.columns().join(","));
            let given: Vec<&str> = self.columns.metrics().map(|own| own.id.as_str()).collect();
            let given = given.join(",");
            self.difference.get_or_insert(format!(
                "{name}: the folder has the metrics\n  {found}\nand the run gives\n  {given}"
            ));
        }
    }

    fn hold_part(&mut self, row: &MetricRow) -> io::Result<()> {
        let Some(parts) = &mut self.parts else {
            return Ok(());
        };
        let is_there = parts.next()?;
        if is_there && parts.is(row, &self.columns) || !is_there && self.cut {
            return Ok(());
        }
        let (name, number) = (parts.rows.form.name(), parts.number);
        let line = self.columns.line(row);
        let difference = match is_there {
            true => format!(
                "{name} row {number}: the folder has\n  {}\nand the run gives\n  {line}",
                parts.line()
            ),
            false => format!("{name} ends after row {number}, and the run gives\n  {line}"),
        };
        self.difference.get_or_insert(difference);
        Ok(())
    }

    fn hold_to(&mut self, of: fn(&mut Self) -> Option<&mut Lines>, line: &str) -> io::Result<()> {
        let Some(lines) = of(self) else {
            return Ok(());
        };
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
        let files: [(Option<&mut Lines>, Reader, Tick); 3] = [
            (self.metrics.as_mut(), &row, end + 1),
            (Some(&mut self.events), &event, end),
            (Some(&mut self.commands), &row, end),
        ];
        for (lines, tick_of, beyond) in files {
            let Some(lines) = lines else {
                continue;
            };
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
        if let Some(parts) = &mut self.parts
            && parts.next()?
            && parts.block.ticks[parts.at] <= end
        {
            let (name, number, line) = (parts.rows.form.name(), parts.number, parts.line());
            self.difference.get_or_insert(format!(
                "{name} row {number}: the folder has\n  {line}\nand the run gives nothing more"
            ));
        }
        Ok(self.difference)
    }
}

impl RunSink for Comparison {
    fn append(&mut self, batch: &Batch) -> io::Result<()> {
        for row in &batch.rows {
            if self.metrics.is_some() {
                self.hold_row(&self.columns.line(row))?;
            }
            self.hold_part(row)?;
        }
        for event in &batch.events {
            self.hold_to(|own| Some(&mut own.events), &serde_json::to_string(event)?)?;
        }
        for (tick, command) in &batch.commands {
            self.hold_to(|own| Some(&mut own.commands), &command_line(*tick, command))?;
        }
        Ok(())
    }
}
