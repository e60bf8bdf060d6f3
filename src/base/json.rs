//! Values of JSON documents, as answers to reference cases read and show them.

use serde_json::Value;

/// The most bytes of a value that a message shows.
const SHOWN: usize = 80;

/// A value as a message shows it: its text, cut short; a missing one is `nothing`.
#[must_use]
pub fn shown(value: &Value) -> String {
    let mut text = match value {
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    };
    if text.len() > SHOWN {
        let end = (0..=SHOWN).rev().find(|k| text.is_char_boundary(*k));
        text.truncate(end.unwrap_or(0));
        text.push('…');
    }
    text
}

/// A sample: a number, which may also be written as `"nan"`, `"inf"` or `"-inf"`; null is NaN.
#[must_use]
pub fn sample(value: &Value) -> Option<f64> {
    match value {
        Value::Null => Some(f64::NAN),
        Value::String(text) => text.parse().ok(),
        other => other.as_f64(),
    }
}
