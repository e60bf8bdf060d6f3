//! A control loop as it is now, with what the gate made of it.

use bevy::prelude::*;

use crate::control::custom::CustomLaw;
use crate::control::{ControlCommand, ControlLoop, LoopState, LoopTerms};

use super::guard::GuardState;
use super::state::LatestSafe;

/// A control loop as it is now.
#[derive(Clone, Debug)]
pub struct LoopReading {
    /// The loop, with live parameters.
    pub control: ControlLoop,
    /// What it remembers.
    pub memory: LoopState,
    /// The terms of its command, by name, as far as they have values.
    pub terms: Vec<(&'static str, f64)>,
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
            &LoopTerms,
            Option<&CustomLaw>,
        )>();
        let loops = loops.iter(world);
        let read = loops.map(
            |(control, memory, command, passed, guard, terms, law)| Self {
                control: control.clone(),
                memory: memory.clone(),
                terms: {
                    let names = control.spec.terms().enumerate();
                    let own = names.filter_map(|(k, (name, _))| Some((name, terms.get(k)?)));
                    own.chain(law.into_iter().flat_map(CustomLaw::terms))
                        .collect()
                },
                command: *command,
                passed: passed.0.map(|safe| safe.value()),
                guard: *guard,
            },
        );
        let mut found: Vec<Self> = read.collect();
        found.sort_by_key(|reading| reading.control.index);
        found
    }
}
