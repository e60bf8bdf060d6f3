//! Where the panels stand.

use bevy_egui::egui;

use super::cluster_panels::{events, nodes, phi};
use super::controls::{parameters, scopes, status, transport};
use super::plant_panels::{field, graph};
use super::plots::plots;
use super::view::ViewState;

/// The whole dashboard.
pub fn dashboard(ui: &mut egui::Ui, state: &mut ViewState) {
    egui::Panel::top("status").show(ui, |ui| {
        ui.add_space(4.0);
        status(ui, state);
        ui.add_space(4.0);
    });
    egui::Panel::bottom("transport").show(ui, |ui| {
        ui.add_space(4.0);
        transport(ui, state);
        ui.add_space(4.0);
    });
    egui::Panel::left("parameters")
        .default_size(215.0)
        .show(ui, |ui| {
            ui.add_space(6.0);
            scopes(ui, state);
            egui::ScrollArea::vertical().show(ui, |ui| parameters(ui, state));
        });
    egui::Panel::right("cluster")
        .default_size(360.0)
        .show(ui, |ui| {
            ui.add_space(6.0);
            let height = ui.available_height();
            graph(ui, state, (0.40 * height).min(330.0));
            field(ui, state, 0.12 * height);
            ui.separator();
            nodes(ui, state);
            phi(ui, state);
            ui.separator();
            events(ui, state);
        });
    egui::CentralPanel::default().show(ui, |ui| plots(ui, state));
}
