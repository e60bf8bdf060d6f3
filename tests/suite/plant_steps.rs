//! Adaptive steps and exponents of the plant in scenes.

use std::path::Path;

use phantomos::kernel::lyapunov::LyapunovSettings;
use phantomos::kernel::{SimError, SimOptions, Simulation};
use phantomos::scenario::{Blueprint, Parts};

use crate::fixtures::phantom;

const NETWORK: &str = r#"(version: 2, name: "steps", seed: 3, clock: (dt_s: 0.1),
    graph: (kind: WattsStrogatz(neighbors: 2, rewire: 0.1)),
    populations: [
        (name: "valves", count: 24, coupling: 0.5, model: VanDerPol(mu: Constant(2.0))),
        (name: "springs", count: 16, coupling: 0.5, mean_field: [(of: "valves", strength: 0.3)],
            model: Harmonic(force: Constant(0.4), force_omega: Constant(1.3))),
    ],
    dynamics: (integrator: DormandPrince, rtol: 1e-10, atol: 1e-12))"#;

pub fn build(text: &str, sets: &[(&str, &str)]) -> Result<Simulation, String> {
    build_of(&Parts::default(), text, sets)
}

/// A simulation of a scene that may name the parts of a program.
pub fn build_of(parts: &Parts, text: &str, sets: &[(&str, &str)]) -> Result<Simulation, String> {
    let sets: Vec<(String, String)> = sets
        .iter()
        .map(|(path, value)| ((*path).to_owned(), (*value).to_owned()))
        .collect();
    let loaded = parts.parse(text, "test", Path::new("."), &sets);
    let loaded = loaded.map_err(|error| error.to_string())?;
    let blueprint = Blueprint::new(loaded).map_err(|error| error.to_string())?;
    Simulation::new(blueprint, SimOptions::default()).map_err(|error| error.to_string())
}

pub fn run(text: &str, sets: &[(&str, &str)], ticks: u64) -> Simulation {
    run_of(&Parts::default(), text, sets, ticks)
}

/// The same after some ticks.
pub fn run_of(parts: &Parts, text: &str, sets: &[(&str, &str)], ticks: u64) -> Simulation {
    let mut simulation = build_of(parts, text, sets).unwrap();
    for _ in 0..ticks {
        simulation.step().unwrap();
    }
    simulation
}

fn apart(one: &Simulation, other: &Simulation) -> f64 {
    let (one, other) = (one.vertex_states(), other.vertex_states());
    let pairs = one.iter().flatten().zip(other.iter().flatten());
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

#[test]
fn adaptive_steps_meet_small_fixed_ones_on_any_number_of_nodes() {
    let adaptive = run(NETWORK, &[("cluster.nodes", "1")], 60);
    let fixed = [
        ("dynamics", "(integrator: Rk4)"),
        ("clock", "(dt_s: 0.0005, substeps: 200)"),
    ];
    let fine = run(NETWORK, &fixed, 60);
    let error = apart(&adaptive, &fine);
    assert!(error < 1e-8, "{error}");
    for nodes in ["2", "3", "8"] {
        let spread = run(NETWORK, &[("cluster.nodes", nodes)], 60);
        assert_eq!(spread.digest(), adaptive.digest(), "{nodes} nodes");
    }
    // Looser tolerances take fewer steps and are as far off as they say.
    let loose = run(
        NETWORK,
        &[("dynamics.rtol", "1e-5"), ("dynamics.atol", "1e-5")],
        60,
    );
    assert!(loose.cluster().steps.taken < adaptive.cluster().steps.taken / 2);
    assert!((1e-8..1e-2).contains(&apart(&loose, &fine)));
}

#[test]
fn a_blow_up_ends_the_run_with_the_vertex_and_the_time() {
    let wild = "VanDerPol(mu: Constant(-5.0), x: Constant(3.0))";
    let mut simulation = build(NETWORK, &[("populations[0].model", wild)]).unwrap();
    let error = (0..60).find_map(|_| simulation.step().err()).unwrap();
    let text = error.to_string();
    assert!(text.contains("blows up or is stiff; vertex v"), "{text}");
    let states = simulation.vertex_states();
    assert!(states.iter().flatten().all(|number| number.is_finite()));
}

#[test]
fn noise_delays_and_tolerances_go_with_the_integrators_that_take_them() {
    let refused = |sets: &[(&str, &str)]| build(NETWORK, sets).err().unwrap();
    assert!(refused(&[("populations[0].noise", "0.1")]).contains("follows a smooth solution"));
    assert!(refused(&[("dynamics.integrator", "Rk4")]).contains("whose steps are fixed"));
    assert!(refused(&[("graph.delay", "Uniform(0.2)")]).contains("delays with DormandPrince"));
    let stiff = [
        ("dynamics", "(integrator: Rk4)"),
        ("populations[1].model", "Harmonic(gamma: Constant(40.0))"),
    ];
    assert!(refused(&stiff).contains("too long for vertex v24"));
}

#[test]
fn exponents_are_those_of_theory() {
    let settings = LyapunovSettings {
        interval: 10,
        aligned: 20,
        intervals: 200,
        distance: 1e-7,
    };
    let one = |model: &str| {
        let text = format!(
            r#"(version: 2, name: "one", clock: (dt_s: 0.02),
                populations: [(name: "a", count: 2, model: {model})])"#
        );
        run(&text, &[], 2000).lyapunov(settings, |_| {}).unwrap()
    };
    // A damped spring forgets at half its damping rate.
    let spring = one("Harmonic(gamma: Constant(0.4))");
    assert!((spring.exponent + 0.2).abs() < 0.01, "{spring:?}");
    assert!(spring.error.unwrap() < 0.02);
    // A limit cycle neither forgets nor grows along itself.
    let cycle = one("StuartLandau(mu: Constant(1.0))");
    assert!(cycle.exponent.abs() < 0.002, "{cycle:?}");
    let late = r#"(version: 2, name: "late", graph: (kind: Complete, delay: Uniform(0.1)),
        populations: [(name: "a", count: 3, model: Kuramoto())])"#;
    let refused = run(late, &[], 1).lyapunov(settings, |_| {});
    assert!(matches!(refused, Err(SimError::Refused(text)) if text.contains("delays")));
    let plastic = late.replace("count: 3,", "count: 3, plasticity: (rate: 0.1),");
    let plastic = plastic.replace(", delay: Uniform(0.1)", "");
    let refused = run(&plastic, &[], 1).lyapunov(settings, |_| {});
    assert!(matches!(refused, Err(SimError::Refused(text)) if text.contains("weights that adapt")));
}

#[test]
fn the_command_measures_and_refuses() {
    let out = phantom(&[
        "lyapunov",
        "scenes/van_der_pol.ron",
        "--ticks",
        "20",
        "--seconds",
        "2",
        "--aligned",
        "0",
        "--json",
    ]);
    assert!(out.status.success());
    let found: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert!(found["exponent"].as_f64().unwrap().is_finite());
    assert_eq!(found["running"].as_array().unwrap().len(), 2);
    let out = phantom(&["lyapunov", "scenes/van_der_pol.ron", "--interval", "0.001"]);
    assert_eq!(out.status.code(), Some(2));
}
