//! `phantom man`: manual pages, one for the program and one for each command.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use clap_mangen::Man;

use crate::base::problem::did_you_mean;

use super::command::Describe;
use super::exit;
use super::say::aside;

/// Arguments of `man`.
#[derive(Args, Debug)]
pub struct ManArgs {
    /// The command whose page is printed; the page of the program when absent. Two words for a
    /// command of a command: bench dynamics.
    #[arg(value_name = "COMMAND", conflicts_with = "out")]
    pub command: Vec<String>,
    /// Write the pages of all commands into this directory, which is made if it is not there.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

impl Describe for ManArgs {
    const NAME: &'static str = "man";
    const ABOUT: &'static str = "Print or write manual pages";

    fn run(&self, program: clap::Command) -> u8 {
        // The names of commands as pages bear them, such as phantom-bench-dynamics.
        let mut program = program.disable_help_subcommand(true);
        program.build();
        match &self.out {
            Some(directory) => {
                let written = fs::create_dir_all(directory)
                    .and_then(|()| write_all(&program, &program, directory));
                if let Err(error) = written {
                    let shown = directory.display();
                    aside!("cannot write manual pages into {shown}: {error}");
                    return exit::IO;
                }
                exit::OK
            }
            None => print_one(&program, &self.command),
        }
    }
}

/// Prints the page of a command, or of the program when no command is named.
fn print_one(program: &clap::Command, words: &[String]) -> u8 {
    let mut command = program;
    for word in words {
        let Some(own) = command.find_subcommand(word) else {
            let known: Vec<&str> = (command.get_subcommands())
                .map(clap::Command::get_name)
                .collect();
            aside!(
                "no command {word:?} of {}, expected one of {}{}",
                command.get_display_name().unwrap_or(command.get_name()),
                known.join(", "),
                did_you_mean(word, &known)
            );
            return exit::USAGE;
        };
        command = own;
    }
    let mut page = Vec::new();
    match page_of(command, program).render(&mut page) {
        // Who has stopped reading, as a pager does, wants no more.
        Ok(()) => {
            let _ = io::stdout().write_all(&page);
            exit::OK
        }
        Err(error) => {
            aside!("cannot form the page: {error}");
            exit::INTERNAL
        }
    }
}

/// The page of a command, which says what program it belongs to.
fn page_of(command: &clap::Command, program: &clap::Command) -> Man {
    let version = program.get_version().unwrap_or_default();
    Man::new(command.clone()).source(format!("{} {version}", program.get_name()))
}

/// Writes the page of a command and those of its commands.
fn write_all(command: &clap::Command, program: &clap::Command, directory: &Path) -> io::Result<()> {
    page_of(command, program).generate_to(directory)?;
    command
        .get_subcommands()
        .try_for_each(|own| write_all(own, program, directory))
}
