//! A table of a sweep, for tests.

use crate::base::RunStatus;
use crate::scenario::{Column, Statistic};

use super::table::{CellRow, Table};

/// A table of one axis `a` and the statistic `x:mean`: (point, value, seed, statistic).
pub fn table(cells: &[(usize, &str, u64, Option<f64>)]) -> Table {
    let row = |(point, value, seed, statistic): &(usize, &str, u64, Option<f64>)| CellRow {
        id: format!("{point}-{seed}"),
        point: *point,
        values: vec![(*value).to_owned()],
        seed: *seed,
        digest: String::new(),
        status: RunStatus::Ok,
        ticks: 1,
        objective: None,
        statistics: vec![*statistic],
    };
    Table {
        axes: vec!["a".to_owned()],
        columns: vec![Column {
            metric: "x".into(),
            scope: "cluster".to_owned(),
            take: Statistic::Mean,
        }],
        rows: cells.iter().map(row).collect(),
        gaps: Vec::new(),
    }
}
