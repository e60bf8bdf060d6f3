//! Reference cases.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};

use crate::cli::answers::print_answers;
use crate::cli::exit;
use crate::cli::say::say;
use crate::control::answer as control;
use crate::control::answer::case::{CaseError, invalid};
use crate::safety::answer as safety;

/// Answers a case of either room.
fn answer(case: &Value) -> Result<Value, CaseError> {
    let kind = case["kind"].as_str().unwrap_or_default();
    if control::KINDS.contains(&kind) {
        return control::answer(case);
    }
    if safety::KINDS.contains(&kind) {
        return safety::answer(case);
    }
    let all = [&control::KINDS[..], &safety::KINDS[..]].concat();
    let expected = format!("one of {}", all.join(", "));
    Err(invalid("kind", &case["kind"], &expected))
}

/// Answers the case in a file, or each of a list of cases.
pub fn run(path: &Path, as_line: bool) -> Result<u8> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).with_context(|| shown.clone())?;
    let case: Value =
        serde_json::from_slice(&bytes).with_context(|| format!("{shown} is not JSON"))?;
    let (cases, many) = match case {
        Value::Array(cases) => (cases, true),
        one => (vec![one], false),
    };
    let mut answers = Vec::new();
    let mut code = exit::OK;
    for (k, case) in cases.iter().enumerate() {
        match answer(case) {
            Ok(own) => answers.push(own),
            // The other cases of a list have answers of their own.
            Err(error) if many => {
                crate::cli::say::aside!("error: {shown}[{k}]: {error}");
                answers.push(json!({"error": error.to_string()}));
                code = exit::INVALID;
            }
            Err(error) => return Err(anyhow!("{shown}: {error}")),
        }
    }
    if as_line {
        print_answers(answers, many)?;
    } else {
        for own in answers {
            say!("{}", serde_json::to_string_pretty(&own)?);
        }
    }
    Ok(code)
}
