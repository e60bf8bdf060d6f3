//! The command line: arguments → a run, a verdict, an exit code.
//!
//! A command is a file with its arguments and a line in [`Program::default`], or in the program of
//! whoever adds one of their own.

mod say;
mod stop;
mod summary;
mod answers;
mod own_files;
mod page;
pub mod file_args;
mod bench_scene;
pub mod command;
pub mod exit;
pub mod scene_args;
pub mod run_folder;
pub mod run;
pub mod replay;
pub mod sweep;
pub mod fit;
pub mod verify;
pub mod diff;
pub mod check;
pub mod list;
pub mod schema;
pub mod integrate;
pub mod info;
pub mod junit;
pub mod graph;
pub mod lyapunov;
pub mod bench_args;
pub mod bench;
pub mod phi;
pub mod signal;
pub mod control;
pub mod stl;
mod figure_rows;
mod figure_events;
mod figure_panel;
pub mod figure;
pub mod report;
pub mod app_args;
pub mod app;
pub mod man;
pub mod completions;
mod open;
pub mod program;

pub use command::{Command, Describe};
pub use program::{Program, main};
