//! What rooms declare reaches everybody who reads it: live parameters, metrics and watched levels.

use phantomos::base::Input;
use phantomos::kernel::{SimOptions, Simulation};
use phantomos::scenario::{Blueprint, parse};

fn build(text: &str, sets: &[(&str, &str)]) -> Result<Simulation, String> {
    let sets: Vec<_> = sets
        .iter()
        .map(|(path, value)| ((*path).to_owned(), (*value).to_owned()))
        .collect();
    let loaded = parse(text, "scene.ron", std::path::Path::new("."), &sets);
    let loaded = loaded.map_err(|error| error.to_string())?;
    let blueprint = Blueprint::new(loaded).map_err(|error| error.to_string())?;
    Simulation::new(blueprint, SimOptions::default()).map_err(|error| error.to_string())
}

const RAMP: &str = r#"(version: 2, name: "ramp", clock: (dt_s: 0.01),
    field: (kind: Synthesis(gain: 1.0)),
    populations: [(name: "a", count: 8, coupling: 0.5, mean_field: [(of: "a", strength: 2.0)],
        model: Kuramoto(omega: Uniform(low: 0.8, high: 1.2), phase: Uniform(low: 0.0, high: 6.0)))],
    sensors: [(name: "probe", device: Probe(vertices: All))],
    control: (loops: [(name: "steer", setpoint: 0.5, law: Pid(kp: 0.1))]),
    schedule: [Ramp(path: "populations[0].coupling", from: 0.5, to: 1.5, start_s: 0.0, end_s: 1.0),
        At(at_s: 0.2, then: [Set(path: "safety.max_amplitude", value: 3.0)])])"#;

#[test]
fn every_live_parameter_shows_what_is_in_force() {
    for nodes in ["1", "3"] {
        let mut simulation = build(RAMP, &[("cluster.nodes", nodes)]).unwrap();
        let live = simulation.parameters().clone();
        assert!(live.list().len() > 8);
        for own in live.list() {
            assert_eq!(
                simulation.parameter(&own.path),
                Some(own.initial),
                "{}",
                own.path
            );
            assert!(!own.help.is_empty(), "{} explains itself", own.path);
        }
        (0..51).for_each(|_| simulation.step().unwrap());
        // What a ramp and a schedule do is seen, although no input log holds it.
        assert_eq!(simulation.parameter("populations[0].coupling"), Some(1.0));
        assert_eq!(simulation.parameter("safety.max_amplitude"), Some(3.0));
        for own in live
            .list()
            .iter()
            .filter(|own| own.path != "populations[0].coupling")
        {
            let value = if own.is_switch() { 0.0 } else { 0.25 };
            let input = Input::Set {
                path: own.path.clone(),
                value,
            };
            simulation.push_input(51, input).unwrap();
        }
        simulation.step().unwrap();
        for own in live
            .list()
            .iter()
            .filter(|own| own.path != "populations[0].coupling")
        {
            let value = if own.is_switch() { 0.0 } else { 0.25 };
            assert_eq!(simulation.parameter(&own.path), Some(value), "{}", own.path);
        }
    }
}

#[test]
fn a_loop_steers_by_any_metric_wherever_it_lives() {
    let text = r#"(version: 2, name: "by_order", clock: (dt_s: 0.05),
        populations: [(name: "a", count: 3, model: Kuramoto(phase: Uniform(low: 0.0, high: 6.0))),
            (name: "b", count: 40, coupling: 0.0,
            model: Kuramoto(omega: Uniform(low: 0.8, high: 1.2), phase: Uniform(low: 0.0, high: 6.0)))],
        graph: (kind: Complete),
        signal: (window: 64, segment: 16, hop: 2),
        control: (loops: [(name: "lock", scope: "b", measure: Metric("order"), setpoint: 0.9,
            law: Pid(kp: 0.2, ki: 0.1, output_max: 4.0))]),
        record: (every_ticks: 50))"#;
    let mut digests = Vec::new();
    for (nodes, every) in [("1", "50"), ("2", "50"), ("4", "1")] {
        let sets = [("cluster.nodes", nodes), ("record.every_ticks", every)];
        let mut simulation = build(text, &sets).unwrap();
        (0..2_000).for_each(|_| simulation.step().unwrap());
        let rows = &simulation.records_mut().rows;
        let last = rows.iter().rev().find(|row| row.scope == "b").unwrap();
        let order = last.value("order").unwrap();
        assert!((order - 0.9).abs() < 0.05, "{order}");
        digests.push(simulation.digest());
    }
    assert!(digests.iter().all(|own| *own == digests[0]), "{digests:?}");
    let nowhere = [("control.loops[0].measure", "Metric(\"load_max\")")];
    let refused = build(text, &nowhere).err().unwrap();
    assert!(
        refused.contains("expected one of entropy_nats"),
        "{refused}"
    );
    let of_cluster = [("control.loops[0].measure", "Metric(\"phi_nats\")")];
    let refused = build(text, &of_cluster).err().unwrap();
    assert!(refused.contains("has no phi_nats"), "{refused}");
}

#[test]
fn what_is_asked_for_exists_and_nothing_else() {
    let text = r#"(version: 2, name: "asked", clock: (dt_s: 0.01),
        populations: [(name: "a", count: 10, model: Kuramoto(phase: Uniform(low: 0.0, high: 6.0)))],
        assertions: [(metric: "order", scope: "a", at_least: 0.0)])"#;
    let row_of = |sets: &[(&str, &str)]| {
        let mut simulation = build(text, sets).unwrap();
        simulation.step().unwrap();
        let rows = &simulation.records_mut().rows;
        rows.iter().find(|row| row.scope == "a").cloned()
    };
    let asked = row_of(&[]).unwrap();
    assert!(asked.value("order").is_some());
    assert_eq!(
        (asked.value("mean"), asked.value("frequency")),
        (None, None)
    );
    let recorded = row_of(&[("record", "(plant: true)")]).unwrap();
    assert!(recorded.value("mean").is_some() && recorded.value("frequency").is_some());
    assert_eq!(recorded.value("local_order"), None);
    assert!(row_of(&[("assertions", "[]")]).is_none());
}
