//! Statistics of the rows of a run folder.

use std::io;

use crate::record::SavedRun;
use crate::record::metric_rows::MetricRows;
use crate::scenario::statistic::{Column, Taker};

/// The statistics of a run's rows from a time on, in the order of the columns; `None` where a
/// metric has no value. What is no finite number has no cell in a row, and counts as no value.
///
/// # Errors
/// When the rows cannot be read.
pub fn statistics(run: &SavedRun, columns: &[Column], from_s: f64) -> io::Result<Vec<Option<f64>>> {
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let mut names: Vec<String> = columns.iter().map(|own| own.metric.to_string()).collect();
    names.sort();
    names.dedup();
    let mut rows = MetricRows::open(&run.path)?.only(&names);
    let found = rows.columns().to_vec();
    let place = |own: &Column| found.iter().position(|name| name == own.metric.as_str());
    let mut takers: Vec<(&Column, Option<usize>, Taker)> = columns
        .iter()
        .map(|own| (own, place(own), Taker::new(own.take, from_s)))
        .collect();
    while let Some(block) = rows.next_block()? {
        for row in 0..block.len() {
            let (tick, t_s, scope) = (block.ticks[row], block.times[row], block.scope(row));
            if t_s < from_s {
                continue;
            }
            for (column, place, taker) in &mut takers {
                if column.scope == scope {
                    let value = place.map(|at| block.values[at][row]);
                    taker.push(tick, t_s, value.filter(|value| value.is_finite()));
                }
            }
        }
    }
    Ok(takers.iter().map(|own| own.2.value()).collect())
}
