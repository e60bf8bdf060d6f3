//! `phantom fit`: parameters of a scene for which a run comes to given numbers, or resembles a
//! recording. The path of the search is a sweep's folder like any other.

mod target;
mod search;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use xxhash_rust::xxh3::xxh3_64;

use crate::base::TickClock;
use crate::kernel::sensed::LATE_TICKS;
use crate::scenario::{Column, Parts};
use crate::study::axis::Values;
use crate::study::goal::Goal;
use crate::study::search::Method;
use crate::study::{Axis, Design, Plan, Point};

use super::command::Command;
use super::exit;
use super::file_args::DialectArgs;
use super::run::complain;
use super::say::{aside, printable};
use super::scene_args::{SceneArgs, parse_seconds};
use super::stop::TimeLimit;
use super::sweep::base::{Base, check_axes, check_first, columns, cores};
use super::sweep::begin::{claim, write_plan};
use super::sweep::work::Work;
use super::sweep::{Columns, parse_columns};

/// A number that a statistic shall come to, or a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A statistic with its value.
    Number(Column, f64),
    /// A recording.
    Recording(PathBuf),
}

fn parse_target(text: &str) -> Result<Target, String> {
    let Some((left, right)) = text.rsplit_once('=') else {
        return Ok(Target::Recording(PathBuf::from(text)));
    };
    let value: f64 = right
        .trim()
        .parse()
        .ok()
        .filter(|value: &f64| value.is_finite())
        .ok_or_else(|| {
            format!(
                "{text:?}, expected METRIC[@SCOPE][:STATISTIC]=NUMBER or the file of a recording"
            )
        })?;
    match &Column::parse(left)?[..] {
        [column] => Ok(Target::Number(column.clone(), value)),
        _ => Err(format!("{text:?}, expected one statistic for one number")),
    }
}

/// How a search chooses points.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodArg {
    /// Simplex of Nelder and Mead: few parameters, smooth costs.
    NelderMead,
    /// Evolution strategy: several valleys, noise.
    CmaEs,
}

impl From<MethodArg> for Method {
    fn from(method: MethodArg) -> Self {
        match method {
            MethodArg::NelderMead => Self::NelderMead,
            MethodArg::CmaEs => Self::CmaEs,
        }
    }
}

/// How a run and a recording are compared.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareArg {
    /// Mean phase velocities of the channels.
    Rates,
    /// Phase-locking values of all pairs.
    Locking,
    /// The samples themselves, from the first one on.
    Trace,
}

/// Arguments of `fit`.
#[derive(Args, Debug)]
pub struct FitArgs {
    /// The scene.
    pub scene: PathBuf,
    /// What a run shall come to: `METRIC[@SCOPE][:STATISTIC]=NUMBER` (the mean where no statistic
    /// is named), or the file of a recording that its sensors shall resemble; may be repeated.
    #[arg(long, value_name = "TARGET", required = true, value_parser = parse_target)]
    pub target: Vec<Target>,
    /// What is searched: low:high, or low:high:log; may be repeated.
    #[arg(short = 'p', long = "param", value_name = "PATH=LOW:HIGH", required = true,
        value_parser = Axis::parse)]
    pub params: Vec<Axis>,
    /// How points are chosen.
    #[arg(long, value_enum, default_value = "nelder-mead")]
    pub method: MethodArg,
    /// Points at most.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub evaluations: u32,
    /// The search ends when costs differ by less, or are less.
    #[arg(long, default_value_t = 1e-8)]
    pub tolerance: f64,
    /// Runs of each point, with the seeds from the scene's on; the cost is their mean.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub seeds: u32,
    /// How a run and a recording are compared; several are added.
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["rates", "locking"])]
    pub compare: Vec<CompareArg>,
    /// The population, or cluster, whose sensors are compared with the recording; the only one with
    /// sensors when absent.
    #[arg(long, value_name = "NAME")]
    pub scope: Option<String>,
    /// Channels of the recording, by name or by number from 1; all when absent.
    #[arg(long, value_delimiter = ',', value_name = "NAME,…")]
    pub channels: Vec<String>,
    /// Samples a second of the recording, Hz, where its file does not say.
    #[arg(long, value_name = "HZ")]
    pub fs: Option<f64>,
    /// Second of plant time from which on runs are compared.
    #[arg(long, value_name = "S", default_value_t = 0.0, value_parser = parse_seconds)]
    pub from: f64,
    /// Further columns of cells.csv, as in sweep.
    #[arg(long = "stat", value_name = "COLUMN", value_parser = parse_columns)]
    pub stats: Vec<Columns>,
    /// The folder of the search; sweeps/SCENE_fit when absent.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Go on with the search that the folder holds: cells that are done are not run again.
    #[arg(long)]
    pub resume: bool,
    /// Cells at a time; the number of cores when absent.
    #[arg(short = 'j', long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Stop after this many seconds of wall time, with exit code 124; --resume goes on.
    #[arg(long, value_name = "S", value_parser = parse_seconds)]
    pub time_limit: Option<f64>,
    /// Print JSON lines on standard output.
    #[arg(long)]
    pub json: bool,
    /// How a recording that is a text is written.
    #[command(flatten)]
    pub dialect: DialectArgs,
    /// Changes that all runs share.
    #[command(flatten)]
    pub changes: SceneArgs,
}

impl Command for FitArgs {
    const NAME: &'static str = "fit";
    const ABOUT: &'static str =
        "Search parameters of a scene for which it comes to given numbers or resembles a recording";

    fn run(&self, parts: &Parts) -> u8 {
        fit(self, parts).unwrap_or_else(|code| code)
    }
}

fn invalid(message: &str) -> u8 {
    aside!("error: {}", printable(message));
    exit::INVALID
}

fn fit(args: &FitArgs, parts: &Parts) -> Result<u8, u8> {
    let limit = TimeLimit::begin(args.time_limit.map(Duration::from_secs_f64));
    let mut axes = args.params.clone();
    if let Some(axis) = axes
        .iter()
        .find(|own| matches!(own.values, Values::List(_)))
    {
        return Err(invalid(&format!(
            "-p {axis}: a search needs a range, expected low:high"
        )));
    }
    let recording = target::recording(args)?;
    let mut changes = args.changes.clone();
    if let (Some((own, rate)), None) = (&recording, args.changes.ticks) {
        let loaded = parts.load(&args.scene, &args.changes.overrides());
        let scene = loaded.map_err(|error| complain(&error))?.scene;
        let tick_s = TickClock::new(scene.clock.dt_s, scene.clock.substeps).tick_s();
        // What is known after the last tick was taken before it.
        let ticks = (own.len as f64 / rate / tick_s).ceil() as u64 + LATE_TICKS;
        aside!("note: runs of {ticks} ticks, as long as the recording; --ticks says otherwise");
        changes.ticks = Some(ticks);
    }
    let base = Base::open(&args.scene, &changes, parts)?;
    check_axes(&base, &mut axes)?;
    let middle: Point = axes.iter().map(|axis| axis.at(0.5)).collect();
    check_first(&base, &axes, &middle)?;
    let goal = target::goal(args, &base, recording)?;
    let plan = planned(args, &base, axes, &goal)?;
    let folder = match &args.out {
        Some(out) => out.clone(),
        None => Path::new("sweeps").join(format!("{}_fit", plan.scene)),
    };
    claim(&folder, &plan, args.resume)?;
    let failed = |error: io::Error| {
        aside!("error: {}: {error}", folder.display());
        exit::IO
    };
    write_plan(&folder, &plan, &base.loaded.text).map_err(failed)?;
    limit.close_files();
    let work = Work {
        base: &base,
        plan: &plan,
        folder: &folder,
        jobs: args.jobs.map_or_else(cores, usize::from),
        json: args.json,
        goal: Some(&goal),
    };
    search::search(args, &work, &limit)
}

/// The plan of the search.
fn planned(args: &FitArgs, base: &Base, axes: Vec<Axis>, goal: &Goal) -> Result<Plan, u8> {
    let mut stats = args.stats.clone();
    stats.push(Columns(
        goal.numbers.iter().map(|own| own.0.clone()).collect(),
    ));
    let columns = columns(base, &stats)?;
    let name = args
        .method
        .to_possible_value()
        .map(|own| own.get_name().to_owned());
    let method = name.unwrap_or_default();
    let design = Design::Search { method };
    Ok(Plan {
        search: Some(told(args)),
        ..base.plan(design, axes, (args.seeds, args.from), &columns)
    })
}

/// What is searched for, as a plan keeps it.
fn told(args: &FitArgs) -> String {
    let targets = args.target.iter().map(|own| match own {
        Target::Number(column, value) => format!("{column}={value}"),
        Target::Recording(path) => {
            let by: Vec<String> = args
                .compare
                .iter()
                .map(|by| format!("{by:?}").to_lowercase())
                .collect();
            let bytes = std::fs::read(path).unwrap_or_default();
            let hash = xxh3_64(&bytes);
            let channels = args.channels.join(",");
            format!(
                "{} ({hash:016x}) channels {channels:?} by {}",
                path.display(),
                by.join(" and ")
            )
        }
    });
    let targets: Vec<String> = targets.collect();
    format!("{} from {} s", targets.join("; "), args.from)
}
