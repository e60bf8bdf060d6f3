//! Names beside the graph's vertices, where few are on the screen and there is room.

use bevy_egui::egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Vec2, vec2};

use super::graph_vertices::Drawn;
use super::view::SceneFacts;

/// Vertices on the screen up to which they are labelled.
const FEW: usize = 60;
/// Letters of a label.
const LETTERS: usize = 24;
/// Size of the letters.
const SIZE: f32 = 10.5;

/// Writes the names of a graph whose vertices have any. A label that finds no free side of its
/// vertex is left out; pointing at the vertex shows it.
pub fn draw_labels(painter: &Painter, facts: &SceneFacts, drawn: &[Drawn], color: Color32) {
    if facts.names.is_empty() || drawn.len() > FEW {
        return;
    }
    let shapes: Vec<Rect> = drawn
        .iter()
        .map(|(_, at, radius)| Rect::from_center_size(*at, Vec2::splat(2.0 * radius)))
        .collect();
    let font = FontId::proportional(SIZE);
    let labels: Vec<_> = drawn
        .iter()
        .map(|(k, ..)| {
            let text = shortened(&facts.name_of(*k));
            painter.layout_no_wrap(text, font.clone(), color)
        })
        .collect();
    let sizes: Vec<Vec2> = labels.iter().map(|label| label.size()).collect();
    let found = places(&shapes, &sizes, painter.clip_rect());
    for (label, place) in labels.into_iter().zip(found) {
        if let Some(at) = place {
            painter.galley(at.min, label, color);
        }
    }
}

fn shortened(name: &str) -> String {
    match name.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// A free place for each label beside its shape: right, left, above or below.
fn places(shapes: &[Rect], sizes: &[Vec2], within: Rect) -> Vec<Option<Rect>> {
    let mut taken: Vec<Rect> = Vec::new();
    let all = shapes.iter().zip(sizes).enumerate();
    all.map(|(k, (shape, size))| {
        let free = |label: &Rect| {
            let others = shapes.iter().enumerate().filter(|(j, _)| *j != k);
            within.contains_rect(*label)
                && !others
                    .into_iter()
                    .any(|(_, other)| other.intersects(*label))
                && !taken.iter().any(|other| other.intersects(*label))
        };
        let sides = [
            (shape.right_center() + vec2(2.0, 0.0), Align2::LEFT_CENTER),
            (shape.left_center() - vec2(2.0, 0.0), Align2::RIGHT_CENTER),
            (shape.center_top() - vec2(0.0, 1.0), Align2::CENTER_BOTTOM),
            (shape.center_bottom() + vec2(0.0, 1.0), Align2::CENTER_TOP),
        ];
        let label = |(at, align): (Pos2, Align2)| align.anchor_size(at, *size);
        let found = sides.into_iter().map(label).find(free);
        taken.extend(found);
        found
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use bevy_egui::egui::pos2;

    use super::*;

    #[test]
    fn labels_cover_neither_vertices_nor_each_other() {
        let within = Rect::from_min_size(Pos2::ZERO, vec2(300.0, 200.0));
        let shapes: Vec<Rect> = (0..40)
            .map(|k| pos2(20.0 + 34.0 * (k % 8) as f32, 20.0 + 30.0 * (k / 8) as f32))
            .map(|at| Rect::from_center_size(at, Vec2::splat(8.0)))
            .collect();
        let sizes = vec![vec2(25.0, 11.0); 40];
        let found: Vec<Rect> = places(&shapes, &sizes, within)
            .into_iter()
            .flatten()
            .collect();
        assert!(found.len() > 20, "{}", found.len());
        for (k, label) in found.iter().enumerate() {
            assert!(within.contains_rect(*label));
            assert!(!shapes.iter().any(|shape| shape.intersects(*label)));
            assert!(!found[..k].iter().any(|other| other.intersects(*label)));
        }
    }

    #[test]
    fn a_label_without_room_is_left_out() {
        let shape = Rect::from_center_size(pos2(10.0, 10.0), Vec2::splat(8.0));
        let within = Rect::from_min_size(Pos2::ZERO, vec2(20.0, 20.0));
        assert_eq!(places(&[shape], &[vec2(60.0, 11.0)], within), [None]);
    }

    #[test]
    fn long_names_are_shortened_between_letters() {
        assert_eq!(shortened("v3 \"MT\""), "v3 \"MT\"");
        assert_eq!(shortened(&"ü".repeat(30)), format!("{}…", "ü".repeat(24)));
    }
}
