//! What a metric is, in words.

use anyhow::{Result, bail};

use crate::cli::exit;
use crate::cli::say::say;
use crate::signal::metrics::{self, SignalMetric};

/// Explains a metric, or lists all for `list`.
pub fn explain(name: &str) -> Result<u8> {
    if name == "list" {
        for own in metrics::list() {
            say!("{:<26} {}", own.about.id.as_str(), own.about.help);
        }
        return Ok(exit::OK);
    }
    let own = find(name)?;
    let about = &own.about;
    let row = |head: &str, text: &str| {
        if !text.is_empty() {
            say!("{head:<14} {text}");
        }
    };
    match about.id.as_str() == about.label {
        true => say!("{}", about.id),
        false => say!("{}: {}", about.id, about.label),
    }
    say!("{}", about.help);
    row("formula", about.formula);
    row("normalisation", own.reading.normalization);
    row(
        "unit",
        if about.unit.is_empty() {
            "a pure number"
        } else {
            about.unit
        },
    );
    row("range", about.range);
    row("by chance", own.reading.null);
    row("source", about.source);
    for (call, digits) in own.reading.equals {
        row("equals", &format!("{call}, to {digits} digits"));
    }
    row("keep in mind", own.reading.caution);
    if own.silence.is_some() {
        row(
            "silence",
            "0, with a flag, when no channel varies or is finite",
        );
    } else {
        row("silence", "no value, with the reason");
    }
    Ok(exit::OK)
}

/// The metric with a name.
pub fn find(name: &str) -> Result<SignalMetric> {
    let id = name.to_owned().into();
    if let Some(own) = metrics::find(&id) {
        return Ok(own);
    }
    let expected = metrics::table().expected(&id, |_| true);
    bail!("there is no metric {name:?}, {expected}");
}
