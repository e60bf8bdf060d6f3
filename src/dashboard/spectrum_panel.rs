//! Power over frequency, or over time and frequency, of what sensors saw or resonators show.

use bevy_egui::egui::{self, RichText, WidgetInfo, WidgetType};
use egui_plot::{HoverPosition, Line, Plot, PlotPoints, VLine};
use serde::{Deserialize, Serialize};

use crate::base::{Tick, num};
use crate::resonator::readings::MEAN;
use crate::signal::SignalSettings;
use crate::signal::spectrum::welch;

use super::axes::{plain_axis, value_axis, value_ticks};
use super::plots::log10;
use super::sensed::{CHANNELS, LATE_TICKS};
use super::spectrogram::{Series, Source};
use super::spectrogram_panel::spectrogram;
use super::state::ViewState;
use super::theme;

/// What the panel says of itself.
pub const HELP: &str = "\
    Power density of what the sensors of the shown scope saw, the mean over its channels, or \
    of the mean of its resonators, cos θ or x. Spectrum: Welch's method with half overlapping \
    Hann windows, up to the tick that is shown. (Welch 1967) Spectrogram: the same over time, \
    in segments as long as signal.segment, each a quarter of its length after the last and \
    drawn at its middle; colours are dB below the greatest power of the branch. Point at it \
    for time, frequency and power; drag and zoom as in the plots.";

/// Samples of a segment at most, and segments that are averaged.
const SEGMENT: usize = 1024;
const SEGMENTS: usize = 7;
/// Samples of a segment at most, over all channels.
const SEGMENT_OF_ALL: usize = 16_384;

/// How the panel shows its spectrum.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SpectrumPlot {
    /// Over time and frequency instead of over frequency.
    pub over_time: bool,
    /// What it is of; the mean of the resonators where it is recorded, else the sensors, if absent.
    pub of: Option<Source>,
}

/// There is one such panel, however it is shown.
impl PartialEq for SpectrumPlot {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What the panel draws.
#[derive(Clone, Debug)]
pub struct Spectrum {
    /// What the spectrum is of.
    pub of: String,
    /// (Hz, power density) of each bin with power.
    pub points: Vec<[f64; 2]>,
    /// Where it is greatest, Hz.
    pub peak_hz: Option<f64>,
    /// Distance of bins, Hz.
    bin_hz: f64,
    /// Segments that were averaged, over all channels.
    segments: usize,
}

/// A spectrum, or what is missing, with what it was computed of: branch, scope, source, tick.
pub type KnownSpectrum = ((usize, String, Source, Tick), Result<Spectrum, String>);

/// What can be looked at of the shown scope, by what the run has.
fn sources(state: &ViewState) -> (bool, Option<usize>) {
    let mean = state
        .chronicle()
        .is_some_and(|own| own.column(&state.scope, &MEAN).is_some());
    let mut scopes = state.view.iter().flat_map(|view| &view.facts.sensed);
    (mean, scopes.position(|own| own.name == state.scope))
}

/// What a panel is of: what it asks for, or what there is.
///
/// # Errors
/// With what is missing, and the remedy.
pub fn source_of(state: &ViewState, plot: &SpectrumPlot) -> Result<Source, String> {
    match (sources(state), plot.of) {
        ((true, _), None | Some(Source::Mean)) | ((true, None), _) => Ok(Source::Mean),
        ((_, Some(_)), _) => Ok(Source::Sensors),
        ((false, None), _) => Err(format!(
            "Nothing is known of {:?}: no sensor looks at it, and the mean of its resonators is \
             not recorded. sensors: [(name: \"probe\", device: Probe())] or record: (plant: true) \
             helps.",
            state.scope
        )),
    }
}

/// What a source is called.
#[must_use]
pub fn named(state: &ViewState, source: Source, channels: usize) -> String {
    match source {
        Source::Mean => format!("mean of {:?}", state.scope),
        Source::Sensors if channels == 1 => format!("1 channel of {:?}", state.scope),
        Source::Sensors => {
            let scopes = state.view.iter().flat_map(|view| &view.facts.sensed);
            let mut own = scopes.filter(|own| own.name == state.scope);
            let all = own.next().map_or(channels, |own| own.channels.len());
            let first = if all > CHANNELS { "first " } else { "" };
            format!("{first}{channels} channels of {:?}", state.scope)
        }
    }
}

/// All samples of a source in the shown branch, in segments of the spectrogram.
#[must_use]
pub fn series_of(state: &ViewState, source: Source) -> Option<Series<'_>> {
    let (view, chronicle) = (state.view.as_ref()?, state.chronicle()?);
    let tick_s = chronicle.tick_s;
    let signal = &view.facts.scene.signal;
    let settings = |rate_hz: f64| SignalSettings {
        step: (signal.segment / 4).max(1),
        taper: signal.taper,
        ..SignalSettings::new(signal.segment, signal.segment, rate_hz)
    };
    let of = (state.branch(), state.scope.clone(), source);
    match source {
        Source::Mean => {
            let column = chronicle.column(&state.scope, &MEAN)?;
            Some(Series {
                of,
                settings: settings(1.0 / (chronicle.every as f64 * tick_s)),
                channels: 1,
                range: (0, column.len()),
                origin_s: 0.0,
                sample: Box::new(move |_, place| column.at(place).unwrap_or(f64::NAN)),
            })
        }
        Source::Sensors => {
            let samples = chronicle.samples.get(sources(state).1?)?;
            Some(Series {
                of,
                settings: settings(1.0 / tick_s),
                channels: samples.channels(),
                range: (samples.first() as usize, samples.end() as usize),
                origin_s: -(LATE_TICKS as f64) * tick_s,
                sample: Box::new(move |channel, tick| samples.at(channel, tick as Tick)),
            })
        }
    }
}

/// The power spectrum of a source over the chosen scope, up to the shown tick.
///
/// # Errors
/// With what is missing.
pub fn spectrum_of(state: &ViewState, source: Source) -> Result<Spectrum, String> {
    let waits = || "Nothing has run yet.".to_owned();
    let series = series_of(state, source).ok_or_else(waits)?;
    let view = state.view.as_ref().ok_or_else(waits)?;
    let chronicle = state.chronicle().ok_or_else(waits)?;
    let (first, end) = match source {
        Source::Mean => (0, chronicle.place(view.t_s).min(series.range.1)),
        Source::Sensors => (series.range.0, series.range.1.min(view.tick as usize + 1)),
    };
    let channels = series.channels.max(1);
    let most = (SEGMENT_OF_ALL / channels).clamp(64, SEGMENT);
    let segment = (end.saturating_sub(first) / 2).min(most);
    let wanted = (segment * (SEGMENTS + 1) / 2).max(segment);
    let range = end.saturating_sub(wanted).max(first)..end.max(first);
    let rate_hz = series.settings.sample_rate_hz;
    let mut sum: Vec<f64> = Vec::new();
    let (mut whole, mut segments) = (0, 0);
    for channel in 0..series.channels {
        let samples = range.clone().map(|k| (series.sample)(channel, k));
        let samples: Vec<f64> = match source {
            Source::Mean => samples.filter(|x| !x.is_nan()).collect(),
            Source::Sensors => samples.collect(),
        };
        if segment < 16 || samples.len() < segment {
            return Err(match source {
                Source::Mean => "A spectrum needs 32 rows of metrics.csv at least.".to_owned(),
                Source::Sensors => "A spectrum needs 32 ticks of samples at least.".to_owned(),
            });
        }
        let settings = SignalSettings::new(samples.len(), segment, rate_hz);
        let (density, taken) = welch(&settings, &samples);
        if taken > 0 {
            sum.resize(density.len(), 0.0);
            sum.iter_mut().zip(&density).for_each(|(a, b)| *a += b);
            (whole, segments) = (whole + 1, segments + taken);
        }
    }
    if whole == 0 {
        return Err("No channel has a segment of finite samples.".to_owned());
    }
    sum.iter_mut().for_each(|own| *own /= f64::from(whole));
    let hz = |bin: usize| bin as f64 * rate_hz / segment as f64;
    let peak = (1..sum.len()).max_by(|a, b| sum[*a].total_cmp(&sum[*b]));
    let bins = sum.iter().enumerate().skip(1);
    let powered = bins.filter(|(_, power)| **power > 0.0);
    Ok(Spectrum {
        of: named(state, source, series.channels),
        points: powered.map(|(bin, power)| [hz(bin), *power]).collect(),
        peak_hz: peak.filter(|bin| sum[*bin] > 0.0).map(hz),
        bin_hz: hz(1),
        segments,
    })
}

/// The panel: its choices, and the spectrum or the spectrogram below.
pub fn spectrum(ui: &mut egui::Ui, state: &mut ViewState, plot: &mut SpectrumPlot) {
    let source = source_of(state, plot);
    ui.horizontal_wrapped(|ui| {
        let choices = [
            (
                false,
                "spectrum",
                "power over frequency, up to the shown tick",
            ),
            (true, "spectrogram", "power over time and frequency"),
        ];
        for (over_time, name, help) in choices {
            let own = ui.selectable_label(plot.over_time == over_time, name);
            if own.on_hover_text(help).clicked() {
                plot.over_time = over_time;
            }
        }
        if let (Ok(source), (true, Some(_))) = (&source, sources(state)) {
            ui.separator();
            let choices = [
                (
                    Source::Sensors,
                    "sensors",
                    "what the sensors of this scope saw, noise and all",
                ),
                (
                    Source::Mean,
                    "mean",
                    "the mean of cos θ or x over the resonators of this scope",
                ),
            ];
            for (own, name, help) in choices {
                let label = ui.selectable_label(*source == own, name);
                if label.on_hover_text(help).clicked() {
                    plot.of = Some(own);
                }
            }
        }
    });
    match source {
        Err(missing) => {
            ui.weak(missing);
        }
        Ok(source) if plot.over_time => spectrogram(ui, state, source),
        Ok(source) => over_frequency(ui, state, source),
    }
}

/// Power over frequency; computed once a tick.
fn over_frequency(ui: &mut egui::Ui, state: &mut ViewState, source: Source) {
    let tick = state.view.as_ref().map_or(0, |view| view.tick);
    let key = (state.branch(), state.scope.clone(), source, tick);
    if state.signals.spectrum.as_ref().map(|own| &own.0) != Some(&key) {
        let found = spectrum_of(state, source);
        state.signals.spectrum = Some((key, found));
    }
    match &state.signals.spectrum {
        Some((_, Ok(found))) => draw(ui, found),
        Some((_, Err(missing))) => {
            ui.weak(missing);
        }
        None => {}
    }
}

fn draw(ui: &mut egui::Ui, found: &Spectrum) {
    let told = found.peak_hz.map(|hz| format!("peak at {hz:.4} Hz"));
    let text = format!(
        "{}: {}, bins of {:.2e} Hz, {} segments",
        found.of,
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
        .label_formatter(|at| match at {
            HoverPosition::NearDataPoint { position, .. } => {
                let density = num::exp(position.y * num::ln(10.0));
                Some(format!("{:.4} Hz: {density:.3e} 1/Hz", position.x))
            }
            HoverPosition::Elsewhere { .. } => None,
        })
        .show(ui, |plot| {
            if let Some(peak) = found.peak_hz {
                let line = VLine::new("peak", peak).color(color.gamma_multiply(0.4));
                plot.vline(line.allow_hover(false));
            }
            let line = Line::new("density", PlotPoints::from(points));
            plot.line(line.color(color).width(1.6));
        });
    let info = || WidgetInfo::labeled(WidgetType::Image, true, "spectrum");
    response.response.widget_info(info);
}
