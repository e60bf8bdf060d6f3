//! Reading of cases: values by their place, with what was expected there.

use serde_json::{Value, json};
use thiserror::Error;

use crate::base::{Problems, json};
use crate::control::linear::{LinearPlant, PlantError};

/// The most samples of a case.
pub const SAMPLES_MAX: usize = 10_000_000;

/// Why a case cannot be answered.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CaseError {
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
    /// A part of the case is refused by whom it is for, in the words of that.
    #[error("{path}: {message}")]
    Refused {
        /// Where in the case.
        path: String,
        /// What was found and expected.
        message: String,
    },
}

/// The error for what was found at a place.
#[must_use]
pub fn invalid(path: &str, found: &Value, expected: &str) -> CaseError {
    CaseError::Invalid {
        path: path.to_owned(),
        found: json::shown(found),
        expected: expected.to_owned(),
    }
}

/// The error for a plant that is none.
#[must_use]
pub fn refused(path: &str, error: &PlantError) -> CaseError {
    CaseError::Refused {
        path: path.to_owned(),
        message: error.to_string(),
    }
}

/// The first of the problems that were found with parameters, if there is one.
///
/// # Errors
/// That problem.
pub fn sound(problems: &Problems) -> Result<(), CaseError> {
    match problems.list().first() {
        None => Ok(()),
        Some(own) => Err(CaseError::Refused {
            path: own.path.clone(),
            message: own.message.clone(),
        }),
    }
}

/// A finite number.
///
/// # Errors
/// When it is none.
pub fn number(value: &Value, path: &str) -> Result<f64, CaseError> {
    value
        .as_f64()
        .filter(|x| x.is_finite())
        .ok_or_else(|| invalid(path, value, "a finite number"))
}

/// A finite number > 0.
///
/// # Errors
/// When it is none.
pub fn positive(value: &Value, path: &str) -> Result<f64, CaseError> {
    number(value, path)
        .ok()
        .filter(|x| *x > 0.0)
        .ok_or_else(|| invalid(path, value, "a finite number > 0"))
}

/// A whole number up to `most`, or `usual` when nothing is there.
///
/// # Errors
/// When it is none.
pub fn count(
    value: &Value,
    path: &str,
    usual: Option<usize>,
    most: usize,
) -> Result<usize, CaseError> {
    if let (Value::Null, Some(usual)) = (value, usual) {
        return Ok(usual);
    }
    value
        .as_u64()
        .and_then(|n| usize::try_from(n).ok())
        .filter(|n| *n <= most)
        .ok_or_else(|| invalid(path, value, &format!("a whole number in 0 … {most}")))
}

/// A list of numbers of any kind.
///
/// # Errors
/// When it is none.
pub fn samples(value: &Value, path: &str) -> Result<Vec<f64>, CaseError> {
    let list = value
        .as_array()
        .filter(|list| list.len() <= SAMPLES_MAX)
        .ok_or_else(|| invalid(path, value, "a list of numbers"))?;
    let each = list.iter().enumerate().map(|(k, own)| {
        json::sample(own).ok_or_else(|| invalid(&format!("{path}[{k}]"), own, "a number"))
    });
    each.collect()
}

/// A list of finite numbers.
///
/// # Errors
/// When it is none.
pub fn finite(value: &Value, path: &str) -> Result<Vec<f64>, CaseError> {
    let list = samples(value, path)?;
    match list.iter().position(|x| !x.is_finite()) {
        None => Ok(list),
        Some(k) => {
            let path = format!("{path}[{k}]");
            Err(invalid(&path, &value[k], "a finite number"))
        }
    }
}

/// The plant of a case: `num` and `den`, highest power first, with a delay in s.
///
/// # Errors
/// When it is none.
pub fn plant(case: &Value, delay_s: f64) -> Result<LinearPlant, CaseError> {
    let numerator = finite(&case["num"], "plant.num")?;
    let denominator = finite(&case["den"], "plant.den")?;
    LinearPlant::new(&numerator, &denominator, delay_s).map_err(|error| refused("plant", &error))
}

/// A number as JSON; null for what is not finite.
#[must_use]
pub fn maybe(value: f64) -> Value {
    if value.is_finite() {
        json!(value)
    } else {
        Value::Null
    }
}

/// Numbers as JSON; null for those that are not finite.
#[must_use]
pub fn maybe_all(values: &[f64]) -> Value {
    values.iter().map(|x| maybe(*x)).collect()
}
