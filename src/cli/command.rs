//! What a command is.

use clap::Args;

use crate::scenario::Parts;

/// A command of the program: its arguments (a struct that derives [`clap::Args`]) and what it does.
///
/// A [`Program`](super::Program) knows a command once its type is named in
/// [`Program::command`](super::Program::command).
pub trait Command: Args {
    /// The word that chooses it on the command line.
    const NAME: &'static str;
    /// What it does, in one line of the help, which ends without a full stop.
    const ABOUT: &'static str;

    /// Does it, with what scenes may name; gives the process's exit code, one of [`super::exit`].
    fn run(&self, parts: &Parts) -> u8;
}
