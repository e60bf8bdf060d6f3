//! The window on a run that was, and values written from it into a scene's file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use egui_kittest::kittest::Queryable;
use phantomos::base::Tick;
use phantomos::dashboard::worker::{WorkerPlan, options_of};
use phantomos::dashboard::{Order, SceneSource, ViewState, Worker, scenes};
use phantomos::kernel::repeat::SavedPast;
use phantomos::kernel::{KernelState, SimOptions, Simulation};
use phantomos::record::SavedRun;
use phantomos::scenario::{Blueprint, Parts};
use phantomos::signal::metrics::COHERENCE;

use crate::dashboard::{harness, state_after};
use crate::fixtures::{command, metrics, run, scene};
use crate::time_machine::{folder, start, until};

fn open(path: &Path) -> (Worker, ViewState) {
    let past = SavedPast::open(path, &Parts::default(), false).unwrap();
    let blueprint = Blueprint::new(past.loaded.clone()).unwrap();
    let options = SimOptions::default();
    let started = options_of(&options, Some(&past));
    let simulation = Simulation::new(blueprint.clone(), started).unwrap();
    let plan = WorkerPlan {
        blueprint,
        options,
        sets: Vec::new(),
        source: SceneSource::Run(path.to_owned()),
        past: Some(past),
        parts: Parts::default(),
        opener: scenes::open,
        folder,
        pause_at: None,
        frame_budget: 1 << 28,
    };
    let mut state = ViewState::new();
    let worker = Worker::start(simulation, plan);
    until(&worker, &mut state, |state| {
        let own = state.chronicle();
        state.view.is_some() && own.is_some_and(|own| own.scopes().next().is_some())
    });
    (worker, state)
}

fn tick(state: &ViewState) -> Tick {
    state.view.as_ref().map_or(0, |view| view.tick)
}

fn paused_at(wanted: Tick) -> impl Fn(&ViewState) -> bool {
    move |state| {
        let view = state.view.as_ref();
        view.is_some_and(|view| view.tick == wanted && view.state == KernelState::Paused)
    }
}

fn told(state: &ViewState, words: &str) -> bool {
    state.told.iter().any(|(_, text)| text.contains(words))
}

#[test]
fn a_run_opens_with_all_of_its_rows_and_runs_again_where_somebody_goes() {
    for form in ["csv", "parquet"] {
        let (end, code, out) = run(&scene("hello"), &["--ticks", "400", "--format", form]);
        assert_eq!(code, 0);
        let (worker, mut state) = open(out.path());
        assert_eq!(
            (tick(&state), state.view.as_ref().unwrap().time.head()),
            (0, 400)
        );
        assert!(told(&state, "up to tick 400"), "{:?}", state.told);
        let own = state.chronicle().unwrap();
        let column = own.column("cluster", &COHERENCE).unwrap();
        assert_eq!(column.len(), 401);
        if form == "csv" {
            for row in metrics(out.path()) {
                let place = row["tick"].parse().unwrap();
                assert_eq!(column.at(place), row["coherence"].parse().ok(), "{place}");
            }
        }
        let last = column.at(400);
        state.orders.push(Order::Seek(150));
        until(&worker, &mut state, paused_at(150));
        assert!(told(&state, "replaying 0 → tick 150"), "{:?}", state.told);
        let digest = state.view.as_ref().unwrap().digest.clone();
        state.orders.push(Order::Seek(60));
        until(&worker, &mut state, paused_at(60));
        state.orders.push(Order::Seek(150));
        until(&worker, &mut state, paused_at(150));
        assert_eq!(state.view.as_ref().unwrap().digest, digest);
        state
            .orders
            .extend([Order::Speed(f64::INFINITY), Order::Play]);
        until(&worker, &mut state, paused_at(400));
        let view = state.view.as_ref().unwrap();
        assert_eq!(view.digest, end["digest"].as_str().unwrap());
        assert_eq!(view.differs, None);
        // Ticks that ran again add nothing to what the folder told.
        assert_eq!(state.value(&COHERENCE), last);
        drop(worker);
        assert_eq!(command("verify", &[&out.path().display().to_string()]).0, 0);
    }
}

#[test]
fn a_fork_of_a_run_that_was_is_a_run_with_its_past() {
    let (_, code, out) = run(&scene("hello"), &["--ticks", "200", "--format", "both"]);
    assert_eq!(code, 0);
    let (worker, mut state) = open(out.path());
    state.orders.push(Order::Seek(120));
    until(&worker, &mut state, paused_at(120));
    state.orders.push(Order::Fork);
    until(&worker, &mut state, |state| {
        state
            .view
            .as_ref()
            .is_some_and(|view| view.folder.is_some())
    });
    state.orders.push(Order::RunTo(160));
    until(&worker, &mut state, paused_at(160));
    let fork = PathBuf::from(state.view.as_ref().unwrap().folder.clone().unwrap());
    assert_ne!(fork, out.path());
    drop(worker);
    let rows = metrics(&fork);
    let ticks: Vec<Tick> = rows
        .iter()
        .map(|row| row["tick"].parse().unwrap())
        .collect();
    assert_eq!((ticks[0], ticks.last(), ticks.len()), (1, Some(&160), 160));
    let (code, said, told) = command("verify", &[&fork.display().to_string()]);
    assert_eq!(code, 0, "{said}{told}");
}

#[test]
fn a_digest_that_differs_is_told_by_a_banner() {
    let (_, code, out) = run(&scene("hello"), &["--ticks", "60"]);
    assert_eq!(code, 0);
    let path = out.path().join("manifest.json");
    let mut run = SavedRun::open(out.path()).unwrap();
    run.manifest.digest = "0123456789abcdef".to_owned();
    std::fs::write(&path, serde_json::to_string(&run.manifest).unwrap()).unwrap();
    let (worker, mut state) = open(out.path());
    state.orders.push(Order::Live);
    until(&worker, &mut state, paused_at(60));
    until(&worker, &mut state, |state| {
        state
            .view
            .as_ref()
            .is_some_and(|view| view.differs.is_some())
    });
    let harness = harness(state);
    harness.get_by_label_contains("did not come out as its folder says");
}

#[test]
fn a_folder_of_another_format_is_refused_by_the_window_too() {
    let (_, code, out) = run(&scene("hello"), &["--ticks", "5"]);
    assert_eq!(code, 0);
    let path = out.path().join("manifest.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"format\": 2", "\"format\": 9")).unwrap();
    let folder = out.path().display().to_string();
    for arguments in [["open", &folder].as_slice(), &[&folder]] {
        let (code, _, told) = command(arguments[0], &arguments[1..]);
        assert_eq!(code, 6, "{told}");
        assert!(told.contains("a run folder of format 9"), "{told}");
    }
    let (worker, mut state) = start(&scene("hello"));
    state
        .orders
        .push(Order::Open(SceneSource::Run(out.path().to_owned())));
    until(&worker, &mut state, |state| {
        let error = state
            .view
            .as_ref()
            .and_then(|view| view.scene_error.as_ref());
        error.is_some_and(|error| error.contains("format 9"))
    });
}

#[test]
fn a_value_is_written_into_the_scenes_file_and_the_run_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("own.ron");
    let text = std::fs::read_to_string(scene("hello")).unwrap();
    std::fs::write(&file, format!("// a remark that stays\n{text}")).unwrap();
    let (worker, mut state) = start(&file);
    until(&worker, &mut state, |state| tick(state) > 20);
    let path = "control.loops[0].setpoint";
    state.orders.push(Order::WriteBack(path.to_owned(), 0.625));
    until(&worker, &mut state, |state| told(state, "written into"));
    assert!(told(&state, "0.625 written into"), "{:?}", state.told);
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written.starts_with("// a remark that stays\n"));
    assert!(written.contains("0.625"), "{written}");
    // The watcher has looked since, and the run was not begun anew.
    let before = tick(&state);
    std::thread::sleep(Duration::from_millis(1000));
    until(&worker, &mut state, |state| tick(state) > before);
    state.orders.push(Order::Reset);
    until(&worker, &mut state, |state| {
        let view = state.view.as_ref();
        view.is_some_and(|view| view.facts.parameters.find(path).unwrap().initial == 0.625)
    });
    state
        .orders
        .push(Order::WriteBack("no.such".to_owned(), 1.0));
    until(&worker, &mut state, |state| {
        told(state, "there is no such parameter")
    });
}

#[test]
fn a_changed_parameter_has_a_button_that_writes_it() {
    let mut state = state_after("hello", 60);
    let parameters = state.view.as_ref().unwrap().facts.parameters.clone();
    let own = parameters
        .list()
        .iter()
        .find(|own| !own.is_switch())
        .unwrap();
    state.sought.clone_from(&own.path);
    let other = own.initial + 0.25 * (own.range.1 - own.range.0) + 0.125;
    state.edits.insert(own.path.clone(), other);
    let mut harness = harness(state);
    harness.state_mut().orders.clear();
    let label = format!("write {} into the scene's file", own.label);
    harness.get_by_label(&label).click();
    harness.run_steps(2);
    let wanted = Order::WriteBack(own.path.clone(), other);
    assert!(
        harness.state().orders.contains(&wanted),
        "{:?}",
        harness.state().orders
    );
}

#[test]
fn the_palette_opens_a_run_by_its_name() {
    use bevy_egui::egui::{Key, Modifiers};
    let (_, code, out) = run(&scene("hello"), &["--ticks", "5"]);
    assert_eq!(code, 0);
    let mut harness = harness(state_after("hello", 60));
    harness.state_mut().orders.clear();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    harness.run_steps(3);
    harness.state_mut().palette.text = format!("run: {}", out.path().display());
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let wanted = Order::Open(SceneSource::Run(out.path().to_owned()));
    assert_eq!(harness.state().orders, [wanted]);
}
