//! Order over a swept parameter: the bifurcation as people draw it, with the theory where there is
//! one.

use bevy_egui::egui::{self, RichText, WidgetInfo, WidgetType};
use egui_plot::{Corner, Legend, Line, LineStyle, Plot, PlotPoints};

use crate::base::{Input, TickClock};
use crate::resonator::distribution::Distribution;
use crate::resonator::model_spec::ModelSpec;
use crate::resonator::readings::ORDER;
use crate::scenario::Scene;
use crate::scenario::schedule::Scheduled;

use super::state::ViewState;
use super::theme;

/// Points of the theory's curve.
const CURVE: usize = 200;

/// A parameter that ramps move, and the population whose order it sways.
struct Sweep {
    path: String,
    scope: String,
    /// Kc of the mean field, where theory knows it.
    critical: Option<f64>,
}

impl Sweep {
    /// The parameter of a scene's first ramp.
    fn of(scene: &Scene) -> Option<Self> {
        let path = scene.schedule.iter().find_map(|entry| match entry {
            Scheduled::Ramp { path, .. } => Some(path.clone()),
            _ => None,
        })?;
        let index = path.strip_prefix("populations[")?.split(']').next()?;
        let index: usize = index.parse().ok()?;
        let population = scene.populations.get(index)?;
        let alone = population
            .mean_field
            .iter()
            .all(|mean| mean.of == population.name);
        let critical = match &population.model {
            ModelSpec::Kuramoto {
                omega: Distribution::Lorentz { width, .. },
                alpha,
                ..
            } if alone && *alpha == 0.0 && path.ends_with(".mean_field") => Some(2.0 * width),
            _ => None,
        };
        Some(Self {
            scope: population.name.clone(),
            path,
            critical,
        })
    }
}

/// The panel.
pub fn sweep(ui: &mut egui::Ui, state: &ViewState) {
    let (Some(view), Some(chronicle)) = (state.view.as_ref(), state.chronicle()) else {
        return;
    };
    let scene = &view.facts.scene;
    let Some(sweep) = Sweep::of(scene) else {
        ui.weak("Nothing is swept. A Ramp in the scene's schedule moves a parameter.");
        return;
    };
    let Some(order) = chronicle.column(&sweep.scope, &ORDER) else {
        ui.weak("record: (plant: true) writes down the order parameter that is drawn here.");
        return;
    };
    let mut clock = TickClock::new(scene.clock.dt_s, scene.clock.substeps);
    let mut lines: Vec<(String, Vec<[f64; 2]>)> = Vec::new();
    for ramp in &scene.schedule {
        let Scheduled::Ramp { path, from, to, .. } = ramp else {
            continue;
        };
        if *path != sweep.path {
            continue;
        }
        let mut points = Vec::new();
        for place in 0..order.len() {
            clock.tick = place as u64 * chronicle.every;
            if let (Some(Input::Set { value, .. }), Some(r)) =
                (ramp.inputs(&clock).next(), order.at(place))
            {
                points.push([value, r]);
            }
        }
        let name = if to > from { "rises to" } else { "falls to" };
        lines.push((format!("{name} {to}"), points));
    }
    let dark = ui.visuals().dark_mode;
    let reach = lines
        .iter()
        .flat_map(|(_, points)| points)
        .map(|p| p[0])
        .fold(0.0, f64::max);
    ui.label(RichText::new(format!("order of {:?} over {}", sweep.scope, sweep.path)).weak());
    let colors = [theme::COHERENCE, theme::RESONANCE, theme::ENTROPY];
    let response = Plot::new("sweep")
        .legend(Legend::default().position(Corner::LeftTop))
        .include_x(0.0)
        .include_y(0.0)
        .include_y(1.0)
        .x_axis_label(sweep.path.clone())
        .y_axis_label("r")
        .grid_color(ui.visuals().weak_text_color().gamma_multiply(0.45))
        .show(ui, |plot| {
            for (k, (name, points)) in lines.into_iter().enumerate() {
                let color = theme::on_ground(colors[k % colors.len()], dark);
                plot.line(
                    Line::new(name, PlotPoints::from(points))
                        .color(color)
                        .width(2.0),
                );
            }
            if let Some(critical) = sweep.critical {
                let curve = theory(critical, reach.max(1.2 * critical));
                let ink = if dark {
                    egui::Color32::WHITE
                } else {
                    egui::Color32::BLACK
                };
                let line = Line::new(
                    format!("√(1 − Kc/K), Kc = {critical}"),
                    PlotPoints::from(curve),
                );
                plot.line(line.color(ink).style(LineStyle::dashed_loose()).width(1.5));
            }
        });
    let info = || WidgetInfo::labeled(WidgetType::Image, true, "order over a swept parameter");
    response.response.widget_info(info);
}

/// r(K) of infinitely many phases with Lorentzian frequencies (Kuramoto 1984, ch. 5).
fn theory(critical: f64, reach: f64) -> Vec<[f64; 2]> {
    let above = (0..=CURVE).map(|k| {
        // Denser where the curve is steep.
        let share = k as f64 / CURVE as f64;
        let strength = critical + (reach - critical) * share * share;
        [strength, (1.0 - critical / strength).max(0.0).sqrt()]
    });
    std::iter::once([0.0, 0.0]).chain(above).collect()
}
