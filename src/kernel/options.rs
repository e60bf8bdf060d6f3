//! How a scene is run: what the scene does not say.

use bevy::prelude::App;

use crate::base::isa::Isa;
use crate::base::{Cancel, InputLog};

/// How to run a scene.
#[derive(Clone, Debug)]
pub struct SimOptions {
    /// Worker threads, ≥ 1.
    pub threads: usize,
    /// Instruction set of the plant's kernels. Digests are those of one set.
    pub isa: Isa,
    /// Systems of a user, installed in every node World.
    pub node_plugins: Vec<fn(&mut App)>,
    /// Inputs of an earlier run. With them, devices outside are not read.
    pub replay: Option<InputLog>,
    /// Ends a step early, wherever it is: [`Simulation::step`](super::Simulation::step) gives
    /// [`SimError::Cancelled`](super::SimError::Cancelled).
    pub cancel: Cancel,
}

impl Default for SimOptions {
    fn default() -> Self {
        Self {
            threads: 1,
            isa: Isa::best(),
            node_plugins: Vec::new(),
            replay: None,
            cancel: Cancel::default(),
        }
    }
}
