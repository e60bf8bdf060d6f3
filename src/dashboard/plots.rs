//! The three headline plots, with a shared time axis.

use bevy_egui::egui::{self, Color32, RichText, WidgetInfo, WidgetType};
use egui_plot::{HLine, Line, LineStyle, Plot, PlotPoints};

use crate::control::Measure;

use super::series::Series;
use super::theme;
use super::view::ViewState;

/// A headline metric.
struct Headline<'a> {
    name: &'static str,
    unit: &'static str,
    axis: String,
    color: Color32,
    series: &'a Series,
    reference: Option<f64>,
    top: Option<f64>,
    help: &'static str,
}

/// Entropy, coherence and resonance of the shown scope over plant time.
pub fn plots(ui: &mut egui::Ui, state: &ViewState) {
    let Some(view) = &state.view else {
        ui.label("Waiting for the first tick…");
        return;
    };
    let scene = &view.facts.scene;
    let bins = scene.signal.segment / 2 + 1;
    let setpoint = |measure| {
        let of_scope = |l: &&crate::control::LoopSpec| l.scope == state.scope;
        let mut loops = scene.control.loops.iter().enumerate();
        let found = loops.find(|(_, l)| of_scope(l) && l.measure == measure)?;
        let path = format!("control.loops[{}].setpoint", found.0);
        Some(state.edits.get(&path).copied().unwrap_or(found.1.setpoint))
    };
    let headlines = [
        Headline {
            name: "entropy",
            unit: "nats",
            axis: format!("nats, 0 … ln {bins}"),
            color: theme::ENTROPY,
            series: &state.entropy,
            reference: setpoint(Measure::Entropy),
            top: None,
            help: "Spectral entropy H = −Σ p ln p of the normalised Welch spectrum, the mean over \
                   channels. 0 … ln B nats for B bins: low is a pure tone, high is noise. \
                   (Inouye 1991)",
        },
        Headline {
            name: "coherence",
            unit: "",
            axis: "0 … 1".to_owned(),
            color: theme::COHERENCE,
            series: &state.coherence,
            reference: setpoint(Measure::Coherence),
            top: Some(1.0),
            help: "Coherence R: the time mean of |mean of e^(iφ)| over the channels' Hilbert \
                   phases, the Kuramoto order parameter. 0 … 1; independent channels give about \
                   √(π/4C), not 0.",
        },
        Headline {
            name: "resonance",
            unit: "",
            axis: "≥ 0".to_owned(),
            color: theme::RESONANCE,
            series: &state.resonance,
            reference: setpoint(Measure::Resonance),
            top: None,
            help: "Resonance: how far the spectral peak stands above the mean, (crest − 1), times \
                   the debiased magnitude-squared coherence of the channels there. 0 for noise or \
                   for tones that nobody shares.",
        },
    ];
    let height = (ui.available_height() / 3.0 - 26.0).max(60.0);
    for headline in &headlines {
        plot(ui, headline, height, view.t_s);
    }
}

/// Seconds of plant time that a plot shows at first.
const SPAN_S: f64 = 40.0;

fn plot(ui: &mut egui::Ui, headline: &Headline, height: f32, now_s: f64) {
    let last = headline.series.last().map(|(_, value)| value);
    let shown = match last {
        Some(value) => format!("{value:.4} {}", headline.unit),
        None => "warming up: the window is not filled yet".to_owned(),
    };
    ui.horizontal(|ui| {
        let name = RichText::new(headline.name).strong().color(headline.color);
        ui.label(name).on_hover_text(headline.help);
        ui.label(shown);
        ui.weak(&headline.axis);
    });
    let from = (now_s - SPAN_S).max(0.0);
    let columns = ui.available_width().max(1.0) as usize;
    let points = headline.series.decimate(from, now_s.max(SPAN_S), columns);
    let (color, reference) = (headline.color, headline.reference);
    let name = headline.name;
    let mut plot = Plot::new(name)
        .height(height)
        .allow_scroll(false)
        .link_axis("headlines", [true, false])
        .link_cursor("headlines", [true, false])
        .include_y(0.0)
        .include_x(from)
        .include_x(from + SPAN_S)
        .x_axis_formatter(|mark, _| format!("{} s", mark.value))
        .y_axis_min_width(36.0)
        .set_margin_fraction(egui::vec2(0.0, 0.05));
    if let Some(top) = headline.top {
        plot = plot.include_y(top);
    }
    let response = plot.show(ui, move |plot| {
        if let Some(reference) = reference {
            plot.hline(
                HLine::new("setpoint", reference)
                    .color(theme::REFERENCE)
                    .style(LineStyle::dashed_loose()),
            );
        }
        let line = Line::new(name, PlotPoints::from(points));
        plot.line(line.color(color).width(2.0));
    });
    let described = match last {
        Some(value) => format!("{name} plot, last value {value}"),
        None => format!("{name} plot, no value yet"),
    };
    let info = move || WidgetInfo::labeled(WidgetType::Image, true, &described);
    response.response.widget_info(info);
}
