//! The scene's `safety` part.

use bevy::prelude::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::Problems;
use crate::registry::metric::Metric;

use super::alert::Severity;
use super::barrier::BARRIERS;
use super::barrier_spec::BarrierSpec;
use super::gate::OnExcess;
use super::rule::{RuleFacts, RuleSpec, WatchdogSpec};

/// Limits, rules, and what breaking them brings about.
#[derive(Resource, Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SafetySpec {
    /// Greatest magnitude of a command.
    pub max_energy: f64,
    /// Greatest change of a command per second; beyond it the command follows as fast as it may.
    /// Unlimited when absent.
    pub max_slew_per_s: Option<f64>,
    /// Greatest mean magnitude of the commands of a loop over `power_window_s`: energy per time.
    /// Unlimited when absent.
    pub max_power: Option<f64>,
    /// Time over which energy may be saved up, s.
    pub power_window_s: f64,
    /// Greatest modal amplitude of the field and displacement of a resonator.
    pub max_amplitude: f64,
    /// What becomes of a command or amplitude beyond its limit.
    pub on_excess: OnExcess,
    /// Ticks for which a hold lasts.
    pub hold_ticks: u64,
    /// Severity of a command beyond `max_energy`.
    pub energy_severity: Severity,
    /// Severity of an amplitude beyond `max_amplitude`.
    pub amplitude_severity: Severity,
    /// Severity of a command that is not finite.
    pub non_finite_severity: Severity,
    /// What becomes of a resonator whose state is not finite.
    pub on_non_finite: OnNonFinite,
    /// What must hold, judged after every tick.
    pub rules: Vec<RuleSpec>,
    /// Bounds that commands keep measures within.
    pub barriers: Vec<BarrierSpec>,
    /// Sensors and measurements that come too late.
    pub watchdog: Option<WatchdogSpec>,
}

/// What becomes of a resonator whose state is not finite, at the border of the tick in which it
/// became so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OnNonFinite {
    /// The run ends in `SafeStopped`.
    #[default]
    Stop,
    /// It stays where it was as the tick began, for good, and is told; its neighbours hear that
    /// state from it and never another.
    Quarantine,
}

impl Default for SafetySpec {
    fn default() -> Self {
        Self {
            max_energy: 10.0,
            max_slew_per_s: None,
            max_power: None,
            power_window_s: 1.0,
            max_amplitude: 1000.0,
            on_excess: OnExcess::Reject,
            hold_ticks: 50,
            energy_severity: Severity::Warning,
            amplitude_severity: Severity::Stop,
            non_finite_severity: Severity::Hold,
            on_non_finite: OnNonFinite::Stop,
            rules: Vec::new(),
            barriers: Vec::new(),
            watchdog: None,
        }
    }
}

impl SafetySpec {
    /// All rules: those of the scene, and those of its watchdog.
    pub fn all_rules(&self) -> impl Iterator<Item = RuleSpec> {
        let own = self.rules.iter().cloned();
        own.chain(self.watchdog.iter().flat_map(WatchdogSpec::rules))
    }

    /// The metrics of the robustness of its rules.
    #[must_use]
    pub fn rule_metrics(&self) -> Vec<Metric> {
        self.all_rules().map(|rule| rule.row()).collect()
    }

    /// Whether it has a rule.
    ///
    /// # Errors
    /// With the rules that it has.
    pub fn know(&self, rule: &str) -> Result<(), String> {
        let names: Vec<String> = self.all_rules().map(|own| own.name).collect();
        match names.iter().any(|own| own == rule) {
            true => Ok(()),
            false if names.is_empty() => Err(format!("{rule:?}, but the scene has no rule")),
            false => Err(format!("{rule:?}, expected one of {}", names.join(", "))),
        }
    }

    /// Collects what is wrong with this part of a scene.
    pub fn validate(&self, problems: &mut Problems, about: &RuleFacts) {
        problems.positive("safety.max_energy", self.max_energy, "");
        problems.positive("safety.max_amplitude", self.max_amplitude, "");
        problems.count("safety.hold_ticks", self.hold_ticks, 1, 1 << 32);
        problems.positive("safety.power_window_s", self.power_window_s, " s");
        for (path, value) in [
            ("safety.max_slew_per_s", self.max_slew_per_s),
            ("safety.max_power", self.max_power),
        ] {
            if let Some(value) = value {
                problems.positive(path, value, "");
            }
        }
        for (k, rule) in self.rules.iter().enumerate() {
            rule.validate(problems, &format!("safety.rules[{k}]"), about);
        }
        for own in &about.control.loops {
            let kept = self.barriers.iter().filter(|other| other.keeps == own.name);
            let kept = kept.count() as u64;
            problems.count("safety.barriers", kept, 0, BARRIERS as u64);
        }
        for rule in self.watchdog.iter().flat_map(WatchdogSpec::rules) {
            rule.validate(problems, "safety.watchdog", about);
        }
        for (k, barrier) in self.barriers.iter().enumerate() {
            barrier.validate(problems, &format!("safety.barriers[{k}]"), about);
        }
        self.refuse_contradictions(problems, about);
    }
}
