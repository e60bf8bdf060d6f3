//! The `phantom` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    phantomos::cli::main()
}
