//! The cluster: nodes with their links.

use bevy_egui::egui::{self, Color32, ProgressBar, RichText, WidgetInfo, WidgetType};

use super::state::ViewState;
use super::theme;

/// Node Worlds: vertices, modelled load, coherence of its vertices now, and what waits in its
/// links.
pub fn nodes(ui: &mut egui::Ui, state: &mut ViewState) {
    let Some(view) = &state.view else {
        return;
    };
    let dark = ui.visuals().dark_mode;
    ui.weak(format!(
        "{} Worlds · {} envelopes delivered · {} migrations",
        view.loads.len(),
        view.delivered,
        view.migrations
    ));
    let orders = order_by_node(view);
    egui::ScrollArea::vertical().show(ui, |ui| {
        egui::Grid::new("nodes")
            .num_columns(5)
            .striped(true)
            .show(ui, |ui| {
                for (name, help) in [
                    ("node", "A World of its own."),
                    ("vertices", "Vertices that live there."),
                    (
                        "load",
                        "Modelled work over capacity; beyond 1 a node would not keep up.",
                    ),
                    ("r", "Order parameter of the vertices that live there, now."),
                    (
                        "queues",
                        "Envelopes that wait in its links: from it / to it.",
                    ),
                ] {
                    ui.weak(name).on_hover_text(help);
                }
                ui.end_row();
                for (k, load) in view.loads.iter().enumerate() {
                    let color = theme::on_ground(theme::node(k), dark);
                    ui.label(RichText::new(format!("• node {k}")).color(color));
                    let vertices = view.node_vertices.get(k).copied().unwrap_or(0);
                    ui.label(vertices.to_string());
                    let sign = if *load > 0.8 { "⚠ " } else { "" };
                    let text = RichText::new(format!("{sign}{load:.2}")).color(Color32::WHITE);
                    let bar = ProgressBar::new(*load as f32)
                        .desired_width(110.0)
                        .text(text);
                    ui.add(bar.fill(load_color(*load))).widget_info(|| {
                        let text = format!("load of node {k}: {load:.2}");
                        WidgetInfo::labeled(WidgetType::ProgressIndicator, true, &text)
                    });
                    ui.label(format!("{:.3}", orders.get(k).copied().unwrap_or(0.0)));
                    let (up, down) = view.queues.get(k).copied().unwrap_or_default();
                    ui.label(format!("{up} / {down}"));
                    ui.end_row();
                }
            });
    });
}

fn order_by_node(view: &super::view::View) -> Vec<f64> {
    let mut sums = vec![[0.0f64; 3]; view.loads.len()];
    for (angle, owner) in view.angles.iter().zip(&view.owners) {
        let (s, c) = crate::base::num::sin_cos(f64::from(*angle));
        if let Some(sum) = sums.get_mut(usize::from(*owner)) {
            *sum = [sum[0] + c, sum[1] + s, sum[2] + 1.0];
        }
    }
    let order = |[c, s, n]: &[f64; 3]| crate::base::num::hypot(*c, *s) / n.max(1.0);
    sums.iter().map(order).collect()
}

fn load_color(load: f64) -> Color32 {
    if load > 0.8 {
        theme::ALERT
    } else {
        Color32::from_rgb(0, 95, 140)
    }
}
