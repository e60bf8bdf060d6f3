//! The panels, driven without a window, and the window itself where there is a display.

use std::sync::{Arc, OnceLock};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use phantomos::cli::run::open_folder;
use phantomos::dashboard::layout::dashboard;
use phantomos::dashboard::view::{View, facts};
use phantomos::dashboard::worker::WorkerPlan;
use phantomos::dashboard::{Order, ViewState, Worker};
use phantomos::kernel::{SimOptions, Simulation};
use phantomos::record::{MetricRow, RunFolder};
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

static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();

fn folder(simulation: &Simulation) -> std::io::Result<RunFolder> {
    let place = FOLDER.get_or_init(|| tempfile::tempdir().unwrap());
    open_folder(simulation, Some(place.path()))
}

#[test]
fn a_live_run_with_edits_repeats_from_its_folder() {
    let blueprint = Blueprint::new(load(&scene("hello"), &[]).unwrap()).unwrap();
    let options = SimOptions::default();
    let simulation = Simulation::new(blueprint.clone(), options.clone()).unwrap();
    let plan = WorkerPlan {
        blueprint,
        options,
        folder,
        pause_at: None,
    };
    let worker = Worker::start(simulation, plan);
    let mut state = ViewState::new();
    let edit = Order::Set("populations[0].coupling".to_owned(), 1.5);
    let refused = Order::Set("populations[0].coupling".to_owned(), f64::NAN);
    state.orders = vec![Order::Speed(f64::INFINITY), edit, refused, Order::Play];
    let begun = std::time::Instant::now();
    while state.view.as_ref().is_none_or(|view| view.tick < 300) {
        worker.exchange(&mut state);
        assert!(begun.elapsed().as_secs() < 60);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    state.orders = vec![Order::Pause, Order::Step];
    worker.exchange(&mut state);
    assert!(!state.coherence.is_empty());
    let said = state.events.iter().any(|event| event.action == "refused");
    assert!(said, "an edit that is refused says so");
    drop(worker);
    let place = FOLDER.get().unwrap().path();
    let inputs = std::fs::read_to_string(place.join("inputs.jsonl")).unwrap();
    assert_eq!(inputs.lines().count(), 1, "{inputs}");
    let verified = phantom(&["verify", &place.display().to_string()]);
    assert_eq!(verified.status.code(), Some(0), "{verified:?}");
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
