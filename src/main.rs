//! The `phantom` command.

use std::process::ExitCode;

use clap::Parser;
use phantomos::cli::{
    Cli, Command, app, bench, integrate, list, lyapunov, phi, replay, run, verify,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    ExitCode::from(match &cli.command {
        Some(Command::Run(args)) => run::run(args),
        Some(Command::Verify { folder, threads }) => verify::verify(folder, usize::from(*threads)),
        Some(Command::Replay(args)) => replay::replay(args),
        Some(Command::Phi(args)) => phi::phi(args),
        Some(Command::Integrate(args)) => integrate::integrate(args),
        Some(Command::Lyapunov(args)) => lyapunov::lyapunov(args),
        Some(Command::Bench(command)) => bench::bench(command),
        Some(Command::Check { scenes }) => list::check(scenes),
        Some(Command::List { directory }) => list::list(directory),
        None => app::open(&cli.app),
    })
}
