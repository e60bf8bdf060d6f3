//! The panels, driven without a window, and the window itself where there is a display.

use std::sync::Arc;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use phantomos::dashboard::layout::dashboard;
use phantomos::dashboard::view::{View, facts};
use phantomos::dashboard::{Order, ViewState};
use phantomos::kernel::{SimOptions, Simulation};
use phantomos::record::MetricRow;
use phantomos::scenario::{Blueprint, load};

use crate::fixtures::{metrics, phantom, run, scene};

/// A dashboard of a scene after some ticks.
fn state_after(name: &str, ticks: u64) -> ViewState {
    let loaded = load(&scene(name), &[]).unwrap();
    let blueprint = Blueprint::new(loaded).unwrap();
    let mut simulation = Simulation::new(blueprint, SimOptions::default()).unwrap();
    for _ in 0..ticks {
        simulation.step().unwrap();
    }
    let mut state = ViewState::new();
    let rows: Vec<MetricRow> = std::mem::take(&mut simulation.records_mut().rows);
    state.take_rows(rows);
    let events = std::mem::take(&mut simulation.records_mut().events);
    state.take_events(events);
    let facts = Arc::new(facts(&simulation));
    state.view = Some(View::of(&simulation, &facts));
    state
}

fn harness(state: ViewState) -> Harness<'static, ViewState> {
    let mut harness = Harness::builder()
        .with_size(bevy_egui::egui::vec2(1280.0, 800.0))
        .build_ui_state(|ui, state: &mut ViewState| dashboard(ui, state), state);
    harness.run_steps(3);
    harness
}

#[test]
fn the_three_plots_show_the_last_values_of_metrics_csv() {
    let harness = harness(state_after("hello", 400));
    let (_, code, out) = run(&scene("hello"), &["--ticks", "400"]);
    assert_eq!(code, 0);
    let rows = metrics(out.path());
    let last = rows.iter().rfind(|row| row["scope"] == "cluster").unwrap();
    for (name, column) in [
        ("entropy", "entropy_nats"),
        ("coherence", "coherence"),
        ("resonance", "resonance"),
    ] {
        let label = format!("{name} plot, last value {}", last[column]);
        harness.get_by_label(&label);
    }
    harness.get_by_label("graph of 24 vertices coloured by phase");
    harness.get_by_label("field plot");
}

#[test]
fn hands_become_orders() {
    let mut harness = harness(state_after("hello", 60));
    harness.get_by_label("⏸ pause").click();
    harness.run_steps(2);
    harness.get_by_label("⏭ step").click();
    harness.run_steps(2);
    harness.get_by_label("×8").click();
    harness.run_steps(2);
    harness.get_by_label("on").click();
    harness.run_steps(2);
    let orders = &harness.state().orders;
    assert!(orders.contains(&Order::Pause));
    assert!(orders.contains(&Order::Step));
    assert!(orders.contains(&Order::Speed(8.0)));
    assert!(orders.contains(&Order::Set("control.enabled".to_owned(), 0.0)));
}

#[test]
fn every_state_has_a_picture() {
    harness(ViewState::new());
    for (name, ticks) in [("hello", 1), ("trip", 50), ("cluster", 2), ("replay", 40)] {
        harness(state_after(name, ticks));
    }
}

/// Where a display or Xvfb is, the real window draws every series in its colour.
#[test]
fn a_real_window_shows_each_series_in_its_colour() {
    let Some(mut command) = with_display() else {
        eprintln!("no Xvfb here: the real window is not tested");
        return;
    };
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("window.png");
    let done = command
        .arg(env!("CARGO_BIN_EXE_phantom"))
        .arg(scene("hello"))
        .args(["--at", "1500", "--screenshot"])
        .arg(&file)
        .current_dir(out.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    if said.contains("No window:") {
        eprintln!("{said}");
        return;
    }
    assert!(done.status.success(), "{said}");
    let image = image::open(&file).unwrap().to_rgb8();
    for (name, color, least) in [
        ("entropy", [230, 159, 0], 300),
        ("coherence", [86, 180, 233], 300),
        ("resonance", [0, 158, 115], 300),
    ] {
        let near = |p: &image::Rgb<u8>| {
            p.0.iter()
                .zip(color)
                .all(|(a, b): (&u8, u8)| a.abs_diff(b) <= 12)
        };
        let count = image.pixels().filter(|pixel| near(pixel)).count();
        assert!(count >= least, "{name}: {count} pixels of its colour");
    }
}

fn with_display() -> Option<std::process::Command> {
    let found = std::process::Command::new("xvfb-run")
        .arg("--help")
        .output();
    found.ok().filter(|output| output.status.success())?;
    let mut command = std::process::Command::new("xvfb-run");
    command.args(["-a", "-s", "-screen 0 1280x800x24"]);
    Some(command)
}

#[test]
fn without_a_display_the_scene_runs_headless() {
    let out = tempfile::tempdir().unwrap();
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_phantom"))
        .arg(scene("hello"))
        .args(["--ticks", "40"])
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .current_dir(out.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{said}");
    assert!(said.contains("No window: there is no display"), "{said}");
    assert!(out.path().join("runs/last/manifest.json").is_file());
    let built_in = std::process::Command::new(env!("CARGO_BIN_EXE_phantom"))
        .args(["--ticks", "20"])
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .current_dir(out.path())
        .output()
        .unwrap();
    assert!(built_in.status.success(), "a scene is built in");
    assert_eq!(phantom(&["list"]).status.code(), Some(0));
}
