//! What all plots over time have in common: one range of time, one pointer, the same cursors.

use bevy_egui::egui::{self, Color32, Ui};
use egui_plot::{Line, LineStyle, Plot, PlotPoints, PlotResponse, PlotUi, VLine};

use super::axes::{self, value_ticks};
use super::state::ViewState;
use super::theme;
use super::trace::LineKind;

/// Stands for the colour of strong text, for the one line of a plot that counts most.
pub const INK: Color32 = Color32::WHITE;

/// What a plot over time is drawn with in this frame.
#[derive(Clone, Copy, Debug)]
pub struct Linked {
    range: (f64, f64),
    follow: bool,
    refit: bool,
    /// The shown tick, s, while it lies in the past.
    here: Option<f64>,
    cursors: [Option<f64>; 2],
    ink: Color32,
    pointer: Color32,
    dark: bool,
}

impl Linked {
    /// That of the window now.
    #[must_use]
    pub fn of(ui: &Ui, state: &ViewState) -> Self {
        let head = head_s(state);
        let now = state.view.as_ref().map_or(0.0, |view| view.t_s);
        // Beyond the newest tick there is nothing to read.
        let readable = state.plots.cursor_s.is_some_and(|t| t <= head);
        let pointer = match readable && !state.bare && state.film.is_none() {
            true => ui.visuals().weak_text_color(),
            false => Color32::TRANSPARENT,
        };
        Self {
            range: sight(state),
            follow: state.plots.follow,
            refit: state.plots.refit > 0,
            here: (now + 1e-9 < head).then_some(now),
            cursors: state.plots.cursors,
            ink: ui.visuals().strong_text_color(),
            pointer,
            dark: ui.visuals().dark_mode,
        }
    }

    /// A plot whose time moves with that of all others.
    #[must_use]
    pub fn plot(&self, ui: &Ui, id: egui::Id, log: bool) -> Plot<'static> {
        Plot::new(id)
            .allow_scroll(false)
            .allow_zoom([true, false])
            .link_axis("time", [true, false])
            .link_cursor("time", [true, false])
            .x_grid_spacer(|input| axes::level_ticks(&input))
            .y_grid_spacer(move |input| value_ticks(&input, log))
            .custom_x_axes(vec![axes::time_axis(ui)])
            .custom_y_axes(vec![axes::value_axis(ui, log)])
            .grid_color(ui.visuals().weak_text_color().gamma_multiply(0.45))
            .cursor_color(self.pointer)
            .label_formatter(|_| None)
            .set_margin_fraction(egui::vec2(0.0, 0.06))
    }

    /// Moves a plot to the range of time in sight; comes before its lines.
    pub fn begin(&self, plot: &mut PlotUi<'_>) {
        if self.follow {
            plot.set_plot_bounds_x(self.range.0..=self.range.1);
        }
        if self.refit {
            plot.set_auto_bounds([false, true]);
        }
    }

    /// Draws the shown tick, when it lies in the past, and the two cursors.
    pub fn cursors(&self, plot: &mut PlotUi<'_>) {
        if let Some(here) = self.here {
            let line = VLine::new("here", here).width(1.5);
            plot.vline(line.color(Color32::GRAY));
        }
        for (name, at) in ["1", "2"].into_iter().zip(self.cursors) {
            if let Some(at) = at {
                let line = VLine::new(name, at).color(self.ink).width(1.0);
                plot.vline(line.allow_hover(false));
            }
        }
    }

    /// Draws a line of a kind, run by run.
    pub fn line(&self, plot: &mut PlotUi<'_>, name: &str, color: Color32, of: Runs) {
        let color = match color == INK {
            true => self.ink,
            false => theme::on_ground(color, self.dark),
        };
        for run in of.runs {
            let line = Line::new(name.to_owned(), PlotPoints::from(run)).allow_hover(false);
            let line = match of.kind {
                LineKind::Shown => line.color(color).width(2.0),
                LineKind::Other(k) => {
                    let style = match k % 3 {
                        0 => LineStyle::dashed_dense(),
                        1 => LineStyle::dotted_dense(),
                        _ => LineStyle::dashed_loose(),
                    };
                    let line = line.color(color.gamma_multiply(0.7));
                    line.width(1.5).style(style)
                }
                LineKind::Thin => line.color(color).width(1.0),
                LineKind::Setpoint => {
                    let line = line.color(color).width(1.0);
                    line.style(LineStyle::dashed_loose())
                }
            };
            plot.line(line);
        }
    }
}

/// A line's colour as text beside it has it.
#[must_use]
pub fn inked(ui: &Ui, color: Color32) -> Color32 {
    match color == INK {
        true => ui.visuals().strong_text_color(),
        false => theme::on_ground(color, ui.visuals().dark_mode),
    }
}

/// The runs of points of a line, and how it is drawn.
pub struct Runs {
    /// Points without a gap between them, run by run.
    pub runs: Vec<Vec<[f64; 2]>>,
    /// What the line stands for.
    pub kind: LineKind,
}

/// The range of time that a plot shows, s.
#[must_use]
pub fn seen(plot: &PlotUi<'_>) -> (f64, f64) {
    let bounds = plot.plot_bounds();
    (bounds.min()[0], bounds.max()[0])
}

/// The range of time that is drawn: what is in sight, a little more on both sides.
#[must_use]
pub fn sight(state: &ViewState) -> (f64, f64) {
    let (from, to) = state.plots.shown_s;
    let now = state.view.as_ref().map_or(0.0, |view| view.t_s);
    if state.plots.follow {
        let head = head_s(state).max(now);
        if state.plots.window_s.is_infinite() {
            (0.0, head.max(1.0))
        } else {
            let end = now.max(state.plots.window_s);
            (end - state.plots.window_s, end)
        }
    } else {
        (from, to)
    }
}

/// The newest plant time of the shown branch, s.
#[must_use]
pub fn head_s(state: &ViewState) -> f64 {
    let tick = state.view.as_ref().map_or(0, |view| view.time.head());
    state.chronicle().map_or(0.0, |c| tick as f64 * c.tick_s)
}

/// What a hand did to a plot: moved it, zoomed, asked for everything, or set a cursor.
pub fn touched(ui: &egui::Ui, state: &mut ViewState, response: &PlotResponse<(f64, f64)>) {
    let (plot, shown) = (&response.response, response.inner);
    if plot.dragged() || (plot.hovered() && zoomed(ui)) {
        state.plots.follow = false;
    }
    if plot.double_clicked() {
        state.plots.follow = true;
        state.plots.fit();
    }
    state.plots.shown_s = shown;
    let Some(pointer) = plot.hover_pos() else {
        return;
    };
    let time = response.transform.value_from_position(pointer).x.max(0.0);
    state.plots.hovered_s = Some(time);
    if plot.clicked() && !plot.double_clicked() {
        let second = ui.input(|input| input.modifiers.shift);
        state.plots.cursors[usize::from(second)] = Some(time);
    }
}

fn zoomed(ui: &egui::Ui) -> bool {
    ui.input(|input| {
        let boxed = input
            .pointer
            .button_released(egui::PointerButton::Secondary)
            && input
                .pointer
                .total_drag_delta()
                .is_some_and(|d| d.length() > 6.0);
        (input.zoom_delta() - 1.0).abs() > 1e-3 || boxed
    })
}
