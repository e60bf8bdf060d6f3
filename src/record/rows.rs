//! Rows of metrics.csv.

use crate::base::Tick;
use crate::resonator::observe::PlantReading;

/// The columns of metrics.csv. Units stand in the names; an empty cell means no value.
pub const METRIC_COLUMNS: [&str; 24] = [
    "tick",
    "t_s",
    "scope",
    "entropy_nats",
    "entropy_normalized",
    "coherence",
    "coherence_debiased",
    "resonance",
    "peak_hz",
    "phi_nats",
    "command",
    "load_max",
    "alerts",
    "flags",
    "order",
    "own_energy",
    "field_energy",
    "field_rms",
    "energy",
    "coupling_energy",
    "local_order",
    "frequency",
    "frequency_sd",
    "mean",
];

/// The metrics of one scope after one tick.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetricRow {
    /// Ticks completed.
    pub tick: Tick,
    /// Plant time, s.
    pub t_s: f64,
    /// "cluster" or a population.
    pub scope: String,
    /// Entropy, entropy over its greatest value, coherence, debiased coherence, resonance, peak
    /// frequency; `None` during warm-up.
    pub signals: Option<[f64; 6]>,
    /// Φ of the declared units, in the cluster's row.
    pub phi_nats: Option<f64>,
    /// The command of the first loop of this scope.
    pub command: Option<f64>,
    /// The greatest load of a node, in the cluster's row.
    pub load_max: Option<f64>,
    /// Alerts so far, in the cluster's row.
    pub alerts: Option<u64>,
    /// Flags of the signal engine, joined by blanks.
    pub flags: String,
    /// What is observed of the resonators, where `record.plant` asks.
    pub plant: Option<PlantReading>,
    /// Energy and root mean square of a field on a grid, in the cluster's row.
    pub field: Option<[f64; 2]>,
}

impl MetricRow {
    /// The cells in the order of [`METRIC_COLUMNS`]; empty where there is no finite value.
    #[must_use]
    pub fn cells(&self) -> Vec<String> {
        // What is lost is told by an alert, not by a NaN in a file.
        let number = |value: Option<f64>| {
            let finite = value.filter(|v| v.is_finite());
            finite.map_or(String::new(), |v| v.to_string())
        };
        let signal = |k: usize| number(self.signals.map(|signals| signals[k]));
        let columns = METRIC_COLUMNS.iter();
        let cells = columns.map(|column| match *column {
            "tick" => self.tick.to_string(),
            "t_s" => self.t_s.to_string(),
            "scope" => self.scope.clone(),
            "coherence_debiased" => signal(3),
            "peak_hz" => signal(5),
            "command" => number(self.command),
            "flags" => self.flags.clone(),
            column => number(self.value(column)),
        });
        cells.collect()
    }

    /// The value of a column that assertions may name.
    #[must_use]
    pub fn value(&self, column: &str) -> Option<f64> {
        let signal = |k: usize| self.signals.map(|signals| signals[k]);
        match column {
            "entropy_nats" => signal(0),
            "entropy_normalized" => signal(1),
            "coherence" => signal(2),
            "resonance" => signal(4),
            "phi_nats" => self.phi_nats,
            "load_max" => self.load_max,
            "order" => self.plant.map(|plant| plant.order),
            "own_energy" => self.plant.and_then(|plant| plant.own_energy),
            "mean" => self.plant.map(|plant| plant.mean),
            "energy" => self.plant.and_then(|plant| plant.energy()),
            "coupling_energy" => self.plant.and_then(|plant| plant.coupling_energy),
            "local_order" => self.plant.and_then(|plant| plant.local_order),
            "frequency" => self.plant.and_then(|plant| plant.frequency),
            "frequency_sd" => self.plant.and_then(|plant| plant.frequency_sd),
            "field_energy" => self.field.map(|field| field[0]),
            "field_rms" => self.field.map(|field| field[1]),
            "alerts" => self.alerts.map(|n| n as f64),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::assertion::ASSERTABLE;

    #[test]
    fn every_column_has_its_value() {
        let row = MetricRow {
            scope: "cluster".to_owned(),
            signals: Some([1.0; 6]),
            phi_nats: Some(1.0),
            command: Some(1.0),
            load_max: Some(1.0),
            alerts: Some(1),
            flags: "flat".to_owned(),
            plant: Some(PlantReading {
                own_energy: Some(1.0),
                coupling_energy: Some(1.0),
                local_order: Some(1.0),
                frequency: Some(1.0),
                frequency_sd: Some(1.0),
                ..PlantReading::default()
            }),
            field: Some([1.0; 2]),
            ..MetricRow::default()
        };
        for (column, cell) in METRIC_COLUMNS.iter().zip(row.cells()) {
            assert!(!cell.is_empty(), "{column}");
        }
        for column in ASSERTABLE {
            assert!(row.value(column).is_some(), "{column}");
            assert!(METRIC_COLUMNS.contains(&column), "{column}");
        }
    }
}
