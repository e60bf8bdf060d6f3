//! The command line: arguments → a run, a verdict, an exit code.

mod say;
mod answers;
mod own_files;
mod bench_scene;
pub mod args;
pub mod exit;
pub mod run;
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
