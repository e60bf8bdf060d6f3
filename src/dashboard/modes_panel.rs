//! The spectrum of the field in space: its modes over their numbers.

use bevy_egui::egui::{self, RichText, WidgetInfo, WidgetType};
use egui_plot::{Bar, BarChart, GridMark, Plot};

use crate::field::grid::spectrum::spatial_modes;
use crate::field::grid_spec::FieldMethod;
use crate::field::{FieldKind, FieldState};

use super::axes::{level_ticks, plain_axis, tick_text, value_axis, value_ticks};
use super::state::ViewState;
use super::theme;

/// Modes that are drawn at most.
const MODES: usize = 24;

/// A mode of the field.
pub struct Mode {
    /// Where its bar stands: its number, or its rank on a plate.
    pub at: f64,
    /// Its number or numbers.
    pub name: String,
    /// Its height, ≥ 0, in the unit of the field.
    pub height: f64,
}

/// The modes of a field; `None` for finite differences, which have none.
#[must_use]
pub fn modes_of(kind: &FieldKind, field: &FieldState) -> Option<Vec<Mode>> {
    let FieldKind::Grid(spec) = kind else {
        let all = field.amplitudes.iter().enumerate().take(MODES);
        let mode = |(k, height): (usize, &f64)| Mode {
            at: (k + 1) as f64,
            name: (k + 1).to_string(),
            height: height.abs(),
        };
        return Some(all.map(mode).collect());
    };
    let spectral = spec.method == FieldMethod::Spectral;
    let grid = field.grid.as_ref().filter(|_| spectral)?;
    let (q, v) = (&field.amplitudes, &field.velocities);
    let mut strongest = spatial_modes(&grid.domain, &spec.law, q, v, MODES);
    // What is left of rounding is no mode.
    let most = strongest
        .iter()
        .fold(0.0, |most: f64, own| most.max(own.amplitude));
    strongest.retain(|own| own.amplitude > 1e-6 * most);
    let plate = grid.domain.ny() > 1;
    let ranked = strongest.iter().enumerate();
    let modes = ranked.map(|(rank, mode)| match plate {
        true => Mode {
            at: rank as f64,
            name: format!("({}, {})", mode.kx, mode.ky),
            height: mode.amplitude,
        },
        false => Mode {
            at: f64::from(mode.kx),
            name: mode.kx.to_string(),
            height: mode.amplitude,
        },
    });
    Some(modes.collect())
}

/// The modes of the field.
pub fn modes(ui: &mut egui::Ui, state: &ViewState) {
    let Some(view) = state.view.as_ref() else {
        return;
    };
    if view.field.is_empty() {
        ui.weak("This scene has no field.");
        return;
    }
    let Some(modes) = modes_of(&view.facts.scene.field.kind, &view.modes) else {
        ui.weak("Finite differences have no modes; method: Spectral has.");
        return;
    };
    let grid = view.modes.grid.as_ref();
    let plate = grid.is_some_and(|grid| grid.domain.ny() > 1);
    let strongest = modes.iter().max_by(|a, b| a.height.total_cmp(&b.height));
    if let Some(mode) = strongest.filter(|mode| mode.height > 0.0) {
        let text = format!("strongest: mode {}, height {:.4}", mode.name, mode.height);
        ui.label(RichText::new(text).weak());
    }
    let color = theme::on_ground(theme::FIELD, ui.visuals().dark_mode);
    let bars = modes.iter().map(|mode| {
        let bar = Bar::new(mode.at, mode.height).width(0.7);
        bar.name(format!("mode {}", mode.name))
    });
    let bars: Vec<Bar> = bars.collect();
    let names: Vec<String> = match plate {
        true => modes.into_iter().map(|mode| mode.name).collect(),
        false => Vec::new(),
    };
    let label = match plate {
        true => "mode (x, y), the strongest first",
        false => "number of the mode",
    };
    let axis = plain_axis(ui, label).formatter(move |mark: GridMark, _| {
        let whole = mark.value.fract().abs() < 1e-9 && mark.value >= 0.0;
        match (whole, names.is_empty()) {
            (false, _) => String::new(),
            (true, true) => tick_text(mark.value, 1.0),
            (true, false) => names.get(mark.value as usize).cloned().unwrap_or_default(),
        }
    });
    let response = Plot::new("modes")
        .include_y(0.0)
        .include_x(0.0)
        .include_x(8.0)
        .x_grid_spacer(|input| level_ticks(&input))
        .y_grid_spacer(|input| value_ticks(&input, false))
        .custom_x_axes(vec![axis])
        .custom_y_axes(vec![value_axis(ui, false)])
        .grid_color(ui.visuals().weak_text_color().gamma_multiply(0.45))
        .show(ui, |plot| {
            plot.bar_chart(BarChart::new("modes", bars).color(color));
        });
    let info = || WidgetInfo::labeled(WidgetType::Image, true, "field modes");
    response.response.widget_info(info);
}
