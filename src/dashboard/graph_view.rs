//! The entity graph: laid out by forces on a thread of its own, drawn as meshes, picked and edited.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bevy_egui::egui::{self, Pos2, Rect, Sense, Stroke, Vec2, WidgetInfo, WidgetType, pos2, vec2};

use crate::graph::words::directed;
use crate::scenario::view_spec::ColorBy;

use super::graph_edges::{EdgeLayer, draw_cut};
use super::graph_hands::hands;
use super::graph_labels::draw_labels;
use super::graph_layout::{GraphLayout, LEAST};
use super::graph_vertices::draw_vertices;
use super::state::ViewState;
use super::view::View;

/// Steps between two looks at the layout while it settles.
const STEPS: usize = 4;

/// The layout that a thread works on.
#[derive(Default)]
struct Shared {
    places: Mutex<(u64, Vec<[f32; 2]>, bool)>,
    /// The thread works on for as long as this is its number.
    turn: AtomicU64,
}

/// What the graph's picture keeps.
pub struct GraphView {
    shared: Arc<Shared>,
    edition: Option<(u64, usize)>,
    /// Places as drawn last, with their version.
    pub(super) places: (u64, Vec<[f32; 2]>),
    settled: bool,
    pub(super) zoom: f32,
    shift: Vec2,
    /// What colours say.
    pub color_by: ColorBy,
    /// The vertex that an edge is being drawn from.
    pub(super) linking: Option<u32>,
    /// The vertex under the opened menu.
    pub(super) menu: Option<u32>,
    edges: EdgeLayer,
}

impl Default for GraphView {
    fn default() -> Self {
        Self {
            shared: Arc::default(),
            edition: None,
            places: (0, Vec::new()),
            settled: false,
            zoom: 1.0,
            shift: Vec2::ZERO,
            color_by: ColorBy::Phase,
            linking: None,
            menu: None,
            edges: EdgeLayer::default(),
        }
    }
}

impl Drop for GraphView {
    fn drop(&mut self) {
        self.shared.turn.fetch_add(1, Ordering::Relaxed);
    }
}

impl GraphView {
    /// Places of the vertices as they are laid out now.
    #[must_use]
    pub fn layout_places(&self) -> &[[f32; 2]] {
        &self.places.1
    }

    /// What the colours of vertices say, in a word.
    #[must_use]
    pub fn color_name(&self) -> &'static str {
        let own = ColorBy::ALL
            .into_iter()
            .find(|(own, _)| *own == self.color_by);
        own.map_or("phase", |(_, name)| name)
    }

    /// Begins a layout when the graph is a new one.
    pub fn take(&mut self, view: &View) {
        let n = view.angles.len();
        let edition = (view.facts.edition, n);
        if self.edition == Some(edition) {
            return;
        }
        let mut layout = if view.facts.are_edges_known() {
            GraphLayout::new(n, &view.facts.edges)
        } else {
            GraphLayout::without_edges(n)
        };
        if self.places.1.len() == n {
            layout.resume(&self.places.1);
        } else {
            (self.zoom, self.shift) = (1.0, Vec2::ZERO);
        }
        self.edition = Some(edition);
        self.edges = EdgeLayer::default();
        self.settle(layout);
    }

    /// Layouts that were begun so far.
    #[must_use]
    pub fn arrangements(&self) -> u64 {
        self.shared.turn.load(Ordering::Relaxed)
    }

    /// Whether the picture stands still.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    /// Lets the layout settle from the beginning.
    pub fn rearrange(&mut self) {
        self.edition = None;
        self.places = (0, Vec::new());
    }

    fn settle(&mut self, mut layout: GraphLayout) {
        let turn = self.shared.turn.fetch_add(1, Ordering::Relaxed) + 1;
        self.settled = false;
        let shared = self.shared.clone();
        std::thread::spawn(move || {
            loop {
                let settled = layout.is_settled();
                let places = layout.places();
                {
                    let mut out = shared.places.lock().unwrap_or_else(PoisonError::into_inner);
                    if shared.turn.load(Ordering::Relaxed) != turn {
                        return;
                    }
                    out.0 += 1;
                    out.1 = places;
                    out.2 = settled;
                }
                if settled {
                    return;
                }
                (0..STEPS).for_each(|_| layout.advance());
            }
        });
    }

    /// Takes the places that the layout's thread has found by now.
    pub fn fetch(&mut self) {
        let out = self
            .shared
            .places
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if out.0 != self.places.0 {
            self.places.0 = out.0;
            self.places.1.clone_from(&out.1);
        }
        self.settled = out.2;
    }

    /// Where a layout's places lie on the screen.
    fn transform(&self, rect: Rect) -> impl Fn([f32; 2]) -> Pos2 + use<> {
        let (fit, middle) = self.fit(rect);
        let scale = self.zoom * fit;
        let center = rect.center() + self.shift;
        move |[x, y]| center + vec2(scale * (x - middle[0]), scale * (y - middle[1]))
    }

    /// Points to a unit of the layout that fit it into a rectangle, and the layout's middle.
    fn fit(&self, rect: Rect) -> (f32, [f32; 2]) {
        let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
        for place in &self.places.1 {
            for axis in 0..2 {
                low[axis] = low[axis].min(place[axis]);
                high[axis] = high[axis].max(place[axis]);
            }
        }
        // Few vertices are not drawn to the edges of a large panel.
        let side = |axis: usize| (high[axis] - low[axis]).max(1.0);
        let room = rect.shrink(12.0);
        let fit = (room.width() / side(0)).min(room.height() / side(1));
        let middle = [0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1])];
        (fit, middle)
    }

    /// The distance on the screen that no two vertices fall below.
    pub(super) fn least_on_screen(&self, rect: Rect) -> f32 {
        LEAST * self.zoom * self.fit(rect).0
    }
}

/// The graph.
pub fn graph(ui: &mut egui::Ui, state: &mut ViewState) {
    let Some(view) = state.view.as_ref() else {
        return;
    };
    let n = view.angles.len();
    let mut color_by = state.graph.color_by;
    ui.horizontal_wrapped(|ui| {
        ui.weak("colour");
        egui::ComboBox::from_id_salt("colour by")
            .selected_text(
                ColorBy::ALL
                    .iter()
                    .find(|(c, _)| *c == color_by)
                    .map_or("", |c| c.1),
            )
            .width(84.0)
            .show_ui(ui, |ui| {
                for (choice, name) in ColorBy::ALL {
                    ui.selectable_value(&mut color_by, choice, name);
                }
            })
            .response
            .widget_info(|| WidgetInfo::labeled(WidgetType::ComboBox, true, "colour vertices by"));
        ui.weak(format!("{n} vertices, {}", edge_words(view)));
        if !state.graph.settled {
            ui.weak("· settling");
        }
        if let Some(one_in) = state.graph.edges.sparing() {
            ui.weak(format!("· 1 in {one_in} edges while it moves"));
        }
        if state.graph.linking.is_some() {
            ui.label("click the other end of the edge");
        }
    });
    let size = ui.available_size().max(vec2(40.0, 40.0));
    let (response, painter) = ui.allocate_painter(size, Sense::click_and_drag());
    let rect = response.rect;
    navigate(ui, &mut state.graph, &response);
    state.graph.color_by = color_by;
    let place = state.graph.transform(rect);
    if state.graph.places.1.len() == n {
        let shape = (state.graph.places.0, state.graph.zoom, state.graph.shift);
        let places = &state.graph.places.1;
        let at = |k: u32| place(places[k as usize]);
        state.graph.edges.draw(ui, &painter, view, shape, at);
        draw_cut(&painter, view, at);
        let picked = state.selected.map(|k| k as usize);
        let drawn = draw_vertices(&painter, state, view, rect, &place, ui.visuals());
        draw_labels(&painter, &view.facts, &drawn, ui.visuals().text_color());
        if let Some(k) = picked.filter(|k| *k < n) {
            let at = place(state.graph.places.1[k]);
            painter.circle_stroke(at, 9.0, Stroke::new(2.0, ui.visuals().strong_text_color()));
        }
    }
    let under = response
        .hover_pos()
        .and_then(|p| nearest(&state.graph.places.1, &place, p));
    if let Some(k) = under.filter(|_| !response.dragged()) {
        hint(ui, &response, view, k);
    }
    let text = format!("graph of {n} vertices coloured by phase");
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &text));
    hands(state, &response, under);
}

fn edge_words(view: &View) -> String {
    let edges = view.facts.edges_shown();
    if view.facts.are_edges_known() {
        edges
    } else {
        format!("{edges}, too many to draw")
    }
}

fn navigate(ui: &egui::Ui, graph: &mut GraphView, response: &egui::Response) {
    if response.dragged_by(egui::PointerButton::Primary) {
        graph.shift += response.drag_delta();
    }
    if let Some(pointer) = response.hover_pos() {
        let (scroll, pinch) = ui.input(|i| (i.smooth_scroll_delta.y, i.zoom_delta()));
        let factor = pinch * crate::base::num::exp(f64::from(scroll) * 0.004) as f32;
        if (factor - 1.0).abs() > 1e-4 {
            let before = graph.zoom;
            graph.zoom = (before * factor).clamp(0.2, 60.0);
            let from_center = pointer - response.rect.center() - graph.shift;
            graph.shift += from_center * (1.0 - graph.zoom / before);
        }
    }
    if response.double_clicked() {
        (graph.zoom, graph.shift) = (1.0, Vec2::ZERO);
    }
}

fn nearest(places: &[[f32; 2]], place: &impl Fn([f32; 2]) -> Pos2, pointer: Pos2) -> Option<u32> {
    let mut best: Option<(f32, u32)> = None;
    for (k, at) in places.iter().enumerate() {
        let distance = place(*at).distance_sq(pointer);
        if distance < 14.0 * 14.0 && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, k as u32));
        }
    }
    best.map(|(_, k)| k)
}

fn hint(ui: &egui::Ui, response: &egui::Response, view: &View, k: u32) {
    let at = k as usize;
    let Some(angle) = view.angles.get(at) else {
        return;
    };
    let population = usize::from(view.facts.populations[at]);
    let name = view
        .facts
        .scene
        .populations
        .get(population)
        .map_or("", |p| p.name.as_str());
    let text = format!(
        "{} of {name} on node {}: phase {:.2} rad, amplitude {:.3}, {} in",
        view.facts.name_of(k),
        view.owners[at],
        angle.rem_euclid(std::f32::consts::TAU),
        view.amplitudes[at],
        directed(view.facts.degrees[at] as usize)
    );
    let font = egui::FontId::proportional(12.0);
    let place = pos2(response.rect.left() + 4.0, response.rect.bottom() - 4.0);
    let ground = ui.visuals().extreme_bg_color.gamma_multiply(0.85);
    let galley = ui
        .painter()
        .layout_no_wrap(text, font, ui.visuals().text_color());
    let corner = place - vec2(0.0, galley.size().y);
    let frame = Rect::from_min_size(corner, galley.size()).expand(3.0);
    ui.painter().rect_filled(frame, 3.0, ground);
    ui.painter()
        .galley(corner, galley, ui.visuals().text_color());
}
