//! Φ of a running plant: sources, bounds, maximisation, and one digest for all of it.

use std::path::Path;

use phantomos::base::num;
use phantomos::kernel::{SimOptions, Simulation};
use phantomos::phi::linearise::linearised;
use phantomos::phi::perturb::{Perturbation, perturbed_tpm};
use phantomos::phi::report::{PhiBound, PhiReport};
use phantomos::scenario::{Blueprint, parse};

/// Eight phase oscillators in two groups, with these keys of `phi`.
fn scene(noise: f64, phi: &str) -> String {
    let model = "Kuramoto(omega: Normal(mean: 6.0, sd: 0.4))";
    format!(
        r#"(
            version: 2, name: "two-groups", seed: 3, ticks: 400,
            clock: (dt_s: 0.02),
            graph: (kind: Ring(neighbors: 2)),
            populations: [
                (name: "a", count: 4, model: {model}, coupling: 1.2, noise: {noise}),
                (name: "b", count: 4, model: {model}, coupling: 1.2, noise: {noise}),
            ],
            sensors: [(name: "probe", device: Probe())],
            phi: (units: ["probe"], {phi}),
        )"#
    )
}

fn build(text: &str, nodes: Option<u16>, threads: usize) -> Simulation {
    let sets: Vec<(String, String)> = nodes
        .map(|n| ("cluster.nodes".to_owned(), n.to_string()))
        .into_iter()
        .collect();
    let loaded = parse(text, "scene.ron", Path::new("."), &sets).unwrap();
    let options = SimOptions {
        threads,
        ..SimOptions::default()
    };
    Simulation::new(Blueprint::new(loaded).unwrap(), options).unwrap()
}

pub fn run(simulation: &mut Simulation, ticks: u64) {
    for _ in 0..ticks {
        simulation.step().unwrap();
    }
}

pub fn report(simulation: &Simulation) -> PhiReport {
    let latest = &simulation.cluster().phi;
    assert_eq!(latest.refusal, None);
    latest.report.clone().unwrap()
}

const WINDOW: &str = "measure: Iit4, window: 128, period_ticks: 5, latency_ticks: 4, lag_ticks: 5";
const PERTURBED: &str = "measure: Iit4, source: Perturbed, lag_ticks: 10, repetitions: 8, \
                         period_ticks: 25, latency_ticks: 20, lesions: true";
const LINEARISED: &str = "measure: Si, source: Linearised, lag_ticks: 5, period_ticks: 20, \
                          latency_ticks: 3, lesions: true";
const CLIMB: &str = "measure: Mi1, source: Linearised, period_ticks: 20, latency_ticks: 3, \
                     maximise: (at_tick: 30, budget: 1.0, evaluations: 200)";

#[test]
fn every_source_says_what_it_is_worth() {
    let mut simulation = build(&scene(0.2, WINDOW), None, 1);
    run(&mut simulation, 400);
    let found = report(&simulation);
    assert_eq!(found.bound, PhiBound::Estimate);
    assert!(
        found.flags[0].starts_with("states_seen:"),
        "{:?}",
        found.flags
    );
    assert_eq!(found.states.len(), 8);

    let mut simulation = build(&scene(0.0, PERTURBED), None, 1);
    run(&mut simulation, 60);
    let found = report(&simulation);
    assert_eq!(
        found.bound,
        PhiBound::Exact,
        "a model without noise is known"
    );
    assert_eq!(found.lesions.len(), 8);
    let mut simulation = build(&scene(0.2, PERTURBED), None, 1);
    run(&mut simulation, 60);
    assert_eq!(report(&simulation).bound, PhiBound::Estimate);

    let mut simulation = build(&scene(0.2, LINEARISED), None, 1);
    run(&mut simulation, 60);
    let found = report(&simulation);
    assert_eq!(found.bound, PhiBound::Exact);
    assert!(found.value > 0.0);
    assert_eq!(
        found.edge_lesions.len(),
        16,
        "every edge of the ring is cut"
    );
    let cut = |(_, _, value): &(u32, u32, f64)| (value - found.value).abs() > 1e-6;
    assert!(found.edge_lesions.iter().any(cut));
    let mut simulation = build(&scene(0.0, LINEARISED), None, 1);
    run(&mut simulation, 60);
    let refusal = simulation.cluster().phi.refusal.clone().unwrap();
    assert!(refusal.contains("no noise"), "{refusal}");
}

#[test]
fn a_window_is_compared_with_chance() {
    let keys = "measure: Mi1, window: 128, period_ticks: 50, latency_ticks: 10, surrogates: 19";
    let mut simulation = build(&scene(0.2, keys), None, 1);
    run(&mut simulation, 300);
    let found = report(&simulation);
    let test = found.significance.unwrap();
    assert_eq!(test.surrogates, 19);
    assert!(test.p_value >= 0.05 && test.p_value <= 1.0);
    let (low, high) = test.interval.unwrap();
    assert!(low < high, "{low} {high}");
}

#[test]
fn a_structure_comes_with_its_distinctions() {
    let text = scene(
        0.0,
        "measure: Iit4, source: Perturbed, lag_ticks: 10, structure: true, \
                           period_ticks: 25, latency_ticks: 5",
    );
    let three = text.replace(
        "device: Probe()",
        "device: Probe(vertices: List([0, 1, 2]))",
    );
    let mut simulation = build(&three, None, 1);
    run(&mut simulation, 60);
    let found = report(&simulation);
    if let Some(structure) = &found.structure {
        let sum: f64 = structure.distinctions.iter().map(|d| d.phi).sum();
        assert!((sum - structure.sum_phi_d).abs() < 1e-12);
    } else {
        assert!(
            found.flags.iter().any(|flag| flag.contains("Unreachable")),
            "{:?}",
            found.flags
        );
    }
}

#[test]
fn a_budget_that_ends_gives_a_bound() {
    let text = scene(0.2, &format!("{WINDOW}, complexes: false, budget: 200"));
    let mut simulation = build(&text, None, 1);
    run(&mut simulation, 200);
    let found = report(&simulation);
    assert!(
        found.flags.contains(&"budget_ended".to_owned()),
        "{:?}",
        found.flags
    );
    assert_eq!(found.bound, PhiBound::Upper);
    let mut simulation = build(&scene(0.2, &format!("{WINDOW}, complexes: false")), None, 1);
    run(&mut simulation, 200);
    assert!(report(&simulation).value <= found.value + 1e-12);
}

#[test]
fn nodes_threads_and_restores_leave_one_digest() {
    for keys in [WINDOW, PERTURBED, LINEARISED, CLIMB] {
        let text = scene(0.2, keys);
        let mut plain = build(&text, Some(1), 1);
        // A measurement is under way at tick 141, and in two sources its picture is part of it.
        run(&mut plain, 141);
        let saved = plain.snapshot().unwrap();
        run(&mut plain, 60);
        for (nodes, threads) in [(2, 1), (4, 2)] {
            let mut other = build(&text, Some(nodes), threads);
            run(&mut other, 201);
            assert_eq!(other.digest(), plain.digest(), "{keys}, {nodes} nodes");
        }
        let mut restored = build(&text, Some(1), 1);
        restored.restore(&saved).unwrap();
        run(&mut restored, 60);
        assert_eq!(restored.digest(), plain.digest(), "{keys}, restored");
        assert_eq!(restored.cluster().phi, plain.cluster().phi, "{keys}");
    }
}

#[test]
fn the_climb_raises_phi_within_its_budget() {
    let mut simulation = build(&scene(0.2, CLIMB), None, 1);
    run(&mut simulation, 25);
    let weights = |simulation: &mut Simulation| -> Vec<f64> {
        let images = simulation.vertex_images();
        images
            .iter()
            .flat_map(|image| image.row.iter().map(|edge| edge.weight))
            .collect()
    };
    let before = weights(&mut simulation);
    run(&mut simulation, 10);
    let after = weights(&mut simulation);
    let moved: f64 = before
        .iter()
        .zip(&after)
        .map(|(a, b)| (a - b) * (a - b))
        .sum();
    assert!(
        moved.sqrt() > 0.5 && moved.sqrt() <= 1.0 + 1e-9,
        "{}",
        moved.sqrt()
    );
    let events = &simulation.records_mut().events;
    let event = events
        .iter()
        .find(|event| event.cause == "phi.maximise")
        .unwrap();
    assert_eq!(event.tick, 30);
    let numbers: Vec<f64> = event
        .action
        .split_whitespace()
        .filter_map(|w| w.parse().ok())
        .collect();
    assert!(
        numbers.len() == 3 && numbers[2] > numbers[1] + 0.05,
        "{}",
        event.action
    );
}

/// Two oscillators in step under noise σ: with J = [[−k−l, k], [k, −k−l]] the sum decays at l and
/// the difference at l + 2k, so ρ = (1/l − 1/(l + 2k)) / (1/l + 1/(l + 2k)).
#[test]
fn the_linearised_covariance_is_the_closed_form() {
    let (k, sigma, leak) = (0.8, 0.3, 0.05);
    let text = format!(
        r#"(
            version: 2, name: "pair", seed: 1, clock: (dt_s: 0.01),
            graph: (kind: Complete),
            populations: [(
                name: "p", count: 2, coupling: {k}, noise: {sigma},
                model: Kuramoto(omega: Constant(1.0), phase: Constant(0.0)),
            )],
            sensors: [(name: "probe", device: Probe())],
            phi: (units: ["probe"], source: Linearised),
        )"#
    );
    let mut simulation = build(&text, None, 1);
    let picture = simulation.portray();
    let units: Vec<Vec<_>> = picture
        .images
        .iter()
        .map(|image| vec![image.vertex])
        .collect();
    let system = linearised(&picture, &units, 1, leak).unwrap();
    let cov = system.cov_x();
    let (slow, fast) = (0.5 / leak, 0.5 / (leak + 2.0 * k));
    let (own, cross) = (0.5 * (slow + fast), 0.5 * (slow - fast));
    let scale = sigma * sigma;
    assert!(
        (cov[(0, 0)] - scale * own).abs() < 1e-9 * own,
        "{} {}",
        cov[(0, 0)],
        scale * own
    );
    assert!((cov[(0, 1)] - scale * cross).abs() < 1e-9 * own);
    let over_lag = system.cov_xy().unwrap();
    let (a, b) = (num::exp(-leak * 0.01), num::exp(-(leak + 2.0 * k) * 0.01));
    let wanted = scale * 0.5 * (slow * a + fast * b);
    assert!((over_lag[(0, 0)] - wanted).abs() < 1e-9 * own);
}

/// Two oscillators without coupling keep to themselves: each unit's next state depends on its own.
#[test]
fn perturbation_finds_who_depends_on_whom() {
    let how = Perturbation {
        threshold: 0.0,
        lag_ticks: 30,
        repetitions: 1,
    };
    for (coupling, depends) in [(0.0, false), (6.0, true)] {
        let text = format!(
            r#"(
                version: 2, name: "pair", seed: 1, clock: (dt_s: 0.01),
                graph: (kind: Complete),
                populations: [(
                    name: "p", count: 2, coupling: {coupling},
                    model: Kuramoto(omega: Values([0.0, 2.0]), phase: Values([1.0, 0.6])),
                )],
                sensors: [(name: "probe", device: Probe())],
            )"#
        );
        let mut simulation = build(&text, None, 1);
        let picture = simulation.portray();
        let units: Vec<Vec<_>> = picture
            .images
            .iter()
            .map(|image| vec![image.vertex])
            .collect();
        let (rows, state) = perturbed_tpm(&picture, &units, &how).unwrap();
        assert_eq!(state, 0b11);
        assert!(rows.iter().flatten().all(|p| *p == 0.0 || *p == 1.0));
        let other_matters = (0..2).any(|unit| {
            let other = 1 << (1 - unit);
            (0..4usize).any(|s| rows[s][unit] != rows[s ^ other][unit])
        });
        assert_eq!(other_matters, depends, "coupling {coupling}: {rows:?}");
    }
}

/// The reports of Φ of the scene `hello` with these changes, over 40 s.
fn reports_of_hello(sets: &[(&str, &str)]) -> Vec<String> {
    let scene = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes/hello.ron");
    let owned = |(path, value): &(&str, &str)| ((*path).to_owned(), (*value).to_owned());
    let sets: Vec<(String, String)> = sets.iter().map(owned).collect();
    let loaded = phantomos::scenario::load(&scene, &sets).unwrap();
    let mut simulation = Simulation::open(loaded, SimOptions::default()).unwrap();
    let mut found = Vec::new();
    for _ in 0..2000 {
        simulation.step().unwrap();
        let events = std::mem::take(&mut simulation.records_mut().events);
        let told = events
            .into_iter()
            .filter(|event| event.data.name() == "phi");
        found.extend(told.map(|event| event.action));
    }
    found
}

#[test]
fn without_coupling_phi_is_not_above_chance() {
    let mut all = Vec::new();
    for seed in ["1", "2", "3"] {
        all.extend(reports_of_hello(&[
            ("control.enabled", "false"),
            ("seed", seed),
        ]));
    }
    // While too little came before the window, there is no chance to compare with.
    let told: Vec<&String> = all.iter().filter(|text| text.contains("chance")).collect();
    assert!(told.len() > 45 && all.len() - told.len() <= 6, "{all:#?}");
    let is_chance = |text: &&&String| text.contains(", not above chance (surrogates ");
    let share = told.iter().filter(is_chance).count() as f64 / told.len() as f64;
    // One in twenty is above by chance, and those of a run are much alike.
    assert!(share >= 0.85, "{share}: {told:#?}");
    let is_short = |text: &&String| text.starts_with("MI1 = ") && text.contains(" ± ");
    assert!(told.iter().all(is_short), "{told:#?}");
    let plain = reports_of_hello(&[("phi.surrogates", "0")]);
    assert!(plain.iter().all(|text| !text.contains("chance")));
}

#[test]
fn the_level_of_chance_is_a_metric_and_only_windows_have_it() {
    let keys = "measure: Mi1, window: 128, period_ticks: 50, latency_ticks: 10";
    let mut simulation = build(&scene(0.2, keys), None, 1);
    run(&mut simulation, 300);
    let found = report(&simulation);
    let test = found.significance.unwrap();
    assert_eq!((test.surrogates, test.interval), (19, None));
    let rows = simulation.take_records().rows;
    let last = rows
        .iter()
        .rev()
        .find(|row| row.scope == "cluster")
        .unwrap();
    assert_eq!(last.value("phi_chance_nats"), Some(test.level));
    assert_eq!(found.above_chance(), Some(found.value > test.level));
    // Models and counted transitions have none, and are not refused for the default.
    for keys in [LINEARISED, WINDOW] {
        let mut simulation = build(&scene(0.2, keys), None, 1);
        run(&mut simulation, 200);
        assert_eq!(report(&simulation).significance, None);
    }
    // Where the budget does not reach, there is a value and no chance.
    let small = "measure: Mi1, window: 128, period_ticks: 50, latency_ticks: 10, budget: 300";
    let mut simulation = build(&scene(0.2, small), None, 1);
    run(&mut simulation, 300);
    let found = report(&simulation);
    assert_eq!(found.significance, None);
    assert!(
        found
            .flags
            .iter()
            .any(|flag| flag.starts_with("chance_unknown")),
        "{found:?}"
    );
}
