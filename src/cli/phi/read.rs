//! Files → questions: reference cases in JSON, tables in `.npy` and CSV.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::Value;

use crate::base::num;
use crate::phi::gauss::case::{CaseRequest, CaseSystem};
use crate::phi::iit3::case::CaseNetwork;
use crate::record::npy::Table;
use crate::record::table::read_table;

use super::args::{PhiArgs, PhiKind};
use super::question::{DiscreteQuestion, Question, Recording, Subject};

/// The most units whose matrix is made from weights.
const WEIGHT_UNITS_MAX: usize = 20;
/// Share by which two halves of a covariance may differ.
const ROUNDING: f64 = 1e-5;

/// The questions of a file, and whether it was a list of them.
///
/// # Errors
/// When the file cannot be read, or a case in it is none; the message names file and case.
pub fn read(path: &Path, args: &PhiArgs) -> Result<(Vec<Question>, bool)> {
    let bytes = std::fs::read(path)?;
    let shown = path.display().to_string();
    // A byte order mark is no part of the text.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let json = path.extension().is_some_and(|end| end == "json");
    let begins = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if json || matches!(begins, Some(b'{')) || (args.kind.is_none() && looks_like_cases(bytes)) {
        let value: Value = serde_json::from_slice(bytes).context("it is not JSON")?;
        return from_json(&value);
    }
    for (k, name) in args.columns.iter().enumerate() {
        let twice = args.columns[..k].contains(name);
        ensure!(!twice, "--columns names {name:?} twice");
    }
    let table = read_table(path, bytes, &args.columns)?;
    ensure!(
        args.columns.is_empty() || !table.names.is_empty(),
        "it has no names of columns, expected no --columns"
    );
    let id = path
        .file_stem()
        .map_or_else(|| shown.clone(), |stem| stem.to_string_lossy().into_owned());
    let subject = from_table(&table.table, table.names, args)?;
    let question = Question {
        id,
        kind: None,
        subject,
    };
    Ok((vec![question], false))
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

/// What a table is: named by `--kind`, or read off its shape. A square table that is symmetric, but
/// for rounding, is a covariance; one with 2^n rows of n columns, and a state given, a transition
/// matrix; any other a recording with samples in rows.
///
/// # Errors
/// When the table is not what it was said to be.
pub fn from_table(table: &Table, names: Vec<String>, args: &PhiArgs) -> Result<Subject> {
    let (rows, columns) = (table.rows, table.columns);
    let is_tpm = columns < 32 && rows == 1 << columns;
    let kind = args.kind.unwrap_or({
        if args.state.is_some() {
            PhiKind::Tpm
        } else if rows == columns && symmetric(table) {
            PhiKind::Covariance
        } else {
            PhiKind::Recording
        }
    });
    match kind {
        PhiKind::Tpm => {
            let state = args.state.clone().ok_or_else(|| {
                anyhow!("a transition matrix needs its state: --state 0,1,… (unit 0 first)")
            })?;
            let rows = if is_tpm {
                table.iter_rows().map(<[f64]>::to_vec).collect()
            } else {
                by_node(table)?
            };
            Ok(Subject::Discrete(DiscreteQuestion {
                rows,
                connections: None,
                state,
                whole_only: false,
                remarks: Vec::new(),
                estimated: false,
            }))
        }
        PhiKind::Covariance => {
            ensure!(
                rows == columns,
                "a covariance of {rows} × {columns}, expected as many rows as columns"
            );
            let system = CaseSystem {
                cov_x: mended(table),
                cov_xy: None,
                cov_y: None,
            };
            Ok(Subject::Gaussian(system, CaseRequest::default(), false))
        }
        PhiKind::Recording => {
            ensure!(
                rows >= 4,
                "a recording of {rows} samples of {columns} units, expected samples in rows, at \
                 least 4; --kind covariance or --kind tpm with --state if it is one"
            );
            let numbers = |unit: usize| table.iter_rows().map(|row| row[unit]).collect();
            let name = |unit: usize| {
                let own = names.get(unit).cloned();
                own.unwrap_or_else(|| (unit + 1).to_string())
            };
            Ok(Subject::Recording(Recording {
                series: (0..columns).map(numbers).collect(),
                names: (0..columns).map(name).collect(),
            }))
        }
    }
}

/// Whether a square table differs from its transpose by rounding (also that of single precision).
fn symmetric(table: &Table) -> bool {
    let at = |i: usize, j: usize| table.numbers[i * table.columns + j];
    let scale = |i: usize, j: usize| (at(i, i) * at(j, j)).sqrt();
    (0..table.rows).all(|i| {
        at(i, i) > 0.0 && (0..i).all(|j| (at(i, j) - at(j, i)).abs() <= ROUNDING * scale(i, j))
    })
}

/// The rows, with the mean of both halves where they differ by rounding.
fn mended(table: &Table) -> Vec<Vec<f64>> {
    let rows: Vec<Vec<f64>> = table.iter_rows().map(<[f64]>::to_vec).collect();
    if !symmetric(table) {
        return rows;
    }
    let n = rows.len();
    let mean = |i: usize, j: usize| 0.5 * (rows[i][j] + rows[j][i]);
    (0..n)
        .map(|i| (0..n).map(|j| mean(i, j)).collect())
        .collect()
}

/// A state-by-state matrix as state-by-node, when units are independent given the past.
fn by_node(table: &Table) -> Result<Vec<Vec<f64>>> {
    let states = table.rows;
    let n = states.checked_ilog2().unwrap_or(0) as usize;
    ensure!(
        states == table.columns && n <= WEIGHT_UNITS_MAX && states == 1 << n && n > 0,
        "a transition matrix of {states} × {}, expected 2^n rows of n columns (the probability \
         that each unit is on) or 2^n × 2^n (state by state)",
        table.columns
    );
    let mut rows = Vec::with_capacity(states);
    for (s, row) in table.iter_rows().enumerate() {
        let total: f64 = row.iter().sum();
        ensure!(
            (total - 1.0).abs() < 1e-6,
            "row {s} sums to {total}, expected 1"
        );
        let on = |unit: usize| -> f64 {
            let states = row.iter().enumerate();
            let on = states.filter(|(state, _)| state >> unit & 1 == 1);
            on.map(|(_, p)| p).sum()
        };
        let nodes: Vec<f64> = (0..n).map(on).map(|p| p.clamp(0.0, 1.0)).collect();
        for (state, p) in row.iter().enumerate() {
            let product: f64 = nodes
                .iter()
                .enumerate()
                .map(|(unit, on)| {
                    if state >> unit & 1 == 1 {
                        *on
                    } else {
                        1.0 - on
                    }
                })
                .product();
            ensure!(
                (product - p).abs() < 1e-6,
                "in row {s} the units are not independent given the past: state {state} has \
                 probability {p}, the product of its units is {product}"
            );
        }
        rows.push(nodes);
    }
    Ok(rows)
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

    #[test]
    fn a_state_by_state_matrix_becomes_one_by_node() {
        let swap = Table {
            rows: 4,
            columns: 4,
            numbers: [
                [1.0, 0.0, 0.0, 0.0],
                [0.0, 0.0, 1.0, 0.0],
                [0.0, 1.0, 0.0, 0.0],
                [0.0, 0.0, 0.0, 1.0],
            ]
            .concat(),
        };
        let rows = by_node(&swap).unwrap();
        assert_eq!(rows, [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]);
        let mut tied = swap;
        tied.numbers[..4].copy_from_slice(&[0.5, 0.0, 0.0, 0.5]);
        assert!(
            by_node(&tied)
                .unwrap_err()
                .to_string()
                .contains("not independent")
        );
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
