//! Order over a swept parameter: the bifurcation as people draw it, with the theory where there is
//! one.

use bevy_egui::egui::{self, Color32, RichText, WidgetInfo, WidgetType};
use egui_plot::{Corner, Legend, Line, LineStyle, Plot, PlotPoints};

use crate::base::{Input, TickClock};
use crate::resonator::distribution::Distribution;
use crate::resonator::model_spec::ModelSpec;
use crate::resonator::readings::ORDER;
use crate::scenario::Scene;
use crate::scenario::schedule::Scheduled;

use super::axes::{plain_axis, value_axis, value_ticks};
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

/// What the panel draws.
pub struct Swept {
    /// What the swept parameter is called.
    pub label: String,
    /// Its unit; empty for pure numbers.
    pub unit: &'static str,
    /// The population whose order is drawn.
    scope: String,
    /// Each ramp: its name, (parameter, order) along it, and its colour on a dark ground.
    pub ways: Vec<(String, Vec<[f64; 2]>, Color32)>,
    /// The curve of the theory where there is one, with its formula.
    pub theory: Option<(String, Vec<[f64; 2]>)>,
}

/// Order over the parameter that the scene's first ramp moves.
///
/// # Errors
/// With what is missing, when nothing is swept or the order is not recorded.
pub fn sweep_of(state: &ViewState) -> Result<Swept, &'static str> {
    let waits = "Nothing has run yet.";
    let view = state.view.as_ref().ok_or(waits)?;
    let chronicle = state.chronicle().ok_or(waits)?;
    let scene = &view.facts.scene;
    let sweep = Sweep::of(scene)
        .ok_or("Nothing is swept. A Ramp in the scene's schedule moves a parameter.")?;
    let order = chronicle
        .column(&sweep.scope, &ORDER)
        .ok_or("record: (plant: true) writes down the order parameter that is drawn here.")?;
    let mut clock = TickClock::new(scene.clock.dt_s, scene.clock.substeps);
    let colors = [theme::COHERENCE, theme::RESONANCE, theme::ENTROPY];
    let mut ways: Vec<(String, Vec<[f64; 2]>, Color32)> = Vec::new();
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
        let color = colors[ways.len() % colors.len()];
        ways.push((format!("{name} {to}"), points, color));
    }
    let values = ways.iter().flat_map(|(_, points, _)| points);
    let reach = values.map(|p| p[0]).fold(0.0, f64::max);
    let theory = sweep.critical.map(|critical| {
        let curve = theory(critical, reach.max(1.2 * critical));
        (format!("√(1 − Kc/K), Kc = {critical}"), curve)
    });
    let known = view.facts.parameters.find(&sweep.path);
    Ok(Swept {
        label: known.map_or(sweep.path, |own| own.label.clone()),
        unit: known.map_or("", |own| own.unit),
        scope: sweep.scope,
        ways,
        theory,
    })
}

/// The panel.
pub fn sweep(ui: &mut egui::Ui, state: &ViewState) {
    let found = match sweep_of(state) {
        Ok(found) => found,
        Err(missing) => {
            ui.weak(missing);
            return;
        }
    };
    let dark = ui.visuals().dark_mode;
    let unit = match found.unit {
        "" => String::new(),
        unit => format!(" ({unit})"),
    };
    let label = format!("{}{unit}", found.label);
    ui.label(RichText::new(format!("order of {:?} over {label}", found.scope)).weak());
    let response = Plot::new("sweep")
        .legend(Legend::default().position(Corner::LeftTop))
        .include_x(0.0)
        .include_y(0.0)
        .include_y(1.0)
        .y_grid_spacer(|input| value_ticks(&input, false))
        .custom_x_axes(vec![plain_axis(ui, label)])
        .custom_y_axes(vec![value_axis(ui, false).label("order r")])
        .grid_color(ui.visuals().weak_text_color().gamma_multiply(0.45))
        .show(ui, |plot| {
            for (name, points, color) in found.ways {
                let line = Line::new(name, PlotPoints::from(points));
                plot.line(line.color(theme::on_ground(color, dark)).width(2.0));
            }
            if let Some((name, curve)) = found.theory {
                let ink = if dark { Color32::WHITE } else { Color32::BLACK };
                let line = Line::new(name, PlotPoints::from(curve));
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
