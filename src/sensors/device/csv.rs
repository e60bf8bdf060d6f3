//! A table of numbers as a sensor, row by row.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{Problems, Tick};
use crate::files::columns::choose;
use crate::files::dialect::DialectOptions;
use crate::files::table::{Table, TableColumn, TableFile, TableQuestion, read};
use crate::registry::site::PopulationRanges;
use crate::sensors::device::SensorDevice;

use super::kind::{DeviceFacts, DeviceFault, DeviceKind, DeviceOpening, Opened};

/// A recording as a sensor: a table as text, `.npy` or `.npz`, found relative to the scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CsvSpec {
    /// The file; also compressed (`.gz`).
    pub path: String,
    /// Columns to play, by name, or by number from 1 when the file has no names; when empty, all
    /// that neither tell the time nor count samples.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Ticks per row.
    #[serde(default = "one_tick")]
    pub period_ticks: u64,
    /// What follows the last row.
    #[serde(default)]
    pub at_end: AtEnd,
    /// The dialect of a text, as far as it is not to be detected.
    #[serde(default, skip_serializing_if = "DialectOptions::is_plain")]
    pub dialect: DialectOptions,
    /// The array of an `.npz` archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array: Option<String>,
}

fn one_tick() -> u64 {
    1
}

/// What a replay does after its last row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AtEnd {
    /// There is no reading any more: the channel is flagged.
    #[default]
    Silent,
    /// The last row stays.
    Hold,
    /// The recording begins again.
    Repeat,
}

/// Plays the columns of a recording, one row every `period_ticks` ticks. A missing number is a
/// missing reading.
#[derive(Clone, Debug)]
pub struct CsvReplay {
    names: Vec<String>,
    table: Table,
    period_ticks: u64,
    at_end: AtEnd,
    is_new: bool,
}

impl CsvReplay {
    /// Plays all columns of a table. Columns without names are called by their numbers.
    #[must_use]
    pub fn new(file: TableFile, period_ticks: u64, at_end: AtEnd) -> Self {
        let named = |column: &TableColumn| match &column.name {
            Some(name) => name.clone(),
            None => column.number.to_string(),
        };
        Self {
            names: file.columns.iter().map(named).collect(),
            table: file.table,
            period_ticks: period_ticks.max(1),
            at_end,
            is_new: false,
        }
    }
}

impl SensorDevice for CsvReplay {
    fn columns(&self) -> Vec<String> {
        self.names.clone()
    }

    fn read(&mut self, tick: Tick, _time_s: f64, values: &mut [f64]) {
        let wanted = tick / self.period_ticks;
        let rows = self.table.rows as u64;
        let over = self.at_end == AtEnd::Hold && wanted >= rows;
        self.is_new = tick.is_multiple_of(self.period_ticks) && !over;
        let row = match self.at_end {
            AtEnd::Repeat => Some(wanted % rows),
            AtEnd::Hold => Some(wanted.min(rows - 1)),
            AtEnd::Silent => (wanted < rows).then_some(wanted),
        };
        match row {
            Some(row) => {
                let first = row as usize * self.table.columns;
                values.copy_from_slice(&self.table.numbers[first..first + self.table.columns]);
            }
            None => values.fill(f64::NAN),
        }
    }

    fn is_new(&self) -> bool {
        self.is_new
    }
}

impl DeviceKind for CsvSpec {
    fn validate(&self, problems: &mut Problems, path: &str, _: &DeviceFacts) {
        let period = self.period_ticks;
        problems.count(&format!("{path}.period_ticks"), period, 1, 1 << 32);
    }

    fn count(&self, _: &PopulationRanges) -> Option<usize> {
        (!self.columns.is_empty()).then_some(self.columns.len())
    }

    fn open(&self, opening: &mut DeviceOpening) -> Result<Opened, DeviceFault> {
        let (file, bytes) = opening
            .files
            .read(&self.path)
            .map_err(DeviceFault::of_path)?;
        let asked = TableQuestion {
            dialect: self.dialect.clone(),
            array: self.array.as_deref(),
            columns: &self.columns,
            ..TableQuestion::default()
        };
        let chosen = read(&file, bytes, &asked).and_then(|read| choose(read, &self.columns));
        let chosen = chosen.map_err(|faults| DeviceFault::of_path(format!("{file}: {faults}")))?;
        let mut notes = chosen.told();
        if chosen.file.missing.1 > 0 {
            let count = chosen.file.missing.1;
            notes.push(format!(
                "{count} cells have no number: no sample there, and a flag"
            ));
        }
        let row_s = opening.tick_s * self.period_ticks as f64;
        if let Some(step) = chosen.step
            && (step - row_s).abs() > 0.02 * row_s
        {
            notes.push(format!(
                "its times rise by {step:.6} from row to row, and a row is played every {row_s} s"
            ));
        }
        opening.files.tell(&self.path, &chosen.summary(), &notes);
        let device = CsvReplay::new(chosen.file, self.period_ticks, self.at_end);
        Ok(Opened::Owned(Box::new(device)))
    }

    fn paths_mut(&mut self) -> Vec<&mut String> {
        vec![&mut self.path]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replay(text: &str, columns: &[&str], at_end: AtEnd) -> CsvReplay {
        let columns: Vec<String> = columns.iter().map(|c| (*c).to_owned()).collect();
        let file = read("r.csv", text.into(), &TableQuestion::default()).unwrap();
        CsvReplay::new(choose(file, &columns).unwrap().file, 2, at_end)
    }

    #[test]
    fn rows_play_at_their_period_and_end_as_told() {
        let text = "t,a,b\n0,1.5,2\n1,,nan\n";
        let mut values = [0.0; 1];
        for (at_end, expected) in [(AtEnd::Hold, true), (AtEnd::Repeat, false)] {
            let mut device = replay(text, &["a"], at_end);
            device.read(1, 0.0, &mut values);
            assert_eq!(values[0], 1.5);
            device.read(2, 0.0, &mut values);
            assert!(values[0].is_nan());
            device.read(4, 0.0, &mut values);
            assert_eq!(values[0].is_nan(), expected);
        }
        let mut device = replay(text, &["a"], AtEnd::Silent);
        device.read(9, 0.0, &mut values);
        assert!(values[0].is_nan());
    }

    #[test]
    fn a_recording_without_names_loses_no_sample() {
        let mut device = replay("5,6\n7,9\n", &[], AtEnd::Hold);
        assert_eq!(device.columns(), ["1", "2"]);
        let mut values = [0.0; 2];
        device.read(0, 0.0, &mut values);
        assert_eq!(values, [5.0, 6.0]);
    }
}
