//! Parameters of the relay experiment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::control::pid::PidSpec;

use super::tuning::{PidKind, TuningRule};

/// Periods that are kept at most.
pub(super) const PERIODS: usize = 8;

/// Parameters of the relay experiment and of the law that follows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RelaySpec {
    /// Amplitude d of the relay, in the unit of the output, ≠ 0; negative for a plant that acts in
    /// reverse.
    pub amplitude: f64,
    /// Hysteresis ε, in the unit of the measure, ≥ 0: more than the noise of the measure, and less
    /// than the plant swings.
    pub hysteresis: f64,
    /// Output about which the relay switches, in the unit of the output: what holds the plant near
    /// its setpoint.
    pub bias: f64,
    /// Periods of the limit cycle that pass before it is measured, 2 … 1000.
    pub settle_periods: u32,
    /// Periods that are measured, 2 … 8. The last of them count; the experiment goes on to three
    /// times as many while the third harmonic still changes.
    pub measure_periods: u32,
    /// Greatest relative difference of a measured period, and of its amplitude, from their mean; as
    /// long as one is greater the experiment goes on. 0 … 1.
    pub spread_max: f64,
    /// Time after which the experiment is given up, s, > 0.
    pub time_limit_s: f64,
    /// Distance of the measure from the setpoint at which the experiment is given up, in the unit
    /// of the measure, > 0; unlimited when absent.
    pub deviation_max: Option<f64>,
    /// The rule that makes gains of what was found.
    pub rule: TuningRule,
    /// Which parts the law gets.
    pub kind: PidKind,
    /// The plant's static gain, measure over output, where it is known; `Simc` makes use of it.
    pub static_gain: Option<f64>,
    /// The law afterwards: its limits, weights and anti-windup. Its gains are those that are used
    /// when the experiment is given up; the found ones replace them otherwise.
    pub pid: PidSpec,
}

impl Default for RelaySpec {
    fn default() -> Self {
        Self {
            amplitude: 1.0,
            hysteresis: 0.0,
            bias: 0.0,
            settle_periods: 3,
            measure_periods: 4,
            spread_max: 0.01,
            time_limit_s: 600.0,
            deviation_max: None,
            rule: TuningRule::TyreusLuyben,
            kind: PidKind::Pi,
            static_gain: None,
            pid: PidSpec::default(),
        }
    }
}

impl RelaySpec {
    /// Collects what is wrong with these parameters at `path`.
    pub fn validate(&self, problems: &mut Problems, path: &str) {
        let at = |field: &str| format!("{path}.{field}");
        let d = self.amplitude;
        let holds = d.is_finite() && d != 0.0;
        problems.require(holds, &at("amplitude"), d, "a finite number other than 0");
        let infinite = f64::INFINITY;
        problems.range(&at("hysteresis"), self.hysteresis, 0.0, infinite, "");
        problems.range(&at("bias"), self.bias, -infinite, infinite, "");
        let settle = u64::from(self.settle_periods);
        problems.count(&at("settle_periods"), settle, 2, 1000);
        let measure = u64::from(self.measure_periods);
        problems.count(&at("measure_periods"), measure, 2, PERIODS as u64);
        problems.range(&at("spread_max"), self.spread_max, 0.0, 1.0, "");
        problems.positive(&at("time_limit_s"), self.time_limit_s, " s");
        problems.positive(&at("deviation_max"), self.deviation_max.unwrap_or(1.0), "");
        problems.require(
            self.rule.has(self.kind),
            &at("kind"),
            self.kind,
            "Pi or Pid with TyreusLuyben, which has no rule for P",
        );
        let gain = self.static_gain.unwrap_or(1.0);
        let holds = gain.is_finite() && gain != 0.0;
        problems.require(
            holds,
            &at("static_gain"),
            gain,
            "a finite number other than 0",
        );
        self.pid.validate(problems, &at("pid"));
        let low = self.pid.output_min.unwrap_or(f64::NEG_INFINITY);
        let high = self.pid.output_max.unwrap_or(f64::INFINITY);
        for (field, value) in [
            ("output_min", self.bias - d.abs()),
            ("output_max", self.bias + d.abs()),
        ] {
            let expected = format!("limits that the relay keeps: {low} … {high}");
            let holds = value.is_nan() || (low <= value && value <= high);
            problems.require(holds, &at(&format!("pid.{field}")), value, &expected);
        }
    }
}
