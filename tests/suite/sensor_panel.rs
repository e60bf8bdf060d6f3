//! What the window says of sensors: coverage, age, gaps, and the faults that act.

use bevy_egui::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use phantomos::dashboard::ViewState;
use phantomos::dashboard::panels::{Pane, show};

use crate::dashboard::state_after;

fn panel(state: ViewState) -> Harness<'static, ViewState> {
    let mut pane = Pane::Sensors;
    let mut harness = Harness::builder()
        .with_size(egui::vec2(900.0, 900.0))
        .build_ui_state(
            move |ui, state: &mut ViewState| show(ui, &mut pane, state),
            state,
        );
    harness.run_steps(3);
    harness
}

#[test]
fn broken_sensors_are_told_from_the_healthy_one() {
    let state = state_after("faulty", 700);
    let mut healthy = state_after("faulty", 700);
    "ring".clone_into(&mut healthy.scope);
    let harness = panel(state);
    let lossy = harness.query_all_by(|node| {
        let label = node.label();
        label.is_some_and(|label| label.starts_with("coverage of lossy: "))
    });
    assert_eq!(lossy.count(), 1);
    harness.get_by_label("coverage of noisy: 100 %");
    harness.get_by_label("channels of late");
    for fault in [
        "Noise", "Quantise", "Dropout", "Delay", "Stuck", "Bias", "Drift",
    ] {
        harness.get_by_label(fault);
    }
    harness.get_by_label("and 1 that other scopes read");
    let harness = panel(healthy);
    harness.get_by_label("coverage of healthy: 100 %");
    harness.get_by_label("and 5 that other scopes read");
}

#[test]
fn without_sensors_the_panel_says_the_remedy() {
    let harness = panel(state_after("faulty", 0));
    harness.get_by_label_contains("No sample has arrived yet");
    let harness = panel(state_after("hello", 30));
    harness.get_by_label("coverage of probe: 100 %");
    let mut state = state_after("hello", 30);
    "ring".clone_into(&mut state.scope);
    let harness = panel(state);
    harness.get_by_label_contains("No sensor is read in ring");
}
