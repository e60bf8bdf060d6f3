//! What stands in a plot beside its lines: violated rules, holds, alerts, edits, reports of Φ.

use bevy_egui::egui::{Color32, Stroke};
use egui_plot::{LineStyle, MarkerShape, PlotPoints, PlotUi, Points, Span, VLine};

use crate::phi::readings::PHI;
use crate::phi::report::PhiBound;
use crate::record::{EventKind, EventRecord};
use crate::safety::{Grade, Severity};

use super::curve::TimePlot;
use super::linked::sight;
use super::metrics::color;
use super::plots::log10;
use super::state::ViewState;
use super::theme;

/// Markers that are drawn at most.
const MARKERS: usize = 60;
/// Violations of rules that are drawn at most.
const SPANS: usize = 200;
/// Reports of Φ that are marked at most.
const REPORTS: usize = 200;

/// Things at times.
pub struct Marks {
    /// Safety holds and stops: from, to.
    pub spans: Vec<(f64, f64)>,
    /// Violations of rules: from, to, how grave, and the rule.
    pub rules: Vec<(f64, f64, Grade, String)>,
    /// Alerts.
    pub alerts: Vec<f64>,
    /// Edits.
    pub edits: Vec<f64>,
    /// The colour of reports of Φ.
    pub ink: Color32,
    /// Reports of Φ by what they are worth.
    pub reports: [(PhiBound, Vec<[f64; 2]>); 4],
}

/// Whether a plot over time marks an event.
#[must_use]
pub fn is_marked(event: &EventRecord) -> bool {
    matches!(
        event.data,
        EventKind::Alert { .. } | EventKind::Lost | EventKind::Input { .. }
    )
}

/// The marks of a plot in sight, whose axis of values may be logarithmic.
#[must_use]
pub fn marks(state: &ViewState, plot: &TimePlot, log: bool) -> Marks {
    let range = sight(state);
    let mut marks = Marks {
        spans: Vec::new(),
        rules: Vec::new(),
        alerts: Vec::new(),
        edits: Vec::new(),
        ink: color(&state.metric(&PHI)),
        reports: PhiBound::ALL.map(|bound| (bound, Vec::new())),
    };
    let (Some(view), Some(chronicle)) = (&state.view, state.chronicle()) else {
        return marks;
    };
    let head_s = view.time.head() as f64 * chronicle.tick_s;
    let violated = chronicle.violations.between(range).take(SPANS);
    marks.rules = violated
        .map(|own| (own.from_s, own.end_s(head_s), own.grade, own.rule.clone()))
        .collect();
    let hold_s = view.facts.scene.safety.hold_ticks as f64 * chronicle.tick_s;
    let marked = plot.shown().any(|curve| curve.metric == PHI);
    let events = chronicle.events.iter().rev();
    let shown = events.filter(|e| (range.0 - hold_s..=range.1).contains(&e.t_s));
    for event in shown.take(2_000) {
        match &event.data {
            EventKind::Alert { severity, .. } if marks.alerts.len() < MARKERS => {
                marks.alerts.push(event.t_s);
                match severity {
                    Severity::Warning => {}
                    Severity::Hold => marks.spans.push((event.t_s, event.t_s + hold_s)),
                    Severity::Stop => marks.spans.push((event.t_s, range.1.max(event.t_s))),
                }
            }
            EventKind::Lost if marks.alerts.len() < MARKERS => marks.alerts.push(event.t_s),
            EventKind::Input { .. } if marks.edits.len() < MARKERS => marks.edits.push(event.t_s),
            EventKind::Phi { value, bound, .. } if marked => {
                let mut reports = marks.reports.iter_mut();
                if let Some((_, at)) = reports.find(|(known, _)| known == bound)
                    && at.len() < REPORTS
                    && (!log || *value > 0.0)
                {
                    at.push([event.t_s, if log { log10(*value) } else { *value }]);
                }
            }
            _ => {}
        }
    }
    marks
}

/// The colour of a violation of a rule.
#[must_use]
pub fn color_of_grade(grade: Grade) -> Color32 {
    match grade {
        Grade::Info => theme::COHERENCE,
        Grade::Warning => theme::ENTROPY,
        Grade::Critical => theme::ALERT,
    }
}

impl Marks {
    /// Draws what lies behind the lines.
    pub fn draw(&self, plot: &mut PlotUi, dark: bool) {
        let faint = theme::on_ground(theme::ALERT, dark).gamma_multiply(0.18);
        for (start, end) in &self.spans {
            plot.span(Span::new("", *start..=*end).fill(faint));
        }
        for (start, end, grade, _) in &self.rules {
            let color = color_of_grade(*grade);
            let span = Span::new("", *start..=*end).fill(theme::shade(color, 0.13, dark));
            plot.span(span.border(Stroke::new(1.0, color.gamma_multiply(0.5))));
        }
        for (times, color) in [(&self.alerts, theme::ALERT), (&self.edits, theme::ENTROPY)] {
            for time in times {
                let line = VLine::new("", *time).allow_hover(false).width(1.0);
                let color = theme::on_ground(color, dark).gamma_multiply(0.7);
                plot.vline(line.color(color).style(LineStyle::dashed_dense()));
            }
        }
    }

    /// Draws what lies on the lines.
    pub fn draw_reports(self, plot: &mut PlotUi, dark: bool) {
        let color = theme::on_ground(self.ink, dark);
        for (bound, at) in self.reports {
            if at.is_empty() {
                continue;
            }
            let (shape, filled) = match bound {
                PhiBound::Exact => (MarkerShape::Circle, true),
                PhiBound::Estimate => (MarkerShape::Circle, false),
                PhiBound::Upper => (MarkerShape::Down, true),
                PhiBound::Lower => (MarkerShape::Up, true),
            };
            let points = Points::new(bound.name(), PlotPoints::from(at))
                .shape(shape)
                .filled(filled)
                .radius(3.5)
                .color(color)
                .allow_hover(false);
            plot.points(points);
        }
    }
}
