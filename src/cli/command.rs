//! What a command is: one about scenes and files, or one about the program itself.

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

/// A command about the program itself, such as its manual: it gets all commands and options of the
/// program, also those that a crate of one's own has added.
///
/// A [`Program`](super::Program) knows it once its type is named in
/// [`Program::describe`](super::Program::describe).
pub trait Describe: Args {
    /// The word that chooses it on the command line.
    const NAME: &'static str;
    /// What it does, in one line of the help, which ends without a full stop.
    const ABOUT: &'static str;

    /// Does it for this program; gives the process's exit code, one of [`super::exit`].
    fn run(&self, program: clap::Command) -> u8;
}
