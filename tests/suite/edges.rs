//! The named limits, each at its edge, in a whole run.

use std::path::Path;

use phantomos::base::{Input, NodeId};
use phantomos::kernel::{KernelState, SimOptions, Simulation};
use phantomos::safety::SafetyHold;
use phantomos::scenario::{Blueprint, parse};

/// A scene whose one loop always commands `value`, with changes.
fn commanding(value: f64, extra: &str) -> Simulation {
    let text = format!(
        r#"(
            version: 2, name: "edge",
            graph: (kind: Ring(neighbors: 1)),
            populations: [(name: "p", count: 6, model: Kuramoto())],
            sensors: [(name: "probe", device: Probe())],
            signal: (window: 16, segment: 8, hop: 1),
            control: (loops: [(name: "l", law: Pid(feed_forward: {value:?}))]),
            {extra}
        )"#
    );
    let loaded = parse(&text, "edge.ron", Path::new("."), &[]).unwrap();
    Simulation::new(Blueprint::new(loaded).unwrap(), SimOptions::default()).unwrap()
}

fn run(simulation: &mut Simulation, ticks: u64) {
    for _ in 0..ticks {
        simulation.step().unwrap();
    }
}

fn acting(simulation: &mut Simulation) -> Option<f64> {
    simulation
        .cluster()
        .commands
        .values()
        .next()
        .map(phantomos::safety::SafeCommand::value)
}

#[test]
fn a_command_of_ten_passes_and_the_next_does_not() {
    let mut at_limit = commanding(10.0, "");
    run(&mut at_limit, 20);
    assert_eq!(acting(&mut at_limit), Some(10.0));
    assert_eq!(at_limit.records_mut().counts.alerts, 0);
    let mut beyond = commanding(10.0001, "");
    run(&mut beyond, 20);
    assert_eq!(acting(&mut beyond), None);
    assert_eq!(
        beyond.records_mut().counts.alerts,
        1,
        "one breach, one alert"
    );
    let mut clamped = commanding(10.0001, "safety: (on_excess: Clamp)");
    run(&mut clamped, 20);
    assert_eq!(acting(&mut clamped), Some(10.0));
    assert_eq!(clamped.records_mut().counts.alerts, 1);
}

#[test]
fn a_hold_reaches_every_node_within_one_tick() {
    let mut simulation = commanding(11.0, "safety: (energy_severity: Hold, hold_ticks: 5)");
    let mut raised = None;
    for _ in 0..30 {
        run(&mut simulation, 1);
        let tick = simulation.clock().tick;
        if raised.is_none() && simulation.records_mut().counts.alerts > 0 {
            raised = Some(tick);
            run(&mut simulation, 1);
            for node in 0..4 {
                let world = simulation.node_world(NodeId(node)).unwrap();
                assert_eq!(
                    world.resource::<SafetyHold>().until,
                    tick + 5,
                    "node {node}"
                );
            }
            break;
        }
    }
    assert!(raised.is_some());
}

#[test]
fn control_that_is_turned_off_leaves_the_plant_to_itself() {
    let mut simulation = commanding(4.0, "");
    run(&mut simulation, 40);
    assert_eq!(acting(&mut simulation), Some(4.0));
    let set = |value| Input::Set {
        path: "control.enabled".to_owned(),
        value,
    };
    simulation.push_input(0, set(0.0)).unwrap();
    run(&mut simulation, 3);
    assert_eq!(acting(&mut simulation), Some(0.0));
    let commands = simulation.loops()[0].memory.commands;
    run(&mut simulation, 20);
    assert_eq!(simulation.loops()[0].memory.commands, commands, "said once");
    simulation.push_input(0, set(1.0)).unwrap();
    run(&mut simulation, 10);
    assert_eq!(acting(&mut simulation), Some(4.0));
}

#[test]
fn an_operator_stop_drops_every_drive() {
    let mut simulation = commanding(2.0, "");
    run(&mut simulation, 20);
    simulation.push_input(20, Input::Stop).unwrap();
    run(&mut simulation, 2);
    assert_eq!(simulation.state(), KernelState::SafeStopped);
    for node in 0..4 {
        let world = simulation.node_world(NodeId(node)).unwrap();
        let mut drives = world.query::<&phantomos::field::Drive>();
        for drive in drives.iter(world) {
            assert_eq!(*drive, phantomos::field::Drive::default());
        }
    }
}

/// A still harmonic oscillator displaced by `x`.
fn displaced(x: f64, extra: &str) -> Simulation {
    let text = format!(
        r#"(
            version: 2, name: "edge",
            populations: [(name: "p", count: 1, model: Harmonic(
                omega: Constant(0.0), gamma: Constant(0.0), x: Constant({x:?}),
            ))],
            cluster: (nodes: 2),
            {extra}
        )"#
    );
    let loaded = parse(&text, "edge.ron", Path::new("."), &[]).unwrap();
    Simulation::new(Blueprint::new(loaded).unwrap(), SimOptions::default()).unwrap()
}

#[test]
fn a_displacement_of_a_thousand_is_allowed_and_more_stops_the_run() {
    let mut at_limit = displaced(1000.0, "");
    run(&mut at_limit, 5);
    assert_eq!(at_limit.state(), KernelState::Running);
    let mut beyond = displaced(1000.1, "");
    run(&mut beyond, 4);
    assert_eq!(beyond.state(), KernelState::SafeStopped);
    let warn = "safety: (on_excess: Clamp, amplitude_severity: Warning)";
    let mut clamped = displaced(1000.1, warn);
    run(&mut clamped, 5);
    assert_eq!(clamped.vertex_states()[0][0], 1000.0);
    assert_eq!(clamped.state(), KernelState::Running);
}

#[test]
fn a_state_that_is_not_a_number_stops_the_run() {
    let mut simulation = displaced(1.0, "");
    let write = Input::Write {
        vertex: phantomos::base::VertexId(0),
        first: f64::NAN,
        second: 0.0,
    };
    simulation.push_input(2, write).unwrap();
    for _ in 0..8 {
        if simulation.state() != KernelState::SafeStopped {
            run(&mut simulation, 1);
        }
    }
    assert_eq!(simulation.state(), KernelState::SafeStopped);
}

#[test]
fn a_small_bus_carries_many_loops_and_too_small_a_bus_is_refused() {
    let loops: Vec<String> = (0..3000)
        .map(|k| format!("(name: \"l{k}\", law: Pid(feed_forward: 0.1))"))
        .collect();
    let scene = |loops: &[String], nodes: u16| {
        let text = format!(
            r#"(
                version: 2, name: "crowd",
                populations: [(name: "p", count: 64, model: Kuramoto())],
                sensors: [(name: "probe", device: Probe())],
                signal: (window: 16, segment: 8, hop: 1),
                control: (loops: [{}]),
                cluster: (nodes: {nodes}), bus: (capacity: 16),
            )"#,
            loops.join(", ")
        );
        parse(&text, "crowd.ron", Path::new("."), &[])
    };
    let blueprint = Blueprint::new(scene(&loops, 2).unwrap()).unwrap();
    let mut simulation = Simulation::new(blueprint, SimOptions::default()).unwrap();
    run(&mut simulation, 20);
    let ledger = simulation.ledger();
    assert!(ledger.balances());
    assert_eq!(
        (ledger.refused, ledger.conflated, ledger.dropped),
        (0, 0, 0)
    );
    assert_eq!(simulation.cluster().commands.len(), 3000);
    let told = scene(&loops[..1], 12).unwrap_err().to_string();
    assert!(told.contains("a whole number in 17 … 1000000"), "{told}");
}

#[test]
fn feedback_mask_and_temperature_each_move_the_trajectory() {
    let adaptive = |spec: &str, more: &str| {
        let text = format!(
            r#"(
                version: 2, name: "loop",
                graph: (kind: Ring(neighbors: 2)),
                populations: [(name: "p", count: 12, noise: 0.1,
                    model: Kuramoto(omega: Normal(mean: 6.0, sd: 0.5)))],
                sensors: [(name: "probe", device: Probe())],
                signal: (window: 32, segment: 16, hop: 2),
                phi: (units: ["probe"], window: 32, period_ticks: 20, latency_ticks: 2),
                control: (loops: [(name: "l", adaptive: (), {spec})]),
                {more}
            )"#
        );
        let loaded = parse(&text, "loop.ron", Path::new("."), &[]).unwrap();
        let mut simulation =
            Simulation::new(Blueprint::new(loaded).unwrap(), SimOptions::default()).unwrap();
        run(&mut simulation, 200);
        simulation.vertex_states()
    };
    let plain = adaptive("", "");
    assert_eq!(plain, adaptive("", ""));
    let without_feedback = adaptive("", "aggregator: (gain_rate: 0.0)");
    assert_ne!(plain, without_feedback, "suggested_gain");
    let without_mask = adaptive("", "aggregator: (mask_outside: 1.0)");
    assert_ne!(plain, without_mask, "mask");
    let with_temperature = adaptive("noise_per_temperature: 0.1", "");
    assert_ne!(plain, with_temperature, "temperature");
}

#[test]
fn every_output_of_a_loop_moves_the_plant() {
    let states = |output: &str, enabled: bool| {
        let text = format!(
            r#"(
                version: 2, name: "out",
                graph: (kind: Ring(neighbors: 1)),
                populations: [(name: "p", count: 6, coupling: 0.2, model: Harmonic())],
                field: (kind: Wave(modes: 4)),
                sensors: [(name: "probe", device: Probe())],
                signal: (window: 32, segment: 16, hop: 2),
                control: (enabled: {enabled}, loops: [(name: "l", output: {output})]),
            )"#
        );
        let loaded = parse(&text, "out.ron", Path::new("."), &[]).unwrap();
        let mut simulation =
            Simulation::new(Blueprint::new(loaded).unwrap(), SimOptions::default()).unwrap();
        run(&mut simulation, 100);
        simulation.vertex_states()
    };
    for output in [
        "Coupling",
        "Force",
        "FrequencyShift",
        "Damping",
        "FieldGain",
        "Noise",
    ] {
        assert_ne!(states(output, true), states(output, false), "{output}");
    }
}

#[test]
fn scheduled_edges_and_kicks_are_judged_with_the_graph() {
    let scene = |entry: &str| {
        let text = format!(
            r#"(version: 2, name: "s", populations: [
                (name: "a", count: 2, model: Kuramoto()), (name: "b", count: 2, model: Harmonic())],
                schedule: [{entry}])"#
        );
        let loaded =
            phantomos::scenario::parse(&text, "s", std::path::Path::new("."), &[]).unwrap();
        phantomos::scenario::Blueprint::new(loaded)
            .err()
            .map(|error| error.to_string())
    };
    let wrong = [
        (
            "At(at_s: 0.0, then: [Edge(source: 0, target: 9, weight: 1.0)])",
            "vertex v9, expected one below v4",
        ),
        (
            "At(at_s: 0.0, then: [Edge(source: 1, target: 1, weight: 1.0)])",
            "expected another",
        ),
        (
            "At(at_s: 0.0, then: [Edge(source: 0, target: 2, weight: 1.0)])",
            "phases and displacements",
        ),
        (
            "At(at_s: 0.0, then: [Kick(vertex: 4, first: 1.0)])",
            "vertex v4, expected one below v4",
        ),
    ];
    for (entry, expected) in wrong {
        let said = scene(entry).unwrap();
        assert!(said.contains(expected), "{said}");
    }
    assert_eq!(
        scene("At(at_s: 0.1, then: [Edge(source: 0, target: 1, weight: 0.0)])"),
        None
    );
}

#[test]
fn a_scheduled_kick_and_a_failing_edge_act_at_their_tick() {
    let run = |schedule: &str| {
        let text = format!(
            r#"(version: 2, name: "s", graph: (kind: Ring(neighbors: 1)),
                populations: [(name: "a", count: 5, coupling: 1.0, model: Kuramoto())],
                cluster: (nodes: 2), schedule: [{schedule}])"#
        );
        let loaded =
            phantomos::scenario::parse(&text, "s", std::path::Path::new("."), &[]).unwrap();
        let blueprint = phantomos::scenario::Blueprint::new(loaded).unwrap();
        let options = phantomos::kernel::SimOptions::default();
        let mut simulation = phantomos::kernel::Simulation::new(blueprint, options).unwrap();
        let mut states = Vec::new();
        for _ in 0..20 {
            simulation.step().unwrap();
            states.push(simulation.vertex_states());
        }
        states
    };
    let plain = run("");
    let kick = run("At(at_s: 0.1, then: [Kick(vertex: 3, first: 0.5)])");
    assert_eq!(plain[9], kick[9]);
    assert!((kick[10][3][0] - plain[10][3][0] - 0.5).abs() < 0.02);
    let cut = run("At(at_s: 0.05, then: [Edge(source: 0, target: 1, weight: 0.0)])");
    assert_eq!(plain[4], cut[4]);
    assert_ne!(plain[5][1], cut[5][1]);
}

#[test]
fn entries_that_a_run_does_not_reach_are_named() {
    let text = r#"(version: 2, name: "s", ticks: 50, clock: (dt_s: 0.01, substeps: 2),
        populations: [(name: "a", count: 2, coupling: 1.0, model: Kuramoto())],
        schedule: [At(at_s: 0.9, then: [Kick(vertex: 1, first: 0.5)]),
            At(at_s: 1.5, then: [Kick(vertex: 1, first: 0.5)]),
            At(at_s: 0.995, then: [Kick(vertex: 0, first: 0.5)])])"#;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("late.ron");
    std::fs::write(&path, text).unwrap();
    let shown = path.display().to_string();
    let said = |arguments: &[&str]| {
        let output = crate::fixtures::phantom(arguments);
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stderr).unwrap()
    };
    let expected = "note: schedule[1] is due at 1.5 s, but the run ends at 1 s";
    let checked = said(&["check", &shown]);
    assert!(
        checked.contains(expected) && !checked.contains("[0]"),
        "{checked}"
    );
    // Nearest to the tick that would follow the last.
    assert!(
        checked.contains("schedule[2] is due at 0.995 s"),
        "{checked}"
    );
    let out = folder.path().join("run").display().to_string();
    assert!(said(&["run", &shown, "--out", &out]).contains(expected));
    let longer = said(&["run", &shown, "--ticks", "90", "--out", &out, "--force"]);
    assert!(!longer.contains("note"), "{longer}");
}
