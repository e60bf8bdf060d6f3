//! What hands do to the graph: select, kick, link, cut and send vertices. All but selecting are
//! inputs of the run.

use bevy_egui::egui;

use crate::base::{Input, NodeId, VertexId};

use super::order::Order;
use super::state::ViewState;

/// Clicks and the menu of a vertex.
pub fn hands(state: &mut ViewState, response: &egui::Response, under: Option<u32>) {
    if response.clicked() {
        match (state.graph.linking.take(), under) {
            (Some(from), Some(to)) if from != to => state.orders.push(link(from, to, 1.0)),
            (_, chosen) => select(state, chosen),
        }
    }
    if response.secondary_clicked() {
        state.graph.menu = under;
        if under.is_some() {
            select(state, under);
        }
    }
    response.context_menu(|ui| {
        let Some(vertex) = state.graph.menu else {
            ui.weak("Right-click a vertex to change it.");
            if ui.button("arrange anew").clicked() {
                state.graph.rearrange();
                ui.close();
            }
            return;
        };
        vertex_menu(ui, state, vertex);
    });
}

/// Selects a vertex and asks for its components.
pub fn select(state: &mut ViewState, vertex: Option<u32>) {
    state.selected = vertex;
    let id = vertex.map(|k| VertexId(u64::from(k)));
    state.orders.push(Order::Select(id));
}

/// An edge both ways, or its cut for weight 0.
#[must_use]
pub fn link(a: u32, b: u32, weight: f64) -> Order {
    let edge = |source: u32, target: u32| Input::Edge {
        source: VertexId(u64::from(source)),
        target: VertexId(u64::from(target)),
        weight,
    };
    Order::Edit(vec![edge(a, b), edge(b, a)])
}

/// A push of a vertex.
#[must_use]
pub fn kick(vertex: u32, first: f64, second: f64) -> Order {
    Order::Edit(vec![Input::Kick {
        vertex: VertexId(u64::from(vertex)),
        first,
        second,
    }])
}

/// What can be done to a vertex.
pub fn vertex_menu(ui: &mut egui::Ui, state: &mut ViewState, vertex: u32) {
    let Some(view) = &state.view else {
        return;
    };
    let phase = view
        .facts
        .is_phase
        .get(vertex as usize)
        .copied()
        .unwrap_or(true);
    ui.strong(view.facts.name_of(vertex));
    let kicks: [(&str, f64); 2] = if phase {
        [
            ("kick by +π/2", 0.5 * crate::base::num::PI),
            ("kick by π", crate::base::num::PI),
        ]
    } else {
        [("push by +1", 1.0), ("push by −1", -1.0)]
    };
    let mut orders = Vec::new();
    for (name, amount) in kicks {
        if ui.button(name).clicked() {
            orders.push(kick(vertex, amount, 0.0));
        }
    }
    if ui.button("draw an edge from here").clicked() {
        state.graph.linking = Some(vertex);
        ui.close();
    }
    let row = view
        .selected
        .iter()
        .filter(|s| s.vertex.0 == u64::from(vertex));
    let sources: Vec<u32> = row
        .flat_map(|s| s.row.iter().map(|(k, _)| *k))
        .take(24)
        .collect();
    if !sources.is_empty() {
        ui.menu_button("cut the edge to", |ui| {
            for source in sources {
                if ui.button(view.facts.name_of(source)).clicked() {
                    orders.push(link(source, vertex, 0.0));
                }
            }
        });
    }
    if view.loads.len() > 1 {
        ui.menu_button("send to", |ui| {
            for node in 0..view.loads.len() as u16 {
                if ui.button(format!("node {node}")).clicked() {
                    orders.push(Order::Edit(vec![Input::Move {
                        vertex: VertexId(u64::from(vertex)),
                        to: NodeId(node),
                    }]));
                }
            }
        });
    }
    if !orders.is_empty() {
        state.orders.extend(orders);
        ui.close();
    }
}
