//! The graph's edges: line by line, or as one picture where they are many.

use std::sync::Arc;

use bevy_egui::egui::{
    self, Color32, Mesh, Pos2, Rect, Shape, Stroke, TextureHandle, Vec2, pos2, vec2,
};

use super::edge_picture::EdgePicture;
use super::live_picture::FRAMES_ON_THE_WAY;
use super::theme;
use super::view::View;

/// Edges that are drawn line by line at most.
const LINES: usize = 6_000;
/// Edges that are drawn dashed at most, where a partition cuts them.
const DASHED: usize = 1_500;

/// What the edges were drawn for: version of the layout, edition of the graph, rectangle, zoom,
/// shift and look.
type Key = (u64, u64, [i32; 4], [i32; 3], bool);

enum Drawn {
    /// Each edge, or one in so many while the graph moves.
    Lines(Arc<Mesh>),
    /// Many edges that stand still, the frame since which they do, and what was drawn before.
    Picture(TextureHandle, u64, Arc<Mesh>),
}

/// The edges as they were drawn last. Few are lines; many are a picture while they stand still,
/// and a part of them while they move.
#[derive(Default)]
pub struct EdgeLayer {
    drawn: Option<(Key, Drawn)>,
    sparing: Option<usize>,
}

impl EdgeLayer {
    /// One in so many edges was drawn, because the graph moves; none when each was.
    #[must_use]
    pub fn sparing(&self) -> Option<usize> {
        self.sparing
    }

    /// Draws them. `shape` is the version of the layout with zoom and shift, `at` says where a
    /// vertex lies.
    pub fn draw(
        &mut self,
        ui: &egui::Ui,
        painter: &egui::Painter,
        view: &View,
        (version, zoom, shift): (u64, f32, Vec2),
        at: impl Fn(u32) -> Pos2,
    ) {
        let rect = painter.clip_rect();
        let light = !ui.visuals().dark_mode;
        let key: Key = (
            version,
            view.facts.edition,
            [rect.min.x, rect.min.y, rect.max.x, rect.max.y].map(|x| x as i32),
            [zoom * 64.0, shift.x, shift.y].map(|x| x as i32),
            light,
        );
        let one_in = view.facts.edges.len().div_ceil(LINES).max(1);
        let still = matches!(&self.drawn, Some((old, _)) if *old == key);
        let ends = view.facts.edges.iter().map(|[a, b]| [at(*a), at(*b)]);
        match &self.drawn {
            Some((_, Drawn::Picture(..))) if still => {}
            Some((_, Drawn::Lines(_))) if still && one_in == 1 => {}
            Some((_, Drawn::Lines(lines))) if still => {
                let since = ui.ctx().cumulative_frame_nr();
                let drawn = Drawn::Picture(picture(ui, rect, ends), since, lines.clone());
                self.drawn = Some((key, drawn));
            }
            _ => {
                let strength = if view.facts.edges.len() > 1_000 {
                    0.25
                } else {
                    0.6
                };
                let color = color(light).gamma_multiply(strength);
                let mesh = lines(ends.step_by(one_in), rect, color);
                self.drawn = Some((key, Drawn::Lines(Arc::new(mesh))));
            }
        }
        self.sparing = (!still && one_in > 1).then_some(one_in);
        if self.sparing.is_some() {
            ui.ctx().request_repaint();
        }
        match &self.drawn {
            Some((_, Drawn::Lines(mesh))) => {
                painter.add(Shape::Mesh(mesh.clone()));
            }
            // The renderer does not have the picture yet.
            Some((_, Drawn::Picture(_, since, lines)))
                if ui.ctx().cumulative_frame_nr() < since + FRAMES_ON_THE_WAY =>
            {
                painter.add(Shape::Mesh(lines.clone()));
                ui.ctx().request_repaint();
            }
            Some((_, Drawn::Picture(picture, ..))) => {
                let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
                painter.image(picture.id(), rect, whole, Color32::WHITE);
            }
            None => {}
        }
    }
}

fn color(light: bool) -> Color32 {
    Color32::from_gray(if light { 130 } else { 100 })
}

fn lines(ends: impl Iterator<Item = [Pos2; 2]>, rect: Rect, color: Color32) -> Mesh {
    let mut mesh = Mesh::default();
    for [from, to] in ends {
        if rect.intersects(Rect::from_two_pos(from, to)) {
            thin_line(&mut mesh, from, to, color);
        }
    }
    mesh
}

fn picture(ui: &egui::Ui, rect: Rect, ends: impl Iterator<Item = [Pos2; 2]>) -> TextureHandle {
    let scale = ui.ctx().pixels_per_point();
    let [width, height] = [rect.width(), rect.height()].map(|x| (x * scale).ceil().max(1.0));
    let mut picture = EdgePicture::new(width as usize, height as usize);
    for ends in ends {
        let [from, to] = ends.map(|end| (scale * (end - rect.min)).to_pos2());
        picture.line(from, to);
    }
    let image = picture.image(color(!ui.visuals().dark_mode));
    ui.ctx()
        .load_texture("edges", image, egui::TextureOptions::NEAREST)
}

fn thin_line(mesh: &mut Mesh, from: Pos2, to: Pos2, color: Color32) {
    let along = to - from;
    let length = along.length().max(1e-3);
    let across = 0.5 * vec2(-along.y, along.x) / length;
    let first = mesh.vertices.len() as u32;
    for corner in [from + across, from - across, to + across, to - across] {
        mesh.colored_vertex(corner, color);
    }
    mesh.add_triangle(first, first + 1, first + 2);
    mesh.add_triangle(first + 1, first + 3, first + 2);
}

/// The unit of Φ that each vertex belongs to.
pub fn units_of(view: &View) -> Vec<Option<u32>> {
    let mut units = vec![None; view.angles.len()];
    for (unit, vertices) in view.facts.unit_vertices.iter().enumerate() {
        for vertex in vertices {
            if let Some(own) = units.get_mut(vertex.index()) {
                *own = Some(unit as u32);
            }
        }
    }
    units
}

/// Dashes the edges that the minimum partition cuts.
pub fn draw_cut(painter: &egui::Painter, view: &View, at: impl Fn(u32) -> Pos2) {
    let Some(report) = &view.phi.report else {
        return;
    };
    let units = units_of(view);
    let (one, other) = &report.mip;
    let severs = |from: u32, to: u32| {
        let across = |a: &[u32], b: &[u32]| a.contains(&from) && b.contains(&to);
        report.cut.contains(&[from, to]) || across(one, other) || across(other, one)
    };
    let unit = |vertex: u32| units.get(vertex as usize).copied().flatten();
    let crossing = view.facts.edges.iter().filter(|[a, b]| {
        let ends = unit(*a).zip(unit(*b));
        ends.is_some_and(|(a, b)| severs(a, b) || severs(b, a))
    });
    let stroke = Stroke::new(1.5, theme::REFERENCE);
    for [a, b] in crossing.take(DASHED) {
        let ends = [at(*a), at(*b)];
        painter.extend(Shape::dashed_line(&ends, stroke, 5.0, 4.0));
    }
}
