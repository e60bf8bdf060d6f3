//! What a figure needs of a run folder's metrics.csv: some columns of a range of time, by scope.

use std::collections::BTreeMap;
use std::io;

use crate::base::Tick;
use crate::record::SavedRun;
use crate::record::claim::open_plain;
use crate::record::lines::METRICS;

/// Columns of metrics.csv.
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

/// Columns before those of metrics: tick, time, scope.
const BEFORE: usize = 3;

impl Rows {
    /// Reads the rows of a range of time, and of them the named metrics. A run that was cut short
    /// may end within a row, which does not count.
    ///
    /// # Errors
    /// When the file cannot be read or is no table.
    pub fn read(saved: &SavedRun, names: &[String], range: [f64; 2]) -> io::Result<Self> {
        let file = open_plain(&saved.path, METRICS)?;
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(io::BufReader::with_capacity(1 << 18, file));
        let head: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
        let metrics = head.iter().enumerate().skip(BEFORE);
        // The last column holds flags.
        let metrics = metrics.take(head.len().saturating_sub(BEFORE + 1));
        let columns: Vec<(usize, String)> = metrics.map(|(k, name)| (k, name.clone())).collect();
        let chosen: Vec<&(usize, String)> = columns
            .iter()
            .filter(|(_, name)| names.contains(name))
            .collect();

        let mut rows = Self::default();
        // By scope: a series for each chosen column, and which columns have values.
        let mut series: Vec<Vec<Vec<[f64; 2]>>> = Vec::new();
        let mut has: Vec<Vec<bool>> = Vec::new();
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record)? {
            if record.len() != head.len() {
                continue;
            }
            let number = |at: usize| record.get(at).and_then(|cell| cell.parse::<f64>().ok());
            let tick = record.get(0).and_then(|cell| cell.parse().ok());
            let (Some(tick), Some(time)) = (tick, number(1)) else {
                continue;
            };
            let scope = record.get(2).unwrap_or_default();
            let at = rows.scopes.iter().position(|own| own == scope);
            let at = at.unwrap_or_else(|| {
                rows.scopes.push(scope.to_owned());
                series.push(vec![Vec::new(); chosen.len()]);
                has.push(vec![false; columns.len()]);
                rows.scopes.len() - 1
            });
            for (k, (column, _)) in columns.iter().enumerate() {
                has[at][k] |= record.get(*column).is_some_and(|cell| !cell.is_empty());
            }
            if time < range[0] || time > range[1] {
                continue;
            }
            rows.seen(tick, time);
            for (own, (column, _)) in series[at].iter_mut().zip(&chosen) {
                own.push([time, number(*column).unwrap_or(f64::NAN)]);
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
