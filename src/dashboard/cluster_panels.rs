//! The cluster: nodes with their loads, Φ, and events.

use bevy_egui::egui::{self, Color32, ProgressBar, RichText, ScrollArea};

use crate::record::EventRecord;

use super::plant_panels::heading;
use super::theme;
use super::view::ViewState;

/// Node Worlds: vertices and modelled load.
pub fn nodes(ui: &mut egui::Ui, state: &ViewState) {
    let Some(view) = &state.view else {
        return;
    };
    heading(
        ui,
        "nodes",
        &format!("{} Worlds, {} envelopes", view.loads.len(), view.delivered),
        "Each node is a World of its own. Load is a modelled cost (vertices, edges, devices) over \
         the node's capacity; the scheduler moves vertices by it. No move changes the run.",
    );
    egui::Grid::new("nodes").num_columns(3).show(ui, |ui| {
        for (k, load) in view.loads.iter().enumerate() {
            ui.label(RichText::new(format!("• node {k}")).color(theme::node(k)));
            let vertices = view.node_vertices.get(k).copied().unwrap_or(0);
            ui.label(format!("{vertices} vertices"));
            let text = RichText::new(format!("load {load:.2}")).color(Color32::WHITE);
            let bar = ProgressBar::new(*load as f32)
                .desired_width(150.0)
                .text(text);
            ui.add(bar.fill(load_color(*load)));
            ui.end_row();
        }
    });
}

fn load_color(load: f64) -> Color32 {
    if load > 0.8 {
        theme::ALERT
    } else {
        Color32::from_rgb(0, 95, 140)
    }
}

/// The latest report of Φ.
pub fn phi(ui: &mut egui::Ui, state: &ViewState) {
    let Some(view) = state.view.as_ref() else {
        return;
    };
    if view.facts.units.is_empty() {
        return;
    }
    ui.separator();
    heading(
        ui,
        "Φ",
        &format!("of {} units: {}", view.facts.units.len(), unit_kind(state)),
        "Integrated information: the mutual information in nats across the weakest cut of the \
         units into two, of a Gaussian with the window's correlations. Found by Queyranne's \
         algorithm; an estimate from samples.",
    );
    let Some(report) = &view.phi.report else {
        match &view.phi.refusal {
            Some(reason) => ui.colored_label(theme::ALERT, format!("✖ {reason}")),
            None => ui.label("no report yet: its window fills"),
        };
        return;
    };
    ui.label(format!(
        "{:.4} nats, estimate at tick {}",
        report.value, view.phi.taken_at
    ))
    .on_hover_text(&report.method);
    let side = |list: &[u32]| {
        let shown: Vec<String> = list.iter().take(12).map(ToString::to_string).collect();
        let more = if list.len() > 12 { " …" } else { "" };
        format!("{}{more}", shown.join(" "))
    };
    let (a, b) = &report.mip;
    let (small, large) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    ui.weak(format!("weakest cut: {} | {}", side(small), side(large)));
    ui.weak(format!("major complex: {}", side(&report.major_complex)));
    for flag in &report.flags {
        ui.colored_label(theme::ALERT, format!("⚠ {flag}"));
    }
}

fn unit_kind(state: &ViewState) -> &'static str {
    let first = state
        .view
        .as_ref()
        .and_then(|view| view.facts.units.first());
    match first {
        Some(name) if name.starts_with("mean") => "population means",
        _ => "channels",
    }
}

/// Events, newest first.
pub fn events(ui: &mut egui::Ui, state: &ViewState) {
    heading(
        ui,
        "events",
        &format!("{} kept", state.events.len()),
        "Every intervention with its cause: alerts of the safety kernel, migrations, reports of \
         Φ, edits. The same list is events.jsonl in the run folder.",
    );
    let area = ScrollArea::vertical().auto_shrink([false, true]);
    area.show_rows(ui, 15.0, state.events.len(), |ui, range| {
        for k in range {
            let event = &state.events[state.events.len() - 1 - k];
            line(ui, event);
        }
    });
}

fn line(ui: &mut egui::Ui, event: &EventRecord) {
    let (sign, color) = match event.kind.as_str() {
        "alert" => ("⚠", theme::ALERT),
        "migration" => ("➡", theme::COHERENCE),
        "phi" => ("Φ", theme::REFERENCE),
        _ => ("✎", theme::ENTROPY),
    };
    let text = format!(
        "{sign} {:.2} s  {}  {}",
        event.t_s, event.subject, event.action
    );
    let label = egui::Label::new(RichText::new(text).small().color(color)).truncate();
    ui.add(label).on_hover_text(format!(
        "tick {}: {}; {}",
        event.tick, event.cause, event.action
    ));
}
