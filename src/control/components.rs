//! A loop as a scene's World has it.

use bevy::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::PopulationId;

use super::laws::LawMemory;
use super::original::AdaptiveState;
use super::spec::LoopSpec;

/// A loop with its live parameters; on the home node of its scope.
#[derive(Component, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ControlLoop {
    /// Its number in the scene.
    pub index: u32,
    /// Its scope.
    pub scope: PopulationId,
    /// Its parameters.
    pub spec: LoopSpec,
}

/// Where a loop measures: for its law, and for each of its feeds.
#[derive(Component, Clone, Debug)]
pub struct LoopScopes {
    /// Where its law measures.
    pub law: PopulationId,
    /// Where its feeds do.
    pub feeds: Vec<PopulationId>,
}

/// What a loop remembers.
#[derive(Component, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LoopState {
    /// State of its law.
    pub law: LawMemory,
    /// State of the law that it falls back to.
    pub fallback: LawMemory,
    /// State of the adaptation.
    pub adaptive: AdaptiveState,
    /// Whether a rule of safety has it fall back.
    pub fallen_back: bool,
    /// The limit of its magnitude that rules of safety clamp it to.
    pub clamp: Option<f64>,
    /// What it measured last.
    pub measured: f64,
    /// Commands given so far.
    pub commands: u64,
}

/// What a loop asks for. Nothing acts on it before the safety kernel has looked at it.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ControlCommand {
    /// The wanted output.
    pub value: f64,
    /// The output of its fall-back.
    pub fallback: f64,
    /// Noise σ that the adaptation adds.
    pub noise: f64,
    /// What the loop measured.
    pub measured: f64,
    /// Whether it was given in this tick.
    pub fresh: bool,
}
