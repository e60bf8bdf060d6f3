//! Power over time and frequency, along the time of the plots.

use bevy_egui::egui::{self, Color32, Rect, RichText, Vec2, WidgetInfo, WidgetType, pos2};
use egui_plot::{Plot, PlotImage, PlotPoint, VLine};

use super::axes::{time_axis, value_axis, value_ticks};
use super::column_picture::Probe;
use super::heat::bar_in_line;
use super::linked::{head_s, sight, touched};
use super::sensed::LATE_TICKS;
use super::spectrogram::{RANGE_DB, Source, Spectrogram};
use super::spectrum_panel::{named, series_of};
use super::state::ViewState;

/// Samples that are transformed in a frame at most: well below a millisecond.
const SAMPLES: usize = 40_000;

/// The first column in sight at the shown tick, and one after the last.
#[must_use]
pub fn in_sight(state: &ViewState, own: &Spectrogram, source: Source) -> (usize, usize) {
    let tick_s = state.chronicle().map_or(0.0, |own| own.tick_s);
    let late_s = match source {
        Source::Sensors => LATE_TICKS as f64 * tick_s,
        Source::Mean => 0.0,
    };
    let now_s = state.view.as_ref().map_or(0.0, |view| view.t_s);
    own.between(sight(state), now_s - late_s)
}

/// The spectrogram of a source over the shown scope.
pub fn spectrogram(ui: &mut egui::Ui, state: &mut ViewState, source: Source) {
    let mut own = std::mem::take(&mut state.signals.spectrogram);
    let mut columns = std::mem::take(&mut state.signals.columns);
    let Some(series) = series_of(state, source) else {
        ui.weak("Nothing has run yet.");
        (state.signals.spectrogram, state.signals.columns) = (own, columns);
        return;
    };
    let (first, end) = series.range;
    let (segment, channels) = (series.settings.segment, series.channels);
    let step = series.settings.step;
    let share = own.update(&series, SAMPLES);
    drop(series);
    if end.saturating_sub(first) < segment + step || own.is_empty() {
        let what = match source {
            Source::Sensors => "samples, one a tick",
            Source::Mean => "rows of metrics.csv",
        };
        ui.weak(format!(
            "A column takes {segment} {what}; {} are there. Let it run, or make signal.segment \
             shorter.",
            end.saturating_sub(first)
        ));
    } else {
        if share < 1.0 {
            ui.ctx().request_repaint();
        }
        head(ui, state, &own, named(state, source, channels), share);
        let range = in_sight(state, &own, source);
        let picture = columns.show(ui.ctx(), &own, range, state.look);
        draw(ui, state, &own, (range, picture));
    }
    (state.signals.spectrogram, state.signals.columns) = (own, columns);
}

fn head(ui: &mut egui::Ui, state: &ViewState, own: &Spectrogram, of: String, share: f32) {
    ui.horizontal_wrapped(|ui| {
        bar_in_line(
            ui,
            state.look,
            &format!("−{RANGE_DB:.0}"),
            "0 dB relative to the greatest",
        );
        let silent = if own.is_silent() { ", no power" } else { "" };
        let mut text = format!(
            "{of}{silent}: segments of {:.4} s, bins of {:.4} Hz",
            own.segment_s(),
            own.bin_hz()
        );
        if share < 0.999 {
            text += &format!(", {:.0} % computed", 100.0 * share);
        }
        ui.label(RichText::new(text).weak()).on_hover_text(
            "Longer segments tell frequencies apart better and times worse: signal.segment sets \
             them. The numbers are the same at every zoom.",
        );
    });
}

/// Where columns stand in the plot: from and to, s and Hz.
fn place(own: &Spectrogram, (from, to): (usize, usize)) -> ([f64; 2], [f64; 2]) {
    let half = 0.5 * own.step_s();
    let (columns, bins) = own.grouped((from, to));
    // The last cell of a picture may stand for less than it shows.
    let wide = (to - from).div_ceil(columns) * columns;
    let high = own.shown_rows().div_ceil(bins) * bins;
    let start = own.time_s(from) - half;
    let low = 0.5 * own.bin_hz();
    (
        [start, start + wide as f64 * own.step_s()],
        [low, low + high as f64 * own.bin_hz()],
    )
}

/// A texture and the columns that it shows.
type Picture = Option<(egui::TextureId, (usize, usize))>;

fn draw(
    ui: &mut egui::Ui,
    state: &mut ViewState,
    own: &Spectrogram,
    (range, picture): ((usize, usize), Picture),
) {
    let (from, to) = sight(state);
    let follow = state.plots.follow;
    let now = state.view.as_ref().map_or(0.0, |view| view.t_s);
    let refit = state.plots.refit > 0;
    let top = (own.shown_rows() as f64 + 0.5) * own.bin_hz();
    let pointer = match state.bare || state.film.is_some() {
        true => Color32::TRANSPARENT,
        false => ui.visuals().weak_text_color(),
    };
    let response = Plot::new("spectrogram")
        .allow_scroll(false)
        .link_axis("time", [true, false])
        .link_cursor("time", [true, false])
        .x_grid_spacer(|input| super::axes::level_ticks(&input))
        .y_grid_spacer(|input| value_ticks(&input, false))
        .custom_x_axes(vec![time_axis(ui)])
        .custom_y_axes(vec![value_axis(ui, false).label("frequency (Hz)")])
        .show_grid(false)
        .cursor_color(pointer)
        .label_formatter(|_| None)
        .set_margin_fraction(Vec2::ZERO)
        // The label of 0 Hz stands clear of those of time.
        .include_y(-0.04 * top)
        .include_y(top)
        .show(ui, |plot| {
            if follow {
                plot.set_plot_bounds_x(from..=to);
            }
            if refit {
                plot.set_auto_bounds([false, true]);
            }
            if let Some((texture, shown)) = picture
                && shown.0 < shown.1
            {
                let ([left, right], [low, high]) = place(own, shown);
                let middle = PlotPoint::new(0.5 * (left + right), 0.5 * (low + high));
                let size = Vec2::new((right - left) as f32, (high - low) as f32);
                let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
                let image = PlotImage::new("power", texture, middle, size).uv(whole);
                plot.image(image.allow_hover(false));
            }
            let line = VLine::new("shown", now).width(1.5).allow_hover(false);
            plot.vline(line.color(Color32::GRAY));
            let bounds = plot.plot_bounds();
            (bounds.min()[0], bounds.max()[0])
        });
    touched(ui, state, &response);
    let said = format!("spectrogram, {} columns in sight", range.1 - range.0);
    let info = || WidgetInfo::labeled(WidgetType::Image, true, &said);
    response.response.widget_info(info);
    let Some(at) = response.response.hover_pos() else {
        return;
    };
    let at = response.transform.value_from_position(at);
    let told = match own.probe(at.x, at.y, range) {
        Some(found) => told(&found),
        None if at.x > now && now + 1e-9 < head_s(state) => {
            "after the shown tick: go there to see it".to_owned()
        }
        None => return,
    };
    response.response.on_hover_text_at_pointer(told);
}

/// A cell in words.
#[must_use]
pub fn told(found: &Probe) -> String {
    let below = match found.below_db {
        db if db < -999.0 => "no power".to_owned(),
        db => format!("{db:.1} dB relative to the greatest").replace('-', "−"),
    };
    format!("{:.2} s, {:.4} Hz: {below}", found.time_s, found.hz)
}
