//! RK4 against closed forms and high-order integrations of the same equations.

use serde_json::Value;

use phantomos::base::{PopulationId, VertexId};
use phantomos::field::Drive;
use phantomos::graph::RowEntry;
use phantomos::resonator::evolve::StageClock;
use phantomos::resonator::{
    Harmonic, Integrator, Kuramoto, ModelImage, Motion, Phase, Plant, PlantParameters, VertexImage,
};

use crate::fixtures::files;

/// A parameter that is one number for all or one for each vertex.
fn parameter(case: &Value, name: &str, index: usize) -> f64 {
    match &case["params"][name] {
        Value::Array(list) => list[index].as_f64().unwrap(),
        value => value.as_f64().unwrap_or(0.0),
    }
}

fn rows(case: &Value, n: usize) -> Vec<Vec<RowEntry>> {
    let mut rows = vec![Vec::new(); n];
    let mut add = |to: usize, from: usize, weight: f64| {
        let source = VertexId::from_index(from);
        rows[to].push(RowEntry { source, weight });
    };
    let empty = Vec::new();
    for edge in case["graph"]["edges"].as_array().unwrap_or(&empty) {
        let at = |k: usize| edge[k].as_u64().unwrap() as usize;
        let weight = edge[2].as_f64().unwrap();
        add(at(1), at(0), weight);
        if case["graph"]["symmetric"].as_bool().unwrap() {
            add(at(0), at(1), weight);
        }
    }
    for row in &mut rows {
        row.sort_by_key(|entry| entry.source);
    }
    rows
}

fn plant(case: &Value) -> Plant {
    let is_phase = case["model"] == "kuramoto";
    let first = if is_phase { "theta" } else { "x" };
    let state = |name: &str, k: usize| case["init"][name][k].as_f64().unwrap();
    let n = case["init"][first].as_array().unwrap().len();
    let images: Vec<VertexImage> = rows(case, n)
        .into_iter()
        .enumerate()
        .map(|(k, row)| {
            let given = |name: &str| !case["params"][name].is_null();
            let name = if given("omega") { "omega" } else { "omega0" };
            let omega = parameter(case, name, k);
            let gamma = if given("gamma") {
                parameter(case, "gamma", k)
            } else {
                2.0 * parameter(case, "zeta", k) * omega
            };
            let model = if is_phase {
                let alpha = parameter(case, "alpha", k);
                ModelImage::Kuramoto(Kuramoto { omega, alpha }, Phase(state("theta", k)))
            } else {
                let harmonic = Harmonic {
                    omega,
                    gamma,
                    force: parameter(case, "F", k),
                    force_omega: parameter(case, "Omega", k),
                };
                let motion = Motion {
                    x: state("x", k),
                    v: state("v", k),
                };
                ModelImage::Harmonic(harmonic, motion)
            };
            VertexImage {
                vertex: VertexId::from_index(k),
                population: PopulationId(1),
                position: 0.5,
                mask: 1.0,
                model,
                row,
            }
        })
        .collect();
    let mut plant = Plant::gather(&images);
    let base = PlantParameters {
        coupling: parameter(case, "K", 0),
        noise: 0.0,
    };
    for slot in 0..plant.len() {
        plant.actuate(slot, &base, &Drive::default(), 0.0, 0.0);
    }
    plant
}

/// The greatest difference of a plant from the values of one time.
fn difference(plant: &Plant, expected: &Value) -> f64 {
    let mut worst: f64 = 0.0;
    for (name, values) in [
        ("theta", &plant.first),
        ("x", &plant.first),
        ("v", &plant.second),
    ] {
        let Some(list) = expected[name].as_array() else {
            continue;
        };
        for (found, wanted) in values.iter().zip(list) {
            worst = worst.max((found - wanted.as_f64().unwrap()).abs());
        }
    }
    worst
}

#[test]
fn trajectories_are_those_of_the_reference() {
    let h = 0.01;
    let mut checked = 0;
    for family in ["damped", "driven", "net_harmonic", "net_kuramoto", "chain"] {
        for path in files("dynamics", family) {
            let text = std::fs::read_to_string(&path).unwrap();
            let case: Value = serde_json::from_str(&text).unwrap();
            if case["kind"] != "trajectory"
                || case["init"]["theta"][0].is_null() && case["init"]["x"][0].is_null()
            {
                continue;
            }
            let method = &case["same_method"][0];
            let allowed = |t: f64| {
                let same = method["t"].as_f64() == Some(t);
                let error = method["max_err"].as_f64().filter(|_| same);
                error.map_or(1e-6, |error| 2.0 * error + 1e-9)
            };
            let mut plant = plant(&case);
            let mut step = 0u64;
            for expected in case["expect"].as_array().unwrap() {
                let t = expected["t"].as_f64().unwrap();
                while ((step as f64) - t / h).abs() > 0.5 && (step as f64) < t / h {
                    for stage in 0..4 {
                        plant.evolve_stage(
                            Integrator::Rk4,
                            StageClock {
                                stage,
                                step,
                                step_s: h,
                                time_s: step as f64 * h,
                                seed: 0,
                            },
                        );
                    }
                    step += 1;
                }
                if (step as f64 * h - t).abs() > 1e-9 {
                    continue;
                }
                let bound = allowed(t);
                let found = difference(&plant, expected);
                assert!(
                    found <= bound,
                    "{} at {t}: {found} > {bound}",
                    path.display()
                );
                checked += 1;
            }
        }
    }
    assert!(checked >= 20, "{checked}");
}
