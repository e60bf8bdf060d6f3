//! The phase plane: each resonator at its two numbers, with the way it came.

use bevy_egui::egui::{self, WidgetInfo, WidgetType};
use egui_plot::{Legend, Line, Plot, PlotPoints, Points};

use crate::base::{Tick, num};
use crate::resonator::Shows;
use crate::resonator::model_spec::ModelSpec;

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

/// The panel.
pub fn plane(ui: &mut egui::Ui, state: &ViewState) {
    let Some(view) = state.view.as_ref() else {
        return;
    };
    if view.planes.is_empty() {
        ui.weak("Plain phases have one number: see the phase circle.");
        return;
    }
    let n = view.planes.len();
    let Some(chronicle) = state.chronicle() else {
        return;
    };
    let planes = &chronicle.planes;
    let place = |tick: Tick| planes.partition_point(|(own, _)| *own < tick);
    let past = place(view.tick.saturating_sub(TRAIL))..place(view.tick + 1);
    let past = planes.get(past).unwrap_or_default();
    let dark = ui.visuals().dark_mode;
    let ui_strong = ui.visuals().strong_text_color();
    let populations = &view.facts.scene.populations;
    let (x, y) = match populations.first().map(|own| &own.model) {
        Some(ModelSpec::Custom { .. }) => ("x", "y"),
        Some(model) if model.shows() == Shows::Amplitude => ("Re z", "Im z"),
        Some(model) if model.is_phase() => ("θ", "θ′ (rad/s)"),
        _ => ("x", "v / ω"),
    };
    let mut dots: Vec<Vec<[f64; 2]>> = vec![Vec::new(); populations.len()];
    for (place, own) in view
        .planes
        .iter()
        .zip(&view.facts.populations)
        .step_by(n.div_ceil(DRAWN))
    {
        dots[usize::from(*own)].push(place.map(f64::from));
    }
    let (round, wraps) = (y == "Im z", x == "θ");
    let mut plot = Plot::new("plane")
        .legend(Legend::default())
        .x_axis_label(x)
        .y_axis_label(y)
        .grid_color(ui.visuals().weak_text_color().gamma_multiply(0.45));
    if round {
        plot = plot.data_aspect(1.0);
    }
    let response = plot.show(ui, |plot| {
        for (k, vertex) in view.facts.followed().enumerate() {
            let own = usize::from(view.facts.populations[vertex]);
            let color = theme::on_ground(theme::node(own), dark).gamma_multiply(0.35);
            for part in way(past, k, wraps) {
                plot.line(
                    Line::new("", PlotPoints::from(part))
                        .color(color)
                        .width(1.2),
                );
            }
        }
        if let Some(place) = state.selected.and_then(|own| view.planes.get(own as usize)) {
            let points = Points::new("selected", PlotPoints::from(vec![place.map(f64::from)]));
            plot.points(points.color(ui_strong).radius(5.0));
        }
        for (k, places) in dots.into_iter().enumerate() {
            let color = theme::on_ground(theme::node(k), dark);
            let name = populations[k].name.clone();
            let points = Points::new(name, PlotPoints::from(places));
            plot.points(points.color(color).radius(2.5));
        }
    });
    let info = || WidgetInfo::labeled(WidgetType::Image, true, "phase plane");
    response.response.widget_info(info);
}
