//! The guided tour: what its steps say of the numbers is so, in the run itself.

use egui_kittest::kittest::Queryable;
use phantomos::base::Input;
use phantomos::dashboard::Order;
use phantomos::dashboard::tour::begin;
use phantomos::kernel::Session;
use phantomos::registry::MetricId;
use phantomos::scenario::Parts;
use phantomos::signal::metrics::COHERENCE;

use crate::dashboard::{harness, state_after};
use crate::fixtures::scene;

/// The value of a metric of the cluster, tick by tick, of hello with inputs at ticks.
fn hello(ticks: u64, metric: &MetricId, inputs: &[(u64, Input)]) -> Vec<(u64, f64)> {
    let mut session = Session::load(scene("hello"), &[], &Parts::default()).unwrap();
    let mut values = Vec::new();
    for tick in 0..ticks {
        for (_, input) in inputs.iter().filter(|(at, _)| *at == tick) {
            session.simulation.push_input(tick, input.clone()).unwrap();
        }
        session.simulation.step().unwrap();
        let rows = std::mem::take(&mut session.simulation.records_mut().rows);
        for row in rows.iter().filter(|row| row.scope == "cluster") {
            if let Some(value) = row.value(metric.as_str()) {
                values.push((row.tick, value));
            }
        }
    }
    values
}

fn set(path: &str, value: f64) -> Input {
    Input::Set {
        path: path.to_owned(),
        value,
    }
}

/// The values from one time to another; a tick of hello is 0.02 s.
fn span(values: &[(u64, f64)], from_s: f64, to_s: f64) -> Vec<f64> {
    let within = |tick: u64| (from_s..=to_s).contains(&(tick as f64 * 0.02));
    let own = values.iter().filter(|(tick, _)| within(*tick));
    own.map(|(_, value)| *value).collect()
}

#[test]
fn the_tour_walks_eight_steps_and_opens_what_it_speaks_of() {
    let mut harness = harness(state_after("hello", 200));
    begin(harness.state_mut());
    harness.run_steps(2);
    for step in 1..=8 {
        assert_eq!(harness.state().tour.step, step);
        let pane = harness.state().toured().unwrap();
        assert!(harness.state().layout.has(&pane));
        harness
            .get_by_label(if step == 8 { "end" } else { "next" })
            .click();
        harness.run_steps(5);
    }
    assert_eq!(harness.state().tour.step, 0);
    harness.state_mut().tour.step = 5;
    harness.run_steps(2);
    harness.get_by_label("kick v0 by half a turn").click();
    harness.run_steps(2);
    let kicked = harness.state().orders.iter().any(
        |order| matches!(order, Order::Edit(inputs) if matches!(inputs[..], [Input::Kick { .. }])),
    );
    assert!(kicked);
}

#[test]
fn step_2_coherence_rises_from_below_a_half_to_above_nine_tenths_in_ten_seconds() {
    let values = hello(600, &COHERENCE, &[]);
    let early = span(&values, 0.0, 4.0);
    assert!(early.iter().any(|value| *value < 0.5), "{early:?}");
    assert!(span(&values, 9.9, 10.1).iter().all(|value| *value > 0.9));
    let first = values.first().unwrap().0 as f64 * 0.02;
    assert!(
        (0.5..3.0).contains(&first),
        "it takes the first seconds to fill: {first} s"
    );
}

#[test]
fn steps_3_and_4_without_control_coherence_falls_below_a_half_and_with_it_comes_back() {
    let off = (1000, set("control.enabled", 0.0));
    let on = (2000, set("control.enabled", 1.0));
    let values = hello(2800, &COHERENCE, &[off, on]);
    let alone = span(&values, 30.0, 40.0);
    let below = alone.iter().filter(|value| **value < 0.5).count();
    assert!(
        below as f64 >= 0.9 * alone.len() as f64,
        "{below} of {}",
        alone.len()
    );
    assert!(span(&values, 50.0, 56.0).iter().all(|value| *value > 0.8));
}

#[test]
fn step_5_the_others_pull_a_kicked_clock_back_within_seconds() {
    let kick = Input::Kick {
        vertex: phantomos::base::VertexId(0),
        first: std::f64::consts::PI,
        second: 0.0,
    };
    let values = hello(1400, &COHERENCE, &[(1000, kick)]);
    let least = span(&values, 20.0, 24.0).into_iter().fold(1.0, f64::min);
    let before = span(&values, 18.0, 20.0).into_iter().fold(1.0, f64::min);
    assert!(least < before, "the kick shows: {least} after {before}");
    assert!(span(&values, 26.0, 28.0).iter().all(|value| *value > 0.9));
}

#[test]
fn step_6_with_a_setpoint_of_a_half_coherence_parts_from_what_it_was() {
    let lower = (1000, set("control.loops[0].setpoint", 0.5));
    let one = hello(1500, &COHERENCE, &[]);
    let other = hello(1500, &COHERENCE, &[lower]);
    assert_eq!(span(&one, 0.0, 20.0), span(&other, 0.0, 20.0), "one past");
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let apart = mean(&span(&one, 26.0, 30.0)) - mean(&span(&other, 26.0, 30.0));
    assert!(apart > 0.1, "{apart}");
}
