//! The entity graph: laid out by forces on a thread of its own, drawn as meshes, picked and edited.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bevy_egui::egui::{
    self, Color32, Mesh, Pos2, Rect, Sense, Shape, Stroke, Vec2, WidgetInfo, WidgetType, pos2, vec2,
};

use crate::base::{Input, NodeId, VertexId};

use super::force::ForceLayout;
use super::order::Order;
use super::state::ViewState;
use super::theme;
use super::view::View;

/// Steps between two looks at the layout while it settles.
const STEPS: usize = 4;
/// Edges that are drawn dashed at most, where a partition cuts them.
const DASHED: usize = 1_500;

/// What the colour of a vertex says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorBy {
    /// Its phase.
    #[default]
    Phase,
    /// Its population.
    Population,
    /// Its node.
    Node,
    /// Whether its unit is in the major complex.
    Complex,
    /// The load of its node.
    Load,
    /// The edges it feels.
    Degree,
}

impl ColorBy {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Phase, "phase"),
        (Self::Population, "population"),
        (Self::Node, "node"),
        (Self::Complex, "Φ complex"),
        (Self::Load, "load"),
        (Self::Degree, "degree"),
    ];
}

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
    places: (u64, Vec<[f32; 2]>),
    settled: bool,
    zoom: f32,
    shift: Vec2,
    /// What colours say.
    pub color_by: ColorBy,
    /// The vertex that an edge is being drawn from.
    linking: Option<u32>,
    /// The vertex under the opened menu.
    menu: Option<u32>,
    edges: Option<(EdgeKey, Arc<Mesh>)>,
}

/// What the mesh of edges was made for: layout version, edition, rectangle, zoom and shift.
type EdgeKey = (u64, u64, [i32; 4], [i32; 3], bool);

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
            edges: None,
        }
    }
}

impl Drop for GraphView {
    fn drop(&mut self) {
        self.shared.turn.fetch_add(1, Ordering::Relaxed);
    }
}

impl GraphView {
    /// Begins a layout when the graph is a new one.
    pub fn take(&mut self, view: &View) {
        let n = view.angles.len();
        let edition = (view.facts.edition, n);
        if self.edition == Some(edition) {
            return;
        }
        let same_vertices = self.places.1.len() == n;
        let layout = if same_vertices {
            let mut layout = ForceLayout::new(n, &view.facts.edges);
            layout.places.clone_from(&self.places.1);
            layout.rewire(&view.facts.edges);
            layout
        } else {
            (self.zoom, self.shift) = (1.0, Vec2::ZERO);
            ForceLayout::new(n, &view.facts.edges)
        };
        self.edition = Some(edition);
        self.edges = None;
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

    fn settle(&mut self, mut layout: ForceLayout) {
        let turn = self.shared.turn.fetch_add(1, Ordering::Relaxed) + 1;
        self.settled = false;
        let shared = self.shared.clone();
        std::thread::spawn(move || {
            loop {
                let settled = layout.is_settled();
                {
                    let mut out = shared.places.lock().unwrap_or_else(PoisonError::into_inner);
                    if shared.turn.load(Ordering::Relaxed) != turn {
                        return;
                    }
                    out.0 += 1;
                    out.1.clone_from(&layout.places);
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
        let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
        for place in &self.places.1 {
            for axis in 0..2 {
                low[axis] = low[axis].min(place[axis]);
                high[axis] = high[axis].max(place[axis]);
            }
        }
        let side = |axis: usize| (high[axis] - low[axis]).max(1e-3);
        let room = rect.shrink(12.0);
        let fit = (room.width() / side(0)).min(room.height() / side(1));
        let middle = [0.5 * (low[0] + high[0]), 0.5 * (low[1] + high[1])];
        let scale = self.zoom * fit;
        let center = rect.center() + self.shift;
        move |[x, y]| center + vec2(scale * (x - middle[0]), scale * (y - middle[1]))
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
        let light = !ui.visuals().dark_mode;
        draw_edges(&painter, &mut state.graph, view, rect, light);
        draw_cut(&painter, view, &state.graph.places.1, &place);
        let picked = state.selected.map(|k| k as usize);
        draw_vertices(&painter, state, view, rect, &place, ui.visuals());
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
    match view.facts.edges.len() {
        0 if view.facts.degrees.iter().any(|d| *d > 0) => "edges too many to draw".to_owned(),
        edges => format!("{edges} edges"),
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

fn draw_edges(
    painter: &egui::Painter,
    graph: &mut GraphView,
    view: &View,
    rect: Rect,
    light: bool,
) {
    let key: EdgeKey = (
        graph.places.0,
        view.facts.edition,
        [rect.min.x, rect.min.y, rect.max.x, rect.max.y].map(|x| x as i32),
        [graph.zoom * 64.0, graph.shift.x, graph.shift.y].map(|x| x as i32),
        light,
    );
    let mesh = match &graph.edges {
        Some((old, mesh)) if *old == key => mesh.clone(),
        _ => {
            let place = graph.transform(rect);
            let strength = if view.facts.edges.len() > 3_000 {
                0.25
            } else {
                0.6
            };
            let color = Color32::from_gray(if light { 130 } else { 100 }).gamma_multiply(strength);
            let mut mesh = Mesh::default();
            mesh.reserve_vertices(4 * view.facts.edges.len());
            mesh.reserve_triangles(2 * view.facts.edges.len());
            for [a, b] in &view.facts.edges {
                let from = place(graph.places.1[*a as usize]);
                let to = place(graph.places.1[*b as usize]);
                if rect.intersects(Rect::from_two_pos(from, to)) {
                    thin_line(&mut mesh, from, to, color);
                }
            }
            let mesh = Arc::new(mesh);
            graph.edges = Some((key, mesh.clone()));
            mesh
        }
    };
    painter.add(Shape::Mesh(mesh));
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

/// The sides of the minimum partition, by vertex: 1, 2, or 0 for neither.
fn sides(view: &View) -> Option<Vec<u8>> {
    let report = view.phi.report.as_ref()?;
    let mut sides = vec![0; view.angles.len()];
    for (side, units) in [(1, &report.mip.0), (2, &report.mip.1)] {
        for unit in units {
            for vertex in view.facts.unit_vertices.get(*unit as usize)? {
                *sides.get_mut(vertex.index())? = side;
            }
        }
    }
    Some(sides)
}

fn draw_cut(
    painter: &egui::Painter,
    view: &View,
    places: &[[f32; 2]],
    place: &impl Fn([f32; 2]) -> Pos2,
) {
    let Some(sides) = sides(view) else {
        return;
    };
    let crossing = view.facts.edges.iter().filter(|[a, b]| {
        let (a, b) = (sides[*a as usize], sides[*b as usize]);
        a != b && a * b != 0
    });
    let stroke = Stroke::new(1.5, theme::REFERENCE);
    for [a, b] in crossing.take(DASHED) {
        let ends = [place(places[*a as usize]), place(places[*b as usize])];
        painter.extend(Shape::dashed_line(&ends, stroke, 5.0, 4.0));
    }
}

fn draw_vertices(
    painter: &egui::Painter,
    state: &ViewState,
    view: &View,
    rect: Rect,
    place: &impl Fn([f32; 2]) -> Pos2,
    visuals: &egui::Visuals,
) {
    let n = view.angles.len();
    let color_of = colors(state, view);
    let largest = view.amplitudes.iter().copied().fold(1e-9, f32::max);
    let room = rect.area() / n.max(1) as f32;
    let radius = (0.28 * room.sqrt() * state.graph.zoom.sqrt()).clamp(1.2, 9.0);
    let share = |k: usize| (view.amplitudes[k] / largest).clamp(0.2, 1.0).sqrt();
    if n > 600 || radius < 2.5 {
        let mut mesh = Mesh::default();
        mesh.reserve_vertices(4 * n);
        mesh.reserve_triangles(2 * n);
        for k in 0..n {
            let at = place(state.graph.places.1[k]);
            if rect.contains(at) {
                let side = 2.0 * radius * share(k);
                mesh.add_colored_rect(Rect::from_center_size(at, vec2(side, side)), color_of(k));
            }
        }
        painter.add(mesh);
        return;
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
}

fn colors<'a>(state: &'a ViewState, view: &'a View) -> impl Fn(usize) -> Color32 + 'a {
    let table = theme::phase_table();
    let major: Vec<bool> = {
        let mut major = vec![false; view.angles.len()];
        let units = view.phi.report.iter().flat_map(|r| &r.major_complex);
        for unit in units {
            for vertex in view
                .facts
                .unit_vertices
                .get(*unit as usize)
                .into_iter()
                .flatten()
            {
                major[vertex.index()] = true;
            }
        }
        major
    };
    let most = view.facts.degrees.iter().copied().max().unwrap_or(1).max(1) as f32;
    let (look, by) = (state.look, state.graph.color_by);
    move |k| match by {
        ColorBy::Phase => table[theme::phase_index(view.angles[k])],
        ColorBy::Population => theme::node(usize::from(view.facts.populations[k])),
        ColorBy::Node => theme::node(usize::from(view.owners[k])),
        ColorBy::Complex if major[k] => theme::REFERENCE,
        ColorBy::Complex => Color32::from_gray(120),
        ColorBy::Load => {
            let load = view.loads.get(usize::from(view.owners[k])).copied();
            look.magnitude(load.unwrap_or(0.0) as f32)
        }
        ColorBy::Degree => look.magnitude(view.facts.degrees[k] as f32 / most),
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
        "v{k} of {name} on node {}: phase {:.2} rad, amplitude {:.3}, {} edges in",
        view.owners[at],
        angle.rem_euclid(std::f32::consts::TAU),
        view.amplitudes[at],
        view.facts.degrees[at]
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

/// Clicks and the menu of a vertex.
fn hands(state: &mut ViewState, response: &egui::Response, under: Option<u32>) {
    if response.clicked() {
        match (state.graph.linking.take(), under) {
            (Some(from), Some(to)) if from != to => state.orders.push(link(from, to, 1.0)),
            (_, chosen) => select(state, chosen),
        }
    }
    if response.secondary_clicked() {
        state.graph.menu = under;
        if under.is_some() {
            select(state, under);
        }
    }
    response.context_menu(|ui| {
        let Some(vertex) = state.graph.menu else {
            ui.weak("Right-click a vertex to change it.");
            if ui.button("arrange anew").clicked() {
                state.graph.rearrange();
                ui.close();
            }
            return;
        };
        vertex_menu(ui, state, vertex);
    });
}

/// Selects a vertex and asks for its components.
pub fn select(state: &mut ViewState, vertex: Option<u32>) {
    state.selected = vertex;
    let id = vertex.map(|k| VertexId(u64::from(k)));
    state.orders.push(Order::Select(id));
}

/// An edge both ways, or its cut for weight 0.
#[must_use]
pub fn link(a: u32, b: u32, weight: f64) -> Order {
    let edge = |source: u32, target: u32| Input::Edge {
        source: VertexId(u64::from(source)),
        target: VertexId(u64::from(target)),
        weight,
    };
    Order::Edit(vec![edge(a, b), edge(b, a)])
}

/// A push of a vertex.
#[must_use]
pub fn kick(vertex: u32, first: f64, second: f64) -> Order {
    Order::Edit(vec![Input::Kick {
        vertex: VertexId(u64::from(vertex)),
        first,
        second,
    }])
}

/// What can be done to a vertex.
pub fn vertex_menu(ui: &mut egui::Ui, state: &mut ViewState, vertex: u32) {
    let Some(view) = &state.view else {
        return;
    };
    let phase = view
        .facts
        .is_phase
        .get(vertex as usize)
        .copied()
        .unwrap_or(true);
    ui.strong(format!("v{vertex}"));
    let kicks: [(&str, f64); 2] = if phase {
        [
            ("kick by +π/2", 0.5 * crate::base::num::PI),
            ("kick by π", crate::base::num::PI),
        ]
    } else {
        [("push by +1", 1.0), ("push by −1", -1.0)]
    };
    let mut orders = Vec::new();
    for (name, amount) in kicks {
        if ui.button(name).clicked() {
            orders.push(kick(vertex, amount, 0.0));
        }
    }
    if ui.button("draw an edge from here").clicked() {
        state.graph.linking = Some(vertex);
        ui.close();
    }
    let row = view
        .selected
        .iter()
        .filter(|s| s.vertex.0 == u64::from(vertex));
    let sources: Vec<u32> = row
        .flat_map(|s| s.row.iter().map(|(k, _)| *k))
        .take(24)
        .collect();
    if !sources.is_empty() {
        ui.menu_button("cut the edge to", |ui| {
            for source in sources {
                if ui.button(format!("v{source}")).clicked() {
                    orders.push(link(source, vertex, 0.0));
                }
            }
        });
    }
    if view.loads.len() > 1 {
        ui.menu_button("send to", |ui| {
            for node in 0..view.loads.len() as u16 {
                if ui.button(format!("node {node}")).clicked() {
                    orders.push(Order::Edit(vec![Input::Move {
                        vertex: VertexId(u64::from(vertex)),
                        to: NodeId(node),
                    }]));
                }
            }
        });
    }
    if !orders.is_empty() {
        state.orders.extend(orders);
        ui.close();
    }
}
