//! The live worker: going back, branches, scenes that change under it, and its run folders.

use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use phantomos::base::{Input, VertexId};
use phantomos::cli::run_folder::open_folder;
use phantomos::dashboard::worker::WorkerPlan;
use phantomos::dashboard::{Order, SceneSource, ViewState, Worker, scenes};
use phantomos::kernel::{KernelState, SimOptions, Simulation};
use phantomos::record::{Place, RunFolder};
use phantomos::safety::Severity;
use phantomos::scenario::{Blueprint, Parts, load};
use phantomos::signal::metrics::COHERENCE;

use crate::fixtures::{metrics, phantom, scene};

static PLACE: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());
static COUNT: Mutex<u32> = Mutex::new(0);

pub fn folder(simulation: &Simulation) -> std::io::Result<RunFolder> {
    let mut count = COUNT.lock().unwrap();
    *count += 1;
    let path = PLACE.path().join(format!("run{count}"));
    let place = Place::At {
        path: &path,
        force: false,
    };
    open_folder(simulation, place)
}

/// A worker of a scene's file.
pub fn worker(path: &Path, pause_at: Option<u64>) -> Worker {
    let blueprint = Blueprint::new(load(path, &[]).unwrap()).unwrap();
    let options = SimOptions::default();
    let simulation = Simulation::new(blueprint.clone(), options.clone()).unwrap();
    let plan = WorkerPlan {
        blueprint,
        options,
        sets: Vec::new(),
        source: SceneSource::File(path.to_owned()),
        past: None,
        parts: Parts::default(),
        opener: scenes::open,
        folder,
        pause_at,
        frame_budget: 1 << 28,
    };
    Worker::start(simulation, plan)
}

/// A worker of a scene's file, as fast as possible.
pub fn start(path: &Path) -> (Worker, ViewState) {
    let mut state = ViewState::new();
    state.orders.push(Order::Speed(f64::INFINITY));
    (worker(path, None), state)
}

pub fn until(worker: &Worker, state: &mut ViewState, wanted: impl Fn(&ViewState) -> bool) {
    let begun = Instant::now();
    loop {
        worker.exchange(state);
        if wanted(state) {
            return;
        }
        assert!(
            begun.elapsed().as_secs() < 60,
            "{:?}",
            state.view.as_ref().map(|v| v.tick)
        );
        std::thread::sleep(Duration::from_millis(3));
    }
}

pub fn tick(state: &ViewState) -> u64 {
    state.view.as_ref().map_or(0, |view| view.tick)
}

pub fn order(worker: &Worker, state: &mut ViewState, orders: Vec<Order>) {
    state.orders = orders;
    worker.exchange(state);
}

pub fn folder_of(state: &ViewState) -> PathBuf {
    PathBuf::from(state.view.as_ref().unwrap().folder.clone().unwrap())
}

fn verified(path: &Path) {
    let done = phantom(&["verify", &path.display().to_string()]);
    assert_eq!(done.status.code(), Some(0), "{done:?}");
}

#[test]
fn a_live_run_with_edits_goes_back_forks_and_repeats_from_both_folders() {
    let (worker, mut state) = start(&scene("hello"));
    until(&worker, &mut state, |s| tick(s) > 500);
    let refused = Order::set("populations[0].coupling", f64::NAN);
    order(
        &worker,
        &mut state,
        vec![Order::Pause, refused, Order::Seek(200)],
    );
    until(&worker, &mut state, |s| tick(s) == 200);
    let said = state.told.iter().any(|(_, text)| text.contains("finite"));
    assert!(said, "an edit that is refused says so: {:?}", state.told);
    let first = folder_of(&state);
    let digest = state.view.as_ref().unwrap().digest.clone();
    order(&worker, &mut state, vec![Order::Back]);
    until(&worker, &mut state, |s| tick(s) == 199);
    order(&worker, &mut state, vec![Order::Step]);
    until(&worker, &mut state, |s| tick(s) == 200);
    assert_eq!(state.view.as_ref().unwrap().digest, digest);
    let kick = Input::Kick {
        vertex: VertexId(0),
        first: 2.0,
        second: 0.0,
    };
    let set = Order::set("populations[0].coupling", 1.5);
    order(
        &worker,
        &mut state,
        vec![set, Order::Edit(vec![kick]), Order::Play],
    );
    until(&worker, &mut state, |s| tick(s) > 600);
    assert_eq!(
        state.chronicles.len(),
        2,
        "an edit of the past parts a branch"
    );
    assert_eq!(state.chronicles[1].parent, Some((0, 200)));
    assert_eq!(state.parameter("populations[0].coupling"), Some(1.5));
    let value = |branch: usize, tick| state.chronicles[branch].value("cluster", &COHERENCE, tick);
    assert_eq!(value(0, 150), value(1, 150), "they share the past");
    assert_ne!(value(0, 450), value(1, 450));
    let second = folder_of(&state);
    assert_ne!(first, second);
    order(
        &worker,
        &mut state,
        vec![Order::Pause, Order::Switch(0), Order::Seek(10)],
    );
    until(&worker, &mut state, |s| tick(s) == 10);
    let export = PLACE.path().join("export");
    order(&worker, &mut state, vec![Order::Export(export.clone())]);
    until(&worker, &mut state, |s| {
        s.told.iter().any(|(_, t)| t.contains("written to"))
    });
    drop(worker);
    let written: Vec<PathBuf> = std::fs::read_dir(&export)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let [export] = &written[..] else {
        panic!("one folder: {written:?}");
    };
    let manifest = std::fs::read_to_string(export.join("manifest.json")).unwrap();
    let name = export.file_name().unwrap().to_string_lossy().into_owned();
    let digest = name.rsplit('_').next().unwrap();
    assert!(
        manifest.contains(&format!("\"digest\": \"{digest}")),
        "{name} {manifest}"
    );
    for path in [&first, &second, export] {
        verified(path);
    }
    let inputs = std::fs::read_to_string(second.join("inputs.jsonl")).unwrap();
    assert_eq!(inputs.lines().count(), 2, "{inputs}");
    let rows = metrics(&second);
    let ticks = rows.iter().filter(|row| row["scope"] == "cluster");
    let ticks: Vec<u64> = ticks.map(|row| row["tick"].parse().unwrap()).collect();
    assert!(
        ticks.iter().zip(1..).all(|(tick, k)| *tick == k),
        "every tick once, in order"
    );
    let folder = second.display().to_string();
    let replay = phantom(&["replay", &folder, "--to", "300"]);
    assert_eq!(replay.status.code(), Some(0), "{replay:?}");
    let without = phantom(&["replay", &folder, "--to", "300", "--without", "200:v0"]);
    assert_eq!(without.status.code(), Some(0), "{without:?}");
    let line = |out: &std::process::Output| String::from_utf8_lossy(&out.stdout).into_owned();
    assert_ne!(line(&replay), line(&without));
}

#[test]
fn a_scene_that_changes_begins_anew_and_a_wrong_one_lets_the_old_run_on() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("hello.ron");
    let text = std::fs::read_to_string(scene("hello")).unwrap();
    std::fs::write(&path, &text).unwrap();
    let (worker, mut state) = start(&path);
    until(&worker, &mut state, |s| tick(s) > 50);
    std::thread::sleep(Duration::from_millis(30));
    std::fs::write(&path, text.replace("seed:", "sead:")).unwrap();
    let broken = |s: &ViewState| s.view.as_ref().is_some_and(|v| v.scene_error.is_some());
    until(&worker, &mut state, broken);
    let view = state.view.as_ref().unwrap();
    let told = view.scene_error.as_ref().unwrap();
    assert!(
        told.contains("did you mean `seed`") && told.contains('^'),
        "{told}"
    );
    let then = view.tick;
    until(&worker, &mut state, |s| tick(s) > then + 20);
    std::thread::sleep(Duration::from_millis(30));
    std::fs::write(&path, text.replace("name: \"hello\"", "name: \"other\"")).unwrap();
    until(&worker, &mut state, |s| {
        s.view
            .as_ref()
            .is_some_and(|v| v.facts.scene.name == "other" && v.scene_error.is_none())
    });
    let file = SceneSource::File(scene("trip"));
    order(&worker, &mut state, vec![Order::Open(file)]);
    let stopped = |s: &ViewState| {
        s.view
            .as_ref()
            .is_some_and(|v| v.state == KernelState::SafeStopped)
    };
    until(&worker, &mut state, stopped);
    let stop = state
        .events()
        .iter()
        .rev()
        .find(|e| e.data.severity() == Some(Severity::Stop))
        .cloned();
    let stop = stop.unwrap();
    let without = Order::Without(Box::new(stop.clone()));
    order(&worker, &mut state, vec![without]);
    until(&worker, &mut state, |s| {
        s.branch() == 1 && tick(s) > stop.tick + 5
    });
}

#[test]
fn a_cut_edge_shows_at_once_and_a_reset_forgets() {
    let (worker, mut state) = start(&scene("hello"));
    until(&worker, &mut state, |s| tick(s) > 20);
    let edges = state.view.as_ref().unwrap().facts.edges.clone();
    let [a, b] = edges[0];
    let cut = phantomos::dashboard::graph_hands::link(a, b, 0.0);
    order(
        &worker,
        &mut state,
        vec![cut, Order::Select(Some(VertexId(u64::from(b))))],
    );
    until(&worker, &mut state, |s| {
        let view = s.view.as_ref().unwrap();
        view.facts.edges.len() == edges.len() - 1
    });
    until(&worker, &mut state, |s| {
        s.view.as_ref().unwrap().selected.is_some()
    });
    let selected = state.view.as_ref().unwrap().selected.clone().unwrap();
    let names: Vec<&str> = selected
        .components
        .iter()
        .map(|c| c.name.as_str())
        .collect();
    assert!(
        names.contains(&"Kuramoto") && names.contains(&"Phase"),
        "{names:?}"
    );
    assert!(selected.row.iter().all(|(source, _)| *source != a));
    order(&worker, &mut state, vec![Order::Reset]);
    until(&worker, &mut state, |s| {
        let view = s.view.as_ref().unwrap();
        view.facts.edges.len() == edges.len() && s.chronicles.len() == 1
    });
    drop(worker);
}

#[test]
fn a_run_that_was_cut_short_is_replayed_up_to_where_it_was_written() {
    let out = tempfile::tempdir().unwrap();
    let path = out.path().join("run");
    let name = scene("hello").display().to_string();
    let done = phantom(&[
        "run",
        &name,
        "--ticks",
        "120",
        "--out",
        &path.display().to_string(),
    ]);
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    let file = path.join("manifest.json");
    let manifest = std::fs::read_to_string(&file).unwrap();
    std::fs::write(
        &file,
        manifest.replace("\"status\": \"ok\"", "\"status\": \"running\""),
    )
    .unwrap();
    let table = path.join("metrics.csv");
    let rows = std::fs::read_to_string(&table).unwrap();
    std::fs::write(&table, &rows[..rows.len() - 40]).unwrap();
    std::fs::write(path.join("inputs.jsonl"), "{\"tick\":119,\"se").unwrap();
    let folder = path.display().to_string();
    let replay = phantom(&["replay", &folder]);
    let said = String::from_utf8_lossy(&replay.stderr).into_owned();
    assert_eq!(replay.status.code(), Some(0), "{said}");
    assert!(said.contains("cut short"), "{said}");
    let verified = phantom(&["verify", &folder]);
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert_eq!(verified.status.code(), Some(0), "{said}");
    assert!(said.contains("where the run was cut short"), "{said}");
    let forged = rows[..rows.len() - 40].replacen("cluster,,", "cluster,1,", 1);
    std::fs::write(&table, forged).unwrap();
    assert_eq!(phantom(&["verify", &folder]).status.code(), Some(6));
}

#[test]
fn a_run_to_a_tick_that_is_reached_stays_there() {
    let (worker, mut state) = start(&scene("hello"));
    order(&worker, &mut state, vec![Order::Pause]);
    order(&worker, &mut state, vec![Order::RunTo(900)]);
    until(&worker, &mut state, |s| tick(s) == 900);
    // Asked once more, as by a hand that has not seen it yet.
    order(&worker, &mut state, vec![Order::RunTo(900)]);
    std::thread::sleep(Duration::from_millis(200));
    worker.exchange(&mut state);
    assert_eq!(tick(&state), 900);
    order(&worker, &mut state, vec![Order::RunTo(902)]);
    until(&worker, &mut state, |s| tick(s) == 902);
}
