//! From a formula and a trace to what is told of them.

use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::Value;

use crate::cli::answers::print_answers;
use crate::cli::exit;
use crate::cli::file_args::tell_reading;
use crate::cli::say::say;
use crate::logic::answer::answer;
use crate::logic::evaluate;

use super::args::StlArgs;
use super::plot;
use super::tell::Found;
use super::trace::read;

/// Does what the arguments say.
pub fn run(args: &StlArgs) -> Result<u8> {
    if let Some(path) = &args.input {
        return reference(path, args.json);
    }
    let (Some(text), Some(path)) = (&args.formula, &args.trace) else {
        return Ok(exit::USAGE);
    };
    let trace = read(path, text, args)?;
    let verdicts = evaluate(&trace.formula, &trace.borrowed(), trace.samples);
    let found = Found::new(&trace, verdicts);
    tell_reading(path, &trace.summary, &trace.notes);
    if let Some(out) = &args.plot {
        plot::write(out, path, &trace, &found)?;
    }
    match args.json {
        true => print_answers(vec![found.document(&trace)], false)?,
        false => found.tell(&trace),
    }
    Ok(match found.holds() {
        Some(false) => exit::ASSERTION,
        _ => exit::OK,
    })
}

/// Answers a reference case.
fn reference(path: &Path, json: bool) -> Result<u8> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).with_context(|| shown.clone())?;
    let case: Value =
        serde_json::from_slice(&bytes).with_context(|| format!("{shown} is not JSON"))?;
    ensure!(
        case.is_object(),
        "{shown}: expected a reference case; a trace goes with --formula and --trace"
    );
    let found = answer(&case).map_err(|error| anyhow!("{shown}: {error}"))?;
    match json {
        true => print_answers(vec![found], false)?,
        false => say!("{}", serde_json::to_string_pretty(&found)?),
    }
    Ok(exit::OK)
}
