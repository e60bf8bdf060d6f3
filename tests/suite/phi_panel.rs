//! What the window says of Φ: value with its worth, cut, lesions and structure.

use bevy_egui::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use phantomos::dashboard::ViewState;
use phantomos::dashboard::panels::{Pane, show};
use phantomos::phi::readings::PHI;

use crate::dashboard::state_after;

fn panel(pane: Pane, state: ViewState) -> Harness<'static, ViewState> {
    let mut pane = pane;
    let mut harness = Harness::builder()
        .with_size(egui::vec2(480.0, 900.0))
        .build_ui_state(
            move |ui, state: &mut ViewState| show(ui, &mut pane, state),
            state,
        );
    harness.run_steps(3);
    harness
}

#[test]
fn a_structure_is_unfolded_row_by_row() {
    let state = state_after("exact", 57);
    let report = state.view.as_ref().unwrap().phi.report.clone().unwrap();
    let structure = report.structure.clone().expect("the scene asks for it");
    assert!(report.value > 0.0 && !structure.distinctions.is_empty());
    let harness = panel(Pane::Phi, state);
    harness.get_by_label(&format!("φ_s = {}", report.value_text()));
    harness.get_by_label("exact");
    harness.get_by_label(&format!("structure: Φ = {:.4} bits", structure.big_phi));
    let units = report.states.len();
    harness.get_by_label(&format!(
        "{units} units of Φ on a circle, cut and complexes marked"
    ));
    let rows = harness.query_all_by(|node| {
        node.label()
            .is_some_and(|label| label.starts_with("mechanism ") && label.contains("φ_d"))
    });
    assert_eq!(rows.count(), structure.distinctions.len());
    let bars = harness.query_all_by(|node| {
        node.label()
            .is_some_and(|label| label.starts_with("φ_s without unit"))
    });
    assert_eq!(bars.count(), report.lesions.len());
}

#[test]
fn each_source_says_what_its_value_is_worth() {
    let harness = panel(Pane::Phi, state_after("hello", 400));
    harness.get_by_label("estimate");
    let state = state_after("maximise", 120);
    let report = state.view.as_ref().unwrap().phi.report.clone().unwrap();
    let harness = panel(Pane::Phi, state);
    harness.get_by_label("exact");
    harness.get_by_label("MI1 without each unit, nats");
    assert_eq!(report.lesions.len(), 16);
}

#[test]
fn the_plot_of_phi_shows_its_last_report() {
    let state = state_after("maximise", 120);
    let value = state.value(&PHI).unwrap();
    let harness = panel(Pane::plot(PHI), state);
    harness.get_by_label(&format!("MI1 plot, last value {value}"));
}
