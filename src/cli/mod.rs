//! The command line: arguments → a run, a verdict, an exit code.

mod say;
mod stop;
mod answers;
mod own_files;
mod bench_scene;
pub mod args;
pub mod exit;
pub mod run;
pub mod run_args;
pub mod replay;
pub mod verify;
pub mod list;
pub mod integrate;
pub mod lyapunov;
pub mod bench_args;
pub mod bench;
pub mod phi;
pub mod app;

pub use args::{Cli, Command};

use std::process::ExitCode;

use clap::Parser;

/// The whole `phantom` command, with the arguments of this process. A program with models of its own
/// registers them and calls this.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    stop::heed_signals();
    ExitCode::from(match &cli.command {
        Some(Command::Run(args)) => run::run(args),
        Some(Command::Verify { folder, threads }) => verify::verify(folder, usize::from(*threads)),
        Some(Command::Replay(args)) => replay::replay(args),
        Some(Command::Phi(args)) => phi::phi(args),
        Some(Command::Integrate(args)) => integrate::integrate(args),
        Some(Command::Lyapunov(args)) => lyapunov::lyapunov(args),
        Some(Command::Bench(command)) => bench::bench(command),
        Some(Command::Check { scenes, allow_read }) => list::check(scenes, allow_read),
        Some(Command::List { directory }) => list::list(directory),
        None => app::open(&cli.app),
    })
}
