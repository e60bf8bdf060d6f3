//! The program: its commands, the arguments of a process, and what of both is to be done.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, Error, FromArgMatches};

use crate::base::problem::did_you_mean;
use crate::registry::part::is_plain_name;
use crate::scenario::load::bare_name;
use crate::scenario::{Parts, shipped};

use super::app;
use super::app_args::AppArgs;
use super::bench_args::BenchArgs;
use super::check::CheckArgs;
use super::command::{Command, Describe};
use super::completions::CompletionsArgs;
use super::control::ControlArgs;
use super::diff::DiffArgs;
use super::exit;
use super::figure::FigureArgs;
use super::fit::FitArgs;
use super::graph::GraphCommand;
use super::info::InfoArgs;
use super::integrate::IntegrateArgs;
use super::list::ListArgs;
use super::lyapunov::LyapunovArgs;
use super::man::ManArgs;
use super::open::OpenArgs;
use super::phi::PhiArgs;
use super::replay::ReplayArgs;
use super::report::ReportArgs;
use super::run::RunArgs;
use super::say::aside;
use super::schema::SchemaArgs;
use super::signal::SignalArgs;
use super::stl::StlArgs;
use super::stop::heed_signals;
use super::sweep::SweepArgs;
use super::verify::VerifyArgs;

/// The whole `phantom` command, with the arguments of this process. A program with models of its
/// own registers them and calls this; one with commands of its own makes a [`Program`]:
///
/// ```no_run
/// use std::path::PathBuf;
/// use std::process::ExitCode;
///
/// use phantomos::cli::{Command, Program};
/// use phantomos::scenario::Parts;
///
/// /// Arguments of `count`.
/// #[derive(clap::Args)]
/// struct CountArgs {
///     /// The scene.
///     scene: PathBuf,
/// }
///
/// impl Command for CountArgs {
///     const NAME: &'static str = "count";
///     const ABOUT: &'static str = "Count the vertices of a scene";
///
///     fn run(&self, parts: &Parts) -> u8 {
///         match parts.load(&self.scene, &[]) {
///             Ok(loaded) => {
///                 println!("{}", loaded.scene.vertices());
///                 phantomos::cli::exit::OK
///             }
///             Err(error) => {
///                 eprintln!("{error}");
///                 phantomos::cli::exit::INVALID
///             }
///         }
///     }
/// }
///
/// fn main() -> ExitCode {
///     Program::default().command::<CountArgs>().main()
/// }
/// ```
#[must_use]
pub fn main() -> ExitCode {
    Program::default().main()
}

/// A program that opens scenes in a window unless a command is named. [`Program::default`] has the
/// commands of `phantom`.
pub struct Program {
    parts: Parts,
    entries: Vec<Entry>,
    /// The name of a command that was refused, and whether that is since another one has it.
    refused: Option<(&'static str, bool)>,
}

/// A command, its type forgotten.
struct Entry {
    name: &'static str,
    about: &'static str,
    /// Adds its arguments.
    augment: fn(clap::Command) -> clap::Command,
    /// Reads its arguments and does it.
    act: fn(&ArgMatches, &Program) -> Result<u8, Error>,
}

impl Default for Program {
    fn default() -> Self {
        let empty = Self {
            parts: Parts::default(),
            entries: Vec::new(),
            refused: None,
        };
        empty
            .command::<RunArgs>()
            .command::<SweepArgs>()
            .command::<FitArgs>()
            .command::<VerifyArgs>()
            .command::<ReplayArgs>()
            .command::<DiffArgs>()
            .command::<OpenArgs>()
            .command::<FigureArgs>()
            .command::<ReportArgs>()
            .command::<PhiArgs>()
            .command::<SignalArgs>()
            .command::<ControlArgs>()
            .command::<StlArgs>()
            .command::<IntegrateArgs>()
            .command::<LyapunovArgs>()
            .command::<InfoArgs>()
            .command::<GraphCommand>()
            .command::<BenchArgs>()
            .command::<CheckArgs>()
            .command::<ListArgs>()
            .command::<SchemaArgs>()
            .describe::<ManArgs>()
            .describe::<CompletionsArgs>()
    }
}

impl Program {
    /// The same program, whose scenes may name these parts.
    #[must_use]
    pub fn parts(mut self, parts: Parts) -> Self {
        self.parts = parts;
        self
    }

    /// The same program with one command more. Two commands of one name are an error, which the
    /// user is told in the place of any command.
    #[must_use]
    pub fn command<C: Command>(self) -> Self {
        self.add(Entry {
            name: C::NAME,
            about: C::ABOUT,
            augment: C::augment_args,
            act: |matches, program| Ok(C::from_arg_matches(matches)?.run(&program.parts)),
        })
    }

    /// The same program with one command more, which is about the program itself; see
    /// [`Program::command`].
    #[must_use]
    pub fn describe<D: Describe>(self) -> Self {
        self.add(Entry {
            name: D::NAME,
            about: D::ABOUT,
            augment: D::augment_args,
            act: |matches, program| Ok(D::from_arg_matches(matches)?.run(program.known()?)),
        })
    }

    fn add(mut self, entry: Entry) -> Self {
        let name = entry.name;
        let taken = name == "help" || self.entries.iter().any(|known| known.name == name);
        if taken || !is_plain_name(name) || name.starts_with('-') {
            self.refused = self.refused.or(Some((name, taken)));
        } else {
            self.entries.push(entry);
        }
        self
    }

    /// Does what the arguments of this process ask for. An interrupt ends the process once its
    /// files are complete.
    #[must_use]
    pub fn main(self) -> ExitCode {
        match self.perform(std::env::args_os(), heed_signals) {
            Ok(code) => ExitCode::from(code),
            // On standard error with `exit::USAGE`; help that was asked for is no failure.
            Err(error) => error.exit(),
        }
    }

    /// Does what these arguments ask for, the first of which is the program's name; gives the exit
    /// code. Interrupts are left to the caller.
    ///
    /// # Errors
    /// When the arguments are wrong, ask for help, or two commands have one name.
    pub fn run_from<I, T>(self, arguments: I) -> Result<u8, Error>
    where
        I: IntoIterator<Item = T>,
        T: Into<OsString> + Clone,
    {
        self.perform(arguments, || {})
    }

    /// Reads arguments; when they are right, prepares and does what they ask for.
    fn perform<I, T>(&self, arguments: I, prepare: fn()) -> Result<u8, Error>
    where
        I: IntoIterator<Item = T>,
        T: Into<OsString> + Clone,
    {
        let mut known = self.known()?;
        let matches = known.try_get_matches_from_mut(arguments)?;
        prepare();
        if !self.parts.faults().is_empty() {
            for fault in self.parts.faults() {
                aside!("this program's parts: {fault}");
            }
            return Ok(exit::INVALID);
        }
        let done = match matches.subcommand() {
            Some((name, own)) => self.choose(name, own),
            None => AppArgs::from_arg_matches(&matches).map(|args| self.open(&args)),
        };
        done.map_err(|error| error.format(&mut known))
    }

    /// Opens a scene, once its name is known to be no mistyped command.
    fn open(&self, args: &AppArgs) -> u8 {
        let named = args.scene.as_deref().filter(|path| !path.exists());
        if let Some(name) = named.and_then(bare_name)
            && shipped::scene(name).is_none()
        {
            let commands = self.entries.iter().map(|entry| entry.name);
            let known: Vec<&str> = shipped::names().into_iter().chain(commands).collect();
            aside!("no scene or command {name:?}{}", did_you_mean(name, &known));
            return exit::USAGE;
        }
        app::open(args, &self.parts)
    }

    fn choose(&self, name: &str, own: &ArgMatches) -> Result<u8, Error> {
        match self.entries.iter().find(|entry| entry.name == name) {
            Some(entry) => (entry.act)(own, self),
            None => {
                let text = format!("there is no command named {name:?}");
                Err(Error::raw(ErrorKind::InvalidSubcommand, text))
            }
        }
    }

    /// All arguments and commands.
    fn known(&self) -> Result<clap::Command, Error> {
        if let Some((name, taken)) = self.refused {
            let text = match taken {
                true => format!("there is a command named {name:?} already\n"),
                false => format!("command {name:?}, expected letters, digits, - and _\n"),
            };
            return Err(Error::raw(ErrorKind::ArgumentConflict, text));
        }
        let window = AppArgs::augment_args(clap::Command::new("phantom"))
            .version(env!("CARGO_PKG_VERSION"))
            .about(env!("CARGO_PKG_DESCRIPTION"))
            .args_conflicts_with_subcommands(true);
        Ok(self.entries.iter().fold(window, |all, entry| {
            let own = (entry.augment)(clap::Command::new(entry.name));
            // The docstring of a struct of arguments describes the struct.
            all.subcommand(own.about(entry.about).long_about(None))
        }))
    }
}
