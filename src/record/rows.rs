//! Rows of metrics.csv: the readings of one scope after one tick.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::base::Tick;
use crate::registry::metric::Metric;
use crate::registry::{MetricId, Metrics};
use crate::scenario::Scene;

use super::row_block::RowBlock;

/// The columns before those of metrics.
const FIRST_COLUMNS: &str = "tick,t_s,scope";

/// The metrics that are written, in the order of the table.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    metrics: Metrics,
    places: Vec<usize>,
}

impl Columns {
    /// All of a table.
    #[must_use]
    pub fn all(metrics: &Metrics) -> Self {
        Self {
            places: (0..metrics.list().len()).collect(),
            metrics: metrics.clone(),
        }
    }

    /// What a scene wants written: all, or what `record.metrics` and the plots of its view name.
    #[must_use]
    pub fn of(scene: &Scene, metrics: &Metrics) -> Self {
        if scene.record.metrics.is_empty() {
            return Self::all(metrics);
        }
        let named = scene.record.metrics.iter().chain(scene.view.metrics());
        let places: BTreeSet<usize> = named.filter_map(|id| metrics.position(id)).collect();
        Self {
            metrics: metrics.clone(),
            places: places.into_iter().collect(),
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The metrics.
    pub fn metrics(&self) -> impl Iterator<Item = &Metric> {
        self.places
            .iter()
            .filter_map(|at| self.metrics.list().get(*at))
    }

    /// Their values in a row.
    pub fn values<'a>(&'a self, row: &'a MetricRow) -> impl Iterator<Item = Option<f64>> + 'a {
        self.places.iter().map(|at| row.at(*at))
    }

    /// The head of metrics.csv. Units stand in the names.
    #[must_use]
    pub fn head(&self) -> String {
        let mut head = FIRST_COLUMNS.to_owned();
        for metric in self.metrics() {
            head.push(',');
            quote(&mut head, metric.id.as_str());
        }
        head + ",flags"
    }

    /// The line of a row.
    #[must_use]
    pub fn line(&self, row: &MetricRow) -> String {
        let mut line = String::with_capacity(24 * (self.len() + 4));
        let (when, words) = (
            (row.tick, row.t_s),
            (row.scope.as_str(), row.flags.as_str()),
        );
        write_line(&mut line, when, words, self.values(row));
        line
    }
}

/// The readings of one scope after one tick.
#[derive(Clone, Debug, Default)]
pub struct MetricRow {
    /// Ticks completed.
    pub tick: Tick,
    /// Plant time, s.
    pub t_s: f64,
    /// "cluster" or a population.
    pub scope: String,
    /// Whether the signal engine has a value here.
    pub measured: bool,
    /// Flags of the signal engine, joined by blanks.
    pub flags: String,
    /// Values in the order of the table, where there is one. What is lost is no finite number.
    pub values: Vec<Option<f64>>,
    /// The table of metrics.
    pub metrics: Metrics,
}

impl MetricRow {
    /// The value of a metric; `None` where there is no such metric or no value.
    #[must_use]
    pub fn value(&self, metric: &str) -> Option<f64> {
        self.get(&MetricId::from(metric.to_owned()))
    }

    /// The value of a metric, as [`MetricRow::value`].
    #[must_use]
    pub fn get(&self, id: &MetricId) -> Option<f64> {
        self.at(self.metrics.position(id)?)
    }

    /// The value of the metric at a place of the table.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<f64> {
        self.values.get(place).copied().flatten()
    }

    /// The line of metrics.csv with all metrics of the table.
    #[must_use]
    pub fn line(&self) -> String {
        Columns::all(&self.metrics).line(self)
    }
}

/// The line of a row of a block.
pub(super) fn block_line(block: &RowBlock, row: usize) -> String {
    let mut line = String::new();
    write_block_line(&mut line, block, row);
    line
}

/// Adds the line of a row of a block.
pub(super) fn write_block_line(line: &mut String, block: &RowBlock, row: usize) {
    let when = (block.ticks[row], block.times[row]);
    write_line(
        line,
        when,
        (block.scope(row), block.flags(row)),
        block.row(row),
    );
}

/// Adds a line of metrics.csv; a cell is empty where there is no finite value, since what is lost
/// is told by an alert and not by a NaN in a file.
fn write_line(
    line: &mut String,
    (tick, t_s): (Tick, f64),
    (scope, flags): (&str, &str),
    values: impl Iterator<Item = Option<f64>>,
) {
    // Writing into a string cannot fail.
    let _ = write!(line, "{tick},{t_s},");
    quote(line, scope);
    for value in values {
        line.push(',');
        if let Some(value) = value.filter(|value| value.is_finite()) {
            let _ = write!(line, "{value}");
        }
    }
    line.push(',');
    quote(line, flags);
}

/// Adds a cell of CSV (RFC 4180): in double quotes where a comma, a quote or a line end would break
/// it.
fn quote(line: &mut String, cell: &str) {
    if cell.contains([',', '"', '\n', '\r']) {
        line.push('"');
        line.push_str(&cell.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::metric::{Family, Metric, Need};

    #[test]
    fn names_with_commas_and_quotes_come_back_from_a_reader() {
        let metric = |name| {
            let id = MetricId::new(name);
            Metric::new(id, name, Need::States, Family::Motion, name)
        };
        let metrics = Metrics::new(vec![metric("a"), metric("b"), metric("c")]);
        let row = MetricRow {
            tick: 3,
            t_s: 0.03,
            scope: "a,\"b\" c".to_owned(),
            flags: "flat".to_owned(),
            values: vec![Some(0.1), Some(f64::NAN), Some(3.0)],
            metrics: metrics.clone(),
            ..MetricRow::default()
        };
        let text = format!("{}\n{}\n", Columns::all(&metrics).head(), row.line());
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let record = reader.records().next().unwrap().unwrap();
        let cells: Vec<&str> = record.iter().collect();
        assert_eq!(cells, ["3", "0.03", "a,\"b\" c", "0.1", "", "3", "flat"]);
        assert_eq!((row.value("a"), row.value("c")), (Some(0.1), Some(3.0)));
        assert_eq!(row.value("d"), None);
    }
}
