//! What heat maps of the window share: colours, and bars that tell what colours stand for.

use bevy_egui::egui::epaint::TextShape;
use bevy_egui::egui::{
    self, Align2, Color32, FontId, Mesh, Painter, Rect, Sense, Stroke, pos2, vec2,
};

use super::theme::{self, Look};

/// Cells of a colour bar.
const STEPS: usize = 64;
/// Room to the right of a heat map for its bar, points.
pub const BAR_ROOM: f32 = 62.0;

/// The colours of shares 0 … 1 in 256 steps.
#[must_use]
pub fn table(look: Look) -> [Color32; 256] {
    std::array::from_fn(|k| look.magnitude(k as f32 / 255.0))
}

/// The colour of cells without a value: the ground, a little raised.
#[must_use]
pub fn gap(dark: bool) -> Color32 {
    Color32::from_gray(if dark { 52 } else { 222 })
}

/// The lines that hatch what is left out.
#[must_use]
pub fn hatching(dark: bool) -> Color32 {
    Color32::from_gray(if dark { 110 } else { 160 })
}

fn fill(painter: &Painter, bar: Rect, look: Look, upright: bool) {
    // One mesh: the smoothed edges of single cells would show as seams.
    let mut mesh = Mesh::default();
    for k in 0..STEPS {
        let [low, high] = [k, k + 1].map(|k| k as f32 / STEPS as f32);
        let colour = look.magnitude((k as f32 + 0.5) / STEPS as f32);
        let cell = match upright {
            true => Rect::from_min_max(
                pos2(bar.left(), bar.bottom() - high * bar.height()),
                pos2(bar.right(), bar.bottom() - low * bar.height()),
            ),
            false => Rect::from_min_max(
                pos2(bar.left() + low * bar.width(), bar.top()),
                pos2(bar.left() + high * bar.width(), bar.bottom()),
            ),
        };
        mesh.add_colored_rect(cell, colour);
    }
    painter.add(mesh);
}

/// A bar in a line of text, with what stands at its ends.
pub fn bar_in_line(ui: &mut egui::Ui, look: Look, low: &str, high: &str) {
    ui.weak(low);
    let (response, painter) = ui.allocate_painter(vec2(90.0, 12.0), Sense::hover());
    fill(&painter, response.rect.shrink2(vec2(0.0, 1.0)), look, false);
    ui.weak(high);
}

/// A bar to the right of a heat map, from 0 to 1, with its name along it.
pub fn bar_beside(ui: &egui::Ui, painter: &Painter, map: Rect, look: Look, name: &str) {
    let bar = Rect::from_min_max(
        pos2(map.right() + 10.0, map.top()),
        pos2(map.right() + 20.0, map.bottom()),
    );
    fill(painter, bar, look, true);
    let text = theme::quiet(ui.visuals().dark_mode);
    let font = FontId::proportional(theme::SMALL);
    let labels: &[f32] = match bar.height() {
        high if high > 150.0 => &[0.0, 0.2, 0.4, 0.6, 0.8, 1.0],
        high if high > 50.0 => &[0.0, 0.5, 1.0],
        _ => &[0.0, 1.0],
    };
    for value in labels {
        let y = bar.bottom() - value * bar.height();
        let tick = [pos2(bar.right(), y), pos2(bar.right() + 3.0, y)];
        painter.line_segment(tick, Stroke::new(1.0, text));
        let at = pos2(
            bar.right() + 5.0,
            y.clamp(bar.top() + 5.0, (bar.bottom() - 5.0).max(bar.top() + 5.0)),
        );
        let words = match *value {
            v if v == 0.0 || v == 1.0 => format!("{v:.0}"),
            v => format!("{v:.1}"),
        };
        painter.text(at, Align2::LEFT_CENTER, words, font.clone(), text);
    }
    let galley = painter.layout_no_wrap(name.to_owned(), font, text);
    if galley.size().x <= map.height() {
        let start = pos2(bar.right() + 26.0, bar.center().y + 0.5 * galley.size().x);
        let turned = TextShape::new(start, galley, text);
        painter.add(turned.with_angle(-std::f32::consts::FRAC_PI_2));
    }
}
