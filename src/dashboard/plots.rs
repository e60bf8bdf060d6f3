//! Metrics over time: linked, with a shared cursor, every branch, edits and interventions.

use bevy_egui::egui::{self, Color32, WidgetInfo, WidgetType};
use egui_plot::PlotResponse;

use crate::base::num;

use super::curve::TimePlot;
use super::legend::{legend, nothing_to_compare, statistics};
use super::linked::{Linked, Runs, head_s, seen, sight, touched};
use super::plot_marks::{Marks, marks};
use super::plot_menu::menu;
use super::state::ViewState;

/// A line to draw.
struct Drawn {
    name: String,
    color: Color32,
    runs: Runs,
}

/// A plot of metrics over time. Metrics can be dragged onto it from other plots' names.
pub fn plot(ui: &mut egui::Ui, state: &mut ViewState, plot: &mut TimePlot) {
    show(ui, state, plot, false);
}

/// The shown branch less another one.
pub fn difference(ui: &mut egui::Ui, state: &mut ViewState, plot: &mut TimePlot) {
    if state.compared().is_none() {
        nothing_to_compare(ui, state);
        return;
    }
    show(ui, state, plot, true);
}

fn show(ui: &mut egui::Ui, state: &mut ViewState, plot: &mut TimePlot, differs: bool) {
    let log = plot.log && !differs;
    legend(ui, state, plot, differs);
    if plot.statistics {
        statistics(ui, state, plot, differs);
    }
    let range = sight(state);
    let width = ui.available_width() as usize;
    let traces = match differs {
        true => state.differences(plot),
        false => state.traces(plot),
    };
    let drawn = traces.iter().map(|trace| Drawn {
        name: trace.name.clone(),
        color: trace.color,
        runs: Runs {
            runs: scaled(trace.runs(range, width), log),
            kind: trace.kind,
        },
    });
    let drawn: Vec<Drawn> = drawn.collect();
    let label = describe(state, plot, differs);
    let marks = marks(state, plot, log);
    let id = egui::Id::new(("plot", differs, &plot.curves));
    let response = draw(ui, state, (id, log, differs), drawn, marks, plot);
    if response.response.hovered() && std::mem::take(&mut state.plots.log_asked) {
        plot.log = !plot.log;
    }
    response
        .response
        .widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &label));
    menu(&response.response, state, plot, differs);
    let dropped = response.response.dnd_release_payload();
    if let Some(curve) = dropped.filter(|curve| !plot.curves.contains(curve)) {
        plot.curves.push((*curve).clone());
    }
}

fn describe(state: &ViewState, plot: &TimePlot, differs: bool) -> String {
    let parts = plot.shown().map(|curve| {
        let name = state.name_of_curve(curve);
        if differs {
            return format!("difference of {name} between branches");
        }
        match state.value_of(curve) {
            Some(value) => format!("{name} plot, last value {value}"),
            None => format!("{name} plot, {}", state.missing(curve)),
        }
    });
    let parts: Vec<String> = parts.collect();
    parts.join("; ")
}

/// Points on an axis of values. On one of logarithms, what is not above 0 is a gap.
fn scaled(runs: Vec<Vec<[f64; 2]>>, log: bool) -> Vec<Vec<[f64; 2]>> {
    if !log {
        return runs;
    }
    let mut scaled = Vec::with_capacity(runs.len());
    for run in runs {
        for part in run.split(|point| point[1] <= 0.0) {
            if !part.is_empty() {
                let points = part.iter().map(|[x, y]| [*x, log10(*y)]);
                scaled.push(points.collect());
            }
        }
    }
    scaled
}

/// The decimal logarithm.
#[must_use]
pub fn log10(value: f64) -> f64 {
    num::ln(value) / num::ln(10.0)
}

fn draw(
    ui: &mut egui::Ui,
    state: &mut ViewState,
    (id, log, differs): (egui::Id, bool, bool),
    drawn: Vec<Drawn>,
    marks: Marks,
    of: &TimePlot,
) -> PlotResponse<(f64, f64)> {
    let dark = ui.visuals().dark_mode;
    let linked = Linked::of(ui, state);
    let mut plot = linked.plot(ui, id, log);
    for curve in of.shown().filter(|_| !log && !differs) {
        let metric = state.metric(&curve.metric);
        if metric.range.starts_with(['0', '≥']) {
            plot = plot.include_y(0.0);
        }
        if let Some(top) = metric.top {
            plot = plot.include_y(top);
        }
    }
    if differs {
        plot = plot.include_y(0.0);
    }
    let response = plot.show(ui, move |plot| {
        linked.begin(plot);
        marks.draw(plot, dark);
        linked.cursors(plot);
        for Drawn { name, color, runs } in drawn {
            linked.line(plot, &name, color, runs);
        }
        marks.draw_reports(plot, dark);
        seen(plot)
    });
    touched(ui, state, &response);
    tell_violations(state, &response.response);
    response
}

/// Names the rules that are violated at the time that is pointed at.
pub fn tell_violations(state: &ViewState, response: &egui::Response) {
    let (Some(time_s), Some(chronicle)) = (state.plots.hovered_s, state.chronicle()) else {
        return;
    };
    if !response.hovered() || state.bare || time_s > head_s(state) {
        return;
    }
    let violated = chronicle.violations.between((time_s, time_s));
    let told: Vec<String> = violated
        .take(6)
        .map(|own| format!("⚖ {}", own.told()))
        .collect();
    if !told.is_empty() {
        response.clone().on_hover_text_at_pointer(told.join("\n"));
    }
}
