//! The scene's `phi` part.

use serde::{Deserialize, Serialize};

use crate::base::Problems;

/// How Φ of the running network is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PhiSpec {
    /// Names of the sensors whose channels are the units; none means that Φ is not measured.
    pub units: Vec<String>,
    /// Samples in the window.
    pub window: usize,
    /// Ticks between measurements.
    pub period_ticks: u64,
    /// Ticks from the measurement to the report.
    pub latency_ticks: u64,
    /// Share of the diagonal that the covariance is shrunk towards, 0 … 1.
    pub shrinkage: f64,
    /// Cuts that a measurement may evaluate.
    pub budget: u64,
}

impl Default for PhiSpec {
    fn default() -> Self {
        Self {
            units: Vec::new(),
            window: 256,
            period_ticks: 100,
            latency_ticks: 10,
            shrinkage: 0.01,
            budget: 1_000_000,
        }
    }
}

/// The most units that Φ is measured of.
pub const MAX_UNITS: usize = 64;

impl PhiSpec {
    /// Collects what is wrong with this part of a scene; `sensors` gives the name and number of
    /// channels of each sensor where it is known.
    pub fn validate(&self, problems: &mut Problems, sensors: &[(String, Option<usize>)]) {
        let mut units = 0;
        for (k, name) in self.units.iter().enumerate() {
            match sensors.iter().find(|(own, _)| own == name) {
                Some((_, channels)) => units += channels.unwrap_or(0),
                None => {
                    let known: Vec<_> = sensors.iter().map(|(name, _)| name.as_str()).collect();
                    problems.add(
                        format!("phi.units[{k}]"),
                        format!(
                            "no sensor is named {name:?}, expected one of: {}",
                            known.join(", ")
                        ),
                    );
                }
            }
        }
        if units > MAX_UNITS {
            problems.add(
                "phi.units",
                format!("these sensors have {units} channels, expected at most {MAX_UNITS} units"),
            );
        }
        problems.count("phi.window", self.window as u64, 8, 1 << 20);
        problems.count("phi.period_ticks", self.period_ticks, 1, 1 << 32);
        problems.count("phi.latency_ticks", self.latency_ticks, 1, 1 << 20);
        problems.range("phi.shrinkage", self.shrinkage, 0.0, 1.0, "");
        problems.count("phi.budget", self.budget, 1, u64::MAX);
    }
}
