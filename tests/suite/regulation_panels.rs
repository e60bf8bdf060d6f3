//! The panels of control and safety: the numbers of the run, what their buttons order, and words
//! where there is nothing to show.

use std::collections::BTreeMap;

use bevy_egui::egui;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use phantomos::base::Input;
use phantomos::dashboard::figures::{drawing_of, has_figure};
use phantomos::dashboard::legend::shown_value;
use phantomos::dashboard::panels::{Pane, show};
use phantomos::dashboard::term_history::TermHistory;
use phantomos::dashboard::violations::Standing;
use phantomos::dashboard::{Order, ViewState};
use phantomos::figure::Format;
use phantomos::safety::SafetySpec;

use crate::dashboard::{harness, state_after, state_of};
use crate::fixtures::{root, scene};
use crate::time_machine::{order, start, tick, until};

type Panel = Harness<'static, ViewState>;

fn panel(pane: &Pane, mut state: ViewState, (width, height): (f32, f32)) -> Panel {
    let mut pane = pane.clone();
    state.orders.clear();
    let mut harness = Harness::builder()
        .with_size(egui::vec2(width, height))
        .build_ui_state(
            move |ui, state: &mut ViewState| {
                state.look.apply(ui.ctx());
                show(ui, &mut pane, state);
            },
            state,
        );
    harness.run_steps(3);
    harness
}

fn wide(pane: &Pane, state: ViewState) -> Panel {
    panel(pane, state, (900.0, 1400.0))
}

fn texts(harness: &Panel) -> Vec<String> {
    let nodes = harness.root().children_recursive();
    let said = nodes.filter_map(|node| {
        let node = node.accesskit_node();
        node.label().or_else(|| node.value())
    });
    said.collect()
}

fn holds(harness: &Panel, wanted: &str) {
    let all = texts(harness);
    let found = all.iter().any(|text| text.contains(wanted));
    assert!(found, "{wanted:?} in {all:#?}");
}

/// The scene failover whose rule latches, as a file of its own.
fn latched() -> (tempfile::TempDir, std::path::PathBuf) {
    let text = std::fs::read_to_string(scene("failover")).unwrap();
    let latched = text.replace("off_delay: 150,", "latch: true,");
    assert_ne!(text, latched);
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("latched.ron");
    std::fs::write(&path, latched).unwrap();
    (place, path)
}

#[test]
fn both_panels_open_in_every_scene_in_both_themes_wide_and_narrow() {
    let files = std::fs::read_dir(root().join("scenes")).unwrap();
    let mut seen = 0;
    for path in files.map(|file| file.unwrap().path()) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension().is_none_or(|own| own != "ron") || name == "million" {
            continue;
        }
        let ticks = if name == "host" || name == "cluster" {
            3
        } else {
            40
        };
        for (light, size) in [(false, (900.0, 1000.0)), (true, (240.0, 160.0))] {
            for (pane, ticks) in [(Pane::Control, ticks), (Pane::Safety, ticks)] {
                let mut state = state_of(&path, ticks);
                state.look.light = light;
                let harness = panel(&pane, state, size);
                assert!(!texts(&harness).is_empty(), "{name} {pane:?}");
            }
        }
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
    for pane in [Pane::Control, Pane::Safety] {
        wide(&pane, state_after("failover", 0));
        wide(&pane, ViewState::new()).get_by_label("Waiting for the first tick…");
    }
}

#[test]
fn the_control_panel_shows_the_terms_of_the_run_and_what_limits_the_command() {
    let state = state_after("failover", 1300);
    let shown = state.view.as_ref().unwrap().loops[0].clone();
    assert_eq!((shown.term("bound"), shown.fallen_back), (Some(6.0), true));
    assert_eq!(shown.term("passed"), Some(1.5));
    assert_eq!(shown.term("measured"), None, "its sensors are silent");
    let integral = shown_value(shown.term("i").unwrap());
    let harness = wide(&Pane::Control, state);
    for text in [
        "keeper",
        "PID",
        "measures coherence of ring, moves coupling of ring",
        "1.5000 1/s",
        "—",
        integral.as_str(),
        "■ fall-back",
        "⚠ a rule has it give its fall-back",
        "shaded: limited by",
    ] {
        holds(&harness, text);
    }
    let state = state_after("failover", 900);
    let measured = state.view.as_ref().unwrap().loops[0].term("measured");
    let harness = wide(&Pane::Control, state);
    holds(&harness, &shown_value(measured.unwrap()));
    harness.get_by_label("nothing");
    let harness = wide(&Pane::Control, state_after("autotune", 1200));
    holds(&harness, "periods so far");
    let harness = wide(&Pane::Control, state_after("seek", 60));
    assert!(!texts(&harness).iter().any(|text| text == "setpoint"));
    holds(&harness, "slope");
}

#[test]
fn the_summands_are_stacked_to_the_output_before_its_limits() {
    let state = state_after("failover", 1300);
    let history = TermHistory::of(&state, 0).unwrap();
    let layers = history.stack((0.0, 26.0), 5000, &[]);
    assert!(layers.iter().any(|own| own.name == "P"));
    assert!(layers.iter().any(|own| own.name == "I"));
    assert!(layers.iter().all(|own| own.name != "D"), "it has no gain");
    let mut sums: BTreeMap<u64, (f64, [f64; 2])> = BTreeMap::new();
    for own in &layers {
        for (k, time_s) in own.x.iter().enumerate() {
            let (_, ends) = sums.entry(time_s.to_bits()).or_insert((*time_s, [0.0; 2]));
            *ends = [ends[0].min(own.lower[k]), ends[1].max(own.upper[k])];
        }
    }
    let (chronicle, column) = (
        state.chronicle().unwrap(),
        history.column("unlimited").unwrap(),
    );
    let known = (0..column.len()).map(|k| (chronicle.time_s(k).to_bits(), column.at(k)));
    let known: BTreeMap<u64, Option<f64>> = known.collect();
    for (time_s, [low, high]) in sums.values() {
        let sum = known[&time_s.to_bits()].unwrap();
        assert!(
            (high + low - sum).abs() < 1e-9,
            "{time_s}: {high} {low} {sum}"
        );
    }
    let seen = sums.len();
    assert!(seen > 500, "{seen}");
    let hidden = history.stack((0.0, 26.0), 5000, &["p"]);
    assert!(hidden.iter().all(|own| own.name != "P"));
    let limited = history.limited((0.0, 26.0), 800);
    let fallen: Vec<_> = limited.iter().filter(|own| own.number == 6).collect();
    assert_eq!(fallen.len(), 1, "{limited:?}");
    let begins = fallen[0].from_s;
    assert!(
        (20.2..20.5).contains(&begins) && fallen[0].to_s > 25.9,
        "{fallen:?}"
    );
}

#[test]
fn the_safety_panel_shows_each_rule_with_the_margin_of_the_run() {
    let state = state_after("failover", 1300);
    let chronicle = state.chronicle().unwrap();
    let margin = |name: &str| {
        let value = chronicle.value("cluster", &format!("rule.{name}").into(), 1300);
        shown_value(value.unwrap()).replace('-', "−")
    };
    let stale = format!("margin of stale sensors: {}", margin("stale_sensors"));
    let wanted = [
        stale.as_str(),
        "✖ violated since 20.22 s",
        "→ loop keeper fall back",
        "sensor_stale_ticks@ring <= 10",
        "margin of recovers over time",
        "magnitude of keeper used: 15 %",
        "stale sensors: loop keeper fall back",
    ];
    let standing = chronicle.violations.standing("stale sensors", false, 1300);
    assert!(matches!(standing, Standing::Violated { .. }));
    // A tick before it was told of, nobody knew.
    let before = chronicle.violations.standing("stale sensors", false, 1011);
    assert_eq!(before, Standing::Holds);
    let harness = wide(&Pane::Safety, state);
    wanted.iter().for_each(|text| holds(&harness, text));
    let harness = wide(&Pane::Safety, state_after("failover", 5));
    holds(&harness, "… waiting for values");
    holds(&harness, "none so far");
    let state = state_after("barrier", 400);
    let scene = state.view.as_ref().unwrap().facts.scene.clone();
    let order = state
        .chronicle()
        .unwrap()
        .value("crowd", &"order".into(), 400);
    let margin = scene.safety.barriers[0].margin(order.unwrap());
    let harness = wide(&Pane::Safety, state);
    holds(&harness, "order of crowd ≤ 0.8");
    holds(&harness, &format!("margin {}", shown_value(margin)));
    holds(&harness, "✔ holds");
}

#[test]
fn acknowledging_a_latched_rule_ends_its_violation() {
    let (_place, path) = latched();
    let mut harness = wide(&Pane::Safety, state_of(&path, 1800));
    holds(&harness, "latched");
    harness.get_by_label("acknowledge stale sensors").click();
    harness.run_steps(2);
    let orders = harness.state().orders.clone();
    let rule = "stale sensors".to_owned();
    assert_eq!(orders, [Order::Edit(vec![Input::Acknowledge { rule }])]);
    let (worker, mut state) = start(&path);
    order(&worker, &mut state, vec![Order::RunTo(1800)]);
    until(&worker, &mut state, |s| tick(s) == 1800);
    let standing = |state: &ViewState| {
        let own = state.chronicle().unwrap();
        own.violations.standing("stale sensors", true, tick(state))
    };
    assert!(matches!(standing(&state), Standing::Latched { .. }));
    order(&worker, &mut state, orders);
    order(&worker, &mut state, vec![Order::RunTo(1820)]);
    until(&worker, &mut state, |s| tick(s) == 1820);
    until(&worker, &mut state, |s| standing(s) == Standing::Holds);
    assert!(!state.view.as_ref().unwrap().loops[0].fallen_back);
    drop(worker);
}

#[test]
fn the_manual_switch_begins_at_what_passed_last_and_gives_the_output() {
    let state = state_after("failover", 700);
    let passed = state.view.as_ref().unwrap().loops[0].passed.unwrap();
    let mut harness = wide(&Pane::Control, state);
    harness.get_by_label("manual").click();
    harness.run_steps(2);
    let output = Order::set("control.loops[0].manual_output", passed);
    let switch = Order::set("control.loops[0].manual", 1.0);
    assert_eq!(harness.state().orders, [output, switch]);
    harness.state_mut().orders.clear();
    harness.get_by_label("automatic").click();
    harness.run_steps(2);
    let back = Order::set("control.loops[0].manual", 0.0);
    assert_eq!(harness.state().orders, [back]);
    let (worker, mut state) = start(&scene("failover"));
    order(&worker, &mut state, vec![Order::RunTo(700)]);
    until(&worker, &mut state, |s| tick(s) == 700);
    let manual = [("manual_output", 2.25), ("manual", 1.0)];
    let manual =
        manual.map(|(field, value)| Order::set(&format!("control.loops[0].{field}"), value));
    order(&worker, &mut state, manual.to_vec());
    order(&worker, &mut state, vec![Order::RunTo(760)]);
    until(&worker, &mut state, |s| tick(s) == 760);
    let shown = &state.view.as_ref().unwrap().loops[0];
    assert_eq!(shown.passed, Some(2.25));
    drop(worker);
}

#[test]
fn without_loops_and_rules_the_panels_say_what_they_are_and_how_to_begin() {
    let mut harness = wide(&Pane::Control, state_after("modes", 5));
    holds(&harness, "This scene has no control loop");
    harness.get_by_label("copy the snippet").click();
    harness.run_steps(2);
    let harness = wide(&Pane::Safety, state_after("hello", 200));
    holds(&harness, "This scene has no rule.");
    holds(&harness, "magnitude of synchrony used");
    let text = phantomos::dashboard::rule_words::SNIPPET.trim();
    let text = text.strip_prefix("safety: ").unwrap().trim_end_matches(',');
    let spec: SafetySpec = ron::from_str(text).unwrap();
    assert!(spec.rules[0].parsed(0.02).is_ok());
}

#[test]
fn violations_stand_in_plots_figures_and_along_the_line_of_time() {
    let state = state_after("failover", 1900);
    let svg = |pane: &Pane, state: &ViewState| {
        assert!(has_figure(pane));
        let drawing = drawing_of(pane, state).unwrap();
        String::from_utf8(Format::Svg.bytes(&drawing).unwrap()).unwrap()
    };
    let mut harness = harness(state);
    harness.run_steps(2);
    let own = harness.state_mut();
    own.plots.shown_s = (0.0, 38.0);
    let control = svg(&Pane::Control, own);
    for text in [
        "limited by: fall-back",
        "output of keeper",
        "coherence",
        "passed",
    ] {
        assert!(control.contains(text), "{text}");
    }
    let safety = svg(&Pane::Safety, own);
    for text in [
        "violated",
        "stale sensors: sensor_stale_ticks@ring &lt;= 10",
        "margin",
    ] {
        assert!(safety.contains(text), "{text}");
    }
    let plot = svg(&Pane::plot("coherence".into()), own);
    assert!(plot.contains("stale sensors"), "{plot}");
    let none = state_after("hello", 20);
    assert_eq!(drawing_of(&Pane::Safety, &none), None);
}
