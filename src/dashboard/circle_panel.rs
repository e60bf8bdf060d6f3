//! Phases on the unit circle, with order parameters.

use bevy_egui::egui::{
    self, Color32, Mesh, Pos2, Rect, Sense, Stroke, WidgetInfo, WidgetType, vec2,
};

use crate::base::num;

use super::state::ViewState;
use super::theme;
use super::view::View;

/// Populations whose order parameter is drawn.
const ARROWS: usize = 16;

/// The mean of (cos, sin) of all angles, and of those of each population.
#[must_use]
pub fn orders(view: &View) -> ([f64; 2], Vec<[f64; 2]>) {
    let mut sums = vec![[0.0f64; 3]; view.facts.scene.populations.len()];
    for (angle, population) in view.angles.iter().zip(&view.facts.populations) {
        let (s, c) = num::sin_cos(f64::from(*angle));
        let sum = &mut sums[usize::from(*population)];
        *sum = [sum[0] + c, sum[1] + s, sum[2] + 1.0];
    }
    let all = sums.iter().fold([0.0; 3], |all: [f64; 3], own| {
        [all[0] + own[0], all[1] + own[1], all[2] + own[2]]
    });
    let mean = |[c, s, n]: [f64; 3]| [c / n.max(1.0), s / n.max(1.0)];
    (mean(all), sums.into_iter().map(mean).collect())
}

/// The circle.
pub fn circle(ui: &mut egui::Ui, state: &mut ViewState) {
    let Some(view) = state.view.as_ref() else {
        return;
    };
    let names = &view.facts.scene.populations;
    let (all, own) = orders(view);
    let cosines: Vec<(f32, f32)> = view
        .angles
        .iter()
        .map(|angle| {
            let (s, c) = num::sin_cos(f64::from(*angle));
            (c as f32, s as f32)
        })
        .collect();
    let order = num::hypot(all[0], all[1]);
    ui.horizontal_wrapped(|ui| {
        ui.label(format!("r = {order:.4}")).on_hover_text(
            "The order parameter of all vertices now; coherence is the like over a window of what \
             the sensors see.",
        );
        ui.weak(format!("{} vertices", view.angles.len()));
        if names.len() > 1 {
            for (k, population) in names.iter().enumerate().take(4) {
                let [c, s] = own[k];
                let color = theme::on_ground(theme::node(k), ui.visuals().dark_mode);
                let r = num::hypot(c, s);
                ui.colored_label(color, format!("{} {r:.3}", population.name));
            }
        }
    });
    let size = ui.available_size().max(vec2(40.0, 40.0));
    let (response, painter) = ui.allocate_painter(size, Sense::hover());
    let center = response.rect.center();
    let radius = 0.5 * response.rect.width().min(response.rect.height()) - 10.0;
    let weak = ui.visuals().weak_text_color();
    painter.circle_stroke(center, radius, Stroke::new(1.0, weak.gamma_multiply(0.6)));
    let cross = Stroke::new(1.0, weak.gamma_multiply(0.25));
    painter.line_segment(
        [center - vec2(radius, 0.0), center + vec2(radius, 0.0)],
        cross,
    );
    painter.line_segment(
        [center - vec2(0.0, radius), center + vec2(0.0, radius)],
        cross,
    );
    let place = |c: f32, s: f32, r: f32| -> Pos2 { center + r * vec2(c, -s) };
    let dot = if cosines.len() > 2_000 { 1.2 } else { 3.0 };
    let mut mesh = Mesh::default();
    let largest = view.amplitudes.iter().copied().fold(1e-9, f32::max);
    for (k, (c, s)) in cosines.iter().enumerate() {
        let share = view.amplitudes[k] / largest;
        let color = theme::node(usize::from(view.facts.populations[k]));
        let at = place(*c, *s, radius * share);
        mesh.add_colored_rect(
            Rect::from_center_size(at, vec2(2.0 * dot, 2.0 * dot)),
            color,
        );
    }
    painter.add(mesh);
    let arrow = |c: f64, s: f64, color: Color32, width: f32| {
        let tip = place(c as f32, s as f32, radius);
        painter.arrow(center, tip - center, Stroke::new(width, color));
    };
    if names.len() > 1 {
        for (k, [c, s]) in own.iter().enumerate().take(ARROWS) {
            arrow(*c, *s, theme::node(k), 2.0);
        }
    }
    arrow(all[0], all[1], ui.visuals().strong_text_color(), 2.5);
    let text = format!("phase circle, order parameter {order:.4}");
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &text));
}
