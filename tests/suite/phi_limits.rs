//! What ends a measurement of Φ: its budget of work, and a request to stop, wherever it is.

use std::path::Path;
use std::time::{Duration, Instant};

use phantomos::base::{Cancel, CancelCause, Subject};
use phantomos::kernel::{SimError, SimOptions, Simulation};
use phantomos::record::EventKind;
use phantomos::scenario::{Blueprint, parse};

use super::phi_live::{report, run};

/// A ring of noisy phases, all of them units, with these keys of `phi`.
fn ring(count: usize, phi: &str) -> String {
    format!(
        r#"(
            version: 2, name: "ring", seed: 3, ticks: 100000,
            clock: (dt_s: 0.02),
            graph: (kind: Ring(neighbors: 2)),
            populations: [(
                name: "a", count: {count}, coupling: 1.2, noise: 0.2,
                model: Kuramoto(omega: Normal(mean: 6.0, sd: 0.4), phase: Constant(0.0)),
            )],
            sensors: [(name: "probe", device: Probe())],
            phi: (units: ["probe"], period_ticks: 5, latency_ticks: 2, {phi}),
        )"#
    )
}

fn build(text: &str, nodes: u16, options: SimOptions) -> Simulation {
    let sets = [("cluster.nodes".to_owned(), nodes.to_string())];
    let loaded = parse(text, "scene.ron", Path::new("."), &sets).unwrap();
    Simulation::new(Blueprint::new(loaded).unwrap(), options).unwrap()
}

fn threads(threads: usize) -> SimOptions {
    SimOptions {
        threads,
        ..SimOptions::default()
    }
}

/// Actions of the events of kind `phi`.
fn told(simulation: &mut Simulation) -> Vec<String> {
    let events = &simulation.records_mut().events;
    let own = events.iter().filter(|event| event.data.name() == "phi");
    own.map(|event| event.action.clone()).collect()
}

const ENDLESS: &str = "budget: 1000000000000";

/// Asks for a stop while a measurement is under way, beside the loop and within it.
fn stops_within_a_second(count: usize, phi: &str) {
    for workers in [1, 2] {
        let cancel = Cancel::default();
        let options = SimOptions {
            cancel: cancel.clone(),
            ..threads(workers)
        };
        let text = ring(count, &format!("{phi}, {ENDLESS}"));
        let mut simulation = build(&text, 1, options);
        let asker = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(700));
            let asked = Instant::now();
            cancel.request(CancelCause::TimeLimit);
            asked
        });
        let ended = loop {
            match simulation.step() {
                Ok(()) => {}
                Err(error) => break error,
            }
        };
        let ended_at = Instant::now();
        let late = ended_at.saturating_duration_since(asker.join().unwrap());
        let cancelled = matches!(
            ended,
            SimError::Cancelled {
                cause: CancelCause::TimeLimit,
                ..
            }
        );
        assert!(cancelled, "{phi}: {ended}");
        assert!(late < Duration::from_secs(1), "{phi}, {workers}: {late:?}");
        // A thread that is left behind ends by itself: what it works on is not waited for.
        drop(simulation);
        assert!(ended_at.elapsed() < Duration::from_secs(1), "{phi}");
    }
}

#[test]
fn runs_of_the_model_stop_at_once() {
    let phi = "measure: Iit4, source: Perturbed, repetitions: 100000, lag_ticks: 50";
    stops_within_a_second(8, phi);
}

#[test]
fn searches_stop_at_once() {
    let every = "source: Linearised, search: Exhaustive";
    stops_within_a_second(14, &format!("measure: Geo, {every}"));
    stops_within_a_second(16, &format!("measure: Star, {every}, lesions: true"));
}

#[test]
fn surrogates_and_the_climb_stop_at_once() {
    stops_within_a_second(12, "measure: Si, window: 64, surrogates: 10000");
    let climb = "measure: Star, source: Linearised, maximise: (at_tick: 3, evaluations: 1000000)";
    stops_within_a_second(12, climb);
}

#[test]
fn a_large_linearised_plant_stops_at_once() {
    let phi = "source: Linearised, search: Spectral".to_owned();
    let text = "device: Probe()";
    let few = "device: Probe(vertices: Spread(8))";
    let cancel = Cancel::default();
    let options = SimOptions {
        cancel: cancel.clone(),
        ..threads(1)
    };
    let scene = ring(600, &format!("{phi}, {ENDLESS}")).replace(text, few);
    let mut simulation = build(&scene, 1, options);
    run(&mut simulation, 5);
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(500));
        cancel.request(CancelCause::Interrupted);
    });
    let began = Instant::now();
    while simulation.step().is_ok() {}
    assert!(began.elapsed() < Duration::from_millis(1500));
}

#[test]
fn more_runs_than_the_budget_allows_are_refused_once() {
    let keys = "measure: Iit4, source: Perturbed, repetitions: 100000, lag_ticks: 50";
    let mut simulation = build(&ring(8, keys), 1, threads(1));
    let began = Instant::now();
    run(&mut simulation, 60);
    assert!(began.elapsed() < Duration::from_secs(5));
    let refusal = simulation.cluster().phi.refusal.clone().unwrap();
    for part in [
        "units of work",
        "phi.budget allows 1000000",
        "phi.repetitions",
    ] {
        assert!(refusal.contains(part), "{refusal}");
    }
    assert_eq!(simulation.cluster().phi.report, None);
    assert_eq!(told(&mut simulation), [format!("refused: {refusal}")]);
    let event = simulation.records_mut().events[0].clone();
    assert_eq!(event.about, Subject::Cluster);
    assert_eq!(event.data, EventKind::PhiRefused { taken_at: 5 });
    assert_eq!(event.cause, "taken at tick 5");
}

#[test]
fn a_plant_too_large_is_refused_without_a_picture() {
    let keys = "source: Linearised";
    let text = ring(2000, keys).replace("Probe()", "Probe(vertices: Spread(4))");
    let mut simulation = build(&text, 1, threads(1));
    run(&mut simulation, 20);
    let refusal = simulation.cluster().phi.refusal.clone().unwrap();
    assert!(refusal.contains("2000 variables"), "{refusal}");
    let keys = "measure: Iit4, source: Perturbed, lag_ticks: 1000";
    let text = ring(9000, keys).replace("Probe()", "Probe(vertices: Spread(8))");
    let mut simulation = build(&text, 1, threads(1));
    run(&mut simulation, 8);
    let refusal = simulation.cluster().phi.refusal.clone().unwrap();
    assert!(refusal.contains("units of work"), "{refusal}");
}

#[test]
fn work_is_the_same_on_any_threads_and_nodes() {
    let keys = [
        "measure: Geo, source: Linearised, search: Exhaustive, budget: 20000",
        "measure: Star, window: 64, surrogates: 500, budget: 20000",
        "measure: Iit4, source: Perturbed, repetitions: 2, lag_ticks: 20, lesions: true",
        "measure: Si, source: Linearised, lesions: true",
    ];
    for key in keys {
        let mut text = ring(8, key);
        if !key.contains("budget") {
            let mut whole = build(&text, 1, threads(1));
            run(&mut whole, 10);
            let cost = report(&whole).cost;
            text = ring(8, &format!("{key}, budget: {}", cost * 9 / 10));
        }
        let ticks = if key.contains("window") { 80 } else { 10 };
        let mut plain = build(&text, 1, threads(1));
        run(&mut plain, ticks);
        let found = report(&plain);
        let ended = found.flags.iter().any(|flag| flag == "budget_ended");
        assert!(ended, "{key}: {found:?}");
        for (nodes, workers) in [(1, 2), (2, 1), (4, 2)] {
            let mut other = build(&text, nodes, threads(workers));
            run(&mut other, ticks);
            assert_eq!(report(&other), found, "{key}");
            assert_eq!(other.digest(), plain.digest(), "{key}");
        }
    }
}

#[test]
fn what_a_budget_leaves_out_is_no_number() {
    let keys = "measure: Iit4, source: Perturbed, repetitions: 2, lag_ticks: 20, lesions: true, \
                structure: true";
    // Just above what the runs of the model take, which refusals tell.
    let mut budget = 1;
    let found = loop {
        let text = ring(6, &format!("{keys}, budget: {budget}"));
        let mut simulation = build(&text, 1, threads(1));
        run(&mut simulation, 10);
        let Some(refusal) = simulation.cluster().phi.refusal.clone() else {
            break report(&simulation);
        };
        let needed = refusal.split("at least ").nth(1).unwrap();
        let needed: u64 = needed.split(' ').next().unwrap().parse().unwrap();
        assert!(needed > budget, "{refusal}");
        budget = needed + 200;
    };
    let flagged = |text: &str| found.flags.iter().any(|flag| flag == text);
    assert!(flagged("budget_ended"), "{:?}", found.flags);
    assert!(found.structure.is_none());
    assert!(found.lesions.iter().any(|value| value.is_nan()));
    assert!(found.major_complex.is_empty() || !flagged("complexes_unknown"));
}

#[test]
fn a_climb_that_cannot_be_done_does_not_end_the_run() {
    let keys = "source: Linearised, maximise: (at_tick: 3)";
    let text = ring(6, keys).replace("noise: 0.2", "noise: 0.0");
    let mut simulation = build(&text, 1, threads(1));
    run(&mut simulation, 20);
    let told = told(&mut simulation);
    assert!(
        told[0].starts_with("maximise not done: no noise"),
        "{told:?}"
    );
    assert!(told[1].starts_with("refused: no noise"), "{told:?}");
    assert_eq!(told.len(), 2);
}

#[test]
fn units_are_the_channels_of_their_sensor_and_named_once() {
    let text = ring(6, "window: 16").replace(
        r#"sensors: [(name: "probe", device: Probe())]"#,
        r#"sensors: [
            (name: "probe", device: Probe(vertices: List([0, 1]))),
            (name: "probe[0]", device: Probe(vertices: List([2, 3, 4]))),
        ]"#,
    );
    let simulation = build(&text, 1, threads(1));
    assert_eq!(simulation.blueprint().units.len(), 2);
    let twice = ring(6, "window: 16").replace(r#"["probe"]"#, r#"["probe", "probe"]"#);
    let refused = parse(&twice, "scene.ron", Path::new("."), &[]).unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("named twice"), "{text}");
}

#[test]
fn latency_above_the_period_is_told() {
    let text = ring(6, "window: 16").replace("latency_ticks: 2", "latency_ticks: 12");
    let loaded = parse(&text, "scene.ron", Path::new("."), &[]).unwrap();
    let note = loaded.scene.phi.rare_reports().unwrap();
    assert!(note.contains("every 15 ticks"), "{note}");
    let mut simulation = Simulation::new(Blueprint::new(loaded).unwrap(), threads(1)).unwrap();
    run(&mut simulation, 100);
    let taken: Vec<u64> = simulation
        .records_mut()
        .events
        .iter()
        .filter(|event| event.data.name() == "phi")
        .map(|event| event.tick)
        .collect();
    assert!(taken.len() > 3 && taken.windows(2).all(|pair| pair[1] - pair[0] == 15));
}
