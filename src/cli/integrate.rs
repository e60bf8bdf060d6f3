//! `phantom integrate`: a case of coupled oscillators in, its states and quantities out.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use clap::Args;
use serde_json::{Value, json};

use crate::base::cancel::Cancel;
use crate::dynamics::{Integrator, Options, answer};
use crate::files::columns::choose;
use crate::files::source;
use crate::files::table::{TableQuestion, read as read_table};
use crate::files::vertex_rows::refuse_shuffled;
use crate::graph::FileEdges;
use crate::scenario::Parts;

use super::answers::{complain, print_answers};
use super::command::Command;
use super::exit;
use super::file_args::{DialectArgs, GraphArgs, graph_file, tell_reading};
use super::own_files::{put_graph, put_state};
use super::phi::effort::Watch;
use super::say::say;
use super::scene_args::parse_seconds;
use super::stop::TimeLimit;

/// Arguments of `integrate`.
#[derive(Args, Debug)]
pub struct IntegrateArgs {
    /// A case as JSON, or a list of them.
    #[arg(long, value_name = "FILE")]
    pub input: PathBuf,
    /// A graph for all cases, instead of theirs: GraphML, a list or table of edges, a matrix of
    /// weights, Matrix Market, GML, GEXF, Pajek or METIS.
    #[arg(long, value_name = "FILE")]
    pub graph: Option<PathBuf>,
    /// How the graph is read.
    #[command(flatten)]
    pub reading: GraphArgs,
    /// Initial states for all cases, one row for each vertex: .npy, .npz, or a text whose columns
    /// may be parameters too.
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Columns of --state that are taken, by name.
    #[arg(long, value_delimiter = ',', value_name = "NAME,…", requires = "state")]
    pub columns: Vec<String>,
    /// How tables are written.
    #[command(flatten)]
    pub dialect: DialectArgs,
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
    ensure!(!cases.is_empty(), "{shown} holds no case");
    put_files(&mut cases, args)?;
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

/// Puts a person's own files into the cases, and tells what they were read as.
fn put_files(cases: &mut [Value], args: &IntegrateArgs) -> Result<()> {
    if let Some(path) = &args.state {
        let shown = path.display().to_string();
        let bytes = source::read(path).with_context(|| shown.clone())?;
        let asked = TableQuestion {
            dialect: args.dialect.options(),
            array: args.dialect.array.as_deref(),
            columns: &args.columns,
            ..TableQuestion::default()
        };
        let found = read_table(&shown, bytes, &asked).and_then(|file| {
            refuse_shuffled(&file)?;
            choose(file, &args.columns)
        });
        let found = found.map_err(|faults| anyhow!("{shown}: {faults}"))?;
        for case in &mut *cases {
            put_state(case, path, &found)?;
        }
        tell_reading(path, &found.summary(), &found.told());
    }
    if let Some(path) = &args.graph {
        let mut dialect = args.dialect.clone();
        if args.state.is_some() {
            // It is of the states, which are read beside the graph.
            dialect.array = None;
        }
        let options = args.reading.options(path, &dialect);
        let watch = Watch::start(None);
        watch.stage("reading");
        let found = graph_file(&options, &Cancel::default());
        watch.finish();
        let found = found?;
        let mut told: Option<FileEdges> = None;
        for case in &mut *cases {
            let edges = put_graph(case, &options, &found)?;
            if told
                .as_ref()
                .is_none_or(|told| told.summary != edges.summary)
            {
                tell_reading(path, &edges.summary, &edges.notes);
            }
            told = Some(edges);
        }
    }
    Ok(())
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
