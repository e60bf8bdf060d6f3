//! `phantom integrate`: a case of coupled oscillators in, its states and quantities out.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::{Value, json};

use crate::dynamics::{Integrator, Options, answer};
use crate::scenario::Parts;

use super::answers::{complain, print_answers};
use super::command::Command;
use super::exit;
use super::own_files::{put_graph, put_state};
use super::say::say;
use super::scene_args::parse_seconds;
use super::stop::TimeLimit;

/// Arguments of `integrate`.
#[derive(Args, Debug)]
pub struct IntegrateArgs {
    /// A case as JSON, or a list of them.
    #[arg(long, value_name = "FILE")]
    pub input: PathBuf,
    /// A graph for all cases, instead of theirs: lines of `source target [weight]`.
    #[arg(long, value_name = "FILE")]
    pub graph: Option<PathBuf>,
    /// Whether the edges of --graph are felt in both directions.
    #[arg(long, requires = "graph")]
    pub undirected: bool,
    /// Initial states for all cases, one row for each vertex: .npy, or CSV whose columns may be
    /// parameters too.
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// The integrator of trajectories; adaptive Dormand–Prince when absent.
    #[arg(long, value_enum)]
    pub integrator: Option<IntegratorArg>,
    /// Step of the integrators of fixed step, s.
    #[arg(long, value_name = "S", value_parser = parse_seconds)]
    pub dt: Option<f64>,
    /// Relative tolerance of the adaptive integrator; 1e-10 when absent.
    #[arg(long, value_parser = parse_tolerance)]
    pub rtol: Option<f64>,
    /// Seed of simulated populations.
    #[arg(long)]
    pub seed: Option<u64>,
    /// Stop after this many seconds of wall time, with exit code 124 and without an answer.
    #[arg(long, value_name = "S", value_parser = parse_seconds)]
    pub time_limit: Option<f64>,
    /// Print one JSON document: an answer, or a list of answers for a list of cases.
    #[arg(long)]
    pub json: bool,
}

/// An integrator.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntegratorArg {
    /// Symplectic Euler, order 1.
    SymplecticEuler,
    /// Leapfrog (Störmer–Verlet), order 2.
    Leapfrog,
    /// The classic method of Runge and Kutta, order 4.
    Rk4,
    /// Dormand–Prince 5(4), adaptive.
    Dopri5,
}

fn parse_tolerance(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(x) if (1e-14..=1e-1).contains(&x) => Ok(x),
        _ => Err("expected a number in 1e-14 … 0.1".to_owned()),
    }
}

impl Command for IntegrateArgs {
    const NAME: &'static str = "integrate";
    const ABOUT: &'static str = "Integrate a case of coupled oscillators from a file";

    fn run(&self, _parts: &Parts) -> u8 {
        // No files are open: at the limit the process ends by itself.
        let _limit = TimeLimit::begin(self.time_limit.map(Duration::from_secs_f64));
        match answer_all(self) {
            Ok(code) => code,
            Err(error) => complain(&error),
        }
    }
}

fn options(args: &IntegrateArgs) -> Options {
    let plain = Options::default();
    Options {
        integrator: match args.integrator {
            None => Integrator::Auto,
            Some(IntegratorArg::SymplecticEuler) => Integrator::SymplecticEuler,
            Some(IntegratorArg::Leapfrog) => Integrator::Leapfrog,
            Some(IntegratorArg::Rk4) => Integrator::Rk4,
            Some(IntegratorArg::Dopri5) => Integrator::Dopri5,
        },
        dt: args.dt,
        rtol: args.rtol.unwrap_or(plain.rtol),
        seed: args.seed.unwrap_or(plain.seed),
        ..plain
    }
}

fn answer_all(args: &IntegrateArgs) -> Result<u8> {
    let shown = args.input.display().to_string();
    let bytes = std::fs::read(&args.input).with_context(|| shown.clone())?;
    let text: Value =
        serde_json::from_slice(&bytes).with_context(|| format!("{shown} is not JSON"))?;
    let (mut cases, many) = match text {
        Value::Array(cases) => (cases, true),
        one => (vec![one], false),
    };
    for case in &mut cases {
        if let Some(path) = &args.graph {
            put_graph(case, path, args.undirected)?;
        }
        if let Some(path) = &args.state {
            put_state(case, path)?;
        }
    }
    ensure!(!cases.is_empty(), "{shown} holds no case");
    let fixed = args
        .integrator
        .is_some_and(|own| own != IntegratorArg::Dopri5);
    ensure!(
        !fixed || args.rtol.is_none(),
        "--rtol with an integrator of fixed step, expected --dt"
    );
    ensure!(
        args.integrator != Some(IntegratorArg::Dopri5) || args.dt.is_none(),
        "--dt with dopri5, which chooses its steps; expected --rtol"
    );
    let options = options(args);
    let (mut documents, mut code) = (Vec::with_capacity(cases.len()), exit::OK);
    for (k, case) in cases.iter().enumerate() {
        let place = || {
            let number = if many {
                format!(", case {k}")
            } else {
                String::new()
            };
            let graph = args.graph.as_ref();
            let edges = graph.map(|path| format!(" with the edges of {}", path.display()));
            format!("{shown}{number}{}", edges.unwrap_or_default())
        };
        match answer(case, &options).with_context(place) {
            Ok(found) if args.json => documents.push(found),
            Ok(found) => tell(&found),
            Err(error) if many => {
                // The other cases of a list have answers of their own.
                code = complain(&error);
                documents.push(json!({"id": case["id"], "error": format!("{error:#}")}));
            }
            Err(error) => return Err(error),
        }
    }
    if args.json {
        print_answers(documents, many)?;
    }
    Ok(code)
}

/// The last states, the quantities, and how they were come by.
fn tell(found: &Value) {
    let text = |value: &Value| {
        value
            .as_str()
            .unwrap_or("case")
            .replace(char::is_control, " ")
    };
    say!("{} ({})", text(&found["id"]), text(&found["family"]));
    if let Some(last) = found["expect"].as_array().and_then(|list| list.last()) {
        say!("  at t = {}", last["t"]);
        for (key, value) in last
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(key, _)| *key != "t")
        {
            say!("  {key:<12} {}", shortened(value));
        }
    }
    for quantity in found["quantities"].as_array().into_iter().flatten() {
        say!("  {:<28} {}", text(&quantity["name"]), quantity["value"]);
        if let Some(method) = quantity["method"].as_str() {
            say!("  {:<28} by {method}", "");
        }
    }
    let integrator = &found["integrator"];
    let (steps, rejected) = (&integrator["steps"], &integrator["rejected"]);
    say!(
        "  {}: {steps} steps, {rejected} rejected",
        text(&integrator["name"])
    );
}

/// A list's first values.
fn shortened(value: &Value) -> String {
    const SHOWN: usize = 6;
    match value.as_array() {
        Some(list) => {
            let shown: Vec<String> = list.iter().take(SHOWN).map(Value::to_string).collect();
            let more = if list.len() > SHOWN { " …" } else { "" };
            format!("{}{more}", shown.join("  "))
        }
        None => value.to_string(),
    }
}
