//! The head of a plot over time: its legend, which switches curves on and off, values at the time
//! that is pointed at, two cursors, and statistics of what is in sight.

use bevy_egui::egui::{self, RichText, WidgetInfo, WidgetType};

use crate::field::FieldKind;
use crate::kernel::Branch;
use crate::registry::metric::{MetricScope, Need};

use super::curve::{Curve, TimePlot};
use super::linked::{head_s, sight};
use super::order::Order;
use super::state::ViewState;
use super::theme;
use super::trace::{Summary, Trace};

/// The legend of a plot.
pub fn legend(ui: &mut egui::Ui, state: &mut ViewState, plot: &mut TimePlot, differs: bool) {
    let cursor = state.plots.cursor_s.filter(|t| *t <= head_s(state));
    let mut removed = None;
    let mut toggled = None;
    let colors = state.colors(&plot.curves);
    ui.horizontal_wrapped(|ui| {
        for (k, (curve, color)) in plot.curves.iter().zip(colors).enumerate() {
            let on = !plot.hidden.contains(curve);
            let value = value_at(state, curve, cursor, differs);
            let dark = ui.visuals().dark_mode;
            let mut text = RichText::new(title(state, curve, differs)).strong();
            text = match on {
                true => text.color(theme::on_ground(color, dark)),
                false => text.weak().strikethrough(),
            };
            let place = ui.id().with(("curve", k));
            let name = ui
                .dnd_drag_source(place, curve.clone(), |ui| ui.label(text))
                .response;
            let name = name.interact(egui::Sense::click());
            if name.clicked() {
                toggled = Some(curve.clone());
            }
            name.on_hover_text(format!(
                "{}\nClick to hide or show it; drag it onto another plot.",
                state.metric(&curve.metric).explained()
            ));
            let unit = state.metric(&curve.metric).unit;
            match value {
                Some(value) if differs => ui.label(format!("{value:+.4} {unit}")),
                Some(value) => ui.label(format!("{} {unit}", shown_value(value))),
                None if differs => ui.weak("no common tick with values yet"),
                None => ui.weak(state.missing(curve)),
            };
            if plot.curves.len() > 1 {
                let out = ui
                    .small_button("×")
                    .on_hover_text("take it out of this plot");
                if out.clicked() {
                    removed = Some(k);
                }
            }
        }
        if let Some(cursor) = cursor {
            ui.weak(format!("at {cursor:.2} s"));
        }
        if !differs {
            branches(ui, state);
        }
    });
    cursors(ui, state, plot, differs);
    if let Some(curve) = toggled {
        plot.toggle(&curve);
    }
    if let Some(k) = removed {
        plot.curves.remove(k);
    }
}

/// A value with four digits behind the point, or as many digits in all where it is very small.
#[must_use]
pub fn shown_value(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (0.01..1e6).contains(&size) {
        format!("{value:.4}")
    } else {
        format!("{value:.3e}")
    }
}

fn title(state: &ViewState, curve: &Curve, differs: bool) -> String {
    let name = state.name_of_curve(curve);
    match state.compared().filter(|_| differs) {
        Some(other) => {
            let (a, b) = (Branch::letter(state.branch()), Branch::letter(other));
            format!("{name} {a} − {b}")
        }
        None => name,
    }
}

/// The value of a curve at a time, or now.
fn value_at(state: &ViewState, curve: &Curve, cursor: Option<f64>, differs: bool) -> Option<f64> {
    if differs {
        let one = TimePlot {
            curves: vec![curve.clone()],
            ..TimePlot::default()
        };
        let traces = state.differences(&one);
        let until = cursor.unwrap_or_else(|| head_s(state));
        return traces.first()?.values((0.0, until)).last().map(|at| at.1);
    }
    let Some(cursor) = cursor else {
        return state.value_of(curve);
    };
    let chronicle = state.chronicle()?;
    let column = chronicle.column(state.scope_of(curve), &curve.metric)?;
    column.at(chronicle.place(cursor))
}

/// Switches of the other branches, when there are any.
fn branches(ui: &mut egui::Ui, state: &mut ViewState) {
    if state.chronicles.len() < 2 {
        return;
    }
    ui.weak(format!("{} drawn", Branch::letter(state.branch())));
    for number in 0..state.chronicles.len() {
        if number == state.branch() {
            continue;
        }
        let on = !state.plots.hidden_branches.contains(&number);
        let label = ui.selectable_label(on, format!("{} dashed", Branch::letter(number)));
        if label.on_hover_text("draw this branch, or do not").clicked() {
            if on {
                state.plots.hidden_branches.insert(number);
            } else {
                state.plots.hidden_branches.remove(&number);
            }
        }
    }
}

/// Times and values at the two cursors, and what lies between them.
fn cursors(ui: &mut egui::Ui, state: &ViewState, plot: &TimePlot, differs: bool) {
    let [Some(first), second] = state.plots.cursors else {
        return;
    };
    ui.horizontal_wrapped(|ui| {
        let text = match second {
            Some(second) => format!(
                "1: {first:.3} s  2: {second:.3} s  Δt {:+.3} s",
                second - first
            ),
            None => format!("1: {first:.3} s  (Shift+click for a second cursor, Esc removes it)"),
        };
        ui.weak(text);
        for curve in plot.shown() {
            let at = |t: f64| value_at(state, curve, Some(t), differs);
            let name = state.name_of_curve(curve);
            match (at(first), second.and_then(at)) {
                (Some(a), Some(b)) => ui.label(format!("{name}: Δy {:+.4}", b - a)),
                (Some(a), None) => ui.label(format!("{name}: {}", shown_value(a))),
                _ => ui.weak(format!("{name}: no value there")),
            };
        }
    });
}

/// Mean, spread and extremes of what is in sight, a line for each curve.
pub fn statistics(ui: &mut egui::Ui, state: &ViewState, plot: &TimePlot, differs: bool) {
    let range = sight(state);
    let traces = match differs {
        true => state.differences(plot),
        false => state.traces(plot),
    };
    let line = |trace: &Trace<'_>| {
        let own = Summary::of(&trace.values(range))?;
        let [mean, deviation, least, most] =
            [own.mean, own.deviation, own.least, own.greatest].map(shown_value);
        Some(format!(
            "{}: mean {mean} ± {deviation} SD, {least} … {most}, {} values",
            trace.name, own.count
        ))
    };
    for text in traces.iter().filter_map(line) {
        ui.add(egui::Label::new(RichText::new(text).small().weak()).truncate());
    }
}

/// What a plot of differences says while there is one branch.
pub fn nothing_to_compare(ui: &mut egui::Ui, state: &mut ViewState) {
    ui.weak("There is one branch. Go back, change something, and both futures are compared here.");
    let button = ui.button("fork here");
    button.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, "fork here"));
    if button.clicked() {
        state.orders.push(Order::Fork);
    }
}

impl ViewState {
    /// The value of a curve at the shown tick.
    #[must_use]
    pub fn value_of(&self, curve: &Curve) -> Option<f64> {
        let tick = self.view.as_ref()?.tick;
        let scope = self.scope_of(curve);
        self.chronicle()?.value(scope, &curve.metric, tick)
    }

    /// Why a curve has no value: because nothing gives it one, with the remedy, or because it has
    /// none yet.
    #[must_use]
    pub fn missing(&self, curve: &Curve) -> &'static str {
        let (Some(view), scope) = (&self.view, self.scope_of(curve)) else {
            return "no value yet";
        };
        let scene = &view.facts.scene;
        let Some(metric) = self.metrics.find(&curve.metric) else {
            return "this run has no such metric";
        };
        if metric.scope == MetricScope::Cluster && scope != "cluster" {
            return "not measured for this scope, but for the cluster";
        }
        let asked = view.facts.demand.asks(&metric.id);
        match metric.needs {
            Need::Signals | Need::Samples if !scene.is_sensed(scope) => {
                "not measured for this scope: no sensor looks at it"
            }
            Need::States | Need::Rates if !asked => "not recorded: record: (plant: true) does",
            Need::Edges if !asked => "not recorded: record: (edges: true) does",
            Need::GridField if !matches!(scene.field.kind, FieldKind::Grid(_)) => {
                "not measured: the scene has no field on a grid"
            }
            Need::Phi if scene.phi.units.is_empty() => "not measured: the scene has no phi part",
            Need::Loop if !scene.control.loops.iter().any(|own| own.scope == scope) => {
                "not measured for this scope: no loop drives it"
            }
            _ if self.has_past(curve) => "no value at this tick",
            _ => "no value yet",
        }
    }

    fn has_past(&self, curve: &Curve) -> bool {
        let scope = self.scope_of(curve);
        let column = self
            .chronicle()
            .and_then(|own| own.column(scope, &curve.metric));
        column.is_some_and(|column| column.last().is_some())
    }
}
