//! Answers to reference cases: JSON in, JSON out, with the names of the case.

use serde_json::{Value, json};
use thiserror::Error;

use crate::base::json;

use super::formula::{BOUND_MAX, Bounds, Compare, Connective, Expr, Formula, Span, Step};
use super::offline::evaluate;

/// Why a case cannot be answered.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{path}: found {found}, expected {expected}")]
pub struct AnswerError {
    /// Where in the case.
    pub path: String,
    /// What is there.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

/// The kinds of cases that can be answered.
pub const KINDS: [&str; 2] = ["stl", "stl_nan"];

/// Answers a case: the robustness of every formula of `cases` at every sample of `signals`, which
/// are lists of numbers by name. A formula is taken from `ast`, or from the text `formula` where
/// there is none. Infinities are `"inf"` and `"-inf"`; of a `stl_nan`, instants that depend on a
/// sample that is no finite number are null.
///
/// # Errors
/// With the place in the case and what was expected there.
pub fn answer(case: &Value) -> Result<Value, AnswerError> {
    let kind = case["kind"].as_str().unwrap_or_default();
    if !KINDS.contains(&kind) {
        let expected = format!("one of {}", KINDS.join(", "));
        return Err(invalid("kind", &case["kind"], &expected));
    }
    let signals = signals(&case["signals"])?;
    let cases = case["cases"].as_array();
    let cases = cases.ok_or_else(|| invalid("cases", &case["cases"], "a list of formulas"))?;
    let samples = signals.first().map_or(0, |(_, own)| own.len());
    let mut answers = Vec::with_capacity(cases.len());
    for (k, own) in cases.iter().enumerate() {
        let path = format!("cases[{k}]");
        let formula = formula(own, &path)?;
        let mut columns = Vec::new();
        for name in formula.signals() {
            let column = signals.iter().find(|(own, _)| *own == name);
            let (_, column) = column.ok_or_else(|| {
                let names: Vec<&str> = signals.iter().map(|(own, _)| own.as_str()).collect();
                let expected = format!("one of the signals {}", names.join(", "));
                invalid(&path, &json!(name), &expected)
            })?;
            columns.push(column.as_slice());
        }
        let found = evaluate(&formula, &columns, samples);
        let pairs = found.robustness.iter().zip(&found.valid);
        let told = pairs.map(|(own, valid)| match kind == "stl_nan" && !valid {
            true => Value::Null,
            false => number(*own),
        });
        answers.push(json!({"robustness": told.collect::<Vec<Value>>()}));
    }
    Ok(json!({"cases": answers}))
}

/// A number as JSON; infinities as text.
#[must_use]
pub fn number(own: f64) -> Value {
    match own {
        f64::INFINITY => json!("inf"),
        f64::NEG_INFINITY => json!("-inf"),
        own => json!(own),
    }
}

fn invalid(path: &str, found: &Value, expected: &str) -> AnswerError {
    AnswerError {
        path: path.to_owned(),
        found: json::shown(found),
        expected: expected.to_owned(),
    }
}

/// The signals of a case, of equal length; null, `"nan"` and `"inf"` are no finite samples.
fn signals(case: &Value) -> Result<Vec<(String, Vec<f64>)>, AnswerError> {
    let list = case.as_object().filter(|list| !list.is_empty());
    let list = list.ok_or_else(|| invalid("signals", case, "lists of numbers by name"))?;
    let mut found: Vec<(String, Vec<f64>)> = Vec::with_capacity(list.len());
    for (name, own) in list {
        let path = format!("signals.{name}");
        let samples = own
            .as_array()
            .ok_or_else(|| invalid(&path, own, "a list of numbers"))?;
        let mut series = Vec::with_capacity(samples.len());
        for (k, sample) in samples.iter().enumerate() {
            let refused = || invalid(&format!("{path}[{k}]"), sample, "a number");
            series.push(json::sample(sample).ok_or_else(refused)?);
        }
        if let Some((_, first)) = found.first()
            && first.len() != series.len()
        {
            let found = json!(format!("{} samples", series.len()));
            let expected = format!("{} as in the first signal", first.len());
            return Err(invalid(&path, &found, &expected));
        }
        found.push((name.clone(), series));
    }
    Ok(found)
}

fn formula(case: &Value, path: &str) -> Result<Formula, AnswerError> {
    if !case["ast"].is_null() {
        return tree(&case["ast"], &format!("{path}.ast"));
    }
    let path = format!("{path}.formula");
    let text = case["formula"].as_str();
    let text = text.ok_or_else(|| invalid(&path, &case["formula"], "a formula"))?;
    Formula::parse(text, None).map_err(|error| AnswerError {
        path: format!("{path}, column {}", error.column),
        found: error.found,
        expected: error.expected,
    })
}

/// A formula as a tree of lists, each with its operator first.
fn tree(own: &Value, path: &str) -> Result<Formula, AnswerError> {
    let list = own.as_array().map_or(&[][..], Vec::as_slice);
    let word = list.first().and_then(Value::as_str).unwrap_or_default();
    let part = |k: usize| tree(&list[k], &format!("{path}[{k}]")).map(Box::new);
    let expr = |k: usize| expr(&list[k], &format!("{path}[{k}]"));
    let compare = |how| Ok(Formula::Compare(how, expr(1)?, expr(2)?));
    let connect = |how| Ok(Formula::Connect(how, part(1)?, part(2)?));
    let step = |how| Ok(Formula::Step(how, part(1)?));
    let span = |how| Ok(Formula::Span(how, bounds(list, path)?, part(3)?));
    match (word, list.len()) {
        ("ge", 3) => compare(Compare::AtLeast),
        ("gt", 3) => compare(Compare::Above),
        ("le", 3) => compare(Compare::AtMost),
        ("lt", 3) => compare(Compare::Below),
        ("not", 2) => Ok(Formula::Not(part(1)?)),
        ("and", 3) => connect(Connective::And),
        ("or", 3) => connect(Connective::Or),
        ("implies", 3) => connect(Connective::Implies),
        ("iff", 3) => connect(Connective::Iff),
        ("xor", 3) => connect(Connective::Xor),
        ("always", 4) => span(Span::Always),
        ("eventually", 4) => span(Span::Eventually),
        ("historically", 4) => span(Span::Historically),
        ("once", 4) => span(Span::Once),
        ("until", 5) => Ok(Formula::Until(bounds(list, path)?, part(3)?, part(4)?)),
        ("since", 5) => Ok(Formula::Since(bounds(list, path)?, part(3)?, part(4)?)),
        ("next", 2) => step(Step::Next),
        ("prev", 2) => step(Step::Prev),
        ("rise", 2) => step(Step::Rise),
        ("fall", 2) => step(Step::Fall),
        _ => {
            let expected = "an operator and its operands, for example [\"ge\", \"x\", 0.5]";
            Err(invalid(path, own, expected))
        }
    }
}

/// The interval of an operator: its second and third entry, in samples; null is without end.
fn bounds(list: &[Value], path: &str) -> Result<Bounds, AnswerError> {
    let upper = match &list[2] {
        Value::Null => Some(None),
        other => other.as_u64().map(Some),
    };
    let found = list[1].as_u64().zip(upper);
    found
        .and_then(|(from, to)| Bounds::new(from, to))
        .ok_or_else(|| {
            let expected =
                format!("whole samples, the lower bound first, 0 … {BOUND_MAX}, or null");
            invalid(path, &json!([list[1], list[2]]), &expected)
        })
}

fn expr(own: &Value, path: &str) -> Result<Expr, AnswerError> {
    let list = own.as_array().map_or(&[][..], Vec::as_slice);
    let word = list.first().and_then(Value::as_str).unwrap_or_default();
    let part = |k: usize| expr(&list[k], &format!("{path}[{k}]")).map(Box::new);
    match (own, word, list.len()) {
        (Value::Number(_), ..) => own.as_f64().map(Expr::Number),
        (Value::String(name), ..) if !name.is_empty() => Some(Expr::Signal(name.clone())),
        (_, "abs", 2) => Some(Expr::Abs(part(1)?)),
        (_, "-", 2) => Some(Expr::Negate(part(1)?)),
        (_, "+", 3) => Some(Expr::Add(part(1)?, part(2)?)),
        (_, "-", 3) => Some(Expr::Subtract(part(1)?, part(2)?)),
        (_, "*", 3) => Some(Expr::Multiply(part(1)?, part(2)?)),
        _ => None,
    }
    .ok_or_else(|| {
        invalid(
            path,
            own,
            "a number, a signal or arithmetic, for example [\"abs\", \"x\"]",
        )
    })
}
