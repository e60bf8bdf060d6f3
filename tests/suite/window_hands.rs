//! What hands do in the window: keys with their modifiers, drags, questions, the palette.

use bevy_egui::egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use phantomos::dashboard::Order;
use phantomos::dashboard::curve::Curve;
use phantomos::registry::MetricId;
use phantomos::signal::metrics::COHERENCE;

use crate::dashboard::{harness, state_after};

#[test]
fn shift_makes_another_command_of_a_key() {
    let mut harness = harness(state_after("hello", 600));
    harness.state_mut().orders.clear();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    harness.run_steps(2);
    assert_eq!(
        harness.state().orders,
        [Order::Seek(100)],
        "ten seconds back"
    );
    harness.state_mut().orders.clear();
    harness.key_press(Key::ArrowLeft);
    harness.run_steps(2);
    assert_eq!(
        harness.state().orders,
        [Order::Seek(550)],
        "one second back"
    );
    let follow = harness.state().plots.follow;
    harness.key_press_modifiers(Modifiers::SHIFT, Key::L);
    harness.run_steps(2);
    assert_eq!(harness.state().plots.follow, follow, "Shift+L is not L");
    let told = harness.state().told.iter();
    assert!(told.clone().any(|(_, text)| text.contains("Shift+L")));
}

#[test]
fn escape_closes_what_is_open() {
    let mut harness = harness(state_after("hello", 60));
    harness.key_press(Key::F1);
    harness.run_steps(2);
    assert!(harness.state().help);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert!(!harness.state().help);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F1);
    harness.run_steps(2);
    assert_eq!(harness.state().tour.step, 1);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert_eq!(harness.state().tour.step, 0);
}

#[test]
fn a_long_run_is_not_thrown_away_unasked() {
    // 600 ticks of 0.02 s are twelve seconds: little is lost.
    let mut short = harness(state_after("hello", 600));
    short.state_mut().orders.clear();
    short.key_press(Key::R);
    short.run_steps(2);
    assert_eq!(short.state().orders, [Order::Reset]);
    let mut state = state_after("hello", 60);
    if let Some(view) = &mut state.view {
        view.time.branches[0].head = 4000;
    }
    let mut harness = harness(state);
    for key in [Key::R, Key::Num2] {
        harness.state_mut().orders.clear();
        harness.key_press(key);
        harness.run_steps(3);
        assert_eq!(harness.state().orders, [], "{key:?} asks first");
        harness.get_by_label("keep this run").click();
        harness.run_steps(3);
        assert!(harness.state().question.is_none());
        assert_eq!(harness.state().orders, []);
    }
    harness.key_press(Key::R);
    harness.run_steps(3);
    harness.get_by_label("go on").click();
    harness.run_steps(3);
    assert_eq!(harness.state().orders, [Order::Reset]);
}

#[test]
fn the_palette_finds_scenes_panels_parameters_and_vertices() {
    let mut harness = harness(state_after("hello", 60));
    let mut find = |text: &str| {
        harness.state_mut().orders.clear();
        harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
        harness.run_steps(3);
        harness.state_mut().palette.text = text.to_owned();
        harness.run_steps(2);
        harness.key_press(Key::Enter);
        harness.run_steps(3);
        (
            harness.state().orders.clone(),
            harness.state().sought.clone(),
            harness.state().selected,
        )
    };
    let (orders, ..) = find("scene: lorentz");
    assert!(matches!(orders[..], [Order::Open(_)]), "{orders:?}");
    let (_, sought, _) = find("parameter: coupling");
    assert_eq!(sought, "ring coupling κ");
    let (.., selected) = find("v7");
    assert_eq!(selected, Some(7));
}

#[test]
fn a_slider_under_a_loop_says_what_is_in_force() {
    let state = state_after("hello", 600);
    let harness = harness(state);
    let loops = &harness.state().view.as_ref().unwrap().loops;
    let passed = loops[0].passed.unwrap();
    let wanted = format!("now 0.000 + {passed:.3} by loop synchrony = {passed:.3} 1/s");
    harness.get_by_label(&wanted);
    assert!(passed > 0.2, "{passed}");
}

#[test]
fn a_metric_that_nothing_measures_says_so_with_the_remedy() {
    let state = state_after("chimera", 20);
    let missing = |metric: MetricId, scope: &str| {
        state.missing(&Curve {
            metric,
            scope: Some(scope.to_owned()),
        })
    };
    assert!(missing(COHERENCE, "together").starts_with("not measured for this scope"));
    assert_eq!(
        missing(COHERENCE, "cluster"),
        "no value yet",
        "it is warming up"
    );
    let loops = missing("command".into(), "cluster");
    assert!(loops.contains("no loop"), "{loops}");
    let energy = missing("field_energy".into(), "cluster");
    assert!(energy.contains("no field"), "{energy}");
    let hello = state_after("hello", 40);
    let order = hello.missing(&Curve::of("order".into()));
    assert!(order.contains("record: (plant: true)"), "{order}");
}
