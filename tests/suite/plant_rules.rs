//! Plastic edges, watched levels, and what is observed of edges and rates.

use phantomos::base::{Subject, num};
use phantomos::kernel::Simulation;
use phantomos::record::EventKind;

use super::plant_steps::{build, run};

const PLASTIC: &str = r#"(version: 2, name: "plastic", seed: 3, clock: (dt_s: 0.01),
    graph: (kind: WattsStrogatz(neighbors: 2, rewire: 0.1)),
    populations: [
        (name: "learning", count: 20, coupling: 0.4, plasticity: (rate: 0.5, gain: 1.5, shift: 0.3),
            model: Kuramoto(omega: Normal(mean: 1.0, sd: 0.2))),
        (name: "fixed", count: 12, coupling: 0.4, model: Kuramoto()),
    ],
    record: (plant: true, edges: true))"#;

fn value(simulation: &mut Simulation, scope: &str, column: &str) -> Option<f64> {
    let records = simulation.records_mut();
    let row = records
        .rows
        .iter()
        .rev()
        .find(|row| row.scope == scope)
        .unwrap();
    row.value(column)
}

#[test]
fn weights_follow_the_rule_and_the_fixed_ones_stay() {
    // Two phases that do not move: the weight relaxes to a cos(θj − θi + β) exactly.
    let still = r#"(version: 2, name: "still", clock: (dt_s: 0.01), graph: (kind: Complete, weight: 0.2),
        populations: [(name: "a", count: 2, plasticity: (rate: 0.5, gain: 1.5, shift: 0.3),
            model: Kuramoto(omega: Constant(0.0), phase: Values([0.0, 1.0])))])"#;
    let mut simulation = run(still, &[], 200);
    for image in simulation.vertex_images() {
        let turned = if image.vertex.index() == 0 { 1.0 } else { -1.0 };
        let target = 1.5 * num::cos(turned + 0.3);
        let expected = target + (0.2 - target) * num::exp(-0.5 * 2.0);
        let found = image.row.iter().next().unwrap().weight;
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
    let mut whole = run(PLASTIC, &[], 100);
    for image in whole.vertex_images() {
        let changed = image.row.iter().all(|entry| { entry.weight } != 1.0);
        assert_eq!(changed, image.vertex.index() < 20, "{}", image.vertex);
    }
}

#[test]
fn weights_of_oscillators_learn_too_and_their_pull_follows() {
    let springs = r#"(version: 2, name: "springs", clock: (dt_s: 0.01), graph: (kind: Complete),
        populations: [(name: "a", count: 3, coupling: 1.0, plasticity: (rate: 50.0, gain: 0.0),
            model: Harmonic(omega: Constant(0.0), gamma: Constant(0.0), x: Values([0.0, 1.0, 3.0])))])"#;
    // Without gain every weight dies out within a fraction of a second, and with it all force.
    let mut simulation = run(springs, &[], 100);
    let before = simulation.vertex_states();
    for _ in 0..100 {
        simulation.step().unwrap();
    }
    for (was, is) in before.iter().zip(simulation.vertex_states()) {
        assert!((is[0] - was[0] - is[1]).abs() < 1e-9 && (is[1] - was[1]).abs() < 1e-12);
    }
}

#[test]
fn placement_migration_and_restores_change_no_weight() {
    let expected = run(PLASTIC, &[("cluster.nodes", "1")], 120).digest();
    let script = "[(tick: 30, vertex: 2, to: 0), (tick: 31, vertex: 25, to: 1)]";
    for nodes in ["2", "3", "8"] {
        let sets = [("cluster.nodes", nodes), ("scheduler.script", script)];
        assert_eq!(run(PLASTIC, &sets, 120).digest(), expected, "{nodes} nodes");
    }
    let mut simulation = run(PLASTIC, &[], 60);
    let frame = simulation.frame(None).unwrap();
    for _ in 0..60 {
        simulation.step().unwrap();
    }
    let later = simulation.frame(Some(&frame)).unwrap();
    assert_eq!(simulation.digest(), expected);
    simulation.go_to(&frame).unwrap();
    for _ in 0..60 {
        simulation.step().unwrap();
    }
    assert_eq!(simulation.digest(), expected);
    simulation.go_to(&later).unwrap();
    assert_eq!(simulation.digest(), expected);
    let other = [(
        "populations[0].plasticity",
        "(rate: 0.5, gain: 1.5, shift: 0.31)",
    )];
    assert_ne!(run(PLASTIC, &other, 120).digest(), expected);
}

#[test]
fn rates_edges_and_local_order_are_what_they_are_called() {
    let mut simulation = run(PLASTIC, &[("cluster.nodes", "3")], 200);
    let before = simulation.vertex_states();
    simulation.step().unwrap();
    let after = simulation.vertex_states();
    let rates: Vec<f64> = before
        .iter()
        .zip(&after)
        .take(20)
        .map(|(a, b)| (b[0] - a[0]) / 0.01)
        .collect();
    let mean = rates.iter().sum::<f64>() / 20.0;
    let square = rates
        .iter()
        .map(|rate| (rate - mean) * (rate - mean))
        .sum::<f64>()
        / 20.0;
    let images = simulation.vertex_images();
    let (mut energy, mut local) = (0.0, 0.0);
    for image in &images[..20] {
        let here = after[image.vertex.index()][0];
        let (mut s, mut c, mut sum) = (0.0, 0.0, 0.0);
        for entry in &image.row {
            let there = after[entry.source().index()][0];
            energy += 0.5 * 0.4 * entry.weight * (1.0 - num::cos(there - here)) / 20.0;
            s += entry.weight * num::sin(there);
            c += entry.weight * num::cos(there);
            sum += entry.weight.abs();
        }
        local += num::hypot(s, c) / sum / 20.0;
    }
    for (column, expected) in [
        ("frequency", mean),
        ("frequency_sd", square.sqrt()),
        ("coupling_energy", energy),
        ("energy", energy),
        ("local_order", local),
    ] {
        let found = value(&mut simulation, "learning", column).unwrap();
        assert!(
            (found - expected).abs() < 1e-8,
            "{column}: {found} {expected}"
        );
    }
    assert_eq!(value(&mut simulation, "learning", "own_energy"), None);
}

#[test]
fn a_lattice_of_springs_keeps_its_energy() {
    let lattice = r#"(version: 2, name: "lattice", clock: (dt_s: 0.01),
        graph: (kind: Lattice(rows: 6, columns: 6)),
        populations: [(name: "a", count: 36, coupling: 0.5, model: Harmonic(gamma: Constant(0.0)))],
        dynamics: (integrator: Leapfrog), record: (edges: true))"#;
    let mut simulation = run(lattice, &[], 1);
    let first = value(&mut simulation, "a", "energy").unwrap();
    for _ in 0..2000 {
        simulation.step().unwrap();
        let now = value(&mut simulation, "a", "energy").unwrap();
        assert!((now / first - 1.0).abs() < 2e-4, "{now} {first}");
    }
}

#[test]
fn a_crossing_is_told_with_its_time_and_what_follows_is_done() {
    let fall = r#"(version: 2, name: "fall", clock: (dt_s: 0.01), graph: (kind: Complete),
        populations: [(name: "a", count: 3, model: Kuramoto(omega: Constant(1.0), phase: Constant(0.0)))],
        crossings: [
            (name: "dark", of: Vertex(vertex: 1), level: 0.0, direction: Falling,
                then: [Kick(vertex: 2, first: 1.0), Edge(source: 0, target: 1, weight: 0.0)]),
            (name: "once", of: Vertex(vertex: 0, variable: First), level: 0.5, once: true),
        ])"#;
    let mut simulation = run(fall, &[], 700);
    let events = simulation.records_mut().events.clone();
    let dark: Vec<_> = events
        .iter()
        .filter(|event| event.about.is_called("dark"))
        .collect();
    // cos t falls through 0 at π/2, and again a turn later, which is after the end.
    assert_eq!(dark.len(), 1);
    assert_eq!(dark[0].tick, 157);
    let EventKind::Crossing { time_s: time, .. } = dark[0].data else {
        panic!("{:?}", dark[0]);
    };
    assert!((time - 0.5 * num::PI).abs() < 1e-5, "{time}");
    let once = events.iter().filter(|event| event.about.is_called("once"));
    assert_eq!(once.count(), 1);
    let states = simulation.vertex_states();
    assert!((states[2][0] - states[1][0] - 1.0).abs() < 1e-12);
    assert_eq!(simulation.vertex_images()[1].row.len(), 1);
    let expected = simulation.digest();
    assert_eq!(run(fall, &[("cluster.nodes", "3")], 700).digest(), expected);
    let refused = |sets: &[(&str, &str)]| build(fall, sets).err().unwrap();
    let nobody = [("crossings[0].then[0]", "Kick(vertex: 9, first: 1.0)")];
    assert!(refused(&nobody).contains("vertex v9, expected one below v3"));
    let load = [("crossings[0].of", "Metric(metric: \"load_max\")")];
    assert!(refused(&load).contains("expected one of entropy_nats"));
}

#[test]
fn a_mean_that_is_felt_on_other_nodes_only_is_the_same() {
    let cross = r#"(version: 2, name: "cross", clock: (dt_s: 0.01),
        populations: [
            (name: "a", count: 2, model: Kuramoto(omega: Constant(0.0), phase: Constant(0.0))),
            (name: "b", count: 2, mean_field: [(of: "a", strength: 2.0)],
                model: Kuramoto(omega: Constant(0.0), phase: Values([1.0, 2.0]))),
        ])"#;
    let expected = run(cross, &[("cluster.nodes", "1")], 300);
    assert!(expected.vertex_states()[3][0].abs() < 0.02);
    for nodes in ["2", "3", "4", "8"] {
        let spread = run(cross, &[("cluster.nodes", nodes)], 300);
        assert_eq!(spread.digest(), expected.digest(), "{nodes} nodes");
    }
}

#[test]
fn amplitudes_are_guarded_by_their_modulus_and_directed_graphs_keep_their_order() {
    let ring = r#"(version: 2, name: "ring", populations: [(name: "a", count: 2,
        model: StuartLandau(mu: Constant(0.0), omega: Constant(0.0), x: Constant(0.0), y: Constant(5.0)))],
        safety: (max_amplitude: 0.5, on_excess: Clamp, amplitude_severity: Warning))"#;
    let simulation = run(ring, &[], 3);
    for [x, y] in simulation.vertex_states() {
        assert!(num::hypot(x, y) <= 0.5 + 1e-12, "{x} {y}");
    }
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("chain.txt");
    std::fs::write(&list, "0 3\n3 1\n1 4\n4 2\n").unwrap();
    let chain = r#"(version: 2, name: "chain",
        populations: [(name: "a", count: 5, coupling: 1.0, model: Kuramoto())])"#;
    let kind = format!("EdgeList(path: {:?})", list.display().to_string());
    let digest = |order: &str| {
        let sets = [("graph.kind", kind.as_str()), ("dynamics.order", order)];
        run(chain, &sets, 40).digest()
    };
    assert_eq!(digest("Locality"), digest("Scene"));
}

#[test]
fn what_a_scene_does_to_itself_is_told_and_can_be_left_out() {
    let text = r#"(version: 2, name: "told", ticks: 60, clock: (dt_s: 0.1),
        populations: [(name: "a", count: 2, model: Kuramoto(phase: Values([3.0, 0.0])))],
        schedule: [At(at_s: 1.0, then: [Set(path: "populations[0].coupling", value: 0.5)])],
        crossings: [(name: "first", of: Vertex(vertex: 0, variable: First), level: 3.05,
            then: [Kick(vertex: 1, first: 2.0)])])"#;
    let folder = tempfile::tempdir().unwrap();
    let scene = folder.path().join("told.ron");
    std::fs::write(&scene, text).unwrap();
    let (_, code, out) = crate::fixtures::run(&scene, &[]);
    assert_eq!(code, 0);
    let events = std::fs::read_to_string(out.path().join("events.jsonl")).unwrap();
    // The level is crossed within the first tick.
    assert!(
        events.contains("first of v0 crossed 3.05 at t = 0.0"),
        "{events}"
    );
    assert!(events.contains("\"cause\":\"crossing\"") && events.contains("\"cause\":\"schedule\""));
    let digest = |what: &str| {
        let out = out.path().display().to_string();
        let done = crate::fixtures::phantom(&["replay", &out, "--without", what]);
        assert_eq!(done.status.code(), Some(0), "{done:?}");
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        said.split("digest ").nth(1).unwrap()[..32].to_owned()
    };
    let bare = |cut: &str, simulation: &str| {
        let text = text.replace(cut, simulation);
        run(&text, &[], 60).vertex_states()
    };
    assert_ne!(digest("0:first"), digest("10:populations[0].coupling"));
    assert_ne!(
        bare("then: [Kick(vertex: 1, first: 2.0)]", ""),
        run(text, &[], 60).vertex_states()
    );
}

#[test]
fn metrics_that_cannot_be_are_not_waited_for() {
    let text = r#"(version: 2, name: "blind", populations: [(name: "a", count: 2, model: Kuramoto())],
        assertions: [(metric: "field_energy", at_least: 0.0)],
        crossings: [(name: "never", of: Metric(metric: "field_rms"), level: 1.0)])"#;
    let refused = build(text, &[]).err().unwrap();
    for metric in ["field_energy", "field_rms"] {
        let text = format!("{metric} without a field of kind Grid");
        assert!(refused.contains(&text), "{refused}");
    }
}

#[test]
fn a_field_that_is_clamped_raises_its_alert() {
    let text = r#"(version: 2, name: "loud", clock: (dt_s: 0.01),
        field: (kind: Wave(modes: 4, source_gain: 100.0)),
        populations: [(name: "a", count: 8, model: Kuramoto(phase: Constant(0.0)))],
        safety: (max_amplitude: 0.5, on_excess: Clamp, amplitude_severity: Stop))"#;
    let mut simulation = build(text, &[]).unwrap();
    for _ in 0..200 {
        simulation.step().unwrap();
    }
    let events = &simulation.records_mut().events;
    let alert = events
        .iter()
        .find(|event| event.data.name() == "alert" && event.about == Subject::Field);
    let alert = alert.expect("an alert of the field");
    assert!(alert.action.contains("clamped; stop"), "{alert:?}");
}
