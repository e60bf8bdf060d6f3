//! Events: cause, action, a jump to the tick, and the run again without it.

use bevy_egui::egui::{self, RichText, ScrollArea, WidgetInfo, WidgetType};

use crate::record::EventKind;

use super::order::Order;
use super::plot_marks::color_of_grade;
use super::state::ViewState;
use super::theme;

/// The sign of each kind of event, in the order of [`EventKind::NAMES`].
const SIGNS: [&str; EventKind::NAMES.len()] = ["⚠", "⚖", "✏", "Φ", "➡", "✕", "⏱"];

/// Kinds of events with their signs.
fn kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    EventKind::NAMES.into_iter().zip(SIGNS)
}

/// Events, newest first.
pub fn events(ui: &mut egui::Ui, state: &mut ViewState) {
    let dark = ui.visuals().dark_mode;
    ui.horizontal_wrapped(|ui| {
        let field = egui::TextEdit::singleline(&mut state.filter.text)
            .hint_text("filter")
            .desired_width(110.0);
        ui.add(field)
            .widget_info(|| WidgetInfo::labeled(WidgetType::TextEdit, true, "filter events"));
        for (kind, sign) in kinds() {
            let hidden = state.filter.hidden.iter().any(|other| other == kind);
            let toggle = ui.selectable_label(!hidden, sign).on_hover_text(kind);
            if toggle.clicked() {
                if hidden {
                    state.filter.hidden.retain(|other| other != kind);
                } else {
                    state.filter.hidden.push(kind.to_owned());
                }
            }
        }
    });
    let words = state.filter.text.to_lowercase();
    let hidden = &state.filter.hidden;
    let fits = |k: &usize| {
        let event = &state.events()[*k];
        let text = || format!("{} {} {}", event.about, event.cause, event.action).to_lowercase();
        let kind = event.data.name();
        !hidden.iter().any(|other| other == kind) && (words.is_empty() || text().contains(&words))
    };
    let found: Vec<usize> = (0..state.events().len()).rev().filter(fits).collect();
    if found.is_empty() {
        ui.weak("Nothing has happened yet that fits.");
        return;
    }
    let mut orders = Vec::new();
    let events = state.events();
    let area = ScrollArea::vertical().auto_shrink([false, false]);
    area.show_rows(ui, 17.0, found.len(), |ui, range| {
        for line in range {
            let event = &events[found[line]];
            let name = event.data.name();
            let sign = kinds().find(|(kind, _)| *kind == name).map_or("·", |k| k.1);
            let color = match event.data {
                EventKind::Alert { .. } | EventKind::Lost => theme::ALERT,
                EventKind::Rule { grade, .. } => color_of_grade(grade),
                EventKind::Migration { .. } => theme::COHERENCE,
                EventKind::Phi { .. } | EventKind::PhiRefused { .. } => theme::REFERENCE,
                _ => theme::ENTROPY,
            };
            let cause = match event.data {
                EventKind::Alert { .. } | EventKind::Lost => format!("{}: ", event.cause),
                _ => String::new(),
            };
            let about = format!("{sign} {:.2} s  {}", event.t_s, event.about);
            let text = format!("{about}  {cause}{}", event.action);
            let color = theme::on_ground(color, dark);
            let label = egui::Label::new(RichText::new(text).small().color(color))
                .truncate()
                .sense(egui::Sense::click());
            let response = ui.add(label).on_hover_text(format!(
                "tick {}\ncause: {}\naction: {}\nClick to go there; right-click to run again without it.",
                event.tick, event.cause, event.action
            ));
            if response.clicked() {
                orders.push(Order::Seek(event.tick));
            }
            response.context_menu(|ui| {
                if ui.button("jump to its tick").clicked() {
                    orders.push(Order::Seek(event.tick));
                    ui.close();
                }
                let can = event.data.name() != "phi";
                let again = ui.add_enabled(can, egui::Button::new("replay without this"));
                if again.clicked() {
                    orders.push(Order::Without(Box::new(event.clone())));
                    ui.close();
                }
            });
        }
    });
    state.orders.extend(orders);
}
