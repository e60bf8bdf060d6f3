//! A trace as a figure: its signals with their thresholds, and the robustness below.

use std::path::Path;

use anyhow::{Result, anyhow};

use crate::cli::say::aside;
use crate::figure::colour::category;
use crate::figure::{self, Axis, Dash, Figure, Level, Line, Mark, Panel, Rgb, Size, Span};
use crate::logic::{Expr, Formula};

use super::tell::Found;
use super::trace::Trace;

/// Signals that are drawn at most.
const SIGNALS: usize = 6;
/// Stretches of violation that are marked at most.
const STRETCHES: usize = 400;
/// The colour of what is violated: vermilion.
const VIOLATED: Rgb = [213, 94, 0];

/// Draws the figure.
pub fn write(out: &Path, input: &Path, trace: &Trace, found: &Found) -> Result<()> {
    figure::Format::of(out).map_err(|error| anyhow!("--plot {error}"))?;
    let x: Vec<f64> = match &trace.times {
        Some(times) => times.clone(),
        None => (0..trace.samples)
            .map(|k| (k + trace.from) as f64)
            .collect(),
    };
    let axis = || match trace.times {
        Some(_) => Axis::new("time", "s"),
        None => Axis::new("sample", ""),
    };
    let curve = |name: &str, own: &[f64], colour| {
        let points = x.iter().zip(own).map(|(x, y)| [*x, *y]).collect();
        Mark::Line(Line::new(name, points, colour))
    };
    let levels = thresholds(&trace.formula);
    let mut panels = Vec::new();
    for (k, (name, own)) in trace.columns.iter().take(SIGNALS).enumerate() {
        let mut panel = Panel::new("", axis(), Axis::new(name.clone(), ""));
        panel = panel.with(curve("", own, category(k)));
        for (_, at) in levels.iter().filter(|(of, _)| of == name) {
            panel = panel.with(level(*at, category(k)));
        }
        panels.push(panel);
    }
    let mut panel = Panel::new("", axis(), Axis::new("robustness", ""));
    for span in violations(&x, found) {
        panel = panel.with(Mark::Span(span));
    }
    panel = panel.with(level(0.0, category(SIGNALS)));
    panels.push(panel.with(curve("", &found.verdicts.robustness, category(SIGNALS))));
    let name = input
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let figure = Figure {
        shared_x: true,
        caption: vec![caption(trace)],
        ..Figure::new(name.unwrap_or_default(), panels, Size::TwoColumns)
    };
    figure::write(out, &figure.drawing()).map_err(|error| anyhow!("{error}"))?;
    aside!(
        "{}: signals with their thresholds, and the robustness",
        out.display()
    );
    Ok(())
}

fn level(at: f64, colour: Rgb) -> Mark {
    Mark::Level(Level {
        at,
        colour,
        dash: Dash::Dashed,
        name: String::new(),
    })
}

fn caption(trace: &Trace) -> String {
    let more = trace.columns.len().saturating_sub(SIGNALS);
    let more = match more {
        0 => String::new(),
        more => format!("; {more} more signals are not drawn"),
    };
    format!(
        "{}; violated where the ground is tinted, gaps where samples are missing or the robustness \
         is infinite{more}",
        trace.formula
    )
}

/// The stretches of samples at which the formula is violated, each from half a step before to half
/// a step behind.
fn violations(x: &[f64], found: &Found) -> Vec<Span> {
    let violated = |k: usize| {
        found
            .verdicts
            .at(k)
            .is_some_and(|own| own.decided() == Some(false))
    };
    let edge = |k: usize| match (k.checked_sub(1).and_then(|k| x.get(k)), x.get(k)) {
        (Some(a), Some(b)) => 0.5 * (a + b),
        (Some(last), None) => *last,
        (None, first) => first.copied().unwrap_or(0.0),
    };
    let mut spans = Vec::new();
    let mut begin = None;
    for k in 0..=x.len() {
        match (begin, k < x.len() && violated(k)) {
            (None, true) => begin = Some(k),
            (Some(from), false) => {
                spans.push(Span {
                    from: edge(from),
                    to: edge(k),
                    colour: VIOLATED,
                    name: "violated".to_owned(),
                });
                begin = None;
            }
            _ => {}
        }
    }
    spans.truncate(STRETCHES);
    spans
}

/// Signals with the constants that they are compared with.
fn thresholds(formula: &Formula) -> Vec<(String, f64)> {
    let mut found: Vec<(String, f64)> = Vec::new();
    let mut waiting = vec![formula];
    while let Some(own) = waiting.pop() {
        if let Formula::Compare(_, left, right) = own {
            found.extend(levels(left, right));
        }
        waiting.extend(own.parts());
    }
    found.dedup();
    found
}

fn levels(left: &Expr, right: &Expr) -> Vec<(String, f64)> {
    match (left, right) {
        (Expr::Signal(name), Expr::Number(at)) | (Expr::Number(at), Expr::Signal(name)) => {
            vec![(name.clone(), *at)]
        }
        (Expr::Abs(own), Expr::Number(at)) | (Expr::Number(at), Expr::Abs(own)) => match &**own {
            Expr::Signal(name) => vec![(name.clone(), *at), (name.clone(), -at)],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
