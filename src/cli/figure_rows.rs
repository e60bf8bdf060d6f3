//! What a figure needs of a run folder's metrics: some columns of a range of time, by scope.

use std::collections::BTreeMap;
use std::io;

use crate::base::Tick;
use crate::record::{MetricRows, SavedRun};

/// Columns of metrics.
#[derive(Debug, Default)]
pub struct Rows {
    /// Scopes in the order of the file.
    pub scopes: Vec<String>,
    /// Time in s and value of each row of a scope and metric; NaN where a cell is empty.
    pub series: BTreeMap<(String, String), Vec<[f64; 2]>>,
    /// Metrics that have a value somewhere in a scope, in the order of the file.
    pub recorded: Vec<(String, String)>,
    /// First and last tick of the rows in range.
    pub ticks: Option<[Tick; 2]>,
    /// First and last time of the rows in range, s.
    pub times: Option<[f64; 2]>,
}

impl Rows {
    /// Reads the rows of a range of time, and of them the named metrics. A run that was cut short
    /// may end within a row, which does not count.
    ///
    /// # Errors
    /// When the rows cannot be read.
    pub fn read(saved: &SavedRun, names: &[String], range: [f64; 2]) -> io::Result<Self> {
        let mut source = MetricRows::open(&saved.path)?;
        let columns = source.columns().to_vec();
        let columns: Vec<(usize, String)> = columns.into_iter().enumerate().collect();
        let chosen: Vec<&(usize, String)> = columns
            .iter()
            .filter(|(_, name)| names.contains(name))
            .collect();

        let mut rows = Self::default();
        // By scope: a series for each chosen column, and which columns have values.
        let mut series: Vec<Vec<Vec<[f64; 2]>>> = Vec::new();
        let mut has: Vec<Vec<bool>> = Vec::new();
        while let Some(block) = source.next_block()? {
            for row in 0..block.len() {
                let (tick, time, scope) = (block.ticks[row], block.times[row], block.scope(row));
                let at = rows.scopes.iter().position(|own| own == scope);
                let at = at.unwrap_or_else(|| {
                    rows.scopes.push(scope.to_owned());
                    series.push(vec![Vec::new(); chosen.len()]);
                    has.push(vec![false; columns.len()]);
                    rows.scopes.len() - 1
                });
                for (own, value) in has[at].iter_mut().zip(block.row(row)) {
                    *own |= value.is_some();
                }
                if time < range[0] || time > range[1] {
                    continue;
                }
                rows.seen(tick, time);
                for (own, (column, _)) in series[at].iter_mut().zip(&chosen) {
                    own.push([time, block.values[*column][row]]);
                }
            }
        }
        for ((scope, own), has) in rows.scopes.iter().zip(series).zip(has) {
            for (points, (_, name)) in own.into_iter().zip(&chosen) {
                rows.series.insert((scope.clone(), name.clone()), points);
            }
            let with = columns.iter().zip(has).filter(|(_, has)| *has);
            let names = with.map(|((_, name), _)| (scope.clone(), name.clone()));
            rows.recorded.extend(names);
        }
        Ok(rows)
    }

    fn seen(&mut self, tick: Tick, time: f64) {
        let [first, last] = self.ticks.unwrap_or([tick; 2]);
        self.ticks = Some([first.min(tick), last.max(tick)]);
        let [from, to] = self.times.unwrap_or([time; 2]);
        self.times = Some([from.min(time), to.max(time)]);
    }

    /// The points of a scope and metric.
    #[must_use]
    pub fn points(&self, scope: &str, metric: &str) -> &[[f64; 2]] {
        let key = (scope.to_owned(), metric.to_owned());
        self.series.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Whether a scope has a value of a metric in range.
    #[must_use]
    pub fn has(&self, scope: &str, metric: &str) -> bool {
        self.points(scope, metric).iter().any(|p| p[1].is_finite())
    }

    /// The time that its rows span, s; a second where there is none or one moment.
    #[must_use]
    pub fn range(&self) -> [f64; 2] {
        match self.times {
            Some([from, to]) if from < to => [from, to],
            Some([from, _]) => [from, from + 1.0],
            None => [0.0, 1.0],
        }
    }
}
