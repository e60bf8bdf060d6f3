//! The panels of control and safety: a loop's terms, and the margins of rules.

use crate::figure::colour::INK as BLACK;
use crate::figure::{Axis, Band, Dash, Figure, Level, Line, Mark, Panel, Size, Span};

use super::super::linked::INK;
use super::super::loop_words::{limit_of, unit_of_output};
use super::super::plot_marks::color_of_grade;
use super::super::state::ViewState;
use super::super::term_history::{TermHistory, TermLine, measures, outputs};
use super::super::theme;
use super::super::trace::{LineKind, Trace};
use super::on_paper;

/// Columns in which a figure looks for extremes of stacked terms and for limits that acted.
const COLUMNS: usize = 800;
/// Rules of a figure at most.
const RULES: usize = 6;
/// Share of the ground that stacked terms hide.
const AREA: f64 = 0.55;

/// The measure and the output of the loop that is shown, over the range of time in sight.
pub fn control(state: &ViewState) -> Option<Figure> {
    let range = state.plots.shown_s;
    let history = TermHistory::of(state, state.control.index)?;
    let spec = history.spec;
    let measure = state.metric(&spec.measure.metric());
    let upper = Panel::new(
        "",
        Axis::new("time", "s").within(range.0, range.1),
        Axis::new(measure.label.to_string(), measure.unit),
    );
    let upper = with_lines(state, upper, &measures(&spec.law), measure.unit);
    let unit = unit_of_output(state, spec);
    let mut lower = Panel::new(
        "",
        Axis::new("time", "s").within(range.0, range.1),
        Axis::new(format!("output of {}", spec.name), unit),
    );
    for own in history.limited(range, COLUMNS) {
        if let Some(limit) = limit_of(own.number) {
            lower.marks.push(Mark::Span(Span {
                from: own.from_s.max(range.0),
                to: own.to_s.min(range.1),
                colour: on_paper(limit.color),
                name: format!("limited by: {}", limit.name),
            }));
        }
    }
    let hidden: Vec<&str> = state.control.hidden.iter().copied().collect();
    let mut named: Vec<&str> = Vec::new();
    for own in history.stack(range, COLUMNS, &hidden) {
        let ends = own.lower.iter().zip(&own.upper);
        let points = own
            .x
            .iter()
            .zip(ends)
            .map(|(x, (low, high))| [*x, *low, *high]);
        let name = match named.contains(&own.name) {
            true => String::new(),
            false => own.name.to_owned(),
        };
        named.push(own.name);
        lower.marks.push(Mark::Band(Band {
            points: points.collect(),
            colour: on_paper(own.color),
            opacity: AREA,
            name,
        }));
    }
    let lower = with_lines(state, lower, &outputs(&spec.law), unit);
    let mut figure = Figure::new("", vec![upper, lower], Size::default());
    figure.shared_x = true;
    Some(figure)
}

/// A panel with the lines of terms that are not switched off.
fn with_lines(
    state: &ViewState,
    mut panel: Panel,
    lines: &[TermLine],
    unit: &'static str,
) -> Panel {
    let Some(history) = TermHistory::of(state, state.control.index) else {
        return panel;
    };
    let shown = lines
        .iter()
        .filter(|own| !state.control.hidden.contains(own.term));
    for trace in shown.filter_map(|own| history.trace(*own, unit)) {
        let (dash, width) = match trace.kind {
            LineKind::Shown => (Dash::Solid, 1.2),
            LineKind::Other(_) | LineKind::Thin => (Dash::Dashed, 0.9),
            LineKind::Setpoint => (Dash::DashDot, 0.8),
        };
        panel.marks.push(Mark::Line(Line {
            dash,
            width,
            ..Line::new(
                trace.name.clone(),
                points(state, &trace),
                match trace.color == INK {
                    true => BLACK,
                    false => on_paper(trace.color),
                },
            )
        }));
    }
    panel
}

/// Every value in sight.
fn points(state: &ViewState, trace: &Trace<'_>) -> Vec<[f64; 2]> {
    let tick_s = state.chronicle().map_or(0.0, |own| own.tick_s);
    let values = trace.values(state.plots.shown_s).into_iter();
    values
        .map(|(tick, value)| [tick as f64 * tick_s, value])
        .collect()
}

/// The margins of the rules over the range of time in sight, a panel each, six at most.
pub fn safety(state: &ViewState) -> Option<Figure> {
    let (view, chronicle) = (state.view.as_ref()?, state.chronicle()?);
    let range = state.plots.shown_s;
    let mut rules: Vec<_> = view.facts.scene.safety.all_rules().collect();
    rules.sort_by_key(|own| std::cmp::Reverse(own.severity));
    let mut panels = Vec::new();
    for rule in rules.iter().take(RULES) {
        let mut panel = Panel::new(
            format!("{}: {}", rule.name, rule.formula),
            Axis::new("time", "s").within(range.0, range.1),
            Axis::new("margin", ""),
        );
        let violations = chronicle.violations.between(range);
        for own in violations.filter(|own| own.rule == rule.name) {
            panel.marks.push(Mark::Span(Span {
                from: own.from_s.max(range.0),
                to: own.end_s(range.1).min(range.1),
                colour: on_paper(color_of_grade(own.grade)),
                name: "violated".to_owned(),
            }));
        }
        panel.marks.push(Mark::Level(Level {
            at: 0.0,
            colour: on_paper(theme::REFERENCE),
            dash: Dash::Dashed,
            name: String::new(),
        }));
        if let Some(column) = chronicle.column("cluster", &rule.metric()) {
            let places = chronicle.place(range.0)..chronicle.place(range.1) + 1;
            let known = places.filter(|place| *place < column.len());
            // A place without a value is a gap.
            let at = |k: usize| [chronicle.time_s(k), column.at(k).unwrap_or(f64::NAN)];
            let line = Line::new("", known.map(at).collect(), on_paper(theme::BLUE));
            panel.marks.push(Mark::Line(line));
        }
        panels.push(panel);
    }
    if panels.is_empty() {
        return None;
    }
    let mut figure = Figure::new("", panels, Size::default());
    figure.shared_x = true;
    Some(figure)
}
