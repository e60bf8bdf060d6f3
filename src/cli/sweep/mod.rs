//! `phantom sweep`: a scene over a design of parameters and seeds, a run folder for each cell.

pub mod base;
pub mod begin;
pub mod work;
mod estimate;
pub mod after;
pub mod merge;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::scenario::{Column, Parts};
use crate::study::{Axis, Design};

use super::command::Command;
use super::scene_args::{SceneArgs, parse_seconds};

/// Arguments of `sweep`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct SweepArgs {
    /// What to do with sweeps that are there.
    #[command(subcommand)]
    pub action: Option<SweepAction>,
    /// A new one, or one that goes on.
    #[command(flatten)]
    pub new: NewSweep,
}

/// What can be done with sweeps that are there.
#[derive(Subcommand, Debug)]
pub enum SweepAction {
    /// Put the cells of several folders of one plan into one
    Merge(merge::MergeArgs),
    /// Derive cells.csv and the figures anew, with other statistics if wanted
    Table(after::TableArgs),
    /// Draw a statistic over one or two parameters
    Plot(after::PlotArgs),
}

/// How points are chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DesignArg {
    /// One of the designs by name.
    Named(DesignName),
    /// The rows of a table.
    Table(PathBuf),
}

/// Designs that have a name.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum DesignName {
    /// Every combination.
    Grid,
    /// First values, second values, …
    Zip,
    /// A Latin hypercube.
    Lhs,
    /// Independent draws.
    Random,
}

fn parse_design(text: &str) -> Result<DesignArg, String> {
    if let Ok(name) = DesignName::from_str(text, true) {
        return Ok(DesignArg::Named(name));
    }
    let path = PathBuf::from(text);
    if path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("csv"))
    {
        return Ok(DesignArg::Table(path));
    }
    Err("expected grid, zip, lhs, random or a file FILE.csv whose head names paths".to_owned())
}

/// Part of a sweep, as `2/5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Its number, from 1.
    pub number: usize,
    /// Number of parts.
    pub of: usize,
}

fn parse_shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/');
    let parts = parts.and_then(|(a, b)| Some((a.trim().parse().ok()?, b.trim().parse().ok()?)));
    match parts {
        Some((number, of)) if 1 <= number && number <= of => Ok(Shard { number, of }),
        _ => Err("expected I/N with 1 ≤ I ≤ N, for example 2/5".to_owned()),
    }
}

/// Arguments of a sweep.
#[derive(Args, Debug)]
pub struct NewSweep {
    /// The scene.
    #[arg(required = true)]
    pub scene: Option<PathBuf>,
    /// What is varied: low:high:step with both ends, or values parted by commas; low:high or
    /// low:high:log for the designs lhs and random. May be repeated.
    #[arg(short = 'p', long = "param", value_name = "PATH=VALUES", value_parser = Axis::parse)]
    pub params: Vec<Axis>,
    /// How points are chosen: grid, zip, lhs, random, or a CSV file whose head names paths.
    #[arg(long, value_name = "DESIGN", default_value = "grid", value_parser = parse_design)]
    pub design: DesignArg,
    /// Points of the designs lhs and random.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=999_999))]
    pub samples: u32,
    /// Runs of each point, with the seeds from the scene's on.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub seeds: u32,
    /// Columns of cells.csv: `METRIC[@SCOPE]:STATISTIC,…` with last, first, mean, sd, min, max,
    /// drift, `time_above(X)`, `time_below(X)`; may be repeated.
    #[arg(long = "stat", value_name = "COLUMN", value_parser = parse_columns)]
    pub stats: Vec<Columns>,
    /// Second of plant time from which on the statistics are taken.
    #[arg(long, value_name = "S", default_value_t = 0.0, value_parser = parse_seconds)]
    pub from: f64,
    /// The folder of the sweep; sweeps/SCENE when absent.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Go on with the sweep that the folder holds: cells that are done stay.
    #[arg(long)]
    pub resume: bool,
    /// Tell how many cells, how long and how much disk, and run none but one to measure it.
    #[arg(long)]
    pub dry_run: bool,
    /// Run a part only, for example 2/5; `phantom sweep merge` joins folders of parts.
    #[arg(long, value_name = "I/N", value_parser = parse_shard)]
    pub shard: Option<Shard>,
    /// Cells at a time; the number of cores when absent.
    #[arg(short = 'j', long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Stop after this many seconds of wall time, with exit code 124; --resume goes on.
    #[arg(long, value_name = "S", value_parser = parse_seconds)]
    pub time_limit: Option<f64>,
    /// Write what became of the assertions as JUnit XML into this file, a suite for each cell.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Print JSON lines on standard output.
    #[arg(long)]
    pub json: bool,
    /// Changes that all cells share.
    #[command(flatten)]
    pub changes: SceneArgs,
}

/// Statistics that one argument asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns(pub Vec<Column>);

/// Reads a column argument.
///
/// # Errors
/// For what is no statistic.
pub fn parse_columns(text: &str) -> Result<Columns, String> {
    Column::parse(text).map(Columns)
}

impl NewSweep {
    fn design(&self) -> Design {
        let samples = self.samples as usize;
        match &self.design {
            DesignArg::Named(DesignName::Grid) => Design::Grid,
            DesignArg::Named(DesignName::Zip) => Design::Zip,
            DesignArg::Named(DesignName::Lhs) => Design::Lhs { samples },
            DesignArg::Named(DesignName::Random) => Design::Random { samples },
            DesignArg::Table(path) => Design::Table {
                file: path.display().to_string(),
            },
        }
    }
}

impl Command for SweepArgs {
    const NAME: &'static str = "sweep";
    const ABOUT: &'static str =
        "Run a scene over a design of parameters and seeds, a run folder for each cell";

    fn run(&self, parts: &Parts) -> u8 {
        let done = match &self.action {
            Some(SweepAction::Merge(args)) => merge::merge(args, parts),
            Some(SweepAction::Table(args)) => after::table(args, parts),
            Some(SweepAction::Plot(args)) => after::plot(args, parts),
            None => begin::sweep(&self.new, parts),
        };
        done.unwrap_or_else(|code| code)
    }
}
