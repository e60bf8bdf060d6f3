//! The panels, driven without a window, and the window itself where there is a display.

use std::sync::Arc;

use bevy_egui::egui::{self, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use phantomos::dashboard::commands::{Command, all};
use phantomos::dashboard::controls::dashboard;
use phantomos::dashboard::layout::Layout;
use phantomos::dashboard::panels::{Pane, help_of, title_of};
use phantomos::dashboard::sensed::{SensedWindow, sensed_scopes};
use phantomos::dashboard::state::Request;
use phantomos::dashboard::theme;
use phantomos::dashboard::view::{BranchView, TimeView, View, facts, field_column};
use phantomos::dashboard::worker::News;
use phantomos::dashboard::{Order, ViewState};
use phantomos::kernel::{SimOptions, Simulation};
use phantomos::scenario::view_spec::Arrangement;
use phantomos::scenario::{Blueprint, load};
use phantomos::signal::metrics::PEAK;

use crate::fixtures::{metrics, phantom, run, scene};

/// A dashboard of a scene after some ticks.
pub fn state_after(name: &str, ticks: u64) -> ViewState {
    state_of(&scene(name), ticks)
}

/// A dashboard of a scene's file after some ticks.
pub fn state_of(path: &std::path::Path, ticks: u64) -> ViewState {
    let loaded = load(path, &[]).unwrap();
    let blueprint = Blueprint::new(loaded).unwrap();
    let mut simulation = Simulation::new(blueprint, SimOptions::default()).unwrap();
    let mut state = ViewState::new();
    state.take_news(News::Restarted {
        every: 1,
        tick_s: simulation.clock().tick_s(),
    });
    let scopes = sensed_scopes(&mut simulation);
    for _ in 0..ticks {
        simulation.step().unwrap();
        let tick = simulation.clock().tick;
        let field = field_column(&simulation.aggregator().field);
        state.take_news(News::Field(0, tick, field));
        for (number, own) in scopes.iter().enumerate() {
            if let Some(frame) = own.frame(&mut simulation, usize::MAX) {
                state.take_news(News::Samples(0, number, tick, frame));
            }
        }
    }
    let rows = std::mem::take(&mut simulation.records_mut().rows);
    let events = std::mem::take(&mut simulation.records_mut().events);
    for row in rows {
        state.take_news(News::Row(0, row));
    }
    for event in events {
        state.take_news(News::Event(0, event));
    }
    let facts = Arc::new(facts(&mut simulation, 0));
    let selected = Some(phantomos::base::VertexId(3));
    let mut view = View::of(&mut simulation, &facts, selected);
    view.time = TimeView {
        branches: vec![BranchView {
            number: 0,
            parent: None,
            head: ticks,
        }],
        frames: vec![0],
        ..TimeView::default()
    };
    let shown = facts.sensed.iter().find(|own| own.name == state.scope);
    view.sensed = shown.and_then(|own| SensedWindow::of(own, &mut simulation).map(Arc::new));
    state.take_view(view);
    state
}

pub fn harness(state: ViewState) -> Harness<'static, ViewState> {
    sized(state, 1280.0, 800.0)
}

fn sized(state: ViewState, width: f32, height: f32) -> Harness<'static, ViewState> {
    let mut harness = Harness::builder()
        .with_size(egui::vec2(width, height))
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
    harness.get_by_label("field over time");
    harness.get_by_label("time bar: tick 400 of 400, branch A");
}

#[test]
fn hands_become_orders() {
    let mut harness = harness(state_after("hello", 60));
    for label in ["⏸ pause", "⏭ step", "×8", "◀ back", "fork", "on"] {
        harness.get_by_label(label).click();
        harness.run_steps(2);
    }
    let orders = &harness.state().orders;
    let off = Order::set("control.enabled", 0.0);
    let wanted = [
        Order::Pause,
        Order::Step,
        Order::Speed(8.0),
        Order::Back,
        Order::Fork,
        off,
    ];
    for order in wanted {
        assert!(orders.contains(&order), "{order:?} in {orders:?}");
    }
}

#[test]
fn every_panel_says_what_it_shows_in_every_state() {
    let scenes = [
        ("hello", 90),
        ("trip", 2100),
        ("cluster", 3),
        ("replay", 40),
        ("host", 5),
    ];
    let states = scenes.map(|(name, ticks)| state_after(name, ticks));
    for state in states.into_iter().chain([ViewState::new()]) {
        let mut harness = harness(state);
        for pane in Pane::all(&phantomos::scenario::Parts::default().metrics()) {
            let title = title_of(&pane, harness.state());
            let help = help_of(&pane, harness.state());
            assert!(help.len() > 40, "{title} explains itself");
            harness.state_mut().layout.tree = egui_tiles_of(pane);
            harness.run_steps(2);
            harness.get_by_label(&format!("panel {title}"));
        }
    }
}

fn egui_tiles_of(pane: Pane) -> egui_tiles::Tree<Pane> {
    egui_tiles::Tree::new_tabs("panels", vec![pane])
}

#[test]
fn presets_fit_small_and_large_windows_in_both_themes() {
    for arrangement in Arrangement::ALL {
        for (width, height, light) in [
            (1024.0, 640.0, false),
            (1920.0, 1080.0, true),
            (320.0, 240.0, true),
        ] {
            let mut state = state_after("hello", 60);
            state.layout.arrange(arrangement, None);
            state.look.light = light;
            let harness = sized(state, width, height);
            harness.get_by_label("panel parameters");
        }
    }
}

#[test]
fn the_palette_is_walked_by_keyboard_and_finds_every_command() {
    for spec in all() {
        let mut state = state_after("hello", 20);
        state.layout.toggle(Pane::Graph);
        let mut harness = harness(state);
        harness.state_mut().orders.clear();
        harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
        harness.run_steps(3);
        assert!(harness.state().palette.open, "Ctrl+P opens the palette");
        harness.state_mut().palette.text = format!("{} {}", spec.name, spec.help);
        harness.run_steps(2);
        let place = all()
            .iter()
            .filter(|other| {
                let text = format!("{} {}", other.name, other.help).to_lowercase();
                let words = format!("{} {}", spec.name, spec.help).to_lowercase();
                words.split_whitespace().all(|word| text.contains(word))
            })
            .position(|other| other.command == spec.command)
            .unwrap();
        for _ in 0..place {
            harness.key_press(Key::ArrowDown);
            harness.run_steps(1);
        }
        harness.key_press(Key::Enter);
        harness.run_steps(2);
        if spec.command != Command::Palette {
            assert!(!harness.state().palette.open, "{}", spec.name);
        }
        assert!(
            did_something(harness.state()),
            "{} does something",
            spec.name
        );
    }
}

/// Whether a command left a trace: an order, a request, a sentence or a changed view.
fn did_something(state: &ViewState) -> bool {
    let fresh = ViewState::new();
    !state.orders.is_empty()
        || !state.requests.is_empty()
        || !state.told.is_empty()
        || state.palette.open
        || state.look != fresh.look
        || state.plots.follow != fresh.plots.follow
        || state.plots.window_s.is_infinite()
        || state.help
        || state.tour.step > 0
        || state.layout.arrangement != fresh.layout.arrangement
        || state.question.is_some()
        || state.graph.arrangements() > 1
        || state.layout.has(&Pane::Graph)
}

#[test]
fn keys_do_what_the_list_says_but_not_while_typing() {
    let mut harness = harness(state_after("hello", 60));
    harness.state_mut().orders.clear();
    harness.key_press(Key::Period);
    harness.run_steps(2);
    assert_eq!(harness.state().orders, vec![Order::Step]);
    harness.key_press(Key::F12);
    harness.run_steps(2);
    let pictures = harness.state().requests.iter();
    assert!(pictures.clone().any(|r| matches!(r, Request::Picture(_))));
    harness.get_by_label("filter events").focus();
    harness.run_steps(2);
    harness.key_press(Key::Period);
    harness.key_press(Key::R);
    harness.run_steps(2);
    assert_eq!(
        harness.state().orders,
        vec![Order::Step],
        "a field has the keys"
    );
}

#[test]
fn every_control_has_a_name_for_who_cannot_see_it() {
    use egui::accesskit::Role;
    use egui_kittest::kittest::NodeT;
    for arrangement in Arrangement::ALL {
        let mut state = state_after("cluster", 3);
        state.layout.arrange(arrangement, None);
        let harness = harness(state);
        let mut seen = 0;
        for node in harness.root().children_recursive() {
            let node = node.accesskit_node();
            let controls = [
                Role::Button,
                Role::CheckBox,
                Role::Slider,
                Role::ComboBox,
                Role::TextInput,
            ];
            if controls.contains(&node.role()) {
                seen += 1;
                let named = node.label().is_some_and(|label| !label.trim().is_empty());
                assert!(
                    named,
                    "{:?} in {}: {:?}",
                    node.role(),
                    arrangement.name(),
                    node.value()
                );
            }
        }
        assert!(seen > 25, "{seen}");
    }
}

#[test]
fn a_layout_is_kept_for_its_scene() {
    let settings = tempfile::tempdir().unwrap();
    let mut layout = Layout::default();
    layout.toggle(Pane::plot(PEAK));
    layout.save("hello", settings.path()).unwrap();
    let scene_of = |name: &str| load(&scene(name), &[]).unwrap().scene;
    let back = Layout::for_scene(&scene_of("hello"), Some(settings.path()));
    assert!(back.has(&Pane::plot(PEAK)));
    let other = Layout::for_scene(&scene_of("cluster"), Some(settings.path()));
    assert!(!other.has(&Pane::plot(PEAK)));
    std::fs::write(settings.path().join("layouts/hello.ron"), "(").unwrap();
    assert!(Layout::for_scene(&scene_of("hello"), Some(settings.path())).has(&Pane::Graph));
    let fitting = Layout::for_scene(&scene_of("exact"), Some(settings.path()));
    assert_eq!(fitting.arrangement, Arrangement::Integration);
}

#[test]
fn the_copied_scene_has_the_values_that_were_set() {
    let place = tempfile::tempdir().unwrap();
    let mut state = state_after("hello", 10);
    state
        .edits
        .insert("populations[0].coupling".to_owned(), 0.625);
    state.edits.insert("control.enabled".to_owned(), 0.0);
    let text = state.scene_text().unwrap();
    let directory = std::path::Path::new(".");
    let back = phantomos::scenario::parse(&text, "copy", directory, &[]).unwrap();
    assert_eq!(back.scene.populations[0].coupling, 0.625);
    assert!(!back.scene.control.enabled);
    let (path, copied) = state.scene_copy().unwrap();
    assert!(path.ends_with("scenes/hello-2.ron") && copied == text);
    let said = state.save_scene(&place.path().join("mine.ron"), &copied);
    assert!(said.starts_with("scene saved as"), "{said}");
    assert_eq!(state.scenes.entries.len(), 1);
}

#[test]
fn faults_have_a_sentence_and_a_button() {
    let mut harness = harness(state_after("trip", 2100));
    harness.get_by_label("replay without the stop").click();
    harness.run_steps(2);
    let orders = &harness.state().orders;
    assert!(
        orders
            .iter()
            .any(|order| matches!(order, Order::Without(_))),
        "{orders:?}"
    );
    let mut state = state_after("hello", 20);
    if let Some(view) = &mut state.view {
        view.error = Some("tick 20, nodes: a system panicked".to_owned());
        view.scene_error = Some("scene.ron:3:1 expected a number\n  ^".to_owned());
    }
    let mut harness = self::harness(state);
    harness.get_by_label("back to the last good tick").click();
    harness.run_steps(2);
    assert!(harness.state().orders.contains(&Order::Recover));
    harness.get_by_label("show where").click();
    harness.run_steps(2);
}

/// Where a display or Xvfb is, the real window draws every series in its colour.
#[test]
fn a_real_window_shows_each_series_in_its_colour_in_every_preset_and_theme() {
    let all = [
        ("entropy", [230, 159, 0]),
        ("coherence", [86, 180, 233]),
        ("resonance", [0, 158, 115]),
    ];
    let dark = ["--layout", "overview"];
    picture(&dark, &all);
    picture(
        &["--layout", "overview", "--light", "--size", "1024x640"],
        &all,
    );
    picture(&["--layout", "field", "--size", "1600x900"], &all[1..]);
    picture(&["--layout", "field", "--light"], &all[1..]);
    picture(&["--layout", "cluster", "--light"], &all[1..2]);
    picture(&["--layout", "cluster"], &all[1..2]);
}

/// Takes a picture of hello and counts the pixels of each colour.
fn picture(how: &[&str], colors: &[(&str, [u8; 3])]) {
    let Some(mut command) = with_display() else {
        eprintln!("no Xvfb here: the real window is not tested");
        return;
    };
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("window.png");
    let done = command
        .arg(env!("CARGO_BIN_EXE_phantom"))
        .arg(scene("hello"))
        .args(how)
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
    let dark = !how.contains(&"--light");
    for (name, color) in colors {
        let [r, g, b] = *color;
        let drawn = theme::on_ground(egui::Color32::from_rgb(r, g, b), dark);
        let color = [drawn.r(), drawn.g(), drawn.b()];
        let near = |p: &image::Rgb<u8>| {
            p.0.iter()
                .zip(color)
                .all(|(a, b): (&u8, u8)| a.abs_diff(b) <= 12)
        };
        let count = image.pixels().filter(|pixel| near(pixel)).count();
        assert!(count >= 250, "{name} {how:?}: {count} pixels of its colour");
    }
}

pub fn with_display() -> Option<std::process::Command> {
    let found = std::process::Command::new("xvfb-run")
        .arg("--help")
        .output();
    found.ok().filter(|output| output.status.success())?;
    let mut command = std::process::Command::new("xvfb-run");
    command.args(["-a", "-s", "-screen 0 1920x1080x24"]);
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
