//! How fast Φ is, beside the CPU seconds that the references took for the same cases.
//!
//! `cargo bench --no-default-features --bench phi`
//!
//! Everything runs on one thread. Networks without a stored time are drawn by seed: unit j is on
//! with probability 1 / (1 + exp(−4 Σᵢ Wᵢⱼ (2 xᵢ − 1))), W a ring of 0.75 in a web of 0 … 0.4/n.

use std::path::Path;
use std::time::Instant;

use phantomos::base::num;
use phantomos::base::random::{KeyedRng, Purpose};
use phantomos::kernel::{SimOptions, Simulation};
use phantomos::phi::gauss::hierarchy::hierarchy;
use phantomos::phi::gauss::minimum::{MinimumSettings, Search, minimum_partition};
use phantomos::phi::gauss::sample::random_system;
use phantomos::phi::gauss::{Budget, Measure};
use phantomos::phi::iit3::case::{CaseNetwork, answer as iit3};
use phantomos::phi::iit4::{Effort, Limits, Network, Tpm, complexes, structure_of, system_phi};
use phantomos::scenario::{Blueprint, load};
use serde_json::Value;

/// Seconds of the shortest of several runs.
fn fastest<T>(repeats: u32, mut work: impl FnMut() -> T) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..repeats {
        let begun = Instant::now();
        std::hint::black_box(work());
        best = best.min(begun.elapsed().as_secs_f64());
    }
    best
}

/// A line of the table: what it took, what it may take, what the reference took.
fn line(name: &str, seconds: f64, limit: Option<f64>, reference: Option<f64>) {
    let limit = limit.map_or(String::new(), |limit| {
        let sign = if seconds <= limit { "≤" } else { "ABOVE" };
        format!("{sign} {:.0} ms", 1e3 * limit)
    });
    let beside = reference.map_or(String::new(), |other| {
        format!("reference {other:9.4} s = {:9.0} ×", other / seconds)
    });
    println!(
        "{name:<44} {:>11.3} ms  {limit:<12} {beside}",
        1e3 * seconds
    );
}

fn cases(name: &str) -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared/reference/iit", "tests/fixtures/iit"];
    let texts = places.map(|place| std::fs::read_to_string(root.join(place).join(name)));
    let text = texts
        .into_iter()
        .find_map(Result::ok)
        .expect("reference cases");
    serde_json::from_str(&text).expect("a list of cases")
}

fn of<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).expect("a value of a case")
}

fn network(case: &Value) -> Network {
    let rows: Vec<Vec<f64>> = of(&case["tpm_state_by_node"]);
    let (connections, state): (Vec<Vec<u8>>, Vec<u8>) = (of(&case["cm"]), of(&case["state"]));
    let tpm = Tpm::from_rows(&rows).expect("a matrix");
    Network::trusting(tpm, &connections, &state, Limits::default()).expect("a network")
}

/// A ring of strong weights in a web of weak ones; one unit is on.
fn sigmoid(n: usize, seed: u64) -> Network {
    let mut draws = KeyedRng::new(seed, Purpose::Parameter, 0, 0);
    let strong = |i: usize, j: usize| if j == (i + 1) % n { 0.75 } else { 0.0 };
    let weights: Vec<f64> = (0..n * n)
        .map(|k| strong(k / n, k % n) + 0.4 / n as f64 * draws.uniform())
        .collect();
    let on = |state: u32, j: usize| {
        let sign = |i: usize| 2.0 * f64::from(state >> i & 1) - 1.0;
        let sum: f64 = (0..n).map(|i| weights[i * n + j] * sign(i)).sum();
        1.0 / (1.0 + num::exp(-4.0 * sum))
    };
    let none: Option<&[Vec<u8>]> = None;
    let tpm = Tpm::from_fn(n, on).expect("a matrix");
    let limits = Limits {
        units: 16,
        bytes: 4 << 30,
    };
    let mut state = vec![0; n];
    state[0] = 1;
    Network::new(tpm, none, &state, limits).expect("a network")
}

fn whole(network: &Network) -> f64 {
    let nodes: Vec<usize> = (0..network.units()).collect();
    system_phi(network, &nodes, Effort::unlimited())
        .expect("a value")
        .phi_s
}

fn systems() {
    println!("φ_s of the whole, drawn networks");
    for (n, limit) in [
        (6, 1e-3),
        (8, 5e-3),
        (10, 0.03),
        (12, 0.5),
        (14, 8.0),
        (16, 120.0),
    ] {
        let network = sigmoid(n, 9000 + n as u64);
        let repeats = if n < 14 { 5 } else { 1 };
        line(
            &format!("  n = {n}, φ_s = {:.4} bits", whole(&network)),
            fastest(repeats, || whole(&network)),
            Some(limit),
            None,
        );
    }
    println!("φ_s of the whole, reference cases (C prototype of the same algorithm)");
    for case in cases("iit4_big.json") {
        let n = case["n"].as_u64().unwrap_or(0) as usize;
        if n < 8 {
            continue;
        }
        let weights: Vec<Vec<f64>> = of(&case["weights"]);
        let (slope, state): (f64, Vec<u8>) = (of(&case["k_slope"]), of(&case["state"]));
        let on = |state: u32, j: usize| {
            let sign = |i: usize| 2.0 * f64::from(state >> i & 1) - 1.0;
            let sum: f64 = (0..n).map(|i| weights[i][j] * sign(i)).sum();
            1.0 / (1.0 + num::exp(-slope * sum))
        };
        let none: Option<&[Vec<u8>]> = None;
        let tpm = Tpm::from_fn(n, on).expect("a matrix");
        let network = Network::new(tpm, none, &state, Limits::default()).expect("a network");
        let reference = case["cpu_seconds_prototype"].as_f64();
        let id = case["id"].as_str().unwrap_or_default();
        line(
            &format!("  {id}"),
            fastest(3, || whole(&network)),
            None,
            reference,
        );
    }
}

/// Every candidate system of the small cases, beside PyPhi.
fn candidates() {
    println!("φ_s of every candidate system and all complexes, reference cases (PyPhi)");
    for n in 2..=6 {
        let of_size: Vec<Value> = cases("iit4_cases.json")
            .into_iter()
            .filter(|case| case["n"] == n)
            .collect();
        if of_size.is_empty() {
            continue;
        }
        let systems = of_size
            .iter()
            .flat_map(|case| case["expected"]["systems"].as_array());
        let reference: f64 = systems
            .flatten()
            .filter_map(|s| s["pyphi_seconds_cpu"].as_f64())
            .sum();
        let networks: Vec<Network> = of_size.iter().map(network).collect();
        let seconds = fastest(3, || {
            let found = networks.iter().map(|n| complexes(n, Effort::unlimited()));
            found.filter(Result::is_ok).count()
        });
        let name = format!("  n = {n}, {} networks", networks.len());
        line(&name, seconds, None, Some(reference));
    }
    println!("major complex over all subsets, drawn networks");
    for (n, limit) in [(6, 0.02), (8, 0.1), (10, 2.0), (12, 30.0)] {
        let network = sigmoid(n, 9000 + n as u64);
        let seconds = fastest(3, || complexes(&network, Effort::unlimited()).is_ok());
        line(&format!("  n = {n}"), seconds, Some(limit), None);
    }
}

fn structures() {
    println!("cause–effect structure (PyPhi, wall)");
    for (n, limit) in [(4, 5e-3), (6, 1.0)] {
        let network = sigmoid(n, 9000 + n as u64);
        line(
            &format!("  n = {n}, drawn"),
            unfold(&network),
            Some(limit),
            None,
        );
    }
    for case in cases("iit4_paper.json") {
        let id = case["id"].as_str().unwrap_or_default();
        let limit = id.ends_with("fig6d").then_some(5.0);
        let n = case["n"].as_u64();
        let systems = case["expected"]["systems"].as_array();
        let whole = systems.into_iter().flatten();
        let whole = whole.filter(|s| s["nodes"].as_array().map(|l| l.len() as u64) == n);
        let reference = whole
            .filter_map(|s| s["ces"]["ces_seconds_wall"].as_f64())
            .next();
        line(
            &format!("  {id}"),
            unfold(&network(&case)),
            limit,
            reference,
        );
    }
}

fn unfold(network: &Network) -> f64 {
    let nodes: Vec<usize> = (0..network.units()).collect();
    let system = system_phi(network, &nodes, Effort::unlimited()).expect("a value");
    fastest(3, || {
        structure_of(network, &system, Effort::unlimited()).is_ok()
    })
}

fn gaussian() {
    println!("Gaussian minimum partitions, drawn systems");
    let plans = [
        (
            "MI1, Queyranne, n = 200",
            Measure::Mi1,
            Search::Queyranne,
            200,
            Some(2.0),
        ),
        (
            "SI, exhaustive, n = 16",
            Measure::Si,
            Search::Exhaustive,
            16,
            Some(2.0),
        ),
        (
            "MI, Queyranne, n = 50",
            Measure::Mi,
            Search::Queyranne,
            50,
            None,
        ),
        (
            "Φ*, exhaustive, n = 8",
            Measure::Star,
            Search::Exhaustive,
            8,
            None,
        ),
        (
            "Φ_G, exhaustive, n = 6",
            Measure::Geo,
            Search::Exhaustive,
            6,
            None,
        ),
        (
            "SI, replica exchange, n = 16",
            Measure::Si,
            Search::Exchange,
            16,
            None,
        ),
    ];
    for (name, measure, search, n, limit) in plans {
        let system = random_system(n, 7).expect("a system");
        let settings = MinimumSettings::of(measure, search);
        let seconds = fastest(1, || {
            minimum_partition(&system, &settings, &mut Budget::unlimited()).is_ok()
        });
        line(&format!("  {name}"), seconds, limit, None);
    }
    let system = random_system(100, 7).expect("a system");
    let settings = MinimumSettings::of(Measure::Mi1, Search::Queyranne);
    let seconds = fastest(1, || {
        hierarchy(&system, &settings, &mut Budget::unlimited()).is_ok()
    });
    line(
        "  MI1, hierarchical complexes, n = 100",
        seconds,
        Some(10.0),
        None,
    );

    println!("Gaussian minimum partitions, reference cases (PhiToolbox in Octave)");
    for case in cases("gauss_cases.json") {
        for wanted in case["expected"]["mip"].as_array().into_iter().flatten() {
            let kind: Measure = of(&wanted["type"]);
            let search: Search = of(&wanted["search"]);
            let reference = wanted["octave_seconds"].as_f64();
            if reference.is_none_or(|seconds| seconds < 3.0) {
                continue;
            }
            let system: phantomos::phi::gauss::case::CaseSystem = of(&case);
            let system = system.system().expect("a system");
            let settings = MinimumSettings::of(kind, search);
            let seconds = fastest(1, || {
                minimum_partition(&system, &settings, &mut Budget::unlimited()).is_ok()
            });
            let name = format!("  n = {}, {kind:?}, {search:?}", case["n"]);
            line(&name, seconds, None, reference);
        }
    }
}

fn older() {
    println!("IIT 3.0, reference cases (PyPhi)");
    for n in 2..=6 {
        let all = cases("iit3_cases.json");
        let of_size: Vec<&Value> = all.iter().filter(|case| case["n"] == n).collect();
        if of_size.is_empty() {
            continue;
        }
        let systems = of_size
            .iter()
            .flat_map(|case| case["expected"]["systems"].as_array());
        let reference: f64 = systems
            .flatten()
            .filter_map(|s| s["seconds_cpu"].as_f64())
            .sum();
        let networks: Vec<CaseNetwork> = of_size
            .iter()
            .map(|case| CaseNetwork {
                tpm_state_by_node: of(&case["tpm_state_by_node"]),
                cm: of(&case["cm"]),
                state: of(&case["state"]),
            })
            .collect();
        let seconds = fastest(1, || {
            networks.iter().map(iit3).filter(Result::is_ok).count()
        });
        let name = format!("  n = {n}, {} networks", networks.len());
        line(&name, seconds, None, Some(reference));
    }
}

/// What a live measurement of eight units, ten times a second of plant time, costs `hello`.
fn live() {
    println!("live: hello, 2,000 ticks");
    let probe = r#"[(name: "probe", device: Probe(vertices: Spread(8)))]"#;
    let sets = |phi: &str| [("sensors", probe), ("phi", phi)].map(|(k, v)| (k.into(), v.into()));
    let run = |phi: &str, threads: usize| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes/hello.ron");
        let loaded = load(&path, &sets(phi)).expect("a scene");
        let blueprint = Blueprint::new(loaded).expect("a blueprint");
        fastest(5, || {
            let options = SimOptions {
                threads,
                ..SimOptions::default()
            };
            let mut simulation = Simulation::new(blueprint.clone(), options).expect("a run");
            (0..2000)
                .try_for_each(|_| simulation.step().map(|_| ()))
                .is_ok()
        })
    };
    let exact = r#"(units: ["probe"], measure: Iit4, complexes: false, window: 256,
        period_ticks: 5, latency_ticks: 4)"#;
    for threads in [1, 2] {
        let plain = run("()", threads);
        let measured = run(exact, threads);
        println!(
            "  {threads} thread(s): {:.1} ms without Φ, {:.1} ms with exact φ_s of 8 units at 10 Hz: \
             {:.2} µs a tick more, {:.4} % of real time",
            1e3 * plain,
            1e3 * measured,
            1e6 * (measured - plain) / 2000.0,
            100.0 * (measured - plain) / 40.0
        );
    }
}

fn main() {
    systems();
    candidates();
    structures();
    gaussian();
    older();
    live();
}
