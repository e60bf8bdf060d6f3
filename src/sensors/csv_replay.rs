//! A recording as a sensor.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Tick;
use crate::base::problem::listed;

use super::device::{DeviceError, SensorDevice};

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

/// Plays chosen columns of a CSV file, one row every `period_ticks` ticks.
#[derive(Clone, Debug)]
pub struct CsvReplay {
    names: Vec<String>,
    rows: Vec<Vec<f64>>,
    period_ticks: u64,
    at_end: AtEnd,
}

impl CsvReplay {
    /// Reads a CSV text with a header line; `path` is its name in messages. Without `columns`, all
    /// of them play. An empty cell or `nan` is a missing reading.
    ///
    /// # Errors
    /// When it lacks a column, has no rows, or a cell is not a number. A message shows cells and names
    /// only of a text that holds a row of numbers.
    pub fn parse(
        path: &str,
        bytes: &[u8],
        columns: &[String],
        period_ticks: u64,
        at_end: AtEnd,
    ) -> Result<Self, DeviceError> {
        let content = |line: u64, message: String| DeviceError::Content {
            path: path.to_owned(),
            line,
            message,
        };
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let header = reader
            .headers()
            .map_err(|error| content(1, error.to_string()))?
            .clone();
        let names: Vec<String> = if columns.is_empty() {
            header.iter().map(str::to_owned).collect()
        } else {
            columns.to_vec()
        };
        let mut places = Vec::new();
        for name in &names {
            let place = header.iter().position(|column| column == name);
            let Some(place) = place else {
                let mut records = reader.records().filter_map(Result::ok);
                let is_table = records.any(|record| record.iter().any(is_number));
                let known: Vec<_> = header.iter().filter(|_| is_table).collect();
                let expected = match known.is_empty() {
                    true => "expected one of its first line".to_owned(),
                    false => format!("expected one of {}", listed(&known)),
                };
                return Err(content(1, format!("no column {name:?}, {expected}")));
            };
            places.push(place);
        }
        let mut rows: Vec<Vec<f64>> = Vec::new();
        for (k, record) in reader.records().enumerate() {
            let line = k as u64 + 2;
            let record = record.map_err(|error| content(line, error.to_string()))?;
            let row: Result<Vec<f64>, DeviceError> = places
                .iter()
                .zip(&names)
                .map(|(place, name)| {
                    cell(&record[*place]).ok_or_else(|| {
                        let found = &record[*place];
                        let is_table = !rows.is_empty() || record.iter().any(is_number);
                        content(
                            line,
                            if is_table {
                                format!("column {name:?}: found {found:?}, expected a number")
                            } else {
                                "expected a row of numbers under a row of names".to_owned()
                            },
                        )
                    })
                })
                .collect();
            rows.push(row?);
        }
        if rows.is_empty() {
            return Err(content(2, "expected at least one row of data".to_owned()));
        }
        Ok(Self {
            names,
            rows,
            period_ticks,
            at_end,
        })
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

fn cell(text: &str) -> Option<f64> {
    if text.is_empty() {
        return Some(f64::NAN);
    }
    text.parse().ok()
}

impl SensorDevice for CsvReplay {
    fn columns(&self) -> Vec<String> {
        self.names.clone()
    }

    fn read(&mut self, tick: Tick, _time_s: f64, values: &mut [f64]) {
        let wanted = tick / self.period_ticks.max(1);
        let rows = self.rows.len() as u64;
        let row = match self.at_end {
            AtEnd::Repeat => Some(wanted % rows),
            AtEnd::Hold => Some(wanted.min(rows - 1)),
            AtEnd::Silent => (wanted < rows).then_some(wanted),
        };
        match row {
            Some(row) => values.copy_from_slice(&self.rows[row as usize]),
            None => values.fill(f64::NAN),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replay(text: &str, columns: &[&str], at_end: AtEnd) -> Result<CsvReplay, DeviceError> {
        let columns: Vec<String> = columns.iter().map(|c| (*c).to_owned()).collect();
        CsvReplay::parse("r.csv", text.as_bytes(), &columns, 2, at_end)
    }

    #[test]
    fn rows_play_at_their_period_and_end_as_told() {
        let text = "t,a,b\n0,1.5,2\n1,,nan\n";
        let mut values = [0.0; 1];
        for (at_end, expected) in [(AtEnd::Hold, true), (AtEnd::Repeat, false)] {
            let mut device = replay(text, &["a"], at_end).unwrap();
            device.read(1, 0.0, &mut values);
            assert_eq!(values[0], 1.5);
            device.read(2, 0.0, &mut values);
            assert!(values[0].is_nan());
            device.read(4, 0.0, &mut values);
            assert_eq!(values[0].is_nan(), expected);
        }
        let mut device = replay(text, &["a"], AtEnd::Silent).unwrap();
        device.read(9, 0.0, &mut values);
        assert!(values[0].is_nan());
    }

    #[test]
    fn errors_name_line_and_column() {
        let error = replay("a,b\n1,2\n1,x\n", &["b"], AtEnd::Hold).unwrap_err();
        assert_eq!(
            error.to_string(),
            "r.csv:3: column \"b\": found \"x\", expected a number"
        );
        let error = replay("a,b\n1,2\n", &["c"], AtEnd::Hold).unwrap_err();
        assert!(error.to_string().contains("expected one of a, b"));
        assert!(replay("a,b\n", &[], AtEnd::Hold).is_err());
        assert!(replay("a,b\n1\n", &[], AtEnd::Hold).is_err());
    }
}
