//! The plant: graph coloured by phase, and the field.

use bevy_egui::egui::{self, Color32, Pos2, Rect, Sense, Stroke, WidgetInfo, WidgetType, vec2};
use egui_plot::{Line, Plot, PlotPoints};

use crate::base::num;

use super::theme;
use super::view::{View, ViewState};

/// Graphs up to this size are drawn as a circle with edges; larger ones as a grid of cells.
const CIRCLE_UP_TO: usize = 256;

/// The graph: vertices coloured by phase, sized by amplitude, with their node as a ring.
pub fn graph(ui: &mut egui::Ui, state: &ViewState, height: f32) {
    let Some(view) = &state.view else {
        return;
    };
    let n = view.angles.len();
    heading(
        ui,
        "graph",
        &format!(
            "{n} vertices, colour = phase{}",
            if n <= CIRCLE_UP_TO {
                ", ring = node"
            } else {
                ""
            }
        ),
        "Every vertex in scene order. The colour is its phase: θ, or the angle of (x, −v/ω). Like \
         colours mean like phases. The ring around it shows the node World that it lives on.",
    );
    let size = vec2(ui.available_width(), height);
    let (response, painter) = ui.allocate_painter(size, Sense::hover());
    let rect = response.rect.shrink(6.0);
    if n <= CIRCLE_UP_TO {
        circle(&painter, rect, view);
    } else {
        cells(&painter, rect, view);
    }
    let text = format!("graph of {n} vertices coloured by phase");
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &text));
}

fn circle(painter: &egui::Painter, rect: Rect, view: &View) {
    let n = view.angles.len().max(1);
    let radius = 0.5 * rect.width().min(rect.height()) - 8.0;
    let place = |k: usize| -> Pos2 {
        let (s, c) = num::sin_cos(num::TAU * k as f64 / n as f64 - 0.5 * num::PI);
        rect.center() + radius * vec2(c as f32, s as f32)
    };
    let faint = Stroke::new(1.0, Color32::from_gray(90).gamma_multiply(0.6));
    for [a, b] in &view.facts.edges {
        painter.line_segment([place(*a as usize), place(*b as usize)], faint);
    }
    let largest = view.amplitudes.iter().copied().fold(1e-9, f32::max);
    let spacing = (2.0 * std::f32::consts::PI * radius / n as f32).min(22.0);
    for k in 0..view.angles.len() {
        let share = (view.amplitudes[k] / largest).clamp(0.25, 1.0);
        let dot = 0.38 * spacing * share.sqrt();
        let color = theme::phase(f64::from(view.angles[k]));
        let ring = theme::node(usize::from(view.owners[k]));
        painter.circle(place(k), dot.max(1.5), color, Stroke::new(1.5, ring));
    }
}

fn cells(painter: &egui::Painter, rect: Rect, view: &View) {
    let n = view.angles.len();
    let aspect = rect.width() / rect.height();
    let columns = ((n as f32 * aspect).sqrt().ceil() as usize).max(1);
    let rows = n.div_ceil(columns);
    let side = (rect.width() / columns as f32).min(rect.height() / rows as f32);
    let mut mesh = egui::Mesh::default();
    for k in 0..n {
        let corner = vec2((k % columns) as f32 * side, (k / columns) as f32 * side);
        let cell = Rect::from_min_size(rect.min + corner, vec2(side, side));
        mesh.add_colored_rect(cell, theme::phase(f64::from(view.angles[k])));
    }
    painter.add(mesh);
}

/// The field u(x).
pub fn field(ui: &mut egui::Ui, state: &ViewState, height: f32) {
    let Some(view) = state.view.as_ref().filter(|view| !view.field.is_empty()) else {
        return;
    };
    heading(
        ui,
        "field",
        "u(x), x in 0 … 1",
        "The superposed modes of the field along the domain. In a synthesis its first mode is \
         gain · coherence · sin 2πx; a wave is driven by the resonators and acts back on them.",
    );
    let last = (view.field.len() - 1) as f64;
    let points: Vec<[f64; 2]> = view
        .field
        .iter()
        .enumerate()
        .map(|(k, u)| [k as f64 / last, *u])
        .collect();
    let response = Plot::new("field")
        .height(height)
        .allow_scroll(false)
        .include_y(-1.0)
        .include_y(1.0)
        .y_axis_min_width(36.0)
        .show(ui, move |plot| {
            let line = Line::new("u(x)", PlotPoints::from(points));
            plot.line(line.color(theme::FIELD).width(2.0));
        });
    let info = || WidgetInfo::labeled(WidgetType::Image, true, "field plot");
    response.response.widget_info(info);
}

/// A panel's name, what it shows, and its explanation on hover.
pub fn heading(ui: &mut egui::Ui, name: &str, about: &str, help: &str) {
    ui.horizontal(|ui| {
        ui.strong(name).on_hover_text(help);
        ui.weak(about);
    });
}
