//! Pictures of a report: its units on a circle, and the structure in rows.

use bevy_egui::egui::{
    self, Align2, Color32, FontId, Painter, Pos2, Rect, Sense, Shape, Stroke, WidgetInfo,
    WidgetType, pos2, vec2,
};

use crate::base::num;
use crate::phi::report::{DistinctionReport, PhiReport, StructureReport};

use super::theme;

/// Height of the circle's picture, points.
const CIRCLE: f32 = 170.0;
/// Units of a circle that is legible.
const CIRCLE_UNITS: usize = 40;
/// Height of a row of the structure.
const ROW: f32 = 15.0;

/// The units on a circle: filled when on, complexes shaded, what the weakest cut severs dashed.
pub fn units(ui: &mut egui::Ui, report: &PhiReport, count: usize) {
    if !(2..=CIRCLE_UNITS).contains(&count) {
        return;
    }
    let size = vec2(ui.available_width().min(1.6 * CIRCLE), CIRCLE);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let label = format!("{count} units of Φ on a circle, cut and complexes marked");
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &label));
    response.on_hover_text(
        "Units in their order. Filled: on (binary units). Shaded: complexes. Dashed: what the \
         weakest cut severs. Circles and squares: the two sides of a bipartition.",
    );
    let painter = ui.painter_at(rect);
    let dark = ui.visuals().dark_mode;
    let ink = ui.visuals().text_color();
    let radius = 0.5 * CIRCLE - 24.0;
    let at = |unit: u32| -> Pos2 {
        let (sin, cos) = num::sin_cos(num::TAU * f64::from(unit) / count as f64);
        rect.center() + radius * vec2(sin as f32, -cos as f32)
    };
    let dot = (0.33 * std::f32::consts::TAU * radius / count as f32).clamp(3.0, 11.0);
    for (k, (members, _)) in report.disjoint_complexes().into_iter().enumerate() {
        let color = theme::on_ground(theme::node(k), dark).gamma_multiply(0.3);
        shade(
            &painter,
            members.iter().map(|unit| at(*unit)),
            dot + 5.0,
            color,
        );
    }
    let stroke = Stroke::new(1.3, theme::on_ground(theme::REFERENCE, dark));
    for (from, to) in severed(report) {
        let ends = [at(from), at(to)];
        painter.extend(Shape::dashed_line(&ends, stroke, 5.0, 4.0));
    }
    for unit in 0..count as u32 {
        let on = report
            .states
            .get(unit as usize)
            .is_none_or(|state| *state == 1);
        let fill = if on {
            ink
        } else {
            ui.visuals().extreme_bg_color
        };
        let stroke = Stroke::new(1.5, ink);
        let place = at(unit);
        if report.mip.1.contains(&unit) {
            let square = Rect::from_center_size(place, vec2(1.8 * dot, 1.8 * dot));
            painter.rect(square, 1.0, fill, stroke, egui::StrokeKind::Middle);
        } else {
            painter.circle(place, dot, fill, stroke);
        }
        if dot > 7.0 {
            let letters = if on {
                ui.visuals().extreme_bg_color
            } else {
                ink
            };
            let font = FontId::proportional(theme::SMALL);
            painter.text(place, Align2::CENTER_CENTER, unit, font, letters);
        }
    }
}

/// The pairs of units that the weakest cut severs: those of a directed cut, else every pair across.
fn severed(report: &PhiReport) -> Vec<(u32, u32)> {
    if !report.cut.is_empty() {
        return report.cut.iter().map(|[from, to]| (*from, *to)).collect();
    }
    let (a, b) = &report.mip;
    if a.len() * b.len() > 60 {
        return Vec::new();
    }
    a.iter()
        .flat_map(|x| b.iter().map(move |y| (*x, *y)))
        .collect()
}

/// A fat outline around points.
fn shade(painter: &Painter, points: impl Iterator<Item = Pos2>, width: f32, color: Color32) {
    let points: Vec<Pos2> = points.collect();
    for point in &points {
        painter.circle_filled(*point, width, color);
    }
    let count = points.len();
    for k in 0..if count > 2 {
        count
    } else {
        count.saturating_sub(1)
    } {
        let ends = [points[k], points[(k + 1) % count]];
        painter.line_segment(ends, Stroke::new(0.9 * width, color));
    }
}

/// Each distinction a row: what it specifies as cause, its mechanism, what it specifies as effect,
/// unit by unit, and φ_d as a bar.
#[expect(clippy::too_many_lines, reason = "waits to be split")]
pub fn structure(ui: &mut egui::Ui, structure: &StructureReport, report: &PhiReport) {
    let rows = structure.distinctions.len();
    if rows == 0 {
        ui.weak("no mechanism specifies both a cause and an effect");
        return;
    }
    let count = report.states.len().max(1);
    let width = ui.available_width().max(160.0);
    let (rect, _) = ui.allocate_exact_size(vec2(width, ROW * (rows as f32 + 1.3)), Sense::hover());
    let painter = ui.painter_at(rect);
    let dark = ui.visuals().dark_mode;
    let ink = ui.visuals().text_color();
    let step = ((0.6 * width - 36.0) / (3 * count) as f32).clamp(4.0, 13.0);
    let block = (step * count as f32 + 12.0).max(66.0);
    let columns = [
        ("cause", theme::on_ground(theme::COHERENCE, dark)),
        ("mechanism", ink),
        ("effect", theme::on_ground(theme::ALERT, dark)),
    ];
    for (k, (name, color)) in columns.iter().enumerate() {
        let place = rect.min + vec2(block * k as f32, 0.0);
        painter.text(
            place,
            Align2::LEFT_TOP,
            name,
            FontId::proportional(theme::SMALL),
            *color,
        );
    }
    let bars = rect.left() + 3.0 * block;
    painter.text(
        pos2(bars, rect.top()),
        Align2::LEFT_TOP,
        "φ_d, bits",
        FontId::proportional(theme::SMALL),
        ui.visuals().weak_text_color(),
    );
    let longest = structure
        .distinctions
        .iter()
        .map(|d| d.phi)
        .fold(1e-12, f64::max);
    for (k, row) in structure.distinctions.iter().enumerate() {
        let y = rect.top() + ROW * (k as f32 + 1.8);
        let response = ui.interact(
            Rect::from_min_size(pos2(rect.left(), y - 0.5 * ROW), vec2(width, ROW)),
            ui.id().with(("distinction", k)),
            Sense::hover(),
        );
        let told = told(row);
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &told));
        response.on_hover_text(&told);
        let mechanism_states: Vec<u8> = row
            .mechanism
            .iter()
            .map(|unit| report.states.get(*unit as usize).copied().unwrap_or(0))
            .collect();
        let blocks = [
            (&row.cause.0, &row.cause.1),
            (&row.mechanism, &mechanism_states),
            (&row.effect.0, &row.effect.1),
        ];
        for (column, (units, states)) in blocks.into_iter().enumerate() {
            let color = columns[column].1;
            for (unit, state) in units.iter().zip(states) {
                let x = rect.left() + block * column as f32 + step * (*unit as f32 + 0.5);
                let fill = if *state == 1 {
                    color
                } else {
                    Color32::TRANSPARENT
                };
                painter.circle(
                    pos2(x, y),
                    (0.36 * step).min(4.5),
                    fill,
                    Stroke::new(1.2, color),
                );
            }
        }
        let room = (rect.right() - bars - 44.0).max(8.0);
        let length = room * (row.phi / longest) as f32;
        let bar = Rect::from_min_size(pos2(bars, y - 4.0), vec2(length, 8.0));
        painter.rect_filled(bar, 1.0, ui.visuals().weak_text_color());
        painter.text(
            pos2(bars + length + 4.0, y),
            Align2::LEFT_CENTER,
            format!("{:.3}", row.phi),
            FontId::proportional(theme::SMALL),
            ink,
        );
    }
}

fn told(row: &DistinctionReport) -> String {
    let states = |(units, states): &(Vec<u32>, Vec<u8>)| {
        let pairs = units.iter().zip(states);
        let told: Vec<String> = pairs
            .map(|(unit, state)| format!("{unit} {}", if *state == 1 { "on" } else { "off" }))
            .collect();
        told.join(", ")
    };
    let mechanism: Vec<String> = row.mechanism.iter().map(ToString::to_string).collect();
    format!(
        "mechanism {} · cause {} · effect {} · φ_d = {:.5} bits",
        mechanism.join(" "),
        states(&row.cause),
        states(&row.effect),
        row.phi
    )
}
