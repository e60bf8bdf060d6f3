//! The plant's models under RK4, on every instruction set, against closed forms and high-order
//! integrations of the same equations.

use serde_json::Value;

use phantomos::base::isa::Isa;
use phantomos::base::{PopulationId, VertexId};
use phantomos::dynamics::dense::{Acting, Lane, Scheme, StageClock};
use phantomos::graph::{Row, RowEntry};
use phantomos::resonator::plant::Gathering;
use phantomos::resonator::{
    Amplitude, Harmonic, Kuramoto, ModelImage, Motion, Phase, Plant, StuartLandau, VanDerPol,
    VertexImage,
};

use crate::fixtures::files;

/// A parameter that is one number for all or one for each vertex.
fn parameter(case: &Value, name: &str, index: usize) -> f64 {
    match &case["params"][name] {
        Value::Array(list) => list[index].as_f64().unwrap(),
        value => value.as_f64().unwrap_or(0.0),
    }
}

fn rows(case: &Value, n: usize) -> Vec<Row> {
    let mut rows: Vec<Vec<RowEntry>> = vec![Vec::new(); n];
    let mut add = |to: usize, from: usize, weight: f64| {
        let source = VertexId::from_index(from);
        rows[to].push(RowEntry::new(source, weight));
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
        row.sort_by_key(RowEntry::source);
    }
    rows.into_iter().map(Row::from).collect()
}

fn model(case: &Value, k: usize) -> ModelImage {
    let state = |name: &str| case["init"][name][k].as_f64().unwrap();
    let given = |name: &str| !case["params"][name].is_null();
    let own = |name: &str| parameter(case, name, k);
    let omega = own(if given("omega") { "omega" } else { "omega0" });
    match case["model"].as_str().unwrap() {
        "kuramoto" => {
            let alpha = own("alpha");
            ModelImage::Kuramoto(Kuramoto { omega, alpha }, Phase(state("theta")))
        }
        "stuart_landau" => {
            let (mu, c2) = (own("mu"), own("c2"));
            let (x, y) = (state("x"), state("y"));
            ModelImage::StuartLandau(StuartLandau { omega, mu, c2 }, Amplitude { x, y })
        }
        name => {
            let (x, v) = (state("x"), state("v"));
            if name == "van_der_pol" {
                let mu = own("mu");
                return ModelImage::VanDerPol(VanDerPol { omega, mu }, Motion { x, v });
            }
            let harmonic = Harmonic {
                omega,
                gamma: if given("gamma") {
                    own("gamma")
                } else {
                    2.0 * own("zeta") * omega
                },
                force: own("F"),
                force_omega: own("Omega"),
            };
            ModelImage::Harmonic(harmonic, Motion { x, v })
        }
    }
}

fn plant(case: &Value, isa: Isa) -> Plant {
    let first = if case["model"] == "kuramoto" {
        "theta"
    } else {
        "x"
    };
    let n = case["init"][first].as_array().unwrap().len();
    let images: Vec<VertexImage> = rows(case, n)
        .into_iter()
        .enumerate()
        .map(|(k, row)| VertexImage {
            vertex: VertexId::from_index(k),
            population: PopulationId(1),
            position: [0.5; 2],
            mask: 1.0,
            model: model(case, k),
            row,
            delays: Vec::new(),
        })
        .collect();
    let views: Vec<_> = images.iter().map(VertexImage::view).collect();
    let how = Gathering {
        isa,
        ..Gathering::default()
    };
    let mut plant = Plant::gather(&views, how);
    let acting = Acting {
        coupling: Lane::Uniform(parameter(case, "K", 0)),
        ..Acting::default()
    };
    plant.dense.act(0, acting);
    plant
}

/// The greatest difference of a plant from the values of one time.
fn difference(plant: &Plant, expected: &Value) -> f64 {
    let mut worst: f64 = 0.0;
    let (first, second) = (plant.dense.first(), plant.dense.second());
    let named = [("theta", first), ("x", first), ("v", second), ("y", second)];
    for (name, values) in named {
        let Some(list) = expected[name].as_array() else {
            continue;
        };
        for (found, wanted) in values.iter().zip(list) {
            worst = worst.max((found - wanted.as_f64().unwrap()).abs());
        }
    }
    worst
}

fn run(plant: &mut Plant, h: f64, from: u64, to: u64) {
    for step in from..to {
        for stage in 0..4 {
            let clock = StageClock {
                stage,
                step,
                step_s: h,
                time_s: step as f64 * h,
            };
            plant.dense.stage(1, Scheme::Rk4, clock);
        }
    }
}

/// The number of times at which a case was compared.
fn check(case: &Value, isa: Isa, named: &str) -> usize {
    let h = 0.01;
    let method = &case["same_method"][0];
    let allowed = |t: f64| {
        let same = method["t"].as_f64() == Some(t);
        let error = method["max_err"].as_f64().filter(|_| same);
        error.map_or(3e-6, |error| 2.0 * error + 1e-9)
    };
    let (mut plant, mut step, mut checked) = (plant(case, isa), 0, 0);
    for expected in case["expect"].as_array().unwrap() {
        let t = expected["t"].as_f64().unwrap();
        let target = (t / h).round() as u64;
        if (target as f64 * h - t).abs() > 1e-9 {
            continue;
        }
        run(&mut plant, h, step, target);
        step = target;
        let (bound, found) = (allowed(t), difference(&plant, expected));
        assert!(found <= bound, "{named} on {isa} at {t}: {found} > {bound}");
        checked += 1;
    }
    checked
}

#[test]
fn trajectories_are_those_of_the_reference() {
    let families = [
        "damped",
        "driven",
        "chain",
        "sl1",
        "net_harmonic",
        "net_kuramoto",
        "net_stuart_landau",
        "net_van_der_pol",
    ];
    let mut checked = 0;
    for family in families {
        let before = checked;
        for path in files("dynamics", family) {
            let text = std::fs::read_to_string(&path).unwrap();
            let case: Value = serde_json::from_str(&text).unwrap();
            let init = &case["init"];
            if case["kind"] != "trajectory" || init["theta"][0].is_null() && init["x"][0].is_null()
            {
                continue;
            }
            for isa in Isa::ALL.into_iter().filter(|isa| isa.is_here()) {
                checked += check(&case, isa, &path.display().to_string());
            }
        }
        assert!(checked > before || family == "sl1", "{family}");
    }
    assert!(checked >= 40, "{checked}");
}
