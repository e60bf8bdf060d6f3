//! Sums over resonators are right for numbers of any size, and what is too large is told.

use phantomos::base::num;
use phantomos::kernel::Simulation;

use super::plant_steps::run;

fn value(simulation: &mut Simulation, scope: &str, column: &str) -> f64 {
    let rows = &simulation.records_mut().rows;
    let row = rows.iter().rev().find(|row| row.scope == scope).unwrap();
    row.value(column).unwrap()
}

fn alerts(simulation: &mut Simulation) -> Vec<(String, String)> {
    let records = simulation.records_mut();
    let alerts = records
        .events
        .iter()
        .filter(|event| event.data.name() == "alert");
    alerts
        .map(|event| (event.about.to_string(), event.action.clone()))
        .collect()
}

const SPRINGS: &str = r#"(version: 2, name: "springs", clock: (dt_s: 0.001, substeps: 10),
    populations: [(name: "a", count: 10,
        model: Harmonic(omega: Constant(1.5), gamma: Constant(0.0), x: Constant(1.0)))],
    safety: (max_amplitude: 1e308),
    dynamics: (integrator: Rk4), record: (plant: true))"#;

#[test]
fn energies_of_any_amplitude_are_those_of_the_textbook() {
    for amplitude in ["1e-150", "1e-7", "1e-6", "1.0", "1e6", "1e12", "1e150"] {
        let x = format!("Constant({amplitude})");
        for nodes in ["1", "3"] {
            let sets = [("populations[0].model.x", &*x), ("cluster.nodes", nodes)];
            let mut simulation = run(SPRINGS, &sets, 3);
            let amplitude: f64 = amplitude.parse().unwrap();
            let (energy, t) = (0.5 * 1.5 * 1.5 * amplitude * amplitude, 0.03);
            let found = value(&mut simulation, "a", "own_energy");
            assert!((found / energy - 1.0).abs() < 1e-12, "{found:e} {energy:e}");
            let mean = amplitude * num::cos(1.5 * t);
            let found = value(&mut simulation, "a", "mean");
            assert!((found / mean - 1.0).abs() < 1e-12, "{found:e} {mean:e}");
            assert_eq!(alerts(&mut simulation), []);
        }
    }
}

#[test]
fn what_is_too_large_for_a_double_leaves_its_cell_empty_and_an_alert() {
    for nodes in ["1", "3"] {
        let sets = [
            ("populations[0].model.x", "Constant(1e200)"),
            ("cluster.nodes", nodes),
        ];
        let mut simulation = run(SPRINGS, &sets, 3);
        assert!(!value(&mut simulation, "a", "own_energy").is_finite());
        // The square is too large, the state and its mean are not.
        assert!(value(&mut simulation, "a", "mean") > 9e199);
        let found = alerts(&mut simulation);
        assert_eq!(found.len(), 1, "one breach, one alert: {found:?}");
        assert_eq!(found[0].0, "sums over a");
        assert!(found[0].1.contains("left out of the metrics"), "{found:?}");
    }
}

#[test]
fn mean_fields_of_any_size_are_felt() {
    let text = r#"(version: 2, name: "felt", clock: (dt_s: 0.01),
        populations: [
            (name: "still", count: 3,
                model: Harmonic(omega: Constant(0.0), gamma: Constant(0.0), x: Constant(1.0))),
            (name: "drawn", count: 2, mean_field: [(of: "still", strength: 1.0)],
                model: Harmonic(omega: Constant(0.0), gamma: Constant(0.0), x: Constant(0.0))),
        ],
        safety: (max_amplitude: 1e308), dynamics: (integrator: Rk4))"#;
    for size in ["1e-200", "1e-14", "4e-13", "1.0", "1e20", "1e200"] {
        let x = format!("Constant({size})");
        let simulation = run(text, &[("populations[0].model.x", &*x)], 1);
        let size: f64 = size.parse().unwrap();
        // v̈ = m − x from rest: v = m sin t.
        let [_, v] = simulation.vertex_states()[4];
        let expected = size * num::sin(0.01);
        assert!((v / expected - 1.0).abs() < 1e-9, "{v:e} {expected:e}");
    }
}

#[test]
fn deposits_of_any_size_reach_the_grid() {
    let text = r#"(version: 2, name: "string", clock: (dt_s: 0.01),
        populations: [(name: "a", count: 12,
            model: Harmonic(omega: Constant(1.0), gamma: Constant(0.0), x: Constant(1.0)))],
        field: (kind: Grid(x: (length: 1.0, cells: 16), law: Wave(speed: 1.0, damping: 0.1),
            source_gain: 1.0)),
        safety: (max_amplitude: 1e308))"#;
    let peak = |x: &str, nodes: &str| {
        let x = format!("Constant({x})");
        let sets = [("populations[0].model.x", &*x), ("cluster.nodes", nodes)];
        let mut simulation = run(text, &sets, 5);
        let peak = simulation.aggregator().field.peak_amplitude();
        (peak, simulation.digest(), alerts(&mut simulation))
    };
    let (unit, ..) = peak("1.0", "1");
    assert!(unit > 0.0);
    for size in ["1e-200", "1e-14", "1e-6", "1e6", "1e19", "1e25", "1e150"] {
        let (found, digest, alerts) = peak(size, "1");
        let expected = unit * size.parse::<f64>().unwrap();
        assert!(
            (found / expected - 1.0).abs() < 1e-12,
            "{found:e} {expected:e}"
        );
        assert_eq!(alerts, []);
        assert_eq!(peak(size, "3").1, digest);
    }
    // Together they are too much for a double, and the field says so.
    let (_, _, alerts) = peak("1e308", "2");
    assert!(
        alerts.iter().any(|(subject, _)| subject == "field"),
        "{alerts:?}"
    );
}
