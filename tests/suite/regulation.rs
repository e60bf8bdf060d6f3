//! Laws in whole runs: their terms, manual mode, followers, feeds, tones and fall-backs.

use phantomos::base::Input;
use phantomos::kernel::Simulation;
use phantomos::record::EventKind;

use crate::plant_steps::build;

/// Overdamped oscillators under a force: y′ = −0.5 y + 0.125 u, seen by their mean.
const MASS: &str = r#"(version: 2, name: "mass", clock: (dt_s: 0.02), signal: (hop: 1),
    graph: (kind: Ring(neighbors: 1)),
    populations: [(name: "mass", count: 8, coupling: 0.0,
        model: Harmonic(omega: Constant(2.0), gamma: Constant(8.0), x: Constant(0.0)))],
    control: (loops: [(name: "main", scope: "mass", measure: Metric("mean"), setpoint: 0.5,
        law: Pid(kp: 4.0, ki: 4.0, kd: 0.5, feed_forward: 0.25, output_max: 6.0),
        output: Force)]),
    record: (plant: true))"#;

fn advance(simulation: &mut Simulation, ticks: u64) {
    (0..ticks).for_each(|_| simulation.step().unwrap());
}

/// The values of a metric of a scope, row by row.
fn values(simulation: &mut Simulation, scope: &str, metric: &str) -> Vec<Option<f64>> {
    let rows = &simulation.records_mut().rows;
    let rows = rows.iter().filter(|row| row.scope == scope);
    rows.map(|row| row.value(metric)).collect()
}

fn last(simulation: &mut Simulation, scope: &str, metric: &str) -> f64 {
    let all = values(simulation, scope, metric);
    all.last().copied().flatten().unwrap()
}

fn set(simulation: &mut Simulation, path: &str, value: f64) {
    let path = path.to_owned();
    let tick = simulation.clock().tick;
    simulation
        .push_input(tick, Input::Set { path, value })
        .unwrap();
}

#[test]
fn every_term_of_every_command_is_on_record_and_adds_up() {
    let mut simulation = build(MASS, &[]).unwrap();
    advance(&mut simulation, 400);
    let terms = [
        "p",
        "i",
        "d",
        "feed_forward",
        "unlimited",
        "saturated",
        "asked",
        "passed",
    ];
    let columns = terms.map(|term| values(&mut simulation, "mass", &format!("main.{term}")));
    let mut seen = 0;
    for k in 0..columns[0].len() {
        let row = columns.each_ref().map(|own| own[k]);
        let [
            Some(p),
            Some(i),
            Some(d),
            Some(f),
            Some(v),
            Some(s),
            Some(asked),
            Some(passed),
        ] = row
        else {
            continue;
        };
        seen += 1;
        assert!((p + i + d + f - v).abs() < 1e-12, "row {k}: {row:?}");
        assert_eq!(asked, v.min(6.0));
        assert_eq!(s, f64::from(u8::from(v > 6.0)));
        assert_eq!(passed, asked);
    }
    assert!(seen > 390, "{seen}");
    let mean = last(&mut simulation, "mass", "mean");
    assert!((mean - 0.5).abs() < 0.02, "{mean}");
}

#[test]
fn manual_mode_and_new_gains_make_no_jump() {
    let mut simulation = build(MASS, &[]).unwrap();
    advance(&mut simulation, 300);
    let passed = |simulation: &mut Simulation| last(simulation, "mass", "main.passed");
    let before = passed(&mut simulation);
    set(&mut simulation, "control.loops[0].manual_output", before);
    set(&mut simulation, "control.loops[0].manual", 1.0);
    advance(&mut simulation, 5);
    assert_eq!(passed(&mut simulation), before);
    set(&mut simulation, "control.loops[0].manual_output", 3.5);
    advance(&mut simulation, 50);
    assert_eq!(passed(&mut simulation), 3.5);
    set(&mut simulation, "control.loops[0].manual", 0.0);
    advance(&mut simulation, 1);
    let first = passed(&mut simulation);
    assert!((first - 3.5).abs() < 0.1, "{first}");
    for (path, value) in [("kp", 9.0), ("ki", 1.0), ("kd", 0.0)] {
        let before = passed(&mut simulation);
        set(
            &mut simulation,
            &format!("control.loops[0].law.{path}"),
            value,
        );
        advance(&mut simulation, 1);
        let after = passed(&mut simulation);
        assert!((after - before).abs() < 0.1, "{path}: {before} to {after}");
    }
}

#[test]
fn followers_and_feeds_add_what_they_say() {
    let further = r#"[(output: Damping, gain: 2.0, offset: 0.5), (output: Noise, gain: 0.0)]"#;
    let feeds = r#"[(measure: Metric("mean"), gain: -0.25)]"#;
    let sets = [
        ("control.loops[0].also", further),
        ("control.loops[0].feeds", feeds),
    ];
    let mut simulation = build(MASS, &sets).unwrap();
    advance(&mut simulation, 200);
    let commands = simulation.cluster().commands.clone();
    let passed: Vec<f64> = commands.values().map(|own| own.value()).collect();
    assert_eq!(passed.len(), 3);
    assert_eq!(passed[1], 0.5 + 2.0 * passed[0]);
    assert_eq!(passed[2], 0.0);
    let term = |name| last(&mut build_and_run(&sets), "mass", &format!("main.{name}"));
    let (v, asked, y) = (term("unlimited"), term("asked"), term("measured"));
    assert!((v.min(6.0) - 0.25 * y - asked).abs() < 1e-12);
    // Switched off, everything is given back.
    set(&mut simulation, "control.enabled", 0.0);
    advance(&mut simulation, 2);
    let commands = &simulation.cluster().commands;
    assert!(commands.values().all(|own| own.value() == 0.0));
}

fn build_and_run(sets: &[(&str, &str)]) -> Simulation {
    let mut simulation = build(MASS, sets).unwrap();
    advance(&mut simulation, 200);
    simulation
}

#[test]
fn a_tone_has_the_frequency_and_amplitude_that_it_is_given() {
    let sets = [
        ("control.loops[0].law", "Pid()"),
        ("control.loops[0].manual", "true"),
        ("control.loops[0].manual_output", "0.5"),
        ("control.loops[0].output", "ToneFrequency"),
        (
            "control.loops[0].also",
            "[(output: ToneAmplitude, offset: 2.0)]",
        ),
    ];
    let mut simulation = build(MASS, &sets).unwrap();
    advance(&mut simulation, 2_000);
    let means: Vec<f64> = values(&mut simulation, "mass", "mean")
        .into_iter()
        .skip(1_000)
        .flatten()
        .collect();
    let rising = means
        .windows(2)
        .filter(|w| w[0] < 0.0 && w[1] >= 0.0)
        .count();
    // 20 s at 0.5 Hz.
    assert!((9..=11).contains(&rising), "{rising}");
    let most = means.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    // |x| = F / |ω₀² − ω² + iγω| with ω = π.
    let omega = std::f64::consts::PI;
    let expected = 2.0 / phantomos::base::num::hypot(4.0 - omega * omega, 8.0 * omega);
    assert!((most / expected - 1.0).abs() < 0.02, "{most} {expected}");
}

#[test]
fn a_loop_measures_where_it_is_told() {
    let text = r#"(version: 2, name: "far", clock: (dt_s: 0.02), signal: (hop: 1),
        populations: [
            (name: "seen", count: 4,
                model: Harmonic(omega: Constant(2.0), gamma: Constant(8.0), x: Constant(0.7))),
            (name: "moved", count: 4,
                model: Harmonic(omega: Constant(2.0), gamma: Constant(8.0), x: Constant(0.0)))],
        sensors: [(name: "eyes", scope: "seen", device: Mean(populations: ["seen"]))],
        control: (loops: [(name: "main", scope: "moved", measure: Metric("sensor_mean"),
            measure_of: Some("seen"),
            setpoint: 0.0, law: Pid(kp: 1.0), output: Force)]),
        record: (plant: true))"#;
    let mut digests = Vec::new();
    for nodes in ["1", "2", "4"] {
        let mut simulation = build(text, &[("cluster.nodes", nodes)]).unwrap();
        advance(&mut simulation, 50);
        let seen = last(&mut simulation, "seen", "mean");
        let measured = last(&mut simulation, "moved", "main.measured");
        assert!((seen - measured).abs() < 0.05, "{seen} {measured}");
        digests.push(simulation.digest());
    }
    assert!(digests.iter().all(|own| *own == digests[0]));
}

#[test]
fn a_fall_back_acts_without_its_measure_and_hands_back_without_a_jump() {
    let text = include_str!("../../scenes/failover.ron");
    let mut simulation = build(text, &[("record.every_ticks", "1")]).unwrap();
    advance(&mut simulation, 1_900);
    let rows = values(&mut simulation, "ring", "keeper.passed");
    let at = |t_s: f64| rows[(t_s / 0.02) as usize - 1].unwrap();
    assert!(
        at(20.0) < 1.4 && at(21.0) == 1.5 && at(31.0) == 1.5,
        "{} {}",
        at(20.0),
        at(21.0)
    );
    let steps = rows.iter().flatten().skip(1_100);
    let steps: Vec<f64> = steps.copied().collect();
    let jump = steps
        .windows(2)
        .map(|w| (w[1] - w[0]).abs())
        .fold(0.0, f64::max);
    assert!(jump < 0.1, "{jump}");
    let events = &simulation.records_mut().events;
    let rules = events
        .iter()
        .filter(|own| matches!(own.data, EventKind::Rule { .. }));
    assert!(rules.count() >= 3, "{events:?}");
}

#[test]
fn the_law_that_a_loop_falls_back_to_holds_the_setpoint() {
    let sets = [
        (
            "control.loops[0].fallback",
            "Law(Pid(kp: 2.0, ki: 2.0, output_max: 6.0))",
        ),
        (
            "safety",
            r#"(rules: [(name: "never", formula: "mean@mass >= 10", then: FallBack)])"#,
        ),
    ];
    let mut simulation = build(MASS, &sets).unwrap();
    advance(&mut simulation, 1_500);
    let loops = simulation.loops();
    assert!(loops[0].memory.fallen_back);
    let mean = last(&mut simulation, "mass", "mean");
    assert!((mean - 0.5).abs() < 0.02, "{mean}");
    assert_eq!(last(&mut simulation, "mass", "main.bound"), 6.0);
}

#[test]
fn laws_are_saved_and_run_again() {
    for scene in ["autotune", "seek", "mrac", "barrier", "failover"] {
        let path = crate::fixtures::scene(scene);
        let text = std::fs::read_to_string(path).unwrap();
        let mut digests = Vec::new();
        for nodes in ["1", "3"] {
            let sets = [("cluster.nodes", nodes)];
            let mut simulation = build(&text, &sets).unwrap();
            advance(&mut simulation, 150);
            let saved = simulation.snapshot().unwrap();
            advance(&mut simulation, 150);
            let end = simulation.digest();
            let mut other = build(&text, &sets).unwrap();
            other.restore(&saved).unwrap();
            advance(&mut other, 150);
            assert_eq!(other.digest(), end, "{scene} on {nodes} nodes");
            digests.push(end);
        }
        assert_eq!(digests[0], digests[1], "{scene}");
    }
}
