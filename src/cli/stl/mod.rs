//! `phantom stl`: a formula and a trace in, whether it holds and by how much out.

mod args;
mod explain;
mod plot;
mod run;
mod tell;
mod trace;

pub use args::StlArgs;

use crate::scenario::Parts;

use super::answers::complain;
use super::command::Command;

impl Command for StlArgs {
    const NAME: &'static str = "stl";
    const ABOUT: &'static str = "Whether a trace satisfies a formula of signal temporal logic";

    fn run(&self, _parts: &Parts) -> u8 {
        let done = match &self.explain {
            Some(name) => explain::explain(name),
            None => run::run(self),
        };
        done.unwrap_or_else(|error| complain(&error))
    }
}
