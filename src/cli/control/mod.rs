//! `phantom control`: gains for a plant, the answer of a loop, and reference cases.

mod args;
mod case;
mod plot;
mod step;
mod tell;
mod tune;

pub use args::ControlArgs;

use anyhow::bail;

use crate::scenario::Parts;

use super::answers::complain;
use super::command::Command;
use args::ControlAction;

impl Command for ControlArgs {
    const NAME: &'static str = "control";
    const ABOUT: &'static str = "Gains of a PID law for a plant, and what the loop will do";

    fn run(&self, _parts: &Parts) -> u8 {
        let done = match (&self.action, &self.input) {
            (Some(ControlAction::Tune(own)), _) => tune::run(own),
            (Some(ControlAction::Step(own)), _) => step::run(own),
            (None, Some(input)) => case::run(input, self.json),
            (None, None) => nothing(),
        };
        done.unwrap_or_else(|error| complain(&error))
    }
}

fn nothing() -> anyhow::Result<u8> {
    bail!("found neither a command nor --input, expected tune, step or --input CASE.json")
}
