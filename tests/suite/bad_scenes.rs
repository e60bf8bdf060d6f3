//! Scenes that are wrong, and the words in which they are told.

use std::path::Path;

use phantomos::scenario::{Blueprint, SceneError, parse};

/// A scene that is right, as the ground on which the wrong ones differ.
const GOOD: &str = r#"(
    version: 2,
    name: "good",
    graph: (kind: Ring(neighbors: 1)),
    populations: [
        (name: "a", count: 8, model: Kuramoto(omega: Constant(1.0))),
        (name: "b", count: 8, model: Kuramoto()),
    ],
    sensors: [(name: "probe", device: Probe())],
    control: (loops: [(name: "l", setpoint: 0.9, law: Pid(kp: 1.0))]),
)"#;

fn judge(text: &str) -> Result<(), SceneError> {
    parse(text, "scene.ron", Path::new("."), &[])
        .and_then(Blueprint::new)
        .map(|_| ())
}

/// What is said when `from` is replaced by `to`.
fn told(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    judge(&GOOD.replacen(from, to, 1)).unwrap_err().to_string()
}

#[test]
fn the_ground_is_right() {
    judge(GOOD).unwrap();
}

macro_rules! bad {
    ($($name:ident: $from:expr => $to:expr;)*) => {
        $(#[test] fn $name() { insta::assert_snapshot!(told($from, $to)); })*
    };
}

bad! {
    version_of_tomorrow: "version: 2" => "version: 3";
    name_with_a_blank: "\"good\"" => "\"so good\"";
    unknown_section: "graph:" => "graphh:";
    unknown_variant: "Ring(neighbors: 1)" => "Rign(neighbors: 1)";
    unknown_field_of_a_variant: "neighbors: 1" => "neighbours: 1";
    ring_without_room: "neighbors: 1" => "neighbors: 8";
    text_for_a_number: "count: 8, model: Kuramoto(omega" => "count: \"8\", model: Kuramoto(omega";
    nothing_in_a_population: "count: 8, model: Kuramoto()" => "count: 0, model: Kuramoto()";
    negative_count: "count: 8, model: Kuramoto()" => "count: -3, model: Kuramoto()";
    name_taken_twice: "\"b\"" => "\"a\"";
    missing_name: "name: \"b\", " => "";
    frequency_that_is_no_number: "Constant(1.0)" => "Constant(NaN)";
    too_few_values: "Constant(1.0)" => "Values([1.0, 2.0])";
    mixed_edges: "model: Kuramoto()" => "model: Harmonic()";
    sensor_of_nobody: "device: Probe()" => "device: Probe(vertices: Population(\"c\"))";
    vertex_beyond: "device: Probe()" => "device: Probe(vertices: List([3, 99]))";
    setpoint_out_of_range: "setpoint: 0.9" => "setpoint: 1.5";
    loop_without_a_sensor: "name: \"l\"," => "name: \"l\", scope: \"b\",";
    damping_of_phases: "name: \"l\"," => "name: \"l\", output: Damping,";
    limits_upside_down: "kp: 1.0" => "kp: 1.0, output_min: 2.0, output_max: 1.0";
    too_many_vertices: "(kind: Ring(neighbors: 1))" => "(kind: Empty, capacity: 15)";
    host_in_a_dead_scene: "device: Probe()" => "device: Host(readings: [CpuLoad])";
    recording_that_is_not_there: "device: Probe()" => "device: Csv(path: \"no-such.csv\")";
    edge_list_that_is_not_there: "Ring(neighbors: 1)" => "EdgeList(path: \"no-such.txt\")";
    unclosed_bracket: "control: (loops: [" => "control: (loops: (";
    nothing_for_phi: "control:" => "phi: (units: [\"prob\"]), control:";
    states_of_a_covariance: "control:" => "phi: (measure: Iit4, source: Linearised), control:";
    more_binary_units_than_fit: "control:" =>
        "phi: (units: [\"probe\"], measure: Iit4, structure: true), control:";
    structure_of_a_covariance: "control:" => "phi: (units: [\"probe\"], structure: true), control:";
    blocks_that_do_not_add_up: "Ring(neighbors: 1)" =>
        "StochasticBlock(sizes: [8, 9], within: 2.0, between: 0.1)";
    more_edges_than_vertices: "Ring(neighbors: 1)" => "BarabasiAlbert(edges: 16)";
    climb_of_a_window: "control:" => "phi: (units: [\"probe\"], maximise: (budget: 0.0)), control:";
    chance_of_a_model: "control:" => "phi: (units: [\"probe\"], source: Linearised, surrogates: 9), control:";
    lag_beyond_the_window: "control:" => "phi: (units: [\"probe\"], window: 16, lag_ticks: 16), control:";
}

#[test]
fn all_problems_are_told_at_once() {
    let text = GOOD
        .replace("count: 8", "count: 0")
        .replace("setpoint: 0.9", "setpont: 0.9")
        .replace("Ring(neighbors: 1)", "ErdosRenyi(p: 2.0)")
        .replace("device: Probe()", "device: Prob()");
    insta::assert_snapshot!(judge(&text).unwrap_err().to_string());
}
