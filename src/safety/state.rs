//! What the safety kernel of a World has: rules in force, commands that passed, alerts, a hold.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::{PopulationId, Tick};
use crate::control::{ControlLoop, Output};

use super::alert::{SafetyAlert, Severity};
use super::spec::SafetySpec;

/// The rules in force; live parameters.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SafetyKernel(pub SafetySpec);

/// A command that has passed the gate. Its fields are private: nobody else can make one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SafeCommand {
    control: u32,
    scope: PopulationId,
    output: Output,
    value: f64,
    noise: f64,
    tick: Tick,
}

impl SafeCommand {
    /// A command that the gate of this room lets pass.
    pub(super) fn pass(control: &ControlLoop, value: f64, noise: f64, tick: Tick) -> Self {
        Self {
            control: control.index,
            scope: control.scope,
            output: control.spec.output,
            value,
            noise,
            tick,
        }
    }

    /// Number of the loop that asked for it.
    #[must_use]
    pub fn control(&self) -> u32 {
        self.control
    }

    /// The population whose drive it moves.
    #[must_use]
    pub fn scope(&self) -> PopulationId {
        self.scope
    }

    /// The entry of the drive that it moves.
    #[must_use]
    pub fn output(&self) -> Output {
        self.output
    }

    /// The value of that entry.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Noise σ that comes with it.
    #[must_use]
    pub fn noise(&self) -> f64 {
        self.noise
    }

    /// The tick in which it passed the gate.
    #[must_use]
    pub fn tick(&self) -> Tick {
        self.tick
    }
}

/// The last command of a loop that passed.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LatestSafe(pub Option<SafeCommand>);

/// Alerts raised on this node in this tick.
#[derive(Resource, Clone, Debug, Default)]
pub struct Alerts(pub Vec<SafetyAlert>);

/// Alerts of rules that were violated as the last tick ended. Known to the coordinator.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DueAlerts(pub Vec<SafetyAlert>);

/// Whether this node holds or has dropped its drive. The same on every node.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyHold {
    /// Commands are not taken before this tick.
    pub until: Tick,
    /// The drive stays at zero.
    pub stopped: bool,
}

impl SafetyHold {
    /// What an alert, received in tick `now`, brings about here.
    pub fn react(&mut self, alert: &SafetyAlert, hold_ticks: u64, now: Tick) {
        match alert.severity {
            Severity::Warning => {}
            Severity::Hold => self.until = self.until.max(now + hold_ticks),
            Severity::Stop => self.stopped = true,
        }
    }
}
