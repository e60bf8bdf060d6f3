//! Plots over time.

use crate::figure::{Axis, Dash, Events, Figure, Line, Mark, Marker, Panel, Points, Size, Span};
use crate::phi::report::PhiBound;

use super::super::curve::TimePlot;
use super::super::export::lines;
use super::super::plot_marks::{color_of_grade, marks};
use super::super::state::ViewState;
use super::super::theme;
use super::super::trace::{LineKind, Trace, Values};
use super::on_paper;

/// What is in sight of a plot, or of its differences between branches: every line, the setpoint as
/// it was, and the marks.
pub fn plot(state: &ViewState, of: &TimePlot, differs: bool) -> Option<Figure> {
    let range = state.plots.shown_s;
    let tick_s = state.chronicle()?.tick_s;
    let traces = lines(state, of, differs);
    let log = of.log && !differs;
    let mut panel = Panel::new("", Axis::new("time", "s").within(range.0, range.1), {
        let axis = value_axis(state, of, differs, &traces, range);
        if log { axis.log() } else { axis }
    });
    let marks = marks(state, of, false);
    for (from, to) in marks.spans {
        panel.marks.push(Mark::Span(Span {
            from,
            to,
            colour: on_paper(theme::ALERT),
            name: "safety acts".to_owned(),
        }));
    }
    for (from, to, grade, rule) in marks.rules {
        panel.marks.push(Mark::Span(Span {
            from,
            to,
            colour: on_paper(color_of_grade(grade)),
            name: format!("rule {rule:?} violated"),
        }));
    }
    for (at, color, tip, name) in [
        (marks.alerts, theme::ALERT, Marker::Down, "alert"),
        (marks.edits, theme::ENTROPY, Marker::Diamond, "edit"),
    ] {
        let at: Vec<f64> = at
            .into_iter()
            .filter(|t| (range.0..=range.1).contains(t))
            .collect();
        if !at.is_empty() {
            panel.marks.push(Mark::Events(Events {
                at,
                colour: on_paper(color),
                dash: Dash::Dashed,
                tip: Some(tip),
                name: name.to_owned(),
            }));
        }
    }
    for trace in &traces {
        panel.marks.push(Mark::Line(line(trace, range, tick_s)));
    }
    for (bound, at) in marks.reports {
        if at.is_empty() {
            continue;
        }
        let (shape, hollow) = match bound {
            PhiBound::Exact => (Marker::Circle, false),
            PhiBound::Estimate => (Marker::Circle, true),
            PhiBound::Upper => (Marker::Down, false),
            PhiBound::Lower => (Marker::Up, false),
        };
        panel.marks.push(Mark::Points(Points {
            shape,
            hollow,
            ..Points::new(bound.name(), at, on_paper(marks.ink))
        }));
    }
    Some(Figure::new("", vec![panel], Size::default()))
}

fn line(trace: &Trace<'_>, range: (f64, f64), tick_s: f64) -> Line {
    let (dash, width) = match trace.kind {
        LineKind::Shown => (Dash::Solid, 1.2),
        LineKind::Other(k) if k % 2 == 0 => (Dash::Dashed, 0.9),
        LineKind::Other(_) => (Dash::Dotted, 0.9),
        LineKind::Thin => (Dash::Dashed, 0.9),
        LineKind::Setpoint => (Dash::DashDot, 0.8),
    };
    let step = matches!(trace.values, Values::Steps(_));
    let points = match step {
        // A step has its corners alone.
        true => trace
            .runs(range, usize::MAX)
            .into_iter()
            .flatten()
            .collect(),
        false => with_gaps(trace, range, tick_s),
    };
    Line {
        dash,
        width,
        step: false,
        ..Line::new(trace.name.clone(), points, on_paper(trace.color))
    }
}

/// Every value in sight, with a gap wherever ticks between rows have none.
fn with_gaps(trace: &Trace<'_>, range: (f64, f64), tick_s: f64) -> Vec<[f64; 2]> {
    let values = trace.values(range);
    let mut points = Vec::with_capacity(values.len());
    let mut last = None;
    for (tick, value) in values {
        if last.is_some_and(|last| tick > last + trace.every()) {
            points.push([f64::NAN; 2]);
        }
        points.push([tick as f64 * tick_s, value]);
        last = Some(tick);
    }
    points
}

/// The axis of values: named after the one curve, or after the unit that all have in common.
fn value_axis(
    state: &ViewState,
    of: &TimePlot,
    differs: bool,
    traces: &[Trace<'_>],
    range: (f64, f64),
) -> Axis {
    let metrics: Vec<_> = of.shown().map(|own| state.metric(&own.metric)).collect();
    let mut labels: Vec<&str> = metrics.iter().map(|own| own.label.as_ref()).collect();
    labels.dedup();
    let units: Vec<&str> = metrics.iter().map(|own| own.unit).collect();
    let unit = match units.split_first() {
        Some((first, rest)) if rest.iter().all(|unit| unit == first) => first,
        _ => "",
    };
    let sign = if differs { "Δ " } else { "" };
    let axis = Axis::new(format!("{sign}{}", labels.join(", ")), unit);
    if of.log && !differs {
        return axis;
    }
    let values = traces.iter().flat_map(|trace| trace.values(range));
    let mut ends = values.fold(None, |ends: Option<(f64, f64)>, (_, value)| {
        let (low, high) = ends.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    });
    let mut include = |value: f64| {
        if let Some((low, high)) = &mut ends {
            (*low, *high) = (low.min(value), high.max(value));
        }
    };
    for metric in &metrics {
        if differs || metric.range.starts_with(['0', '≥']) {
            include(0.0);
        }
        if let Some(top) = metric.top.filter(|_| !differs) {
            include(top);
        }
    }
    match ends {
        Some((low, high)) if high > low => {
            let margin = 0.04 * (high - low);
            axis.within(low - margin, high + margin)
        }
        _ => axis,
    }
}
