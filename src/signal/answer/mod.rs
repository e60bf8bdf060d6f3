//! Answers to reference cases: JSON in, JSON out, with the names of the case.

mod metrics;
mod moving;
mod single;

use serde_json::{Value, json};
use thiserror::Error;

use crate::base::json;

use super::settings::SignalSettings;
use super::state::SignalError;

/// Why a case cannot be answered.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum AnswerError {
    /// Something of the case is missing or wrong.
    #[error("{path}: found {found}, expected {expected}")]
    Invalid {
        /// Where in the case.
        path: String,
        /// What is there.
        found: String,
        /// What was expected.
        expected: String,
    },
    /// The engine refuses the settings.
    #[error(transparent)]
    Signal(#[from] SignalError),
}

/// The kinds of cases that can be answered.
pub const KINDS: [&str; 5] = ["metrics", "stream", "dft", "edge", "qcurve"];

/// Answers a case: `metrics` (whole windows), `stream` (sliding windows and the causal filter),
/// `dft` (single frequencies), `edge` (cases with a signal of their own) or `qcurve` (resonance
/// curves). A case without a `kind` that has a signal is one of metrics. Nothing under `expected`
/// is looked at but the frequencies and bins that a `dft` asks for.
///
/// # Errors
/// With the place in the case and what was expected there.
pub fn answer(case: &Value) -> Result<Value, AnswerError> {
    let kind = match &case["kind"] {
        Value::Null if case["signal"].is_array() => "metrics",
        kind => kind.as_str().unwrap_or_default(),
    };
    match kind {
        "metrics" => metrics::answer(case),
        "stream" => moving::answer(case),
        "dft" => single::answer(case),
        "edge" => metrics::edges(case),
        "qcurve" => single::curves(case),
        _ => Err(invalid(
            "kind",
            &case["kind"],
            &format!("one of {}", KINDS.join(", ")),
        )),
    }
}

fn invalid(path: &str, found: &Value, expected: &str) -> AnswerError {
    AnswerError::Invalid {
        path: path.to_owned(),
        found: json::shown(found),
        expected: expected.to_owned(),
    }
}

/// A finite number of a case.
fn number(value: &Value, path: &str) -> Result<f64, AnswerError> {
    value
        .as_f64()
        .ok_or_else(|| invalid(path, value, "a number"))
}

/// A count of a case, or `usual` when it says none.
fn count(value: &Value, path: &str, usual: Option<usize>) -> Result<usize, AnswerError> {
    match (value, usual) {
        (Value::Null, Some(usual)) => Ok(usual),
        _ => value
            .as_u64()
            .and_then(|n| usize::try_from(n).ok())
            .ok_or_else(|| invalid(path, value, "a whole number")),
    }
}

/// The sample rate of a case, Hz.
fn sample_rate(case: &Value) -> Result<f64, AnswerError> {
    let rate = number(&case["fs"], "fs")?;
    if !(rate.is_finite() && rate > 0.0) {
        return Err(invalid("fs", &case["fs"], "a number > 0 Hz"));
    }
    Ok(rate)
}

/// The channels of a case, of equal length; null, `"nan"` and `"inf"` are no finite samples.
fn channels(case: &Value, path: &str) -> Result<Vec<Vec<f64>>, AnswerError> {
    let list = case
        .as_array()
        .filter(|list| !list.is_empty())
        .ok_or_else(|| invalid(path, case, "a list of channels"))?;
    let mut found: Vec<Vec<f64>> = Vec::with_capacity(list.len());
    for (c, own) in list.iter().enumerate() {
        let place = format!("{path}[{c}]");
        let samples = own
            .as_array()
            .ok_or_else(|| invalid(&place, own, "a list of numbers"))?;
        let mut series = Vec::with_capacity(samples.len());
        for (k, sample) in samples.iter().enumerate() {
            let refused = || invalid(&format!("{place}[{k}]"), sample, "a number");
            series.push(json::sample(sample).ok_or_else(refused)?);
        }
        if let Some(first) = found.first()
            && first.len() != series.len()
        {
            let found = json!(format!("{} samples", series.len()));
            let expected = format!("{} as in the first channel", first.len());
            return Err(invalid(&place, &found, &expected));
        }
        found.push(series);
    }
    Ok(found)
}

/// Settings of a case's Welch segments.
fn settings(case: &Value, window: usize) -> Result<SignalSettings, AnswerError> {
    let welch = &case["settings"]["welch"];
    let asked = match &case["nperseg"] {
        Value::Null => count(&welch["nperseg"], "settings.welch.nperseg", Some(256))?,
        own => count(own, "nperseg", None)?,
    };
    let mut settings = SignalSettings::new(window, asked, sample_rate(case)?);
    let overlap = count(
        &welch["noverlap"],
        "settings.welch.noverlap",
        Some(asked / 2),
    )?;
    settings.step = asked.saturating_sub(overlap);
    Ok(settings)
}

/// A number as JSON; null for what is not finite or does not exist.
fn maybe<E>(value: Result<f64, E>) -> Value {
    value.map_or(Value::Null, |x| json!(x))
}
