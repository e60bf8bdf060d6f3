//! `phantom bench`: the speed of the plant on the benchmark problems, with their checksums.

use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use crate::base::NodeId;
use crate::base::isa::Isa;
use crate::dynamics::benchmark::{Checksums, Problem, STEP_S};
use crate::dynamics::dense::{DensePlant, StageClock};
use crate::graph::pg1::Pg1;
use crate::graph::rcm::{nearer_order, reverse_cuthill_mckee};
use crate::kernel::{SimOptions, Simulation};
use crate::resonator::Plant;
use crate::scenario::Parts;

use super::answers::complain;
use super::bench_args::{BenchArgs, BenchCommand, DynamicsBenchArgs, OrderArg, chosen_isa};
use super::command::Command;
use super::say::say;
use super::{bench_scene, exit};

impl Command for BenchArgs {
    const NAME: &'static str = "bench";
    const ABOUT: &'static str = "Measure the speed of this machine on benchmark problems";

    fn run(&self, parts: &Parts) -> u8 {
        let BenchCommand::Dynamics(args) = &self.command;
        match dynamics(args, parts) {
            Ok(()) => exit::OK,
            Err(error) => complain(&error),
        }
    }
}

fn dynamics(args: &DynamicsBenchArgs, parts: &Parts) -> Result<()> {
    let isa = chosen_isa(args.isa).map_err(anyhow::Error::msg)?;
    let graph = graph(args)?;
    let problem: Problem = args.case.into();
    let measured = if args.bare {
        bare(args, &graph, problem, isa)
    } else {
        through_plugins(args, parts, &graph, problem, isa)?
    };
    report(args, &graph, (problem, isa), &measured);
    Ok(())
}

/// Time and checksums of a run.
struct Measured {
    path: &'static str,
    steps: u64,
    seconds: f64,
    cpu_seconds: Option<f64>,
    sums: Checksums,
    per_tick: u64,
}

/// The arrays alone.
fn bare(args: &DynamicsBenchArgs, graph: &Pg1, problem: Problem, isa: Isa) -> Measured {
    let order = order(args.order, graph);
    let mut plant = problem.plant(graph, &order, isa);
    let threads = usize::from(args.threads);
    // One step that is not counted: it touches every array for the first time.
    let initial = (plant.first().to_vec(), plant.second().to_vec());
    run(&mut plant, problem, threads, 1);
    plant.restore(&initial.0, &initial.1);
    let clock = Stopwatch::start(threads);
    run(&mut plant, problem, threads, args.steps);
    let (seconds, cpu_seconds) = clock.stop();
    Measured {
        path: "bare",
        steps: args.steps,
        seconds,
        cpu_seconds,
        sums: problem.checksums(&plant),
        per_tick: 1,
    }
}

/// The most steps of a tick, unless the user says how many: a run that is sampled at 10 Hz.
const STEPS_PER_TICK: u64 = 10;

fn steps_per_tick(args: &DynamicsBenchArgs) -> Result<u64> {
    let fits = |count: &u64| args.steps.is_multiple_of(*count) && args.steps / count >= 2;
    match args.steps_per_tick.map(u64::from) {
        Some(count) => {
            ensure!(
                fits(&count),
                "--steps {}: expected a multiple of --steps-per-tick {count}, at least two ticks",
                args.steps
            );
            Ok(count)
        }
        None => (1..=STEPS_PER_TICK).rev().find(fits).with_context(|| {
            let steps = args.steps;
            format!("--steps {steps}: expected at least 2, the first tick is not timed")
        }),
    }
}

/// The whole of a run: entities and components, and the tick around them. The first tick gathers
/// the plant and is not counted.
fn through_plugins(
    args: &DynamicsBenchArgs,
    parts: &Parts,
    graph: &Pg1,
    problem: Problem,
    isa: Isa,
) -> Result<Measured> {
    let per_tick = steps_per_tick(args)?;
    let order = args.order.into();
    let blueprint = bench_scene::blueprint(parts, problem, graph, per_tick as u32, order)
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let options = SimOptions {
        threads: usize::from(args.threads),
        isa,
        ..SimOptions::default()
    };
    let mut simulation = Simulation::new(blueprint, options)?;
    simulation.step()?;
    let ticks = args.steps / per_tick - 1;
    let clock = Stopwatch::start(usize::from(args.threads));
    for _ in 0..ticks {
        simulation.step()?;
    }
    let (seconds, cpu_seconds) = clock.stop();
    let world = simulation
        .node_world(NodeId(0))
        .context("a run without a node")?;
    Ok(Measured {
        path: "plugins",
        steps: ticks * per_tick,
        seconds,
        cpu_seconds,
        sums: problem.checksums(&world.resource::<Plant>().dense),
        per_tick,
    })
}

/// Wall time, and what this thread had of the processor where the system tells.
struct Stopwatch {
    start: Instant,
    cpu: Option<f64>,
}

impl Stopwatch {
    fn start(threads: usize) -> Self {
        Self {
            cpu: (threads == 1).then(thread_seconds).flatten(),
            start: Instant::now(),
        }
    }

    fn stop(&self) -> (f64, Option<f64>) {
        let seconds = self.start.elapsed().as_secs_f64();
        let cpu = self.cpu.and_then(|before| Some(thread_seconds()? - before));
        (seconds, cpu)
    }
}

fn thread_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(1e-9 * nanoseconds)
}

fn graph(args: &DynamicsBenchArgs) -> Result<Pg1> {
    match (&args.graph, args.n) {
        (Some(path), None) => {
            let shown = path.display().to_string();
            let bytes = std::fs::read(path).with_context(|| shown.clone())?;
            Pg1::read(&bytes).with_context(|| shown)
        }
        (None, Some(n)) => {
            let topology = args.topology.map(Into::into).unwrap_or_default();
            let seed = args.seed.unwrap_or(42);
            Pg1::generate(topology, n, seed).context("--n")
        }
        _ => bail!("expected either --graph FILE or --n VERTICES"),
    }
}

/// The vertices in the order of slots. `Auto` looks whether neighbours get nearer.
fn order(wanted: OrderArg, graph: &Pg1) -> Vec<u32> {
    let natural = || (0..graph.vertices as u32).collect();
    if wanted == OrderArg::Natural {
        return natural();
    }
    let (start, sources, _) = graph.compressed();
    if wanted == OrderArg::Rcm {
        reverse_cuthill_mckee(&start, &sources)
    } else {
        nearer_order(&start, &sources).unwrap_or_else(natural)
    }
}

fn run(plant: &mut DensePlant, problem: Problem, threads: usize, steps: u64) {
    let scheme = problem.scheme();
    for step in 0..steps {
        for stage in 0..scheme.stages() {
            let clock = StageClock {
                stage,
                step,
                step_s: STEP_S,
                time_s: step as f64 * STEP_S,
            };
            plant.stage(threads, scheme, clock);
            plant.take_own_means();
        }
    }
}

fn report(
    args: &DynamicsBenchArgs,
    graph: &Pg1,
    (problem, isa): (Problem, Isa),
    measured: &Measured,
) {
    let (seconds, sums) = (measured.seconds, &measured.sums);
    let n = graph.vertices as f64;
    let steps = measured.steps as f64;
    let edges = 2.0 * graph.edges.len() as f64;
    let edge_rate = edges * f64::from(problem.scheme().stages()) * steps / seconds;
    let edge_rate = problem.has_edges().then_some(edge_rate);
    let rate = n * steps / seconds;
    if args.json {
        let mut document = json!({
            "case": problem.name(),
            "n": graph.vertices,
            "directed_edges": 2 * graph.edges.len(),
            "steps": args.steps,
            "threads": args.threads,
            "isa": isa.name(),
            "path": measured.path,
            "steps_timed": measured.steps,
            "seconds": seconds,
            "oscillator_updates_per_s": rate,
            "checksums": { sums.names[0]: sums.values[0], sums.names[1]: sums.values[1] },
        });
        if measured.path == "plugins" {
            document["steps_per_tick"] = json!(measured.per_tick);
        }
        if let Some(cpu) = measured.cpu_seconds {
            document["cpu_seconds"] = json!(cpu);
        }
        if let Some(edge_rate) = edge_rate {
            document["edge_updates_per_s"] = json!(edge_rate);
        }
        say!("{document}");
        return;
    }
    let threads = if args.threads == 1 {
        "thread"
    } else {
        "threads"
    };
    say!(
        "{} · {} oscillators, {edges} directed edges, {} steps, {}, {isa}, {} {threads}",
        problem.name(),
        graph.vertices,
        args.steps,
        measured.path,
        args.threads
    );
    say!(
        "  {seconds:.3} s, {:.1} million oscillator updates/s",
        rate / 1e6
    );
    if let Some(edge_rate) = edge_rate {
        say!("  {:.0} million directed-edge updates/s", edge_rate / 1e6);
    }
    for (name, value) in sums.names.iter().zip(sums.values) {
        say!("  {name:<12} {value:.15}");
    }
}
