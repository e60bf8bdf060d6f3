//! Metrics over time: linked, with a shared cursor, every branch, edits and interventions.

use bevy_egui::egui::{self, Color32, WidgetInfo, WidgetType};
use egui_plot::{Line, LineStyle, Plot, PlotPoints, PlotResponse, PlotUi, VLine};

use crate::base::num;

use super::axes::{self, value_ticks};
use super::curve::TimePlot;
use super::legend::{legend, nothing_to_compare, statistics};
use super::plot_marks::{Marks, marks};
use super::plot_menu::menu;
use super::state::ViewState;
use super::theme;
use super::trace::LineKind;

/// A line to draw: name, runs of points, colour, and what it stands for.
struct Drawn {
    name: String,
    runs: Vec<Vec<[f64; 2]>>,
    color: Color32,
    kind: LineKind,
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
        runs: scaled(trace.runs(range, width), log),
        color: trace.color,
        kind: trace.kind,
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

/// The range of time that is drawn: what is in sight, a little more on both sides.
#[must_use]
pub fn sight(state: &ViewState) -> (f64, f64) {
    let (from, to) = state.plots.shown_s;
    let now = state.view.as_ref().map_or(0.0, |view| view.t_s);
    if state.plots.follow {
        let head = head_s(state).max(now);
        if state.plots.window_s.is_infinite() {
            (0.0, head.max(1.0))
        } else {
            let end = now.max(state.plots.window_s);
            (end - state.plots.window_s, end)
        }
    } else {
        (from, to)
    }
}

/// The newest plant time of the shown branch, s.
#[must_use]
pub fn head_s(state: &ViewState) -> f64 {
    let tick = state.view.as_ref().map_or(0, |view| view.time.head());
    state.chronicle().map_or(0.0, |c| tick as f64 * c.tick_s)
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
    let (from, to) = sight(state);
    let (follow, refit) = (state.plots.follow, state.plots.refit > 0);
    let now = state.view.as_ref().map_or(0.0, |view| view.t_s);
    let past = now + 1e-9 < head_s(state);
    let dark = ui.visuals().dark_mode;
    // Beyond the newest tick there is nothing to read.
    let readable = state.plots.cursor_s.is_some_and(|t| t <= head_s(state));
    let pointer = match readable && !state.bare && state.film.is_none() {
        true => ui.visuals().weak_text_color(),
        false => Color32::TRANSPARENT,
    };
    let mut plot = Plot::new(id)
        .allow_scroll(false)
        .allow_zoom([true, false])
        .link_axis("time", [true, false])
        .link_cursor("time", [true, false])
        .x_grid_spacer(|input| axes::level_ticks(&input))
        .y_grid_spacer(move |input| value_ticks(&input, log))
        .custom_x_axes(vec![axes::time_axis(ui)])
        .custom_y_axes(vec![axes::value_axis(ui, log)])
        .grid_color(ui.visuals().weak_text_color().gamma_multiply(0.45))
        .cursor_color(pointer)
        .label_formatter(|_| None)
        .set_margin_fraction(egui::vec2(0.0, 0.06));
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
    let cursors = state.plots.cursors;
    let ink = ui.visuals().strong_text_color();
    let response = plot.show(ui, move |plot| {
        if follow {
            plot.set_plot_bounds_x(from..=to);
        }
        if refit {
            plot.set_auto_bounds([false, true]);
        }
        marks.draw(plot, dark);
        if past {
            let line = VLine::new("here", now).width(1.5);
            plot.vline(line.color(Color32::GRAY));
        }
        for (name, at) in ["1", "2"].into_iter().zip(cursors) {
            if let Some(at) = at {
                plot.vline(
                    VLine::new(name, at)
                        .color(ink)
                        .width(1.0)
                        .allow_hover(false),
                );
            }
        }
        for line in drawn {
            add_line(plot, line, dark);
        }
        marks.draw_reports(plot, dark);
        let bounds = plot.plot_bounds();
        (bounds.min()[0], bounds.max()[0])
    });
    touched(ui, state, &response);
    response
}

/// What a hand did to a plot: moved it, zoomed, asked for everything, or set a cursor.
pub fn touched(ui: &egui::Ui, state: &mut ViewState, response: &PlotResponse<(f64, f64)>) {
    let (plot, shown) = (&response.response, response.inner);
    if plot.dragged() || (plot.hovered() && zoomed(ui)) {
        state.plots.follow = false;
    }
    if plot.double_clicked() {
        state.plots.follow = true;
        state.plots.fit();
    }
    state.plots.shown_s = shown;
    let Some(pointer) = plot.hover_pos() else {
        return;
    };
    let time = response.transform.value_from_position(pointer).x.max(0.0);
    state.plots.hovered_s = Some(time);
    if plot.clicked() && !plot.double_clicked() {
        let second = ui.input(|input| input.modifiers.shift);
        state.plots.cursors[usize::from(second)] = Some(time);
    }
}

fn zoomed(ui: &egui::Ui) -> bool {
    ui.input(|input| {
        let boxed = input
            .pointer
            .button_released(egui::PointerButton::Secondary)
            && input
                .pointer
                .total_drag_delta()
                .is_some_and(|d| d.length() > 6.0);
        (input.zoom_delta() - 1.0).abs() > 1e-3 || boxed
    })
}

fn add_line(plot: &mut PlotUi, drawn: Drawn, dark: bool) {
    let color = theme::on_ground(drawn.color, dark);
    for run in drawn.runs {
        let line = Line::new(drawn.name.clone(), PlotPoints::from(run)).allow_hover(false);
        let line = match drawn.kind {
            LineKind::Shown => line.color(color).width(2.0),
            LineKind::Other(k) => {
                let style = match k % 3 {
                    0 => LineStyle::dashed_dense(),
                    1 => LineStyle::dotted_dense(),
                    _ => LineStyle::dashed_loose(),
                };
                line.color(color.gamma_multiply(0.7))
                    .width(1.5)
                    .style(style)
            }
            LineKind::Setpoint => line
                .color(color)
                .width(1.0)
                .style(LineStyle::dashed_loose()),
        };
        plot.line(line);
    }
}
