//! The phase plane: each resonator at its two numbers, with the way it came.

use std::collections::VecDeque;

use bevy_egui::egui::{self, WidgetInfo, WidgetType};
use egui_plot::{Legend, Line, Plot, PlotPoints, Points};

use crate::base::Tick;
use crate::resonator::Shows;

use super::state::ViewState;
use super::theme;
use super::view::View;

/// Pictures of the past that a trail is made of.
const KEPT: usize = 240;
/// Vertices that have a trail.
const TRAILS: usize = 24;
/// Vertices that are drawn; more are thinned out evenly.
const DRAWN: usize = 4_000;

/// The way that some vertices came.
#[derive(Default)]
pub struct Trails {
    /// Edition of the facts and branch that the trails are of.
    of: (u64, usize),
    tick: Option<Tick>,
    points: VecDeque<Vec<[f32; 2]>>,
}

impl Trails {
    /// Takes where vertices are now.
    fn take(&mut self, view: &View, followed: &[usize]) {
        let of = (view.facts.edition, view.time.current);
        let back = self.tick.is_some_and(|tick| view.tick < tick);
        let other = self
            .points
            .front()
            .is_some_and(|p| p.len() != followed.len());
        if self.of != of || back || other {
            self.points.clear();
            self.of = of;
            self.tick = None;
        }
        if self.tick == Some(view.tick) {
            return;
        }
        self.tick = Some(view.tick);
        let now = followed.iter().map(|vertex| view.planes[*vertex]).collect();
        self.points.push_back(now);
        if self.points.len() > KEPT {
            self.points.pop_front();
        }
    }
}

/// The panel.
pub fn plane(ui: &mut egui::Ui, state: &mut ViewState) {
    let Some(view) = state.view.as_ref() else {
        return;
    };
    if view.planes.is_empty() {
        ui.weak("Plain phases have one number: see the phase circle.");
        return;
    }
    let n = view.planes.len();
    let mut followed: Vec<usize> = match state.selected {
        Some(vertex) if (vertex as usize) < n => vec![vertex as usize],
        _ => (0..n).step_by(n.div_ceil(TRAILS)).collect(),
    };
    followed.retain(|vertex| view.planes[*vertex][1].is_finite());
    state.trails.take(view, &followed);
    let dark = ui.visuals().dark_mode;
    let populations = &view.facts.scene.populations;
    let (x, y) = match populations.first().map(|own| own.model.shows()) {
        Some(Shows::Amplitude) => ("Re z", "Im z"),
        Some(Shows::Phase) => ("θ", "θ′ (rad/s)"),
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
    let response = Plot::new("plane")
        .legend(Legend::default())
        .data_aspect(1.0)
        .x_axis_label(x)
        .y_axis_label(y)
        .grid_color(ui.visuals().weak_text_color().gamma_multiply(0.45))
        .show(ui, |plot| {
            for (k, vertex) in followed.iter().enumerate() {
                let way = state.trails.points.iter();
                let way: Vec<[f64; 2]> = way.map(|places| places[k].map(f64::from)).collect();
                let own = usize::from(view.facts.populations[*vertex]);
                let color = theme::on_ground(theme::node(own), dark).gamma_multiply(0.35);
                plot.line(Line::new("", PlotPoints::from(way)).color(color).width(1.2));
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
