//! The power spectrum of what the resonators show on average.

use bevy_egui::egui::{self, RichText, WidgetInfo, WidgetType};
use egui_plot::{Line, Plot, PlotPoints, VLine};

use crate::resonator::readings::MEAN;
use crate::signal::SignalSettings;
use crate::signal::spectrum::welch;

use super::axes::{plain_axis, value_axis, value_ticks};
use super::plots::log10;
use super::state::ViewState;
use super::theme;

/// Rows of a segment at most, and segments that are averaged.
const SEGMENT: usize = 1024;
const SEGMENTS: usize = 7;

/// What the panel draws.
pub struct Spectrum {
    /// What the spectrum is of.
    pub scope: String,
    /// (Hz, power density) of each bin with power.
    pub points: Vec<[f64; 2]>,
    /// Where it is greatest, Hz.
    pub peak_hz: Option<f64>,
    /// Distance of bins, Hz.
    bin_hz: f64,
    /// Segments that were averaged.
    segments: usize,
}

/// The power spectrum of the mean over the chosen scope, up to the shown tick.
///
/// # Errors
/// With what is missing.
pub fn spectrum_of(state: &ViewState) -> Result<Spectrum, &'static str> {
    let waits = "Nothing has run yet.";
    let view = state.view.as_ref().ok_or(waits)?;
    let chronicle = state.chronicle().ok_or(waits)?;
    let column = chronicle
        .column(&state.scope, &MEAN)
        .ok_or("record: (plant: true) writes down the mean whose spectrum is drawn here.")?;
    let place = chronicle.place(view.t_s).min(column.len());
    let segment = (place / 2).min(SEGMENT);
    let wanted = segment * (SEGMENTS + 1) / 2;
    let series: Vec<f64> = (place.saturating_sub(wanted.max(segment))..place)
        .filter_map(|k| column.at(k))
        .collect();
    if segment < 16 || series.len() < segment {
        return Err("A spectrum needs 32 rows of metrics.csv at least.");
    }
    let clock = &view.facts.scene.clock;
    let row_s = chronicle.every as f64 * clock.dt_s * f64::from(clock.substeps);
    let settings = SignalSettings::new(series.len(), segment, 1.0 / row_s);
    let (density, segments) = welch(&settings, &series);
    let hz = |bin: usize| bin as f64 / (segment as f64 * row_s);
    let peak = (1..density.len()).max_by(|a, b| density[*a].total_cmp(&density[*b]));
    let bins = density.iter().enumerate().skip(1);
    let powered = bins.filter(|(_, power)| **power > 0.0);
    Ok(Spectrum {
        scope: state.scope.clone(),
        points: powered.map(|(bin, power)| [hz(bin), *power]).collect(),
        peak_hz: peak.filter(|bin| density[*bin] > 0.0).map(hz),
        bin_hz: hz(1),
        segments,
    })
}

/// The power spectrum of the mean over a population.
pub fn spectrum(ui: &mut egui::Ui, state: &ViewState) {
    let found = match spectrum_of(state) {
        Ok(found) => found,
        Err(missing) => {
            ui.weak(missing);
            return;
        }
    };
    let told = found.peak_hz.map(|hz| format!("peak at {hz:.4} Hz"));
    let text = format!(
        "mean of {:?}: {}, bins of {:.2e} Hz, {} segments",
        found.scope,
        told.unwrap_or_else(|| "no power".to_owned()),
        found.bin_hz,
        found.segments
    );
    ui.label(RichText::new(text).weak());
    let color = theme::on_ground(theme::RESONANCE, ui.visuals().dark_mode);
    let points = found.points.iter().map(|[hz, power]| [*hz, log10(*power)]);
    let points: Vec<[f64; 2]> = points.collect();
    let response = Plot::new("spectrum")
        .y_grid_spacer(|input| value_ticks(&input, true))
        .custom_y_axes(vec![value_axis(ui, true).label("power density (1/Hz)")])
        .custom_x_axes(vec![plain_axis(ui, "frequency (Hz)")])
        .grid_color(ui.visuals().weak_text_color().gamma_multiply(0.45))
        .show(ui, |plot| {
            if let Some(peak) = found.peak_hz {
                plot.vline(VLine::new("peak", peak).color(color.gamma_multiply(0.4)));
            }
            let line = Line::new("density", PlotPoints::from(points));
            plot.line(line.color(color).width(1.6));
        });
    let info = || WidgetInfo::labeled(WidgetType::Image, true, "spectrum");
    response.response.widget_info(info);
}
