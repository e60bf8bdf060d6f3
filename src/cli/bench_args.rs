//! What a user types after `phantom bench`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::base::isa::Isa;
use crate::dynamics::benchmark::Problem;
use crate::graph::pg1::Topology;
use crate::resonator::dynamics_spec::SlotOrder;

/// Arguments of `bench`.
#[derive(Args, Debug)]
pub struct BenchArgs {
    /// What to measure.
    #[command(subcommand)]
    pub command: BenchCommand,
}

/// What to measure.
#[derive(Subcommand, Debug)]
pub enum BenchCommand {
    /// The plant, on problems K1 to K4 and PG1 graphs.
    Dynamics(DynamicsBenchArgs),
}

/// Arguments of `bench dynamics`.
#[derive(Args, Debug)]
pub struct DynamicsBenchArgs {
    /// The graph, as a .pgr file.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["n", "seed", "topology"])]
    pub graph: Option<PathBuf>,
    /// Number of oscillators of a generated graph.
    #[arg(long, required_unless_present = "graph")]
    pub n: Option<u64>,
    /// Seed of a generated graph [default: 42].
    #[arg(long)]
    pub seed: Option<u64>,
    /// Shape of a generated graph [default: rand16].
    #[arg(long)]
    pub topology: Option<TopologyArg>,
    /// The problem.
    #[arg(long, ignore_case = true)]
    pub case: CaseArg,
    /// Steps of 0.01 s.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    pub steps: u64,
    /// Threads.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: u16,
    /// Steps in a tick of the whole run [default: up to 10].
    #[arg(long, value_name = "N", conflicts_with = "bare",
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub steps_per_tick: Option<u32>,
    /// The arrays alone, without entities, components and the tick around them.
    #[arg(long)]
    pub bare: bool,
    /// Instruction set, instead of the best of this machine.
    #[arg(long)]
    pub isa: Option<IsaArg>,
    /// How oscillators are ordered in memory.
    #[arg(long, default_value = "auto")]
    pub order: OrderArg,
    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,
}

/// A benchmark problem.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseArg {
    /// Kuramoto phases along edges, RK4.
    #[value(name = "K1")]
    K1,
    /// Kuramoto phases in their mean field, RK4.
    #[value(name = "K2")]
    K2,
    /// Damped harmonic oscillators, symplectic Euler.
    #[value(name = "K3")]
    K3,
    /// Noisy Stuart–Landau oscillators, stochastic Heun.
    #[value(name = "K4")]
    K4,
}

impl From<CaseArg> for Problem {
    fn from(case: CaseArg) -> Self {
        match case {
            CaseArg::K1 => Self::K1,
            CaseArg::K2 => Self::K2,
            CaseArg::K3 => Self::K3,
            CaseArg::K4 => Self::K4,
        }
    }
}

/// The shape of a generated benchmark graph.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopologyArg {
    /// Edges between random vertices.
    Rand16,
    /// A ring with its eight next neighbours on each side, 2 % rewired.
    Ring16,
    /// The same with shuffled numbers.
    Ring16s,
}

impl From<TopologyArg> for Topology {
    fn from(topology: TopologyArg) -> Self {
        match topology {
            TopologyArg::Rand16 => Self::Rand16,
            TopologyArg::Ring16 => Self::Ring16,
            TopologyArg::Ring16s => Self::Ring16Shuffled,
        }
    }
}

/// An instruction set.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsaArg {
    /// What every machine of this architecture has.
    Baseline,
    /// AVX2 with fused multiply–add.
    Avx2,
    /// AVX-512.
    Avx512,
}

impl From<IsaArg> for Isa {
    fn from(isa: IsaArg) -> Self {
        match isa {
            IsaArg::Baseline => Self::Baseline,
            IsaArg::Avx2 => Self::Avx2,
            IsaArg::Avx512 => Self::Avx512,
        }
    }
}

/// The instruction set that a user wants, or the best of this machine.
///
/// # Errors
/// When this machine does not have it.
pub fn chosen_isa(wanted: Option<IsaArg>) -> Result<Isa, String> {
    let isa = wanted.map_or_else(Isa::best, Into::into);
    if isa.is_here() {
        Ok(isa)
    } else {
        let best = Isa::best();
        Err(format!(
            "--isa {isa}: this machine does not have it, its best is {best}"
        ))
    }
}

/// How oscillators are ordered in memory.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderArg {
    /// By reverse Cuthill–McKee where that brings neighbours nearer.
    Auto,
    /// By number.
    Natural,
    /// By reverse Cuthill–McKee.
    Rcm,
}

impl From<OrderArg> for SlotOrder {
    fn from(order: OrderArg) -> Self {
        match order {
            OrderArg::Auto => Self::Auto,
            OrderArg::Natural => Self::Scene,
            OrderArg::Rcm => Self::Locality,
        }
    }
}
