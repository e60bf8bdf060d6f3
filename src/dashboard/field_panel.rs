//! The field: now as a line, and over time as a picture with colour bar and probe.

use bevy_egui::egui::{self, Color32, Rect, Sense, Stroke, WidgetInfo, WidgetType, pos2, vec2};
use egui_plot::{Line, Plot, PlotPoints};

use super::state::ViewState;
use super::theme;

/// The field.
pub fn field(ui: &mut egui::Ui, state: &mut ViewState) {
    let Some(view) = state.view.as_ref() else {
        return;
    };
    if view.field.is_empty() {
        ui.weak("This scene has no field. field: (kind: Wave(…)) or Synthesis(…) gives it one.");
        return;
    }
    let light = !ui.visuals().dark_mode;
    let branch = view.time.current;
    let changed = state.chronicles.get(branch).is_some_and(|chronicle| {
        state
            .kymograph
            .update(&view.modes, branch, chronicle, view.tick)
    });
    let height = ui.available_height();
    line(ui, &view.field, (0.34 * height).clamp(50.0, 160.0));
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
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    if let Some(texture) = state.field_picture.shown(context) {
        painter.image(texture, picture, whole, Color32::WHITE);
    }
    let text = ui.visuals().weak_text_color();
    let font = egui::FontId::proportional(10.0);
    for (x, name) in [(0.0, "0"), (0.5, "x"), (1.0, "1")] {
        let y = picture.bottom() - x * picture.height();
        let place = pos2(
            picture.left() - 4.0,
            y.clamp(picture.top() + 5.0, picture.bottom() - 5.0),
        );
        painter.text(place, egui::Align2::RIGHT_CENTER, name, font.clone(), text);
    }
    color_bar(&painter, picture, state.kymograph.scale, light, text);
    let (first, last) = state.kymograph.ticks();
    let probe = response
        .hover_pos()
        .filter(|p| picture.contains(*p))
        .and_then(|p| {
            let along = (p.x - picture.left()) / picture.width();
            let x = (picture.bottom() - p.y) / picture.height();
            painter.hline(picture.x_range(), p.y, Stroke::new(1.0, text));
            painter.vline(p.x, picture.y_range(), Stroke::new(1.0, text));
            let (tick, u) = state.kymograph.probe(along, x)?;
            Some(format!("u = {u:+.4} at x = {x:.3}, tick {tick}"))
        });
    match probe {
        Some(probe) => ui.label(probe),
        None => ui.weak(format!("u(x, t), ticks {first} to {last}")),
    };
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, "field over time"));
}

fn line(ui: &mut egui::Ui, values: &[f32], height: f32) {
    let last = (values.len() - 1) as f64;
    let points: Vec<[f64; 2]> = values
        .iter()
        .enumerate()
        .map(|(k, u)| [k as f64 / last, f64::from(*u)])
        .collect();
    let color = theme::on_ground(theme::FIELD, ui.visuals().dark_mode);
    let response = Plot::new("field now")
        .height(height)
        .allow_scroll(false)
        .include_y(-1.0)
        .include_y(1.0)
        .y_axis_min_width(36.0)
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
    let font = egui::FontId::proportional(10.0);
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
