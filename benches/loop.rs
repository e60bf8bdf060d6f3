//! How fast the loop runs, and what the ECS costs over the bare kernel.
//!
//! `cargo bench --no-default-features --bench loop`

use std::path::Path;
use std::time::{Duration, Instant};

use phantomos::base::num;
use phantomos::dynamics::dense::{Acting, Lane, Scheme, StageClock};
use phantomos::kernel::{SimOptions, Simulation};
use phantomos::resonator::plant::Gathering;
use phantomos::resonator::{Plant, VertexImage};
use phantomos::scenario::{Blueprint, load, parse};

/// The shortest of several runs of `work`, which says how much it did.
fn fastest(repeats: u32, mut work: impl FnMut() -> u64) -> (f64, u64) {
    let mut best = (Duration::MAX, 1);
    for _ in 0..repeats {
        let begun = Instant::now();
        let amount = work();
        best = best.min((begun.elapsed(), amount));
    }
    (best.0.as_secs_f64(), best.1)
}

fn scene(name: &str) -> Blueprint {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenes/{name}.ron"));
    Blueprint::new(load(&path, &[]).expect("a scene")).expect("a blueprint")
}

fn rate(name: &str, threads: usize, ticks: u64) {
    let blueprint = scene(name);
    let (seconds, done) = fastest(3, || {
        let options = SimOptions {
            threads,
            ..SimOptions::default()
        };
        let mut simulation = Simulation::new(blueprint.clone(), options).expect("a run");
        for _ in 0..ticks {
            simulation.step().expect("a tick");
        }
        ticks
    });
    println!(
        "{name}, {threads} threads: {:.0} ticks/s",
        done as f64 / seconds
    );
}

fn sincos_rate() -> f64 {
    let (seconds, count) = fastest(5, || {
        let mut sum = 0.0;
        for k in 0..2_000_000u32 {
            let (s, c) = num::sin_cos(f64::from(k) * 1e-3);
            sum += s + c;
        }
        std::hint::black_box(sum);
        2_000_000
    });
    count as f64 / seconds
}

/// 10,000 phases on one node: the plant alone, then the plant within the whole tick.
fn ecs_over_kernel(sincos: f64) {
    let text = r#"(
        version: 2, name: "bare",
        graph: (kind: WattsStrogatz(neighbors: 3, rewire: 0.05)),
        populations: [(name: "p", count: 10000, coupling: 0.5,
            model: Kuramoto(omega: Normal(mean: 1.0, sd: 0.1)))],
        cluster: (nodes: 1),
    )"#;
    let loaded = parse(text, "bare", Path::new("."), &[]).expect("a scene");
    let blueprint = Blueprint::new(loaded).expect("a blueprint");
    let ticks = 200;
    let (kernel, _) = fastest(5, || {
        let views: Vec<_> = blueprint.vertices.iter().map(VertexImage::view).collect();
        let mut plant = Plant::gather(&views, Gathering::default());
        let acting = Acting {
            coupling: Lane::Uniform(0.5),
            ..Acting::default()
        };
        plant.dense.act(0, acting);
        for step in 0..ticks {
            for stage in 0..4 {
                let clock = StageClock {
                    stage,
                    step,
                    step_s: 0.01,
                    time_s: step as f64 * 0.01,
                };
                plant.dense.stage(1, Scheme::Rk4, clock);
            }
        }
        ticks
    });
    let (whole, _) = fastest(5, || {
        let mut simulation =
            Simulation::new(blueprint.clone(), SimOptions::default()).expect("a run");
        for _ in 0..ticks {
            simulation.step().expect("a tick");
        }
        ticks
    });
    let (building, _) = fastest(5, || {
        let simulation = Simulation::new(blueprint.clone(), SimOptions::default());
        std::hint::black_box(&simulation.is_ok());
        1
    });
    let evaluations = (4 * ticks * 10_000) as f64;
    println!("bare kernel: {:.3} ms/tick", 1e3 * kernel / ticks as f64);
    println!(
        "  {:.3e} sincos/s, {:.2} of what sincos alone reaches ({sincos:.3e}/s)",
        evaluations / kernel,
        evaluations / kernel / sincos
    );
    let ecs = (whole - building) / ticks as f64;
    println!("whole tick:  {:.3} ms/tick", 1e3 * ecs);
    println!("  {:.2} times the bare kernel", ecs * ticks as f64 / kernel);
}

/// From the text of `hello` to the end of its first tick.
fn start() {
    let (seconds, _) = fastest(5, || {
        let mut simulation = Simulation::new(scene("hello"), SimOptions::default()).expect("a run");
        simulation.step().expect("a tick");
        1
    });
    println!(
        "hello, from its text to the first tick: {:.1} ms",
        1e3 * seconds
    );
}

fn main() {
    let sincos = sincos_rate();
    start();
    rate("hello", 1, 2000);
    rate("cluster", 1, 200);
    rate("cluster", 2, 200);
    ecs_over_kernel(sincos);
}
