//! What a user types.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::bench_args::BenchCommand;
use super::lyapunov::LyapunovArgs;
use super::run_args::{ReplayArgs, RunArgs, SceneArgs, parse_seconds};

/// A laboratory for networks of resonators that regulate themselves.
#[derive(Parser, Debug)]
#[command(
    name = "phantom",
    version,
    about,
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    /// What to do; without it, the scene opens in a window.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Arguments of the window.
    #[command(flatten)]
    pub app: AppArgs,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run a scene without a window and write a run folder.
    Run(RunArgs),
    /// Run a run folder's scene and inputs again and compare the digests.
    Verify {
        /// The run folder.
        folder: PathBuf,
        /// Worker threads.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
        threads: u16,
    },
    /// Run a run folder's scene and inputs again up to a tick, with one thing left out if wanted.
    Replay(ReplayArgs),
    /// Integrated information (Φ) of a transition matrix, a covariance or a recording.
    Phi(PhiArgs),
    /// Integrate a case of coupled oscillators from a file.
    Integrate(IntegrateArgs),
    /// The largest Lyapunov exponent of a scene's plant.
    Lyapunov(LyapunovArgs),
    /// Measure the speed of this machine on benchmark problems.
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Judge scenes without running them.
    Check {
        /// The scenes.
        #[arg(required = true)]
        scenes: Vec<PathBuf>,
        /// Let the scenes read files below this directory, too; may be repeated.
        #[arg(long, value_name = "DIR")]
        allow_read: Vec<PathBuf>,
    },
    /// List the scenes in a directory, one line each, or the metrics of a run.
    List {
        /// The directory, or `metrics` (a directory of that name is `./metrics`).
        #[arg(default_value = "scenes")]
        directory: PathBuf,
    },
}

/// A measure of integrated information.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhiMeasureArg {
    /// φ_s, complexes and structures of IIT 4.0, of binary units.
    Iit4,
    /// Φ of IIT 3.0, up to six binary units.
    Iit3,
    /// Gaussian multi-information of one instant.
    Mi1,
    /// Gaussian multi-information of past and present.
    Mi,
    /// Stochastic interaction.
    Si,
    /// Φ*, from mismatched decoding.
    Star,
    /// Φ_G, from information geometry.
    Geo,
}

/// A search for the minimum bipartition of a Gaussian measure.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhiSearchArg {
    /// Every bipartition: exact.
    Exhaustive,
    /// Queyranne's algorithm: exact for mi1 and mi.
    Queyranne,
    /// Spectral cuts: heuristic.
    Spectral,
    /// Replica-exchange Monte Carlo: heuristic.
    Remcmc,
}

/// What a table is.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhiKind {
    /// A transition matrix: 2^n rows of n columns, or 2^n × 2^n; needs --state.
    Tpm,
    /// A covariance.
    Covariance,
    /// A recording: samples in rows, units in columns.
    Recording,
}

/// Arguments of `phi`.
#[derive(Args, Debug)]
pub struct PhiArgs {
    /// Reference cases as JSON, or a table as .npy or CSV: a transition matrix, a covariance or a
    /// recording.
    #[arg(long, value_name = "FILE", conflicts_with = "selftest")]
    pub input: Option<PathBuf>,
    /// What the table is, instead of what its shape says.
    #[arg(long, value_enum)]
    pub kind: Option<PhiKind>,
    /// Columns of a CSV file that are units, by name.
    #[arg(long, value_delimiter = ',', value_name = "NAME,…")]
    pub columns: Vec<String>,
    /// The state of each unit of a transition matrix, unit 0 first, for example 1,0,0.
    #[arg(long, value_name = "0,1,…", value_parser = parse_state)]
    pub state: Option<std::vec::Vec<u8>>,
    /// The measure; iit4 for transition matrices and mi1 for the rest when absent.
    #[arg(long, value_enum)]
    pub measure: Option<PhiMeasureArg>,
    /// How the minimum bipartition of a Gaussian measure is searched for.
    #[arg(long, value_enum)]
    pub search: Option<PhiSearchArg>,
    /// Minimise the normalised value (Gaussian measures).
    #[arg(long)]
    pub normalized: bool,
    /// Look for complexes.
    #[arg(long)]
    pub complexes: bool,
    /// Unfold the cause–effect structure also of more than six units.
    #[arg(long)]
    pub structure: bool,
    /// The value without each unit, and without each connection of a network.
    #[arg(long)]
    pub lesion: bool,
    /// Samples between past and present of a recording.
    #[arg(long, default_value_t = 1, value_name = "SAMPLES")]
    pub lag: usize,
    /// Shrinkage of a recording's covariance towards its diagonal: auto, none, or a share 0 … 1.
    #[arg(long, default_value = "auto")]
    pub shrink: String,
    /// Sample from which a unit of a recording is on (iit4, iit3), instead of its mean.
    #[arg(long)]
    pub threshold: Option<f64>,
    /// Compare a recording's value with this many surrogates, and give an interval from as many
    /// resamples.
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = parse_surrogates)]
    pub surrogates: usize,
    /// Seed of surrogates and resamples.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Give the best bound after this many seconds.
    #[arg(long, value_name = "S", value_parser = parse_seconds)]
    pub deadline: Option<f64>,
    /// Worker threads; the numbers do not depend on them.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: u16,
    /// Draw the network with its cut, complexes and structure.
    #[arg(long, value_name = "OUT.svg")]
    pub plot: Option<PathBuf>,
    /// Print one JSON document: an answer, or a list of answers for a list of cases.
    #[arg(long)]
    pub json: bool,
    /// Compute the published figures 1, 6 and 7 of Albantakis et al. (2023) and compare.
    #[arg(long)]
    pub selftest: bool,
}

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

/// Arguments of the window.
#[derive(Args, Debug, Default)]
pub struct AppArgs {
    /// The scene; the scene `hello` when absent.
    pub scene: Option<PathBuf>,
    /// Changes of the scene.
    #[command(flatten)]
    pub changes: SceneArgs,
    /// Save a picture of the window and exit.
    #[arg(long, value_name = "FILE", requires = "at")]
    pub screenshot: Option<PathBuf>,
    /// The tick at which the picture is taken.
    #[arg(long, value_name = "TICK", requires = "screenshot")]
    pub at: Option<u64>,
    /// The arrangement of panels to begin with, instead of the saved one.
    #[arg(long, value_enum)]
    pub layout: Option<LayoutArg>,
    /// A light background.
    #[arg(long)]
    pub light: bool,
    /// Size of the window, pixels.
    #[arg(long, value_name = "WxH", value_parser = parse_size)]
    pub size: Option<(u32, u32)>,
    /// Do not show the window; close it when the scene's ticks are done.
    #[arg(long, conflicts_with = "screenshot")]
    pub hidden: bool,
    /// Memory for going back in time, MiB, instead of 1024.
    #[arg(long, value_name = "MIB", value_parser = parse_mib)]
    pub rewind_mib: Option<usize>,
}

/// An arrangement of the window's panels.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutArg {
    /// Plots, graph and circle.
    Overview,
    /// The field over time.
    Field,
    /// Nodes, Φ and events.
    Cluster,
    /// Φ, its history and its parts.
    Integration,
    /// Order over a swept parameter.
    Transition,
    /// Phase plane, spectrum and energies.
    Plane,
}

#[cfg(feature = "dashboard")]
impl LayoutArg {
    /// The dashboard's preset.
    #[must_use]
    pub fn preset(self) -> crate::dashboard::layout::Preset {
        use crate::dashboard::layout::Preset;
        match self {
            Self::Overview => Preset::Overview,
            Self::Field => Preset::Field,
            Self::Cluster => Preset::Cluster,
            Self::Integration => Preset::Integration,
            Self::Transition => Preset::Transition,
            Self::Plane => Preset::Plane,
        }
    }
}

fn parse_tolerance(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(x) if (1e-14..=1e-1).contains(&x) => Ok(x),
        _ => Err("expected a number in 1e-14 … 0.1".to_owned()),
    }
}

fn parse_surrogates(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Ok(0),
        Ok(count @ 19..=100_000) => Ok(count),
        _ => Err("expected 0, or 19 … 100000 so that p can be 0.05 or less".to_owned()),
    }
}

fn parse_size(text: &str) -> Result<(u32, u32), String> {
    let sides = text.split_once('x');
    let sides = sides.and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    sides
        .filter(|(w, h)| (320..=16_384).contains(w) && (240..=16_384).contains(h))
        .ok_or_else(|| "expected WIDTHxHEIGHT of 320x240 … 16384x16384".to_owned())
}

fn parse_mib(text: &str) -> Result<usize, String> {
    let found = text.parse().ok().filter(|mib| (1..=1 << 20).contains(mib));
    found.ok_or_else(|| "expected 1 … 1048576 MiB".to_owned())
}

fn parse_state(text: &str) -> Result<Vec<u8>, String> {
    let bit = |part: &str| match part.trim() {
        "0" => Ok(0),
        "1" => Ok(1),
        other => Err(format!(
            "{other:?}, expected 0 or 1 for each unit, for example 1,0,0"
        )),
    };
    text.split(',').map(bit).collect()
}
