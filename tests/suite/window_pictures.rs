//! What the window says of the scene and of its files, and the pictures that are taken of it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use egui_kittest::kittest::NodeT;
use phantomos::dashboard::graph_layout::{GraphLayout, LEAST};
use phantomos::dashboard::panels::Pane;
use phantomos::dashboard::spacing::least_distance;
use phantomos::dashboard::{Order, ViewState, Worker};
use phantomos::scenario::view_spec::Arrangement;
use phantomos::scenario::{Blueprint, load};

use crate::dashboard::{harness, state_of, with_display};
use crate::time_machine::worker;

/// Writes a scene of so many phases with the edges of a text, and more of its parts.
fn write(at: &Path, count: usize, edges: &str, more: &str) -> PathBuf {
    std::fs::write(at.join("edges.csv"), edges).unwrap();
    let text = format!(
        "(version: 2, name: \"own\", seed: 3, ticks: 100, clock: (dt_s: 0.01),
          graph: (kind: EdgeList(path: \"edges.csv\")),
          populations: [(name: \"all\", count: {count}, coupling: 0.05, model: Kuramoto())],
          {more})"
    );
    let path = at.join("own.ron");
    std::fs::write(&path, text).unwrap();
    path
}

/// All pairs of the first so many vertices, both ways.
fn all_to_all(n: usize) -> String {
    let mut text = String::new();
    for b in 0..n {
        for a in 0..b {
            writeln!(text, "{a} {b}\n{b} {a}").unwrap();
        }
    }
    text
}

/// Every text that is on the screen.
fn texts(state: ViewState) -> Vec<String> {
    let harness = harness(state);
    let nodes = harness.root().children_recursive();
    let said = nodes.filter_map(|node| {
        let node = node.accesskit_node();
        node.label().or_else(|| node.value())
    });
    said.collect()
}

fn holds(texts: &[String], wanted: &str) {
    let found = texts.iter().any(|text| text.contains(wanted));
    assert!(found, "{wanted:?} in {texts:#?}");
}

fn only(state: &mut ViewState, pane: Pane) {
    state.layout.tree = egui_tiles::Tree::new_tabs("panels", vec![pane]);
}

#[test]
fn the_window_counts_edges_in_the_words_of_the_check() {
    let place = tempfile::tempdir().unwrap();
    let path = write(place.path(), 32, &all_to_all(30), "");
    let check = crate::fixtures::phantom(&["check", &path.display().to_string()]);
    let words = "870 directed edges (435 pairs)";
    assert!(
        String::from_utf8_lossy(&check.stdout).contains(words),
        "{check:?}"
    );
    let mut state = state_of(&path, 3);
    only(&mut state, Pane::Graph);
    holds(&texts(state), &format!("32 vertices, {words}"));
    let mut state = state_of(&path, 3);
    only(&mut state, Pane::Selection);
    holds(&texts(state), "29 directed edges in");
}

#[test]
fn two_lone_vertices_are_beside_the_others_and_none_covers_another() {
    let place = tempfile::tempdir().unwrap();
    let state = state_of(&write(place.path(), 32, &all_to_all(30), ""), 1);
    let facts = &state.view.as_ref().unwrap().facts;
    let mut layout = GraphLayout::new(32, &facts.edges);
    while !layout.is_settled() {
        layout.advance();
    }
    let places = layout.places();
    let most = places.iter().flatten().copied().fold(0.0, f32::max);
    let least = least_distance(&places);
    assert!(
        least >= 0.99 * LEAST && least > 0.07 * most,
        "{least} of {most}"
    );
}

#[test]
fn names_from_the_file_stand_wherever_a_vertex_is_named() {
    let place = tempfile::tempdir().unwrap();
    let edges = "source,target\nV1,MT\nMT,V1\nMT,FEF\nFEF,PFC\nPFC,MT\nFEF,V1\n";
    let path = write(place.path(), 4, edges, "");
    let mut state = state_of(&path, 3);
    let facts = state.view.as_ref().unwrap().facts.clone();
    assert_eq!(facts.edges_shown(), "6 directed edges");
    let selected = facts.name_of(3);
    assert!(
        selected.starts_with("v3 \"") && selected.ends_with('"'),
        "{selected}"
    );
    only(&mut state, Pane::Selection);
    let said = texts(state);
    holds(&said, &selected);
    let row = facts.names.iter().filter(|name| {
        let quoted = format!("\"{name}\"");
        said.iter().any(|text| text.contains(&quoted))
    });
    assert!(row.count() >= 2, "its neighbours have theirs: {said:?}");
}

#[test]
fn the_scenes_panel_lists_what_the_files_were_read_as() {
    let place = tempfile::tempdir().unwrap();
    let edges = "source,target\nV1,MT\nMT,V1\nMT,FEF\n";
    let path = write(place.path(), 3, edges, "");
    let lines = Blueprint::new(load(&path, &[]).unwrap())
        .unwrap()
        .inputs
        .lines();
    assert!(lines.len() > 1, "{lines:?}");
    let mut state = state_of(&path, 1);
    only(&mut state, Pane::Scenes);
    let said = texts(state);
    holds(&said, "Files");
    holds(&said, &lines[0]);
    for note in &lines[1..] {
        holds(&said, note.trim_start_matches("edges.csv: "));
    }
    let mut state = state_of(&crate::fixtures::scene("hello"), 1);
    only(&mut state, Pane::Scenes);
    assert!(!texts(state).iter().any(|text| text == "Files"));
}

fn until(worker: &Worker, state: &mut ViewState, wanted: impl Fn(&ViewState) -> bool) {
    let begun = Instant::now();
    loop {
        worker.exchange(state);
        if wanted(state) {
            return;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "{:?}",
            state.told
        );
        std::thread::sleep(Duration::from_millis(3));
    }
}

#[test]
fn an_edge_that_the_schedule_cuts_is_no_longer_counted_until_one_goes_back() {
    let place = tempfile::tempdir().unwrap();
    let cut = "schedule: [At(at_s: 0.5, then: [Edge(source: 1, target: 0, weight: 0.0)])]";
    let path = write(place.path(), 5, &all_to_all(5), cut);
    let worker = worker(&path, Some(90));
    let mut state = ViewState::new();
    let at = |state: &ViewState, tick: u64| {
        let view = state.view.as_ref();
        let found = view.filter(|view| view.tick == tick);
        found.map(|view| view.facts.edges_shown())
    };
    until(&worker, &mut state, |state| at(state, 90).is_some());
    assert_eq!(at(&state, 90).as_deref(), Some("19 directed edges"));
    state.orders = vec![Order::Seek(20)];
    until(&worker, &mut state, |state| at(state, 20).is_some());
    assert_eq!(
        at(&state, 20).as_deref(),
        Some("20 directed edges (10 pairs)")
    );
}

#[test]
fn the_end_is_told_no_sooner_than_the_view_of_it_is_taken() {
    let place = tempfile::tempdir().unwrap();
    let path = write(place.path(), 5, &all_to_all(5), "");
    let worker = worker(&path, Some(50));
    // The window takes long to open, and the run is over by then.
    std::thread::sleep(Duration::from_millis(400));
    let mut state = ViewState::new();
    until(&worker, &mut state, |state| {
        let tick = state.view.as_ref().map_or(0, |view| view.tick);
        assert!(state.verdict.is_none() || tick == 50, "ended at {tick}");
        state.verdict.is_some()
    });
}

fn phantom_in(place: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phantom"));
    command
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .current_dir(place);
    command
}

#[test]
fn a_picture_beyond_the_end_is_refused_with_both_numbers() {
    let place = tempfile::tempdir().unwrap();
    let path = write(place.path(), 5, &all_to_all(5), "");
    let picture = |more: &[&str]| {
        let mut command = phantom_in(place.path());
        command.arg(&path).args(["--screenshot", "picture.png"]);
        let done = command.args(more).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        (done.status.code(), said)
    };
    let (code, said) = picture(&["--at", "5000"]);
    assert_eq!(code, Some(3), "{said}");
    for wanted in ["ends after 100 ticks", "--at 5000", "--set ticks=5000"] {
        assert!(said.contains(wanted), "{said}");
    }
    // Neither the last tick nor a longer scene is refused for it: here, there is no display.
    for more in [
        &["--at", "100"][..],
        &["--at", "5000", "--set", "ticks=5000"],
    ] {
        let (code, said) = picture(more);
        assert_eq!(code, Some(7), "{said}");
        assert!(said.contains("there is no display"), "{said}");
    }
}

/// Where Xvfb is: neither the libraries below nor the window say anything when all is well.
#[test]
fn a_picture_is_taken_without_a_word_although_there_is_no_runtime_directory() {
    let Some(mut command) = with_display() else {
        return;
    };
    let place = tempfile::tempdir().unwrap();
    let path = write(place.path(), 32, &all_to_all(30), "");
    let file = place.path().join("picture.png");
    let done = command
        .arg(env!("CARGO_BIN_EXE_phantom"))
        .arg(&path)
        .args([
            "--at",
            "50",
            "--layout",
            Arrangement::Overview.name(),
            "--screenshot",
        ])
        .arg(&file)
        .env_remove("XDG_RUNTIME_DIR")
        .env_remove("WAYLAND_DISPLAY")
        .current_dir(place.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    let own = |line: &str| line.starts_with(&path.display().to_string());
    assert!(
        said.lines().all(own),
        "only what the file was read as: {said}"
    );
    assert!(done.status.success() && file.is_file(), "{done:?}");
}
