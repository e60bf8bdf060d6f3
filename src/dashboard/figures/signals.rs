//! Spectra, spectrograms and phase locking.

use crate::figure::colour::ColourMap;
use crate::figure::{Axis, ColourBar, Dash, Events, Figure, Heat, Line, Mark, Panel, Scale, Size};

use super::super::linked::sight;
use super::super::locking::locking_of;
use super::super::locking_panel::LockingPlot;
use super::super::spectrogram::{RANGE_DB, Source};
use super::super::spectrogram_panel::in_sight;
use super::super::spectrum_panel::{SpectrumPlot, named, series_of, source_of, spectrum_of};
use super::super::state::ViewState;
use super::super::theme;
use super::on_paper;

/// Names along an axis at most.
const NAMES: [usize; 2] = [6, 24];

fn map_of(state: &ViewState) -> ColourMap {
    match state.look.viridis {
        true => ColourMap::Viridis,
        false => ColourMap::Cividis,
    }
}

fn one(panel: Panel) -> Figure {
    Figure::new("", vec![panel], Size::default())
}

/// The power spectrum, or the spectrogram in sight.
pub fn spectrum(state: &ViewState, plot: &SpectrumPlot) -> Option<Figure> {
    let source = source_of(state, plot).ok()?;
    if plot.over_time {
        return spectrogram(state, source);
    }
    let found = spectrum_of(state, source).ok()?;
    let mut panel = Panel::new(
        "",
        Axis::new("frequency", "Hz"),
        Axis::new(format!("power density of {}", found.of), "1/Hz").log(),
    );
    let colour = on_paper(theme::RESONANCE);
    if let Some(peak) = found.peak_hz {
        panel = panel.with(Mark::Events(Events {
            at: vec![peak],
            colour,
            dash: Dash::Dotted,
            tip: None,
            name: format!("peak {peak:.4} Hz"),
        }));
    }
    Some(one(panel.with(Mark::Line(Line::new(
        "",
        found.points,
        colour,
    )))))
}

fn spectrogram(state: &ViewState, source: Source) -> Option<Figure> {
    let series = series_of(state, source)?;
    let mut own = state.signals.spectrogram.clone();
    own.update(&series, usize::MAX);
    let (from, to) = in_sight(state, &own, source);
    if from >= to {
        return None;
    }
    let columns: Vec<Vec<f32>> = (from..to).map(|k| own.column(k)).collect();
    let row = |bin: usize| columns.iter().map(move |own| f64::from(own[bin]));
    let half = 0.5 * own.step_s();
    let (low, high) = (0.5, own.shown_rows() as f64 + 0.5);
    let heat = Heat {
        x: [own.time_s(from) - half, own.time_s(to - 1) + half],
        y: [low * own.bin_hz(), high * own.bin_hz()],
        columns: columns.len(),
        values: (0..own.shown_rows()).flat_map(row).collect(),
        map: map_of(state),
        range: [-f64::from(RANGE_DB), 0.0],
    };
    let (start, end) = sight(state);
    let mut panel = Panel::new(
        named(state, source, series.channels),
        Axis::new("time", "s").within(start.max(0.0), end),
        Axis::new("frequency", "Hz").within(0.0, high * own.bin_hz()),
    );
    panel.colour_bar = Some(ColourBar {
        label: "power relative to the greatest".to_owned(),
        unit: "dB".to_owned(),
        map: heat.map,
        range: heat.range,
        scale: Scale::Linear,
    });
    Some(one(panel.with(Mark::Heat(heat))))
}

/// The matrix of phase locking.
pub fn locking(state: &ViewState, plot: &LockingPlot) -> Option<Figure> {
    let window = state.view.as_ref()?.sensed.as_ref()?;
    let own = locking_of(window, plot.lag);
    if window.scope != state.scope || own.missing().is_some() {
        return None;
    }
    let n = own.names.len();
    // The first channel stands at the top.
    let row = |i: usize| {
        let own = &own;
        (0..n).map(move |j| own.value(n - 1 - i, j).unwrap_or(f64::NAN))
    };
    let side = [-0.5, n as f64 - 0.5];
    let heat = Heat {
        x: side,
        y: side,
        columns: n,
        values: (0..n).flat_map(row).collect(),
        map: map_of(state),
        range: [0.0, 1.0],
    };
    let axis = |most: usize, place: &dyn Fn(usize) -> f64| {
        let mut axis = Axis::new("", "").within(side[0], side[1]);
        let named = own.names.iter().enumerate().step_by(n.div_ceil(most));
        axis.names = named.map(|(k, name)| (place(k), name.clone())).collect();
        axis
    };
    let mean = own.mean.map_or(String::new(), |m| format!(", mean {m:.4}"));
    let [samples, ..] = own.samples;
    let title = format!(
        "{:?}{mean}, {:.2} s",
        window.scope,
        samples as f64 / own.rate_hz
    );
    let mut panel = Panel::new(
        title,
        axis(NAMES[0], &|k| k as f64),
        axis(NAMES[1], &|k| (n - 1 - k) as f64),
    );
    panel.equal_aspect = true;
    panel.colour_bar = Some(ColourBar {
        label: match plot.lag {
            true => "phase-lag index".to_owned(),
            false => "phase-locking value".to_owned(),
        },
        unit: String::new(),
        map: heat.map,
        range: heat.range,
        scale: Scale::Linear,
    });
    Some(one(panel.with(Mark::Heat(heat))))
}
