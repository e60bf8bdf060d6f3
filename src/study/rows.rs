//! Statistics of the rows of a run folder.

use std::io;

use crate::record::SavedRun;
use crate::record::claim::open_plain;
use crate::record::lines::METRICS;
use crate::scenario::statistic::{Column, Taker};

/// The statistics of a run's rows from a time on, in the order of the columns; `None` where a
/// metric has no value. What is no finite number has no cell in a row, and counts as no value.
///
/// # Errors
/// When the rows cannot be read.
pub fn statistics(run: &SavedRun, columns: &[Column], from_s: f64) -> io::Result<Vec<Option<f64>>> {
    let file = open_plain(&run.path, METRICS)?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(io::BufReader::with_capacity(1 << 18, file));
    let head = reader.headers()?.clone();
    let places: Vec<Option<usize>> = columns
        .iter()
        .map(|own| head.iter().position(|name| name == own.metric.as_str()))
        .collect();
    let mut takers: Vec<Taker> = columns
        .iter()
        .map(|own| Taker::new(own.take, from_s))
        .collect();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        // The last row of a run that was cut short may be torn.
        if record.len() != head.len() {
            continue;
        }
        let (tick, t_s) = (record.get(0), record.get(1));
        let (Some(Ok(tick)), Some(Ok(t_s))) = (tick.map(str::parse), t_s.map(str::parse::<f64>))
        else {
            continue;
        };
        if t_s < from_s {
            continue;
        }
        let scope = record.get(2).unwrap_or_default();
        for ((column, place), taker) in columns.iter().zip(&places).zip(&mut takers) {
            if column.scope == scope {
                let cell = place.and_then(|at| record.get(at));
                taker.push(tick, t_s, cell.and_then(|cell| cell.parse().ok()));
            }
        }
    }
    Ok(takers.iter().map(Taker::value).collect())
}
