//! Limits of commands with how much of each is used, and barriers with their margins.

use bevy_egui::egui::{self, Color32, Rect, Sense, Stroke, Ui, WidgetInfo, WidgetType, vec2};

use crate::control::LoopSpec;
use crate::safety::{BarrierSpec, Bound, SafetySpec};
use crate::scenario::Scene;

use super::legend::shown_value;
use super::state::ViewState;
use super::term_history::TermHistory;
use super::theme;
use super::view::LoopView;

/// Share of a limit from which its bar warns.
const NEAR: f64 = 0.95;

/// Limits of each loop's commands, and the barriers.
pub fn limits(ui: &mut Ui, state: &ViewState, scene: &Scene) {
    let Some(view) = &state.view else {
        return;
    };
    let loops = &scene.control.loops;
    ui.strong("limits of commands").on_hover_text(
        "How much of each limit the last command of a loop uses. Beyond it a command is refused, \
         clamped or slowed.",
    );
    if loops.is_empty() {
        ui.weak("no loop gives commands");
        return;
    }
    egui::Grid::new("limits of commands")
        .num_columns(4)
        .striped(true)
        .show(ui, |ui| {
            for own in &view.loops {
                if let Some(spec) = loops.get(own.index as usize) {
                    rows(ui, state, (spec, own), &scene.safety);
                }
            }
        });
    let barriers = &scene.safety.barriers;
    if barriers.is_empty() {
        return;
    }
    ui.separator();
    ui.strong("barriers").on_hover_text(
        "Bounds of measures that the commands of a loop keep: each command is changed as little \
         as that takes.",
    );
    egui::Grid::new("barriers")
        .num_columns(4)
        .striped(true)
        .show(ui, |ui| {
            for own in barriers {
                barrier(ui, state, own, loops);
            }
        });
}

/// The limits of one loop, a row each.
fn rows(ui: &mut Ui, state: &ViewState, of: (&LoopSpec, &LoopView), safety: &SafetySpec) {
    let (spec, own) = of;
    let passed = own.term("passed").or(own.passed).map(f64::abs);
    let energy = state.parameter("safety.max_energy");
    let energy = energy.unwrap_or(safety.max_energy);
    let mut first = Some(spec.name.as_str());
    let mut row = |ui: &mut Ui, name: &str, used: Option<f64>, limit: f64, help: &str| {
        ui.label(first.take().unwrap_or_default());
        ui.weak(name).on_hover_text(help);
        let share = used.map(|used| used / limit.max(f64::MIN_POSITIVE));
        let label = format!("{name} of {} used", spec.name);
        bar(ui, share, &label);
        let used = used.map_or("—".to_owned(), shown_value);
        ui.label(format!("{used} of {}", shown_value(limit)));
        ui.end_row();
    };
    row(
        ui,
        "magnitude",
        passed,
        energy,
        "|command| of safety.max_energy.",
    );
    if let Some(slew) = safety.max_slew_per_s {
        let help = "|change per second| of safety.max_slew_per_s, over the last row that is \
                    recorded.";
        row(ui, "change per s", slew_of(state, own), slew, help);
    }
    if let Some(power) = safety.max_power {
        let help = "Energy, magnitude × s, that is used of what may be saved up: \
                    safety.max_power × power_window_s.";
        let budget = power * safety.power_window_s;
        row(ui, "energy saved up", Some(own.energy_s), budget, help);
    }
    if let Some(clamp) = own.clamp {
        let help = "|command| of the clamp of a rule that is violated.";
        row(ui, "clamp of a rule", passed, clamp, help);
    }
}

/// |change of what passed| per s over the last row up to the shown tick.
fn slew_of(state: &ViewState, own: &LoopView) -> Option<f64> {
    let history = TermHistory::of(state, own.index as usize)?;
    let chronicle = state.chronicle()?;
    let row_s = chronicle.time_s(1);
    let place = (state.view.as_ref()?.tick / chronicle.every) as usize;
    let column = history.column("passed")?;
    let (now, before) = (column.at(place)?, column.at(place.checked_sub(1)?)?);
    Some(((now - before) / row_s).abs())
}

/// A bar of a share with the share beside it, and a sign where little is left.
fn bar(ui: &mut Ui, share: Option<f64>, label: &str) {
    let Some(share) = share.filter(|share| share.is_finite()) else {
        ui.weak("no command yet");
        return;
    };
    let dark = ui.visuals().dark_mode;
    let (sign, color) = match share >= NEAR {
        true => ("⚠ ", theme::on_ground(theme::ALERT, dark)),
        false => ("", theme::on_ground(theme::BLUE, dark)),
    };
    let told = format!("{sign}{:.0} %", 100.0 * share);
    ui.horizontal(|ui| {
        let (rect, response) = ui.allocate_exact_size(vec2(78.0, 14.0), Sense::hover());
        let middle = Rect::from_center_size(rect.center(), vec2(rect.width(), 6.0));
        gauge(ui, middle, share, color);
        let label = format!("{label}: {told}");
        response.widget_info(|| WidgetInfo::labeled(WidgetType::ProgressIndicator, true, &label));
        match sign.is_empty() {
            true => ui.label(told),
            false => ui.colored_label(color, told),
        };
    });
}

/// A thin bar that is filled by a share.
pub fn gauge(ui: &Ui, bar: Rect, share: f64, color: Color32) {
    let (painter, visuals) = (ui.painter(), ui.visuals());
    painter.rect_filled(bar, 2.0, visuals.extreme_bg_color);
    let mut filled = bar;
    filled.set_width(bar.width() * share.clamp(0.0, 1.0) as f32);
    painter.rect_filled(filled, 2.0, color);
    let outline = Stroke::new(1.0, visuals.weak_text_color().gamma_multiply(0.6));
    painter.rect_stroke(bar, 2.0, outline, egui::StrokeKind::Outside);
}

/// The margin of a barrier: bound less measure, or measure less bound.
#[must_use]
pub fn margin_of(state: &ViewState, own: &BarrierSpec, loops: &[LoopSpec]) -> Option<f64> {
    let chronicle = state.chronicle()?;
    let tick = state.view.as_ref()?.tick;
    let measure = chronicle.value(scope_of(own, loops), &own.metric, tick)?;
    Some(own.margin(measure))
}

fn scope_of<'a>(own: &'a BarrierSpec, loops: &'a [LoopSpec]) -> &'a str {
    let keeper = loops.iter().find(|other| other.name == own.keeps);
    let home = keeper.map_or("cluster", |keeper| keeper.scope.as_str());
    own.of.as_deref().unwrap_or(home)
}

fn barrier(ui: &mut Ui, state: &ViewState, own: &BarrierSpec, loops: &[LoopSpec]) {
    let metric = state.metric(&own.metric);
    let bound = match own.bound {
        Bound::AtMost(most) => format!("≤ {most}"),
        Bound::AtLeast(least) => format!("≥ {least}"),
    };
    ui.label(&own.name)
        .on_hover_text(format!("kept by the commands of loop {}", own.keeps));
    let text = format!("{} of {} {bound}", metric.label, scope_of(own, loops));
    ui.label(text).on_hover_text(format!(
        "{}\nModelled as y′ = drift + {} · command; the measure may come near its bound at {} 1/s.",
        metric.explained(),
        own.gain,
        own.rate_per_s
    ));
    let dark = ui.visuals().dark_mode;
    match margin_of(state, own, loops) {
        Some(margin) if margin < 0.0 => ui.colored_label(
            theme::on_ground(theme::ALERT, dark),
            format!("✖ beyond by {} {}", shown_value(-margin), metric.unit),
        ),
        Some(margin) => ui.label(format!("margin {} {}", shown_value(margin), metric.unit)),
        None => ui.weak("no measure yet"),
    };
    ui.end_row();
}
