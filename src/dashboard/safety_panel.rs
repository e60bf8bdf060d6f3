//! Safety of a scene: its rules with the margin that is left, limits, barriers, interventions.

use bevy_egui::egui::{
    self, Align2, Color32, FontId, Painter, Rect, RichText, ScrollArea, Sense, Shape, Stroke, Ui,
    WidgetInfo, WidgetType, pos2, vec2,
};

use crate::base::Input;
use crate::registry::MetricId;
use crate::safety::RuleSpec;

use super::column::Column;
use super::curve::Curve;
use super::interventions::interventions;
use super::legend::shown_value;
use super::linked::{head_s, sight};
use super::order::Order;
use super::plot_marks::color_of_grade;
use super::rule_words::{SNIPPET, explained, grade, snippet};
use super::safety_limits::{gauge, limits};
use super::state::ViewState;
use super::theme;
use super::violations::Standing;

/// What the panel says of itself.
pub const HELP: &str = "The rules of the scene, the gravest first: whether each holds, the margin \
                        that is left, and that margin over the time of the plots, with violations \
                        shaded. Acknowledge a violation that stays. Below stand the limits of \
                        commands with how much of each is used, the barriers with their margins, \
                        and the latest interventions. Hover over a formula for what it says.";

/// Height of a margin over time, points.
const HEIGHT: f32 = 30.0;

/// A rule as it stands.
struct RuleView {
    spec: RuleSpec,
    metric: MetricId,
    standing: Standing,
    /// The margin at the shown tick, if there was ever one.
    margin: Option<f64>,
    /// The margin over its greatest magnitude in sight, −1 to 1.
    share: Option<f64>,
}

/// The panel.
pub fn safety(ui: &mut Ui, state: &mut ViewState) {
    let Some(view) = &state.view else {
        return;
    };
    let facts = view.facts.clone();
    let mut rules = rules_of(state);
    // By severity, then by what is left of the margin, in fifths, so that rows stand still.
    let order = |own: &RuleView| own.share.map_or(6, |share| (5.0 * share).ceil() as i64);
    rules.sort_by_key(|own| (std::cmp::Reverse(own.spec.severity), order(own)));
    let mut orders = Vec::new();
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            if rules.is_empty() {
                without_rules(ui);
            }
            for own in &rules {
                rule(ui, state, own, &mut orders);
            }
            ui.separator();
            limits(ui, state, &facts.scene);
            ui.separator();
            interventions(ui, state, &mut orders);
        });
    state.orders.extend(orders);
}

fn rules_of(state: &ViewState) -> Vec<RuleView> {
    let (Some(view), Some(chronicle)) = (&state.view, state.chronicle()) else {
        return Vec::new();
    };
    let range = sight(state);
    let places = (chronicle.place(range.0), chronicle.place(range.1) + 1);
    let rules = view.facts.scene.safety.all_rules();
    let shown = rules.map(|spec| {
        let metric = spec.metric();
        let margin = chronicle.value("cluster", &metric, view.tick);
        let column = chronicle.column("cluster", &metric);
        let ends = column.and_then(|own| own.extremes(places.0, places.1));
        let span = ends.map(|(low, high)| low.abs().max(high.abs()));
        RuleView {
            standing: chronicle
                .violations
                .standing(&spec.name, spec.latch, view.tick),
            share: margin.zip(span).map(|(own, span)| match span > 0.0 {
                true => (own / span).clamp(-1.0, 1.0),
                false => 0.0,
            }),
            spec,
            metric,
            margin,
        }
    });
    shown.collect()
}

fn without_rules(ui: &mut Ui) {
    ui.add(
        egui::Label::new(
            "This scene has no rule. A rule is a formula over its metrics that must hold. It is \
             judged after every tick; its margin says how far it is from being violated, and a \
             violation is noted, raises an alert, limits loops or stops the run. For example:",
        )
        .wrap(),
    );
    snippet(ui, SNIPPET);
}

/// A rule: name, state and reaction; its formula; its margin now and over time.
fn rule(ui: &mut Ui, state: &ViewState, own: &RuleView, orders: &mut Vec<Order>) {
    let dark = ui.visuals().dark_mode;
    let color = theme::on_ground(color_of_grade(own.spec.severity), dark);
    let frame = egui::Frame::group(ui.style()).inner_margin(5.0);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 3.0;
        ui.horizontal_wrapped(|ui| {
            let (sign, severity) = grade(own.spec.severity);
            ui.colored_label(color, sign)
                .on_hover_text(format!("severity: {severity}"));
            let curve = Curve {
                metric: own.metric.clone(),
                scope: Some("cluster".to_owned()),
            };
            let place = ui.id().with(("rule", &own.spec.name));
            let name = RichText::new(&own.spec.name).strong();
            ui.dnd_drag_source(place, curve, |ui| ui.label(name))
                .response
                .on_hover_text(format!(
                    "severity: {severity}\nIts margin is recorded as {}. Drag it onto a plot.",
                    own.metric
                ));
            standing(ui, own, color);
            ui.weak(format!("→ {}", own.spec.then.told(&own.spec.loops)))
                .on_hover_text("What a violation brings.");
            acknowledge(ui, own, orders);
        });
        let formula = RichText::new(&own.spec.formula).monospace();
        ui.add(egui::Label::new(formula).wrap().selectable(true))
            .on_hover_ui(|ui| {
                ui.label(explained(state, &own.spec));
            });
        ui.horizontal(|ui| {
            margin(ui, own, color);
            over_time(ui, state, own);
        });
    });
}

fn standing(ui: &mut Ui, own: &RuleView, color: Color32) {
    let dark = ui.visuals().dark_mode;
    match own.standing {
        Standing::Violated {
            since_s,
            acknowledged,
        } => {
            let known = if acknowledged { ", acknowledged" } else { "" };
            ui.colored_label(color, format!("✖ violated since {since_s:.2} s{known}"));
        }
        Standing::Latched { since_s } => {
            ui.colored_label(color, "⏸ latched").on_hover_text(format!(
                "Violated from {since_s:.2} s. The rule holds again, and what its violation \
                 brought stays until somebody acknowledges it."
            ));
        }
        Standing::Holds if own.margin.is_none() => {
            ui.weak("… waiting for values").on_hover_text(
                "A rule waits until all that it reads has had a value and something about it is \
                 certain.",
            );
        }
        Standing::Holds => {
            let good = theme::on_ground(theme::RESONANCE, dark);
            ui.colored_label(good, "✔ holds");
        }
    }
}

fn acknowledge(ui: &mut Ui, own: &RuleView, orders: &mut Vec<Order>) {
    let waits = match own.standing {
        Standing::Violated { acknowledged, .. } => !acknowledged,
        Standing::Latched { .. } => true,
        Standing::Holds => false,
    };
    if !waits {
        return;
    }
    let button = ui.button("Acknowledge");
    let label = format!("acknowledge {}", own.spec.name);
    button.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &label));
    let help = "Says that you know. A violation that is latched ends with it when the rule holds. \
                It is an input of the run.";
    if button.on_hover_text(help).clicked() {
        orders.push(Order::Edit(vec![Input::Acknowledge {
            rule: own.spec.name.clone(),
        }]));
    }
}

/// The margin now, with a bar of what is left of it: of its greatest magnitude in sight.
fn margin(ui: &mut Ui, own: &RuleView, color: Color32) {
    let (rect, response) = ui.allocate_exact_size(vec2(96.0, HEIGHT), Sense::hover());
    let text = own.margin.map_or("—".to_owned(), |margin| {
        let sign = if margin >= 0.0 { "+" } else { "" };
        format!("{sign}{}", shown_value(margin)).replace('-', "−")
    });
    let visuals = ui.visuals();
    let violated = own.share.is_some_and(|share| share < 0.0);
    let ink = match violated {
        true => color,
        false => visuals.text_color(),
    };
    let painter = ui.painter();
    let font = FontId::proportional(13.0);
    painter.text(rect.left_top(), Align2::LEFT_TOP, &text, font, ink);
    let bar = Rect::from_min_size(pos2(rect.left(), rect.bottom() - 9.0), vec2(88.0, 6.0));
    let fill = match violated {
        true => color,
        false => theme::on_ground(theme::RESONANCE, visuals.dark_mode),
    };
    gauge(ui, bar, own.share.map_or(0.0, f64::abs), fill);
    let label = format!("margin of {}: {text}", own.spec.name);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::ProgressIndicator, true, &label));
    response.on_hover_text(
        "The margin now, in the unit of what the formula compares. The bar is its share of the \
         greatest magnitude in sight; coloured by severity while the rule is violated.",
    );
}

/// The margin over the time of the plots: 0 as a line, violations shaded.
fn over_time(ui: &mut Ui, state: &ViewState, own: &RuleView) {
    let size = vec2(ui.available_width().max(40.0), HEIGHT);
    let (response, painter) = ui.allocate_painter(size, Sense::hover());
    let rect = response.rect;
    let (Some(view), Some(chronicle)) = (&state.view, state.chronicle()) else {
        return;
    };
    let visuals = ui.visuals();
    painter.rect_filled(rect, 2.0, visuals.extreme_bg_color);
    let range = sight(state);
    let x = |time_s: f64| {
        let share = (time_s - range.0) / (range.1 - range.0).max(1e-12);
        rect.left() + share.clamp(0.0, 1.0) as f32 * rect.width()
    };
    let head = head_s(state);
    let violations = chronicle.violations.between(range);
    for violation in violations.filter(|other| other.rule == own.spec.name) {
        let (from, to) = (x(violation.from_s), x(violation.end_s(head)));
        let span = Rect::from_x_y_ranges(from..=to.max(from + 1.0), rect.y_range());
        let shade = theme::shade(color_of_grade(violation.grade), 0.25, visuals.dark_mode);
        painter.rect_filled(span, 0.0, shade);
    }
    if let Some(column) = chronicle.column("cluster", &own.metric) {
        let places = (
            chronicle.place(range.0).saturating_sub(1),
            chronicle.place(range.1) + 2,
        );
        let line = Spark { column, places };
        let time_x = |place: usize| x(chronicle.time_s(place));
        line.draw(
            &painter,
            rect,
            time_x,
            (visuals.text_color(), visuals.weak_text_color()),
        );
    }
    if view.t_s + 1e-9 < head {
        let here = Stroke::new(1.5, Color32::GRAY);
        painter.vline(x(view.t_s), rect.y_range(), here);
    }
    let label = format!("margin of {} over time", own.spec.name);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &label));
    let Some(at) = response.hover_pos().filter(|_| !state.bare) else {
        return;
    };
    let share = f64::from((at.x - rect.left()) / rect.width().max(1.0));
    let time_s = range.0 + share * (range.1 - range.0);
    painter.vline(
        at.x,
        rect.y_range(),
        Stroke::new(1.0, visuals.weak_text_color()),
    );
    let column = chronicle.column("cluster", &own.metric);
    let value = column.and_then(|own| own.at(chronicle.place(time_s)));
    let text = value.map_or("no margin".to_owned(), |own| {
        format!("margin {}", shown_value(own))
    });
    response.on_hover_text_at_pointer(format!("{time_s:.2} s: {text}"));
}

/// A small line of a column.
struct Spark<'a> {
    column: &'a Column,
    places: (usize, usize),
}

impl Spark<'_> {
    fn draw(
        &self,
        painter: &Painter,
        rect: Rect,
        x: impl Fn(usize) -> f32,
        (ink, weak): (Color32, Color32),
    ) {
        let Some((low, high)) = self.column.extremes(self.places.0, self.places.1) else {
            return;
        };
        let (low, high) = (low.min(0.0), high.max(0.0));
        let span = if high > low { high - low } else { 1.0 };
        let inner = rect.shrink2(vec2(0.0, 3.0));
        let y = |value: f64| inner.bottom() - ((value - low) / span) as f32 * inner.height();
        painter.hline(rect.x_range(), y(0.0), Stroke::new(1.0, weak));
        let columns = (rect.width() / 2.0) as usize;
        for run in self
            .column
            .decimate(self.places.0, self.places.1, columns.max(8))
        {
            let points = run.iter().map(|(place, value)| pos2(x(*place), y(*value)));
            let points: Vec<_> = points.filter(|at| at.y.is_finite()).collect();
            painter.add(Shape::line(points, Stroke::new(1.5, ink)));
        }
    }
}
