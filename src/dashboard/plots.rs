//! Metrics over time: linked, with a shared cursor, both branches, edits and interventions.

use bevy_egui::egui::{self, Color32, RichText, WidgetInfo, WidgetType};
use egui_plot::{Line, LineStyle, Plot, PlotPoints, PlotResponse, PlotUi, VLine};

use crate::base::num;
use crate::cluster::readings::ALERTS;
use crate::kernel::Branch;
use crate::registry::{Metric, MetricId};
use crate::safety::readings::COMMAND;
use crate::signal::readings::ENTROPY;

use super::chronicle::Chronicle;
use super::export;
use super::metrics::color;
use super::plot_marks::{Marks, marks};
use super::state::ViewState;
use super::theme;

/// A line to draw: name, runs of points, colour, and whether it is of another branch.
struct Drawn {
    name: String,
    runs: Vec<Vec<[f64; 2]>>,
    color: Color32,
    other: bool,
}

/// A plot of metrics of the shown scope. Metrics can be dragged onto it from other plots' names.
pub fn plot(ui: &mut egui::Ui, state: &mut ViewState, metrics: &mut Vec<MetricId>) {
    let Some(chronicle) = state.chronicle() else {
        return;
    };
    let cursor = state.plots.cursor_s.filter(|t| *t <= head_s(state));
    let at = cursor.map(|t| chronicle.place(t));
    let mut removed = None;
    ui.horizontal(|ui| {
        for (k, id) in metrics.iter().enumerate() {
            let metric = state.metric(id);
            let value = match at {
                Some(place) => chronicle
                    .column(&state.scope, id)
                    .and_then(|column| column.at(place)),
                None => state.value(id),
            };
            let name = RichText::new(metric.label.as_ref())
                .strong()
                .color(readable(ui, &metric));
            let place = ui.id().with(("metric", k));
            ui.dnd_drag_source(place, id.clone(), |ui| ui.label(name))
                .response
                .on_hover_text(format!(
                    "{}\nDrag it onto another plot.",
                    metric.explained()
                ));
            match value {
                Some(value) => ui.label(format!("{value:.4} {}", metric.unit)),
                None => ui.weak("no value yet"),
            };
            if metrics.len() > 1 && ui.small_button("×").on_hover_text("take out").clicked() {
                removed = Some(k);
            }
        }
        if let Some(cursor) = cursor {
            ui.weak(format!("at {cursor:.2} s"));
        }
    });
    let drawn = lines(state, metrics, ui.available_width());
    let label = describe(state, metrics);
    let first = metrics.first().cloned().unwrap_or(ENTROPY);
    let id = egui::Id::new(("plot", metrics.as_slice()));
    let response = draw(ui, state, id, drawn, marks(state, &first), &first);
    response
        .response
        .widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &label));
    export::menu(&response.response, state, metrics);
    if let Some(dropped) = response.response.dnd_release_payload::<MetricId>()
        && !metrics.contains(&dropped)
    {
        metrics.push((*dropped).clone());
    }
    if let Some(k) = removed {
        metrics.remove(k);
    }
}

/// A metric's colour, dark enough to read on a light ground.
fn readable(ui: &egui::Ui, metric: &Metric) -> Color32 {
    theme::on_ground(color(metric), ui.visuals().dark_mode)
}

fn describe(state: &ViewState, metrics: &[MetricId]) -> String {
    let parts = metrics.iter().map(|id| {
        let label = state.metric(id).label;
        match state.value(id) {
            Some(value) => format!("{label} plot, last value {value}"),
            None => format!("{label} plot, no value yet"),
        }
    });
    let parts: Vec<String> = parts.collect();
    parts.join("; ")
}

/// The range of time that is drawn: what is in sight, a little more on both sides.
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

fn head_s(state: &ViewState) -> f64 {
    let tick = state.view.as_ref().map_or(0, |view| view.time.head());
    state.chronicle().map_or(0.0, |c| tick as f64 * c.tick_s)
}

/// Points of a column in sight, at about two a pixel.
fn points(
    state: &ViewState,
    chronicle: &Chronicle,
    metric: &MetricId,
    range: (f64, f64),
    width: f32,
) -> Vec<Vec<[f64; 2]>> {
    let Some(column) = chronicle.column(&state.scope, metric) else {
        return Vec::new();
    };
    let from = chronicle.place(range.0).saturating_sub(1);
    let to = chronicle.place(range.1) + 2;
    let runs = column.decimate(from, to, width.max(16.0) as usize);
    let scaled = |value: f64| {
        if state.plots.log {
            num::ln(value.max(1e-12)) / num::ln(10.0)
        } else {
            value
        }
    };
    runs.into_iter()
        .map(|run| {
            let run = run.into_iter();
            run.map(|(place, value)| [chronicle.time_s(place), scaled(value)])
                .collect()
        })
        .collect()
}

fn lines(state: &ViewState, metrics: &[MetricId], width: f32) -> Vec<Drawn> {
    let Some(chronicle) = state.chronicle() else {
        return Vec::new();
    };
    let range = sight(state);
    let mut drawn = Vec::new();
    let letter = Branch::letter(state.branch());
    for id in metrics {
        let metric = state.metric(id);
        if let Some((parent, tick)) = chronicle.parent
            && let Some(other) = state.chronicles.get(parent)
        {
            let from = (range.0.max(tick as f64 * other.tick_s), range.1);
            drawn.push(Drawn {
                name: format!("{} {}", metric.label, Branch::letter(parent)),
                runs: points(state, other, id, from, width),
                color: color(&metric),
                other: true,
            });
        }
        drawn.push(Drawn {
            name: format!("{} {letter}", metric.label),
            runs: points(state, chronicle, id, range, width),
            color: color(&metric),
            other: false,
        });
    }
    drawn
}

fn draw(
    ui: &mut egui::Ui,
    state: &mut ViewState,
    id: egui::Id,
    drawn: Vec<Drawn>,
    marks: Marks,
    id_of_metric: &MetricId,
) -> PlotResponse<(f64, f64)> {
    let metric = state.metric(id_of_metric);
    let (from, to) = sight(state);
    let (follow, log) = (state.plots.follow, state.plots.log);
    let now = state.view.as_ref().map_or(0.0, |view| view.t_s);
    let past = now + 1e-9 < head_s(state);
    let dark = ui.visuals().dark_mode;
    // Beyond the newest tick there is nothing to read.
    let readable = state.plots.cursor_s.is_some_and(|t| t <= head_s(state));
    let cursor = match readable {
        true => ui.visuals().weak_text_color(),
        false => Color32::TRANSPARENT,
    };
    let unit = match (log, metric.unit) {
        (true, "") => "log10".to_owned(),
        (true, unit) => format!("log10 {unit}"),
        (false, unit) => unit.to_owned(),
    };
    let mut plot = Plot::new(id)
        .allow_scroll(false)
        .allow_zoom([true, false])
        .link_axis("time", [true, false])
        .link_cursor("time", [true, false])
        .x_axis_formatter(|mark, _| format!("{} s", mark.value))
        .y_axis_min_width(36.0)
        .grid_color(ui.visuals().weak_text_color().gamma_multiply(0.45))
        .cursor_color(cursor)
        .label_formatter(|_| None)
        .set_margin_fraction(egui::vec2(0.0, 0.06));
    if !unit.is_empty() {
        plot = plot.y_axis_label(RichText::new(unit).small());
    }
    if !log && metric.range.starts_with(['0', '≥']) {
        plot = plot.include_y(0.0);
    }
    if let Some(top) = metric.top.filter(|_| !log) {
        plot = plot.include_y(top);
    }
    let response = plot.show(ui, move |plot| {
        if follow {
            plot.set_plot_bounds_x(from..=to);
        }
        marks.draw(plot, dark);
        if past {
            let line = VLine::new("here", now).width(1.5);
            plot.vline(line.color(Color32::GRAY));
        }
        for line in drawn {
            add_line(plot, line);
        }
        marks.draw_reports(plot, theme::on_ground(color(&metric), dark));
        let bounds = plot.plot_bounds();
        (bounds.min()[0], bounds.max()[0])
    });
    if response.response.dragged() || (response.response.hovered() && zoomed(ui)) {
        state.plots.follow = false;
    }
    if response.response.double_clicked() {
        state.plots.follow = true;
    }
    state.plots.shown_s = response.inner;
    if let Some(pointer) = response.response.hover_pos() {
        let value = response.transform.value_from_position(pointer);
        state.plots.hovered_s = Some(value.x.max(0.0));
    }
    response
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

fn add_line(plot: &mut PlotUi, drawn: Drawn) {
    for run in drawn.runs {
        let mut line = Line::new(drawn.name.clone(), PlotPoints::from(run)).allow_hover(false);
        if drawn.other {
            let faint = drawn.color.gamma_multiply(0.55);
            line = line
                .color(faint)
                .width(1.5)
                .style(LineStyle::dashed_dense());
        } else {
            line = line.color(drawn.color).width(2.0);
        }
        plot.line(line);
    }
}

/// This branch less the one that it parted from.
pub fn difference(ui: &mut egui::Ui, state: &mut ViewState, metric_id: &MetricId) {
    let metric = state.metric(metric_id);
    let forked = state.chronicle().and_then(|c| c.parent);
    let Some((parent, tick)) = forked else {
        ui.weak(
            "There is one branch. Go back, change something, and both futures are compared here.",
        );
        if ui.button("fork here").clicked() {
            state.orders.push(super::order::Order::Fork);
        }
        return;
    };
    let (letter, other) = (Branch::letter(state.branch()), Branch::letter(parent));
    let (Some(own), Some(base)) = (state.chronicle(), state.chronicles.get(parent)) else {
        return;
    };
    let columns = own
        .column(&state.scope, metric_id)
        .zip(base.column(&state.scope, metric_id));
    let mut column = super::column::Column::default();
    let first = (tick / own.every) as usize;
    if let Some((a, b)) = columns {
        for place in first..a.len().min(b.len()) {
            if let Some((a, b)) = a.at(place).zip(b.at(place)) {
                column.set(place, a - b);
            }
        }
    }
    let last = column.last().map(|(_, value)| value);
    ui.horizontal(|ui| {
        ui.strong(format!("{} {letter} − {other}", metric.label));
        match last {
            Some(value) => ui.label(format!("{value:+.4} {}", metric.unit)),
            None => ui.weak("no common tick with values yet"),
        };
    });
    let range = sight(state);
    let (from, to) = (own.place(range.0), own.place(range.1) + 1);
    let runs = column.decimate(from, to, ui.available_width().max(16.0) as usize);
    let runs = runs.into_iter().map(|run| {
        let run = run.into_iter();
        run.map(|(place, value)| [own.time_s(place), value])
            .collect()
    });
    let drawn = vec![Drawn {
        name: format!("{letter} − {other}"),
        runs: runs.collect(),
        color: color(&metric),
        other: false,
    }];
    let marks = Marks {
        setpoint: Some(0.0),
        ..marks(state, &ALERTS)
    };
    let id = egui::Id::new(("difference", metric_id));
    let response = draw(ui, state, id, drawn, marks, &COMMAND);
    let label = format!("difference of {} between branches", metric.label);
    response
        .response
        .widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &label));
    export::menu(&response.response, state, std::slice::from_ref(metric_id));
}
