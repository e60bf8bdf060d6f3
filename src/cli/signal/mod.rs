//! `phantom signal`: a recording in, the metrics of the signal engine out.

mod args;
mod explain;
mod plot;
mod read;
mod run;
mod tell;

pub use args::SignalArgs;

use crate::scenario::Parts;

use super::answers::complain;
use super::command::Command;

impl Command for SignalArgs {
    const NAME: &'static str = "signal";
    const ABOUT: &'static str = "Entropy, coherence, resonance and more of a recording";

    fn run(&self, _parts: &Parts) -> u8 {
        let done = match &self.explain {
            Some(name) => explain::explain(name),
            None => run::run(self),
        };
        done.unwrap_or_else(|error| complain(&error))
    }
}
