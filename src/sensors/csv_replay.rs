//! A recording as a sensor.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Tick;
use crate::files::table::{Table, TableColumn, TableFile};

use super::device::SensorDevice;

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
            period_ticks,
            at_end,
        }
    }
}

impl SensorDevice for CsvReplay {
    fn columns(&self) -> Vec<String> {
        self.names.clone()
    }

    fn read(&mut self, tick: Tick, _time_s: f64, values: &mut [f64]) {
        let wanted = tick / self.period_ticks.max(1);
        let rows = self.table.rows as u64;
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::columns::choose;
    use crate::files::table::{TableQuestion, read};

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
