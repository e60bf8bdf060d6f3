//! A control loop as it is now, with what the gate made of it.

use bevy::prelude::*;

use crate::control::{ControlCommand, ControlLoop, LoopState};

use super::systems::{GuardState, LatestSafe};

/// A control loop as it is now.
#[derive(Clone, Debug)]
pub struct LoopReading {
    /// The loop, with live parameters.
    pub control: ControlLoop,
    /// What it remembers.
    pub memory: LoopState,
    /// What it asked for last.
    pub command: ControlCommand,
    /// What passed the gate last.
    pub passed: Option<f64>,
    /// Whether it exceeds a limit now.
    pub guard: GuardState,
}

impl LoopReading {
    /// The loops that live in a World, by number.
    pub fn all(world: &mut World) -> Vec<Self> {
        let mut loops = world.query::<(
            &ControlLoop,
            &LoopState,
            &ControlCommand,
            &LatestSafe,
            &GuardState,
        )>();
        let loops = loops.iter(world);
        let read = loops.map(|(control, memory, command, passed, guard)| Self {
            control: control.clone(),
            memory: memory.clone(),
            command: *command,
            passed: passed.0.map(|safe| safe.value()),
            guard: *guard,
        });
        let mut found: Vec<Self> = read.collect();
        found.sort_by_key(|reading| reading.control.index);
        found
    }
}
