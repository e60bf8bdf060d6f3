//! Runs under abuse: each test stands for a kind of fault that once was there.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use phantomos::base::{Cancel, CancelCause, Input};
use phantomos::kernel::{SimError, SimOptions, Simulation};
use phantomos::scenario::{Blueprint, parse};

use crate::fixtures::{phantom, run, scene};
use crate::plant_steps::build;

fn verify(folder: &Path) -> (i32, String) {
    let done = phantom(&["verify", &folder.display().to_string()]);
    let text = [done.stdout, done.stderr].concat();
    let said = String::from_utf8_lossy(&text).into_owned();
    (done.status.code().unwrap_or(-1), said)
}

fn digest(text: &str, sets: &[(&str, &str)], ticks: u64) -> String {
    let mut simulation = build(text, sets).unwrap();
    for _ in 0..ticks {
        simulation.step().unwrap();
    }
    simulation.digest().to_string()
}

/// Asserts that a scene gives one digest on any number of nodes.
fn same_on_nodes(text: &str, ticks: u64) {
    let alone = digest(text, &[("cluster.nodes", "1")], ticks);
    for nodes in ["2", "3", "4"] {
        for placement in ["Blocks", "RoundRobin"] {
            let sets = [("cluster.nodes", nodes), ("cluster.placement", placement)];
            assert_eq!(digest(text, &sets, ticks), alone, "{nodes} {placement}");
        }
    }
}

#[test]
fn a_replayed_run_writes_its_inputs_and_can_be_verified() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"(version: 2, name: "live", ticks: 40, live: true, clock: (dt_s: 0.001),
        populations: [(name: "a", count: 6, coupling: 0.4, model: Kuramoto())],
        sensors: [(name: "host", device: Host(readings: [CpuLoad], period_ticks: 3))],
        signal: (window: 16, segment: 8, hop: 1))"#;
    let file = folder.path().join("live.ron");
    fs::write(&file, text).unwrap();
    let (_, code, first) = run(&file, &[]);
    assert_eq!(code, 0);
    let inputs = |at: &Path| fs::read_to_string(at.join("inputs.jsonl")).unwrap();
    assert!(inputs(first.path()).lines().count() >= 13);
    let replayed = first.path().display().to_string();
    let (_, code, second) = run(&file, &["--replay", &replayed]);
    assert_eq!(code, 0);
    assert_eq!(inputs(first.path()), inputs(second.path()));
    for out in [&first, &second] {
        let (code, said) = verify(out.path());
        assert_eq!(code, 0, "{said}");
    }
    let third = folder.path().join("third").display().to_string();
    let done = phantom(&["replay", &replayed, "--out", &third]);
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    assert_eq!(verify(Path::new(&third)).0, 0);
    let itself = phantom(&["replay", &replayed, "--out", &replayed, "--force"]);
    assert_eq!(itself.status.code(), Some(7));
    let beyond = phantom(&["replay", &replayed, "--to", "41"]);
    assert_eq!(beyond.status.code(), Some(3));
}

#[test]
fn what_was_deleted_emptied_or_forged_is_named() {
    let (_, code, out) = run(&scene("hello"), &["--ticks", "150"]);
    assert_eq!(code, 0);
    assert_eq!(verify(out.path()).0, 0);
    let names = [
        "metrics.csv",
        "events.jsonl",
        "commands.csv",
        "inputs.jsonl",
        "scene.resolved.ron",
        "manifest.json",
    ];
    for name in names {
        let file = out.path().join(name);
        let whole = fs::read(&file).unwrap();
        let mut forged = whole.clone();
        let at = forged.iter().rposition(u8::is_ascii_digit);
        if let Some(at) = at {
            forged[at] = if forged[at] == b'7' { b'8' } else { b'7' };
        } else {
            forged.extend(b"{}\n");
        }
        for spoilt in [None, Some(Vec::new()), Some(forged)] {
            let done = match &spoilt {
                None => fs::remove_file(&file),
                Some(bytes) => fs::write(&file, bytes),
            };
            done.unwrap();
            let is_same = spoilt.as_ref() == Some(&whole);
            let (code, said) = verify(out.path());
            // The last digit of a manifest is that of a wall time or a hash.
            if name == "manifest.json" && code == 0 {
                continue;
            }
            assert!(is_same || code == 6, "{name}: {code} {said}");
            // A forged hash in the manifest is told of the file that it is of.
            let named = said.contains(name) || name == "manifest.json";
            assert!(is_same || named, "{name}: {said}");
            fs::write(&file, &whole).unwrap();
        }
        fs::write(&file, &whole).unwrap();
    }
    // A forgery that covers its tracks in the manifest is found by running.
    let file = out.path().join("metrics.csv");
    let text = fs::read_to_string(&file).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    let last = lines.pop().unwrap();
    let forged = format!(
        "{}\n{}\n",
        lines.join("\n"),
        last.replacen("cluster,", "cluster,9", 1)
    );
    fs::write(&file, &forged).unwrap();
    let manifest = out.path().join("manifest.json");
    let mut claims: serde_json::Value =
        serde_json::from_slice(&fs::read(&manifest).unwrap()).unwrap();
    claims["files"]["metrics.csv"]["bytes"] = forged.len().into();
    let hash = xxhash_rust::xxh3::xxh3_64(forged.as_bytes());
    claims["files"]["metrics.csv"]["xxh3"] = format!("{hash:016x}").into();
    fs::write(&manifest, claims.to_string()).unwrap();
    let (code, said) = verify(out.path());
    assert_eq!(code, 6, "{said}");
    assert!(said.contains("metrics.csv line 151"), "{said}");
}

#[test]
fn a_folder_is_not_shared_and_a_name_with_a_comma_keeps_its_column() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("comma.ron");
    let text = |name: &str| {
        format!(
            r#"(version: 2, name: "comma", ticks: 30, record: (plant: true),
                populations: [(name: {name:?}, count: 4, model: Kuramoto())])"#
        )
    };
    fs::write(&file, text("a,\"b\"")).unwrap();
    let out = home.path().join("out");
    let (shown, place) = (file.display().to_string(), out.display().to_string());
    let go = |more: &[&str]| {
        let mut all = vec!["run", &shown, "--out", &place];
        all.extend(more);
        phantom(&all).status.code()
    };
    assert_eq!(go(&[]), Some(0));
    let rows = crate::fixtures::metrics(&out);
    assert!(rows.iter().any(|row| row["scope"] == "a,\"b\""));
    assert_eq!(verify(&out).0, 0);
    assert_eq!(go(&["--seed", "7"]), Some(7));
    assert_eq!(verify(&out).0, 0, "the first run is as it was");
    assert_eq!(go(&["--seed", "7", "--force"]), Some(0));
    assert_eq!(verify(&out).0, 0);
    for name in ["c\nd", "c\u{1b}[31md", "c\rd"] {
        fs::write(&file, text(name)).unwrap();
        assert_eq!(
            phantom(&["check", &shown]).status.code(),
            Some(3),
            "{name:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn runs_that_are_killed_can_be_repeated() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("busy.ron");
    let text = r#"(version: 2, name: "busy", ticks: 100000000, live: true, clock: (dt_s: 0.0002),
        graph: (kind: Ring(neighbors: 2)),
        populations: [(name: "a", count: 40, coupling: 0.4, model: Kuramoto())],
        sensors: [
            (name: "host", device: Host(readings: [CpuLoad, MemoryUsed], period_ticks: 1)),
            (name: "probe", device: Probe(vertices: Spread(3))),
        ],
        signal: (window: 16, segment: 8, hop: 1),
        control: (loops: [(name: "l", setpoint: 0.9, law: Pid(kp: 1.0))]),
        record: (plant: true, edges: true))"#;
    fs::write(&file, text).unwrap();
    for (k, signal) in ["-KILL", "-TERM", "-HUP", "-KILL"].iter().enumerate() {
        let out = home.path().join(format!("run{k}"));
        let mut child = Command::new(env!("CARGO_BIN_EXE_phantom"))
            .arg("run")
            .arg(&file)
            .arg("--out")
            .arg(&out)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(700 + 130 * k as u64));
        let pid = child.id().to_string();
        let sent = Command::new("kill").args([signal, pid.as_str()]).status();
        assert!(sent.unwrap().success());
        let begun = Instant::now();
        let status = child.wait().unwrap();
        assert!(begun.elapsed() < Duration::from_secs(1));
        if *signal != "-KILL" {
            assert_eq!(status.code(), Some(130));
        }
        let (code, said) = verify(&out);
        assert_eq!(code, 0, "{signal}: {said}");
        let rows = crate::fixtures::metrics(&out);
        assert!(rows.len() > 20, "{signal}: {} rows", rows.len());
    }
}

#[test]
fn edges_with_delays_are_observed_alike_on_any_nodes() {
    same_on_nodes(
        r#"(version: 2, name: "d", ticks: 30, seed: 2,
        graph: (kind: Ring(neighbors: 2), delay: Uniform(0.02)),
        populations: [(name: "p", count: 10, coupling: 0.1,
            model: Kuramoto(omega: Constant(1.0), phase: Uniform(low: 0.0, high: 0.5)))],
        dynamics: (integrator: EulerMaruyama), record: (plant: true, edges: true),
        scheduler: (script: [(tick: 10, vertex: 0, to: 1)]),
        crossings: [(name: "c", of: Metric(metric: "local_order"), level: 0.95,
            direction: Falling, then: [Set(path: "populations[0].coupling", value: 2.0)])])"#,
        30,
    );
}

#[test]
fn an_edge_shows_what_is_heard_when_the_tick_ends() {
    // Two phases of rates 1 and 2 that do not pull: the first hears the second as it was 0.1 s ago.
    for (integrator, substeps) in [("Rk4", 1), ("EulerMaruyama", 1), ("StochasticHeun", 3)] {
        let text = format!(
            r#"(version: 2, name: "late", clock: (dt_s: 0.02, substeps: {substeps}),
            graph: (kind: Complete, delay: Uniform(0.1)),
            populations: [(name: "p", count: 2, coupling: 1e-4, model: Kuramoto(
                omega: Values([1.0, 2.0]), phase: Constant(0.0)))],
            dynamics: (integrator: {integrator}), record: (plant: true, edges: true))"#
        );
        let mut simulation = build(&text, &[]).unwrap();
        for _ in 0..30 {
            simulation.step().unwrap();
        }
        let t = simulation.clock().time_s();
        let apart = [2.0 * (t - 0.1) - t, (t - 0.1) - 2.0 * t];
        let energy = |x: f64| 0.5 * 1e-4 * (1.0 - phantomos::base::num::cos(x));
        let expected = (energy(apart[0]) + energy(apart[1])) / 2.0;
        let rows = simulation.take_records().rows;
        let found = rows.last().unwrap().value("coupling_energy").unwrap();
        assert!(
            (found - expected).abs() < 2e-3 * expected,
            "{integrator}: {found} {expected}"
        );
    }
}

#[test]
fn many_sensed_populations_fit_a_small_bus_on_any_nodes() {
    let populations: Vec<String> = (0..20)
        .map(|k| {
            let model = "Kuramoto(omega: Normal(mean: 1.0, sd: 0.5))";
            format!("(name: \"p{k}\", count: 2, coupling: 0.5, model: {model})")
        })
        .collect();
    let text = format!(
        r#"(version: 2, name: "many", populations: [{}],
        graph: (kind: Ring(neighbors: 2)),
        sensors: [(name: "m", device: Mean()), (name: "c", device: Probe(), scope: "cluster")],
        signal: (window: 16, segment: 8, hop: 1),
        field: (kind: Synthesis(gain: 1.0, modes: 4), felt_gain: 0.5), bus: (capacity: 16))"#,
        populations.join(", ")
    );
    same_on_nodes(&text, 60);
}

#[test]
fn the_least_vertex_that_is_lost_is_named_wherever_it_lives() {
    same_on_nodes(
        r#"(version: 2, name: "lost", populations: [
            (name: "a", count: 9, model: Harmonic(x: Constant(1.0))),
            (name: "b", count: 2, model: Harmonic(omega: Constant(40.0),
                x: Uniform(low: -1.7e308, high: 1.7e308)))])"#,
        12,
    );
}

#[test]
fn what_is_recorded_decides_nothing() {
    let text = r#"(version: 2, name: "often", seed: 4, graph: (kind: Ring(neighbors: 2)),
        populations: [(name: "p", count: 12, coupling: 0.8,
            model: Kuramoto(omega: Normal(mean: 1.0, sd: 0.2)))],
        record: (plant: true),
        crossings: [(name: "c", of: Metric(metric: "order"), level: 0.6, direction: Either,
            then: [Set(path: "populations[0].coupling", value: 2.0)])])"#;
    let base = digest(text, &[], 420);
    for every in ["7", "50", "399"] {
        assert_eq!(digest(text, &[("record.every_ticks", every)], 420), base);
    }
}

#[test]
fn an_edited_limit_clamps_the_field_too() {
    let text = r#"(version: 2, name: "clamp", seed: 5,
        populations: [(name: "p", count: 8, model: Harmonic(omega: Constant(6.3)))],
        field: (kind: Wave(modes: 4, source_gain: 50.0)),
        safety: (max_amplitude: 1000.0, on_excess: Clamp, amplitude_severity: Warning))"#;
    let mut simulation = build(text, &[]).unwrap();
    let peak = |simulation: &Simulation| {
        let amplitudes = simulation.aggregator().field.amplitudes.iter();
        amplitudes.fold(0.0, |peak: f64, q| peak.max(q.abs()))
    };
    for _ in 0..30 {
        simulation.step().unwrap();
    }
    let before = peak(&simulation);
    let mut set = |limit: f64| {
        let path = "safety.max_amplitude".to_owned();
        simulation
            .push_input(0, Input::Set { path, value: limit })
            .unwrap();
        simulation.step().unwrap();
        peak(&simulation)
    };
    assert!(before > 0.0);
    assert!(set(before / 100.0) <= before / 100.0);
    assert!(
        set(1000.0) > before / 100.0,
        "a limit that is raised lets it grow"
    );
}

#[test]
fn a_tick_of_a_million_steps_stops_when_asked() {
    let text = r#"(version: 2, name: "long", clock: (dt_s: 1e-6, substeps: 1000000),
        graph: (kind: Ring(neighbors: 2)),
        populations: [(name: "p", count: 300, coupling: 0.1, model: Kuramoto())],
        cluster: (nodes: {nodes}))"#;
    for nodes in ["1", "3"] {
        let text = text.replace("{nodes}", nodes);
        let loaded = parse(&text, "long", Path::new("."), &[]).unwrap();
        let cancel = Cancel::default();
        let options = SimOptions {
            cancel: cancel.clone(),
            ..SimOptions::default()
        };
        let mut simulation = Simulation::new(Blueprint::new(loaded).unwrap(), options).unwrap();
        let begun = Instant::now();
        let asks = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            cancel.request(CancelCause::TimeLimit);
        });
        let ended = simulation.step().unwrap_err();
        assert!(
            matches!(ended, SimError::Cancelled { tick: 0, .. }),
            "{ended}"
        );
        assert!(begun.elapsed() < Duration::from_millis(1300));
        asks.join().unwrap();
        assert_eq!(simulation.clock().tick, 0);
    }
}

#[test]
fn a_run_ends_at_its_time_limit_wherever_it_is() {
    let home = tempfile::tempdir().unwrap();
    let text = [
        // Asleep until the next tick of a live run.
        r#"(version: 2, name: "sleep", ticks: 10, live: true, clock: (dt_s: 1e300),
            populations: [(name: "a", count: 2, model: Kuramoto(omega: Constant(0.0)))],
            sensors: [(name: "h", device: Host(readings: [CpuLoad]))])"#,
        // In one tick.
        r#"(version: 2, name: "tick", ticks: 10, clock: (dt_s: 1e-9, substeps: 1000000),
            graph: (kind: Ring(neighbors: 5)),
            populations: [(name: "a", count: 2000, coupling: 0.1, model: Kuramoto())])"#,
        // In the making of the graph.
        r#"(version: 2, name: "build", ticks: 10, graph: (kind: Complete, capacity: 9000),
            populations: [(name: "a", count: 9000, coupling: 0.1, model: Kuramoto())])"#,
    ];
    for (k, text) in text.iter().enumerate() {
        let file = home.path().join(format!("{k}.ron"));
        fs::write(&file, text).unwrap();
        let out = home.path().join(format!("out{k}")).display().to_string();
        let begun = Instant::now();
        let shown = file.display().to_string();
        let done = phantom(&["run", &shown, "--out", &out, "--time-limit", "0.5"]);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(124), "{said}");
        assert!(begun.elapsed() < Duration::from_secs(2), "{said}");
    }
}

#[test]
fn a_run_that_breaks_off_leaves_what_came_before() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("blow.ron");
    let text = r#"(version: 2, name: "blow", ticks: 5000, record: (plant: true),
        dynamics: (integrator: DormandPrince), clock: (dt_s: 0.05),
        populations: [(name: "a", count: 2, model: StuartLandau(mu: Constant(-1.0),
            omega: Constant(0.0), x: Constant(0.1), y: Constant(0.0)))],
        graph: (kind: Complete, weight: -40.0),
        schedule: [At(at_s: 1.0, then: [Set(path: "populations[0].coupling", value: 1000000.0)])])"#;
    fs::write(&file, text).unwrap();
    let out = home.path().join("out");
    let (shown, place) = (file.display().to_string(), out.display().to_string());
    let done = phantom(&["run", &shown, "--out", &place, "--time-limit", "20"]);
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("manifest.json")).unwrap()).unwrap();
    let ticks = manifest["ticks"].as_u64().unwrap() as usize;
    let rows = crate::fixtures::metrics(&out);
    let last: usize = rows.last().unwrap()["tick"].parse().unwrap();
    assert_eq!(last, ticks, "{done:?}");
    let (code, said) = verify(&out);
    assert_eq!(code, 0, "{said}");
}
