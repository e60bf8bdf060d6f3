//! Rules of safety in words: what a formula says, what a violation brings, text to begin with.

use std::collections::BTreeSet;

use bevy_egui::egui::{Ui, WidgetInfo, WidgetType};

use crate::logic::{Formula, explain};
use crate::safety::{Grade, Missing, RuleSpec};

use super::state::ViewState;

/// A rule to begin with, as a scene takes it.
pub const SNIPPET: &str = "\
safety: (
    rules: [
        (
            name: \"keeps time\",
            formula: \"always[0,4 s] (coherence >= 0.3)\",
            severity: Critical,
            then: Alert,
        ),
    ],
),";

/// Text of a scene with a button that copies it.
pub fn snippet(ui: &mut Ui, text: &str) {
    ui.horizontal_top(|ui| {
        ui.monospace(text);
        let button = ui.button("copy");
        button.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, "copy the snippet"));
        if button.on_hover_text("to the clipboard").clicked() {
            ui.ctx().copy_text(text.to_owned());
        }
    });
}

/// A severity with its sign.
#[must_use]
pub fn grade(own: Grade) -> (&'static str, &'static str) {
    match own {
        Grade::Info => ("ℹ", "info"),
        Grade::Warning => ("⚠", "warning"),
        Grade::Critical => ("⛔", "critical"),
    }
}

/// What a rule says: its operators, the metrics that it reads with their values now, and when a
/// violation counts.
#[must_use]
pub fn explained(state: &ViewState, rule: &RuleSpec) -> String {
    let tick_s = state.chronicle().map_or(0.01, |own| own.tick_s);
    let formula = match rule.parsed(tick_s) {
        Ok(formula) => formula,
        Err(error) => return error,
    };
    let mut lines = vec![rule.formula.clone()];
    for name in operators(&formula) {
        if let Some(own) = explain::operator(name) {
            lines.push(format!("{name}: {}", own.meaning));
        }
    }
    for signal in formula.signals() {
        let (id, scope) = signal.split_once('@').unwrap_or((&signal, &rule.scope));
        let metric = state.metric(&id.to_owned().into());
        let now = state.view.as_ref().and_then(|view| {
            let chronicle = state.chronicle()?;
            chronicle.value(scope, &metric.id, view.tick)
        });
        let now = now.map_or("no value".to_owned(), |value| format!("{value:.4}"));
        let of = format!(
            "{signal}: {} of {scope}, now {now} {}",
            metric.label, metric.unit
        );
        lines.push(of.trim_end().to_owned());
    }
    lines.push(
        "The margin is how far the least certain verdict is from its border, in the unit of what \
         is compared: negative while the rule is violated, 0 on the border."
            .to_owned(),
    );
    lines.extend(counting(rule));
    lines.join("\n")
}

/// When a violation counts and when it is over, where that is not at once.
fn counting(rule: &RuleSpec) -> Option<String> {
    let mut parts = Vec::new();
    if rule.on_delay > 1 {
        parts.push(format!("a violation counts after {} ticks", rule.on_delay));
    }
    if rule.off_delay > 1 {
        parts.push(format!("it is over after {} ticks", rule.off_delay));
    }
    if rule.deadband > 0.0 {
        parts.push(format!("it is over from a margin of {} on", rule.deadband));
    }
    if rule.latch {
        parts.push("it stays until it is acknowledged".to_owned());
    }
    if rule.missing == Missing::LastValue {
        parts.push("a missing value counts as the last one".to_owned());
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The words of the operators of a formula, each once.
fn operators(formula: &Formula) -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let mut open = vec![formula];
    while let Some(own) = open.pop() {
        let word = match own {
            Formula::Compare(..) => None,
            Formula::Not(_) => Some("not"),
            Formula::Connect(how, ..) => Some(how.word()),
            Formula::Span(how, ..) => Some(how.word()),
            Formula::Until(..) => Some("until"),
            Formula::Since(..) => Some("since"),
            Formula::Step(how, _) => Some(how.word()),
        };
        found.extend(word);
        open.extend(own.parts());
    }
    found
}
