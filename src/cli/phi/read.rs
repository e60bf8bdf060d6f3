//! Files → questions: reference cases in JSON, tables in `.npy` and CSV, recordings in EDF, BDF and
//! WAV.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::Value;

use crate::base::num;
use crate::files::recording::{RecordingQuestion, is_table, read as read_recording};
use crate::files::source;
use crate::files::table::{TableQuestion, read as read_table};
use crate::files::text::unpack;
use crate::phi::gauss::case::{CaseRequest, CaseSystem};
use crate::phi::iit3::case::CaseNetwork;

use super::super::say::aside;
use super::args::PhiArgs;
use super::effort::Watch;
use super::meaning::{Meaning, from_recording, from_table};
use super::question::{DiscreteQuestion, Question, Subject, WEIGHT_UNITS_MAX};

/// The questions of a file, and whether it was a list of them.
///
/// # Errors
/// When the file cannot be read, or a case in it is none; the message names file and case.
pub fn read(path: &Path, args: &PhiArgs, watch: &Watch) -> Result<(Vec<Question>, bool)> {
    watch.stage("reading");
    let bytes = source::read(path)?;
    let shown = path.display().to_string();
    // A byte order mark is no part of the text.
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let json = path.extension().is_some_and(|end| end == "json");
    let begins = text.iter().find(|byte| !byte.is_ascii_whitespace());
    if json || matches!(begins, Some(b'{')) || (args.kind.is_none() && looks_like_cases(text)) {
        let value: Value = serde_json::from_slice(text).context("it is not JSON")?;
        return from_json(&value);
    }
    for (k, name) in args.columns.iter().enumerate() {
        let twice = args.columns[..k].contains(name);
        ensure!(!twice, "--columns names {name:?} twice");
    }
    let found = unknown(&shown, bytes, args, watch)?;
    let id = path
        .file_stem()
        .map_or_else(|| shown.clone(), |stem| stem.to_string_lossy().into_owned());
    aside!("{shown}: {}", found.meaning);
    for note in &found.notes {
        aside!("{shown}: note: {note}");
    }
    let subject = found.subject;
    let question = Question {
        id,
        kind: None,
        subject,
    };
    Ok((vec![question], false))
}

/// What a file that holds no cases is: a table, or a recording.
fn unknown(shown: &str, bytes: Vec<u8>, args: &PhiArgs, watch: &Watch) -> Result<Meaning> {
    let unpacked = unpack(shown, bytes)?;
    let (name, bytes) = (unpacked.name, unpacked.bytes);
    let cancel = watch.cancel().clone();
    let mut found = if is_table(&name, &bytes)? {
        let asked = TableQuestion {
            dialect: args.dialect.options(),
            array: args.dialect.array.as_deref(),
            columns: &args.columns,
            cancel,
        };
        from_table(read_table(&name, bytes, &asked)?, args, watch)?
    } else {
        let asked = RecordingQuestion {
            columns: &args.columns,
            is_transposed: args.transpose,
            cancel,
            ..RecordingQuestion::default()
        };
        from_recording(read_recording(&name, bytes, &asked)?, args, watch)?
    };
    found.notes.splice(0..0, unpacked.notes);
    Ok(found)
}

fn looks_like_cases(bytes: &[u8]) -> bool {
    let mut marks = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
    marks.next() == Some(&b'[') && marks.next() == Some(&b'{')
}

/// The questions of a JSON document: one case, or a list of cases.
///
/// # Errors
/// When a case is none.
pub fn from_json(value: &Value) -> Result<(Vec<Question>, bool)> {
    let list = match value {
        Value::Array(cases) => cases.as_slice(),
        one => std::slice::from_ref(one),
    };
    ensure!(!list.is_empty(), "it holds no case");
    let read = |(k, case): (usize, &Value)| {
        question(case).with_context(|| {
            let id = case.get("id").and_then(Value::as_str);
            id.map_or_else(|| format!("case {k}"), |id| format!("case {id:?}"))
        })
    };
    let questions: Result<Vec<Question>> = list.iter().enumerate().map(read).collect();
    Ok((questions?, value.is_array()))
}

fn question(case: &Value) -> Result<Question> {
    ensure!(
        case.is_object(),
        "found {}, expected an object",
        kind_of(case)
    );
    let named = case.get("kind").and_then(Value::as_str);
    if let Some(other) = case.get("kind").filter(|kind| !kind.is_string()) {
        bail!("kind is {}, expected a text", kind_of(other));
    }
    let kind = match named {
        Some(kind) => kind,
        None if case.get("weights").is_some() => "iit4_big",
        None if case.get("tpm_state_by_node").is_some() => "iit4",
        None if case.get("Cov_X").is_some() => "gauss",
        None => bail!(
            "it has no kind; expected iit4, iit4_big, iit4_paper, iit3 or gauss, or one of the \
             keys tpm_state_by_node, weights and Cov_X"
        ),
    };
    let subject = match kind {
        "iit4" | "iit4_paper" => Subject::Discrete(discrete(case, matrix(case)?, false)?),
        "iit4_big" => Subject::Discrete(discrete(case, from_weights(case)?, true)?),
        "iit3" => Subject::Older(older(case)?),
        "gauss" => gaussian(case)?,
        other => bail!("kind is {other:?}, expected iit4, iit4_big, iit4_paper, iit3 or gauss"),
    };
    let id = case.get("id").and_then(Value::as_str).unwrap_or("case");
    Ok(Question {
        id: id.to_owned(),
        kind: named.map(str::to_owned),
        subject,
    })
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn rows_at(case: &Value, key: &str) -> Result<Vec<Vec<f64>>> {
    let rows = match case.get(key) {
        Some(Value::Array(rows)) => rows,
        Some(other) => bail!("{key} is {}, expected a list of rows", kind_of(other)),
        None => bail!("{key} is missing, expected a list of rows"),
    };
    let row = |(r, row): (usize, &Value)| -> Result<Vec<f64>> {
        let cells = row
            .as_array()
            .ok_or_else(|| anyhow!("{key}[{r}] is {}, expected a row", kind_of(row)))?;
        let cell = |(c, cell): (usize, &Value)| {
            cell.as_f64()
                .ok_or_else(|| anyhow!("{key}[{r}][{c}] is {}, expected a number", kind_of(cell)))
        };
        cells.iter().enumerate().map(cell).collect()
    };
    rows.iter().enumerate().map(row).collect()
}

fn bits(value: &Value, place: &str) -> Result<Vec<u8>> {
    let list = value
        .as_array()
        .ok_or_else(|| anyhow!("{place} is {}, expected a list of 0 and 1", kind_of(value)))?;
    let bit = |(k, cell): (usize, &Value)| match cell.as_f64() {
        Some(0.0) => Ok(0),
        Some(1.0) => Ok(1),
        _ => match cell.as_bool() {
            Some(on) => Ok(u8::from(on)),
            None => Err(anyhow!("{place}[{k}] is {cell}, expected 0 or 1")),
        },
    };
    list.iter().enumerate().map(bit).collect()
}

fn matrix(case: &Value) -> Result<Vec<Vec<f64>>> {
    rows_at(case, "tpm_state_by_node")
}

/// Unit j is on with probability 1 / (1 + exp(−k Σᵢ Wᵢⱼ (2 xᵢ − 1))).
fn from_weights(case: &Value) -> Result<Vec<Vec<f64>>> {
    let weights = rows_at(case, "weights")?;
    let n = weights.len();
    ensure!(
        n <= WEIGHT_UNITS_MAX,
        "weights has {n} rows, expected at most {WEIGHT_UNITS_MAX}"
    );
    for (r, row) in weights.iter().enumerate() {
        let found = row.len();
        ensure!(found == n, "weights[{r}] has {found} numbers, expected {n}");
    }
    let slope = match case.get("k_slope") {
        Some(Value::Number(slope)) => slope.as_f64().unwrap_or(f64::NAN),
        Some(other) => bail!("k_slope is {}, expected a number", kind_of(other)),
        None => bail!("k_slope is missing, expected a number"),
    };
    let row = |state: usize| -> Vec<f64> {
        let on = |j: usize| {
            let field: f64 = (0..n)
                .map(|i| weights[i][j] * (2.0 * ((state >> i & 1) as f64) - 1.0))
                .sum();
            1.0 / (1.0 + num::exp(-slope * field))
        };
        (0..n).map(on).collect()
    };
    Ok((0..1usize << n).map(row).collect())
}

fn discrete(case: &Value, rows: Vec<Vec<f64>>, whole_only: bool) -> Result<DiscreteQuestion> {
    let state = case
        .get("state")
        .ok_or_else(|| anyhow!("state is missing, expected a list of 0 and 1"))?;
    let connections = connections(case)?;
    Ok(DiscreteQuestion {
        rows,
        connections,
        state: bits(state, "state")?,
        whole_only,
        remarks: Vec::new(),
        estimated: false,
    })
}

fn connections(case: &Value) -> Result<Option<Vec<Vec<u8>>>> {
    match case.get("cm") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(rows)) => {
            let row = |(r, row): (usize, &Value)| bits(row, &format!("cm[{r}]"));
            Ok(Some(
                rows.iter().enumerate().map(row).collect::<Result<_>>()?,
            ))
        }
        Some(other) => bail!("cm is {}, expected a list of rows", kind_of(other)),
    }
}

fn older(case: &Value) -> Result<CaseNetwork> {
    let asked = discrete(case, matrix(case)?, false)?;
    let cm = asked
        .connections
        .ok_or_else(|| anyhow!("cm is missing, expected a list of rows"))?;
    let as_numbers = |row: &Vec<u8>| row.iter().map(|bit| f64::from(*bit)).collect();
    Ok(CaseNetwork {
        tpm_state_by_node: asked.rows,
        cm: cm.iter().map(as_numbers).collect(),
        state: asked.state,
    })
}

fn gaussian(case: &Value) -> Result<Subject> {
    rows_at(case, "Cov_X")?;
    if case.get("Cov_XY").is_some_and(|value| !value.is_null()) {
        rows_at(case, "Cov_XY")?;
    }
    match case.get("Cov_Y") {
        None | Some(Value::Null | Value::String(_)) => {}
        Some(_) => {
            rows_at(case, "Cov_Y")?;
        }
    }
    let system: CaseSystem = serde_json::from_value(case.clone())?;
    let request = case.get("request").and_then(Value::as_object);
    for key in request.into_iter().flat_map(|request| request.keys()) {
        let known = ["measures", "mip", "complexes", "hpc_independent"];
        ensure!(
            known.contains(&key.as_str()),
            "request has {key:?}, expected measures, mip and complexes"
        );
    }
    let wanted = case.get("request").or_else(|| case.get("expected"));
    let request: CaseRequest = match wanted {
        Some(wanted) => serde_json::from_value(wanted.clone())
            .context("request: expected measures, mip and complexes")?,
        None => CaseRequest::default(),
    };
    let independent = wanted.is_some_and(|wanted| wanted.get("hpc_independent").is_some());
    Ok(Subject::Gaussian(system, request, independent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused(text: &str) -> String {
        let value = serde_json::from_str(text).unwrap();
        format!("{:#}", from_json(&value).unwrap_err())
    }

    #[test]
    fn what_is_wrong_with_a_case_is_told_with_its_place() {
        assert_eq!(
            refused(r#"[{"id": "a", "kind": "iit5"}]"#),
            "case \"a\": kind is \"iit5\", expected iit4, iit4_big, iit4_paper, iit3 or gauss"
        );
        let text = refused(r#"{"tpm_state_by_node": [[0], ["x"]], "state": [0]}"#);
        assert!(
            text.ends_with("tpm_state_by_node[1][0] is a text, expected a number"),
            "{text}"
        );
        let text = refused(r#"{"tpm_state_by_node": [[0], [1]], "state": [2]}"#);
        assert!(text.ends_with("state[0] is 2, expected 0 or 1"), "{text}");
        assert!(refused("3").contains("found a number, expected an object"));
    }

    proptest! {
        #[test]
        fn no_case_breaks_the_reader(text in r#"[\[\]{}":,a-z0-9_. -]{0,80}"#, n in -1i64..9) {
            if let Ok(value) = serde_json::from_str::<Value>(&text) {
                let _ = from_json(&value);
            }
            let value = serde_json::json!({
                "kind": "iit4_big", "weights": vec![vec![n; n.unsigned_abs() as usize]; 3],
                "k_slope": n, "state": [n, 1, text], "cm": [[n]],
            });
            let _ = from_json(&value);
        }
    }
}
