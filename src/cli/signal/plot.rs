//! A recording as a figure: spectrogram, R(t), and the three numbers over time.

use std::path::Path;

use anyhow::{Result, anyhow};

use crate::base::num;
use crate::cli::say::aside;
use crate::figure::colour::category;
use crate::figure::{
    self, Axis, ColourBar, ColourMap, Figure, Heat, Line, Mark, Panel, Scale, Size,
};
use crate::signal::engine::SignalEngine;
use crate::signal::metrics::{self, COHERENCE, ENTROPY_NORMALIZED, RESONANCE};
use crate::signal::settings::SignalSettings;
use crate::signal::spectrum::segment_spectra;
use crate::signal::stream::SignalStream;
use crate::signal::window::FrameWindow;

use super::read::Asked;
use super::tell::Found;

/// Columns of the spectrogram at most.
const COLUMNS: usize = 600;
/// Windows over time of a recording that is one window otherwise.
const WINDOWS: usize = 32;
/// Decibels below the greatest power that colours reach to.
const DEPTH_DB: f64 = 60.0;

/// Draws the figure.
pub fn write(out: &Path, input: &Path, asked: &Asked, found: &Found) -> Result<()> {
    figure::Format::of(out).map_err(|error| anyhow!("--plot {error}"))?;
    let own = view(asked, found);
    let moments = over_time(asked, &own)?;
    let mut panels = vec![spectrogram(asked), order(&moments)];
    panels.extend(numbers(&moments));
    let name = input
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let figure = Figure {
        shared_x: true,
        caption: vec![caption(asked, &own)],
        ..Figure::new(name, panels, Size::TwoColumns)
    };
    figure::write(out, &figure.drawing()).map_err(|error| anyhow!("{error}"))?;
    aside!(
        "{}: spectrogram, R(t), entropy, coherence and resonance",
        out.display()
    );
    Ok(())
}

/// The windows whose numbers are drawn: those that were asked for, or shorter ones when that is
/// one.
struct View {
    settings: SignalSettings,
    hop: usize,
}

fn view(asked: &Asked, found: &Found) -> View {
    let mut settings = asked.settings.clone();
    if found.windows.len() > 1 {
        return View {
            settings,
            hop: asked.hop,
        };
    }
    let samples = asked.recording.len;
    settings.window = (samples / WINDOWS).max(4 * settings.segment).min(samples);
    View {
        hop: (settings.window / 2).max(1),
        settings,
    }
}

/// The numbers of the windows by the time of their middle, and R by time.
#[derive(Default)]
struct Moments {
    entropy: Vec<[f64; 2]>,
    coherence: Vec<[f64; 2]>,
    resonance: Vec<[f64; 2]>,
    order: Vec<[f64; 2]>,
}

fn over_time(asked: &Asked, view: &View) -> Result<Moments> {
    let wanted = metrics::named([ENTROPY_NORMALIZED, COHERENCE, RESONANCE]);
    let mut engine = SignalEngine::new(view.settings.clone(), wanted)?;
    let (window, rate) = (view.settings.window, view.settings.sample_rate_hz);
    let recording = &asked.recording;
    let mut series = vec![vec![0.0; window]; recording.channels.len()];
    let mut found = Moments::default();
    let count = 1 + (recording.len - window) / view.hop;
    for number in 0..count {
        let start = number * view.hop;
        for (c, own) in series.iter_mut().enumerate() {
            recording.samples(c, start, own);
        }
        let borrowed: Vec<&[f64]> = series.iter().map(Vec::as_slice).collect();
        let mut stream = SignalStream::of(FrameWindow::of_channels(&borrowed));
        let (state, order) = engine.look(&mut stream, |own| own.phases.order.clone());
        let middle = (start as f64 + 0.5 * window as f64) / rate;
        let value = |id| match state.is_measured() {
            true => state.value(&id).unwrap_or(f64::NAN),
            false => f64::NAN,
        };
        found.entropy.push([middle, value(ENTROPY_NORMALIZED)]);
        found.coherence.push([middle, value(COHERENCE)]);
        found.resonance.push([middle, value(RESONANCE)]);
        let order = order.unwrap_or_else(|| vec![f64::NAN; window]);
        // Neighbouring windows overlap: each gives its middle, the first and last their ends.
        let margin = window.saturating_sub(view.hop) / 2;
        let from = if number == 0 { 0 } else { margin };
        let to = match number + 1 == count {
            true => window,
            false => window - (window.saturating_sub(view.hop) - margin),
        };
        let range = from..to.max(from);
        found
            .order
            .extend(range.map(|k| [(start + k) as f64 / rate, order[k]]));
    }
    Ok(found)
}

fn time_axis() -> Axis {
    Axis::new("time", "s")
}

/// The mean power of the channels by time and frequency, each channel divided by its mean power, in
/// decibels below the greatest.
fn spectrogram(asked: &Asked) -> Panel {
    let own = SignalSettings {
        window: asked.settings.segment,
        ..asked.settings.clone()
    };
    let recording = &asked.recording;
    let last = recording.len - own.segment;
    let columns = (1 + last / own.step).min(COLUMNS);
    let start = |k: usize| match columns {
        1 => 0,
        _ => k * last / (columns - 1),
    };
    let (bins, mut series) = (own.bins(), vec![0.0; own.segment]);
    let mut sums = vec![0.0; bins * columns];
    let mut counts = vec![0u32; columns];
    for c in 0..recording.channels.len() {
        let mut powers = vec![f64::NAN; bins * columns];
        let (mut total, mut there) = (0.0, 0u32);
        for column in 0..columns {
            recording.samples(c, start(column), &mut series);
            if let Some((re, im)) = segment_spectra(&own, &series).first() {
                for bin in 0..bins {
                    let power = re[bin] * re[bin] + im[bin] * im[bin];
                    powers[bin * columns + column] = power;
                    total += power;
                }
                there += 1;
            }
        }
        let mean = total / f64::from(there.max(1));
        if mean <= 0.0 || !mean.is_finite() {
            continue;
        }
        for (column, count) in counts.iter_mut().enumerate() {
            if powers[column].is_finite() {
                *count += 1;
                for bin in 0..bins {
                    sums[bin * columns + column] += powers[bin * columns + column] / mean;
                }
            }
        }
    }
    for (at, sum) in sums.iter_mut().enumerate() {
        *sum /= f64::from(counts[at % columns]);
    }
    let top = sums
        .iter()
        .filter(|p| p.is_finite())
        .fold(0.0f64, |top, p| top.max(*p));
    let decibels = |p: &f64| match *p > 0.0 {
        true => 10.0 * num::ln(p / top) / std::f64::consts::LN_10,
        false if p.is_nan() => f64::NAN,
        false => -f64::INFINITY,
    };
    let values = sums.iter().map(decibels).map(|x| x.max(-DEPTH_DB));
    let (bin_hz, rate) = (own.bin_hz(), own.sample_rate_hz);
    let half = 0.5 * own.segment as f64 / rate;
    let range = [-DEPTH_DB, 0.0];
    let heat = Heat {
        x: [0.0, start(columns - 1) as f64 / rate + 2.0 * half],
        y: [-0.5 * bin_hz, 0.5 * rate + 0.5 * bin_hz],
        columns,
        values: values.collect(),
        map: ColourMap::Viridis,
        range,
    };
    let mut panel = Panel::new(
        "power below its greatest, mean over channels",
        time_axis(),
        Axis::new("frequency", "Hz").within(0.0, 0.5 * rate),
    )
    .with(Mark::Heat(heat));
    panel.colour_bar = Some(ColourBar {
        label: "power".to_owned(),
        unit: "dB".to_owned(),
        map: ColourMap::Viridis,
        range,
        scale: Scale::Linear,
    });
    panel
}

fn order(moments: &Moments) -> Panel {
    let line = Line::new("", moments.order.clone(), category(0));
    Panel::new(
        "order parameter of the Hilbert phases",
        time_axis(),
        Axis::new("R(t)", "").within(0.0, 1.0),
    )
    .with(Mark::Line(line))
}

fn numbers(moments: &Moments) -> [Panel; 2] {
    let line = |name: &str, points: &[[f64; 2]], number| {
        Mark::Line(Line::new(name, points.to_vec(), category(number)))
    };
    let shares = Panel::new(
        "",
        time_axis(),
        Axis::new("entropy, coherence", "").within(0.0, 1.0),
    )
    .with(line("normalised entropy", &moments.entropy, 1))
    .with(line("coherence", &moments.coherence, 0));
    let resonance = Panel::new("", time_axis(), Axis::new("resonance", ""));
    [
        shares,
        resonance.with(line("resonance", &moments.resonance, 2)),
    ]
}

fn caption(asked: &Asked, view: &View) -> String {
    let own = &view.settings;
    let band = own
        .band_hz
        .map_or(String::new(), |(low, high)| format!(", {low} … {high} Hz"));
    format!(
        "{} channels at {} Hz; windows of {} samples, one every {}; segments of {} samples, \
            {}{band}",
        asked.recording.channels.len(),
        own.sample_rate_hz,
        own.window,
        view.hop,
        own.segment,
        own.taper,
    )
}
