//! The latest interventions of safety, with cause, action and effect.

use bevy_egui::egui::{self, RichText, Sense, Ui};

use crate::base::Subject;
use crate::record::{EventKind, EventRecord};
use crate::watch::RuleChange;

use super::order::Order;
use super::plot_marks::color_of_grade;
use super::state::ViewState;
use super::theme;

/// Interventions that are listed.
const LATEST: usize = 8;
/// Events that are looked through for them.
const LOOKED: usize = 2_000;

/// What rules and limits did last, newest first.
pub fn interventions(ui: &mut Ui, state: &ViewState, orders: &mut Vec<Order>) {
    ui.strong("latest interventions").on_hover_text(
        "What rules and limits did: cause, action, and what it effected. Click to go there; the \
         panel events lists all.",
    );
    let groups = latest(state);
    if groups.is_empty() {
        ui.weak("none so far");
    }
    for (event, count) in groups {
        if intervention(ui, event, count) {
            orders.push(Order::Seek(event.tick));
        }
    }
}

/// The latest interventions up to the shown tick, newest first. Those in a row that are of one
/// subject and kind are one, the newest, with their number.
#[must_use]
pub fn latest(state: &ViewState) -> Vec<(&EventRecord, usize)> {
    let now = state.view.as_ref().map_or(0, |view| view.tick);
    let past = state.events().iter().rev().filter(|event| event.tick < now);
    let mut groups: Vec<(&EventRecord, usize)> = Vec::new();
    for event in past.take(LOOKED) {
        if !matches!(event.data, EventKind::Rule { .. } | EventKind::Alert { .. }) {
            continue;
        }
        let full = groups.len() == LATEST;
        match groups.last_mut() {
            Some((newest, count)) if is_like(newest, event) => *count += 1,
            _ if full => break,
            _ => groups.push((event, 1)),
        }
    }
    groups
}

/// Whether two events are alerts of one limit on one subject.
fn is_like(a: &EventRecord, b: &EventRecord) -> bool {
    let limit = |own: &EventRecord| match own.data {
        EventKind::Alert { rule, .. } => Some(rule),
        _ => None,
    };
    limit(a).is_some() && limit(a) == limit(b) && a.about == b.about
}

/// A line of an event; whether it was clicked.
fn intervention(ui: &mut Ui, event: &EventRecord, count: usize) -> bool {
    let dark = ui.visuals().dark_mode;
    let (sign, color) = match &event.data {
        EventKind::Rule { grade, .. } => ("⚖", color_of_grade(*grade)),
        _ => ("⚠", theme::ALERT),
    };
    let who = match &event.about {
        Subject::Rule(name) => name.clone(),
        other => other.to_string(),
    };
    let more = match count {
        1 => String::new(),
        count => format!(" ×{count}"),
    };
    let effect = match event.data {
        EventKind::Rule {
            change: RuleChange::Effect,
            ..
        } => "effect: ",
        _ => "",
    };
    let EventRecord {
        t_s, action, cause, ..
    } = event;
    let text = format!("{sign} {t_s:.2} s  {who}{more}: {effect}{action} ← {cause}");
    let text = RichText::new(text).small();
    let text = text.color(theme::on_ground(color, dark));
    let label = egui::Label::new(text).truncate().sense(Sense::click());
    let help = format!(
        "tick {}\ncause: {}\naction: {}\nClick to go there.",
        event.tick, event.cause, event.action
    );
    ui.add(label).on_hover_text(help).clicked()
}
