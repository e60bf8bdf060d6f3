//! The graph's vertices: shapes of their own while there is room, small squares in one mesh where
//! they are many.

use bevy_egui::egui::{self, Color32, Mesh, Pos2, Rect, Shape, Stroke, vec2};

use crate::scenario::view_spec::ColorBy;

use super::graph_edges;
use super::state::ViewState;
use super::theme;
use super::view::View;

/// A vertex that is on the screen: where, and the radius of its shape.
pub type Drawn = (u32, Pos2, f32);

/// Radius of a shape over the least distance, with which no two shapes cover each other.
const SHAPE: f32 = 0.38;

/// Draws them; `place` says where a place of the layout lies. Gives those that are on the screen.
pub fn draw_vertices(
    painter: &egui::Painter,
    state: &ViewState,
    view: &View,
    rect: Rect,
    place: &impl Fn([f32; 2]) -> Pos2,
    visuals: &egui::Visuals,
) -> Vec<Drawn> {
    let n = view.angles.len();
    let color_of = colors(state, view);
    let largest = view.amplitudes.iter().copied().fold(1e-9, f32::max);
    let room = rect.area() / n.max(1) as f32;
    let free = SHAPE * state.graph.least_on_screen(rect);
    let radius = (0.28 * room.sqrt() * state.graph.zoom.sqrt())
        .min(free)
        .clamp(1.2, 9.0);
    let mut drawn = Vec::new();
    let share = |k: usize| (view.amplitudes[k] / largest).clamp(0.2, 1.0).sqrt();
    if n > 600 || radius < 2.5 {
        let mut mesh = Mesh::default();
        mesh.reserve_vertices(4 * n);
        mesh.reserve_triangles(2 * n);
        for k in 0..n {
            let at = place(state.graph.places.1[k]);
            if rect.contains(at) {
                let side = 2.0 * radius * share(k);
                drawn.push((k as u32, at, 0.5 * side));
                mesh.add_colored_rect(Rect::from_center_size(at, vec2(side, side)), color_of(k));
            }
        }
        painter.add(mesh);
        return drawn;
    }
    let nodes = view.loads.len();
    for k in 0..n {
        let at = place(state.graph.places.1[k]);
        let ring = if nodes > 1 {
            Stroke::new(2.0, theme::node(usize::from(view.owners[k])))
        } else {
            Stroke::new(1.0, visuals.weak_text_color())
        };
        let size = radius * share(k);
        if rect.contains(at) {
            drawn.push((k as u32, at, size));
        }
        // Populations differ in shape too, so that colour is never alone.
        match view.facts.populations[k] % 3 {
            0 => painter.circle(at, size, color_of(k), ring),
            1 => {
                let square = Rect::from_center_size(at, vec2(1.8 * size, 1.8 * size));
                painter.rect(square, 0.0, color_of(k), ring, egui::StrokeKind::Middle)
            }
            _ => {
                let corner = |x: f32, y: f32| at + vec2(x * size, y * size);
                let points = vec![corner(0.0, -1.2), corner(1.1, 0.8), corner(-1.1, 0.8)];
                painter.add(Shape::convex_polygon(points, color_of(k), ring))
            }
        };
    }
    drawn
}

/// The colour of each vertex by what colours say.
pub fn colors<'a>(state: &'a ViewState, view: &'a View) -> impl Fn(usize) -> Color32 + 'a {
    let table = theme::phase_table();
    let complexes = match state.graph.color_by {
        ColorBy::Complex => complexes(view),
        _ => Vec::new(),
    };
    let most = view.facts.degrees.iter().copied().max().unwrap_or(1).max(1) as f32;
    let (look, by) = (state.look, state.graph.color_by);
    move |k| match by {
        ColorBy::Phase => table[theme::phase_index(view.angles[k])],
        ColorBy::Population => theme::node(usize::from(view.facts.populations[k])),
        ColorBy::Node => theme::node(usize::from(view.owners[k])),
        ColorBy::Complex => match complexes.get(k).copied().flatten() {
            Some(complex) => theme::node(complex),
            None => Color32::from_gray(120),
        },
        ColorBy::Load => {
            let load = view.loads.get(usize::from(view.owners[k])).copied();
            look.magnitude(load.unwrap_or(0.0) as f32)
        }
        ColorBy::Degree => look.magnitude(view.facts.degrees[k] as f32 / most),
    }
}

/// The number of the complex that each vertex is in, of those that do not overlap a greater one.
fn complexes(view: &View) -> Vec<Option<usize>> {
    let report = view.phi.report.as_ref();
    let lists = report.map_or(Vec::new(), |report| report.disjoint_complexes());
    let of_unit = |unit: u32| lists.iter().position(|(units, _)| units.contains(&unit));
    let units = graph_edges::units_of(view);
    units.into_iter().map(|unit| of_unit(unit?)).collect()
}
