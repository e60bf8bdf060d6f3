//! A file of a plot holds the curves that are in sight, value by value those of metrics.csv.

use std::collections::BTreeMap;

use phantomos::dashboard::curve::{Curve, TimePlot};
use phantomos::dashboard::export::csv;
use phantomos::dashboard::figures::{drawing_of, has_figure};
use phantomos::dashboard::panels::Pane;
use phantomos::dashboard::{Order, ViewState};
use phantomos::figure::Format;
use phantomos::resonator::readings::ORDER;
use phantomos::signal::metrics::{COHERENCE, ENTROPY};

use crate::fixtures::{metrics, scene};
use crate::time_machine::{folder_of, order, start, tick, until};

/// Head and rows of a table with its remark.
fn table(text: &str) -> (Vec<String>, Vec<BTreeMap<String, String>>) {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let head: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        let cells = row.iter().map(str::to_owned);
        head.iter().cloned().zip(cells).collect()
    });
    let rows = rows.collect();
    (head, rows)
}

/// The values of a metric by tick in a run folder.
fn recorded(folder: &std::path::Path, scope: &str, metric: &str) -> BTreeMap<u64, f64> {
    let rows = metrics(folder);
    let own = rows.iter().filter(|row| row["scope"] == scope);
    own.filter_map(|row| Some((row["tick"].parse().ok()?, row[metric].parse().ok()?)))
        .collect()
}

fn plot(curves: &[Curve]) -> TimePlot {
    TimePlot {
        curves: curves.to_vec(),
        ..TimePlot::default()
    }
}

/// A run of hello with a branch at tick 300, in which the setpoint is 0.5, up to tick 600.
fn branched() -> (phantomos::dashboard::Worker, ViewState) {
    let (worker, mut state) = start(&scene("hello"));
    until(&worker, &mut state, |s| tick(s) > 700);
    order(&worker, &mut state, vec![Order::Pause, Order::Seek(300)]);
    until(&worker, &mut state, |s| tick(s) == 300);
    let set = Order::set("control.loops[0].setpoint", 0.5);
    order(&worker, &mut state, vec![set, Order::RunTo(600)]);
    until(&worker, &mut state, |s| tick(s) == 600);
    (worker, state)
}

#[test]
fn a_plain_plot_is_exported_with_its_setpoint_and_events() {
    let (worker, mut state) = start(&scene("hello"));
    order(&worker, &mut state, vec![Order::RunTo(200)]);
    until(&worker, &mut state, |s| tick(s) == 200);
    let set = Order::set("control.loops[0].setpoint", 0.7);
    order(&worker, &mut state, vec![set, Order::RunTo(400)]);
    until(&worker, &mut state, |s| tick(s) == 400);
    let folder = folder_of(&state);
    state.plots.shown_s = (2.0, 8.0);
    let own = plot(&[Curve::of(COHERENCE), Curve::of(ENTROPY)]);
    let text = csv(&state, &own, false);
    let digest = state.view.as_ref().unwrap().digest.clone();
    assert!(text.lines().next().unwrap().contains(&digest), "{text}");
    drop(worker);
    let (head, rows) = table(&text);
    let wanted = [
        "tick",
        "t_s",
        "coherence",
        "setpoint of synchrony",
        "entropy_nats",
        "event",
    ];
    assert_eq!(head, wanted);
    for name in ["coherence", "entropy_nats"] {
        let known = recorded(&folder, "cluster", name);
        let mut seen = 0;
        for row in rows.iter().filter(|row| !row[name].is_empty()) {
            let tick: u64 = row["tick"].parse().unwrap();
            assert_eq!(
                row[name].parse::<f64>().unwrap(),
                known[&tick],
                "{name} at {tick}"
            );
            seen += 1;
        }
        let in_sight = known.range(100..=400).count();
        assert_eq!(seen, in_sight, "every row in sight of {name}");
    }
    let setpoint = |tick: &str| {
        let row = rows.iter().find(|row| row["tick"] == tick).unwrap();
        row["setpoint of synchrony"].parse::<f64>().unwrap()
    };
    assert_eq!(
        (setpoint("199"), setpoint("200")),
        (0.95, 0.7),
        "its history"
    );
    let marked = rows.iter().find(|row| row["tick"] == "200").unwrap();
    assert!(marked["event"].contains("setpoint"), "{marked:?}");
    assert_eq!(rows[0]["t_s"], "2");
}

#[test]
fn all_branches_in_sight_are_exported_each_with_its_own_values() {
    let (worker, mut state) = branched();
    let second = folder_of(&state);
    state.plots.shown_s = (5.0, 12.0);
    let own = plot(&[Curve::of(COHERENCE)]);
    let text = csv(&state, &own, false);
    let difference = csv(&state, &own, true);
    state.plots.hidden_branches.insert(0);
    let alone = csv(&state, &own, false);
    order(&worker, &mut state, vec![Order::Switch(0)]);
    until(&worker, &mut state, |s| s.branch() == 0);
    let first = folder_of(&state);
    // Seen from the parent, the child is drawn, too.
    state.plots.shown_s = (5.0, 12.0);
    state.plots.hidden_branches.clear();
    let from_parent = csv(&state, &own, false);
    drop(worker);
    let (a, b) = (
        recorded(&first, "cluster", "coherence"),
        recorded(&second, "cluster", "coherence"),
    );
    let number = |row: &BTreeMap<String, String>, name: &str| row[name].parse::<f64>().ok();
    let (head, rows) = table(&text);
    assert_eq!(
        head[2..5],
        ["coherence A", "coherence B", "setpoint of synchrony"]
    );
    let mut both = 0;
    for row in &rows {
        let tick: u64 = row["tick"].parse().unwrap();
        if let Some(value) = number(row, "coherence A") {
            assert_eq!(value, a[&tick], "A at {tick}");
            assert!(tick >= 300, "A is drawn from where B parted");
            both += 1;
        }
        if let Some(value) = number(row, "coherence B") {
            assert_eq!(value, b[&tick], "B at {tick}");
        }
    }
    assert!(both > 200, "{both}");
    assert!(
        rows.iter()
            .any(|row| a.get(&550) != b.get(&550) && row["tick"] == "550")
    );
    let (head, rows) = table(&difference);
    assert_eq!(head[2], "delta_coherence B-A");
    let mut seen = 0;
    for row in rows
        .iter()
        .filter(|row| !row["delta_coherence B-A"].is_empty())
    {
        let tick: u64 = row["tick"].parse().unwrap();
        assert_eq!(
            number(row, "delta_coherence B-A").unwrap(),
            b[&tick] - a[&tick]
        );
        assert!((300..=600).contains(&tick));
        seen += 1;
    }
    assert!(seen > 250, "{seen}");
    let (head, _) = table(&alone);
    assert!(!head.contains(&"coherence A".to_owned()), "{head:?}");
    let (head, rows) = table(&from_parent);
    assert!(head.contains(&"coherence B".to_owned()), "{head:?}");
    assert!(rows.iter().any(|row| !row["coherence B"].is_empty()));
}

#[test]
fn curves_of_two_scopes_stand_in_one_plot_and_file() {
    let state = crate::dashboard::state_after("chimera", 60);
    let of = |scope: &str| Curve {
        metric: ORDER,
        scope: Some(scope.to_owned()),
    };
    let own = plot(&[of("together"), of("adrift")]);
    let mut state = state;
    state.plots.shown_s = (0.0, 30.0);
    let (head, rows) = table(&csv(&state, &own, false));
    assert_eq!(head[2..4], ["order@together", "order@adrift"]);
    let last = rows.last().unwrap();
    let value = |name: &str| last[name].parse::<f64>().unwrap();
    assert!(value("order@together") > 0.99 && value("order@adrift") < 0.9);
    let colors = state.colors(&own.curves);
    assert_ne!(
        colors[0], colors[1],
        "two curves of one metric have two colours"
    );
}

/// The SVG of a panel's figure.
fn figure(state: &ViewState, pane: &Pane) -> String {
    let drawing = drawing_of(pane, state).unwrap_or_else(|| panic!("{pane:?} has a figure"));
    String::from_utf8(Format::Svg.bytes(&drawing).unwrap()).unwrap()
}

#[test]
fn every_panel_with_a_picture_becomes_a_figure_that_names_its_run() {
    let scenes: [(&str, u64, &[Pane]); 4] = [
        (
            "hello",
            400,
            &[Pane::plot(COHERENCE), Pane::Circle, Pane::Nodes, Pane::Phi],
        ),
        ("lorentz", 40, &[Pane::Sweep]),
        ("van_der_pol", 200, &[Pane::Plane]),
        ("wave", 60, &[Pane::Modes]),
    ];
    for (name, ticks, panes) in scenes {
        let mut state = crate::dashboard::state_after(name, ticks);
        state.plots.shown_s = (0.0, 8.0);
        let digest = state.view.as_ref().unwrap().digest[..16].to_owned();
        for pane in panes {
            assert!(has_figure(pane));
            let svg = figure(&state, pane);
            assert!(svg.contains(&digest), "{name} {pane:?} names its run");
            assert!(!svg.contains("NaN"), "{name} {pane:?}");
        }
    }
    // Field and graph are drawn on the screen first, where they get their places.
    let mut harness = crate::dashboard::harness(crate::dashboard::state_after("hello", 200));
    while !harness.state().graph.is_settled() {
        harness.run_steps(1);
    }
    harness.run_steps(2);
    for pane in [Pane::Field, Pane::Graph] {
        assert!(
            figure(harness.state(), &pane).contains("digest"),
            "{pane:?}"
        );
    }
    let field = figure(harness.state(), &Pane::Field);
    assert!(
        field.contains("time (s)"),
        "the field over time has an axis of time"
    );
    assert_eq!(drawing_of(&Pane::Events, harness.state()), None);
}

#[test]
fn a_figure_of_a_plot_has_axes_units_and_every_line_of_the_screen() {
    let (worker, mut state) = branched();
    state.plots.shown_s = (4.0, 12.0);
    let svg = figure(&state, &Pane::plot(ENTROPY));
    drop(worker);
    for wanted in [
        "time (s)",
        "entropy (nats)",
        "entropy A",
        "entropy B",
        "hello, seed 1, branch B",
    ] {
        assert!(svg.contains(wanted), "{wanted}: {svg}");
    }
}
