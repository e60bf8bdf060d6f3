//! `phantom completions`: what a shell needs to complete commands and options.

use std::io::{self, Write};

use clap::Args;
use clap_complete::Shell;

use super::command::Describe;
use super::exit;

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell.
    pub shell: Shell,
}

impl Describe for CompletionsArgs {
    const NAME: &'static str = "completions";
    const ABOUT: &'static str = "Print a script that completes commands and options in a shell";

    fn run(&self, mut program: clap::Command) -> u8 {
        let name = program.get_name().to_owned();
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut program, name, &mut script);
        // Who has stopped reading wants no more.
        let _ = io::stdout().write_all(&script);
        exit::OK
    }
}
