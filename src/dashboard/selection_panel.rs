//! The selected vertex: components by reflection, edges, and what can be done to it.

use bevy_egui::egui::{self, RichText};

use crate::graph::words::directed;

use super::graph_hands::{link, select, vertex_menu};
use super::state::ViewState;

/// Neighbours that are listed.
const LISTED: usize = 32;

/// The selected vertex.
pub fn selection(ui: &mut egui::Ui, state: &mut ViewState) {
    let Some(view) = &state.view else {
        return;
    };
    let Some(vertex) = &view.selected else {
        ui.weak("No vertex is selected. Click one in the graph.");
        if ui
            .button(format!("select {}", view.facts.name_of(0)))
            .clicked()
        {
            select(state, Some(0));
        }
        return;
    };
    let vertex = vertex.clone();
    let facts = view.facts.clone();
    let k = vertex.vertex.0 as usize;
    let number = k as u32;
    let mut go_to = None;
    let mut cut = None;
    egui::ScrollArea::vertical().show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.strong(facts.name_of(number));
            ui.weak(format!(
                "on node {}",
                view.owners.get(k).copied().unwrap_or(0)
            ));
        });
        egui::Grid::new("components")
            .num_columns(3)
            .striped(true)
            .show(ui, |ui| {
                for component in &vertex.components {
                    for (line, (field, value)) in component.fields.iter().enumerate() {
                        let name = if line == 0 {
                            component.name.as_str()
                        } else {
                            ""
                        };
                        ui.label(name);
                        let field = if field == "0" { "" } else { field };
                        ui.weak(field);
                        ui.label(RichText::new(value).monospace());
                        ui.end_row();
                    }
                }
            });
        ui.separator();
        ui.weak(format!("{} in", directed(vertex.row.len())));
        ui.horizontal_wrapped(|ui| {
            for (source, weight) in vertex.row.iter().take(LISTED) {
                let name = ui
                    .link(facts.name_of(*source))
                    .on_hover_text(format!("weight {weight}"));
                if name.clicked() {
                    go_to = Some(*source);
                }
                name.context_menu(|ui| {
                    if ui.button("cut this edge").clicked() {
                        cut = Some(*source);
                        ui.close();
                    }
                });
            }
            if vertex.row.len() > LISTED {
                ui.weak("…");
            }
        });
    });
    ui.separator();
    ui.menu_button("do something to it", |ui| vertex_menu(ui, state, number));
    if let Some(source) = go_to {
        select(state, Some(source));
    }
    if let Some(source) = cut {
        state.orders.push(link(source, number, 0.0));
    }
}
