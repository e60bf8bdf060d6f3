//! The field: now as a line, and over time as a picture with colour bar and probe.

use bevy_egui::egui::{
    self, Color32, ColorImage, Rect, Sense, Stroke, WidgetInfo, WidgetType, pos2, vec2,
};
use egui_plot::{Line, Plot, PlotPoints};

use crate::field::GridState;

use super::axes::{level_ticks, plain_axis, value_axis, value_ticks};
use super::state::ViewState;
use super::theme;

/// The field.
pub fn field(ui: &mut egui::Ui, state: &mut ViewState) {
    let Some(view) = state.view.as_ref() else {
        return;
    };
    if view.field.is_empty() {
        ui.weak("This scene has no field. field: (kind: Grid(…)), Wave(…) or Synthesis(…) gives it one.");
        return;
    }
    let light = !ui.visuals().dark_mode;
    let plate_of = view.modes.grid.as_ref();
    if let Some(grid) = plate_of.filter(|grid| grid.domain.ny() > 1) {
        let height = (0.25 * ui.available_height()).clamp(50.0, 400.0);
        let scale = grid.u.iter().fold(0.0, |peak: f64, u| peak.max(u.abs()));
        line(ui, &view.field, height, scale as f32);
        let image = plate_image(grid, light);
        state.field_picture.set(ui.ctx(), "field", image);
        state.field_light = light;
        plate(ui, state);
        return;
    }
    let energy = plate_of.map(|grid| format!(", energy {:.4}, rms {:.4}", grid.energy, grid.rms));
    let energy = energy.unwrap_or_default();
    let branch = view.time.current;
    let changed = state.chronicles.get(branch).is_some_and(|chronicle| {
        state
            .kymograph
            .update(&view.modes, branch, chronicle, view.tick)
    });
    let height = ui.available_height();
    let height = (0.34 * height).clamp(50.0, 160.0);
    line(ui, &view.field, height, state.kymograph.scale);
    let size = vec2(
        ui.available_width(),
        (ui.available_height() - 18.0).max(30.0),
    );
    let (response, painter) = ui.allocate_painter(size, Sense::click());
    let bar = 44.0;
    let picture = Rect::from_min_max(
        response.rect.min + vec2(42.0, 0.0),
        response.rect.max - vec2(bar, 0.0),
    );
    let context = ui.ctx();
    if changed || state.field_light != light || state.field_picture.is_empty() {
        let image = state.kymograph.image(light);
        state.field_picture.set(context, "field", image);
        state.field_light = light;
    }
    let begin = state.kymograph.begin();
    let whole = Rect::from_min_max(pos2(begin, 0.0), pos2(1.0, 1.0));
    if let Some(texture) = state.field_picture.shown(context) {
        painter.image(texture, picture, whole, Color32::WHITE);
    }
    let told = read(ui, state, &response, &painter, picture);
    match told {
        Some(told) => ui.label(told),
        None => {
            let (first, last) = state.kymograph.ticks();
            let tick_s = state.chronicles.get(branch).map_or(0.0, |own| own.tick_s);
            let (first, last) = (first as f64 * tick_s, last as f64 * tick_s);
            ui.weak(format!("u(x, t) from {first:.2} s to {last:.2} s{energy}"))
        }
    };
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, "field over time"));
}

/// Draws what is written beside the picture over time; gives the value under the pointer.
fn read(
    ui: &egui::Ui,
    state: &ViewState,
    response: &egui::Response,
    painter: &egui::Painter,
    picture: Rect,
) -> Option<String> {
    let text = ui.visuals().weak_text_color();
    let font = egui::FontId::proportional(theme::SMALL);
    for (x, name) in [(0.0, "0"), (0.5, "x"), (1.0, "1")] {
        let y = picture.bottom() - x * picture.height();
        let place = pos2(
            picture.left() - 4.0,
            y.clamp(picture.top() + 5.0, picture.bottom() - 5.0),
        );
        painter.text(place, egui::Align2::RIGHT_CENTER, name, font.clone(), text);
    }
    let light = !ui.visuals().dark_mode;
    color_bar(painter, picture, state.kymograph.scale, light, text);
    let p = response.hover_pos().filter(|p| picture.contains(*p))?;
    let begin = state.kymograph.begin();
    let share = (p.x - picture.left()) / picture.width();
    let along = begin + share * (1.0 - begin);
    let x = (picture.bottom() - p.y) / picture.height();
    painter.hline(picture.x_range(), p.y, Stroke::new(1.0, text));
    painter.vline(p.x, picture.y_range(), Stroke::new(1.0, text));
    let (tick, u) = state.kymograph.probe(along, x)?;
    let time_s = tick as f64 * state.chronicle()?.tick_s;
    Some(format!("u = {u:+.4} at x = {x:.3}, {time_s:.2} s"))
}

/// u on a plate now, y upwards.
fn plate(ui: &mut egui::Ui, state: &ViewState) {
    let Some(grid) = state
        .view
        .as_ref()
        .and_then(|view| view.modes.grid.as_ref())
    else {
        return;
    };
    let sides = vec2(
        grid.domain.x().length as f32,
        grid.domain.y().map_or(1.0, |axis| axis.length) as f32,
    );
    let room = ui.available_size() - vec2(60.0, 18.0);
    let scale = (room.x / sides.x).min(room.y / sides.y).max(1.0);
    let size = vec2(ui.available_width(), (scale * sides.y).max(30.0));
    let (response, painter) = ui.allocate_painter(size, Sense::hover());
    let picture = Rect::from_center_size(response.rect.center(), scale * sides);
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    if let Some(texture) = state.field_picture.shown(ui.ctx()) {
        painter.image(texture, picture, whole, Color32::WHITE);
    }
    let text = ui.visuals().weak_text_color();
    let light = !ui.visuals().dark_mode;
    let peak = grid.u.iter().fold(0.0, |peak: f64, u| peak.max(u.abs()));
    color_bar(&painter, picture, peak as f32, light, text);
    let under = response.hover_pos().filter(|p| picture.contains(*p));
    let told = under.map(|p| {
        let x = f64::from((p.x - picture.left()) / picture.width());
        let y = f64::from((picture.bottom() - p.y) / picture.height());
        let u = grid
            .probe([x, y])
            .map_or(f64::NAN, |probe| probe.sense(&grid.u));
        let (x, y) = (x * f64::from(sides.x), y * f64::from(sides.y));
        format!("u = {u:+.4} at ({x:.3}, {y:.3})")
    });
    ui.label(told.unwrap_or_else(|| {
        format!(
            "u(x, y) now, energy {:.4}, rms {:.4}",
            grid.energy, grid.rms
        )
    }));
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, "field on the plate"));
}

fn plate_image(grid: &GridState, light: bool) -> ColorImage {
    let (nx, ny) = (grid.domain.nx(), grid.domain.ny());
    let peak = grid.u.iter().fold(0.0, |peak: f64, u| peak.max(u.abs()));
    let scale = if peak > 0.0 { 1.0 / peak } else { 0.0 };
    let mut pixels = Vec::with_capacity(nx * ny);
    for row in (0..ny).rev() {
        let cells = &grid.u[row * nx..(row + 1) * nx];
        pixels.extend(
            cells
                .iter()
                .map(|u| theme::diverging((u * scale) as f32, light)),
        );
    }
    ColorImage::new([nx, ny], pixels)
}

/// u along the line now; `scale` is the greatest |u| of the picture below it.
fn line(ui: &mut egui::Ui, values: &[f32], height: f32, scale: f32) {
    let last = (values.len() - 1) as f64;
    let points: Vec<[f64; 2]> = values
        .iter()
        .enumerate()
        .map(|(k, u)| [k as f64 / last, f64::from(*u)])
        .collect();
    let color = theme::on_ground(theme::FIELD, ui.visuals().dark_mode);
    let peak = f64::from(scale.max(1e-6));
    let response = Plot::new("field now")
        .height(height)
        .allow_scroll(false)
        .include_y(-peak)
        .include_y(peak)
        .x_grid_spacer(|input| level_ticks(&input))
        .y_grid_spacer(|input| value_ticks(&input, false))
        .custom_y_axes(vec![value_axis(ui, false)])
        .custom_x_axes(vec![plain_axis(ui, "")])
        .grid_color(ui.visuals().weak_text_color().gamma_multiply(0.45))
        .show(ui, move |plot| {
            let line = Line::new("u(x)", PlotPoints::from(points));
            plot.line(line.color(color).width(2.0));
        });
    let info = || WidgetInfo::labeled(WidgetType::Image, true, "field plot");
    response.response.widget_info(info);
}

fn color_bar(painter: &egui::Painter, picture: Rect, scale: f32, light: bool, text: Color32) {
    let bar = Rect::from_min_max(
        pos2(picture.right() + 6.0, picture.top()),
        pos2(picture.right() + 14.0, picture.bottom()),
    );
    let steps = 32;
    for k in 0..steps {
        let (low, high) = (k as f32 / steps as f32, (k + 1) as f32 / steps as f32);
        let y = |share: f32| bar.bottom() - share * bar.height();
        let cell = Rect::from_min_max(pos2(bar.left(), y(high)), pos2(bar.right(), y(low)));
        painter.rect_filled(cell, 0.0, theme::diverging(low + high - 1.0, light));
    }
    let font = egui::FontId::proportional(theme::SMALL);
    let ends = [
        (bar.top() + 5.0, format!("+{scale:.2}")),
        (bar.center().y, "0".to_owned()),
        (bar.bottom() - 5.0, format!("−{scale:.2}")),
    ];
    for (y, name) in ends {
        let place = pos2(bar.right() + 3.0, y);
        painter.text(place, egui::Align2::LEFT_CENTER, name, font.clone(), text);
    }
}
