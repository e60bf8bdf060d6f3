//! What a run tells a person at its end.

use std::path::Path;

use crate::base::RunStatus;
use crate::kernel::{Outcome, Statistics};
use crate::record::lines::EVENTS;
use crate::resonator::rates::rounded;
use crate::scenario::Scene;

/// Lines on how a run ended and where to look.
#[must_use]
pub fn lines(
    (scene, statistics): (&Scene, &Statistics),
    outcome: &Outcome,
    out: &Path,
) -> Vec<String> {
    let seconds = outcome.wall.as_secs_f64().max(1e-9);
    let mut lines = vec![
        format!("{}: {}", scene.name, outcome.verdict.status),
        format!(
            "  {} ticks in {} ({})",
            thousands(outcome.ticks),
            duration(seconds),
            rate(outcome.ticks as f64 / seconds)
        ),
    ];
    lines.extend(ending(outcome, out));
    if let Some(row) = statistics.last_rows().get("cluster") {
        let show = |name: &str, digits: usize, unit: &str| match row.value(name) {
            Some(value) => format!("{value:.digits$}{unit}"),
            None => "no value yet".to_owned(),
        };
        lines.push(format!("  entropy    {}", show("entropy_nats", 4, " nats")));
        lines.push(format!("  coherence  {}", show("coherence", 4, "")));
        lines.push(format!("  resonance  {}", show("resonance", 3, "")));
    }
    lines.push(format!("  phi        {}", phi(scene, outcome)));
    let counts = &outcome.counts;
    lines.push(format!(
        "  {}, {}, {}, {}",
        counted(counts.commands, "command"),
        counted(counts.migrations, "migration"),
        counted(counts.alerts, "alert"),
        match counts.phi_reports {
            1 => "1 report of phi".to_owned(),
            n => format!("{n} reports of phi"),
        }
    ));
    for (name, tick, warning) in &outcome.long_steps {
        lines.push(format!(
            "  step too long for population {name:?} from tick {tick} on: {warning}; a step of \
             {} s would do",
            warning.would_do_s
        ));
    }
    for failure in outcome.verdict.failures() {
        lines.push(format!("  assertion failed: {failure}"));
    }
    lines.push(format!("  digest     {}", outcome.digest));
    lines.push(format!("  written to {}", out.display()));
    lines
}

/// Why a run ended before its last tick, and where that is told in full.
fn ending(outcome: &Outcome, out: &Path) -> Vec<String> {
    let events = out.join(EVENTS);
    match (outcome.verdict.status, &outcome.stopped_by) {
        (RunStatus::SafeStopped, Some(cause)) => vec![
            format!("  stopped by {cause}"),
            format!("  see        {}", events.display()),
        ],
        (RunStatus::TimeLimit, _) => vec!["  stopped by --time-limit".to_owned()],
        (RunStatus::Interrupted, _) => vec!["  stopped by an interrupt".to_owned()],
        _ => Vec::new(),
    }
}

/// What is known of Φ at the end.
fn phi(scene: &Scene, outcome: &Outcome) -> String {
    match (&outcome.phi_refusal, &outcome.phi) {
        _ if scene.phi.units.is_empty() => "not measured".to_owned(),
        (Some(refusal), _) => format!("no value: {refusal}"),
        (None, Some(summary)) => summary.clone(),
        (None, None) => "no report yet".to_owned(),
    }
}

fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(count))
}

/// A speed with two digits: `7,700 ticks/s`.
#[must_use]
pub fn rate(per_s: f64) -> String {
    let short = rounded(per_s, f64::round);
    match short {
        short if !short.is_finite() => "? ticks/s".to_owned(),
        short if short >= 10.0 => format!("{} ticks/s", thousands(short as u64)),
        short => format!("{short} ticks/s"),
    }
}

/// A time with three digits or so.
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 10.0 => format!("{s:.2} s"),
        s if s < 100.0 => format!("{s:.1} s"),
        s => format!("{} s", thousands(s.round() as u64)),
    }
}

/// A whole number with a comma before each group of three digits.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (k, digit) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_with_the_digits_that_mean_something() {
        assert_eq!(rate(7695.4255), "7,700 ticks/s");
        assert_eq!(rate(0.3333), "0.33 ticks/s");
        assert_eq!(rate(6.04), "6 ticks/s");
        assert_eq!(rate(f64::INFINITY), "? ticks/s");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(
            (thousands(999), thousands(1000)),
            ("999".to_owned(), "1,000".to_owned())
        );
        assert_eq!(
            (duration(0.256), duration(3725.4)),
            ("0.26 s".to_owned(), "3,725 s".to_owned())
        );
        assert_eq!(
            (counted(1, "alert"), counted(2, "alert")),
            ("1 alert".into(), "2 alerts".into())
        );
    }
}
