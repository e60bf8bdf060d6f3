//! `SafetyAlert`: a rule that was broken, with cause and consequence.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{NodeId, Subject, Tick};

/// What a broken rule brings about.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
pub enum Severity {
    /// It is written down.
    #[default]
    Warning,
    /// Every node holds its drive for `safety.hold_ticks`.
    Hold,
    /// Every node drops its drive and the run ends in `SafeStopped`.
    Stop,
}

/// The rules of the safety kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Rule {
    /// |command| ≤ `safety.max_energy`.
    MaxEnergy,
    /// |qₖ| ≤ `safety.max_amplitude` for each mode of the field.
    FieldAmplitude,
    /// |x| ≤ `safety.max_amplitude` for each harmonic resonator.
    ResonatorAmplitude,
    /// Commands and states are finite numbers.
    NonFinite,
    /// An operator asked to stop.
    Operator,
    /// |Δcommand| ≤ `safety.max_slew_per_s` · Δt.
    MaxSlew,
    /// The mean of |command| ≤ `safety.max_power`.
    MaxPower,
    /// Barriers of the scene.
    Barrier,
    /// A formula of the scene.
    Formula,
    /// States are finite numbers, where a vertex that breaks this is held.
    Quarantine,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MaxEnergy => "max_energy",
            Self::FieldAmplitude => "field max_amplitude",
            Self::ResonatorAmplitude => "resonator max_amplitude",
            Self::NonFinite => "non_finite",
            Self::Operator => "operator",
            Self::MaxSlew => "max_slew_per_s",
            Self::MaxPower => "max_power",
            Self::Barrier => "barrier",
            Self::Formula => "formula",
            Self::Quarantine => "quarantine",
        })
    }
}

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SafetyAlert {
    /// The rule.
    pub rule: Rule,
    /// What it brings about.
    pub severity: Severity,
    /// Who broke it.
    pub subject: Subject,
    /// The value that broke it.
    #[serde(with = "crate::base::input::exact_f64")]
    pub value: f64,
    /// The limit.
    #[serde(with = "crate::base::input::exact_f64")]
    pub limit: f64,
    /// What was done about the value.
    pub action: String,
    /// The tick in which it was seen.
    pub tick: Tick,
    /// The node that saw it; says where, and is no part of the run's state.
    pub node: NodeId,
}
