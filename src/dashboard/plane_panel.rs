//! The phase plane: each resonator at its two numbers, with the way it came.

use bevy_egui::egui::{self, WidgetInfo, WidgetType};
use egui_plot::{Legend, Line, Plot, PlotPoints, Points};

use crate::base::{Tick, num};
use crate::resonator::Shows;
use crate::resonator::model_spec::ModelSpec;

use super::axes::{plain_axis, value_axis, value_ticks};
use super::state::ViewState;
use super::theme;

/// Ticks of the past that are drawn.
const TRAIL: Tick = 500;
/// Vertices that are drawn; more are thinned out evenly.
const DRAWN: usize = 4_000;

/// The way of the kth followed vertex up to a tick, in parts: phases come round again.
fn way(places: &[(Tick, Vec<[f32; 2]>)], k: usize, wraps: bool) -> Vec<Vec<[f64; 2]>> {
    let mut parts: Vec<Vec<[f64; 2]>> = vec![Vec::new()];
    for (_, places) in places {
        let Some(place) = places.get(k).map(|place| place.map(f64::from)) else {
            continue;
        };
        let last = parts.last().and_then(|part| part.last());
        if wraps && last.is_some_and(|was| (place[0] - was[0]).abs() > num::PI) {
            parts.push(Vec::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(place);
        }
    }
    parts
}

/// What the panel draws.
pub struct PhasePlane {
    /// What is along each axis.
    pub x: &'static str,
    /// What is along the other.
    pub y: &'static str,
    /// Whether both are of one kind, so that circles are round.
    pub round: bool,
    /// Ways of followed vertices, each with its population.
    pub ways: Vec<(Vec<[f64; 2]>, usize)>,
    /// Populations by name with places of their vertices.
    pub dots: Vec<(String, Vec<[f64; 2]>)>,
    /// The place of the selected vertex.
    selected: Option<[f64; 2]>,
}

/// The plane of both numbers of each resonator; `None` for plain phases, which have one.
#[must_use]
pub fn plane_of(state: &ViewState) -> Option<PhasePlane> {
    let view = state.view.as_ref().filter(|view| !view.planes.is_empty())?;
    let n = view.planes.len();
    let planes = &state.chronicle()?.planes;
    let place = |tick: Tick| planes.partition_point(|(own, _)| *own < tick);
    let past = place(view.tick.saturating_sub(TRAIL))..place(view.tick + 1);
    let past = planes.get(past).unwrap_or_default();
    let populations = &view.facts.scene.populations;
    let (x, y) = match populations.first().map(|own| &own.model) {
        Some(ModelSpec::Custom { .. }) => ("x", "y"),
        Some(model) if model.shows() == Shows::Amplitude => ("Re z", "Im z"),
        Some(model) if model.is_phase() => ("θ", "θ′ (rad/s)"),
        _ => ("x", "v / ω"),
    };
    let names = populations.iter().map(|own| (own.name.clone(), Vec::new()));
    let mut dots: Vec<(String, Vec<[f64; 2]>)> = names.collect();
    let all = view.planes.iter().zip(&view.facts.populations);
    for (place, own) in all.step_by(n.div_ceil(DRAWN)) {
        dots[usize::from(*own)].1.push(place.map(f64::from));
    }
    let mut ways = Vec::new();
    for (k, vertex) in view.facts.followed().enumerate() {
        let own = usize::from(view.facts.populations[vertex]);
        ways.extend(way(past, k, x == "θ").into_iter().map(|part| (part, own)));
    }
    let selected = state.selected.and_then(|own| view.planes.get(own as usize));
    Some(PhasePlane {
        x,
        y,
        round: y == "Im z",
        ways,
        dots,
        selected: selected.map(|place| place.map(f64::from)),
    })
}

/// The panel.
pub fn plane(ui: &mut egui::Ui, state: &ViewState) {
    let Some(found) = plane_of(state) else {
        ui.weak("Plain phases have one number: see the phase circle.");
        return;
    };
    let dark = ui.visuals().dark_mode;
    let ink = ui.visuals().strong_text_color();
    let mut plot = Plot::new("plane")
        .legend(Legend::default())
        .y_grid_spacer(|input| value_ticks(&input, false))
        .custom_x_axes(vec![plain_axis(ui, found.x)])
        .custom_y_axes(vec![value_axis(ui, false).label(found.y)])
        .grid_color(ui.visuals().weak_text_color().gamma_multiply(0.45));
    if found.round {
        plot = plot.data_aspect(1.0);
    }
    let response = plot.show(ui, |plot| {
        for (part, own) in found.ways {
            let color = theme::on_ground(theme::node(own), dark).gamma_multiply(0.35);
            let line = Line::new("", PlotPoints::from(part));
            plot.line(line.color(color).width(1.2));
        }
        if let Some(place) = found.selected {
            let points = Points::new("selected", PlotPoints::from(vec![place]));
            plot.points(points.color(ink).radius(5.0));
        }
        for (k, (name, places)) in found.dots.into_iter().enumerate() {
            let color = theme::on_ground(theme::node(k), dark);
            let points = Points::new(name, PlotPoints::from(places));
            plot.points(points.color(color).radius(2.5));
        }
    });
    let info = || WidgetInfo::labeled(WidgetType::Image, true, "phase plane");
    response.response.widget_info(info);
}
