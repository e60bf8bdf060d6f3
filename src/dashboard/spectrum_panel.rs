//! Spectra: of what the resonators show on average, and of the field in space.

use bevy_egui::egui::{self, RichText, WidgetInfo, WidgetType};
use egui_plot::{Bar, BarChart, Line, Plot, PlotPoints, VLine};

use crate::field::grid::spectrum::spatial_modes;
use crate::field::grid_spec::FieldMethod;
use crate::field::{FieldKind, FieldState};
use crate::resonator::readings::MEAN;
use crate::signal::spectrum::Welch;

use super::state::ViewState;
use super::theme;

/// Rows of a segment at most, and segments that are averaged.
const SEGMENT: usize = 1024;
const SEGMENTS: usize = 7;
/// Modes of the field that are drawn.
const MODES: usize = 24;

/// The power spectrum of the mean over a population.
pub fn spectrum(ui: &mut egui::Ui, state: &ViewState) {
    let (Some(view), Some(chronicle)) = (state.view.as_ref(), state.chronicle()) else {
        return;
    };
    let Some(column) = chronicle.column(&state.scope, &MEAN) else {
        ui.weak("record: (plant: true) writes down the mean whose spectrum is drawn here.");
        return;
    };
    let place = chronicle.place(view.t_s).min(column.len());
    let segment = (place / 2).min(SEGMENT);
    let wanted = segment * (SEGMENTS + 1) / 2;
    let series: Vec<f64> = (place.saturating_sub(wanted.max(segment))..place)
        .filter_map(|k| column.at(k))
        .collect();
    if segment < 16 || series.len() < segment {
        ui.weak("A spectrum needs 32 rows of metrics.csv at least.");
        return;
    }
    let clock = &view.facts.scene.clock;
    let row_s = chronicle.every as f64 * clock.dt_s * f64::from(clock.substeps);
    let mut welch = Welch::new(segment);
    let mut spectra = Vec::new();
    welch.spectra(&series, &mut spectra);
    let density = welch.density(&spectra, 1.0 / row_s);
    let hz = |bin: usize| bin as f64 / (segment as f64 * row_s);
    let peak = (1..density.len()).max_by(|a, b| density[*a].total_cmp(&density[*b]));
    let points: Vec<[f64; 2]> = density
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(_, power)| **power > 0.0)
        .map(|(bin, power)| {
            [
                hz(bin),
                crate::base::num::ln(*power) / std::f64::consts::LN_10,
            ]
        })
        .collect();
    let peak = peak.filter(|bin| density[*bin] > 0.0).map(hz);
    let told = peak.map_or("no power".to_owned(), |hz| format!("peak at {hz:.4} Hz"));
    let text = format!(
        "mean of {:?}: {told}, bins of {:.2e} Hz, {} segments",
        state.scope,
        hz(1),
        welch.segments(series.len())
    );
    ui.label(RichText::new(text).weak());
    let dark = ui.visuals().dark_mode;
    let color = theme::on_ground(theme::RESONANCE, dark);
    let response = Plot::new("spectrum")
        .x_axis_label("Hz")
        .y_axis_label("log₁₀ power density")
        .grid_color(ui.visuals().weak_text_color().gamma_multiply(0.45))
        .show(ui, |plot| {
            if let Some(peak) = peak {
                plot.vline(VLine::new("peak", peak).color(color.gamma_multiply(0.4)));
            }
            plot.line(
                Line::new("density", PlotPoints::from(points))
                    .color(color)
                    .width(1.6),
            );
        });
    let info = || WidgetInfo::labeled(WidgetType::Image, true, "spectrum");
    response.response.widget_info(info);
}

/// Number or numbers of a mode, and its height.
fn heights(kind: &FieldKind, field: &FieldState) -> Option<Vec<(String, f64)>> {
    let named = match kind {
        FieldKind::Grid(spec) => {
            let grid = field
                .grid
                .as_ref()
                .filter(|_| spec.method == FieldMethod::Spectral)?;
            let (q, v) = (&field.amplitudes, &field.velocities);
            let modes = spatial_modes(&grid.domain, &spec.law, q, v, MODES);
            let plate = grid.domain.ny() > 1;
            let named = modes.iter().map(|mode| {
                let name = match plate {
                    true => format!("({}, {})", mode.kx, mode.ky),
                    false => mode.kx.to_string(),
                };
                (name, mode.amplitude)
            });
            named.collect()
        }
        _ => {
            let all = field.amplitudes.iter().enumerate();
            let named = all.map(|(k, q)| ((k + 1).to_string(), q.abs()));
            named.take(MODES).collect()
        }
    };
    Some(named)
}

/// The strongest modes of the field.
pub fn modes(ui: &mut egui::Ui, state: &ViewState) {
    let Some(view) = state.view.as_ref() else {
        return;
    };
    if view.field.is_empty() {
        ui.weak("This scene has no field.");
        return;
    }
    let Some(modes) = heights(&view.facts.scene.field.kind, &view.modes) else {
        ui.weak("Finite differences have no modes; method: Spectral has.");
        return;
    };
    let color = theme::on_ground(theme::FIELD, ui.visuals().dark_mode);
    let bars: Vec<Bar> = modes
        .iter()
        .enumerate()
        .map(|(k, (name, height))| {
            Bar::new(k as f64, *height)
                .name(format!("mode {name}"))
                .width(0.7)
        })
        .collect();
    let names: Vec<String> = modes.into_iter().map(|(name, _)| name).collect();
    let response = Plot::new("modes")
        .include_y(0.0)
        .x_axis_label("mode")
        .y_axis_label("height")
        .x_axis_formatter(move |mark, _| {
            let whole = mark.value.fract().abs() < 1e-9 && mark.value >= 0.0;
            let name = whole.then(|| names.get(mark.value as usize)).flatten();
            name.cloned().unwrap_or_default()
        })
        .grid_color(ui.visuals().weak_text_color().gamma_multiply(0.45))
        .show(ui, |plot| {
            plot.bar_chart(BarChart::new("modes", bars).color(color));
        });
    let info = || WidgetInfo::labeled(WidgetType::Image, true, "field modes");
    response.response.widget_info(info);
}
