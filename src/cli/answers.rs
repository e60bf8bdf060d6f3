//! Answers to a file's cases: what is printed of them, and the exit code of an error.

use std::io::Write;

use anyhow::{Context, Result};
use serde_json::Value;

use super::exit;
use super::say::aside;

/// Tells an error; gives its exit code.
pub fn complain(error: &anyhow::Error) -> u8 {
    aside!("error: {error:#}");
    if error.downcast_ref::<std::io::Error>().is_some() {
        exit::IO
    } else {
        exit::INVALID
    }
}

/// Prints the answers: a list for a list of cases, else the only one. A document that nobody reads
/// any more is no error, one that is cut short is.
pub fn print_answers(mut answers: Vec<Value>, many: bool) -> Result<()> {
    let whole = match answers.pop() {
        Some(only) if !many => only,
        last => {
            answers.extend(last);
            Value::Array(answers)
        }
    };
    let mut out = std::io::stdout();
    match writeln!(out, "{whole}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(error).context("standard output")
        }
        _ => Ok(()),
    }
}
