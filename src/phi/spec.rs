//! The scene's `phi` part.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;

use super::chance::room_of;
use super::settings::{PhiMeasure, PhiSearch, PhiSource};

/// How Φ of the running network is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PhiSpec {
    /// Names of the sensors whose channels are the units; none means that Φ is not measured.
    pub units: Vec<String>,
    /// The measure.
    pub measure: PhiMeasure,
    /// What it is taken of.
    pub source: PhiSource,
    /// How the minimum partition is searched for.
    pub search: PhiSearch,
    /// Samples in the window.
    pub window: usize,
    /// Ticks between past and present; measures of one instant do not use it.
    pub lag_ticks: u64,
    /// Observable (cos θ, or x) from which a unit is on; for `Iit4`.
    pub threshold: f64,
    /// Runs from each state, for `Perturbed` with noise.
    pub repetitions: u32,
    /// Ticks between measurements.
    pub period_ticks: u64,
    /// Ticks from the measurement to the report.
    pub latency_ticks: u64,
    /// Share of the diagonal that the covariance is shrunk towards, 0 … 1.
    pub shrinkage: f64,
    /// Whether complexes are searched for; the aggregator's mask is made of the major one.
    pub complexes: bool,
    /// Whether the cause–effect structure of the whole is unfolded; for `Iit4`.
    pub structure: bool,
    /// Whether the value without each unit and connection is measured too.
    pub lesions: bool,
    /// Surrogates that a Gaussian value of a window is compared with; 0 for none. A number that is
    /// given also brings an interval from as many resamples. When absent, 19 without an interval
    /// where the budget reaches so far.
    pub surrogates: Option<usize>,
    /// Units of work that a measurement may take, runs of the model among them; one is about a
    /// microsecond of one core.
    pub budget: u64,
    /// Raise Φ by moving weights, if asked for.
    pub maximise: Option<MaximiseSpec>,
}

impl Default for PhiSpec {
    fn default() -> Self {
        Self {
            units: Vec::new(),
            measure: PhiMeasure::default(),
            source: PhiSource::default(),
            search: PhiSearch::default(),
            window: 256,
            lag_ticks: 1,
            threshold: 0.0,
            repetitions: 16,
            period_ticks: 100,
            latency_ticks: 10,
            shrinkage: 0.01,
            complexes: true,
            structure: false,
            lesions: false,
            surrogates: None,
            budget: 1_000_000,
            maximise: None,
        }
    }
}

/// How weights are moved so that Φ of the linearised dynamics rises.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MaximiseSpec {
    /// The tick at which the weights are looked for and set.
    pub at_tick: u64,
    /// The most that the weights of all edges may change together: √Σ(Δw)², in units of weight.
    pub budget: f64,
    /// Values of Φ that the search may take.
    pub evaluations: u64,
}

impl Default for MaximiseSpec {
    fn default() -> Self {
        Self {
            at_tick: 1000,
            budget: 1.0,
            evaluations: 500,
        }
    }
}

/// The most units that Φ is measured of.
pub const MAX_UNITS: usize = 64;
/// The most units of φ_s in a run.
pub const MAX_BINARY_UNITS: usize = 12;
/// The most units whose model is perturbed: the runs are 2ⁿ.
pub const MAX_PERTURBED_UNITS: usize = 10;
/// The most units of a structure in a run.
pub const MAX_STRUCTURE_UNITS: usize = 6;

impl PhiSpec {
    /// Samples that are kept: the window, and what its surrogates begin in.
    #[must_use]
    pub fn samples_kept(&self) -> usize {
        let is_compared = self.measure.gaussian().is_some() && self.surrogates != Some(0);
        match self.source {
            PhiSource::Window if is_compared => self.window + room_of(self.window),
            _ => self.window,
        }
    }

    /// The most units that this measure, source and structure are measured of.
    #[must_use]
    pub fn units_max(&self) -> usize {
        match (self.measure, self.source) {
            (PhiMeasure::Iit4, _) if self.structure => MAX_STRUCTURE_UNITS,
            (PhiMeasure::Iit4, PhiSource::Perturbed) => MAX_PERTURBED_UNITS,
            (PhiMeasure::Iit4, _) => MAX_BINARY_UNITS,
            _ if self.search == PhiSearch::Exhaustive => 20,
            _ => MAX_UNITS,
        }
    }

    /// Collects what is wrong with this part of a scene; `sensors` gives the name and number of
    /// channels of each sensor where it is known.
    pub fn validate(&self, problems: &mut Problems, sensors: &[(String, Option<usize>)]) {
        let mut units = 0;
        for (k, name) in self.units.iter().enumerate() {
            match sensors.iter().find(|(own, _)| own == name) {
                Some(_) if self.units[..k].contains(name) => problems.add(
                    format!("phi.units[{k}]"),
                    format!("{name:?} is named twice, expected each sensor once"),
                ),
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
        let most = self.units_max();
        if units > most {
            problems.add(
                "phi.units",
                format!("these sensors have {units} channels, expected at most {most} units"),
            );
        }
        self.validate_source(problems);
        problems.count("phi.window", self.window as u64, 8, 1 << 20);
        problems.count("phi.lag_ticks", self.lag_ticks, 1, 1 << 20);
        problems.range("phi.threshold", self.threshold, -1e6, 1e6, "");
        problems.count("phi.repetitions", u64::from(self.repetitions), 1, 100_000);
        problems.count("phi.period_ticks", self.period_ticks, 1, 1 << 32);
        problems.count("phi.latency_ticks", self.latency_ticks, 1, 1 << 20);
        problems.range("phi.shrinkage", self.shrinkage, 0.0, 1.0, "");
        let surrogates = self.surrogates.unwrap_or(0);
        problems.count("phi.surrogates", surrogates as u64, 0, 10_000);
        problems.count("phi.budget", self.budget, 1, u64::MAX);
        if let Some(maximise) = &self.maximise {
            problems.range("phi.maximise.budget", maximise.budget, 1e-6, 1e6, "");
            problems.count(
                "phi.maximise.evaluations",
                maximise.evaluations,
                1,
                1_000_000,
            );
        }
    }

    /// How often reports come, where a measurement is still pending when the next is due.
    #[must_use]
    pub fn rare_reports(&self) -> Option<String> {
        let (period, latency) = (self.period_ticks, self.latency_ticks);
        let every = latency.div_ceil(period.max(1)).saturating_mul(period);
        (!self.units.is_empty() && latency > period).then(|| {
            format!(
                "phi.latency_ticks ({latency}) is above phi.period_ticks ({period}): while a \
                 measurement is pending no other begins, so a report comes every {every} ticks"
            )
        })
    }

    fn validate_source(&self, problems: &mut Problems) {
        let binary = self.measure == PhiMeasure::Iit4;
        let fits = match self.source {
            PhiSource::Window => true,
            PhiSource::Linearised => !binary,
            PhiSource::Perturbed => binary,
        };
        if !fits {
            problems.add(
                "phi.source",
                format!(
                    "{:?} does not go with measure {:?}, expected Linearised with a Gaussian \
                     measure, Perturbed with Iit4, or Window",
                    self.source, self.measure
                ),
            );
        }
        if self.structure && !binary {
            let text = "a structure of a Gaussian measure, expected measure: Iit4";
            problems.add("phi.structure", text);
        }
        if self.surrogates.is_some_and(|own| own > 0)
            && (binary || self.source != PhiSource::Window)
        {
            let text = "surrogates of a model, expected a Gaussian measure with source: Window";
            problems.add("phi.surrogates", text);
        }
        if self.maximise.is_some() && self.source != PhiSource::Linearised {
            let text = "weights are moved by the model's Φ, expected source: Linearised";
            problems.add("phi.maximise", text);
        }
        if self.lag_ticks as usize >= self.window && self.source == PhiSource::Window {
            problems.add(
                "phi.lag_ticks",
                format!(
                    "found {}, expected less than the window of {} samples",
                    self.lag_ticks, self.window
                ),
            );
        }
    }
}
