//! The terms of a control loop over time: a plot of the measure, and one of what the output is made
//! of, with the limits that acted.

use bevy_egui::egui::{self, Color32, RichText, Ui, WidgetInfo, WidgetType};
use egui_plot::{FilledArea, HLine, Span};

use crate::control::{Law, LoopSpec};

use super::legend::shown_value;
use super::linked::{Linked, Runs, head_s, inked, seen, sight, touched};
use super::loop_words::{limit_of, unit_of_output};
use super::plots::tell_violations;
use super::state::ViewState;
use super::term_history::{
    Layer, Limited, SUMMANDS, TermHistory, TermLine, help_of_term, measures, outputs,
};
use super::theme;
use super::trace::LineKind;
use super::view::LoopView;

/// Least height of a plot, points.
const LEAST: f32 = 96.0;
/// Share of the ground that shades of a limit hide.
const SHADE: f32 = 0.26;
/// Share of the ground that stacked terms hide.
const AREA: f32 = 0.6;

/// Both plots, which share the room that is left.
pub fn over_time(ui: &mut Ui, state: &mut ViewState, of: (&LoopSpec, &LoopView), left: f32) {
    let (spec, _) = of;
    let width = ui.available_width() as usize;
    let upper = measures(&spec.law);
    let measure = state.metric(&spec.measure.metric()).unit;
    let top = ui.cursor().top();
    legend(ui, state, of, &upper, measure);
    let used = ui.cursor().top() - top;
    let height = (0.44 * left - used).max(LEAST);
    let drawn = Drawn::of(state, &upper, width);
    draw(ui, state, "measure", drawn, height);
    let lower = outputs(&spec.law);
    let output = unit_of_output(state, spec);
    legend(ui, state, of, &lower, output);
    beside(ui, of, (&upper, &lower));
    let mut drawn = Drawn::of(state, &lower, width);
    if let Some(history) = TermHistory::of(state, state.control.index) {
        drawn.limited = history.limited(sight(state), width / 2);
    }
    limits(ui, &drawn.limited);
    let used = ui.cursor().top() - top;
    let height = (left - used - 6.0).max(LEAST);
    draw(ui, state, "output", drawn, height);
}

/// The value of a term at the time that is pointed at, or now.
fn value_of(state: &ViewState, shown: &LoopView, term: &str) -> Option<f64> {
    let cursor = state.plots.cursor_s.filter(|t| *t <= head_s(state));
    match cursor {
        Some(time_s) => TermHistory::of(state, shown.index as usize)?.at(term, time_s),
        None => shown.term(term),
    }
}

/// Names, values and colours of lines, and of areas before those of the output; click to hide.
fn legend(
    ui: &mut Ui,
    state: &mut ViewState,
    (spec, shown): (&LoopSpec, &LoopView),
    lines: &[TermLine],
    unit: &str,
) {
    let areas = lines.iter().any(|own| own.term == "unlimited");
    let areas = SUMMANDS.iter().filter(|_| areas);
    let areas = areas.map(|(term, name, color)| (*term, *name, *color, "■"));
    let lines = lines.iter().map(|own| {
        let sign = match own.kind {
            LineKind::Setpoint => "- -",
            _ => "—",
        };
        (own.term, own.term, own.color, sign)
    });
    let mut toggled = None;
    ui.horizontal_wrapped(|ui| {
        for (term, name, color, sign) in areas.chain(lines) {
            let value = value_of(state, shown, term);
            if sign == "■" && value.is_none_or(|own| own == 0.0) && !has_part(spec, term) {
                continue;
            }
            let on = !state.control.hidden.contains(term);
            let text = RichText::new(format!("{sign} {name}")).strong();
            let text = match on {
                true => text.color(inked(ui, color)),
                false => text.weak().strikethrough(),
            };
            let label = egui::Label::new(text).sense(egui::Sense::click());
            let help = help_of_term(spec, term);
            let response = ui.add(label).on_hover_text(format!(
                "{help}\nClick to hide or show it. Recorded as {}.",
                spec.term_metric(term)
            ));
            if response.clicked() {
                toggled = Some(term);
            }
            match value {
                Some(value) => ui.label(format!("{} {unit}", shown_value(value))),
                None => ui.weak("no value"),
            };
        }
    });
    if let Some(term) = toggled
        && !state.control.hidden.remove(term)
    {
        state.control.hidden.insert(term);
    }
}

/// Whether a PID law has a part at all.
fn has_part(spec: &LoopSpec, term: &str) -> bool {
    let Law::Pid(law) = &spec.law else {
        return true;
    };
    match term {
        "p" => law.kp != 0.0,
        "i" => law.ki != 0.0,
        "d" => law.kd != 0.0,
        _ => law.feed_forward != 0.0 || law.feed_forward_gain != 0.0,
    }
}

/// Terms of the law that are no line here, as numbers alone.
fn beside(ui: &mut Ui, (spec, shown): (&LoopSpec, &LoopView), drawn: (&[TermLine], &[TermLine])) {
    const TOLD: [&str; 9] = [
        "setpoint",
        "measured",
        "asked",
        "passed",
        "bound",
        "saturated",
        "limited_by",
        "held",
        "unlimited",
    ];
    if matches!(spec.law, Law::Relay(_)) {
        return;
    }
    let lines = drawn.0.iter().chain(drawn.1);
    let lines: Vec<&str> = lines.map(|own| own.term).collect();
    let is_told = |name: &str| {
        let stacked = SUMMANDS.iter().any(|own| own.0 == name);
        TOLD.contains(&name) || lines.contains(&name) || stacked
    };
    let mut rest = shown
        .terms
        .iter()
        .filter(|(name, _)| !is_told(name))
        .peekable();
    if rest.peek().is_none() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        for (name, value) in rest {
            ui.weak(name.replace('_', " "))
                .on_hover_text(help_of_term(spec, name));
            ui.label(shown_value(*value));
        }
    });
}

/// The legend of the shades.
fn limits(ui: &mut Ui, limited: &[Limited]) {
    let mut numbers: Vec<u8> = limited.iter().map(|own| own.number).collect();
    numbers.dedup();
    if numbers.is_empty() {
        return;
    }
    let dark = ui.visuals().dark_mode;
    ui.horizontal_wrapped(|ui| {
        ui.weak("shaded: limited by")
            .on_hover_text("Where a limit of safety, or of the law itself, acted on the command.");
        for limit in numbers.into_iter().filter_map(limit_of) {
            let color = theme::on_ground(limit.color, dark);
            ui.colored_label(color, format!("■ {}", limit.name))
                .on_hover_text(limit.help);
        }
    });
}

/// What a plot of terms is drawn of.
#[derive(Default)]
struct Drawn {
    layers: Vec<Layer>,
    limited: Vec<Limited>,
    lines: Vec<(String, Color32, Runs)>,
}

impl Drawn {
    /// The lines in sight, and the stacked terms where their sum is among them.
    fn of(state: &ViewState, lines: &[TermLine], width: usize) -> Self {
        let Some(history) = TermHistory::of(state, state.control.index) else {
            return Self::default();
        };
        let hidden: Vec<&str> = state.control.hidden.iter().copied().collect();
        let range = sight(state);
        let shown = lines.iter().filter(|own| !hidden.contains(&own.term));
        let traces = shown.filter_map(|own| history.trace(*own, ""));
        let drawn = traces.map(|own| {
            let runs = Runs {
                runs: own
                    .runs(range, width / 2)
                    .into_iter()
                    .map(corners)
                    .collect(),
                kind: own.kind,
            };
            (own.name.clone(), own.color, runs)
        });
        let drawn = drawn.collect();
        let stacked = lines.iter().any(|own| own.term == "unlimited");
        Self {
            layers: match stacked {
                true => history.stack(range, width / 4, &hidden),
                false => Vec::new(),
            },
            limited: Vec::new(),
            lines: drawn,
        }
    }
}

/// The points of a line without those between two of the same value.
fn corners(run: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    let last = run.len().saturating_sub(1);
    let is_corner = |k: usize| {
        let same = |other: usize| run[other][1].to_bits() == run[k][1].to_bits();
        k == 0 || k == last || !(same(k - 1) && same(k + 1))
    };
    let kept = (0..run.len()).filter(|k| is_corner(*k));
    kept.map(|k| run[k]).collect()
}

fn draw(ui: &mut Ui, state: &mut ViewState, name: &'static str, drawn: Drawn, height: f32) {
    let Drawn {
        layers,
        limited,
        lines,
    } = drawn;
    let (weak, dark) = (ui.visuals().weak_text_color(), ui.visuals().dark_mode);
    let linked = Linked::of(ui, state);
    let id = egui::Id::new(("control", name, state.control.index));
    let plot = linked.plot(ui, id, false).height(height);
    let response = plot.show(ui, move |plot| {
        linked.begin(plot);
        for own in &limited {
            let Some(limit) = limit_of(own.number) else {
                continue;
            };
            let color = theme::shade(limit.color, SHADE, dark);
            plot.span(Span::new("", own.from_s..=own.to_s).fill(color));
        }
        for own in &layers {
            let area = FilledArea::new(own.name, &own.x, &own.lower, &own.upper);
            let color = theme::shade(own.color, AREA, dark);
            plot.add(area.fill_color(color).allow_hover(false));
        }
        if !layers.is_empty() {
            plot.hline(
                HLine::new("0", 0.0)
                    .color(weak)
                    .width(1.0)
                    .allow_hover(false),
            );
        }
        linked.cursors(plot);
        for (name, color, runs) in lines {
            linked.line(plot, &name, color, runs);
        }
        seen(plot)
    });
    touched(ui, state, &response);
    tell_violations(state, &response.response);
    let label = format!("{name} of the loop over time");
    response
        .response
        .widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &label));
}
